"""Answer questions about what became of things, from the published snapshot: a running ingest is never in the way."""

import json
from pathlib import Path
from typing import Any

from tidings.store.database import rows
from tidings.store.query import open_snapshot

_TAKES_IN = frozenset({"ingest", "learn"})

Row = dict[str, Any]


def status(folder: Path) -> Row:
    """Return how the store, the feeds and the deliveries stand."""
    with open_snapshot(folder) as connection:
        return {
            "counts": rows(
                connection,
                """SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM statements) AS statements,
                    (SELECT count(DISTINCT id) FROM stories) AS stories, (SELECT count(*) FROM developments) AS developments,
                    (SELECT count(*) FROM seeds) AS seeds""",
            )[0],
            "runs": [_run(row) for row in rows(connection, "FROM runs ORDER BY started_at DESC, id LIMIT 5")],
            "feeds": {
                row["state"]: row["n"]
                for row in rows(connection, "SELECT state, count(*) AS n FROM feed_health GROUP BY state ORDER BY state")
            },
            "ailing": rows(
                connection,
                """SELECT publisher, feed, state, last_success_at, failures_in_row, note FROM feed_health
                WHERE state IN ('failing', 'silent') ORDER BY state, publisher, feed""",
            ),
            "editions": rows(
                connection,
                """SELECT e.recipient, e.window_end, e.state, e.development_count,
                    CASE
                        WHEN e.state = 'skipped' THEN 'skipped'
                        WHEN bool_and(d.state = 'sent') THEN 'delivered'
                        ELSE 'undelivered: ' || coalesce(string_agg(DISTINCT d.state, ', ' ORDER BY d.state) FILTER (d.state <> 'sent'), 'no message')
                    END AS delivery
                FROM editions AS e LEFT JOIN deliveries AS d ON d.edition_id = e.id
                GROUP BY e.id, e.recipient, e.window_end, e.state, e.development_count ORDER BY e.window_end DESC, e.recipient LIMIT 5""",
            ),
            "undelivered": rows(
                connection,
                """SELECT recipient, channel, state, attempt_count, last_error, part, part_count FROM deliveries
                WHERE state IN ('refused', 'held', 'expired', 'uncertain') OR (state = 'pending' AND attempt_count > 0)
                ORDER BY recipient, created_at, edition_id, part""",
            ),
        }


def outbox(folder: Path) -> list[Row]:
    """Return the messages that wait, and those of the last two weeks that did not arrive or may not have, in the order of sending."""
    with open_snapshot(folder) as connection:
        return rows(
            connection,
            """SELECT d.id, d.recipient, d.channel, d.state, d.part, d.part_count, e.window_end, d.attempt_count, d.next_attempt_at, d.last_error
            FROM deliveries AS d JOIN editions AS e ON e.id = d.edition_id
            WHERE d.state IN ('pending', 'sending', 'uncertain', 'held')
                OR (d.state IN ('refused', 'expired') AND d.created_at > (SELECT max(created_at) FROM deliveries) - INTERVAL 14 DAY)
            ORDER BY e.window_end, d.recipient, d.part, d.id""",
        )


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
        return rows(connection, "FROM feed_health ORDER BY state, publisher, feed")


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
                for row in rows(connection, "SELECT id, outcome, reason FROM entries WHERE id IN (SELECT unnest(?))", [entry_ids])
            },
            "articles": {
                row["id"]: row
                for row in rows(
                    connection, "SELECT id, publisher, first_seen_at FROM articles WHERE id IN (SELECT unnest(?))", [article_ids]
                )
            },
        }
