"""Run the suites of `tidings eval` over all development files of TIDINGS_DATA, and write what they give into the section "Measures" of RESULTS.md.

Usage: python benchmarks/measure_all.py [SUITE...]. Without suites: all; the rows of the others stay. tests/evaluation/test_regression.py
fails when a measure of the table has become worse than it says.
"""

import argparse
import os
import platform
import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tidings.evaluation.measures import data_folder
from tidings.evaluation.suites import FORMS, Measured, run_suite

RESULTS = Path(__file__).parent / "RESULTS.md"
BEGIN, END = "<!-- measures: begin -->", "<!-- measures: end -->"
# Written into the table: what the project promises, and each set of stories by itself.
KEPT = re.compile(r"f1\..*|precision\..*|recall\..*|recall_at_p99|auc|same_event_called_copy|changed_facts_kept|new_in_(exact|rewrite)"
    r"|(bcubed_f1|ari)(\.(worst|ecbplus|allsides))?|auc_(retold|background)|nugget_(recall|precision)|redundancy"
    r"|word_f1(\.(trafilatura|scrapinghub|wcxb))?|(date|title|author)_accuracy(\.stated)?")  # fmt: skip
AT_MOST = frozenset({"same_event_called_copy", "new_in_exact", "new_in_rewrite", "redundancy"})  # lower is better
FOLDERS = {"extraction": "pages"}  # where the folder has another name, and holds archives
_ROW = re.compile(r"^\| (\w+) \| `([\w.]+)` \| (\d\.\d{4}) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """Hold one row of the table."""

    suite: str
    measure: str
    value: float
    interval: str
    files: str


def labelled_files(data: Path, suite: str) -> list[Path]:
    """Return the development files of a suite; the gold beside a stream of sentences is read with it."""
    found = sorted((data / FOLDERS.get(suite, suite)).glob("*.tar.gz" if suite in FOLDERS else "*.jsonl*"))
    return [file for file in found if "_nuggets." not in file.name]


def read_results(text: str) -> list[Result]:
    """Read the table back."""
    table = text.partition(BEGIN)[2].partition(END)[0]
    return [Result(suite, measure, float(value), interval, files) for suite, measure, value, interval, files in _ROW.findall(table)]


def is_worse(measure: str, value: float, before: float, by: float = 0.01) -> bool:
    """Tell whether a measure has become worse than it was by more than `by`."""
    return (value - before if measure in AT_MOST else before - value) > by + 1e-9


def rows_of(suite: str, measured: Measured, files: Sequence[Path]) -> list[Result]:
    """Return the rows of one suite."""
    names = f"{len(files)} of {suite}/" if len(files) > 1 else f"{suite}/{files[0].name}"
    rows = []
    for name, value in measured.measures.items():
        if KEPT.fullmatch(name):
            interval = measured.intervals.get(name)
            shown = f"{interval[0]:.4f} to {interval[1]:.4f}" if interval else ""
            rows.append(Result(suite, name, value, shown, names))
    return rows


def table_of(results: Sequence[Result], times_s: Mapping[str, float]) -> str:
    """Write the table with when and where it was made."""
    took = ", ".join(f"{suite} {seconds:.0f} s" for suite, seconds in times_s.items())
    lines = [
        BEGIN,
        f"Last written {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}; {took}.",
        "",
        "| suite | measure | value | 95 % interval | files |",
        "|---|---|---|---|---|",
        *(f"| {one.suite} | `{one.measure}` | {one.value:.4f} | {one.interval} | {one.files} |" for one in results),
        END,
    ]
    return "\n".join(lines)


def measure(suite: str, files: Sequence[Path]) -> tuple[str, Measured, float]:
    """Run one suite, and say how long it took."""
    began = time.perf_counter()
    return suite, run_suite(suite, files), time.perf_counter() - began


def main() -> None:
    """Measure and rewrite the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(FORMS)}; none: all")
    parser.add_argument("--jobs", type=int, default=2, help="processes (2)")
    options = parser.parse_args()
    if unknown := set(options.suites) - FORMS.keys():
        parser.error(f"no suite: {', '.join(sorted(unknown))}")
    data = data_folder()
    wanted = {suite: labelled_files(data, suite) for suite in FORMS if not options.suites or suite in options.suites}
    text = RESULTS.read_text(encoding="utf-8")
    found = {suite: [one for one in read_results(text) if one.suite == suite] for suite in FORMS}
    times_s: dict[str, float] = {}
    with ProcessPoolExecutor(options.jobs) as pool:
        for suite, measured, seconds in pool.map(measure, wanted, wanted.values()):
            found[suite] = rows_of(suite, measured, wanted[suite])
            times_s[suite] = seconds
            print(f"{suite}: {seconds:.0f} s, {dict(measured.counts)}")
            for one in found[suite]:
                print(f"  {one.measure:28} {one.value:.4f}  {one.interval}")
    table = table_of([one for suite in FORMS for one in found[suite]], times_s)
    begin, end = text.index(BEGIN), text.index(END) + len(END)
    RESULTS.write_text(text[:begin] + table + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
