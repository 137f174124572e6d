"""Keep what reading a page gave: an article with its statements, or why there is none."""
# ruff: noqa: S608 - our own words and ids; values are always parameters

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5
from typing import Any

import duckdb

from tidings.ids import make_id
from tidings.model import Article, Entry, Figure, Id, Statement
from tidings.stages.repeated import Shown
from tidings.stages.versions import Difference, difference
from tidings.store.database import insert_rows, rows, stage_rows, transaction, update_lately, update_rows, upsert_rows
from tidings.store.earlier import keep_edited, keep_returned
from tidings.store.queries import query
from tidings.store.rows import rows_among, rows_found

ARTICLE = (
    "id", "seed_id", "entry_id", "version_id", "url", "title", "text", "publisher", "origin", "language", "authors", "published_at",
    "verdict", "correction", "fetched_at", "first_seen_at", "reported_at", "text_hash", "text_key", "decided", "run_id",
)  # fmt: skip
# Statements are not first seen before their article, but for a clock that was set back: what is older than that is not looked through.
CLOCK_BACK_MAX = timedelta(days=7)
LATELY = timedelta(days=30)  # entries are mostly read within this: they are looked for among those first, and then among all
VERSION = (
    "id", "article_id", "title", "text", "first_seen_at", "before_id", "added", "removed", "added_count", "removed_count",
)  # fmt: skip
STATEMENT = (
    "id", "topic", "article_id", "version_id", "text", "start", "end", "position", "event_date", "place", "decision", "reason",
    "evidence", "first_seen_at", "run_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what is known of an article that is read again."""

    title: str
    text_hash: str
    verdict: str
    text_length: int
    decided: bool
    first_seen_at: datetime
    topics: frozenset[str]  # those it has statements on
    entry_hash: str = ""  # what the entry behind it says
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """Hold what became of one waiting entry: an outcome, and an article when there is one to decide."""

    entry_id: Id
    outcome: str  # "": keep the outcome it has
    reason: str
    detail: str
    article_id: Id | None = None
    article: Article | None = None
    text_hash: str = ""
    statements: tuple[Statement, ...] = ()
    attempt_count: int = 0
    next_attempt_at: datetime | None = None
    verdict: str = ""  # what its page turned out to be; "": no text came of it


@dataclass(frozen=True, slots=True)
class Looked:
    """Hold when the page of an article is looked at again, and since when it is gone, as far as that is known now."""

    article_id: Id
    look_again_at: datetime | None
    gone_since: datetime | None = None


def entries_waiting(connection: duckdb.DuckDBPyConnection, now: datetime, most: int) -> list[dict[str, Any]]:
    """Return the work list of reading."""
    [waiting] = rows(connection, "SELECT min(first_seen_at) AS since FROM core.entries WHERE read_due")
    if waiting["since"] is None:
        return []
    return rows(connection, query("pages_due"), {"now": now, "most": most, "since": waiting["since"].isoformat()})


def looks_due(connection: duckdb.DuckDBPyConnection, now: datetime, most: int) -> list[dict[str, Any]]:
    """Return the work list of looking again, in the same columns and some more."""
    return rows(connection, query("looks_due"), {"now": now, "most": most})


def entry_of(row: dict[str, Any]) -> Entry:
    """Build the entry from a row of the work list."""
    return Entry(
        id=row["id"],
        feed_id=row["feed_id"],
        guid=row["guid"],
        url=row["url"],
        title=row["title"],
        summary=row["summary"],
        content=row["content"],
        published_at=row["published_at"],
        language=row["language"],
        authors=tuple(row["authors"]),
    )


def known_articles(connection: duckdb.DuckDBPyConnection, ids: Sequence[Id]) -> dict[Id, Known]:
    """Return which of the articles are known, and what their current version is."""
    if not ids:
        return {}
    sql = f"""SELECT id, title, text_hash, verdict, length(text) AS text_length, decided, first_seen_at, publisher, entry_id
        FROM {rows_among(connection, "core.articles", ids)}"""
    found = {row.pop("id"): row for row in rows(connection, sql)}
    if not found:
        return {}
    behind = [row["entry_id"] for row in found.values() if row["entry_id"]]
    since = min(row["first_seen_at"] for row in found.values())
    said = rows(connection, f"SELECT id, content_hash FROM {rows_among(connection, 'core.entries', behind, lately=since - LATELY)}")
    hashes = {row["id"]: row["content_hash"] for row in said}
    # Statements lie in the order in which they were first seen, none before its article: what is older is not read.
    topics = """SELECT article_id, list(DISTINCT topic) AS topics FROM core.statements
        WHERE first_seen_at >= ? AND article_id IN (SELECT id FROM given_ids) GROUP BY article_id"""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in found])
    of_article = {row["article_id"]: frozenset(row["topics"]) for row in rows(connection, topics, [since])}
    known = {}
    for one, row in found.items():
        entry_hash = hashes.get(row.pop("entry_id"), "")
        known[one] = Known(**row, entry_hash=entry_hash, topics=of_article.get(one, frozenset()))
    return known


