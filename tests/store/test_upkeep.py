"""Forgetting: what is of passing use goes, what was decided stays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tidings.store.database import open_memory, rows
from tidings.store.upkeep import Retention, tidy

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)


def uid(number: int) -> str:
    """Return a readable id."""
    return f"00000000-0000-0000-0000-{number:012x}"


def test_old_events_and_runs_go_and_young_ones_stay(add: Callable[..., None]) -> None:
    """Each kind has its own time; counts say what went; a second round finds nothing."""
    with open_memory() as connection:
        for days in (1, 8, 40):
            add(connection, "feed_events", feed_id=uid(1), polled_at=NOW - timedelta(days=days))
            add(connection, "runs", id=f"r{days}", started_at=NOW - timedelta(days=days))
        retention = Retention(feed_events_days=7, runs_days=30, page_days=30)
        assert tidy(connection, NOW, retention) == {"feed_events": 2, "runs": 1, "entries": 0, "vectors": 0, "robots": 0}
        assert [row["id"] for row in rows(connection, "FROM core.runs ORDER BY id")] == ["r1", "r8"]
        assert tidy(connection, NOW, retention) == {"feed_events": 0, "runs": 0, "entries": 0, "vectors": 0, "robots": 0}


def test_texts_of_old_entries_are_emptied_once_read(add: Callable[..., None]) -> None:
    """An entry keeps its title and outcome for ever; its text goes when it is old and was read, not while it waits."""
    old: dict[str, Any] = {"feed_id": uid(1), "title": "kept", "summary": "s", "content": "c", "first_seen_at": NOW - timedelta(days=31)}
    with open_memory() as connection:
        add(connection, "entries", id=uid(1), outcome="new", **old)
        add(connection, "entries", id=uid(2), outcome="pending", **old)
        add(connection, "entries", id=uid(3), outcome="deferred", **old)
        add(connection, "entries", id=uid(4), outcome="off_topic", **(old | {"read_due": True}))
        add(connection, "entries", id=uid(5), outcome="new", **(old | {"first_seen_at": NOW - timedelta(days=29)}))
        assert tidy(connection, NOW, Retention()) == {"feed_events": 0, "runs": 0, "entries": 1, "vectors": 0, "robots": 0}
        found = rows(connection, "SELECT title, summary || content AS text, outcome FROM core.entries ORDER BY id")
    assert [row["text"] for row in found] == ["", "sc", "sc", "sc", "sc"]
    assert {row["title"] for row in found} == {"kept"}
    assert found[0]["outcome"] == "new"


def test_former_texts_go_where_that_is_wanted(add: Callable[..., None]) -> None:
    """What an article said before an edit goes after its days, if there are any; the present text and what the edit changed stay."""
    day = timedelta(days=1)
    with open_memory() as connection:
        add(connection, "articles", id=uid(1), version_id=uid(13), text="now", verdict="full")
        add(connection, "versions", id=uid(11), article_id=uid(1), text="first", first_seen_at=NOW - 90 * day)
        add(
            connection,
            "versions",
            id=uid(12),
            article_id=uid(1),
            text="second",
            before_id=uid(11),
            first_seen_at=NOW - 60 * day,
            added=["a"],
        )
        add(connection, "versions", id=uid(13), article_id=uid(1), text=None, before_id=uid(12), first_seen_at=NOW - 2 * day, added=["b"])
        assert "former_texts" not in tidy(connection, NOW, Retention())
        assert tidy(connection, NOW, Retention(former_texts_days=30))["former_texts"] == 1
        found = rows(connection, "SELECT text, added FROM core.versions ORDER BY id")
    assert [row["text"] for row in found] == ["", "second", None]
    assert [row["added"] for row in found] == [[], ["a"], ["b"]]
