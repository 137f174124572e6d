"""A backup put back in the middle of the sample week: the next runs end as they would have without it."""

import json
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

import pytest

from tidings.config import load
from tidings.demo.server import WeekServer
from tidings.demo.show import polls, show_edition, write_configuration
from tidings.pipeline.backup import make_backup, restore
from tidings.pipeline.ingest import ingest
from tidings.store.database import FILE_NAME, open_store
from tidings.store.export import export_canonical
from tidings.store.soundness import read_store

pytestmark = pytest.mark.slow

TIMES = tuple(islice(polls(), 3))


@pytest.fixture(scope="module")
def server() -> Iterator[WeekServer]:
    with WeekServer() as one:
        yield one


def run(data: Path, server: WeekServer, number: int) -> None:
    """Do what cron would."""
    server.now = TIMES[number]
    settings = load(data / "config", {})
    ingest(settings, TIMES[number])
    show_edition(settings, TIMES[number])


def state(data: Path) -> tuple[list[str], dict[str, bytes]]:
    """Return the whole store as lines, and the files of the editions."""
    out = StringIO()
    with open_store(data, 5) as connection:
        export_canonical(connection, out)
    # The count of publications is about files, not about what is known; what was published and is gone is counted on.
    lines = [line for line in out.getvalue().splitlines() if json.loads(line)["table"] not in {"counter", "publications", "removed"}]
    folder = data / "editions"
    return lines, {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def as_it_is(data: Path) -> None:
    """Put the backup in the place of a store that is as it was then."""


def lost(data: Path) -> None:
    """Lose the store; what was published is there."""
    (data / FILE_NAME).unlink()


def damaged(data: Path) -> None:
    """Damage the store; what was published is there."""
    (data / FILE_NAME).write_bytes(b"x" * 100_000)


@pytest.mark.parametrize("trouble", [as_it_is, lost, damaged], ids=["a drill", "the store is lost", "the store is damaged"])
def test_the_next_run_is_as_it_would_have_been(server: WeekServer, tmp_path: Path, trouble: Callable[[Path], None]) -> None:
    """Store and editions, byte for byte; nothing is held, nothing is told twice, and everything can be read."""
    data, other = tmp_path / "data", tmp_path / "other"
    write_configuration(data / "config", server)
    run(data, server, 0)
    run(data, server, 1)
    shutil.copytree(data, other)
    write_configuration(other / "config", server)
    run(other, server, 2)
    wanted = state(other)
    settings = load(data / "config", {})
    kept = make_backup(settings, TIMES[1], tmp_path / "kept.duckdb").path
    trouble(data)
    done = restore(settings, kept, TIMES[1], replaces=True)
    assert (done.held_count, done.edition_count) == (0, 0)
    run(data, server, 2)
    assert state(data) == wanted
    assert read_store(data, 5).wrong == ()


def test_what_was_told_after_the_backup_is_not_told_again(server: WeekServer, tmp_path: Path) -> None:
    """A run and its edition lie between the backup and the loss: the run after the restore finds the articles again and tells nobody twice."""
    data = tmp_path / "data"
    write_configuration(data / "config", server)
    run(data, server, 0)
    settings = load(data / "config", {})
    kept = make_backup(settings, TIMES[0], tmp_path / "kept.duckdb").path
    run(data, server, 1)
    run(data, server, 2)
    with open_store(data, 5, read_only=True) as connection:
        told = set(connection.execute("SELECT recipient, development_id FROM core.told").fetchall())
    assert told
    (data / FILE_NAME).unlink()
    done = restore(settings, kept, TIMES[2])
    assert done.known_from == "published"
    run(data, server, 2)
    with open_store(data, 5, read_only=True) as connection:
        again = connection.execute("SELECT recipient, development_id FROM core.told").fetchall()
    assert len(again) == len(set(again))
    assert told <= set(again)
    assert read_store(data, 5).wrong == ()
