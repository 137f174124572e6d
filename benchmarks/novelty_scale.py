"""Measure what deciding one on-topic article costs against 10,000, 100,000 and 1,000,000 stored articles of ten statements each.

The stores are made by novelty_store.py of the stream of novelty_stream.py; then fresh articles are taken in and decided by the product, in batches. With `--component`
the meaning component is on as well, with as many vectors of told statements to compare with as a run ever loads.

    python benchmarks/novelty_scale.py --sizes 10000,100000,1000000 --folder /somewhere/with/space
"""

import argparse
import json
import pickle
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from novelty_store import Made, build
from novelty_stream import NOW, Halves, Stream, article_of

from tidings.meaning.use import UseMeaning
from tidings.pipeline import decide as deciding
from tidings.pipeline.comparison import TOLD_VECTORS_MAX, Comparison, load_comparison
from tidings.pipeline.read import with_figures
from tidings.stages import dedupe, novelty, stories
from tidings.store import decisions as store
from tidings.store.database import open_store
from tidings.store.neighbours import open_index
from tidings.store.pages import Read, record_reads
from tidings.store.record import record_decisions
from tidings.store.vectors import keep_vectors
from tidings.text.shingles import text_hash

SPENT = {"duplicate": 0.0, "story": 0.0, "novelty": 0.0}


