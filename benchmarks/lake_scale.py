"""Measure what a publication to a lake costs: `python benchmarks/lake_scale.py FOLDER [--articles N ...] [--store FOLDER]`.

For each size: a store is built (or that of --store copied), published, and brought into a new lake with its catalog in SQLite; then, five times,
100 articles and their statements change, spread over the whole archive, and the lake follows; at last the upkeep. Needs `tidings[lake]`.
"""

import argparse
import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from archive_store import build

from tidings.model import Lake
from tidings.store.database import open_store
from tidings.store.lake_process import fulfil
from tidings.store.publish import publish

CHANGED, TIMES = 100, 5
_CHANGE = """UPDATE core.articles SET title = title || '!', change = core.change_now() WHERE id IN (SELECT id FROM picked);
             UPDATE core.statements SET score = 0.1, change = core.change_now() WHERE article_id IN (SELECT id FROM picked)"""


def main() -> None:
    """Measure every size and print a line for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--store", type=Path, help="folder of a store that is copied instead of built")
    given = parser.parse_args()
    print("articles | store | published | lake | first time | 100 changed: snapshot, lake (CPU), rows, written | upkeep")
    for articles in given.articles:
        folder = given.folder / str(articles)
        folder.mkdir(parents=True)
        if given.store:
            shutil.copy(given.store / "store.duckdb", folder)
        else:
            build(folder, articles)
        print(f"{articles:,} | {measure(folder)}", flush=True)
        shutil.rmtree(folder)


def measure(folder: Path) -> str:
    """Measure one store, and return what came of it."""
    lake = Lake(f"sqlite:{folder / 'lake.sqlite'}", f"{folder / 'lake'}/")
    with open_store(folder, 10) as connection:
        publish(connection, folder)
    first_s, _, report = timed(lambda: fulfil(lake, folder))
    assert report["anew"]
    sizes = [size(folder.glob("store.duckdb*")), size(folder.glob("tidings*.duckdb")), size(folder.glob("lake/**/*"))]
    runs = [follow(lake, folder, number) for number in range(TIMES)]
    published_s, lake_s, cpu_s, rows, written = (statistics.median(column) for column in zip(*runs, strict=True))
    upkeep_s, _, _ = timed(lambda: fulfil(lake, folder, upkeep=True))
    shown = " | ".join(f"{one / 1e6:,.0f} MB" for one in sizes)
    return f"{shown} | {first_s:.1f} s | {published_s:.1f} s, {lake_s:.1f} s ({cpu_s:.1f} s), {rows:,.0f}, {written / 1e6:.1f} MB | {upkeep_s:.1f} s"


def follow(lake: Lake, folder: Path, number: int) -> tuple[float, float, float, int, int]:
    """Change articles, publish them, and let the lake follow: seconds of publishing, of the lake, of its CPU; rows and bytes written."""
    with open_store(folder, 10) as connection:
        connection.execute(f"CREATE TEMP TABLE picked AS SELECT id FROM core.articles ORDER BY hash(id, {number}) LIMIT {CHANGED}")
        connection.execute(_CHANGE)
        published_s, _, _ = timed(lambda: publish(connection, folder))
    before = size(folder.glob("lake/**/*"))
    lake_s, cpu_s, report = timed(lambda: fulfil(lake, folder))
    assert not report["anew"]
    return published_s, lake_s, cpu_s, report["written"], size(folder.glob("lake/**/*")) - before


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """Do it; return its seconds by the clock and of CPU, and what it returned."""
    start, cpu = time.perf_counter(), time.process_time()
    done = work()
    return time.perf_counter() - start, time.process_time() - cpu, done


def size(files: Any) -> int:
    """Add up the bytes of files."""
    return sum(one.stat().st_size for one in files if one.is_file())


if __name__ == "__main__":
    main()
