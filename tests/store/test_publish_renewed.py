"""A snapshot that is a copy of the one before, with what changed since, shows what one written whole would show."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import LabelKind, Recipient, Seed
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.marks import mark
from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import open_store, rows
from tidings.store.migrate import public_views
from tidings.store.mirror import APART, DERIVED
from tidings.store.publish import SNAPSHOT_NAME, HeadMax, publish
from tidings.store.queries import query
from tidings.store.query import open_snapshot
from tidings.store.tracked import TRACKED
from tidings.store.upkeep import Retention, tidy

WIRE, PORT = "https://wire.example/rss", "https://port.example/rss"
FLOOD = (
    "Heavy rain flooded a tented camp near Saraqib in Idlib on Tuesday and killed 9 people, aid workers said.",
    "Some 400 families carried their mattresses to a school yard north of Saraqib.",
)
MILL = ("A flour mill in Ariha ground the first wheat of the Idlib harvest on Monday.", "Bakers from nine villages stood in line at dawn.")
SEED = Seed(
    "bees",
    "Frost kills hives",
    "Archive",
    NOW - 20 * DAY,
    "en",
    "https://archive.example/bees",
    "Frost killed 40 hives in Idlib on Monday.",
)


def piece(name: str, sentences: tuple[str, ...], host: str = "wire", **more: Any) -> Piece:
    """Make an entry and its page."""
    return Piece(f"https://{host}.example/{name}", sentences[0].rsplit(" ", 4)[0], sentences, **({"published_at": NOW - HOUR} | more))


def begun(data: Path) -> World:
    """Make a world whose first run is over, with a reader."""
    web = Web({WIRE: [piece("flood", FLOOD), piece("mill", MILL)], PORT: [piece("rain", FLOOD, "port", published_at=NOW)]})
    world = World(settings(data, [feed(WIRE), feed(PORT)], seeds=(SEED,)), web)
    world.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), (), "UTC", "send"),))
    world.ingest()
    return world


def edit(world: World) -> None:
    """Let a page say more, another toll be told, and a new entry come."""
    toll = ("Heavy rain flooded a tented camp near Saraqib in Idlib on Tuesday and killed 12 people, aid workers said.", FLOOD[1])
    world.web.feeds[WIRE] = [
        piece("flood", FLOOD),
        piece("mill", (*MILL, "The miller of Ariha wants to buy 2 more stones for the mill in Idlib."), summary="Edited."),
        piece("toll", toll, published_at=NOW + HOUR),
    ]
    world.ingest(NOW + HOUR)


def mark_flood(world: World, hours: int, *, undo: bool = False) -> None:
    """Mark an article as off topic, or take that back."""
    mark(world.settings, LabelKind.NOT_ON_TOPIC, "https://wire.example/flood", "idlib", NOW + hours * HOUR, undo=undo)


def forget(world: World) -> None:
    """Let old texts and runs go."""
    with open_store(world.settings.data, 1) as connection:
        tidy(connection, NOW + timedelta(days=400), Retention())


def told(world: World, hours: int) -> None:
    """Compose what is due and send it."""
    compose_due(world.settings.data, world.settings, NOW + hours * HOUR)
    deliver(world.settings.data, world.settings, NOW + hours * HOUR)


STEPS: tuple[tuple[str, Callable[[World], object]], ...] = (
    ("told", lambda world: told(world, 1)),
    ("edited pages and new ones", edit),
    ("nothing new", lambda world: world.ingest(NOW + 2 * HOUR)),
    ("told again", lambda world: told(world, 30)),
    ("marked", lambda world: mark_flood(world, 31)),
    ("nothing at all", lambda world: None),
    ("taken back", lambda world: mark_flood(world, 32, undo=True)),
    ("another seed", lambda world: (world.change(seeds=(replace(SEED, text="Frost killed 50 hives in Idlib."),)), world.ingest(NOW + 33 * HOUR))),
    ("no seed", lambda world: (world.change(seeds=()), world.ingest(NOW + 34 * HOUR))),
    ("forgotten", forget),
)  # fmt: skip
_SEARCHED = ("flood", "Saraqib", "mill stones", "killed 12", "hives")


def shown(folder: Path) -> dict[str, Any]:
    """Return what a snapshot shows: every view, and what words are found in."""
    with open_snapshot(folder) as reader:
        views = {
            view.name: rows(reader, f'FROM main."{view.name}" ORDER BY ALL') for view in public_views(reader) if view.name != "published"
        }
        found = {words: rows(reader, "FROM search(?) ORDER BY ALL", [words]) for words in _SEARCHED}
    return views | found


@pytest.mark.slow
@pytest.mark.parametrize("articles", [HeadMax().articles, 0], ids=["whole by itself", "beside an archive"])
def test_renewed_shows_what_one_written_whole_shows(tmp_path: Path, articles: int) -> None:
    """After each of many changes, one on top of the other, views and search are those of a snapshot that was written whole."""
    world = begun(tmp_path / "data")
    data, whole = tmp_path / "data", tmp_path / "whole"
    with open_store(data, 1) as connection:
        publish(connection, data, head_max=HeadMax(articles=articles))
    assert (data / ARCHIVE_NAME).exists() is (articles == 0)
    for name, step in STEPS:
        step(world)
        shutil.rmtree(whole, ignore_errors=True)
        shutil.copytree(data, whole)
        (whole / SNAPSHOT_NAME).unlink()
        with open_store(data, 1) as connection:
            publish(connection, data)
        with open_store(whole, 1) as connection:
            publish(connection, whole)
        assert shown(data) == shown(whole), name


@pytest.mark.slow
def test_room_that_nothing_fills_goes_in_the_end(tmp_path: Path) -> None:
    """However often a snapshot is renewed, its file stays within some twice of what it needs."""
    world = begun(tmp_path / "data")
    data = world.settings.data
    sizes = []
    with open_store(data, 1) as connection:
        for number in range(40):
            text = "".join(f"{number * 7 + place:x} " for place in range(60_000))
            connection.execute("UPDATE core.articles SET text = ?, change = core.change_now()", [text])
            assert publish(connection, data)
            sizes.append((data / SNAPSHOT_NAME).stat().st_size)
    assert max(sizes) < 20_000_000  # 64 blocks of 256 KB, before they are looked at


def test_what_is_derived_reads_no_table_that_stands_apart() -> None:
    """The tables of which a change brings no derived row are named by no line of derived.sql; what names a derived row is tracked."""
    text = query("derived")
    assert [name for name in APART if f"core.{name}" in text] == []
    assert APART | {table.made_of for table in DERIVED} <= set(TRACKED)
