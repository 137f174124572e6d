"""Several children, and deaths of each kind in the middle of a batch: each costs its own item, and nothing else."""

import gc
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import hostile
import pytest

from tidings.errors import JailError
from tidings.jail import Jail, JailFailure
from tidings.jail.pool import AHEAD_BYTES_MAX, children_here

pytestmark = pytest.mark.slow  # each test waits for real children

# what a child does, and what its parent says of it
DEATHS = {
    "cpu": "timeout", "wall clock": "timeout", "hang up": "crash", "memory": "memory", "abort": "crash", "exit": "crash", "trap": "crash",
    "raise": "error", "output": "output", "forge": "output",
}  # fmt: skip


def opened(children: int, *, recycle_count: int = 100, wall_s: float = 60.0) -> Jail:
    return Jail(cpu_s=1, memory_mb=128, wall_s=wall_s, recycle_count=recycle_count, children=children, answer_mb=1, preload=("hostile",))


def word_of(result: object) -> object:
    return result.reason if isinstance(result, JailFailure) else result


@pytest.mark.parametrize("way", DEATHS)
def test_a_death_is_an_outcome_and_the_batch_is_unharmed(way: str) -> None:
    """Every fourth item of a batch kills its child in one way; all others give their results, with several children and with recycling."""
    count = 12
    ways = [way if number % 4 == 1 else "" for number in range(count)]
    wall_s = 3.0 if DEATHS[way] == "timeout" and way != "cpu" else 60.0
    with opened(3, recycle_count=3, wall_s=wall_s) as jail:
        results = list(jail.map(hostile.die, ways, range(count)))
        again = jail.call(hostile.double, 4)
    assert [word_of(result) for result in results] == [DEATHS[way] if number % 4 == 1 else number for number in range(count)]
    assert again == 8


def test_all_deaths_in_one_batch_as_results_come() -> None:
    """All ways of dying among items that live, read as they come, three times over: every item comes back once, with its own word."""
    ways = [way for quick in DEATHS if quick not in ("cpu", "wall clock", "hang up") for way in (quick, "", "")] * 3
    with opened(4) as jail:
        for _ in range(2):
            items = ((number, (way, number)) for number, way in enumerate(ways))
            came = {number: word_of(result) for number, result in jail.each(hostile.die, items)}
            assert came == {number: DEATHS.get(way, number) for number, way in enumerate(ways)}


def test_the_number_of_children_changes_nothing() -> None:
    """One, two or four children give the same results for the same items."""
    ways = ["", "raise", "", "exit", "", "output", ""] * 3
    found = []
    for children in (1, 2, 4):
        with opened(children) as jail:
            items = ((number, (way, number)) for number, way in enumerate(ways))
            found.append(sorted((number, word_of(result)) for number, result in jail.each(hostile.die, items)))
    assert found[0] == found[1] == found[2]


def test_children_work_at_the_same_time() -> None:
    """Two items that wait for a second each are in two children; a slow one holds up nobody who is read as he comes."""
    with opened(2) as jail:
        assert len({pid for _, pid in jail.each(hostile.pid_after, ((number, (1.0,)) for number in range(2)))}) == 2
        order = [number for number, _ in jail.each(hostile.pid_after, [(0, (5.0,)), (1, (0.0,)), (2, (0.0,)), (3, (0.0,))])]
    assert order[-1] == 0


def test_items_without_arguments_come_back_at_once() -> None:
    """What needs no child passes through, in the same stream."""
    with opened(2) as jail:
        found = dict(jail.each(hostile.double, [("a", None), ("b", (2,)), ("c", None)]))
    assert found == {"a": None, "b": 4, "c": None}


def test_little_is_held_ahead() -> None:
    """Items are taken a few ahead of the results, and by bytes: three of 30 MB are never on their way together."""
    taken = 0
    words = b"x" * (AHEAD_BYTES_MAX // 2 - 1_000_000)

    def items() -> Iterator[tuple[int, tuple[bytes]]]:
        nonlocal taken
        for number in range(5):
            taken += 1
            yield number, (words,)

    with opened(4) as jail:
        for done, (_, result) in enumerate(jail.each(hostile.size_of, items()), start=1):
            assert result == len(words)
            assert taken <= done + 2


def test_who_stops_reading_leaves_nothing_behind() -> None:
    """An exception in the middle of a batch, of the reader or of the source, passes through; the jail works on, and closes."""

    def items() -> Iterator[tuple[int, tuple[float]]]:
        for number in range(100):
            if number == 10:
                raise KeyError(number)
            yield number, (0.0,)

    with opened(2) as jail:
        with pytest.raises(ZeroDivisionError):
            [1 / (number - 3) for number, _ in jail.each(hostile.pid_after, ((number, (0.0,)) for number in range(100)))]
        with pytest.raises(KeyError):
            list(jail.each(hostile.pid_after, items()))
        gc.collect()
        assert jail.call(hostile.double, 2) == 4
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("tidings-jail")]


