"""Give the tests a process that forks writers; the writer and what is looked at afterwards are modules beside this file."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from store_left import Writers
from whole_run import Runs


@pytest.fixture
def writers(tmp_path: Path) -> Iterator[Writers]:
    """Give a process that forks writers."""
    command = [sys.executable, str(Path(__file__).with_name("store_writer.py"))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield Writers(process, tmp_path / "log")
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture(scope="module")
def runs() -> Iterator[Runs]:
    """Give a process that forks whole runs; it has imported all and opened nothing."""
    command = [sys.executable, str(Path(__file__).with_name("whole_run.py"))]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        yield Runs(process)
        assert process.stdin is not None
        process.stdin.close()
