"""SIGKILL at each named point of a whole run, and at random ones: the canonical export and the editions equal those of an unbroken run.

Day after day a run is killed at one point after the other, in their order, each time going on where the one before was; then one comes to its end.
Twenty days, or as many as TIDINGS_WHOLE_KILLS says; so each point is met that often. TIDINGS_RANDOM_KILLS says how many kills come at random.
`make soak` has 200 and 2,000.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from whole_run import Runs, moment, settings_in, state, time_of, web_of, whole_run

pytestmark = pytest.mark.slow

DAYS = int(os.environ.get("TIDINGS_WHOLE_KILLS", "20"))
RANDOM_KILLS = int(os.environ.get("TIDINGS_RANDOM_KILLS", "20"))
KILLS_A_DAY = 10
SEED = int(os.environ.get("TIDINGS_KILL_SEED", "20200220"))
LIFE = 20  # days after which a new store is begun
WORK_S_MAX = 4.0

TAKING_IN = {
    "the run is begun": moment(event="return", name="begin", within="take_in"),
    "the configuration is recorded": moment(event="return", name="record_configuration"),
    "seeds are learned": moment(event="return", name="learn_seeds"),
    "the index is brought up": moment(event="return", name="bring_index_up"),
    "a feed has answered": moment(event="return", name="_answer"),
    "before the commit of polls": moment(event="c_call", name="commit", within="record_polls"),
    "after the commit of polls": moment(event="c_return", name="commit", within="record_polls"),
    "a page has answered": moment(event="return", name="_answer"),
    "before the commit of pages": moment(event="c_call", name="commit", within="record_reads"),
    "after the commit of pages": moment(event="c_return", name="commit", within="record_reads"),
    "before the commit of decisions": moment(event="c_call", name="commit", within="record_decisions"),
    "after the commit of decisions": moment(event="c_return", name="commit", within="record_decisions"),
    "the run's end is recorded": moment(event="return", name="end", within="take_in"),
}
TELLING = {
    "a publication is begun": moment(event="return", name="_begin", within="publish"),
    "what is published is written, not in place": moment(event="call", name="put_in_place", within="_publish"),
    "what is published is in place": moment(event="return", name="put_in_place", within="_publish"),
    "an edition is recorded": moment(event="return", name="record_edition"),
    "its message is in the outbox": moment(event="return", name="add", within="compose_due"),
    "before the commit of composing": moment(event="c_call", name="commit", within="compose_due"),
    "after the commit of composing": moment(event="c_return", name="commit", within="compose_due"),
    "a delivery is leased": moment(event="c_return", name="commit", within="_try", every=2),
    "it is delivered, and that is not noted": moment(event="return", name="_send", within="_try"),
    "the delivery's answer is committed": moment(event="c_return", name="commit", within="_try", first=2, every=2),
}
KEEPING = {
    "before the commit of forgetting": moment(event="c_call", name="commit", within="tidy"),
    "after the commit of forgetting": moment(event="c_return", name="commit", within="tidy"),
    "the upkeep's end is recorded": moment(event="return", name="end", within="_upkeep"),
    "a backup is written, not in place": moment(event="call", name="put_in_place", within="back_up"),
    "a backup is in place": moment(event="return", name="put_in_place", within="back_up"),
    "the store is written anew, not in place": moment(event="call", name="put_in_place", within="compact"),
    "the store written anew is in place": moment(event="return", name="put_in_place", within="compact"),
    "the metrics are written, not in place": moment(event="call", name="put_in_place", within="write_metrics"),
}
State = tuple[list[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory) -> dict[int, State]:
    """Give the state after each day of a life that nobody broke, by day."""
    folder = tmp_path_factory.mktemp("unbroken") / "data"
    found = {}
    for day in range(min(LIFE, max(DAYS, RANDOM_KILLS // KILLS_A_DAY))):
        whole_run(settings_in(folder), time_of(day), web_of(day))
        found[day] = state(folder)
    return found


def test_there_are_enough_points() -> None:
    """At least 24 are named."""
    assert len(TAKING_IN) + len(TELLING) + len(KEEPING) >= 24


def test_the_unbroken_run_has_something_to_lose(unbroken: dict[int, State]) -> None:
    """The comparison means something: each day has developments, a copy, an edition for each reader, and nothing is left undecided."""
    for day, (lines, editions) in unbroken.items():
        assert sum('"table": "developments"' in line for line in lines) > day
        assert sum('"table": "duplicates"' in line for line in lines) >= day
        assert len(editions) >= 2 * (day + 1)
        assert not any('"decided": false' in line for line in lines)


def do(runs: Runs, task: dict[str, Any], of: dict[str, Any] | None = None) -> int:
    """Do one task; return how its process ended (-9: killed)."""
    runs.start({**task, "moment": of})
    [end] = runs.end()
    return end


@pytest.mark.parametrize("life", range(max(1, DAYS // LIFE)))
@pytest.mark.parametrize("points", [TAKING_IN, TELLING, KEEPING], ids=["taking in", "telling", "keeping"])
def test_killed_at_named_points(points: dict[str, Any], life: int, runs: Runs, unbroken: dict[int, State], tmp_path: Path) -> None:
    """Each point is reached and its process killed, on each day; at the end of each day nobody could tell."""
    folder, count = tmp_path / "data", 0
    for day in range(min(LIFE, DAYS)):
        take, keep = {"folder": str(folder), "day": day}, {"folder": str(folder), "day": day, "keep": True}
        if points is KEEPING:
            assert do(runs, take) == 0
        for name, of in points.items():
            assert do(runs, keep if points is KEEPING else take, of) == -signal.SIGKILL, f"life {life}, day {day}: never reached: {name}"
            count += 1
        assert [do(runs, task) for task in ([keep] if points is KEEPING else [take, keep])] == [0] * (1 if points is KEEPING else 2)
        assert_same(state(folder), unbroken[day], f"life {life}, day {day}")
    print(f"{count} kills at {len(points)} points")  # noqa: T201 - the result, with -s


@pytest.mark.parametrize("life", range(max(1, RANDOM_KILLS // (KILLS_A_DAY * LIFE))))
def test_killed_at_random(life: int, runs: Runs, unbroken: dict[int, State], tmp_path: Path) -> None:
    """Killed ten times a day at any moment of either part, then once to its end: nobody could tell."""
    folder, random, count = tmp_path / "data", Random(SEED + life), 0
    for day in range(min(LIFE, RANDOM_KILLS // KILLS_A_DAY)):
        tasks = [{"folder": str(folder), "day": day}, {"folder": str(folder), "day": day, "keep": True}]
        for task in tasks:
            for _ in range(KILLS_A_DAY // 2):
                [process] = runs.start(task)
                time.sleep(random.uniform(0.0, WORK_S_MAX))
                with suppress(ProcessLookupError):  # it came to its end; its number is not given anew within seconds
                    os.kill(process, signal.SIGKILL)
                [end] = runs.end()
                assert end in {0, -signal.SIGKILL}
                count += end != 0
            assert do(runs, task) == 0
        assert_same(state(folder), unbroken[day], f"life {life}, day {day}")
    print(f"{count} random kills that met a run at work")  # noqa: T201 - as above


def assert_same(found: State, expected: State, when: str) -> None:
    """Compare two states, and name what differs."""
    assert sorted(set(found[0]) ^ set(expected[0])) == [], f"{when}: found {sorted(set(found[0]) - set(expected[0]))}"
    assert found[0] == expected[0], when
    assert found[1] == expected[1], when
