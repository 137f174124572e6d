"""The jail: what goes wrong in a child is a value with a reason, and touches nothing else."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import hostile
import pytest

from tidings.jail import Jail, JailFailure

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with Jail(cpu_s=20, memory_mb=128, wall_s=30, recycle_count=1000, preload=("hostile",)) as one:
        yield one


@pytest.fixture(scope="module")
def hasty() -> Iterator[Jail]:
    with Jail(cpu_s=20, memory_mb=128, wall_s=2, recycle_count=1000, preload=("hostile",)) as one:
        yield one


def test_call_returns_the_result(jail: Jail) -> None:
    """A function that behaves gives its result, with plain and with bound arguments."""
    assert jail.call(hostile.double, 21) == 42
    assert jail.call(partial(hostile.double, 4)) == 8


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(hostile.sleep_long, id="sleeps"),
        pytest.param(hostile.burn_cpu, id="loops"),
        pytest.param(hostile.hang_in_c, id="hangs in C code"),
    ],
)
def test_what_takes_too_long_is_killed(hasty: Jail, function: Callable[[], Any]) -> None:
    """Past the wall limit the child is killed, whatever it does, and the next call works."""
    assert hasty.call(function) == JailFailure("timeout", "wall clock")
    assert hasty.call(hostile.double, 1) == 2


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        pytest.param(hostile.eat_memory, "memory", id="eats memory"),
        pytest.param(hostile.give_much, "memory", id="gives more than the limit"),
        pytest.param(hostile.abort, "crash", id="aborts"),
        pytest.param(partial(hostile.recurse, 0), "error", id="recurses for ever"),
        pytest.param(hostile.give_unpicklable, "error", id="gives what cannot cross"),
        pytest.param(hostile.lie, "error", id="gives another type than it says"),
        pytest.param(hostile.open_many, "error", id="opens hundreds of files"),
    ],
)
def test_misbehaviour_is_a_value(jail: Jail, function: Callable[[], Any], reason: str) -> None:
    """Whatever a function does in the jail, the caller gets a failure with the reason, and the next call works."""
    failure = jail.call(function)
    assert isinstance(failure, JailFailure)
    assert failure.reason == reason
    assert jail.call(hostile.double, 1) == 2


@pytest.mark.slow
def test_cpu_limit_counts_per_task() -> None:
    """A task is killed past its own CPU seconds, though the wall limit is far and the child has worked before."""
    with Jail(cpu_s=0.5, memory_mb=128, wall_s=60, preload=("hostile",)) as jail:
        assert jail.call(hostile.double, 1) == 2
        assert jail.call(hostile.burn_cpu) == JailFailure("timeout", "cpu")


def test_map_keeps_order_and_spares_the_rest(hasty: Jail) -> None:
    """In a batch a hang, a crash and an exception cost only their own items."""
    results = list(hasty.map(hostile.answer_or_misbehave, range(6)))
    reasons = [result.reason if isinstance(result, JailFailure) else result for result in results]
    assert reasons == [0, "timeout", "crash", "error", 4, 5]


def test_map_takes_items_as_they_are_needed(jail: Jail) -> None:
    """A batch is never held in memory whole: items are taken a few ahead of the results."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(50):
            taken.append(number)
            yield number

    results = jail.map(hostile.double, items())
    assert next(results) == 0
    assert len(taken) <= 3
    assert list(results) == [2 * number for number in range(1, 50)]


@pytest.mark.slow
def test_several_children_give_the_same() -> None:
    """The number of children changes nothing in the results."""
    with Jail(memory_mb=128, wall_s=60, children=2, preload=("hostile",)) as jail:
        assert list(jail.map(hostile.double, range(20))) == [2 * number for number in range(20)]


def test_a_child_that_dies_idle_is_replaced() -> None:
    """A child killed between two tasks costs no task."""
    with Jail(memory_mb=128, wall_s=60, preload=("hostile",)) as jail:
        first = jail.call(hostile.pid)
        assert isinstance(first, int)
        os.kill(first, signal.SIGKILL)
        assert jail.call(hostile.pid) not in (first, None)
        assert jail.call(hostile.double, 2) == 4


@pytest.mark.slow
def test_children_are_recycled() -> None:
    """After its count of tasks a child makes room for a fresh one, and no item is lost on the way."""
    with Jail(memory_mb=128, wall_s=60, recycle_count=2, preload=("hostile",)) as jail:
        pids = list(jail.map(hostile.pid, range(5)))
    assert len(set(pids)) == 3
    assert all(isinstance(pid, int) for pid in pids)


def test_standard_input_is_empty(jail: Jail) -> None:
    """A child cannot read what the program's own input holds."""
    assert jail.call(hostile.read_stdin) == ""


def test_no_connections_from_inside(jail: Jail) -> None:
    """A child cannot reach a port that its parent can reach, nor look up a name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert hostile.connect(port) == 1
        assert _is_refused(jail.call(hostile.connect, port))
    assert _is_refused(jail.call(hostile.look_up))


def test_no_programs_from_inside(jail: Jail) -> None:
    """A child can start neither a program nor a shell."""
    assert hostile.start_program() == 0
    assert _is_refused(jail.call(hostile.start_program))
    assert _is_refused(jail.call(hostile.start_shell))
    assert _is_refused(jail.call(hostile.crash))


def test_no_writing_from_inside(jail: Jail, tmp_path: Path) -> None:
    """A child cannot write a file that its parent can write."""
    assert hostile.write_file(str(tmp_path / "old")) == 1
    assert _is_refused(jail.call(hostile.write_file, str(tmp_path / "new")))
    assert _is_refused(jail.call(hostile.write_file, str(tmp_path / "old")))
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's death signal is Linux's")
def test_a_busy_child_dies_with_its_parent() -> None:
    """When the parent is killed outright, the child does not stay behind."""
    program = Path(__file__).with_name("orphan.py")
    with subprocess.Popen([sys.executable, program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert _is_running(child)
        parent.kill()
        parent.wait()
    deadline = time.monotonic() + 60
    while _is_running(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(child)


def _is_refused(result: object) -> bool:
    return isinstance(result, JailFailure) and result.reason == "error" and "not in the jail" in result.detail


def _is_running(pid: int) -> bool:
    """Tell whether the process lives; one that is dead and only not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


NO_PYTHON = """
from multiprocessing import resource_tracker, spawn
from tidings.errors import JailError
from tidings.jail import Jail
resource_tracker.ensure_running()
spawn.set_executable("/nowhere/python")
try:
    Jail(children=1).__enter__()
except JailError as error:
    print(error)
"""


def test_children_that_cannot_be_started_are_one_clear_error() -> None:
    """Without a child nothing from outside is read: the program says so, and what to look at."""
    said = subprocess.run([sys.executable, "-c", NO_PYTHON], capture_output=True, text=True, timeout=60, check=False).stdout
    assert said.startswith("no child process for parsing can be started")
