"""Read what earlier editions told a recipient and does not stand, and write down that they were told so."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tidings.model import Correcting, Edition, Id, Kind, ReportedCorrection
from tidings.stages.compose import Selected, StoryFacts
from tidings.stages.corrections import find_change
from tidings.store.database import insert_rows, rows, stage_rows
from tidings.store.owed import Window
from tidings.store.pages import CLOCK_BACK_MAX
from tidings.store.queries import query
from tidings.store.rows import rows_among

# An edit that was seen before the window may have come into the store in it; what is told once is written down, so looking back is free.
LOOK_BACK = timedelta(days=3)
GONE_FOR = timedelta(hours=5)  # a page that went is looked for again after four hours: it may come back
ROWS_MAX = 500  # told developments looked at for one edition, fairly among their reports

_NEWS = frozenset({Kind.CHANGED_FIGURE, Kind.REVERSAL})


def read_corrections(
    connection: duckdb.DuckDBPyConnection,
    asked: Iterable[Window],
    selected: Mapping[str, Sequence[Selected]],
    stories: Mapping[Id, StoryFacts],
) -> dict[str, tuple[ReportedCorrection, ...]]:
    """Return the corrections for editions with these developments, by recipient: of what was told last first. A first edition has none.

    Read from what `store.editions` laid out of what the recipients are owed.
    """
    later = [(recipient, start, end) for recipient, start, end in asked if start is not None]
    if not later:
        return {}
    by_reports = _by_reports(connection, {recipient.name: selected.get(recipient.name, ()) for recipient, _, _ in later}, stories)
    is_touched = _lay_out(connection, [recipient.name for recipient, _, _ in later], min(start for _, start, _ in later) - LOOK_BACK)
    found: dict[str, tuple[ReportedCorrection, ...]] = {}
    for recipient, start, end in later:
        told = by_reports.get(recipient.name, {})
        for one in _taken_back(connection, recipient.name, start, end, selected.get(recipient.name, ())) if is_touched else ():
            told.setdefault(one.development_id, one)
        topics = {topic: place for place, topic in enumerate(recipient.topics)}
        wanted = (one for one in told.values() if one.topic in topics)
        found[recipient.name] = tuple(_once(sorted(wanted, key=lambda one: (-one.told_at.timestamp(), topics[one.topic]))))
    return found


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
    connection: duckdb.DuckDBPyConnection, selected: Mapping[str, Sequence[Selected]], stories: Mapping[Id, StoryFacts]
) -> dict[str, dict[Id, ReportedCorrection]]:
    """Return what developments of each edition correct, as their reports say of themselves, by recipient and corrected development."""
    correcting = {
        (name, one.reported.development_id): one for name, some in selected.items() for one in some if one.reported.kind is Kind.CORRECTION
    }
    if not correcting:
        return {}
    stage_rows(connection, "named", {"id": "UUID"}, [(one,) for one in sorted({one for _, one in correcting})])
    _temporary(connection, "named_corrects", query("edition_corrects"))
    replaced = [row["id"] for row in rows(connection, "SELECT DISTINCT statement_id AS id FROM named_corrects")]
    _temporary(connection, "replaced_developments", f"FROM {rows_among(connection, 'core.developments', replaced, 'statement_id')}")
    _temporary(connection, "replaced_statements", f"FROM {rows_among(connection, 'core.statements', replaced)}")
    reports = [row["id"] for row in rows(connection, "SELECT DISTINCT article_id AS id FROM replaced_developments")]
    _temporary(connection, "replaced_articles", f"SELECT id, language FROM {rows_among(connection, 'core.articles', reports)}")  # noqa: S608 - ids
    found: dict[str, dict[Id, ReportedCorrection]] = {}
    for row in rows(connection, query("edition_corrected")):
        by = correcting.get((row["recipient"], row["by_id"]))
        if by is not None:
            found.setdefault(row["recipient"], {})[row["development_id"]] = _corrected(row, by, stories.get(by.story_id))
    return found


def _corrected(row: Mapping[str, Any], by: Selected, story: StoryFacts | None) -> ReportedCorrection:
    return ReportedCorrection(
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
    connection: duckdb.DuckDBPyConnection, recipient: str, start: datetime, end: datetime, selected: Sequence[Selected]
) -> Iterator[ReportedCorrection]:
    """Yield what was told of reports that were edited, went or were marked since."""
    values = {
        "recipient": recipient,
        "since": (start - LOOK_BACK).isoformat(),
        "gone_until": (end - GONE_FOR).isoformat(),
        "rows_max": ROWS_MAX,
    }
    said = {(one.article_id, one.topic, one.reported.statement): one for one in selected}
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


def _lay_out(connection: duckdb.DuckDBPyConnection, recipients: Iterable[str], since: datetime) -> bool:
    """Put what was told the recipients, and comes into question, into temporary tables with all that is known of it; return whether it is anything."""
    stage_rows(connection, "asked", {"recipient": "VARCHAR"}, [(one,) for one in recipients])
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched_reports AS {query('edition_touched_reports')}", {"since": since.isoformat()})
    [oldest] = rows(connection, "SELECT min(first_seen_at) AS at FROM touched_reports")
    if oldest["at"] is None:
        return False
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE touched AS {query('edition_touched')}",
        {"recorded_since": (oldest["at"] - CLOCK_BACK_MAX).isoformat()},
    )
    told = [row["id"] for row in rows(connection, "SELECT DISTINCT development_id AS id FROM touched")]
    if not told:
        return False
    _temporary(connection, "touched_developments", f"FROM {rows_among(connection, 'core.developments', told)}")
    found = rows(connection, "SELECT DISTINCT article_id, statement_id FROM touched_developments")
    _temporary(connection, "touched_articles", f"FROM {rows_among(connection, 'core.articles', [row['article_id'] for row in found])}")
    [first] = rows(connection, "SELECT min(first_seen_at) AS at FROM touched_articles")
    statements = [row["statement_id"] for row in found]
    lying = rows_among(connection, "core.statements", statements, since=first["at"] and first["at"] - CLOCK_BACK_MAX)
    _temporary(connection, "touched_statements", f"FROM {lying}")
    versions = rows(connection, "SELECT version_id AS id FROM touched_statements UNION SELECT version_id FROM touched_articles")
    _temporary(connection, "touched_versions", f"FROM {rows_among(connection, 'core.versions', [row['id'] for row in versions])}")
    for name in ("touched_stories", "touched_news", "corrected_words"):
        _temporary(connection, name, query(f"edition_{name}"))
    return True


def _temporary(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Keep what a query gives in a temporary table."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")


def _became(row: Mapping[str, Any]) -> tuple[Correcting, str, datetime] | None:
    """Return what became of told words, what they are now, and when we saw that; None where they stand."""
    if row["marked_at"]:
        return Correcting.MARKED, "", row["marked_at"]
    if row["gone_at"]:
        return Correcting.GONE, "", row["gone_at"]
    change = find_change(row["told"], row["before"] or "", row["after"], row["language"], corrects=row["correction"])
    return (*change, row["edited_at"]) if change else None