def test_leaving_the_jail_ends_what_runs() -> None:
    """The children of a jail that is left in the middle of their work are dead when it is left, and those waiting are told."""
    with opened(2) as jail:
        stream = jail.each(hostile.pid_after, ((number, (0.0 if number == 0 else 50.0,)) for number in range(9)))
        _, pid = next(stream)
        assert isinstance(pid, int)
        began = time.monotonic()
    assert time.monotonic() - began < 30
    assert not Path(f"/proc/{pid}").exists()
    with pytest.raises(JailError):
        jail.call(hostile.double, 1)


def test_what_waits_when_the_jail_is_left_is_cancelled() -> None:
    """A reader that stops in the middle and is asked again learns that the jail was closed: no child is started for what waited."""
    items = [(name, (30.0,) if name else None) for name in ("runs", "waits", "")]
    with opened(1) as jail:
        results = jail.each(hostile.pid_after, items)
        assert next(results) == ("", None)
    assert {name: word_of(result) for name, result in results} == {"runs": "crash", "waits": "crash"}


def test_an_answer_over_the_limit_stays_in_the_child() -> None:
    """The child refuses to send it; one that sends it all the same is ended by the length it states."""
    with opened(1) as jail:
        first = jail.call(hostile.pid)
        assert jail.call(hostile.shout, 1024) == b"x" * 1024
        assert word_of(jail.call(hostile.shout, 2 * 1024 * 1024)) == "output"
        assert jail.call(hostile.pid) == first  # it did as it should
        assert word_of(jail.call(hostile.forge, (5 * 1024 * 1024).to_bytes(8, "big") + b"a")) == "output"
        assert jail.call(hostile.pid) != first


@pytest.mark.parametrize(
    "words",
    [
        pytest.param((4).to_bytes(8, "big") + b"anull", id="another type"),
        pytest.param((20).to_bytes(8, "big") + b"z" + b"\x80" * 20, id="no letter of ours"),
        pytest.param((3).to_bytes(8, "big") + b"a{}}", id="no JSON"),
        pytest.param((0).to_bytes(8, "big") + b"t", id="taken twice"),
    ],
)
def test_what_a_child_forges_is_an_error(words: bytes) -> None:
    """A child that writes to its parent by itself gives a failure, and no later task an answer of its making."""
    with opened(1) as jail:
        assert word_of(jail.call(hostile.forge, words)) == "error"
        assert [jail.call(hostile.double, number) for number in range(3)] == [0, 2, 4]


def test_half_an_answer_waits_no_longer_than_allowed() -> None:
    """A child that begins an answer and never ends it is killed at its time."""
    with opened(1, wall_s=3) as jail:
        assert jail.call(hostile.forge, (1000).to_bytes(8, "big") + b"a[") == JailFailure("timeout", "wall clock")
        assert jail.call(hostile.double, 1) == 2


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of a process is a file on Linux")
def test_a_child_that_keeps_memory_is_replaced() -> None:
    """One that keeps little stays; one that keeps more than half of its limit makes room for a fresh one before the next task."""
    with opened(1) as jail:
        first = jail.call(hostile.keep, 5)
        assert jail.call(hostile.pid) == first
        assert jail.call(hostile.keep, 70) == first
        assert jail.call(hostile.pid) != first


def test_children_fit_the_machine() -> None:
    """At least one, at most four are chosen by themselves; more are started only when there is work for them."""
    assert 1 <= children_here() <= 4
    with opened(0) as jail:
        assert len({jail.call(hostile.pid) for _ in range(5)}) == 1


def test_a_task_too_large_for_a_child_is_memory() -> None:
    """What does not even fit into the child costs itself, not the run."""
    with opened(1) as jail:
        assert word_of(jail.call(hostile.size_of, b"x" * (200 * 1024 * 1024))) == "memory"
        assert jail.call(hostile.double, 1) == 2
