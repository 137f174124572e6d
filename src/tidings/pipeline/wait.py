"""Wait, within bounds, for a process that is at work on the same data folder."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidings.pipeline.lock import hold

_RETRY_S = 0.1


@contextmanager
def hold_within(folder: Path, name: str, wait_s: float) -> Iterator[bool]:
    """Hold `folder/<name>.lock` while the body runs; yield False when another process still holds it after `wait_s` seconds."""
    deadline = time.monotonic() + wait_s
    while True:
        with hold(folder, name) as mine:
            if mine or time.monotonic() >= deadline:
                yield mine
                return
        time.sleep(_RETRY_S)
