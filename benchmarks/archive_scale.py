"""Measure what a run's writes cost in stores of different sizes (made by archive_store.py), and how large the stores are.

`python benchmarks/archive_scale.py FOLDER... [--runs N] [--scratch FOLDER]`: each store is copied, and a process of its own does N runs
on the copy with the product's own functions: 500 feeds polled (a third of them with 30 entries each, 250 of them new), 250 pages read
(100 on a topic), 100 articles decided, an edition for each of eight readers, its delivery. Medians over the runs, a table.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from archive_runs import RunOf, prepare

from tidings.store.database import FILE_NAME, open_store, rows

STEPS = ("begin", "poll", "read", "decide", "compose", "deliver", "end")


def main() -> None:
    """Measure each store in a process of its own, and print one row for each."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--one", action="store_true", help="measure here, in a copy that may be changed")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.folders[0], given.runs)))
        return
    head = (
        "articles",
        *(f"{step} s" for step in STEPS),
        "in all s",
        "wall s",
        "written MB",
        "peak MB",
        "store MB",
        "bytes an article",
        "of text",
    )
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    if given.scratch:
        given.scratch.mkdir(parents=True, exist_ok=True)
    for folder in given.folders:
        with tempfile.TemporaryDirectory(dir=given.scratch) as copy:
            shutil.copy(folder / FILE_NAME, copy)
            command = [sys.executable, __file__, copy, "--one", "--runs", str(given.runs)]
            found = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
        cells = [f"{found['articles']:,}", *(f"{found[step]:.2f}" for step in (*STEPS, "cpu", "wall"))]
        cells += [f"{found[name]:,.0f}" for name in ("written", "peak", "size", "bytes", "raw")]
        print("| " + " | ".join(cells) + " |", flush=True)


def measure(folder: Path, count: int) -> dict[str, float]:
    """Do the runs; return medians in seconds of processor time by step, and in all; MB written a run, and at most in memory."""
    with open_store(folder, 10) as connection:
        [found] = rows(connection, "SELECT count(*) AS articles, avg(strlen(text)) AS raw FROM core.articles")
        size = (folder / FILE_NAME).stat().st_size
        materials = prepare(connection, count)
    spent: dict[str, list[float]] = {name: [] for name in (*STEPS, "cpu", "wall", "written")}
    for run in materials:
        with spending(spent, "cpu"), spending(spent, "wall", time.perf_counter), spending(spent, "written", written_mb):
            for step in STEPS:
                with spending(spent, step):
                    getattr(RunOf(folder, run), step)()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    each = {"size": size / 1e6, "bytes": size / found["articles"], "peak": peak}
    return {name: median(values) for name, values in spent.items()} | found | each


@contextmanager
def spending(spent: dict[str, list[float]], name: str, clock: Callable[[], float] = time.process_time) -> Iterator[None]:
    """Add what the body takes, by a clock, to the list of that name."""
    start = clock()
    yield
    spent[name].append(clock() - start)


def written_mb() -> float:
    """Return how much this process has written in all, as the kernel counts what it was handed."""
    counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(counts["wchar"]) / 1e6


if __name__ == "__main__":
    main()
