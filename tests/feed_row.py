"""A feed that is fine, as the store holds it, and how it stands in the view feed_health."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from tidings.store.database import rows

NOW = datetime(2020, 2, 20, 7, 0, tzinfo=UTC)  # a Thursday
FEED = str(uuid.UUID(int=1))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = {
    "id": FEED, "shown_url": "https://a.example/feed", "publisher": "A", "configured": True, "overlap": 0.5, "first_polled_at": NOW - 90 * DAY,
    "polled_at": NOW, "next_due_at": NOW + HOUR, "last_success_at": NOW, "last_new_at": NOW - HOUR, "entries_per_day": 4.0,
}  # fmt: skip


def health(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return the row of the only feed that is configured. What is read in a hurry, without the habits of busy feeds, is always the same."""
    found = rows(connection, "FROM feed_health")
    assert len(found) == 1, found
    hurried = rows(connection, "SELECT * EXCLUDE (usual_gap_h) FROM core.feeds_judged(24)")
    assert hurried == [{name: value for name, value in found[0].items() if name != "usual_gap_h"}]
    return found[0]
