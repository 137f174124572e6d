"""Killed at any step of a publication with a renewal: readers have the old publication or the new one, and the next one puts all right."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import open_store
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.publish import SQL_NAME, HeadMax, publish

pytestmark = pytest.mark.slow  # each test waits for a real child

Fill = Callable[[duckdb.DuckDBPyConnection], None]

VICTIM = """
import os, signal, sys
from pathlib import Path
from tidings.store.database import open_store
from tidings.store.publish import HeadMax, publish
folder, event, name, left = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
def watch(frame, happened, argument):
    global left
    if happened == event and frame.f_code.co_name == name:
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
with open_store(folder, 5) as store:
    store.execute("UPDATE core.articles SET title = 'new', change = core.change_now()")
    store.execute("UPDATE core.stories SET title = 'new', change = core.change_now()")
    sys.setprofile(watch)
    publish(store, folder, head_max=HeadMax(articles=0), checked=True)
"""
MOMENTS = [
    ("return", "_begin", 1), ("return", "copy_file", 1), ("return", "_bring_in", 5), ("return", "_name_publication", 1),
    ("return", "renew_archive", 1), ("return", "read_through", 1), ("call", "put_in_place", 1), ("return", "put_in_place", 1),
    ("call", "write_head", 1), ("return", "_put_together", 9), ("return", "_fill", 1), ("return", "write_head", 1),
    ("return", "_write_sql", 1), ("return", "put_in_place", 2), ("call", "put_in_place", 3), ("return", "put_in_place", 3),
]  # fmt: skip


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory, fill: Fill) -> Path:
    """Publish a head and its archive."""
    folder = tmp_path_factory.mktemp("before")
    with open_store(folder, 0) as store:
        fill(store)
        publish(store, folder, head_max=HeadMax(articles=0))
        store.execute("UPDATE core.articles SET title = 'old', change = core.change_now()")
        store.execute("UPDATE core.stories SET title = 'old', change = core.change_now()")
        publish(store, folder)
    return folder


def titles(folder: Path) -> set[str]:
    """Read both tables as an analyst would."""
    with duckdb.connect(folder / SNAPSHOT_NAME, read_only=True) as reader:
        reader.execute(f"ATTACH '{folder / ARCHIVE_NAME}' (READ_ONLY)")
        return {title for (title,) in reader.execute("SELECT title FROM articles UNION ALL SELECT title FROM stories").fetchall()}


def kill(folder: Path, moment: tuple[str, str, int]) -> None:
    """Let a child publish with a renewal, and die at a moment of it."""
    died = subprocess.run([sys.executable, "-c", VICTIM, str(folder), *map(str, moment)], check=False).returncode
    assert died == -signal.SIGKILL, "the step was never reached"


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: " ".join(map(str, moment)))
def test_readers_have_one_publication(tmp_path: Path, before: Path, moment: tuple[str, str, int]) -> None:
    """Whatever was left lying, what is in place is whole; the next publication sweeps, and says what the store says."""
    folder = tmp_path / "data"
    shutil.copytree(before, folder)
    kill(folder, moment)
    put = moment == ("return", "put_in_place", 3)  # the archive and the script for `duckdb -init` come before it
    assert titles(folder) == ({"new"} if put else {"old"})
    with open_store(folder, 5) as store:
        assert publish(store, folder) != put
    assert titles(folder) == {"new"}
    assert sorted(path.name for path in folder.iterdir()) == ["store.duckdb", SNAPSHOT_NAME, SQL_NAME, ARCHIVE_NAME]


@pytest.mark.parametrize("moment", [("return", "put_in_place", 1), ("return", "_write_sql", 1)], ids=lambda moment: moment[1])
def test_killed_time_and_again_between_archive_and_head(tmp_path: Path, before: Path, moment: tuple[str, str, int]) -> None:
    """A renewed archive serves the head before it and no older one: while a head is behind its archive, that is not renewed again."""
    folder = tmp_path / "data"
    shutil.copytree(before, folder)
    kill(folder, moment)
    for _ in range(3):
        died = subprocess.run([sys.executable, "-c", VICTIM, str(folder), "return", "write_head", "1"], check=False).returncode
        assert died == -signal.SIGKILL
        assert titles(folder) == {"old"}
    with open_store(folder, 5) as store:
        assert publish(store, folder, head_max=HeadMax(articles=0))
        assert titles(folder) == {"new"}
        store.execute("UPDATE core.articles SET title = 'newer', change = core.change_now()")
        assert publish(store, folder, head_max=HeadMax(articles=0))
    assert "newer" in titles(folder)
