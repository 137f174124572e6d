"""No measure of the development files becomes worse than benchmarks/RESULTS.md says."""

import os
import sys
from pathlib import Path

import pytest

from tidings.evaluation.suites import FORMS, run_suite

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
sys.path.append(str(BENCHMARKS))

from measure_all import AT_MOST, BEGIN, END, is_worse, labelled_files, read_results  # noqa: E402 - found by the line above

RESULTS = read_results((BENCHMARKS / "RESULTS.md").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA, the folder of the measuring sets, is not set")
@pytest.mark.parametrize("suite", FORMS)
def test_no_measure_becomes_worse(suite: str) -> None:
    """Each measure of the table is reached again, but for 0.01."""
    files = labelled_files(Path(os.environ["TIDINGS_DATA"]), suite)
    if not files:
        pytest.skip(f"no files of {suite} in TIDINGS_DATA")
    measures = run_suite(suite, files).measures
    command = f"tidings eval {suite} {' '.join(f'$TIDINGS_DATA/{suite}/{file.name}' for file in files)}"
    worse = [
        f"{suite} {one.measure}: {measures.get(one.measure, float('nan')):.4f}, RESULTS.md has {one.value:.4f}"
        for one in RESULTS
        if one.suite == suite and (one.measure not in measures or is_worse(one.measure, measures[one.measure], one.value))
    ]
    assert not worse, "\n".join([*worse, f"see it with: {command}", f"if it is meant: python benchmarks/measure_all.py {suite}"])


def test_the_table_is_read_back() -> None:
    """Every suite has rows, and what is better when lower is among them by its name."""
    assert {one.suite for one in RESULTS} == FORMS.keys()
    assert {one.measure for one in RESULTS} >= AT_MOST
    row = f"{BEGIN}\n| topics | `f1.macro` | 0.9000 | 0.8 to 1 | topics/x.jsonl |\n{END}"
    assert [(one.suite, one.measure, one.value) for one in read_results(row)] == [("topics", "f1.macro", 0.9)]


@pytest.mark.parametrize(
    ("measure", "value", "before", "worse"),
    [
        ("f1.macro", 0.95, 0.96, False),
        ("f1.macro", 0.949, 0.96, True),
        ("f1.macro", 0.99, 0.96, False),
        ("redundancy", 0.26, 0.25, False),
        ("redundancy", 0.27, 0.25, True),
        ("redundancy", 0.1, 0.25, False),
    ],
)
def test_worse_is_lower_or_for_some_higher(measure: str, value: float, before: float, worse: bool) -> None:
    """By more than 0.01, and upwards for what is to be at most so much."""
    assert is_worse(measure, value, before) is worse
