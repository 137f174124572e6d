"""What a jailed child inherits: a few variables, and the pipes it works with."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import hostile
import pytest

from tidings.jail import Jail
from tidings.jail.start import kept_of

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server


def test_few_variables_are_kept() -> None:
    """The locale, the zone and what Python itself reads; no path, no home, no name of ours."""
    given = dict.fromkeys(["LANG", "LC_ALL", "TZ", "PYTHONPATH", "PATH", "HOME", "SMTP_PASSWORD", "PYTHO", "LCD", "TZDIR_"], "x")
    assert set(kept_of(given)) == {"LANG", "LC_ALL", "TZ", "PYTHONPATH"}


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is a file on Linux")
def test_secrets_of_the_environment_are_nowhere_in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither among its variables, nor in the block that the kernel gave it, nor anywhere in its memory; a variable that is kept is in all three."""
    secret, kept = f"secret-{os.urandom(12).hex()}", f"kept-{os.urandom(12).hex()}"
    monkeypatch.setenv("SMTP_PASSWORD", secret)
    monkeypatch.setenv("LC_TIDINGS", kept)
    with Jail(memory_mb=128, wall_s=60, recycle_count=3, preload=("hostile",)) as jail:
        for _ in range(2):  # the first child is started by this thread, the second by one of the pool
            names = jail.call(hostile.environment)
            child = jail.call(hostile.pid)
            assert isinstance(names, tuple)
            assert isinstance(child, int)
            assert ("LC_TIDINGS" in names, "SMTP_PASSWORD" in names) == (True, False)
            for part in (Path(f"/proc/{child}/environ").read_bytes(), memory(child)):
                assert (kept.encode() in part, secret.encode() in part) == (True, False)
            assert jail.call(hostile.double, 1) == 2


def memory(process: int) -> bytes:
    """Read what a process holds in memory that it may write."""
    kept = []
    with Path(f"/proc/{process}/mem").open("rb", buffering=0) as file:
        for line in Path(f"/proc/{process}/maps").read_text().splitlines():
            start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if rights.startswith("rw"):
                file.seek(int(start, 16))
                kept.append(file.read(int(end, 16) - int(start, 16)))
    return b"".join(kept)


def test_no_descriptor_of_the_parent_is_inherited(tmp_path: Path) -> None:
    """A file and a socket that some library left inheritable, which reach any program started plainly, do not reach a child; few others do."""
    with (tmp_path / "there").open("w") as file, socket.socket() as door:
        ours = []
        for one in (file, door):
            os.set_inheritable(one.fileno(), True)
            status = os.fstat(one.fileno())
            ours.append((status.st_dev, status.st_ino))
        plain = subprocess.run(
            [sys.executable, "-c", "import hostile; print(hostile.descriptors())"],
            env={"PYTHONPATH": str(Path(hostile.__file__).parent)}, close_fds=False, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert all(str(one) in plain.stdout for one in ours)
        with Jail(memory_mb=128, wall_s=60, preload=("hostile",)) as jail:
            inside = jail.call(hostile.descriptors)
    assert isinstance(inside, tuple)
    assert not set(inside) & set(ours)
    null = Path(os.devnull).stat()
    pipes = set(inside) - {(null.st_dev, null.st_ino)}
    assert len(pipes) <= 4  # its tasks, its answers, and the two ends that tell of a death
