"""Measure what publishing costs beside an archive of some size: a run that changed 100 articles, one that changed nothing, a renewal.

    python benchmarks/publish_scale.py STORE_FOLDER SCRATCH_FOLDER [--runs 5]

The store is linked into a scratch folder, by copy: nothing is written to the one that is given. All that is made is deleted.
"""

import argparse
import resource
import shutil
import statistics
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tidings.store.archive import ARCHIVE_NAME, copy_file
from tidings.store.database import Connection, connect, open_store, rows
from tidings.store.files import FILE_NAME, megabytes, size_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.publish import HeadMax, publish

CHANGED = 100
NEVER, NOW = HeadMax(articles=10**9, bytes=10**12), HeadMax(articles=0)


class Spent(NamedTuple):
    """Seconds of the processor and of the clock: of several, the least of the processor's are first."""

    cpu_s: float
    wall_s: float

    def __str__(self) -> str:
        return f"{self.cpu_s:.2f} s of the processor in {self.wall_s:.2f} s"


def main() -> None:
    """Copy the store, publish it in each way, and print a line of a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("store", type=Path)
    parser.add_argument("scratch", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    shutil.rmtree(given.scratch, ignore_errors=True)
    given.scratch.mkdir(parents=True)
    try:
        copy_file(given.store / FILE_NAME, given.scratch / FILE_NAME)
        with open_store(given.scratch, 5) as connection:
            measure(connection, given.scratch, given.runs)
    finally:
        shutil.rmtree(given.scratch)


def measure(connection: Connection, folder: Path, runs: int) -> None:
    """Publish all, then after each of some runs, then with a renewal; print seconds and sizes."""
    articles = rows(connection, "SELECT count(*) AS n FROM core.articles")[0]["n"]
    print(f"articles {articles}, store {megabytes(size_of(folder / FILE_NAME))}", flush=True)
    print(f"most memory before {most_memory()}", flush=True)
    print(f"all of it: {timed(lambda: publish(connection, folder))}, most memory {most_memory()}", flush=True)
    sizes(folder)
    changed = [after(connection, lambda: publish(connection, folder)) for _ in range(runs)]
    same = [timed(lambda: publish(connection, folder)) for _ in range(runs)]
    print(f"{CHANGED} articles changed: {statistics.median_low(changed)} (most {max(changed)})", flush=True)
    print(f"nothing changed: {statistics.median_low(same)}", flush=True)
    head = size_of(folder / SNAPSHOT_NAME)
    take(connection, min(8_000, articles // 3))
    print(f"a full head: {timed(lambda: publish(connection, folder, head_max=NEVER))}", flush=True)
    print(f"head {megabytes(head)} after {runs} runs, full {megabytes(size_of(folder / SNAPSHOT_NAME))}", flush=True)
    if (folder / ARCHIVE_NAME).exists():
        take(connection, CHANGED)
        print(f"renewal: {timed(lambda: publish(connection, folder, head_max=NOW))}", flush=True)
        sizes(folder)
    reads(folder)
    print(f"most memory {most_memory()}")


def after(connection: Connection, work: Callable[[], object]) -> Spent:
    """Change some articles as a run does, and time what comes after."""
    take(connection, CHANGED)
    return timed(work)


def take(connection: Connection, count: int) -> None:
    """Take in articles like those that are there, with all that was said in them, and touch a tenth as many old ones."""
    shift = f"'{uuid.uuid4()}'"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE taken AS SELECT id FROM core.articles WHERE seed_id = '' USING SAMPLE {count} ROWS")

    def moved(column: str) -> str:
        return f"md5({column}::VARCHAR || {shift})::UUID AS {column}"

    for table, key, columns in (
        ("entries", "article_id", ("id", "article_id")),
        ("articles", "id", ("id", "version_id", "entry_id")),
        ("versions", "article_id", ("id", "article_id")),
        ("statements", "article_id", ("id", "article_id", "version_id")),
        ("developments", "article_id", ("id", "article_id", "statement_id")),
    ):
        replaced = ", ".join(map(moved, columns))
        connection.execute(
            f"INSERT INTO core.{table} SELECT * REPLACE ({replaced}, core.change_now() AS change) FROM core.{table} SEMI JOIN taken ON taken.id = {table}.{key}"
        )
    connection.execute(
        f"UPDATE core.articles SET change = core.change_now(), title = title || '.' WHERE id IN (SELECT id FROM taken LIMIT {count // 10})"
    )
    connection.execute("CHECKPOINT")


def timed(work: Callable[[], object]) -> Spent:
    """Return the seconds that something takes."""
    start, before = time.perf_counter(), processor_s()
    work()
    return Spent(processor_s() - before, time.perf_counter() - start)


def processor_s() -> float:
    """Return the processor's seconds of this process until now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def most_memory() -> str:
    """Return the most memory that this process had."""
    return megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1e3)


def sizes(folder: Path) -> None:
    """Print what lies on the disk."""
    snapshot, archive = size_of(folder / SNAPSHOT_NAME), size_of(folder / ARCHIVE_NAME)
    share = (snapshot + archive) / size_of(folder / FILE_NAME)
    print(
        f"store {megabytes(size_of(folder / FILE_NAME))}, snapshot {megabytes(snapshot)}, archive {megabytes(archive)}: {share:.2f} of the store"
    )


def reads(folder: Path) -> None:
    """Print what opening and a few questions take."""
    with connect() as connection:
        start = time.perf_counter()
        connection.execute(f"ATTACH '{folder / SNAPSHOT_NAME}' AS tidings (READ_ONLY)")
        connection.execute("USE tidings")
        if (folder / ARCHIVE_NAME).exists():
            connection.execute(f"ATTACH '{folder / ARCHIVE_NAME}' AS tidings_archive (READ_ONLY)")
        print(f"opening: {time.perf_counter() - start:.3f} s")
        for sql in (
            "SELECT count(*) FROM articles",
            "SELECT topic, count(*) FROM developments GROUP BY topic",
            "SELECT title, url FROM articles WHERE id = (SELECT article_id FROM developments LIMIT 1)",
        ):
            start = time.perf_counter()
            connection.execute(sql).fetchall()
            print(f"{time.perf_counter() - start:.3f} s: {sql}")


if __name__ == "__main__":
    main()
