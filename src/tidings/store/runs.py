"""Keep run reports, and count what a run touched."""

from collections import Counter
from datetime import datetime

import duckdb

from tidings.model import FailedFeed
from tidings.store.database import rows, upsert_rows
from tidings.store.queries import query

FAILED_FEEDS_MAX = 200  # named in a run's report


def begin(connection: duckdb.DuckDBPyConnection, run_id: str, flow: str, now: datetime) -> None:
    """Record that a run began; runs that never ended were killed, and are marked so."""
    connection.execute("UPDATE core.runs SET outcome = 'killed', change = core.change_now() WHERE outcome = 'running' AND flow = ?", [flow])
    upsert_rows(connection, "core.runs", ("id", "flow", "started_at", "outcome", "report"), [(run_id, flow, now, "running", "{}")])


def end(connection: duckdb.DuckDBPyConnection, run_id: str, now: datetime, outcome: str, report: str) -> None:
    """Record how a run ended, with its report as JSON."""
    sql = "UPDATE core.runs SET ended_at = ?, outcome = ?, report = ?, change = core.change_now() WHERE id = ?"
    connection.execute(sql, [now, outcome, report, run_id])


def last_end(connection: duckdb.DuckDBPyConnection, flow: str) -> datetime | None:
    """Return when a flow last ended as it should; None: never."""
    found = rows(connection, "SELECT max(ended_at) AS at_last FROM core.runs WHERE flow = ? AND outcome = 'done'", [flow])
    return found[0]["at_last"]  # type: ignore[no-any-return]


def first_start(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return when the first run began; None: there was none."""
    return rows(connection, "SELECT min(started_at) AS at_first FROM core.runs")[0]["at_first"]  # type: ignore[no-any-return]


def has_ingested(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether an ingest, or a learning run, has ever ended."""
    return bool(rows(connection, "SELECT 1 AS one FROM core.runs WHERE flow IN ('ingest', 'learn') AND outcome = 'done' LIMIT 1"))


def defer_unread(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """Say of entries that no run came to read yet (`ingest.pages_per_run_max`, or a kill) that they wait for the next."""
    sql = """UPDATE core.entries SET outcome = 'deferred', reason = 'waits_for_next_run', run_id = ?, change = core.change_now()
        WHERE outcome = 'pending' AND read_due"""
    connection.execute(sql, [run_id])


def touched_entries(connection: duckdb.DuckDBPyConnection, run_id: str) -> list[tuple[str, str]]:
    """Return (outcome, reason) of every entry that a run saw for the first time, read, or decided."""
    found = rows(connection, "SELECT outcome, reason FROM core.entries WHERE run_id = ?", [run_id])
    return [(row["outcome"], row["reason"]) for row in found]


def development_counts(connection: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, int]:
    """Count the developments that a run recorded, by kind."""
    found = rows(connection, "SELECT kind, count(*) AS n FROM core.developments WHERE run_id = ? GROUP BY kind ORDER BY kind", [run_id])
    return {row["kind"]: row["n"] for row in found}


def duplicate_count(connection: duckdb.DuckDBPyConnection, run_id: str) -> int:
    """Count the articles that a run found to be copies."""
    sql = "SELECT count(*) AS n FROM core.duplicates AS d JOIN core.articles AS a ON a.id = d.article_id WHERE a.run_id = ?"
    return int(rows(connection, sql, [run_id])[0]["n"])


def failed_polls(connection: duckdb.DuckDBPyConnection, run_id: str) -> tuple[dict[str, int], tuple[FailedFeed, ...]]:
    """Count the polls of a run that failed, or gave only a part, by reason, the most frequent first; name their feeds, the busiest first."""
    found = rows(connection, query("failed_polls"), {"run_id": run_id})
    counts = Counter(row["reason"] for row in found)
    return dict(counts.most_common()), tuple(FailedFeed(**row) for row in found[:FAILED_FEEDS_MAX])
