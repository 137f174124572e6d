"""A disk that fills while the store is written: nothing acknowledged is lost, what is published stays whole, and the program says it plainly.

Four disks, or as many as TIDINGS_FULL_DISKS says; forty are in benchmarks/RESULTS.md. The disk is a small tmpfs, which only root can mount.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from store_left import Writers, acknowledged, lost_in, unreadable_in

from tidings.store.head import SNAPSHOT_NAME
from tidings.store.query import count_rows

pytestmark = pytest.mark.slow

DISKS = int(os.environ.get("TIDINGS_FULL_DISKS", "4"))
DISK_MB = 160
ROUNDS_MAX = 60
FREE_KB_MAX = 2_000


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a small disk."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=0700", "tmpfs", str(folder)], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(disk: Path, left_kb: int) -> Path:
    """Take the disk but for so many kilobytes."""
    ballast = disk / "ballast"
    count = max(0, shutil.disk_usage(disk).free - left_kb * 1024)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, count)
    return ballast


def test_a_disk_that_fills_loses_nothing_and_is_told(disk: Path, writers: Writers) -> None:
    """It fills at another step each time; the store opens, what is published can be read, and with room again everything goes on."""
    random = Random(20200221)
    ends: Counter[str] = Counter()
    for number in range(DISKS):
        folder = disk / "data"
        writers.start(folder, first=number * 10_000, seed=number, steps_max=2)
        assert writers.end() == 0, writers.lines()[-1:]
        published = count_rows(folder) if (folder / SNAPSHOT_NAME).exists() else 0
        ballast = fill(disk, random.randint(0, FREE_KB_MAX))
        writers.start(folder, first=number * 10_000 + 100, seed=number + 7, steps_max=ROUNDS_MAX)
        code = writers.end()
        last = writers.lines()[-1]
        assert code == 1, last
        assert last.startswith("error Store"), last  # one of our errors, which names the file
        assert str(folder) in last
        assert "WAL" not in last
        ends[last.split(": ")[-1][:60]] += 1
        if published:
            count_rows(folder)  # on the full disk
        said = [one for one in acknowledged(writers.lines()) if one[1] // 10_000 == number]
        ballast.unlink()
        assert lost_in(folder, said) == []
        assert unreadable_in(folder) == []
        writers.start(folder, first=number * 10_000 + 5_000, seed=number, steps_max=2)
        assert writers.end() == 0, writers.lines()[-1:]
        assert unreadable_in(folder) == []
        shutil.rmtree(folder)
    print(f"{DISKS} full disks: {json.dumps(ends, indent=1)}")  # noqa: T201 - the result, with -s
