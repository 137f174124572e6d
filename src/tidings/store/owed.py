"""Find what recipients are owed: what is on their topics, was recorded since they began, and was told to them in no edition.

What was told decides, not the window. To look up all developments of years among all that was ever told takes the longer the older a store
is, so a scheduled edition leaves a mark: what it left over, and all that came or was changed later, has that number of change or a later one.
Numbers of change only grow, whatever a clock says. The mark holds for the same topics since the same times, in any language; else, and
where there is none, all are looked up.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tidings.model import Edition, EditionKind, Id, Recipient
from tidings.store.database import rows, stage_rows
from tidings.store.queries import query
from tidings.store.windows import stage_wanted

Window = tuple[Recipient, datetime | None, datetime]  # of an edition: for whom, its begin (None: it is the first), its end


@dataclass(frozen=True, slots=True)
class Mark:
    """Say from which number of change on the rows are that a recipient may be owed after an edition, and of which topics since when."""

    owed_from: int
    owed_for: str


@dataclass(frozen=True, slots=True)
class Owed:
    """Hold the developments that each recipient is owed, by name, and of which topics since when, as a mark says it."""

    ids: Mapping[str, tuple[Id, ...]]
    wanted: Mapping[str, str]  # none of a recipient who ever named a language

    def mark(self, connection: duckdb.DuckDBPyConnection, edition: Edition) -> Mark | None:
        """Return the mark of an edition that is made of these and recorded now; None: it leaves none."""
        wanted = self.wanted.get(edition.recipient)
        if wanted is None or edition.kind is not EditionKind.SCHEDULED:
            return None
        told = {one.development_id for story in edition.stories for one in story.developments}
        left = [(one,) for one in self.ids.get(edition.recipient, ()) if one not in told]
        stage_rows(connection, "left_over", {"id": "UUID"}, left)
        later = "SELECT min(change) FROM core.developments WHERE recorded_at > $end::TIMESTAMPTZ"
        waiting = "SELECT min(change) FROM core.developments WHERE id IN (SELECT id FROM left_over)" if left else "NULL"
        sql = f"SELECT least(core.change_now(), ({later}), ({waiting})) AS number"
        [row] = rows(connection, sql, {"end": edition.window_end.isoformat()})
        return Mark(row["number"], wanted)


def find_owed(connection: duckdb.DuckDBPyConnection, asked: Collection[Window]) -> Owed:
    """Return what the recipients are owed at the ends of their windows, and leave what they want in the temporary table `wanted`."""
    stage_wanted(connection, [(recipient, end) for recipient, _, end in asked])
    sql = """SELECT recipient, string_agg(topic || ' ' || epoch_us(start_at), '; ' ORDER BY topic) AS owed_for FROM wanted
        GROUP BY recipient HAVING bool_and(language = '')"""
    wanted = {row["recipient"]: row["owed_for"] for row in rows(connection, sql)}
    marked = {name: mark.owed_from for name, mark in _last_marks(connection, wanted).items() if mark.owed_for == wanted[name]}
    found: dict[str, tuple[Id, ...]] = _since_marks(connection, marked)
    for recipient, _, end in asked:
        if recipient.name not in marked:
            found[recipient.name] = _among_all(connection, recipient.name, end)
    return Owed(found, wanted)


def _last_marks(connection: duckdb.DuckDBPyConnection, recipients: Iterable[str]) -> dict[str, Mark]:
    stage_rows(connection, "asked", {"recipient": "VARCHAR"}, [(one,) for one in recipients])
    sql = """SELECT recipient, owed_from, owed_for FROM core.editions SEMI JOIN asked USING (recipient) WHERE kind = 'scheduled'
        QUALIFY row_number() OVER (PARTITION BY recipient ORDER BY owed_from DESC NULLS LAST, id) = 1"""
    return {row["recipient"]: Mark(row["owed_from"], row["owed_for"]) for row in rows(connection, sql) if row["owed_from"] is not None}


def _since_marks(connection: duckdb.DuckDBPyConnection, marked: Mapping[str, int]) -> dict[str, tuple[Id, ...]]:
    if not marked:
        return {}
    stage_rows(connection, "marked", {"recipient": "VARCHAR", "owed_from": "BIGINT"}, marked.items())
    found: dict[str, list[Id]] = {name: [] for name in marked}
    for row in rows(connection, query("edition_owed_since"), {"first": min(marked.values())}):
        found[row["recipient"]].append(row["id"])
    return {name: tuple(ids) for name, ids in found.items()}


def _among_all(connection: duckdb.DuckDBPyConnection, recipient: str, window_end: datetime) -> tuple[Id, ...]:
    [row] = rows(connection, "SELECT min(start_at) AS since FROM wanted WHERE recipient = ?", [recipient])
    if row["since"] is None:
        return ()
    values = {"recipient": recipient, "window_end": window_end.isoformat(), "since": row["since"].isoformat()}
    return tuple(one["id"] for one in rows(connection, query("edition_owed"), values))
