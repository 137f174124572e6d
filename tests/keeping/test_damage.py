"""Damaged files are noticed, named, and the way back is said; what is published is made anew."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import store_writer as writer

from tidings.errors import StoreDamaged
from tidings.store.backup import back_up, verify
from tidings.store.blocks import FIRST, File
from tidings.store.database import FILE_NAME, open_store
from tidings.store.files import log_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.publish import publish
from tidings.store.query import count_rows
from tidings.store.restore import restore
from tidings.store.soundness import read_store

pytestmark = pytest.mark.slow

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)

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
    "end": lambda data: flip(data / FILE_NAME, 0.5, 1),
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


def flip_block(path: Path, number: int) -> None:
    """Change bytes of one block."""
    content, size = bytearray(path.read_bytes()), File(path.read_bytes()).block_size
    for place in range(FIRST + number * size + 100, FIRST + (number + 1) * size, 1_000):
        content[place] ^= 0xFF
    path.write_bytes(content)


def blocks_of_rows(path: Path) -> set[int]:
    """Return the blocks that values of tables are read from."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS store (READ_ONLY); USE store")
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'").fetchall()]
        sql = "SELECT block_id, additional_block_ids FROM pragma_storage_info('core.{}')"
        found = [row for name in tables for row in connection.execute(sql.format(name)).fetchall()]
    return {block for first, more in found for block in [first, *(more or [])] if block is not None}


def test_damage_in_any_block_in_use_is_noticed_and_in_no_other(data: Path) -> None:
    """Each block of the file by itself, to its end: those of rows, of metadata and of indexes. What is free may hold anything."""
    path = data / FILE_NAME
    with open_store(data, 5) as connection:  # makes room that is free
        connection.execute("CREATE TABLE core.gone AS SELECT random() AS number FROM range(100_000); CHECKPOINT store")
        writer.poll(connection, 2)
        connection.execute("CHECKPOINT store; DROP TABLE core.gone; CHECKPOINT store")
    whole, file = path.read_bytes(), File(path.read_bytes())
    for number in range(file.block_count):
        flip_block(path, number)
        if number in file.free:
            assert read_store(data, 5).wrong == ()
        else:
            with pytest.raises(StoreDamaged, match=r"(?s)store\.duckdb.*The way back: .*tidings restore"):
                read_store(data, 5)
        path.write_bytes(whole)
    assert file.free
    assert len(file.free) < file.block_count


def test_damage_in_an_index_costs_nothing(data: Path, tmp_path: Path) -> None:
    """Rows do not need it: a backup of such a store is whole, a backup damaged there is named, and both are put back with every row."""
    path, rows = data / FILE_NAME, read_store(data, 5).row_count
    with open_store(data, 5):
        pass  # what is in the log comes into the file
    file = File(path.read_bytes())
    [index, *_] = set(range(file.block_count)) - file.free - set(file.metadata) - blocks_of_rows(path)
    flip_block(path, index)
    with pytest.raises(StoreDamaged, match="every row can be read"):
        read_store(data, 5)
    kept = back_up(data, tmp_path / "kept.duckdb", 5, NOW).path
    assert verify(kept).row_count == rows
    restore(data, kept, 5, NOW, replaces=True)
    assert read_store(data, 5).row_count == rows + 1  # a restore is one of the runs
    file = File(kept.read_bytes())
    [index, *_] = set(range(file.block_count)) - file.free - set(file.metadata) - blocks_of_rows(kept)
    flip_block(kept, index)
    with pytest.raises(StoreDamaged, match="a restore makes that anew"):
        verify(kept)
    restore(tmp_path / "fresh", kept, 5, NOW)
    assert read_store(tmp_path / "fresh", 5).row_count == rows + 1
    assert [one.name for one in (tmp_path / "fresh").iterdir()] == [FILE_NAME]


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
