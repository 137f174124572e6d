"""Prove that one process at a time does a job, and that a killed one blocks nobody."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.pipeline.lock import hold

HOLDER = "import sys, time; from pathlib import Path; from tidings.pipeline.lock import hold\nwith hold(Path(sys.argv[1]), 'job') as mine: print(mine, flush=True); time.sleep(60)"


def test_the_second_does_not_get_it_while_the_first_has_it(tmp_path: Path) -> None:
    """Also within one process; when the first is done the lock is free."""
    with hold(tmp_path, "job") as first, hold(tmp_path, "job") as second:
        assert (first, second) == (True, False)
    with hold(tmp_path, "job") as again:
        assert again


def test_jobs_of_other_names_and_folders_do_not_wait(tmp_path: Path) -> None:
    """Ingest and deliver run side by side."""
    with hold(tmp_path, "job") as one, hold(tmp_path, "other") as other, hold(tmp_path / "new", "job") as elsewhere:
        assert one
        assert other
        assert elsewhere


def test_an_error_in_the_body_frees_the_lock(tmp_path: Path) -> None:
    """However a job ends, the next one may begin."""
    with pytest.raises(ZeroDivisionError), hold(tmp_path, "job"):
        1 / 0  # noqa: B018 - what fails, in one word
    with hold(tmp_path, "job") as mine:
        assert mine


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    """The kernel frees the lock of a process that was killed by force: no time limit, no repair."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        with hold(tmp_path, "job") as mine:
            assert not mine
        process.kill()
        process.wait()
        with hold(tmp_path, "job") as mine:
            assert mine


def test_the_lock_is_nobody_elses_business(tmp_path: Path) -> None:
    """Only the owner may read or write the file."""
    with hold(tmp_path, "job"):
        assert stat.S_IMODE((tmp_path / "job.lock").stat().st_mode) == 0o600
