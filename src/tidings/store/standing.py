"""Say how a store stands for those who look after it: runs, editions, what was not delivered. Reads the public views only.

So it answers from the store and from the published snapshot alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tidings.store.database import open_store, rows
from tidings.store.migrate import read_migrations
from tidings.store.outbox import shown_since
from tidings.store.query import open_snapshot
from tidings.store.windows import AHEAD_MAX

_INGESTS = """
    SELECT ended_at FROM runs
    WHERE flow = 'ingest' AND outcome = 'done'
        AND ended_at >= (SELECT max(ended_at) FROM runs WHERE flow = 'ingest' AND outcome = 'done') - INTERVAL 7 DAY -- how far back the others tell how often one is made
    ORDER BY ended_at
"""
_LAST_INGEST = "SELECT started_at, outcome, coalesce(report ->> '$.notes[0]', '') AS note FROM runs WHERE flow = 'ingest' ORDER BY started_at DESC LIMIT 1"
_WATCHED = """
    SELECT
        min(started_at) AS first_run_at,
        max(ended_at) FILTER (flow IN ('ingest', 'learn') AND outcome = 'done') AS ingest_at,
        max(ended_at) FILTER (flow = 'upkeep' AND outcome = 'done') AS upkeep_at
    FROM runs
    WHERE started_at <= $until::TIMESTAMPTZ
"""
_TROUBLES = """
    SELECT
        d.recipient, d.channel, d.state, e.window_end, max(d.attempt_count) AS attempt_count,
        coalesce(arg_max(d.last_error, d.created_at), '') AS last_error, count(*) AS message_count
    FROM deliveries AS d JOIN editions AS e ON e.id = d.edition_id
    WHERE d.state = 'uncertain' OR (d.state = 'pending' AND d.attempt_count > 0)
        OR (
            d.state IN ('refused', 'held', 'expired') AND d.created_at > $since::TIMESTAMPTZ
            AND NOT EXISTS (
                SELECT 1 FROM deliveries AS later
                WHERE later.recipient = d.recipient AND later.state = 'sent' AND later.created_at > d.created_at
            )
        )
    GROUP BY d.recipient, d.channel, d.state, e.window_end
    ORDER BY d.recipient, e.window_end, d.state
"""
_WAITING = """
    SELECT d.recipient, d.channel, e.window_end, coalesce(max(d.next_attempt_at), min(d.created_at)) AS since, count(*) AS message_count
    FROM deliveries AS d JOIN editions AS e ON e.id = d.edition_id
    WHERE d.state = 'pending'
    GROUP BY d.recipient, d.channel, e.window_end
    ORDER BY d.recipient, e.window_end
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Describe what of an edition waits to be tried; `since` when it could have been."""

    recipient: str
    channel: str
    window_end: datetime
    since: datetime
    message_count: int = 1


@dataclass(frozen=True, slots=True)
class Trouble:
    """Describe what of an edition did not arrive, or may not have."""

    recipient: str
    channel: str
    state: str
    attempt_count: int
    last_error: str
    window_end: datetime
    message_count: int = 1  # so many parts of it


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what runs, editions and deliveries tell of the last days."""

    newest_run_at: datetime | None  # begin or end of any run, whichever is later
    ingests: tuple[datetime, ...]  # ends of the ingests of the last days that were done, oldest first
    last_ingest: tuple[datetime, str, str] | None  # begin, outcome and first note of the newest, however it ended
    window_ends: Mapping[str, datetime]  # recipient -> end of the last scheduled edition
    troubles: tuple[Trouble, ...]
    waiting: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True)
class Watched:
    """Hold when what a schedule starts last came to its end."""

    first_run_at: datetime | None  # begin of the first run
    ingest_at: datetime | None  # end of the last ingest, or learning run, that was done
    upkeep_at: datetime | None
    window_ends: Mapping[str, datetime]  # as above


def read_watched(connection: duckdb.DuckDBPyConnection, now: datetime) -> Watched:
    """Read it from the views. What lies more than a day ahead was done by a clock that was wrong: it must not hide what is missed since."""
    until = now + AHEAD_MAX
    [row] = rows(connection, _WATCHED, {"until": until.isoformat()})
    return Watched(**row, window_ends=_window_ends(connection, until))


def stored_standing(folder: Path, wait_s: float) -> tuple[Standing, int]:
    """Read the store itself, without writing to it: how it stands, and the version of its tables. Raises StoreError."""
    with open_store(folder, wait_s, read_only=True) as connection:
        return _standing(connection), len(read_migrations())  # an older version would not have opened


def published_standing(folder: Path) -> Standing:
    """Read the published snapshot; raises StoreError."""
    with open_snapshot(folder) as connection:
        return _standing(connection)


def _standing(connection: duckdb.DuckDBPyConnection) -> Standing:
    newest = rows(connection, "SELECT max(greatest(started_at, coalesce(ended_at, started_at))) AS at_last FROM runs")
    last = rows(connection, _LAST_INGEST)
    return Standing(
        newest_run_at=newest[0]["at_last"],
        ingests=tuple(row["ended_at"] for row in rows(connection, _INGESTS)),
        last_ingest=(last[0]["started_at"], last[0]["outcome"], last[0]["note"]) if last else None,
        window_ends=_window_ends(connection),
        troubles=tuple(Trouble(**row) for row in rows(connection, _TROUBLES, {"since": shown_since(connection)})),
        waiting=tuple(Waiting(**row) for row in rows(connection, _WAITING)),
    )


def _window_ends(connection: duckdb.DuckDBPyConnection, until: datetime | None = None) -> dict[str, datetime]:
    sql = """SELECT recipient, max(window_end) AS at_last FROM editions
        WHERE kind = 'scheduled' AND window_end <= coalesce($until::TIMESTAMPTZ, TIMESTAMPTZ 'infinity')
        GROUP BY recipient ORDER BY recipient"""
    return {row["recipient"]: row["at_last"] for row in rows(connection, sql, {"until": until.isoformat() if until else None})}
