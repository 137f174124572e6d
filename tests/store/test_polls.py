"""Prove how feeds, their states and their entries are kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from tidings.ids import feed_id
from tidings.model import Entry, Feed, FeedState, Topic
from tidings.store.database import open_memory, rows
from tidings.store.known_entries import known_entries
from tidings.store.polls import feed_states, record_configuration, record_polls

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
FEED = Feed(
    feed_id("https://wire.example/rss?key=hush"), "https://wire.example/rss?key=hush", "https://wire.example/rss", "Wire", "en", "GB"
)
OTHER = replace(FEED, id=feed_id("https://post.example/rss"), shown_url="https://post.example/rss")
TOPICS = (Topic("idlib", "Idlib", ("Idlib",), ()),)


def entry(number: int, **more: object) -> Entry:
    values: dict[str, object] = {
        "guid": f"g{number}",
        "url": "",
        "title": f"Title {number}",
        "summary": "",
        "content": "",
        "published_at": NOW,
        "authors": ("A. Writer",),
    }
    return Entry(id=feed_id(str(number)), feed_id=FEED.id, **{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a store that knows two feeds."""
    with open_memory() as connection:
        record_configuration(connection, [FEED, OTHER], TOPICS, NOW)
        yield connection


def record(store: duckdb.DuckDBPyConnection, *entries: Entry, hash_of: str = "h", now: datetime = NOW, **more: bool) -> int:
    state = FeedState(FEED.id, etag='"1"', polled_at=now, first_polled_at=NOW, overlap=0.25)
    known = {one.id: one.content_hash for of_feed in known_entries(store, entries).values() for one in of_feed}
    return record_polls(store, [(state, "polled", "", entries)], {one.id: hash_of for one in entries}, known, now=now, run_id="r", **more)


def test_feeds_begin_without_a_past_and_keep_it_when_described_anew(store: duckdb.DuckDBPyConnection) -> None:
    """A renamed publisher changes the description, not the state; a feed that left the configuration stays, marked."""
    assert feed_states(store)[FEED.id] == FeedState(FEED.id)
    record(store)
    known = feed_states(store)[FEED.id]
    assert (known.etag, known.overlap, known.first_polled_at) == ('"1"', 0.25, NOW)
    record_configuration(store, [replace(FEED, publisher="Wire Service")], TOPICS, LATER)
    assert feed_states(store)[FEED.id] == known
    assert rows(store, "SELECT publisher, configured FROM core.feeds ORDER BY configured") == [
        {"publisher": "Wire", "configured": False}, {"publisher": "Wire Service", "configured": True},
    ]  # fmt: skip


def test_a_secret_in_a_url_is_not_stored(store: duckdb.DuckDBPyConnection) -> None:
    """Only the shown URL reaches the store."""
    record(store)
    assert "hush" not in str(rows(store, "SELECT * FROM core.feeds"))


def test_a_topic_is_known_since_it_was_first_configured(store: duckdb.DuckDBPyConnection) -> None:
    """Configuring it again changes nothing; another one begins now."""
    record_configuration(store, [FEED], (*TOPICS, Topic("libya", "Libya", ("Libya",), ())), LATER)
    assert rows(store, "SELECT name, first_seen_at FROM core.topics ORDER BY name") == [
        {"name": "idlib", "first_seen_at": NOW}, {"name": "libya", "first_seen_at": LATER},
    ]  # fmt: skip


def test_entries_are_new_once(store: duckdb.DuckDBPyConnection) -> None:
    """The second poll adds what is new and does not touch what says the same; twice in one batch is once."""
    assert record(store, entry(1), entry(2), entry(2)) == 2
    before = rows(store, "SELECT * FROM core.entries WHERE guid <> 'g3' ORDER BY guid")
    assert record(store, entry(1), entry(2), entry(3), now=LATER) == 1
    assert rows(store, "SELECT * FROM core.entries WHERE guid <> 'g3' ORDER BY guid") == before
    assert before[0]["outcome"] == "pending"
    assert before[0]["authors"] == ["A. Writer"]
    assert rows(store, "SELECT polled_at, entry_count, new_count FROM core.feed_events ORDER BY polled_at") == [
        {"polled_at": NOW, "entry_count": 3, "new_count": 2}, {"polled_at": LATER, "entry_count": 3, "new_count": 1},
    ]  # fmt: skip


def test_a_changed_entry_is_due_again_and_keeps_its_past(store: duckdb.DuckDBPyConnection) -> None:
    """Its words are the new ones; when it was first seen and what became of it stay."""
    record(store, entry(1))
    store.execute("UPDATE core.entries SET read_due = false, outcome = 'new', reason = 'new_story', attempt_count = 2")
    assert record(store, entry(1, title="Edited"), hash_of="other", now=LATER) == 0
    found = rows(store, "SELECT title, read_due, outcome, attempt_count, first_seen_at, content_hash FROM core.entries")
    assert found == [
        {"title": "Edited", "read_due": True, "outcome": "new", "attempt_count": 0, "first_seen_at": NOW, "content_hash": "other"}
    ]
    assert [(one.id, one.content_hash) for one in known_entries(store, [entry(1), entry(2)])[FEED.id]] == [(entry(1).id, "other")]


def test_a_poll_is_recorded_whole_or_not_at_all(store: duckdb.DuckDBPyConnection) -> None:
    """When one entry cannot be stored the feed's state, with its validators, is not stored either."""
    with pytest.raises(duckdb.Error):
        record(store, entry(1), entry(2, guid=None))
    assert feed_states(store)[FEED.id] == FeedState(FEED.id)
    assert rows(store, "SELECT 1 FROM core.entries") == []


def test_what_a_learning_run_sees_is_marked(store: duckdb.DuckDBPyConnection) -> None:
    """The mark stays with the entry until its page is read."""
    record(store, entry(1), learn=True)
    assert rows(store, "SELECT learn FROM core.entries") == [{"learn": True}]


def test_text_from_outside_is_only_text(store: duckdb.DuckDBPyConnection) -> None:
    """Quotes, semicolons, NUL's neighbours and lone surrogates are stored as words."""
    hostile = "'; DROP TABLE core.entries; -- \ud800 \u202e \x01"
    record(store, entry(1, title=hostile))
    assert rows(store, "SELECT title FROM core.entries") == [{"title": hostile.replace("\ud800", "\ufffd")}]
