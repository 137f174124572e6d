"""Read what earlier editions told a recipient and does not stand, and write down that they were told so."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tidings.model import Correcting, Edition, Id, Kind, Recipient, ReportedCorrection
from tidings.stages.compose import Selected, StoryFacts
from tidings.stages.corrections import find_change
from tidings.store.database import insert_rows, rows, stage_rows
from tidings.store.queries import query
from tidings.store.rows import rows_among

# An edit that was seen before the window may have come into the store in it; what is told once is written down, so looking back is free.
LOOK_BACK = timedelta(days=3)
GONE_FOR = timedelta(hours=5)  # a page that went is looked for again after four hours: it may come back
ROWS_MAX = 500  # told developments looked at for one edition, fairly among their reports

_NEWS = frozenset({Kind.CHANGED_FIGURE, Kind.REVERSAL})


def read_corrections(
    connection: duckdb.DuckDBPyConnection,
    recipient: Recipient,
    window: tuple[datetime | None, datetime],
    selected: Iterable[Selected],
    stories: Mapping[Id, StoryFacts],
) -> tuple[ReportedCorrection, ...]:
    """Return the corrections for an edition with these developments: of what was told last first. A first edition has none."""
    start, end = window
    if start is None:
        return ()
    chosen = tuple(selected)
    found = {one.development_id: one for one in _by_reports(connection, recipient.name, chosen, stories)}
    for one in _taken_back(connection, recipient.name, start, end, chosen):
        found.setdefault(one.development_id, one)
    topics = {topic: place for place, topic in enumerate(recipient.topics)}
    wanted = (one for one in found.values() if one.topic in topics)
    return tuple(_once(sorted(wanted, key=lambda one: (-one.told_at.timestamp(), topics[one.topic]))))


def _once(found: Iterable[ReportedCorrection]) -> Iterator[ReportedCorrection]:
    """Yield what was told on several topics with the first of them; what was marked is wrong on each topic by itself."""
    seen = set()
    for one in found:
        key = (one.told, one.now, one.url, one.how, one.topic if one.how is Correcting.MARKED else "")
        if key not in seen:
            seen.add(key)
            yield one


def record_corrections(connection: duckdb.DuckDBPyConnection, edition: Edition) -> None:
    """Write down what an edition corrects."""
    columns = ("edition_id", "development_id", "recipient", "how", "words")
    insert_rows(
        connection, "core.corrected", columns, [(edition.id, one.development_id, edition.recipient, one.how, one.now) for one in edition.corrections]
    )  # fmt: skip


def _by_reports(
    connection: duckdb.DuckDBPyConnection, recipient: str, selected: tuple[Selected, ...], stories: Mapping[Id, StoryFacts]
) -> Iterator[ReportedCorrection]:
    """Yield what developments of this edition correct, as their reports say of themselves."""
    correcting = {one.reported.development_id: one for one in selected if one.reported.kind is Kind.CORRECTION}
    stage_rows(connection, "named", {"id": "UUID"}, [(one,) for one in sorted(correcting)])
    if not correcting:
        return
    own = rows(connection, "SELECT statement_id AS id FROM core.developments SEMI JOIN named USING (id) WHERE statement_id IS NOT NULL")
    statements = rows_among(connection, "core.statements", [row["id"] for row in own])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE named_statements AS FROM {statements}")
    statements = rows_among(connection, "core.statements", [row["id"] for row in rows(connection, query("edition_corrects"))])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE replaced_statements AS FROM {statements}")
    for row in rows(connection, query("edition_corrected"), {"recipient": recipient}):
        by = correcting[row["by_id"]]
        story = stories.get(by.story_id)
        yield ReportedCorrection(
            development_id=row["development_id"],
            topic=by.topic,
            how=Correcting.CORRECTED,
            told_at=row["told_at"],
            told=row["told"],
            told_language=row["told_language"],
            publisher=by.reported.publisher,
            url=by.reported.url,
            language=by.reported.language,
            first_seen_at=by.reported.first_seen_at,
            now=by.reported.statement,
            published_at=by.reported.published_at,
            headline=story.title if story else "",
            headline_language=story.language if story else "",
            by_id=row["by_id"],
        )


def _taken_back(
    connection: duckdb.DuckDBPyConnection, recipient: str, start: datetime, end: datetime, selected: tuple[Selected, ...]
) -> Iterator[ReportedCorrection]:
    """Yield what was told of reports that were edited, went or were marked since."""
    values = {
        "recipient": recipient,
        "since": (start - LOOK_BACK).isoformat(),
        "gone_until": (end - GONE_FOR).isoformat(),
        "rows_max": ROWS_MAX,
    }
    said = {(one.article_id, one.topic, one.reported.statement): one for one in selected}
    stage_rows(connection, "given_news", {"id": "UUID"}, [(one.reported.development_id,) for one in selected])
    if not _lay_out(connection, values):
        return
    looked_at = rows(connection, query("edition_taken_back"), values)
    for row in sorted(looked_at, key=lambda row: (row["story_id"], row["article_id"])):  # a report's together: its texts are read once
        found = _became(row)
        if found is None:
            continue
        how, now, seen_at = found
        same = said.get((row["article_id"], row["topic"], now))
        if same and (same.reported.kind in _NEWS or same.reported.replaces):
            continue  # the edition tells it as news, with what it was before
        yield ReportedCorrection(
            development_id=row["development_id"],
            topic=row["topic"],
            how=how,
            told_at=row["told_at"],
            told=row["told"],
            told_language=row["language"],
            publisher=row["publisher"],
            url=row["url"],
            language=row["language"],
            first_seen_at=seen_at,
            now=now,
            headline=row["headline"] or "",
            headline_language=row["headline_language"],
            by_id=same.reported.development_id if same else "",
        )


def _lay_out(connection: duckdb.DuckDBPyConnection, values: Mapping[str, Any]) -> bool:
    """Put the articles, statements and former texts that come into question into temporary tables; return whether there are any."""
    found = rows(connection, query("edition_touched"), {name: values[name] for name in ("recipient", "since")})
    articles = rows_among(connection, "core.articles", [row["article_id"] for row in found])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched_articles AS FROM {articles}")
    statements = rows_among(connection, "core.statements", [row["statement_id"] for row in found])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched_statements AS FROM {statements}")
    former = [row["id"] for row in rows(connection, "SELECT DISTINCT version_id AS id FROM touched_statements")]
    versions = rows_among(connection, "core.versions", former)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched_versions AS FROM {versions}")
    return bool(found)


def _became(row: Mapping[str, Any]) -> tuple[Correcting, str, datetime] | None:
    """Return what became of told words, what they are now, and when we saw that; None where they stand."""
    if row["marked_at"]:
        return Correcting.MARKED, "", row["marked_at"]
    if row["gone_at"]:
        return Correcting.GONE, "", row["gone_at"]
    change = find_change(row["told"], row["before"] or "", row["after"], row["language"], corrects=row["correction"])
    return (*change, row["edited_at"]) if change else None
