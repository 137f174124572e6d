"""Read the pages behind waiting entries: fetch, extract in the jail, find language, topics and figures, record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tidings.ids import article_id
from tidings.model import Article, Entry, Id, Outcome, Rejection, Statement, Verdict
from tidings.pipeline.fetch_pages import Answer, answer_of, fetch
from tidings.pipeline.run import Run
from tidings.stages import schedule
from tidings.stages.extract import article_from_entry
from tidings.stages.figures import read_figures
from tidings.stages.foreign import Sites, publisher_of, sites_of, without_foreign_words
from tidings.stages.language import identify
from tidings.stages.match import Matcher, compile_topics, match_topics
from tidings.stages.repeated import Shown, is_repeated
from tidings.stages.versions import Version, better
from tidings.store import pages as store
from tidings.store.database import Connection, open_store
from tidings.store.pages import Known, Looked, Read
from tidings.store.polls import feed_states
from tidings.text.shingles import text_hash
from tidings.text.urls import host_of, identity, registrable_domain

OF_A_PAGE = frozenset({Verdict.FULL, Verdict.TEASER})  # of all others the text is the feed's own
_OF_ARTICLES = frozenset({Outcome.NEW, Outcome.NOTHING_NEW, Outcome.DUPLICATE, Outcome.KNOWN, Outcome.SAME_ARTICLE})


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold what pages are judged by: the topics, whose site is whose, and which topics a feed is watched for (none: all)."""

    matcher: Matcher
    sites: Sites
    topics_of: Mapping[Id, tuple[str, ...]]


def rules_of(run: Run) -> Rules:
    """Return what the pages of a run are judged by."""
    feeds = run.settings.feeds
    return Rules(compile_topics(run.settings.topics), sites_of(feeds, run.settings.families), {feed.id: feed.topics for feed in feeds})


def read_pages(run: Run) -> int:
    """Work off the list of waiting entries, chunk by chunk; return how many were read."""
    settings = run.settings
    rules = rules_of(run)
    left = settings.ingest.pages_per_run_max
    most = run.batches.pages
    done = 0
    with open_store(settings.data, settings.store.wait_s) as connection:
        rows, known = _waiting(connection, run, min(most, left))
        is_out = bool(rows) and schedule.is_out(settings.feeds, feed_states(connection), run.now)  # where nothing waits, nobody asks
    while rows:
        dues = {row["id"]: _due(row, known, is_out=is_out) for row in rows}
        learn = {row["id"]: row["learn"] for row in rows}
        reads = run.step("pages", partial(_read_chunk, run, list(dues.values()), learn, rules))
        left -= len(rows)
        done += len(rows)
        run.progress("pages", done, done + (most if len(rows) == most else 0))
        over = len(reads) < len(rows)
        with open_store(settings.data, settings.store.wait_s) as connection:
            reads = unrepeated(run, reads, dues, store.same_texts(connection, [one.text_hash for one in reads if one.article]), rules)
            known |= store.known_articles(connection, [read.article.id for read in reads if read.article])
            merged = merge(reads, known, schedule.retry_at(0, run.now))
            store.record_reads(connection, merged, now=run.now, run_id=run.id, looks=next_looks(run, reads, known))
            rows, known = _waiting(connection, run, 0 if over else min(most, left))
        if over:
            run.notes.append("the time for asking servers was over (ingest.fetch_s_max): pages wait for the next run")
    return done


def next_looks(run: Run, reads: Sequence[Read], known: Mapping[Id, Known]) -> list[Looked]:
    """Return when the pages that gave a text on a topic, new or not, are looked at again."""
    articles = [read.article for read in reads if read.article and read.article.verdict in OF_A_PAGE]
    seen = {one.id: known[one.id].first_seen_at if one.id in known else one.first_seen_at for one in articles}
    hours = run.settings.ingest.reread_h
    return [Looked(one.id, schedule.look_again_at(seen[one.id], one.published_at, run.now, hours)) for one in articles]


def _waiting(connection: Connection, run: Run, most: int) -> tuple[list[dict[str, Any]], dict[Id, Known]]:
    """Return the next of the waiting entries, and what is known of the articles they lead to."""
    rows = store.entries_waiting(connection, run.now, most) if most > 0 else []
    return rows, store.known_articles(connection, [_article_id(row["url"]) for row in rows if row["url"]])


