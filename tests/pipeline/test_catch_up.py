"""Prove that the index of neighbours always says what the store says: kept beside it, made from it, or caught up after a kill."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fakes import DAY, NOW, Piece, Web, World, feed, settings

from tidings.pipeline.catch_up import catch_up
from tidings.store.changes import CHANGES_KEPT_MAX, note_changes
from tidings.store.database import open_store, transaction
from tidings.store.neighbours import FILE_NAME, open_index

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE = "https://wire.example/rss"
STORM = (
    "A storm tore the roofs off nine schools between Saraqib and Ariha on Monday night.",
    "Teachers in Idlib held lessons in a mosque while carpenters measured the beams.",
    "The governor of Idlib promised money for timber before the end of the week.",
)


def content(folder: Path) -> dict[str, Any]:
    """Return what the index of a folder holds, without the numbers that it gave to articles."""
    with sqlite3.connect(folder / FILE_NAME) as database:
        ids = [str(UUID(bytes=one)) for (one,) in database.execute("SELECT id FROM articles ORDER BY id")]
        found: dict[str, Any] = {
            "state": database.execute("SELECT articles, statements FROM state").fetchall(),
            "grams": database.execute("SELECT gram, id FROM grams JOIN articles ON number = article ORDER BY 1, 2").fetchall(),
            "terms": database.execute("SELECT term, articles, statements FROM terms WHERE articles + statements > 0 ORDER BY 1").fetchall(),
        }
    database.close()
    with open_index(folder) as index:
        known = index.indexed(ids)
    # An edited article told what it told in the order in which it was said.
    for one in known.values():
        found[one.id] = replace(
            one, mean_score=round(one.mean_score or 0.0, 9), told=tuple(sorted(one.told, key=lambda each: each.statement.id))
        )
    return found


def piece(name: str, *paragraphs: str) -> Piece:
    return Piece(f"https://wire.example/{name}", f"Report {name}: {paragraphs[0][:30]}", paragraphs, NOW - timedelta(hours=len(name)))


def caught_up(world: World) -> dict[str, Any]:
    """Bring the index up to date and return its content."""
    with open_store(world.settings.data, 1) as connection, open_index(world.settings.data) as index:
        catch_up(connection, index)
    return content(world.settings.data)


def lose(world: World) -> None:
    for path in world.settings.data.glob(f"{FILE_NAME}*"):
        path.unlink()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a store with copies, an edited article and a new one that says the same in part."""
    pieces = [piece("a", *STORM), piece("copy", *STORM), piece("part", STORM[0], "Libya exported three tankers of oil on Sunday.")]
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: pieces}))
    one.ingest()
    pieces[0] = replace(pieces[0], summary="edited", paragraphs=(*STORM, "Two goats were found on the roof of a bakery in Ariha."))
    one.web.feeds[WIRE] = [*pieces, piece("later", "Haftar met engineers of the oil terminal near Misrata on Tuesday.")]
    one.ingest(NOW + DAY)
    return one


def test_an_index_that_was_lost_comes_back_as_it_was(world: World) -> None:
    """Made from the store it is what deciding had made of it, article by article."""
    kept = content(world.settings.data)
    assert kept["state"][0][0] == 4
    lose(world)
    assert caught_up(world) == kept


def test_an_index_that_lags_is_caught_up(world: World) -> None:
    """Killed between recording and the index: the next opening takes in what is missing, and only that."""
    kept = content(world.settings.data)
    with open_store(world.settings.data, 1) as connection, open_index(world.settings.data) as index:
        gone = connection.execute("SELECT id::VARCHAR FROM core.articles ORDER BY id LIMIT 2").fetchall()
        index.take_in(index.change_id, {one: None for (one,) in gone})
        with transaction(connection):
            note_changes(connection, [one for (one,) in gone])
        assert catch_up(connection, index) == 2
        assert catch_up(connection, index) == 0
    assert content(world.settings.data) == kept


def test_an_index_that_lags_too_far_is_made_anew(world: World) -> None:
    """Changes are kept for a while only; the list of them has a bound."""
    with open_store(world.settings.data, 1) as connection:
        for _ in range(CHANGES_KEPT_MAX + 5):
            with transaction(connection):
                note_changes(connection, [])
        count = connection.execute("SELECT count(*) FROM core.index_changes").fetchone()
        assert count == (CHANGES_KEPT_MAX,)
        with open_index(world.settings.data) as index:
            assert catch_up(connection, index) == 4


def test_a_store_from_before_there_was_an_index_gets_one(world: World) -> None:
    """Its articles are found, and it is made only once."""
    kept = content(world.settings.data)
    lose(world)
    with open_store(world.settings.data, 1) as connection:
        connection.execute("DELETE FROM core.index_changes")
        with open_index(world.settings.data) as index:
            assert catch_up(connection, index) == 4
        with open_index(world.settings.data) as index:
            assert catch_up(connection, index) == 0
    assert content(world.settings.data) == kept


@pytest.mark.parametrize(
    "damage",
    [
        "DROP TABLE terms",
        "UPDATE articles SET told = x'00'",
        "DELETE FROM articles",
        "UPDATE terms SET newest = substr(newest, 1, 5)",
        "UPDATE articles SET id = randomblob(16)",
    ],
    ids=["a table gone", "unreadable values", "rows gone", "lists cut off", "articles that nobody knows"],
)
def test_damage_that_shows_while_deciding_is_mended_within_the_run(world: World, tmp_path: Path, damage: str) -> None:
    """The index is made anew, the run ends as one with a whole index does, and its report says what happened."""
    stores = []
    whole, damaged = world.settings.data, tmp_path / "damaged"
    shutil.copytree(whole, damaged, ignore=shutil.ignore_patterns("damaged"))
    with sqlite3.connect(damaged / FILE_NAME) as database:
        database.execute(damage + (" WHERE length(newest) > 0" if "newest" in damage else ""))
    database.close()
    for folder, said in ((whole, ()), (damaged, ("the index of neighbours was damaged and has been made anew from the store",))):
        one = World(replace(world.settings, data=folder, folder=folder), Web(feeds=dict(world.web.feeds)), run_count=2)
        one.web.feeds[WIRE] = [*one.web.feeds[WIRE], piece("storm", STORM[1], STORM[0], "Nine goats drowned near Ariha on Thursday.")]
        assert one.ingest(NOW + 2 * DAY).notes == said
        stores.append((one.canonical(), content(folder)))
    assert stores[0] == stores[1]
