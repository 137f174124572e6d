"""Every script of benchmarks/ can be asked what it does."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

FOLDER = Path(__file__).parents[2] / "benchmarks"
SCRIPTS = (
    "bench.py",
    "figures_errors.py",
    "fuzz.py",
    "measure_all.py",
    "memory.py",
    "real_input.py",
    "recording_cost.py",
    "replay_2011.py",
    "soak.py",
    "tune_copies.py",
    "tune_novelty.py",
    "tune_stories.py",
    "workers.py",
)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_tells_its_use_without_data(name: str) -> None:
    """`--help` answers, and needs neither TIDINGS_DATA nor anything else from outside."""
    done = subprocess.run([sys.executable, str(FOLDER / name), "--help"], capture_output=True, text=True, env={}, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("usage: ")
