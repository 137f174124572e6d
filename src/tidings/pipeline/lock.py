"""Let one process at a time do a job on a data folder.

An advisory lock of the kernel (flock): it goes when its process goes, however that ends, so a killed run
never blocks the next one, as a lease with a time limit would.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tidings.store.database import make_folder

_SAID_WITHIN_S = 0.5  # between taking the lock and saying who did


@contextmanager
def hold(folder: Path, name: str) -> Iterator[bool]:
    """Hold `folder/<name>.lock` while the body runs; yield False when another process holds it."""
    make_folder(folder)
    handle = os.open(folder / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        with suppress(OSError):  # a full disk is told by whoever needs the room
            os.truncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        try:
            yield True
        finally:
            with suppress(OSError):
                os.truncate(handle, 0)  # while it is ours: whoever is next has not said so yet
    finally:
        os.close(handle)


def holder(folder: Path, name: str) -> str:
    """Say who holds a lock that was not to be had: "process 1234"; "another process" where that cannot be known, as across containers."""
    deadline = time.monotonic() + _SAID_WITHIN_S
    while True:
        with suppress(OSError, ValueError):
            number = int((folder / f"{name}.lock").read_text(encoding="utf-8"))
            os.kill(number, 0)  # it is there: one that was killed says nothing of who holds the lock now
            return f"process {number}"
        if time.monotonic() >= deadline:
            return "another process"
        time.sleep(0.01)
