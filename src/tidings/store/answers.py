"""Answer questions about what became of things, from the published snapshot: a running ingest is never in the way.

Only the outbox is read from the store itself: whoever sends a message again goes by what is true now.
"""

import json
from collections import Counter
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from tidings.store.coverage import GRAVEST, read_feeds, read_own_outage
from tidings.store.database import open_store, rows
from tidings.store.mirror import GROWING
from tidings.store.outbox import shown_since
from tidings.store.published import count_of
from tidings.store.query import open_snapshot
from tidings.store.standing import read_watched
from tidings.store.why import labels_said

_TAKES_IN = frozenset({"ingest", "learn"})

Row = dict[str, Any]


def status(folder: Path, now: datetime) -> Row:
    """Return how the store, the feeds and the deliveries stand at a time."""
    with open_snapshot(folder) as connection:
        health = read_feeds(connection, _AILING)
        states = Counter(row["state"] for row in health)
        return {
            "counts": _counts(connection),
            "runs": [_run(row) for row in rows(connection, _LATEST_RUNS)],
            "feeds": {state: states[state] for state in _STATES if states[state]},
            "ailing": [row for row in health if row["concern"] is not None],
            "own_outage": _own_outage(connection),
            "pages": _pages(connection),
            "watched": read_watched(connection, now),
            "editions": rows(
                connection,
                """WITH latest AS MATERIALIZED (FROM editions ORDER BY window_end DESC, recipient LIMIT 5)
                SELECT e.recipient, e.kind, e.window_end, e.state, e.development_count,
                    CASE
                        WHEN e.state = 'skipped' THEN 'skipped'
                        WHEN bool_and(d.state = 'sent') THEN 'delivered'
                        ELSE 'undelivered: ' || coalesce(string_agg(DISTINCT d.state, ', ' ORDER BY d.state) FILTER (d.state <> 'sent'), 'no message')
                    END AS delivery
                FROM latest AS e LEFT JOIN deliveries AS d ON d.edition_id = e.id
                GROUP BY e.id, e.recipient, e.kind, e.window_end, e.state, e.development_count ORDER BY e.window_end DESC, e.recipient""",
            ),
            "waiting": rows(connection, _WAITING)[0],
            "undelivered": rows(
                connection,
                """SELECT id, recipient, channel, state, attempt_count, last_error, part, part_count FROM deliveries
                WHERE state = 'uncertain' OR (state = 'pending' AND attempt_count > 0)
                    OR (state IN ('refused', 'held', 'expired') AND created_at > $since::TIMESTAMPTZ)
                ORDER BY recipient, created_at, edition_id, part""",
                {"since": shown_since(connection)},
            ),
        }


_STATES = ("fine", "failing", "silent", "new")
_AILING = "publisher, feed, state, concern, failing_since, silent_since, last_success_at, failures_in_row, failure, trouble, note, moved_to, tls_exception"
_RECENT = "(SELECT max(started_at) FROM runs) - INTERVAL 7 DAY"
_LATEST_RUNS = "FROM runs WHERE id IN (SELECT id FROM core.runs ORDER BY started_at DESC, id LIMIT 5) ORDER BY started_at DESC, id"
# A time known beforehand, and each column by itself: of a million articles DuckDB reads the last days alone.
_PAGES = """
    SELECT coalesce(nullif(verdict, ''), reason) AS word, count(*) AS n
    FROM (
        FROM entries WHERE decided_at > $since::TIMESTAMPTZ
        UNION ALL FROM entries WHERE decided_at IS NULL AND first_seen_at > $since::TIMESTAMPTZ
    )
    WHERE url IS NOT NULL
        AND (verdict <> '' OR outcome IN ('rejected', 'deferred') AND reason NOT IN ('no_link', 'waits_for_next_run', 'earlier_version_waits'))
    GROUP BY word ORDER BY n DESC, word
"""
# A story that all was moved out of is none: only those out of which something was can be.
_COUNTS = """
    WITH moved AS MATERIALIZED (SELECT DISTINCT moved_from_id AS id FROM core.labels WHERE moved_from_id IS NOT NULL)
    SELECT (SELECT count(*) FROM articles) AS articles, {statements} AS statements,
        (SELECT count(*) FROM core.stories WHERE len(topics) > 0 AND id NOT IN (FROM moved))
            + (SELECT count(DISTINCT id) FROM stories WHERE id IN (FROM moved)) AS stories,
        (SELECT count(*) FROM developments) AS developments, (SELECT count(*) FROM seeds) AS seeds
"""


def _counts(connection: duckdb.DuckDBPyConnection) -> Row:
    """Count what there is."""
    statements = next(table for table in GROWING if table.store_name == "statements")
    return rows(connection, _COUNTS.format(statements=f"({count_of(connection, statements)})"))[0]


