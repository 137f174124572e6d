"""Prove that an entry that changes is the same entry, from the poll to what is told."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE = "https://wire.example/rss"
OPENED = Piece(
    "https://wire.example/news/bridge",
    "Bridge near Saraqib opens again after nine days",
    (
        "The bridge near Saraqib opened again on Tuesday after nine days, the council said.",
        "Twelve trucks with flour crossed it before noon and drove on to Ariha.",
    ),
    guid="17",
    summary="Twelve trucks crossed the bridge before noon.",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a feed of one entry that was read once."""
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: [OPENED]}))
    one.ingest()
    return one


def entries(world: World) -> list[dict[str, object]]:
    return world.rows("SELECT id, guid, url, title, outcome, read_due FROM core.entries")


def test_a_new_guid_alone_changes_nothing(world: World) -> None:
    """The same page under another guid: one entry, under the guid it has now, and its page is not asked for again."""
    [before] = entries(world)
    world.web.feeds[WIRE] = [replace(OPENED, guid="18")]
    world.ingest(NOW + HOUR)
    assert entries(world) == [before | {"guid": "18"}]
    assert world.web.asked.count(OPENED.url) == 1


def test_an_edited_headline_with_a_new_guid_is_read_again_as_the_same(world: World) -> None:
    """Guid and headline edited: one entry with its new title; the page is read again, and nothing is told twice."""
    told = world.told()
    assert told
    world.web.feeds[WIRE] = [replace(OPENED, guid="18", title="Trucks cross bridge near Saraqib after nine days")]
    world.ingest(NOW + HOUR)
    [entry] = entries(world)
    assert (entry["guid"], entry["title"], entry["read_due"]) == ("18", "Trucks cross bridge near Saraqib after nine days", False)
    assert world.web.asked.count(OPENED.url) == 2
    assert world.told() == told


def test_a_page_that_waits_is_asked_for_where_it_is_now(tmp_path: Path) -> None:
    """An entry whose page failed comes back with another link: one entry, read at that link."""
    moved = replace(OPENED, url="https://wire.example/news/bridge-opens-again")
    world = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: [OPENED]}, statuses={OPENED.url: 503}))
    world.ingest()
    assert [one["outcome"] for one in entries(world)] == ["deferred"]
    world.web.feeds[WIRE] = [moved]
    world.ingest(NOW + 5 * HOUR)
    [entry] = entries(world)
    assert (entry["url"], entry["outcome"]) == (moved.url, "new")


def test_two_reports_with_one_guid_are_both_read(world: World) -> None:
    """A guid that is used again for another report hides neither."""
    other = Piece(
        "https://wire.example/news/school", "School in Ariha teaches again", ("The school in Ariha teaches again since Monday, two teachers said.",),
        NOW + 30 * HOUR, guid="17",
    )  # fmt: skip
    world.web.feeds[WIRE] = [other]
    world.ingest(NOW + 31 * HOUR)
    assert {one["url"]: one["outcome"] for one in entries(world)} == {OPENED.url: "new", other.url: "new"}
