"""SIGKILL at random moments of writing: nothing acknowledged is lost, no file is unreadable.

Twelve kills, or as many as TIDINGS_STORE_KILLS says; three hundred are in benchmarks/RESULTS.md.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from store_left import Writers, acknowledged, lost_in, unreadable_in

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("TIDINGS_STORE_KILLS", "12"))
LIFE = 60  # kills after which a new store is begun: an archive that grows makes the rounds long
WORK_S_MAX = 2.5


def test_killed_while_writing_nothing_is_lost(tmp_path: Path, writers: Writers) -> None:
    """Polls, pages, decisions, editions, publications, upkeep, backups and compacting, killed anywhere: what was acknowledged is there."""
    random = Random(20200220)
    told: Counter[str] = Counter()
    for kill in range(KILLS):
        folder = tmp_path / f"store{kill // LIFE}"
        before = len(writers.lines())
        writers.log.touch()
        process = writers.start(folder, first=kill * 1_000, seed=kill)
        time.sleep(random.uniform(0.005, WORK_S_MAX))
        os.kill(process, signal.SIGKILL)
        assert writers.end() == -signal.SIGKILL, writers.lines()[-1:]
        lines = writers.lines()
        assert not [line for line in lines if line.startswith(("bug", "error"))]
        told.update(line.split()[0] if line.split()[0] != "done" else line for line in lines[before:])
        if not (folder / "store.duckdb").exists():
            continue  # killed before the store was made
        everything = [one for one in acknowledged(lines) if one[1] // 1_000 // LIFE == kill // LIFE]
        assert lost_in(folder, everything) == []
        assert unreadable_in(folder) == []
    print(f"{KILLS} kills, acknowledged: {dict(sorted(told.items()))}")  # noqa: T201 - the result, with -s
    assert told["compose"] > 0
