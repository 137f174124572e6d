"""What an edition rests on: which feeds are named, as what, since when, and in which words of ours."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tidings.model import NOT_REACHED, Coverage, OwnOutage, Recipient
from tidings.store.coverage import own_outage, read_coverage, read_feeds

NOW = datetime(2020, 2, 20, 7, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DESK = Recipient("desk", "file", ("idlib",), (), "UTC", "send")

Add = Callable[..., None]


def uid(name: str) -> str:
    """Return an id made from a name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


@pytest.fixture
def feed(store: duckdb.DuckDBPyConnection, add: Add) -> Callable[..., None]:
    """Give the way to add a feed that is fine but for what is said."""

    def make(name: str, **more: Any) -> None:
        usual = {
            "id": uid(name), "shown_url": f"https://{name}.example/rss", "publisher": name, "configured": True, "overlap": 0.9, "entries_per_day": 5.0,
            "first_polled_at": NOW - 30 * DAY, "polled_at": NOW, "last_success_at": NOW, "last_new_at": NOW - HOUR, "next_due_at": NOW + HOUR,
        }  # fmt: skip
        add(store, "feeds", **(usual | more))

    return make


def coverage(store: duckdb.DuckDBPyConnection, start: datetime | None = NOW - DAY) -> Coverage:
    """Read what an edition up to NOW rests on."""
    return read_coverage(store, DESK, start, NOW)


DOWN = {"failures_in_row": 7, "failure": "http_503", "last_error": "http_503: <b>hello</b>", "failing_since": NOW - 2 * DAY}


def test_feeds_are_named_when_they_fail_or_fall_silent(store: duckdb.DuckDBPyConnection, feed: Callable[..., None]) -> None:
    """A failing feed is named with since when and why, a silent one with since when, one that may lose entries with why; the others are counted."""
    feed("fine")
    feed("broken", **DOWN)
    feed("quiet", last_new_at=NOW - 20 * DAY)
    feed("away", last_new_at=NOW - 20 * DAY, configured=False)
    feed("quick", overlap=0.1)
    feed("late", polled_at=None, first_polled_at=None, last_new_at=None, next_due_at=None)
    found = coverage(store)
    assert found.feeds_fine == 2
    assert [(note.publisher, note.state, note.since, note.note) for note in (*found.feeds_failing, *found.feeds_silent, *found.feeds_losing)] == [
        ("broken", "failing", NOW - 2 * DAY, "has trouble with its server (503), 7 times in a row"),
        ("quiet", "silent", NOW - 20 * DAY, "answers, but gives nothing new; usually 5.0 a day"),
        ("late", "not polled yet", None, ""),
        ("quick", "fine", None, "entries may be lost between polls: only 10 % of the last poll were known before"),
    ]  # fmt: skip


def test_what_a_server_said_is_in_no_digest(store: duckdb.DuckDBPyConnection, feed: Callable[..., None]) -> None:
    """The note of a digest holds words of ours alone: neither the server's, nor where a feed moved, nor what to do about it."""
    feed("broken", **(DOWN | {"moved_url": "https://b.example/hello", "moved_at": NOW}))
    feed("moved", moved_url="https://b.example/hello", moved_at=NOW)
    assert "hello" not in str(coverage(store))


def test_the_busiest_come_first(store: duckdb.DuckDBPyConnection, feed: Callable[..., None]) -> None:
    """Of failing feeds the one that gives most is named first."""
    feed("a-rare", **DOWN, entries_per_day=0.1)
    feed("z-busy", **DOWN, entries_per_day=90.0)
    feed("m-unknown", **DOWN, entries_per_day=None)
    assert [note.publisher for note in coverage(store).feeds_failing] == ["z-busy", "a-rare", "m-unknown"]


def test_a_feed_that_failed_and_recovered_is_named(store: duckdb.DuckDBPyConnection, feed: Callable[..., None], add: Add) -> None:
    """A feed that answers again is named with how long it failed in the window; one whose trouble was over before is not."""
    polls = {
        "back": [(30, "failed"), (9, "failed"), (4, "polled")],
        "before": [(60, "failed"), (50, "polled"), (2, "unchanged")],
        "down": [(30, "polled"), (3, "failed")],
    }
    for name, made in polls.items():
        feed(name, failures_in_row=int(name == "down"))
        for hours, outcome in made:
            add(store, "feed_events", feed_id=uid(name), polled_at=NOW - hours * HOUR, outcome=outcome)
    assert [(note.publisher, note.state, note.note) for note in coverage(store).feeds_recovered] == [
        ("back", "recovered", "failed for 26 h")
    ]


