"""`make bench` comes to an end, whatever the size: a run of six made-up pages, without the peers."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # starts five processes with servers and children

FOLDER = Path(__file__).parents[2] / "benchmarks"
SMALL = ["--pages", "6", "--feeds", "3", "--hosts", "2", "--runs", "1", "--shares", "100", "--months", "0", "--own", "--no-meaning"]


def test_the_smallest_bench_prints_a_table_and_writes_it_between_the_marks(tmp_path: Path) -> None:
    """Every way of our own ends with all six pages, and what stands outside the marks of the results stays."""
    results = tmp_path / "RESULTS.md"
    results.write_text("before\n<!-- bench: begin -->\nold\n<!-- bench: end -->\nafter\n", "utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "TIDINGS_DATA"}
    words = [sys.executable, str(FOLDER / "bench.py"), *SMALL, "--results", str(results)]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "not run" not in done.stdout
    written = results.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "old" not in written
    assert "| Tidings, end to end |" in written
    assert "6 of 6" in written
