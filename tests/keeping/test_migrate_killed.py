"""Each migration killed halfway is recovered by the next opening, with the content of an unbroken one; a copy is kept before."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidings.errors import StoreFull
from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.export import export_canonical
from tidings.store.files import STORE_STORAGE, free_bytes
from tidings.store.migrate import prepare, read_migrations
from tidings.store.soundness import read_store

MIGRATIONS = read_migrations()
BASE = (Path(read_migrations.__code__.co_filename).parent / "sql" / "migrations" / "base.sql").read_text(encoding="utf-8")


def filler(name: str, kind: str, checks: str) -> str:
    """Give a value, as SQL, that a column takes."""
    if allowed := re.search(rf"\b{name}\W+IN\W+'(\w+)'", checks):
        return f"'{allowed[1]}'"
    simple = {"UUID": "uuid()", "BLOB": "'x'::BLOB", "JSON": "'{}'", "BOOLEAN": "true", "VARCHAR": "'x'"}
    return simple.get(kind) or ("[]" if kind.endswith("[]") else "'2020-02-19'" if "TIME" in kind or kind == "DATE" else "1")


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Put a row into each table that has none."""
    for row in rows(connection, "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'core' AND database_name = 'store'"):
        name = row["name"]
        if rows(connection, f"SELECT 1 AS one FROM core.{name} LIMIT 1"):
            continue
        sql = "SELECT constraint_text FROM duckdb_constraints() WHERE table_name = ? AND constraint_type = 'CHECK'"
        checks = " ".join(one["constraint_text"] for one in rows(connection, sql, [name]))
        values = [filler(one["column_name"], one["column_type"], checks) for one in rows(connection, f"DESCRIBE core.{name}")]
        connection.execute(f"INSERT INTO core.{name} VALUES ({', '.join(values)})")


def store_of_version(folder: Path, number: int) -> Path:
    """Make a store as a program of that time left it, with a row in each table."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{folder / FILE_NAME}' AS store ({STORE_STORAGE}); USE store")
        connection.execute(BASE)
        connection.execute("INSERT INTO core.migrations (number, name) VALUES (0, 'views of before')")
        fill_first = number == 0
        for migration in MIGRATIONS[:number]:
            fill(connection)
            connection.execute(migration.sql)
            connection.execute("INSERT INTO core.migrations (number, name) VALUES (?, ?)", [migration.number, migration.name])
        if fill_first:
            fill(connection)
        connection.execute("CREATE VIEW main.deliveries AS SELECT id, state FROM core.deliveries")
        connection.execute("CHECKPOINT")
    return folder


def content(folder: Path) -> str:
    """Return the whole store as text."""
    out = StringIO()
    with open_store(folder, 5) as connection:
        export_canonical(connection, out)
    return out.getvalue()


KILLED = """
import os, signal, sys
from pathlib import Path
from tidings.store.database import open_store
function, event, times = sys.argv[2], sys.argv[3], int(sys.argv[4])
def die(frame, what, argument):
    global times
    name = getattr(argument, "__name__", "") if what.startswith("c_") else frame.f_code.co_name
    if what == event and name == function and frame.f_code.co_filename.endswith(("migrate.py", "rows.py", "copies.py", "files.py")):
        times -= 1
        if not times:
            os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(die)
with open_store(Path(sys.argv[1]), 5):
    pass
