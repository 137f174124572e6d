"""Say in an edition what is the matter with this desk itself: the disk is full, or the records were put back. Reads the public views."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import duckdb

from tidings.store.rows import rows

_IN_WINDOW = "started_at <= $stop::TIMESTAMPTZ AND ($start::TIMESTAMPTZ IS NULL OR started_at > $start::TIMESTAMPTZ)"
# Ends of ingests after the last that was done: none could be made for want of room.
_NO_ROOM = """
    SELECT min(started_at) AS since FROM main.runs
    WHERE flow IN ('ingest', 'learn') AND outcome = 'failed' AND started_at <= $stop::TIMESTAMPTZ AND contains(report ->> '$.notes[0]', 'no room')
        AND started_at > (SELECT coalesce(max(started_at), '-infinity'::TIMESTAMPTZ) FROM main.runs WHERE flow IN ('ingest', 'learn') AND outcome = 'done')
"""
_RESTORED = f"""
    SELECT started_at, report ->> '$.backup_of' AS backup_of FROM main.runs
    WHERE flow = 'restore' AND (report ->> '$.known_from') = 'nothing' AND {_IN_WINDOW} ORDER BY started_at DESC LIMIT 1
"""  # noqa: S608 - our own words


def own_notes(connection: duckdb.DuckDBPyConnection, window: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whole sentences for an edition of a window (`start`, `stop`, as ISO times)."""
    return tuple(_notes(connection, window))


def _notes(connection: duckdb.DuckDBPyConnection, window: Mapping[str, Any]) -> Iterator[str]:
    since = rows(connection, _NO_ROOM, {"stop": window["stop"]})[0]["since"]
    if since:
        yield f"The disk of this desk is nearly full: since {since:%Y-%m-%d %H:%M} UTC no feed was asked, and nothing published since is in this edition."
    for row in rows(connection, _RESTORED, window):
        made = f" of {datetime.fromisoformat(row['backup_of']):%Y-%m-%d %H:%M} UTC" if row["backup_of"] else ""
        yield (
            f"The records of this desk were put back from a backup{made} on {row['started_at']:%Y-%m-%d %H:%M} UTC: what editions told in between "
            "is not known here, and may be told again in this one."
        )