def same_texts(connection: duckdb.DuckDBPyConnection, hashes: Sequence[str]) -> dict[str, list[Shown]]:
    """Return, by the hash of the text, the articles whose page gave one of these texts."""
    if not hashes:
        return {}
    stage_rows(connection, "given_hashes", {"hash": "VARCHAR", "key": "UINTEGER"}, [(one, text_key(one)) for one in hashes])
    alike = "SELECT rowid FROM core.articles WHERE text_key IN (SELECT key FROM given_hashes)"
    articles = rows_found(connection, "core.articles", alike)
    sql = f"""SELECT id, url, title, text_hash, entry_id FROM {articles}
        WHERE text_hash IN (SELECT hash FROM given_hashes) AND verdict IN ('full', 'teaser') AND entry_id IS NOT NULL
        ORDER BY first_seen_at, id"""
    shown = rows(connection, sql)
    if not shown:
        return {}
    entries = rows_among(connection, "core.entries", [row["entry_id"] for row in shown])
    titles = {row["id"]: row["title"] for row in rows(connection, f"SELECT id, title FROM {entries}")}
    found: dict[str, list[Shown]] = {}
    for row in shown:
        if row["entry_id"] not in titles:
            continue
        row["title"] = titles[row["entry_id"]] or row["title"]
        found.setdefault(row["text_hash"], []).append(Shown(row["id"], row["url"], row["title"]))
    return found


def record_reads(
    connection: duckdb.DuckDBPyConnection, reads: Sequence[Read], *, now: datetime, run_id: str, looks: Sequence[Looked] = ()
) -> None:
    """Record what reading gave, in one transaction: outcomes, articles, versions, statements that are new, figures; and the next looks."""
    articles = [read for read in reads if read.article is not None]
    with transaction(connection):
        keep_edited(connection, [read.article.id for read in articles if read.article], now)
        keep_returned(connection, [one.article_id for one in looks if one.gone_since is None], now)
        _record_outcomes(connection, reads, now, run_id)
        _record_versions(connection, [read.article for read in articles if read.article], now)
        upsert_rows(connection, "core.articles", ARTICLE, [_article_row(read, run_id) for read in articles])
        record_statements(connection, [one for read in articles for one in read.statements], decision="", now=now, run_id=run_id)
        columns = ("id", "look_again_at", "gone_since")
        update_rows(connection, "core.articles", columns, [(one.article_id, one.look_again_at, one.gone_since) for one in looks])


def _record_versions(connection: duckdb.DuckDBPyConnection, articles: Sequence[Article], now: datetime) -> None:
    """Insert the texts that are new, each with what it changed of the present one; one that is there keeps the time when it was first seen.

    Called before the articles are recorded: what they hold is the version before.
    """
    if not articles:
        return
    lying = rows_among(connection, "core.articles", [one.id for one in articles])
    present = {row["id"]: row for row in rows(connection, f"SELECT id, version_id, text FROM {lying}")}
    there = set()
    if present:  # an article that is not there has no version either
        stage_rows(connection, "given_ids", {"id": "UUID"}, [(one.version_id,) for one in articles if one.id in present])
        there = {row["id"] for row in rows(connection, "SELECT id FROM core.versions SEMI JOIN given_ids USING (id)")}
    fresh = {one.version_id: one for one in articles if one.version_id not in there}
    _swap_texts(connection, articles, present)
    insert_rows(connection, "core.versions", VERSION, [_version_row(one, present.get(one.id), now) for one in fresh.values()])


def _swap_texts(connection: duckdb.DuckDBPyConnection, articles: Sequence[Article], present: dict[Id, dict[str, Any]]) -> None:
    """Give the version that is present now the text it leaves behind in its article, and take it from one that comes back."""
    edited = [one for one in articles if one.id in present and present[one.id]["version_id"] != one.version_id]
    left = [(present[one.id]["version_id"], present[one.id]["text"]) for one in edited]
    update_rows(connection, "core.versions", ("id", "text"), left)
    update_rows(connection, "core.versions", ("id", "text"), [(one.version_id, None) for one in edited])


def _version_row(article: Article, before: dict[str, Any] | None, now: datetime) -> tuple[object, ...]:
    changed = difference(before["text"], article.text, article.language) if before else Difference()
    return (
        article.version_id, article.id, article.title, None, now, before["version_id"] if before else None,
        list(changed.added), list(changed.removed), changed.added_count, changed.removed_count,
    )  # fmt: skip


