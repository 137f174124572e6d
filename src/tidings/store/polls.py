"""Keep feeds, their state between polls, and their entries."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any, get_type_hints

import duckdb

from tidings.model import Entry, Feed, FeedState, Id, Outcome, Topic
from tidings.store.database import insert_rows, rows, transaction, update_rows, upsert_rows
from tidings.store.known_entries import KEYS, entry_keys, record_moved

REREAD_DAYS = 7  # how far back pages are read again for a new topic; about what feeds still show

_STATE = tuple(field.name for field in fields(FeedState) if field.name != "feed_id")
_TIMES = frozenset(name for name, kind in get_type_hints(FeedState).items() if kind == datetime | None)
_ENTRY = ("id", "feed_id", "guid", "url", "title", "summary", "content", "language", "authors", "published_at")


def record_configuration(connection: duckdb.DuckDBPyConnection, feeds: Sequence[Feed], topics: Sequence[Topic], now: datetime) -> None:
    """Make the configured feeds and topics known; feeds that left the configuration keep their history.

    When a topic is new to a store that has read pages already, the pages of the last days are read once more: their entries were judged
    without it.
    """
    described = ("id", "shown_url", "publisher", "language", "country", "configured", "tls_exception")
    known = {row["id"]: tuple(row.values()) for row in rows(connection, f"SELECT {', '.join(described)} FROM core.feeds")}  # noqa: S608 - our own names
    named = {row["name"] for row in rows(connection, "SELECT name FROM core.topics")}
    given = {feed.id: _described(feed) for feed in feeds}
    if {one for one in known.values() if one[5]} == set(given.values()) and all(topic.name in named for topic in topics):
        return  # nearly always: as the run before left it
    empty = FeedState("")
    with transaction(connection):
        connection.execute("UPDATE core.feeds SET configured = false WHERE configured")
        update_rows(connection, "core.feeds", described, [_described(feed) for feed in feeds if feed.id in known])
        insert_rows(
            connection,
            "core.feeds",
            (*described, *_STATE),
            [(*_described(feed), *_state_row(empty)[1:]) for feed in feeds if feed.id not in known],
        )
        upsert_rows(
            connection,
            "core.topics",
            ("name", "title", "first_seen_at"),
            [(topic.name, topic.title, now) for topic in topics if topic.name not in named],
            key=("name",),
        )
        if named and any(topic.name not in named for topic in topics):
            connection.execute(
                "UPDATE core.entries SET read_due = true, attempt_count = 0, next_attempt_at = NULL, change = core.change_now() WHERE first_seen_at >= ?",
                [now - timedelta(days=REREAD_DAYS)],
            )


def _described(feed: Feed) -> tuple[str, str, str, str, str, bool, bool]:
    return (feed.id, feed.shown_url, feed.publisher, feed.language, feed.country, True, bool(feed.tls_sha256))


def _state_row(state: FeedState) -> tuple[object, ...]:
    values = (state.feed_id, *(getattr(state, name) for name in _STATE))
    return tuple(" ".join(value) if isinstance(value, tuple) else value for value in values)


def feed_states(connection: duckdb.DuckDBPyConnection) -> dict[Id, FeedState]:
    """Return what we know of each feed."""
    # As plain times and text: DuckDB makes times with a zone, and ids, at ten and five times the cost, and here are a dozen for each feed.
    columns = ", ".join(f"{name}::TIMESTAMP AS {name}" if name in _TIMES else name for name in _STATE)
    found = connection.execute(f"SELECT id::VARCHAR, {columns} FROM core.feeds").fetchall()  # noqa: S608 - our own column names
    states = (FeedState(one, **{name: _read(name, value) for name, value in zip(_STATE, row, strict=True)}) for one, *row in found)
    return {state.feed_id: state for state in states}


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if name in _TIMES else tuple(value.split()) if name == "hosts" else value


def record_polls(
    connection: duckdb.DuckDBPyConnection,
    polls: Sequence[tuple[FeedState, str, str, Sequence[Entry]]],
    hashes: Mapping[Id, str],
    known: Mapping[Id, str],
    *,
    now: datetime,
    run_id: str,
    learn: bool = False,
    moved: Sequence[Entry] = (),
) -> int:
    """Record polls as (state, outcome, detail, entries): states, events and entries in one transaction. Return how many entries are new.

    `hashes` holds the content hash of every entry given, `known` the one recorded of each of them that is in the store (`known_entries`
    finds both). A known entry is touched only when it says something else than before, or when it is one of `moved`: these came back
    under another guid or link.
    """
    fresh: dict[Id, Entry] = {}
    changed: dict[Id, Entry] = {}
    events = []
    for state, outcome, detail, entries in polls:
        new_count = len({entry.id for entry in entries} - known.keys() - fresh.keys())
        events.append((state.feed_id, now, outcome, detail, len(entries), new_count, run_id))
        for entry in entries:
            if entry.id not in known:
                fresh.setdefault(entry.id, entry)
            elif known[entry.id] != hashes[entry.id]:
                changed[entry.id] = entry
    keys = entry_keys(connection, (*fresh.values(), *changed.values()))
    event_columns = ("feed_id", "polled_at", "outcome", "detail", "entry_count", "new_count", "run_id")
    with transaction(connection):
        update_rows(connection, "core.feeds", ("id", *_STATE), [_state_row(state) for state, *_ in polls])
        upsert_rows(connection, "core.feed_events", event_columns, events, key=("feed_id", "polled_at"))
        insert_rows(
            connection,
            "core.entries",
            (
                *_ENTRY,
                *KEYS,
                "content_hash",
                "first_seen_at",
                "learn",
                "read_due",
                "outcome",
                "reason",
                "detail",
                "attempt_count",
                "run_id",
            ),
            [
                (*_entry_row(entry), *keys[entry.id], hashes[entry.id], now, learn, True, Outcome.PENDING.value, "", "", 0, run_id)
                for entry in fresh.values()
            ],
        )
        update_rows(
            connection,
            "core.entries",
            (*_ENTRY, *KEYS, "content_hash", "read_due", "attempt_count", "next_attempt_at", "run_id"),
            [(*_entry_row(entry), *keys[entry.id], hashes[entry.id], True, 0, None, run_id) for entry in changed.values()],
        )
        record_moved(connection, moved)
    return len(fresh)


def _entry_row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.id, entry.feed_id, entry.guid, entry.url, entry.title, entry.summary, entry.content, entry.language,
        list(entry.authors), entry.published_at,
    )  # fmt: skip


def accept_feed(connection: duckdb.DuckDBPyConnection, feed_id: Id, now: datetime) -> bool:
    """Forget what a feed that is held was known by: the next poll, due now, takes it as it is. Return whether it was held."""
    held = rows(connection, "SELECT id FROM core.feeds WHERE id = ? AND failure = 'other_feed'", [feed_id])
    connection.execute(
        "UPDATE core.feeds SET title = '', hosts = '', next_due_at = ? WHERE id = ? AND failure = 'other_feed'", [now, feed_id]
    )
    return bool(held)
