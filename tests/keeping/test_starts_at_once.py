"""Two to four runs that start at once: one works, the others say who does, and nothing is lost, doubled or in the way.

Twenty trials, or as many as TIDINGS_STARTS says; five hundred are in benchmarks/RESULTS.md.
"""

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from whole_run import Runs, settings_in, state, take_in_and_tell, time_of, web_of

pytestmark = pytest.mark.slow

STARTS = int(os.environ.get("TIDINGS_STARTS", "20"))
LIFE = 20  # days after which a new store is begun
COUNTS = (2, 3, 4)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the store of one run a day, for as many days as a life has."""
    folder = tmp_path_factory.mktemp("alone") / "data"
    for day in range(min(LIFE, STARTS)):
        take_in_and_tell(settings_in(folder), time_of(day), web_of(day))
    return folder


@pytest.mark.parametrize("life", range(max(1, STARTS // LIFE)))
def test_one_works_and_the_others_say_who(life: int, runs: Runs, alone: Path, tmp_path: Path) -> None:
    """Each day two to four runs start at once: one is done, each other was locked out and names its process; the store is that of single runs."""
    trials, together = range(min(LIFE, STARTS)), tmp_path / "together"
    outcomes: Counter[str] = Counter()
    for day in trials:
        said = [tmp_path / f"said-{day}-{number}" for number in range(COUNTS[(day + life) % len(COUNTS)])]
        pids = runs.start(*({"folder": str(together), "day": day, "said": str(path)} for path in said))
        assert runs.end() == [0] * len(said)
        answers: list[dict[str, Any]] = [json.loads(path.read_text(encoding="utf-8")) for path in said]
        assert [one["pid"] for one in answers] == pids
        outcomes.update(one["outcome"] for one in answers)
        [worker] = [one["pid"] for one in answers if one["outcome"] == "done"]
        others = [one for one in answers if one["pid"] != worker]
        assert [(one["outcome"], one["notes"]) for one in others] == [
            ("locked", [f"another ingest is at work on this data folder: process {worker}"])
        ] * len(others)
    assert outcomes["done"] == len(trials)
    lines, editions = state(together)
    assert (lines, editions) == state(alone)
    assert sum('"table": "developments"' in line for line in lines) > len(trials)
    assert len(editions) >= 2 * len(trials)
    print(f"life {life}: {len(trials)} trials, {dict(outcomes)}")  # noqa: T201 - the result, with -s
