"""Readers in other processes see each publication whole or not at all; a writer that is killed leaves nothing half."""

import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from lake_desk import Desk, add, add_reports, differences

from tidings.pipeline.lake import reader_sql
from tidings.store.database import Connection, connect
from tidings.store.head import read_head
from tidings.store.lake import held_publication, publish_to_lake
from tidings.store.lake_open import lake_attached
from tidings.store.lake_upkeep import tidy_lake

pytestmark = pytest.mark.slow  # many publications, real processes

READER = Path(__file__).parent / "reader.py"
PUBLICATIONS = int(os.environ.get("TIDINGS_LAKE_PUBLICATIONS", "110"))
UPKEEPS = 4  # among them
KILLS = 12


@contextmanager
def reader(desk: Desk, seen: list[dict[str, Any]]) -> Iterator[None]:
    """Let a process read the lake while the body runs; what it saw is added at the end."""
    words = [sys.executable, str(READER), json.dumps(reader_sql(desk.lake))]
    process = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | {"PGPASSWORD": desk.lake.password}
    )
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


class Printer:
    """Make further publications out of the first one by changing the published file itself: the product's own take ten times as long.

    Each has what `next_publication` would have changed: the rows of report 1 once more, numbered anew, and the number of the publication.
    """

    def __init__(self, connection: Connection, desk: Desk) -> None:
        self.connection, self.path = connection, desk.folder / "tidings.duckdb"
        with self.opened():
            sql = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = 'published' AND schema_name IN ('core', 'derived')"
            paths = [path for (path,) in connection.execute(sql).fetchall()]
            grow = [path for path in paths if path not in {"core.topics", "core.published", "derived.published"}]
            self.rows = {path: one for path in grow if (one := self.only_row(path))}
        assert {"core.articles", "core.statements", "core.runs", "core.feeds", "derived.developments"} <= set(self.rows)

    @contextmanager
    def opened(self, how: str = "") -> Iterator[None]:
        """Attach the published file while the body runs."""
        self.connection.execute(f"ATTACH '{self.path}' AS published {how}")
        yield
        self.connection.execute("DETACH published")

    def publish(self, number: int) -> None:
        """Write publication `number`."""
        with self.opened():
            self.connection.execute("BEGIN")
            for path, row in self.rows.items():
                given = [number if name == "change" else anew(value, number) for name, value in row.items()]
                self.connection.execute(f"INSERT INTO published.{path} VALUES ({', '.join('?' * len(given))})", given)
            self.connection.execute(f"UPDATE published.core.topics SET title = '{number}'")
            self.connection.execute(f"UPDATE published.core.articles SET text = text || '.', change = {number} WHERE hash(id) % 7 = 0")
            self.connection.execute(f"UPDATE published.core.published SET number = {number}, token = 'token{number}'")
            self.connection.execute("COMMIT")

    def only_row(self, path: str) -> dict[str, object]:
        """Return the row of a table that has one; nothing for others."""
        asked = self.connection.execute(f"FROM published.{path}")
        names, found = [name for name, *_ in asked.description or []], asked.fetchall()
        return dict(zip(names, found[0], strict=True)) if len(found) == 1 else {}


def anew(value: object, number: int) -> object:
    """Turn an id of report 1 into that of report `number`, wherever it stands."""
    if isinstance(value, uuid.UUID):
        return uuid.UUID(int=value.int + number - 1)
    return f"run{number}" if value == "run1" else value


def bring(connection: Connection, desk: Desk) -> None:
    """Bring the lake up over a connection that stays open, which is quicker than a process each time."""
    connection.execute(f"ATTACH '{desk.folder / 'tidings.duckdb'}' AS published (READ_ONLY)")
    publish_to_lake(connection, read_head(connection, "published"))
    connection.execute("DETACH published")


def test_two_readers_see_each_publication_whole_or_not_at_all(desk: Desk) -> None:
    """During many publications and upkeeps no look of two processes is torn or empty, none fails, and each process sees many of them.

    They read as `tidings lake --sql` says. Versions go harder than the upkeep lets them: all but the present one, in the middle of looks.
    """
    with desk.store() as store:
        next_publication(store, 1)
    desk.fulfil()
    seen: list[dict[str, Any]] = []
    with reader(desk, seen), reader(desk, seen), ExitStack() as stack:
        connection = stack.enter_context(connect())
        stack.enter_context(lake_attached(connection, desk.lake))
        printer = Printer(connection, desk)
        for number in range(2, PUBLICATIONS + 1):
            printer.publish(number)
            bring(connection, desk)
            if number % max(1, PUBLICATIONS // UPKEEPS) == 0:
                tidy_lake(connection, 1)
                connection.execute("CALL ducklake_expire_snapshots('lake', older_than => now())")
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
