"""Make the seeds known: what they say counts as told from the first run on; changed and removed seeds too."""

from tidings.ids import article_id, make_id
from tidings.model import Article, Decision, Novelty, Rejection, Seed, Verdict
from tidings.pipeline.read import with_figures
from tidings.pipeline.run import Run
from tidings.stages.language import identify
from tidings.stages.match import compile_topics, match_topics
from tidings.store import seeds as store
from tidings.store.database import Connection
from tidings.store.seeds import DecidedSeed
from tidings.text.clean import clean_paragraphs
from tidings.text.shingles import text_hash


def learn_seeds(run: Run, connection: Connection) -> bool:
    """Bring the stored seeds to what is configured; return whether anything changed.

    A seed is read anew when its text, its data or the topics' words changed; what was decided against it before stands.
    """
    topics = repr(run.settings.topics)
    versions = {seed.id: make_id("version", seed.id, repr(seed), topics) for seed in run.settings.seeds}
    known = store.seed_versions(connection)
    stale = [seed_id for seed_id, version in known.items() if versions.get(seed_id) != version]
    fresh = [seed for seed in run.settings.seeds if known.get(seed.id) != versions[seed.id]]
    if not stale and not fresh:
        return False
    matcher = compile_topics(run.settings.topics)
    decided = []
    for seed in fresh:
        article = _article(seed, versions[seed.id], run)
        matched = match_topics(article, matcher)
        statements = () if isinstance(matched, Rejection) else tuple(with_figures(one, article) for one in matched.statements)
        decided.append(
            DecidedSeed(
                seed_id=seed.id,
                article=article,
                text_hash=text_hash(article.text),
                statements=statements,
                decisions=tuple(Decision(one.id, one.topic, Novelty.SEED, "seed") for one in statements),
            )
        )
    store.replace_seeds(connection, stale, decided, now=run.now, run_id=run.id)
    return True


def _article(seed: Seed, version: str, run: Run) -> Article:
    text = clean_paragraphs(seed.text, seed.title)
    return Article(
        id=article_id(f"seed:{seed.id}"),
        version_id=version,
        url=seed.url,
        title=seed.title,
        text=text,
        publisher=seed.publisher,
        origin=seed.publisher,
        language=seed.language or identify(text),
        published_at=seed.published_at,
        fetched_at=run.now,
        first_seen_at=run.now,
        verdict=Verdict.FULL,
    )
