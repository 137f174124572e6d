"""Damaged files are noticed, named, and the way back is said; what is published is made anew."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import store_writer as writer

from tidings.errors import StoreDamaged
from tidings.store.database import FILE_NAME, open_store
from tidings.store.files import log_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.publish import publish
from tidings.store.query import count_rows
from tidings.store.soundness import read_store

pytestmark = pytest.mark.slow

KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import store_writer
from tidings.store.database import open_store
with open_store(Path(sys.argv[1]), 5) as connection:
    store_writer.read(connection, 1)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a store whose writer was killed: what it wrote last is in the log alone."""
    return make_killed(tmp_path_factory.mktemp("killed"))


def make_killed(folder: Path) -> Path:
    """Make a store, and let its writer be killed."""
    with open_store(folder, 5) as connection:
        writer.poll(connection, 1)
    command = [sys.executable, "-c", KILLED, str(folder), str(Path(writer.__file__).parent)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    return folder


@pytest.fixture
def data(killed: Path, tmp_path: Path) -> Path:
    """Give a copy of it, to be damaged."""
    shutil.copytree(killed, tmp_path / "data")
    return tmp_path / "data"


def flip(path: Path, first: float, last: float = 0) -> None:
    """Change every 1,000th byte between two shares of a file, or one."""
    content = bytearray(path.read_bytes())
    for place in range(int(len(content) * first), max(int(len(content) * last), int(len(content) * first) + 1), 1_000):
        content[place] ^= 0xFF
    path.write_bytes(content)


def other_log(data: Path) -> None:
    """Put the log of another store beside this one."""
    other = make_killed(data.parent / "other")
    shutil.copy(log_of(other / FILE_NAME), log_of(data / FILE_NAME))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "first header": lambda data: flip(data / FILE_NAME, 0.00001),
    "second and third header": lambda data: flip(data / FILE_NAME, 0, 0.01),
    "middle": lambda data: flip(data / FILE_NAME, 0.1, 0.9),
    "cut in half": lambda data: os.truncate(data / FILE_NAME, (data / FILE_NAME).stat().st_size // 2),
    "no bytes": lambda data: os.truncate(data / FILE_NAME, 0),
    "a text": lambda data: (data / FILE_NAME).write_text("a letter\n" * 10_000),
    "log: its beginning": lambda data: flip(log_of(data / FILE_NAME), 0),
    "log: its middle": lambda data: flip(log_of(data / FILE_NAME), 0.5),
    "log: its end": lambda data: flip(log_of(data / FILE_NAME), 0.9999),
    "log: a text": lambda data: log_of(data / FILE_NAME).write_text("a letter\n" * 10_000),
    "log of another store": other_log,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_store_is_named_with_the_way_back(data: Path, damage: Callable[[Path], object]) -> None:
    """Opened for writing or read to its end it is never silently less; the files stay as they are."""
    damage(data)
    before = {path.name: path.read_bytes() for path in data.glob("store.duckdb*")}
    with pytest.raises(StoreDamaged, match=r"(?s)store\.duckdb.*The way back: .*tidings restore"):
        read_store(data, 5)
    assert {path.name: path.read_bytes() for path in data.glob("store.duckdb*")} == before


def test_a_log_that_was_cut_is_what_a_kill_leaves(data: Path) -> None:
    """The control: the undamaged one gives what was committed; one cut within its last transaction gives what came before, whole."""
    assert read_store(data, 5).wrong == ()
    os.truncate(log_of(data / FILE_NAME), log_of(data / FILE_NAME).stat().st_size - 10)
    assert read_store(data, 5).wrong == ()


@pytest.mark.parametrize("damage", ["head", "middle", "no bytes", "a text"])
def test_what_is_published_and_damaged_is_made_anew(data: Path, damage: str) -> None:
    """The next publication that finds it so puts a whole one in place."""
    path = data / SNAPSHOT_NAME
    with open_store(data, 5) as connection:
        publish(connection, data)
    whole = count_rows(data)
    match damage:
        case "head":
            flip(path, 0.00001)
        case "middle":
            flip(path, 0.1, 0.9)
        case "no bytes":
            os.truncate(path, 0)
        case _:
            path.write_text("a letter\n" * 10_000)
    with open_store(data, 5) as connection:
        publish(connection, data, checked=True, anew=damage == "middle")  # the upkeep reads it through, and asks for that
    assert count_rows(data) == whole


def test_rows_that_contradict_each_other_are_named(data: Path) -> None:
    """Two rows with one id, words that are not where they are said to be, a statement without its article: each is said with an example."""
    with open_store(data, 5) as connection:
        writer.decide(connection, 1)
        connection.execute("INSERT INTO core.stories FROM core.stories LIMIT 1")
        connection.execute('UPDATE core.statements SET "start" = 3 WHERE id = ?', [writer.uid(5, 1, 0)])
        connection.execute("DELETE FROM core.articles WHERE id = ?", [writer.uid(3, 1, 1)])
        connection.execute("UPDATE core.counter SET number = 0")
    found = {(one.table, one.what): one for one in read_store(data, 5).wrong}
    assert found["stories", "two rows have one id"].example == writer.uid(3, 1)
    assert found["statements", "the text has other words at its place"].example == writer.uid(5, 1, 0)
    assert found["statements", "the article is not there"].row_count == 1
    assert found["entries", "the article is not there"].example == writer.uid(2, 1, 1)
    assert ("articles", "changed in a publication to come") in found
