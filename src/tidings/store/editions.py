"""Read what an edition is made of, and write down what was composed and told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, cached_property
from importlib import resources
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from tidings.model import (
    AlertRule,
    Coverage,
    Edition,
    Figure,
    Id,
    Recipient,
    ReportedCorrection,
    ReportedOrigin,
)
from tidings.stages.compose import Material, Selected, StoryFacts
from tidings.store.corrections import read_corrections, record_corrections
from tidings.store.coverage import Grounds
from tidings.store.database import insert_rows, rows, stage_rows
from tidings.store.owed import Mark, Owed, Window, find_owed
from tidings.store.pages import CLOCK_BACK_MAX
from tidings.store.reported import copied_ids, read_reported
from tidings.store.rows import rows_among

_EDITION_COLUMNS = (
    "id", "recipient", "kind", "topics", "languages", "window_start", "window_end", "development_count", "folded", "known_count",
    "state", "composed_at", "owed_from", "owed_for",
)  # fmt: skip


@cache
def _sql(name: str) -> str:
    return (resources.files("tidings.store") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def gather(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_start: datetime | None, window_end: datetime) -> Material:
    """Return all that the store knows for an edition of this recipient that ends at `window_end`."""
    return Gathering(connection, [(recipient, window_start, window_end)]).material(recipient)


class Gathering:
    """Read what editions that are composed together are made of: what several of them need is looked for once.

    A table without keys is searched whole, so ten searches for eight readers each are dear where one for all of them is not. `asked` holds
    each recipient with the begin (None: it is the first) and the end of the window. Valid while nothing is recorded but these editions;
    one at a time on a connection.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, asked: Iterable[Window]) -> None:
        self._connection = connection
        self._asked = {recipient.name: (recipient, start, end) for recipient, start, end in asked}
        self._grounds = Grounds(connection)

    def window(self, recipient: Recipient) -> Window | None:
        """Return the window that was asked for; None: this recipient gets no edition now."""
        return self._asked.get(recipient.name)

    def material(self, recipient: Recipient) -> Material:
        """Return all that the store knows for the edition of one of the recipients."""
        _, start, end = self._asked[recipient.name]
        coverage = self._grounds.coverage(recipient, start, end)
        known_count = dict(coverage.funnel).get("known", 0)
        return replace(
            self.owed(recipient), coverage=coverage, known_count=known_count, corrections=self._corrections.get(recipient.name, ())
        )

    def owed(self, recipient: Recipient) -> Material:
        """Return only the developments that a recipient is owed, and their stories: enough to see whether anything crosses a threshold."""
        selected = self._selected.get(recipient.name, ())
        return Material(selected, {one.story_id: self._stories[one.story_id] for one in selected}, Coverage(0, (), (), ()))

    def may_cross(self, recipient: Recipient, rule: AlertRule) -> bool:
        """Tell whether anything that a recipient is owed may cross a threshold; only then is it worth reading."""
        owed = self._owed.ids.get(recipient.name, ())
        if not stage_rows(self._connection, "asked_of", {"id": "UUID"}, [(one,) for one in owed]):
            return False
        return bool(rows(self._connection, _sql("may_alert"), {"origins": rule.origins, "toll": rule.toll}))

    def mark(self, edition: Edition) -> Mark | None:
        """Return what an edition made of this leaves over, to be recorded with it."""
        return self._owed.mark(self._connection, edition)

    @cached_property
    def _owed(self) -> Owed:
        return find_owed(self._connection, self._asked.values())

    @cached_property
    def _selected(self) -> Mapping[str, tuple[Selected, ...]]:
        return _selected(self._connection, self._owed)

    @cached_property
    def _stories(self) -> Mapping[Id, StoryFacts]:
        return _stories(self._connection, {one.story_id for selected in self._selected.values() for one in selected})

    @cached_property
    def _corrections(self) -> Mapping[str, tuple[ReportedCorrection, ...]]:
        return read_corrections(self._connection, self._asked.values(), self._selected, self._stories)


def record_edition(
    connection: duckdb.DuckDBPyConnection, edition: Edition, state: str, composed_at: datetime, mark: Mark | None = None
) -> None:
    """Write down an edition, what it tells, and the mark of what it leaves over; the caller's transaction holds its deliveries, too."""
    row = (
        edition.id, edition.recipient, edition.kind, [name for name, _ in edition.topics], edition.languages, edition.window_start,
        edition.window_end, edition.development_count, edition.folded, edition.known_count, state, composed_at,
        mark.owed_from if mark else None, mark.owed_for if mark else None,
    )  # fmt: skip
    insert_rows(connection, "core.editions", _EDITION_COLUMNS, [row])
    told = [one.development_id for story in edition.stories for one in story.developments]
    told_rows = [(edition.id, development, edition.recipient, position) for position, development in enumerate(told)]
    insert_rows(connection, "core.told", ("edition_id", "development_id", "recipient", "position"), told_rows)
    record_corrections(connection, edition)


# ---------------------------------------------------------------- developments