def _record_outcomes(connection: duckdb.DuckDBPyConnection, reads: Sequence[Read], now: datetime, run_id: str) -> None:
    columns = (
        "id", "read_due", "outcome", "reason", "detail", "article_id", "attempt_count", "next_attempt_at", "decided_at", "run_id", "verdict",
    )  # fmt: skip
    ended = [
        (
            read.entry_id, read.next_attempt_at is not None, read.outcome, read.reason, read.detail, read.article_id,
            read.attempt_count, read.next_attempt_at, now, run_id, read.verdict or None,
        )
        for read in reads if read.outcome
    ]  # fmt: skip
    lately = now - LATELY
    update_lately(connection, "core.entries", columns, ended, lately)
    kept = [
        (read.entry_id, read.next_attempt_at is not None, read.attempt_count if read.next_attempt_at else 0, read.next_attempt_at, run_id)
        for read in reads if not read.outcome
    ]  # fmt: skip
    update_lately(connection, "core.entries", ("id", "read_due", "attempt_count", "next_attempt_at", "run_id"), kept, lately)
    told = [(read.entry_id, read.verdict) for read in reads if not read.outcome and read.verdict]
    update_lately(connection, "core.entries", ("id", "verdict"), told, lately)
    moved = [(read.entry_id, read.article_id) for read in reads if not read.outcome and read.article_id]
    update_lately(connection, "core.entries", ("id", "article_id"), moved, lately)


def _article_row(read: Read, run_id: str) -> tuple[object, ...]:
    article = read.article
    assert article is not None
    return article_row(article, "", read.entry_id, read.text_hash, decided=False, run_id=run_id)


def article_row(article: Article, seed_id: str, entry_id: Id | None, text_hash: str, *, decided: bool, run_id: str) -> tuple[object, ...]:
    """Lay an article out in the columns of ARTICLE."""
    reported = min(article.published_at or article.first_seen_at, article.first_seen_at)
    return (
        article.id, seed_id, entry_id, article.version_id, article.url, article.title, article.text, article.publisher,
        article.origin, article.language, list(article.authors), article.published_at, article.verdict.value, article.correction,
        article.fetched_at, article.first_seen_at, reported, text_hash, text_key(text_hash), decided, run_id,
    )  # fmt: skip


def text_key(text_hash: str) -> int:
    """Return the number of four bytes by which a text is found, as migration 0014 made it of those that were there. Equal ones may lie by chance."""
    return int.from_bytes(md5(text_hash.encode(), usedforsecurity=False).digest()[8:12], "little")


def record_statements(
    connection: duckdb.DuckDBPyConnection, statements: Sequence[Statement], *, decision: str, now: datetime, run_id: str
) -> None:
    """Insert the statements (and their figures) that are not there yet; those that are keep what was decided."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, {(one.article_id,) for one in statements})
    articles = "SELECT min(first_seen_at) AS at FROM core.articles SEMI JOIN given_ids USING (id)"
    since = (rows(connection, articles)[0]["at"] or now) - CLOCK_BACK_MAX
    stage_rows(connection, "given_statements", {"id": "UUID", "topic": "VARCHAR"}, [(one.id, one.topic) for one in statements])
    there = {
        (row["id"], row["topic"])
        for row in rows(
            connection,
            "SELECT id, topic FROM core.statements SEMI JOIN given_statements USING (id, topic) WHERE first_seen_at >= ?",
            [since],
        )
    }
    fresh = {(one.id, one.topic): one for one in statements if (one.id, one.topic) not in there}
    insert_rows(
        connection,
        "core.statements",
        STATEMENT,
        [
            (
                one.id, one.topic, one.article_id, one.version_id, one.text, one.start, one.end, one.position, one.event_date, one.place,
                decision, "", "", now, run_id,
            )
            for one in fresh.values()
        ],
    )  # fmt: skip
    upsert_rows(
        connection,
        "core.figures",
        (
            "id", "statement_id", "topic", "measure", "value_low", "value_high", "qualifier", "of", "unit", "as_of", "said_by", "words",
            "start", "end", "first_seen_at",
        ),
        [(*_figure_row(one, figure), now) for one in fresh.values() for figure in one.figures],
        which=f"figures.first_seen_at >= '{since.isoformat()}'::TIMESTAMPTZ",
    )  # fmt: skip


def _figure_row(statement: Statement, figure: Figure) -> tuple[object, ...]:
    return (
        make_id("figure", statement.id, statement.topic, str(figure.start), figure.measure), statement.id, statement.topic, figure.measure,
        figure.value_low, figure.value_high, figure.qualifier, figure.of, figure.unit, figure.as_of, figure.said_by, figure.words,
        figure.start, figure.end,
    )  # fmt: skip