def _pages(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count what the pages of the last days turned out to be."""
    since = rows(connection, f"SELECT ({_RECENT})::VARCHAR AS since")[0]["since"]
    return {row["word"]: row["n"] for row in rows(connection, _PAGES, {"since": since})}


def _own_outage(connection: duckdb.DuckDBPyConnection) -> Row | None:
    """Return the latest time of the last days in which no host could be reached."""
    window = rows(connection, f"SELECT max(started_at) AS stop, {_RECENT} AS start FROM runs")[0]  # noqa: S608 - our own words
    outage = read_own_outage(connection, window) if window["stop"] else None
    return asdict(outage) if outage else None


# A part of an edition waits while one before it may still change by itself.
_BEHIND = """EXISTS (
    SELECT 1 FROM deliveries AS b
    WHERE b.edition_id = d.edition_id AND b.recipient = d.recipient AND b.part < d.part AND b.state IN ('pending', 'sending', 'uncertain')
)"""
_WAITING = f"""
    SELECT
        count(*) AS messages, min(created_at) AS since,
        CASE WHEN NOT coalesce(bool_or(next_attempt_at IS NULL AND NOT behind), false) THEN min(next_attempt_at) END AS next_attempt_at
    FROM (SELECT d.*, {_BEHIND} AS behind FROM deliveries AS d WHERE d.state IN ('pending', 'sending'))
"""  # noqa: S608 - our own words
_OUTBOX = f"""
    SELECT
        d.id, d.recipient, d.channel, d.state, d.part, d.part_count, e.window_end, d.attempt_count, d.next_attempt_at, d.last_error,
        {_BEHIND} AS behind
    FROM deliveries AS d JOIN editions AS e ON e.id = d.edition_id
    WHERE d.state IN ('pending', 'sending', 'uncertain') OR (d.state IN ('refused', 'held', 'expired') AND d.created_at > $since::TIMESTAMPTZ)
    ORDER BY e.window_end, d.recipient, d.part, d.id
"""  # noqa: S608 - as above


def outbox(folder: Path, wait_s: float) -> list[Row]:
    """Return the messages that wait, and those of the last two weeks that did not arrive or may not have, in the order of sending.

    Reads the store itself, for which it waits `wait_s` seconds; raises StoreError. `behind` says that a part before it is open.
    """
    with open_store(folder, wait_s, read_only=True) as connection:
        return rows(connection, _OUTBOX, {"since": shown_since(connection)})


def _run(row: Row) -> Row:
    """Return a run with the counts of its own report: an upkeep counts other things than an ingest."""
    if row["flow"] in _TAKES_IN:
        counts = {name: row[name] for name in ("entries", "developments")}
    else:
        report = json.loads(row["report"] or "{}")
        counts = {name: count for name, count in report.items() if isinstance(count, int) and count}
    return {name: row[name] for name in ("flow", "started_at", "ended_at", "outcome")} | {"counts": counts}


def feed_health(folder: Path) -> list[Row]:
    """Return the health of each configured feed."""
    with open_snapshot(folder) as connection:
        return rows(connection, f"FROM feed_health WHERE state IS NOT NULL ORDER BY {GRAVEST}")


def seed_counts(folder: Path) -> dict[str, int]:
    """Return how many statements each stored seed tells."""
    with open_snapshot(folder) as connection:
        sql = "SELECT s.id, count(t.id) AS n FROM seeds AS s LEFT JOIN statements AS t ON t.article_id = s.article_id AND t.decision = 'seed' GROUP BY s.id"
        return {row["id"]: row["n"] for row in rows(connection, sql)}


def seen_of(folder: Path, feed_id: str, entry_ids: list[str], article_ids: list[str]) -> Row:
    """Return whether a feed was polled, and what is known of these entries and articles, by id."""
    with open_snapshot(folder) as connection:
        return {
            "polled": bool(rows(connection, "SELECT 1 FROM feed_health WHERE feed_id = ? AND last_success_at IS NOT NULL", [feed_id])),
            "entries": {
                row["id"]: row
                for row in rows(connection, "SELECT id, outcome, reason FROM entries WHERE id IN (SELECT unnest(?::UUID[]))", [entry_ids])
            },
            "articles": {
                row["id"]: row
                for row in rows(
                    connection, "SELECT id, publisher, first_seen_at FROM articles WHERE id IN (SELECT unnest(?::UUID[]))", [article_ids]
                )
            },
        }


def labels(folder: Path) -> list[Row]:
    """Return what users said against decisions, the latest first."""
    with open_snapshot(folder) as connection:
        return labels_said(connection)[::-1]