def _article_id(url: str) -> Id:
    return article_id(identity(url))


def _due(row: dict[str, Any], known: dict[Id, Known], *, is_out: bool) -> schedule.PageDue:
    article = known.get(_article_id(row["url"])) if row["url"] else None
    # One that waits to be decided, or whose other version did, has to be read to be compared.
    # So does one that says something else than the entry behind the article: live pages keep their title and change the rest.
    settled = article is not None and article.decided and row["outcome"] != Outcome.DEFERRED and article.entry_hash == row["content_hash"]
    return schedule.PageDue(
        entry=store.entry_of(row),
        publisher=row["publisher"],
        language=row["language"] or row["feed_language"],
        first_seen_at=row["first_seen_at"],
        attempt_count=row["attempt_count"],
        known_title=article.title if article and settled else None,
        reread=row["outcome"] in _OF_ARTICLES,
        own_sites=frozenset(row["feed_hosts"].split()),
        is_out=is_out,
    )


def _read_chunk(run: Run, waiting: Sequence[schedule.PageDue], learn: dict[Id, bool], rules: Rules) -> list[Read]:
    to_read, stood_for = schedule.due_pages(waiting)
    reads = [Read(due.entry.id, Outcome.SAME_ARTICLE, "same_article", "", _article_id(due.entry.url)) for due in stood_for]
    fetched: list[schedule.PageDue] = []
    for due in to_read:
        if learn[due.entry.id] and _too_old(run, due.entry):
            reads.append(Read(due.entry.id, Outcome.KNOWN, "older_than_learned", ""))
        else:
            fetched.append(due)
    # Each is judged as it comes, while the next are extracted. They come in any order; what follows must not depend on it.
    order = {due.entry.id: place for place, due in enumerate(fetched)}
    return reads + sorted((judged(run, answer, rules) for answer in fetch(run, fetched, run.pages)), key=lambda read: order[read.entry_id])


def judged(run: Run, answer: Answer, rules: Rules) -> Read:
    """Judge one answer; a text that breaks a stage costs only itself."""
    try:
        return _judge(run, answer, rules)
    except Exception as error:  # noqa: BLE001 - whatever it met, it is told as a reason
        return Read(answer.due.entry.id, "" if answer.due.reread else Outcome.REJECTED, "stage_failed", type(error).__name__)


def unrepeated(
    run: Run, reads: Sequence[Read], dues: Mapping[Id, schedule.PageDue], same: Mapping[str, list[Shown]], rules: Rules
) -> list[Read]:
    """Judge again, by the feed's own words, entries whose page gave the short text that other articles of its host gave; `same` grows."""
    seen = {text: list(others) for text, others in same.items()}
    kept = []
    for read in reads:
        article = read.article
        if article is None:
            kept.append(read)
            continue
        due, others = dues[read.entry_id], seen.setdefault(read.text_hash, [])
        if is_repeated(article, due.entry.title, others):
            entry = without_foreign_words(due.entry, due.publisher, rules.sites, article.url)
            own = article_from_entry(entry, due.publisher, run.now, Verdict.WALL, reason="same_text")
            kept.append(judged(run, answer_of(run, due, own), rules))
        else:
            others.append(Shown(article.id, article.url, due.entry.title or article.title))
            kept.append(read)
    return kept


def _too_old(run: Run, entry: Entry) -> bool:
    return entry.published_at is not None and run.learn_days > 0 and entry.published_at < run.now - timedelta(days=run.learn_days)


def _judge(run: Run, answer: Answer, rules: Rules) -> Read:
    due, article = answer.due, answer.article
    if answer.rejection is not None:
        return _rejected(run, due, answer.rejection, answer.wait_s)
    assert article is not None
    article = replace(article, language=identify(article.text, due.language), first_seen_at=due.first_seen_at)
    article = _of_publisher(run, due, article, rules)
    matched = match_topics(article, rules.matcher)
    if isinstance(matched, Rejection):
        outcome = "" if due.reread else Outcome.OFF_TOPIC
        return Read(due.entry.id, outcome, matched.reason, matched.detail, verdict=article.verdict)
    statements = tuple(with_figures(one, article) for one in matched.statements if _wanted(rules, due, one.topic))
    if not statements:
        return Read(due.entry.id, "" if due.reread else Outcome.OFF_TOPIC, "not_this_feed's_topic", "", verdict=article.verdict)
    outcome = "" if due.reread else Outcome.PENDING
    return Read(due.entry.id, outcome, "", "", article.id, article, text_hash(article.text), statements, verdict=article.verdict)


