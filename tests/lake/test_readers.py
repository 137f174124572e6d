"""Readers in other processes see each publication whole or not at all; a writer that is killed leaves nothing half."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from lake_desk import Desk, add, add_reports, differences

from tidings.store.database import Connection, connect
from tidings.store.head import read_head
from tidings.store.lake import held_publication, publish_to_lake
from tidings.store.lake_open import lake_attached

pytestmark = pytest.mark.slow  # many publications, real processes

READER = Path(__file__).parent / "reader.py"
PUBLICATIONS = int(os.environ.get("TIDINGS_LAKE_PUBLICATIONS", "110"))
KILLS = 12


@contextmanager
def reader(desk: Desk, seen: list[dict[str, Any]]) -> Iterator[None]:
    """Let a process read the lake while the body runs; what it saw is added at the end."""
    words = [sys.executable, str(READER), json.dumps(asdict(desk.lake))]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    yield
    told, _ = process.communicate(timeout=60)
    seen.append(json.loads(told))


def next_publication(store: Connection, number: int) -> None:
    """Change rows of several tables so that all of them say `number`: one more of each, and the only topic's title."""
    add_reports(store, number)
    store.execute("DELETE FROM core.topics")
    add(store, "topics", {"name": "idlib", "title": str(number)})
    store.execute("UPDATE core.articles SET text = text || '.', change = core.change_now() WHERE hash(id) % 7 = 0")


def bring(connection: Connection, desk: Desk) -> None:
    """Bring the lake up over a connection that stays open, which is quicker than a process each time."""
    connection.execute(f"ATTACH '{desk.folder / 'tidings.duckdb'}' AS published (READ_ONLY)")
    publish_to_lake(connection, read_head(connection, "published"))
    connection.execute("DETACH published")


def test_two_readers_see_each_publication_whole_or_not_at_all(desk: Desk) -> None:
    """During many publications, in PostgreSQL with an upkeep in between, no look of two processes is torn, none fails, and each sees many of them."""
    with desk.store() as store:
        next_publication(store, 1)
    desk.fulfil()
    seen: list[dict[str, Any]] = []
    with reader(desk, seen), reader(desk, seen), ExitStack() as stack:
        connection = stack.enter_context(connect())
        stack.enter_context(lake_attached(connection, desk.lake))
        for number in range(2, PUBLICATIONS + 1):
            with desk.store() as store:
                next_publication(store, number)
            bring(connection, desk)
            # In SQLite a reader whose version is let go in the middle of its look sees no rows (decision 0040): versions live for days.
            if number == PUBLICATIONS // 2 and not desk.lake.catalog.startswith("sqlite"):
                desk.fulfil(upkeep=True)
    for one in seen:
        assert one["torn"] == []
        assert one["errors"] == []
        assert one["numbers"] == sorted(one["numbers"])
        assert len(one["numbers"]) > 10
    with desk.both() as connection:
        assert differences(connection) == {}


def test_a_writer_that_is_killed_leaves_nothing_half(desk: Desk) -> None:
    """SIGKILL at any moment: the lake holds the publication before or the one that was being written, whole, and the next call catches up."""
    with desk.store() as store:
        next_publication(store, 1)
    desk.fulfil()
    chance, held_before = random.Random(7), 0
    start = time.monotonic()
    desk.fulfil()
    usual_s = time.monotonic() - start + 0.5
    for number in range(2, KILLS + 2):
        with desk.store() as store:
            next_publication(store, number)
        order = json.dumps({"lake": asdict(desk.lake), "folder": str(desk.folder), "upkeep": number % 3 == 0})
        child = subprocess.Popen(
            [sys.executable, "-m", "tidings.store.lake_process"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
        )
        assert child.stdin is not None
        child.stdin.write(order)
        child.stdin.close()
        time.sleep(chance.uniform(0.2, 1.5) * usual_s)
        child.kill()
        child.wait()
        with desk.both() as connection:
            counts = connection.execute(
                "SELECT (SELECT count(*) FROM lake.articles), (SELECT count(*) FROM lake.runs), (SELECT max(title)::BIGINT FROM lake.topics)"
            ).fetchall()[0]
            assert len(set(counts)) == 1, counts
            held = held_publication(connection)
            assert held is not None
            assert held.number >= held_before
            held_before = held.number
    assert not desk.fulfil(upkeep=True)["anew"]
    with desk.both() as connection:
        assert differences(connection) == {}
