"""Note a channel's answer the moment it came, before the store is opened for it.

Between an answer and its row in the store lies a wait for the store, which another process may hold for many seconds.
Whoever is killed there, or waits in vain, would leave a message that was accepted as one of which nobody knows. So the
answer goes into a file of its own first, and the next delivery reads it. One message is on its way at a time, so one
note is enough; it counts only for the attempt that it names, and one that was cut off counts for none.
"""

import contextlib
import json
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from tidings.model import Delivery
from tidings.stages.delivery import Answer, Attempt

FILE_NAME = "deliver.answered"


def note(folder: Path, delivery: Delivery, attempt: Attempt, now: datetime) -> None:
    """Write down what came of a leased delivery, and wait until it is on the disk; where that fails there is no note."""
    told = {"id": delivery.id, "attempt_count": delivery.attempt_count, "at": now.isoformat(), "attempt": asdict(attempt)}
    with contextlib.suppress(OSError):
        handle = os.open(folder / FILE_NAME, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(json.dumps(told).encode())
            file.flush()
            os.fsync(handle)


def noted(folder: Path, delivery: Delivery) -> tuple[Attempt, datetime] | None:
    """Return what is noted of this attempt of a delivery, and when it came; None where nothing readable is."""
    try:
        told = json.loads((folder / FILE_NAME).read_bytes())
        if (told["id"], told["attempt_count"]) != (delivery.id, delivery.attempt_count):
            return None
        attempt = Attempt(**told["attempt"])
        return Attempt(**{**told["attempt"], "answer": Answer(attempt.answer)}), datetime.fromisoformat(told["at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read(folder: Path) -> str:
    """Return the whole note, for a backup; empty where there is none that is text."""
    try:
        return (folder / FILE_NAME).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""


def write(folder: Path, told: str) -> None:
    """Put a note back as it was read."""
    path = folder / FILE_NAME
    path.touch(mode=0o600)
    path.write_text(told, encoding="utf-8")