def test_certificates_trusted_by_exception_are_named(store: duckdb.DuckDBPyConnection, feed: Callable[..., None]) -> None:
    """Each health report names the publishers of feeds that have an exception, whatever their state."""
    feed("one", tls_exception=True)
    feed("two", tls_exception=True, **DOWN)
    feed("three")
    assert sorted(coverage(store).feeds_unchecked) == ["one", "two"]


def named(found: Coverage) -> list[tuple[str, str]]:
    notes = (*found.feeds_failing, *found.feeds_silent, *found.feeds_losing, *found.feeds_thin, *found.feeds_recovered)
    return [(note.publisher, note.note) for note in notes]


def test_a_feed_is_named_once_with_all_that_is_the_matter(store: duckdb.DuckDBPyConnection, feed: Callable[..., None], add: Add) -> None:
    """Failing, silent, losing, thin or recovered: it stands where the gravest is, which is said first. Who has one trouble is named for it."""
    walls = "4 of its 4 pages were behind a wall or closed to us: only the feed's own text was read"
    losing = "entries may be lost between polls: only 10 % of the last poll were known before"
    feed("broken", **DOWN)
    feed("quick", overlap=0.1)
    feed("walled")
    for name in ("broken", "quick", "walled"):
        for number in range(4):
            add(store, "entries", id=uid(f"{name}{number}"), feed_id=uid(name), url="u", outcome="nothing_new", verdict="wall", decided_at=NOW, first_seen_at=NOW)  # fmt: skip
    add(store, "feed_events", feed_id=uid("quick"), polled_at=NOW - 9 * HOUR, outcome="failed")
    add(store, "feed_events", feed_id=uid("quick"), polled_at=NOW - 2 * HOUR, outcome="polled")
    found = coverage(store)
    assert named(found) == [
        ("broken", f"has trouble with its server (503), 7 times in a row; {walls}"),
        ("quick", f"{losing}; {walls}; failed for 7 h"),
        ("walled", walls),
    ]
    assert (len(found.feeds_failing), len(found.feeds_losing), len(found.feeds_thin), len(found.feeds_recovered)) == (1, 1, 1, 0)


# ---------------------------------------------------------------- pages

THIN = {
    "read in full": ({"full": 9, "wall": 1}, None),
    "too few to tell": ({"wall": 2}, None),
    "walls": (
        {"full": 2, "wall": 7, "blocked": 1},
        "8 of its 10 pages were behind a wall or closed to us: only the feed's own text was read",
    ),
    "teasers": ({"teaser": 38, "full": 2}, "38 of its 40 pages showed only a part: that, or the feed's own text, was read"),
    "given up": (
        {"timeout": 2, "http_500": 2, "full": 1},
        "4 of its 5 pages could not be read: only the feed's own text was, where there is any",
    ),
}


@pytest.mark.parametrize(("pages", "note"), THIN.values(), ids=THIN.keys())
def test_a_feed_of_which_only_parts_were_read_is_named(
    store: duckdb.DuckDBPyConnection, feed: Callable[..., None], add: Add, pages: dict[str, int], note: str | None
) -> None:
    """Where most pages of a window were walls, teasers or unreadable, readers are told what they read of that feed; older pages tell nothing."""
    feed("thin")
    words = [word for word, count in pages.items() for _ in range(count)]
    for number, word in enumerate(words):
        told = {"outcome": "rejected", "reason": word} if word in ("timeout", "http_500") else {"outcome": "off_topic", "verdict": word}
        add(store, "entries", id=uid(f"{number}"), feed_id=uid("thin"), url="https://thin.example/1", decided_at=NOW - HOUR, **told)
        add(
            store,
            "entries",
            id=uid(f"old {number}"),
            feed_id=uid("thin"),
            url="https://thin.example/1",
            outcome="off_topic",
            verdict="wall",
            decided_at=NOW - 2 * DAY,
        )
    found = coverage(store)
    assert [(one.publisher, one.state, one.note) for one in found.feeds_thin] == ([("thin", "read in part", note)] if note else [])
    assert dict(found.pages) == pages
    assert sum(dict(found.funnel).values()) == len(words)


