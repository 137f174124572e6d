"""Keep the store bounded: forget what is only of passing use. What was decided, and why, stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from tidings.store.database import rows, transaction
from tidings.store.robots import forget_robots
from tidings.store.tracked import remove_rows


@dataclass(frozen=True, slots=True)
class Retention:
    """Say how many days things are kept."""

    feed_events_days: int = 30
    runs_days: int = 365
    page_days: int = 30  # what was recorded
    entry_texts_days: int = 30
    former_texts_days: int = 0  # 0: for ever


VECTORS_DAYS = 31  # a day longer than statements are compared by meaning (pipeline.comparison)

# What is forgotten, before which time. An entry that still waits (pending, deferred) keeps its text: it may have to stand in for the page.
_SQL: Mapping[str, str] = {
    "feed_events": "DELETE FROM core.feed_events WHERE polled_at < $before",
    "entries": """UPDATE core.entries SET summary = '', content = '', change = core.change_now()
                  WHERE first_seen_at < $before AND NOT read_due AND outcome NOT IN ('pending', 'deferred') AND (summary <> '' OR content <> '')""",
    "vectors": """DELETE FROM core.statement_vectors WHERE statement_id NOT IN (
                  SELECT s.id FROM core.statements AS s JOIN core.articles AS a ON a.id = s.article_id
                  WHERE s.first_seen_at >= $before OR a.seed_id <> '')""",
    # Of a text that is no more the present one: NULL says that it is (core.versions). What was added and removed stays.
    "former_texts": """UPDATE core.versions SET text = '', change = core.change_now() WHERE text <> '' AND id NOT IN (SELECT version_id FROM core.articles)
                       AND (id IN (SELECT before_id FROM core.versions WHERE first_seen_at < $before)
                            OR id IN (SELECT version_id FROM core.earlier_articles)) -- one that an earlier text replaced, which came back
                       AND id NOT IN (SELECT version_id FROM core.earlier_articles WHERE until_at >= $before)""",
}


def tidy(connection: duckdb.DuckDBPyConnection, now: datetime, retention: Retention) -> dict[str, int]:
    """Delete old feed events, runs and vectors, empty the texts of old entries, and return how many rows of each table were touched."""
    days = {
        "feed_events": retention.feed_events_days,
        "runs": retention.runs_days,
        "entries": retention.entry_texts_days,
        "vectors": VECTORS_DAYS,
        "former_texts": retention.former_texts_days,
    }
    with transaction(connection):
        counts = {kind: _count(connection, _SQL[kind], now - timedelta(days=days[kind])) for kind in _SQL if days[kind]}
        counts["runs"] = remove_rows(connection, "runs", "started_at < $before", {"before": now - timedelta(days=days["runs"])})
        counts["robots"] = forget_robots(connection, now)
    connection.execute("CHECKPOINT")
    return counts


def _count(connection: duckdb.DuckDBPyConnection, sql: str, before: datetime) -> int:
    """Run a change and return how many rows it touched, as DuckDB counts them."""
    changed: list[dict[str, Any]] = rows(connection, sql, {"before": before})
    return int(changed[0]["Count"])
