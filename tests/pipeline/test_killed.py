"""Prove promise 1: killed anywhere, the next run ends in the same state as if nothing had been killed."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from tidings.demo.server import WeekServer
from tidings.demo.show import polls, write_configuration
from tidings.store.database import open_store
from tidings.store.export import export_canonical

pytestmark = pytest.mark.slow

TIMES = tuple(islice(polls(), 3))
RUNNER = Path(__file__).parents[1] / "week_runner.py"
KILLS = (2, 3, 2)  # in each run of a life
LIVES = 3  # 21 kills in all
ABOUT_ATTEMPTS = {"attempt_count", "uncertain_count", "last_error"}  # a delivery that was cut off is tried once more, and says so


@pytest.fixture(scope="module")
def server() -> Iterator[WeekServer]:
    with WeekServer() as one:
        yield one


def run_once(config: Path, now: datetime, kill_after_s: float | None = None) -> float:
    """Run in a process of its own, and return how long it worked; it is killed in the middle when a time is given."""
    with subprocess.Popen([sys.executable, str(RUNNER), str(config), now.isoformat()], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begins\n"
        began = time.monotonic()
        try:
            process.wait(kill_after_s if kill_after_s is not None else 120)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert process.returncode in ({0} if kill_after_s is None else {0, -signal.SIGKILL})
    return time.monotonic() - began


def state(data: Path) -> tuple[list[str], dict[str, bytes]]:
    """Return the whole store as lines, and the files of the editions."""
    out = StringIO()
    with open_store(data, 5) as connection:
        export_canonical(connection, out)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    told = [{key: value for key, value in line.items() if line["table"] != "deliveries" or key not in ABOUT_ATTEMPTS} for line in lines]
    folder = data / "editions"
    return [json.dumps(line, sort_keys=True) for line in told], {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, server: WeekServer) -> tuple[tuple[list[str], dict[str, bytes]], list[float]]:
    """Give the state after three polls that nobody killed, and how long each worked."""
    data = tmp_path_factory.mktemp("unbroken")
    write_configuration(data / "config", server)
    worked = []
    for now in TIMES:
        server.now = now
        worked.append(run_once(data / "config", now))
    return state(data), worked


def test_the_unbroken_run_has_something_to_lose(unbroken: tuple[tuple[list[str], dict[str, bytes]], list[float]]) -> None:
    """The comparison means something: developments, editions, and no article left undecided."""
    (lines, editions), _ = unbroken
    assert sum('"table": "developments"' in line for line in lines) > 5
    assert editions
    assert not any('"decided": false' in line for line in lines)


@pytest.mark.parametrize("life", range(LIVES))
def test_a_killed_run_ends_in_the_same_state(
    unbroken: tuple[tuple[list[str], dict[str, bytes]], list[float]], server: WeekServer, tmp_path: Path, life: int
) -> None:
    """SIGKILL at random moments of every run, then once more to the end: the same store, the same editions, byte for byte."""
    (lines, editions), worked = unbroken
    random = Random(life)
    write_configuration(tmp_path / "config", server)
    for now, work_s, kills in zip(TIMES, worked, KILLS, strict=True):
        server.now = now
        for _ in range(kills):
            run_once(tmp_path / "config", now, kill_after_s=random.uniform(0.05, work_s))
        run_once(tmp_path / "config", now)
    found, files = state(tmp_path)
    assert sorted(set(found) ^ set(lines)) == []
    assert found == lines
    assert files == editions