def _of_publisher(run: Run, due: schedule.PageDue, article: Article, rules: Rules) -> Article:
    """Name the publisher: that of the page's site where the words are the page's, by its configured family where it has one."""
    name = article.publisher
    if article.verdict in OF_A_PAGE:
        name = publisher_of(article.url, due.entry.url, article.publisher, due.own_sites, rules.sites)
    if article.verdict in OF_A_PAGE or not due.is_foreign:
        name = run.settings.families.get(registrable_domain(host_of(article.url)), name)
    if name == article.publisher:
        return article
    return replace(article, publisher=name, origin=name if article.origin == article.publisher else article.origin)


def _wanted(rules: Rules, due: schedule.PageDue, topic: str) -> bool:
    """Tell whether the entry's feed is watched for the topic."""
    topics = rules.topics_of.get(due.entry.feed_id)
    return not topics or topic in topics


def with_figures(statement: Statement, article: Article) -> Statement:
    """Return the statement with the figures read from its words."""
    published = article.published_at.date() if article.published_at else None
    return replace(statement, figures=read_figures(statement.text, article.language, published))


def _rejected(run: Run, due: schedule.PageDue, rejection: Rejection, wait_s: float) -> Read:
    attempts = schedule.attempts(due, rejection.reason)
    if rejection.transient and attempts < run.settings.ingest.attempts_max:
        again = max(schedule.retry_at(attempts, run.now), run.now + timedelta(seconds=wait_s))
        outcome = "" if due.reread else Outcome.DEFERRED
        return Read(due.entry.id, outcome, rejection.reason, rejection.detail, attempt_count=attempts, next_attempt_at=again)
    outcome_word = "" if due.reread else Outcome.REJECTED
    return Read(due.entry.id, outcome_word, rejection.reason, rejection.detail, attempt_count=attempts)


def merge(reads: Sequence[Read], known: Mapping[Id, Known], again: datetime) -> list[Read]:
    """Settle entries that lead to one article: the first is decided, others and unchanged or worse versions stand behind it.

    Another version of an article that waits to be decided waits too, until `again`: one version is decided at a time.
    """
    current = dict(known)
    merged = []
    for read in reads:
        if read.article is None:
            merged.append(read)
            continue
        before = current.get(read.article.id)
        if before is None:
            current[read.article.id] = _as_known(read, read.article)
            merged.append(read)
        elif _adds_nothing(read, read.article, before):
            outcome = Outcome.SAME_ARTICLE if read.outcome else ""
            merged.append(replace(read, outcome=outcome, reason="same_article", article=None, statements=()))
        elif not before.decided:
            outcome = Outcome.DEFERRED if read.outcome else ""
            merged.append(
                replace(read, outcome=outcome, reason="earlier_version_waits", article=None, statements=(), next_attempt_at=again)
            )
        else:
            current[read.article.id] = _as_known(read, read.article)
            merged.append(replace(read, article=replace(read.article, first_seen_at=before.first_seen_at)))
    return merged


def _as_known(read: Read, article: Article) -> Known:
    return Known(
        title=article.title,
        text_hash=read.text_hash,
        verdict=article.verdict,
        text_length=len(article.text),
        decided=False,
        first_seen_at=article.first_seen_at,
        topics=frozenset(one.topic for one in read.statements),
        publisher=article.publisher,
    )


def _adds_nothing(read: Read, article: Article, known: Known) -> bool:
    before = Version(Verdict(known.verdict), known.text_length, known.title, publisher=known.publisher)
    if not better(before, Version(article.verdict, len(article.text), article.title, article.correction, article.publisher)):
        return True
    # The same text may still say something in a topic that was not watched when it was read.
    return read.text_hash == known.text_hash and {one.topic for one in read.statements} <= known.topics
