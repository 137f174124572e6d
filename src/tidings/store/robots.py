"""Remember for a day what robots.txt of each site said, so that a run every half hour does not ask every site again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import duckdb

from tidings.store.database import rows, transaction, upsert_rows

KEPT = timedelta(hours=24)  # RFC 9309, 2.4
ORIGINS_MAX = 5_000
BYTES_MAX = 20_000_000  # of all of them together; the newest are kept


def remembered(connection: duckdb.DuckDBPyConnection, now: datetime) -> list[tuple[str, datetime, bytes]]:
    """Return (origin, fetched_at, body) of what was answered less than a day ago."""
    sql = "SELECT origin, fetched_at, body FROM core.robots WHERE fetched_at > $since AND fetched_at <= $now ORDER BY origin"
    return [(row["origin"], row["fetched_at"], bytes(row["body"])) for row in rows(connection, sql, {"since": now - KEPT, "now": now})]


def record_robots(connection: duckdb.DuckDBPyConnection, answers: Iterable[tuple[str, datetime, bytes]], now: datetime) -> None:
    """Keep answers, (origin, fetched_at, body), over earlier ones of the same origin; forget what is old or too much."""
    with transaction(connection):
        upsert_rows(connection, "core.robots", ("origin", "fetched_at", "body"), list(answers), key=("origin",))
        forget_robots(connection, now)


def forget_robots(connection: duckdb.DuckDBPyConnection, now: datetime) -> int:
    """Forget what is a day old, was kept by a clock that was ahead, or is too much; return how many were forgotten."""
    sql = """DELETE FROM core.robots WHERE fetched_at <= $since OR fetched_at > $now OR origin IN (
        SELECT origin FROM (
            SELECT origin, row_number() OVER newest AS place, sum(octet_length(body)) OVER newest AS size
            FROM core.robots WINDOW newest AS (ORDER BY fetched_at DESC, origin ROWS UNBOUNDED PRECEDING)
        ) WHERE place > $most OR size > $bytes)"""
    counted = rows(connection, sql, {"since": now - KEPT, "now": now, "most": ORIGINS_MAX, "bytes": BYTES_MAX})
    return int(counted[0]["Count"])
