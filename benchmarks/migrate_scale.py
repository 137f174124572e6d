"""Time what an upgrade costs: bring a store from the version before tables grew without keys (11) to this program's.

`python benchmarks/migrate_scale.py STORE SCRATCH`: a store of this version (benchmarks/archive_store.py makes one) is written into the
tables of version 11, then opened. Prints seconds, seconds of CPU, the memory at most, and what the disk held at most.
"""

import resource
import sys
import threading
import time
from multiprocessing import get_context
from pathlib import Path

import duckdb

from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.files import STORE_STORAGE
from tidings.store.migrate import read_migrations

VERSION = 11
BASE = Path(read_migrations.__code__.co_filename).parent / "sql" / "migrations" / "base.sql"
LOOK_S = 0.05


def make_old(source: Path, folder: Path) -> None:
    """Write a store of this version into the tables of an older one."""
    folder.mkdir(parents=True)
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(folder / ".spill")}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"ATTACH '{source}' AS new (READ_ONLY)")
        connection.execute(f"ATTACH '{folder / FILE_NAME}' AS store ({STORE_STORAGE}); USE store")
        connection.execute(BASE.read_text(encoding="utf-8"))
        connection.execute("INSERT INTO core.migrations (number, name) VALUES (0, 'views of before')")
        for migration in read_migrations()[:VERSION]:
            connection.execute(migration.sql)
            connection.execute("INSERT INTO core.migrations (number, name) VALUES (?, ?)", [migration.number, migration.name])
        for row in rows(
            connection, "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'core' AND database_name = 'store'"
        ):
            copy_table(connection, row["name"])
        connection.execute("CHECKPOINT")


def copy_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Copy what both versions of a table have."""
    if name == "migrations":
        return
    old = {row["column_name"] for row in rows(connection, f"DESCRIBE core.{name}")}
    new = {row["column_name"] for row in rows(connection, f"DESCRIBE new.core.{name}")}
    names = ", ".join(f'"{one}"' for one in sorted(old & new))
    source = f"new.core.{name}"
    if name == "versions":  # a present text was kept twice
        source = "(SELECT v.* REPLACE (coalesce(v.text, a.text, '') AS text) FROM new.core.versions AS v LEFT JOIN new.core.articles AS a ON a.version_id = v.id)"
    connection.execute(f"INSERT INTO core.{name} ({names}) SELECT {names} FROM {source}")


def watch(folder: Path, peak: list[int], done: threading.Event) -> None:
    """Note the most that the files of a folder took together."""
    while not done.wait(LOOK_S):
        peak[0] = max(peak[0], sum(one.stat().st_blocks * 512 for one in folder.rglob("*") if one.is_file()))


def main(source: Path, scratch: Path) -> None:
    """Make the old store, and open it."""
    making = get_context("spawn").Process(target=make_old, args=(source, scratch))  # so that its memory is not counted
    making.start()
    making.join()
    before = (scratch / FILE_NAME).stat().st_size
    peak, done = [0], threading.Event()
    watcher = threading.Thread(target=watch, args=(scratch, peak, done))
    watcher.start()
    at, cpu = time.monotonic(), time.process_time()
    with open_store(scratch, 5) as connection:
        [row] = rows(connection, "SELECT count(*) AS n FROM core.articles")
    took, used = time.monotonic() - at, time.process_time() - cpu
    done.set()
    watcher.join()
    after = (scratch / FILE_NAME).stat().st_size
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        f"{row['n']:,} articles: {took:.1f} s, {used:.1f} s of CPU; store before {before / 1e6:.0f} MB, after {after / 1e6:.0f} MB, disk at most"
        f" {peak[0] / 1e6:.0f} MB ({peak[0] / before:.1f} times); memory at most {memory / 1e3:.0f} MB"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
