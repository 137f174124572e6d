"""Finding the known entries that a poll's entries may be."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tidings import ids
from tidings.model import Entry, FeedState
from tidings.stages.identity import recognise, text_hash
from tidings.store.database import Connection, open_memory
from tidings.store.known_entries import KEYS, known_entries, record_moved
from tidings.store.migrate import read_migrations
from tidings.store.polls import record_polls
from tidings.store.rows import rows

NOW = datetime(2020, 2, 10, 12, 5, tzinfo=UTC)
FEED, ANOTHER = ids.feed_id("https://baytown.example/feed"), ids.feed_id("https://fields.example/feed")
COLUMNS = ("id", "feed_id", "guid", "url", "title", "summary", "content", "published_at")
TEXT = "The harbour of Baytown opened again on Monday after nine days, the port authority said, and the first ships came in at noon, in the rain."


def entry(guid: str, url: str, title: str = "", text: str = "", at: datetime | None = NOW, feed: str = FEED) -> Entry:
    return Entry(ids.entry_id(feed, guid, url, title, text), feed, guid, url, title, text, "", at)


Keep = Callable[..., None]


@pytest.fixture
def store() -> Iterator[Connection]:
    with open_memory() as connection:
        yield connection


@pytest.fixture
def keep(store: Connection, add: Callable[..., None]) -> Keep:
    """Put entries into the store as polls do, first seen so many days ago."""

    def keep_entries(*entries: Entry, days: int = 0) -> None:
        for one in entries:
            values = {name: getattr(one, name) for name in COLUMNS}
            add(store, "entries", **values, first_seen_at=NOW - timedelta(days=days), outcome="off_topic")

    return keep_entries


OLD = entry("g1", "https://baytown.example/news/harbour?id=7", "Harbour opens again after nine days", TEXT)


@pytest.mark.parametrize(
    "new",
    [
        pytest.param(entry("g1", "", at=None), id="guid"),
        pytest.param(entry("", "http://www.baytown.example/news/harbour/?id=7&utm_source=x", at=None), id="link"),
        pytest.param(entry("", "https://baytown.example/news/harbour/amp?id=7", at=None), id="link, AMP"),
        pytest.param(entry("g2", "", "HARBOUR opens again after nine days", at=None), id="title"),
        pytest.param(entry("g2", ""), id="time"),
        pytest.param(entry("", "", "", TEXT, at=None), id="text of an entry without guid and link"),
    ],
)
def test_what_shares_a_trait_is_found(store: Connection, keep: Keep, new: Entry) -> None:
    """Guid, link in any spelling, title, time and text lead to the known entry, with all that is compared."""
    keep(OLD, entry("other", "https://baytown.example/other", "Fields", "Fields.", None))
    (found,) = known_entries(store, [new])[FEED]
    assert (found.id, found.guid, found.url, found.title) == (OLD.id, OLD.guid, OLD.url, OLD.title)
    assert (found.published_at, found.text_hash) == (NOW, text_hash(OLD))


def test_feeds_do_not_share_entries(store: Connection, keep: Keep) -> None:
    """What another feed gave is not found, whatever it shares; each feed given has an answer."""
    keep(OLD)
    assert known_entries(store, [replace(OLD, id=ids.make_id("x"), feed_id=ANOTHER)]) == {ANOTHER: ()}


def test_entries_known_by_their_id_are_told_too(store: Connection, keep: Keep) -> None:
    """An entry that is known as it is is named, so that nothing else takes its id."""
    keep(OLD)
    twin = entry("g1", "https://baytown.example/elsewhere", "Harbour opens again after nine days", TEXT)
    known = known_entries(store, [OLD, twin])[FEED]
    assert [one.id for one in known] == [OLD.id]
    assert recognise([OLD, twin], known).entries == (OLD, twin)


def test_texts_are_looked_at_in_a_storm(store: Connection, keep: Keep) -> None:
    """When most of a poll seems new its entries are looked for by their texts."""
    keep(*(entry(f"a{n}", f"https://baytown.example/a{n}", f"Old {n}", f"{TEXT} {n}", None) for n in range(6)))
    moved = [entry(f"b{n}", f"https://baytown.example/b{n}", f"New {n}", f"{TEXT} {n}", None) for n in range(6)]
    found = recognise(moved, known_entries(store, moved)[FEED])
    assert len(found.moved) == 6
    assert found.storm
    assert known_entries(store, moved[:2])[FEED] == ()


def test_what_many_share_is_found_a_few_times(store: Connection, keep: Keep) -> None:
    """Of a title of every day three are given, enough to see that it is no one's; an address with a query is still found among many."""
    for n in range(30):
        keep(entry(f"d{n}", f"https://baytown.example/story.php?id={n}", "Daily update", "", NOW - timedelta(days=n)), days=n)
    assert len(known_entries(store, [entry("d", "", "Daily update", at=None)])[FEED]) == 3
    new = entry("x", "https://baytown.example/story.php?id=29&utm_source=rss", at=None)
    known = known_entries(store, [new])[FEED]
    assert len(known) == 20
    assert recognise([new], known).entries[0].id == ids.entry_id(FEED, "d29", "https://baytown.example/story.php?id=29", "", "")


def test_moves_are_written_down(store: Connection, keep: Keep) -> None:
    """A recognised entry has the guid and link it came back under from then on, and nothing else of it changes."""
    keep(OLD)
    record_moved(store, [replace(OLD, guid="g2", url="https://new.example/harbour", title="Ships")])
    assert rows(store, "SELECT id, guid, url, title FROM core.entries") == [
        {"id": OLD.id, "guid": "g2", "url": "https://new.example/harbour", "title": OLD.title}
    ]


def test_an_entry_is_found_by_its_numbers(store: Connection, keep: Keep) -> None:
    """What polls wrote down has numbers by which it is found, also under the guid and link that it moved to; they are those of the migration."""
    moved = replace(OLD, guid="g9", url="https://baytown.example/moved/9")
    state, by_guid, by_link = FeedState(FEED), entry("g9", "", at=None), entry("", "http://baytown.example/moved/9/", at=None)
    record_polls(store, [(state, "polled", "", (OLD,))], {OLD.id: "said"}, {}, now=NOW, run_id="r")
    assert known_entries(store, [by_guid, by_link]) == {FEED: ()}
    record_polls(
        store,
        [(state, "polled", "", (moved,))],
        {OLD.id: "said"},
        {OLD.id: "said"},
        now=NOW + timedelta(hours=1),
        run_id="s",
        moved=[moved],
    )
    for new in (by_guid, by_link, entry("", "", OLD.title.upper(), at=None)):
        assert [one.id for one in known_entries(store, [new])[FEED]] == [OLD.id]
    numbers = rows(store, f"SELECT {', '.join(KEYS)} FROM core.entries")
    assert all(None not in row.values() for row in numbers)
    (migration,) = (one for one in read_migrations() if one.name == "entry_keys")
    store.execute(migration.sql[migration.sql.index("UPDATE") :])
    assert rows(store, f"SELECT {', '.join(KEYS)} FROM core.entries") == numbers