def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Add up the time that a stage takes."""

    def wrapped(*args: Any, **named: Any) -> Any:
        begun = time.process_time()
        try:
            return function(*args, **named)
        finally:
            SPENT[name] += time.process_time() - begun

    return wrapped


def measure(folder: Path, count: int, coming: Made, batch_sizes: dict[int, int], *, component: bool) -> list[dict[str, Any]]:
    """Take in and decide fresh articles in batches of several sizes; return a row of the table for each."""
    result: list[dict[str, Any]] = []
    warm = 1
    for size, batches in batch_sizes.items():
        parts: dict[str, list[float]] = {}
        each: list[float] = []
        for turn in range(batches + warm):
            fresh, coming = coming[:size], coming[size:]
            with open_store(folder, 1) as connection, open_index(folder) as index:
                reads = [
                    Read(one.id, "pending", "", "", one.id, one, text_hash(one.text), tuple(with_figures(said, one) for said in statements))
                    for one, statements in fresh
                ]
                record_reads(connection, reads, now=NOW, run_id="bench")
                comparison = load_comparison(connection, UseMeaning(), NOW) if component else None
                spent, articles = decide_timed(connection, index, size, comparison)
            if turn >= warm:
                each += articles
                for name, value in spent.items():
                    parts.setdefault(name, []).append(1000 * value / size)
        row: dict[str, Any] = {"stored": count, "batch": size}
        row |= {name: statistics.median(values) for name, values in parts.items()}
        row["p95"] = 1000 * float(np.percentile(each, 95)) + row["retrieval"] + row["record"]
        result.append(row)
    return result


def decide_timed(connection: Any, index: Any, size: int, comparison: Comparison | None = None) -> tuple[dict[str, float], list[float]]:
    """Decide what waits as the product does, with a clock (processor time) between the steps."""
    clock = time.process_time
    begun = clock()
    batch = store.undecided(connection, size)
    assert len(batch) == size, len(batch)
    prepared = clock()
    marks = {one.article.id: dedupe.fingerprint(one.article) for one in batch}
    marked = clock()
    if comparison is not None:
        comparison.gather(connection, batch)
    embedded = clock()
    with deciding.uncollected():
        neighbours = deciding.gather(connection, index, batch, marks, comparison)
    gathered = clock()
    for name in SPENT:
        SPENT[name] = 0.0
    decided, each = [], []
    with deciding.uncollected():
        for one in batch:
            at = clock()
            decided.append(deciding.decide(one, marks[one.article.id], neighbours, timedelta(days=1)))
            each.append(clock() - at)
    ended = clock()
    change = record_decisions(connection, decided, now=NOW, run_id="bench")
    recorded = clock()
    index.take_in(change, {one.article.id: one.indexed(None) for one in decided})
    kept = clock()
    stages = dict(SPENT)
    spent = {
        "total": kept - begun, "deciding": ended - begun, "retrieval": gathered - embedded + prepared - begun, **stages, "meaning": embedded - marked, "other": ended - gathered - sum(stages.values()) + marked - prepared,
        "record": kept - ended, "store": recorded - ended, "copies": sum(one.duplicate is not None for one in decided) / 1000,
        "joined": sum(not one.story_is_new for one in decided) / 1000,
        "told": sum(d.novelty.value == "told" for one in decided for d in one.decisions) / 1000,
    }  # fmt: skip
    return spent, each


def fill_vectors(folder: Path) -> None:
    """Give the newest told statements vectors, as many as a run loads: of noise, which costs as much to compare with."""
    vectors = np.random.default_rng(4).integers(-127, 128, (TOLD_VECTORS_MAX, UseMeaning().dimension), dtype=np.int8)
    with open_store(folder, 1) as connection:
        found = connection.execute(
            "SELECT id FROM core.statements WHERE decision = 'development' ORDER BY first_seen_at DESC, id LIMIT ?", [TOLD_VECTORS_MAX]
        ).fetchall()
        told = [str(row[0]) for row in found]
        for first in range(0, len(told), 5_000):
            some = range(first, min(first + 5_000, len(told)))
            keep_vectors(connection, UseMeaning().name, [(told[place], vectors[place].tobytes()) for place in some])


def peak_mb() -> float:
    """Return the greatest memory that this process held, in MB."""
    own = Path("/proc/self/status")  # where there is none, what the parent held counts, too
    if own.exists():
        return int(re.findall(r"VmHWM:\s+(\d+) kB", own.read_text())[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Build the stores that are not there, measure each in a process of its own, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--batches", default="100:6,10:10,1:20", help="size:turns, ...")
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--build-only", action="store_true")
    parser.add_argument("--component", action="store_true", help="with the meaning component")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    sizes = [int(one) for one in given.sizes.split(",")]
    batches = {int(size): int(turns) for size, turns in (one.split(":") for one in given.batches.split(","))}
    if given.one:
        run_one(given.folder, given.one, batches, component=given.component)
        return
    for size in sizes:
        build(given.folder, size)
    if given.build_only:
        return
    rows = []
    halves = Halves.make()
    for size in sizes:
        stream = Stream.make(size + 3000)
        fresh = [article_of(halves, stream, at, NOW) for at in range(size, size + sum(one * (turns + 1) for one, turns in batches.items()))]
        (given.folder / f"coming_{size}").write_bytes(pickle.dumps(fresh))
        command = [
            sys.executable,
            __file__,
            "--folder",
            str(given.folder),
            "--one",
            str(size),
            "--batches",
            given.batches,
            *["--component"][: given.component],
        ]
        # Each size in a process of its own: its memory is measured.
        rows += json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print_table(rows)


def run_one(folder: Path, size: int, batches: dict[int, int], *, component: bool) -> None:
    """Measure one store, on a copy that is thrown away, and print its rows as JSON."""
    source, copy = folder / f"store_{size}", folder / f"copy_{size}"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(source, copy)
    sizes = {name: (copy / name).stat().st_size / 1e6 for name in ("store.duckdb", "neighbours.sqlite")}
    coming: Made = pickle.loads((folder / f"coming_{size}").read_bytes())
    dedupe.find_duplicate = timed("duplicate", dedupe.find_duplicate)  # type: ignore[assignment]
    stories.assign = timed("story", stories.assign)  # type: ignore[assignment]
    novelty.find = timed("novelty", novelty.find)  # type: ignore[assignment]
    if component:
        fill_vectors(copy)
    before = peak_mb()
    rows = measure(copy, size, coming, batches, component=component)
    for row in rows:
        row |= {"peak_mb": peak_mb(), "made_mb": before, "store_mb": sizes["store.duckdb"], "index_mb": sizes["neighbours.sqlite"]}
    shutil.rmtree(copy)
    print(json.dumps(rows))


def print_table(rows: list[dict[str, Any]]) -> None:
    """Print the table, and last against first for each batch size."""
    names = ("retrieval", "duplicate", "story", "novelty", "meaning", "other", "deciding", "record", "total", "p95")
    print(
        f"{'stored':>10} {'batch':>5} "
        + " ".join(f"{name:>9}" for name in names)
        + f" {'peak MB':>8} {'store MB':>9} {'index MB':>9}  copies joined told"
    )
    for row in rows:
        numbers = " ".join(f"{row[name]:9.2f}" for name in names)
        print(
            f"{row['stored']:10,} {row['batch']:5} {numbers} {row['peak_mb']:8.0f} {row['store_mb']:9.0f} {row['index_mb']:9.0f}  {row['copies']:.2f} {row['joined']:.2f} {row['told']:.2f}"
        )
    for size in dict.fromkeys(row["batch"] for row in rows):
        totals = [row["total"] for row in rows if row["batch"] == size]
        print(f"batch {size}: last / first = {totals[-1] / totals[0]:.2f}")


if __name__ == "__main__":
    main()
