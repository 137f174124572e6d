"""Read what an edition is made of, and write down what was composed and told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import duckdb

from tidings.model import (
    Coverage,
    Edition,
    Figure,
    Id,
    Recipient,
    ReportedOrigin,
)
from tidings.stages.compose import Material, Selected, StoryFacts
from tidings.store.corrections import read_corrections, record_corrections
from tidings.store.coverage import read_coverage
from tidings.store.database import insert_rows, rows, stage_rows
from tidings.store.reported import copied_ids, read_reported
from tidings.store.rows import rows_among
from tidings.store.windows import stage_wanted

_EDITION_COLUMNS = (
    "id", "recipient", "kind", "topics", "languages", "window_start", "window_end", "development_count", "folded", "known_count",
    "state", "composed_at",
)  # fmt: skip


@cache
def _sql(name: str) -> str:
    return (resources.files("tidings.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def gather(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_start: datetime | None, window_end: datetime) -> Material:
    """Return all that the store knows for an edition of this recipient that ends at `window_end`."""
    owed = gather_owed(connection, recipient, window_end)
    coverage = read_coverage(connection, recipient, window_start, window_end)
    return replace(
        owed,
        coverage=coverage,
        known_count=dict(coverage.funnel).get("known", 0),
        corrections=read_corrections(connection, recipient, (window_start, window_end), owed.selected, owed.stories),
    )


def gather_owed(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_end: datetime) -> Material:
    """Return only the developments that the recipient is owed, and their stories: enough to see whether anything crosses a threshold."""
    selected = _selected(connection, recipient, window_end)
    return Material(selected, _stories(connection, {one.story_id for one in selected}), Coverage(0, (), (), ()))


def record_edition(connection: duckdb.DuckDBPyConnection, edition: Edition, state: str, composed_at: datetime) -> None:
    """Write down an edition and what it tells; the caller's transaction holds its deliveries, too."""
    row = (
        edition.id, edition.recipient, edition.kind, [name for name, _ in edition.topics], edition.languages, edition.window_start,
        edition.window_end, edition.development_count, edition.folded, edition.known_count, state, composed_at,
    )  # fmt: skip
    insert_rows(connection, "core.editions", _EDITION_COLUMNS, [row])
    told = [one.development_id for story in edition.stories for one in story.developments]
    told_rows = [(edition.id, development, edition.recipient, position) for position, development in enumerate(told)]
    insert_rows(connection, "core.told", ("edition_id", "development_id", "recipient", "position"), told_rows)
    record_corrections(connection, edition)


# ---------------------------------------------------------------- developments


def _selected(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_end: datetime) -> tuple[Selected, ...]:
    stage_wanted(connection, recipient, window_end)
    if not _lay_out(connection, recipient, window_end):
        return ()
    found = rows(connection, _sql("edition_selected"))
    figures = _figures(connection, {row[name] for row in found for name in ("statement_id", "previous_id") if row[name]})
    copied = _publishers(connection, copied_ids(found))
    return tuple(_one(row, figures, copied) for row in found)


def _lay_out(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_end: datetime) -> bool:
    """Put what the recipient is owed into temporary tables, with the statements and articles that it speaks of; return whether it is anything."""
    _temporary(connection, "owed", _sql("edition_owed"), {"recipient": recipient.name, "window_end": window_end.isoformat()})
    owed = rows(connection, "SELECT article_id, statement_id FROM owed")
    said = [row["statement_id"] for row in owed if row["statement_id"]]
    _temporary(connection, "owed_statements", f"FROM {rows_among(connection, 'core.statements', said)}")
    _temporary(connection, "owed_replaced", _sql("edition_replaced"))
    before = [row["id"] for row in rows(connection, "SELECT DISTINCT previous_id AS id FROM owed_replaced WHERE previous_id IS NOT NULL")]
    _temporary(connection, "owed_previous", f"FROM {rows_among(connection, 'core.statements', before)}")
    there = [row["article_id"] for row in rows(connection, "SELECT DISTINCT article_id FROM owed_previous")]
    articles = rows_among(connection, "core.articles", [*(row["article_id"] for row in owed), *there])
    _temporary(connection, "owed_articles", f"SELECT * EXCLUDE (text) FROM {articles}")  # noqa: S608 - ids
    return bool(owed)


def _temporary(connection: duckdb.DuckDBPyConnection, name: str, sql: str, values: Mapping[str, Any] = MappingProxyType({})) -> None:
    """Keep what a query gives in a temporary table."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}", values)


def _one(row: Mapping[str, Any], figures: Mapping[tuple[Id, str], Sequence[Figure]], copied: Mapping[Id, str]) -> Selected:
    reported = read_reported(row, figures, copied)
    return Selected(row["topic"], row["story_id"], row["reported_at"], row["article_id"], row["position"], reported)


def _figures(connection: duckdb.DuckDBPyConnection, statements: Iterable[Id]) -> dict[tuple[Id, str], list[Figure]]:
    """Return the figures of statements, by statement and topic, in the order of the sentence."""
    _name(connection, statements)
    found: dict[tuple[Id, str], list[Figure]] = {}
    sql = 'SELECT f.* EXCLUDE (first_seen_at, change) FROM core.figures AS f JOIN named AS n ON n.id = f.statement_id ORDER BY f.statement_id, f.topic, f."start", f.id'
    for row in rows(connection, sql):
        key = (row.pop("statement_id"), row.pop("topic"))
        row.pop("id")
        found.setdefault(key, []).append(Figure(**row))
    return found


def _publishers(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id]) -> dict[Id, str]:
    _name(connection, set(articles))
    return {
        row["id"]: row["publisher"]
        for row in rows(connection, "SELECT a.id, a.publisher FROM core.articles AS a JOIN named AS n ON n.id = a.id")
    }


def _stories(connection: duckdb.DuckDBPyConnection, stories: Iterable[Id]) -> dict[Id, StoryFacts]:
    wanted = sorted(stories)
    _name(connection, wanted)
    origins = _origins(connection, wanted)
    facts = {}
    for row in rows(connection, _sql("edition_stories")):
        named = tuple(origins.get(row["id"], {}).values())
        facts[row["id"]] = StoryFacts(**{**row, "languages": tuple(row["languages"])}, origin_count=len(named) or 1, origins=named)
    return facts


def _origins(connection: duckdb.DuckDBPyConnection, stories: Sequence[Id]) -> dict[Id, dict[str, ReportedOrigin]]:
    """Return who reports each story, in order of the reports; `counted` is the origin as main.stories counts it."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in stories])
    found: dict[Id, dict[str, ReportedOrigin]] = {}
    for row in rows(connection, _sql("story_origins")):
        if not row["seeded"]:
            found.setdefault(row["story_id"], {}).setdefault(row["counted"], ReportedOrigin(row["counted"], row["url"]))
    return found


def _name(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> None:
    """Put ids into the temporary table `named`, to join with."""
    stage_rows(connection, "named", {"id": "UUID"}, [(one,) for one in sorted(ids)])
