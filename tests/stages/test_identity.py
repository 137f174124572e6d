"""Recognising entries: an entry that changes is the same entry, and what only looks like one stays new."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings import ids
from tidings.model import Entry
from tidings.stages.identity import KnownEntry, recognise, text_hash

NINE = datetime(2020, 2, 10, 9, 7, tzinfo=UTC)
TEXT = "The harbour of Baytown opened again on Monday after a closure of nine days, the port authority said, and the first ships came in at noon."
OTHER = (
    "Farmers north of Baytown asked for help on Tuesday after the river rose over the fields, and the council promised pumps within a week."
)


def entry(
    guid: str = "g1",
    url: str = "https://baytown.example/news/harbour-opens",
    title: str = "Harbour opens again after nine days",
    text: str = TEXT,
    at: datetime | None = NINE,
    feed: str = "feed-1",
) -> Entry:
    return Entry(ids.entry_id(feed, guid, url, title, text), feed, guid, url, title, text, "", at)


def daily(guid: str, url: str, at: datetime | None = NINE) -> Entry:
    return entry(guid, url, "Daily update", "Today in brief.", at)


def known(*entries: Entry) -> tuple[KnownEntry, ...]:
    return tuple(KnownEntry(e.id, e.feed_id, e.guid, e.url, e.title, text_hash(e), e.published_at) for e in entries)


OLD = entry()
BARE = entry("", "", "Harbour opens again after nine days")
LATER = NINE + timedelta(days=1)

SAME = [
    pytest.param(OLD, entry(title="Harbour opens after nine days", text=OTHER), id="title and text edited, guid and link kept"),
    pytest.param(OLD, entry(url="http://www.baytown.example/news/harbour-opens/?utm_source=rss"), id="same guid, link spelled otherwise"),
    pytest.param(
        OLD, entry(url="http://baytown.example/news/harbour-opens", title="Ships", text=OTHER, at=LATER), id="https, and all words edited"
    ),
    pytest.param(
        OLD, entry(url="https://baytown.example/news/harbour-open-at-last", text=OTHER), id="same guid, slug edited with the text"
    ),
    pytest.param(
        OLD,
        entry(url="https://baytown.example/x", title="Ships sail", text=OTHER),
        id="same guid and time, link and all words edited",
    ),
    pytest.param(OLD, entry(url="https://baytown.example/x", title="Ships sail", at=None), id="same guid and text, the rest edited"),
    pytest.param(
        OLD,
        entry(url="https://other.example/news/harbour-opens", title="Ships", text=OTHER, at=None),
        id="same guid, same path on another host",
    ),
    pytest.param(
        entry("https://baytown.example/?p=123", at=None),
        entry("https://baytown.example/?p=123", "https://baytown.example/x", "Ships sail", OTHER, None),
        id="guid of a content system, all else edited",
    ),
    pytest.param(
        entry("0f8fad5b-d9cb-469f-a165-70867728950e", at=None),
        entry("0f8fad5b-d9cb-469f-a165-70867728950e", "https://baytown.example/x", "Ships sail", OTHER, None),
        id="a UUID, all else edited",
    ),
    pytest.param(
        entry("story-48213", "https://baytown.example/48213-harbour", at=None),
        entry("story-48213", "https://baytown.example/news/48213-ships", "Ships sail", OTHER, None),
        id="number of the guid in both links, all else edited",
    ),
    pytest.param(OLD, entry("g2"), id="other guid, same link"),
    pytest.param(OLD, entry("g2", title="Ships are back", text=OTHER), id="guid changed with the headline"),
    pytest.param(OLD, entry("", title="Ships are back", text=OTHER), id="guid left out, headline edited"),
    pytest.param(OLD, entry("g2", url="https://baytown.example/news/harbour-opens?utm_medium=feed"), id="other guid, link with tracking"),
    pytest.param(
        OLD, entry("g2", "https://baytown.example/2", title="Ships are back"), id="guid, link and title edited, text and time kept"
    ),
    pytest.param(
        OLD,
        entry("g2", "https://baytown.example/2", title="Harbour opens again after ten days", text=OTHER),
        id="guid, link and text edited, a word of the title, time kept",
    ),
    pytest.param(OLD, entry("g2", "https://new.example/2", at=None), id="title and long text kept, time lost"),
    pytest.param(BARE, replace(BARE, id="x", title="Ships are back"), id="neither guid nor link: title edited"),
    pytest.param(BARE, replace(BARE, id="x", summary=OTHER), id="neither guid nor link: text edited"),
]
NEW = [
    pytest.param([OLD], [entry("g2", "https://baytown.example/2", "Fields flooded", OTHER, LATER)], id="another entry"),
    pytest.param([OLD], [entry(url="https://baytown.example/2", title="Fields flooded", text=OTHER, at=LATER)], id="guid reused later"),
    pytest.param(
        [daily("g", "https://baytown.example/1")],
        [entry("g", "https://baytown.example/2", "Daily update", "More in brief.", LATER)],
        id="guid and title reused each day",
    ),
    pytest.param(
        [
            entry("g", "https://baytown.example/1", "First on the harbour"),
            entry("g", "https://baytown.example/2", "Second on fields", OTHER),
        ],
        [entry("g", "https://baytown.example/3", "Third on roads", "Roads.")],
        id="guid shared by several known entries",
    ),
    pytest.param(
        [entry("g", "https://baytown.example/1")],
        [entry("g", "https://baytown.example/2", at=None), entry("g", "https://baytown.example/3", at=None)],
        id="guid shared by several of the poll",
    ),
    pytest.param(
        [entry("1", "https://baytown.example/live", "Ships come in", "a"), entry("2", "https://baytown.example/live", "Noon", "b")],
        [entry("3", "https://baytown.example/live", "Evening", "c", NINE + timedelta(hours=2))],
        id="live blog: many entries at one link",
    ),
    pytest.param(
        [entry("1", "https://baytown.example/", "Ships come in", "a")],
        [entry("2", "https://baytown.example/", "Fields flooded", "b", NINE + timedelta(hours=2))],
        id="link to the home page",
    ),
    pytest.param(
        [entry("1", "https://baytown.example/bulletin", "Bulletin of Monday", "a")],
        [entry("2", "https://baytown.example/bulletin", "What Tuesday brought", "b", LATER)],
        id="one page, another day, other words",
    ),
    pytest.param(
        [daily("1", "https://baytown.example/1")],
        [daily("2", "https://baytown.example/2", at=LATER)],
        id="the same short title and text each day",
    ),
    pytest.param(
        [entry("1", "https://baytown.example/1")], [entry("2", "https://baytown.example/2", at=LATER)], id="published again a day later"
    ),
    pytest.param([daily("", "")], [entry("", "", "Daily update", "More in brief.", LATER)], id="bare daily update"),
    pytest.param([daily("", "", at=None)], [entry("", "", "Daily update", "More in brief.", None)], id="bare daily update, undated"),
    pytest.param([OLD], [entry("g2", feed="feed-2")], id="another feed"),
]


@pytest.mark.parametrize(("old", "changed"), SAME)
def test_an_entry_that_changes_is_the_same_entry(old: Entry, changed: Entry) -> None:
    """Whatever of guid, link, title and text was edited, the entry keeps its id, and what it says now."""
    assert recognise([changed], known(old)).entries == (replace(changed, id=old.id),)


@pytest.mark.parametrize(("old", "poll"), NEW)
def test_what_only_resembles_a_known_entry_is_new(old: Sequence[Entry], poll: Sequence[Entry]) -> None:
    """Reused guids, shared links and titles of every day do not make two entries one: none would be read."""
    assert recognise(poll, known(*old)).entries == tuple(poll)


def test_a_poll_with_both_forms_keeps_both() -> None:
    """Where the old form stands beside the new one, they are two entries with ids of their own."""
    poll = (OLD, entry(url="http://baytown.example/news/harbour-opens"))
    assert recognise(poll, known(OLD)).entries == poll


def test_what_was_recognised_says_so() -> None:
    """`moved` holds the entries recognised under another id; one of them is no storm."""
    found = recognise([entry("g2"), entry("g3", "https://baytown.example/3", "Fields", OTHER, LATER)], known(OLD))
    assert [one.guid for one in found.moved] == ["g2"]
    assert not found.storm


TITLES = (
    "Harbour opens again",
    "Fields are flooded",
    "Daily update",
    "Council meets on roads",
    "School is closed",
    "Bridge repaired at last",
)


def site(host: str, prefix: str, at: datetime | None) -> list[Entry]:
    return [
        entry(f"{prefix}{n}", f"https://{host}/{prefix}{n}", title, f"{title}.", at and at + timedelta(hours=n))
        for n, title in enumerate(TITLES)
    ]


def test_a_site_move_is_a_storm_of_known_entries() -> None:
    """When all guids and links change at once the entries are recognised by their titles, and the poll is called a storm."""
    old = site("old.example", "a", NINE)
    found = recognise(site("new.example", "b", NINE + timedelta(minutes=5)), known(*old))
    assert [one.id for one in found.entries] == [one.id for one in old]
    assert found.storm


def test_a_busy_day_is_no_storm() -> None:
    """Entries that are all new stay new, also the one whose title comes back every day."""
    poll = [entry(f"n{n}", f"https://old.example/n{n}", f"{n} ships came", f"{n} ships.", LATER + timedelta(hours=n)) for n in range(9)]
    poll.append(entry("n9", "https://old.example/n9", "Daily update", "Daily update.", LATER))
    found = recognise(poll, known(*site("old.example", "a", NINE)))
    assert found.entries == tuple(poll)
    assert not found.storm


def test_a_title_of_every_day_stays_new_in_a_storm() -> None:
    """Most entries are recognised, but what has a short common title and another day is another entry."""
    old = site("old.example", "a", NINE)
    moved = site("new.example", "b", NINE + timedelta(minutes=5))
    moved[2] = replace(moved[2], published_at=LATER + timedelta(days=2))
    found = recognise(moved, known(*old))
    assert [new.id for new, before in zip(found.entries, old, strict=True) if new.id != before.id] == [moved[2].id]


def test_a_move_that_dates_all_anew_is_seen_through() -> None:
    """A site move may give everything the time of the move: then long titles are enough."""
    titles = [f"{title}, the council of Baytown says" for title in TITLES]
    old = [replace(one, title=title) for one, title in zip(site("old.example", "a", NINE), titles, strict=True)]
    new = [replace(one, title=title) for one, title in zip(site("new.example", "b", NINE + timedelta(days=40)), titles, strict=True)]
    assert [one.id for one in recognise(new, known(*old)).entries] == [one.id for one in old]


GUIDS = st.sampled_from(("", "g1", "g2", "https://a.example/?p=7"))
LINKS = st.sampled_from(
    ("", "https://a.example/", "https://a.example/1", "http://www.a.example/1/", "https://b.example/1", "https://a.example/2?x=1")
)
WORDS = st.sampled_from(("", "Daily update", "Harbour opens again after nine days", "Harbour opens again after ten days", "Fields"))
TEXTS = st.sampled_from(("", "Today in brief.", TEXT, OTHER))
TIMES = st.sampled_from((None, NINE, LATER, datetime(2020, 2, 10, tzinfo=UTC)))
ENTRIES = st.lists(st.builds(entry, GUIDS, LINKS, WORDS, TEXTS, TIMES), max_size=12, unique_by=lambda one: one.id)
MANY = settings(max_examples=300, deadline=None)


@MANY
@given(poll=ENTRIES, before=ENTRIES, data=st.data())
def test_the_order_of_entries_does_not_matter(poll: list[Entry], before: list[Entry], data: st.DataObject) -> None:
    """Any order of the poll and of what is known gives every entry the same id."""
    shuffled = recognise(data.draw(st.permutations(poll)), data.draw(st.permutations(known(*before))))
    straight = recognise(poll, known(*before))
    assert set(shuffled.entries) == set(straight.entries)
    assert shuffled.storm == straight.storm


@MANY
@given(poll=ENTRIES, before=ENTRIES)
def test_recognising_twice_is_recognising_once(poll: list[Entry], before: list[Entry]) -> None:
    """Entries that have their ids keep them, and nothing more is recognised."""
    once = recognise(poll, known(*before)).entries
    assert recognise(once, known(*before)).entries == once


@MANY
@given(poll=ENTRIES, before=ENTRIES)
def test_ids_are_known_ones_or_their_own_and_never_shared(poll: list[Entry], before: list[Entry]) -> None:
    """No two entries of a poll get one id; an entry has its own id or that of a known entry, and nothing else of it changes."""
    found = recognise(poll, known(*before)).entries
    assert len({one.id for one in found}) == len(poll)
    for new, old in zip(found, poll, strict=True):
        assert new == replace(old, id=new.id)
        assert new.id in {old.id, *(one.id for one in before)}


@MANY
@given(poll=ENTRIES)
def test_with_nothing_known_all_stay_as_they_are(poll: list[Entry]) -> None:
    """The first poll of a feed is taken as it is, and so is one whose entries are all known."""
    assert recognise(poll, ()).entries == tuple(poll)
    assert recognise(poll, known(*poll)).entries == tuple(poll)