"""
OF_THE_COPY = {
    "the copy kept before is written": ("prove", "call"),
    "the copy kept before is not in place yet": ("put_in_place", "call"),
}
MOMENTS = {
    "before the transaction": ("begin", "c_call"),
    "in the transaction: all is changed": ("_mark", "call"),
    "in the transaction: before its commit": ("commit", "c_call"),
    "after the commit, before the CHECKPOINT": ("commit", "c_return"),
}


@pytest.fixture(scope="module")
def olds(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Path]:
    """Give a store of any older version, made once."""
    folder, made = tmp_path_factory.mktemp("olds"), {}

    def give(number: int) -> Path:
        if number not in made:
            made[number] = store_of_version(folder / str(number), number)
        return made[number]

    return give


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(MIGRATIONS)))
def test_from_every_older_version(olds: Callable[[int], Path], tmp_path: Path, number: int) -> None:
    """A store of any older version, with rows in all its tables, opens with the tables of a fresh one; a copy of the old one is beside it."""
    data = Path(shutil.copytree(olds(number), tmp_path / "data"))
    with open_store(data, 5) as migrated, duckdb.connect() as fresh:
        fresh.execute("ATTACH ':memory:' AS store; USE store")
        prepare(fresh)
        assert shape(migrated) == shape(fresh)
    kept = data / f"store.version-{number}.duckdb"
    with duckdb.connect(kept, read_only=True) as copy:
        assert copy.execute("SELECT max(number) FROM core.migrations").fetchone() == (number,)
        assert copy.execute("SELECT count(*) FROM core.entries").fetchone() == (1,)
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def unbroken(olds: Callable[[int], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], str]:
    """Give the content of a store of any older version after migrations that nobody killed."""
    made: dict[int, str] = {}

    def give(number: int) -> str:
        if number not in made:
            made[number] = content(Path(shutil.copytree(olds(number), tmp_path_factory.mktemp("unbroken") / "data")))
        return made[number]

    return give


CASES = {
    f"{number + 1} {name}": (number, moment)
    for number in range(len(MIGRATIONS))
    for name, moment in ({**OF_THE_COPY, **MOMENTS} if number == 0 else MOMENTS).items()
}


@pytest.mark.slow
@pytest.mark.parametrize(("number", "moment"), CASES.values(), ids=CASES.keys())
def test_killed_in_a_migration(
    olds: Callable[[int], Path], unbroken: Callable[[int], str], tmp_path: Path, number: int, moment: tuple[str, str]
) -> None:
    """SIGKILL at each point of each migration; opened again the store is as one that nobody killed."""
    data = Path(shutil.copytree(olds(number), tmp_path / "data"))
    killed = subprocess.run([sys.executable, "-c", KILLED, str(data), *moment, "1"], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-300:]
    assert content(data) == unbroken(number)
    assert not [path.name for path in data.iterdir() if ".part" in path.name]


@pytest.mark.slow
def test_killed_in_the_checkpoint(olds: Callable[[int], Path], unbroken: Callable[[int], str], tmp_path: Path) -> None:
    """SIGKILL at many moments around the CHECKPOINTs of all migrations, by the clock: opened again the store is as one that nobody killed."""
    for attempt in range(int(os.environ.get("TIDINGS_STORE_KILLS", "12"))):
        data = Path(shutil.copytree(olds(0), tmp_path / f"data{attempt}"))
        script = f"""
import os, signal, sys, threading, time
from pathlib import Path
from tidings.store import migrate
from tidings.store.database import open_store
def die():
    time.sleep({0.0007 * attempt})
    os.kill(os.getpid(), signal.SIGKILL)
def watch(frame, what, argument):
    if what == "c_return" and getattr(argument, "__name__", "") == "commit" and frame.f_back.f_back.f_code.co_name == "_migrate":
        sys.setprofile(None)
        threading.Thread(target=die).start()
sys.setprofile(watch)
with open_store(Path({str(data)!r}), 5):
    time.sleep(1)
"""
        killed = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
        assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()[-300:]
        assert content(data) == unbroken(0)
        shutil.rmtree(data)


def test_only_one_copy_is_kept(olds: Callable[[int], Path], tmp_path: Path) -> None:
    """That of the version which the store had last; an older one goes when the new one is whole."""
    number = len(MIGRATIONS) - 1
    data = Path(shutil.copytree(olds(number), tmp_path / "data"))
    (data / "store.version-3.duckdb").touch()
    with open_store(data, 5):
        pass
    assert [path.name for path in data.glob("store.version-*")] == [f"store.version-{number}.duckdb"]
    read_store(data, 5)


def test_without_room_nothing_is_changed(olds: Callable[[int], Path], tmp_path: Path) -> None:
    """Where the disk has no room for the copy and the change, the store stays as it is and the error says how much is needed."""
    data = Path(shutil.copytree(olds(0), tmp_path / "data"))
    path = data / FILE_NAME
    os.truncate(path, free_bytes(data))  # looks as large as what is left: a hole, so it takes nothing
    with pytest.raises(StoreFull, match=r"needs .* are free"), open_store(data, 5):
        pass
    assert not list(data.glob("store.version-*"))


def shape(connection: duckdb.DuckDBPyConnection) -> Any:
    """Describe all tables: columns, types and constraints."""
    here = "database_name = current_database() AND schema_name = 'core'"
    columns = f"SELECT table_name, column_name, data_type, is_nullable, column_default FROM duckdb_columns() WHERE {here} ORDER BY ALL"
    constraints = (
        f"SELECT table_name, constraint_type, constraint_column_names, expression FROM duckdb_constraints() WHERE {here} ORDER BY ALL"
    )
    return rows(connection, columns), rows(connection, constraints)
