"""Judge a sentence against told ones, in an article of our own."""

from dataclasses import replace
from datetime import UTC, date, datetime

from tidings.ids import statement_id
from tidings.model import Article, DuplicateLink, Relation, Statement, Verdict
from tidings.pipeline.decide import first_difference
from tidings.stages.figures import read_figures
from tidings.stages.novelty import Context, Found, Told, as_told, find
from tidings.text.when import event_date

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
TODAY = NOW.date()
ARTICLE = Article("new", "new-1", "https://wire.example/new", "Title", "", "Wire", "Wire", "en", NOW, NOW, NOW, Verdict.FULL)
JOINED = Context(ARTICLE, "story", story_is_new=False, seeded=False, duplicate=None, cold_topics=frozenset())
OPENS = replace(JOINED, story_id="new", story_is_new=True)
COPY = replace(JOINED, duplicate=DuplicateLink("new", "old", "article", Relation.NEAR, 0.9, ""))
REWRITE = replace(JOINED, duplicate=DuplicateLink("new", "old", "article", Relation.REWRITE, 0.4, ""))
CORRECTS = replace(JOINED, article=replace(ARTICLE, correction=True))


def idf(term: str) -> float:
    """Weigh every term alike."""
    return 1.0


def said(text: str, place: int = 0, article: str = "new", topic: str = "idlib", language: str = "en", on: date = TODAY) -> Statement:
    return Statement(
        statement_id(article, text, 0), article, f"{article}-1", topic, text, place, place + len(text), place,
        event_date=event_date(text, language, on), figures=read_figures(text, language, on),
    )  # fmt: skip


def told(*texts: str, topic: str = "idlib", language: str = "en", development: str = "dev", on: date = TODAY) -> Told:
    known = Told()
    for number, text in enumerate(texts):
        made = f"{development}-{number}" if development else ""
        known.add(as_told(said(text, number, "old", topic, language, on), language, "story", made, on.isoformat()))
    return known


def judge(text: str, known: Told, context: Context = JOINED, language: str = "en") -> Found:
    context = replace(context, article=replace(context.article, language=language))
    return find([said(text, language=language)], known, context, idf, first_difference)


def verdict(found: Found) -> tuple[str, str]:
    """Return kind (or "told") and reason of the one statement."""
    assert len(found.decisions) == 1
    kind = found.developments[0].kind.value if found.developments else found.decisions[0].novelty.value
    return kind, found.decisions[0].reason


BASE = "The clinic in Ariha treated patients with frostbite after the storm on Tuesday."