def _selected(connection: duckdb.DuckDBPyConnection, owed: Owed) -> dict[str, tuple[Selected, ...]]:
    """Return what each recipient is owed, in order."""
    if not _lay_out(connection, owed):
        return {}
    found = rows(connection, _sql("edition_selected"))
    figures = _figures(connection, {row[name] for row in found for name in ("statement_id", "previous_id") if row[name]})
    copied = _publishers(connection, copied_ids(found))
    return {name: tuple(_one(row, figures, copied) for row in of_one) for name, of_one in groupby(found, key=itemgetter("recipient"))}


def _lay_out(connection: duckdb.DuckDBPyConnection, owed: Owed) -> bool:
    """Put what the recipients are owed into temporary tables, with the statements and articles that it speaks of; return whether it is anything."""
    each = [(name, one) for name, ids in owed.ids.items() for one in ids]
    stage_rows(connection, "owed", {"recipient": "VARCHAR", "id": "UUID"}, each)
    _temporary(connection, "owed_developments", f"FROM {rows_among(connection, 'core.developments', {one for _, one in each})}")
    reports = rows(connection, "SELECT DISTINCT article_id AS id FROM owed_developments")
    since = _since(connection, [row["id"] for row in reports])
    said = rows(connection, "SELECT DISTINCT statement_id AS id FROM owed_developments WHERE statement_id IS NOT NULL")
    statements = rows_among(connection, "core.statements", [row["id"] for row in said], since=since)
    _temporary(connection, "owed_statements", f"FROM {statements}")
    _temporary(connection, "owed_replaced", _sql("edition_replaced"))
    before = [row["id"] for row in rows(connection, "SELECT DISTINCT previous_id AS id FROM owed_replaced WHERE previous_id IS NOT NULL")]
    _temporary(connection, "owed_previous", f"FROM {rows_among(connection, 'core.statements', before)}")
    there = rows(connection, "SELECT DISTINCT article_id AS id FROM owed_previous")
    articles = rows_among(connection, "core.articles", [row["id"] for row in (*reports, *there)])
    _temporary(connection, "owed_articles", f"SELECT * EXCLUDE (text) FROM {articles}")  # noqa: S608 - ids
    return bool(each)


def _since(connection: duckdb.DuckDBPyConnection, articles: Sequence[Id]) -> datetime | None:
    """Return from when on the statements of articles were first seen."""
    [row] = rows(connection, f"SELECT min(first_seen_at) AS at FROM {rows_among(connection, 'core.articles', articles)}")  # noqa: S608 - ids
    return row["at"] - CLOCK_BACK_MAX if row["at"] else None


def _temporary(connection: duckdb.DuckDBPyConnection, name: str, sql: str) -> None:
    """Keep what a query gives in a temporary table."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {sql}")


def _one(row: Mapping[str, Any], figures: Mapping[tuple[Id, str], Sequence[Figure]], copied: Mapping[Id, str]) -> Selected:
    reported = read_reported(row, figures, copied)
    return Selected(row["topic"], row["story_id"], row["reported_at"], row["article_id"], row["position"], reported)


def _figures(connection: duckdb.DuckDBPyConnection, statements: Iterable[Id]) -> dict[tuple[Id, str], list[Figure]]:
    """Return the figures of statements, by statement and topic, in the order of the sentence."""
    found: dict[tuple[Id, str], list[Figure]] = {}
    [first] = rows(connection, "SELECT min(first_seen_at) AS at FROM (FROM owed_statements UNION ALL FROM owed_previous)")
    lying = rows_among(connection, "core.figures", statements, "statement_id", since=first["at"])
    for row in rows(connection, f'SELECT * EXCLUDE (first_seen_at, change) FROM {lying} ORDER BY statement_id, topic, "start", id'):  # noqa: S608 - ids
        key = (row.pop("statement_id"), row.pop("topic"))
        row.pop("id")
        found.setdefault(key, []).append(Figure(**row))
    return found


def _publishers(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id]) -> dict[Id, str]:
    lying = rows_among(connection, "core.articles", articles)
    return {row["id"]: row["publisher"] for row in rows(connection, f"SELECT id, publisher FROM {lying}")}  # noqa: S608 - ids


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
    told = "SELECT min(first_seen_at) AS at FROM core.articles WHERE decided AND story_id IN (SELECT id FROM given_ids)"
    [first] = rows(connection, told)
    if first["at"] is None:
        return {}
    found: dict[Id, dict[str, ReportedOrigin]] = {}
    for row in rows(connection, _sql("story_origins"), {"since": (first["at"] - CLOCK_BACK_MAX).isoformat()}):
        if not row["seeded"]:
            found.setdefault(row["story_id"], {}).setdefault(row["counted"], ReportedOrigin(row["counted"], row["url"]))
    return found


def _name(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> None:
    """Put ids into the temporary table `named`, to join with."""
    stage_rows(connection, "named", {"id": "UUID"}, [(one,) for one in sorted(ids)])