def test_what_had_no_page_is_not_counted_as_one(store: duckdb.DuckDBPyConnection, feed: Callable[..., None], add: Add) -> None:
    """Entries that wait, have no link, or stand behind another's article came to no page; one that is tried again came to its reason."""
    feed("a")
    entries: list[dict[str, Any]] = [
        {"outcome": "pending"}, {"outcome": "deferred", "reason": "waits_for_next_run"}, {"outcome": "same_article", "reason": "same_article"},
        {"outcome": "off_topic", "verdict": "empty", "url": ""}, {"outcome": "deferred", "reason": "dns"},
    ]  # fmt: skip
    for number, entry in enumerate(entries):
        add(
            store,
            "entries",
            **({"id": uid(f"{number}"), "feed_id": uid("a"), "url": "https://a.example/1", "decided_at": NOW - HOUR} | entry),
        )
    assert coverage(store).pages == (("dns", 1),)


# ---------------------------------------------------------------- our own network


def at(hours: float) -> datetime:
    """Return a time before NOW."""
    return NOW - hours * HOUR


OUTAGES: dict[str, tuple[list[tuple[float, bool]], OwnOutage | None]] = {
    "none": ([(3, False), (2, False)], None),
    "no run": ([], None),
    "over": ([(4, False), (3, True), (2, True), (1, False)], OwnOutage(2, at(3), at(1))),
    "lasting": ([(4, False), (3, True), (2, True)], OwnOutage(2, at(3), None)),
    "from the first run on": ([(2, True)], OwnOutage(1, at(2), None)),
    "twice": ([(5, True), (4, False), (3, True), (2, False)], OwnOutage(2, at(3), at(2))),
}


@pytest.mark.parametrize(("runs", "outage"), OUTAGES.values(), ids=OUTAGES.keys())
def test_when_nobody_could_be_reached(runs: list[tuple[float, bool]], outage: OwnOutage | None) -> None:
    """The latest outage is told with its begin and end, and how many runs reached nobody in all."""
    assert own_outage([{"started_at": at(hours), "reached_nobody": down} for hours, down in runs]) == outage


def test_feeds_are_not_blamed_for_our_outage(store: duckdb.DuckDBPyConnection, feed: Callable[..., None], add: Add) -> None:
    """While our own network is down, what fails since then is counted as not reached; what failed before is failing."""
    lost = {"failures_in_row": 1, "failure": "dns", "failing_since": NOW - 2 * HOUR}
    for name in ("one", "two"):
        feed(name, **lost)
    feed("long", **DOWN)
    add(store, "runs", id="before", flow="ingest", outcome="done", started_at=NOW - 3 * HOUR, report='{"feeds": {"polled": 3}}')
    add(store, "runs", id="idle", flow="ingest", outcome="done", started_at=NOW - HOUR, report='{"feeds": {"not_due": 3}}')
    add(store, "runs", id="down", flow="ingest", outcome="done", started_at=NOW - 2 * HOUR, report='{"feeds": {"failed": 3}, "spared": 2}')
    found = coverage(store)
    assert found.own_outage == OwnOutage(1, NOW - 2 * HOUR, None)
    assert {note.publisher: note.state for note in found.feeds_failing} == {"one": NOT_REACHED, "two": NOT_REACHED, "long": "failing"}


def test_feeds_of_an_older_snapshot_are_read_by_its_view(store: duckdb.DuckDBPyConnection, feed: Callable[..., None]) -> None:
    """What an older program published has no macro for reading feeds in a hurry: its view says the same."""
    feed("fine")
    feed("long", **DOWN)
    columns = "feed, state, trouble, note"
    found = read_feeds(store, columns)
    assert [row["state"] for row in found] == ["failing", "fine"]
    store.execute("CREATE TABLE kept AS FROM feed_health")
    store.execute("DROP VIEW feed_health")
    store.execute("DROP MACRO TABLE core.feeds_judged")
    store.execute("CREATE VIEW feed_health AS FROM kept")
    assert read_feeds(store, columns) == found
