"""Let one process at a time do a job on a data folder.

An advisory lock of the kernel (flock): it goes when its process goes, however that ends, so a killed run
never blocks the next one, as a lease with a time limit would.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidings.store.database import make_folder


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
        yield True
    finally:
        os.close(handle)
