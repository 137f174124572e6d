"""Play the other doors of a soak: a mail server and Slack with their moods, and kills between two steps of a run.

What was accepted is written to a small file of SQLite, so that the memory that is measured is the product's own.
"""

import hashlib
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from tidings.model import Recipient
from tidings.stages.delivery import Answer, Attempt

# Where a run may be cut off, before and after: the names by which the pipeline calls what writes.
KILL_POINTS = (
    ("tidings.store.runs", "begin"), ("tidings.store.polls", "record_configuration"), ("tidings.store.polls", "record_polls"),
    ("tidings.store.pages", "record_reads"), ("tidings.pipeline.decide", "record_decisions"), ("tidings.pipeline.decide", "catch_up"),
    ("tidings.store.runs", "defer_unread"), ("tidings.store.runs", "end"), ("tidings.pipeline.publish", "publish"),
    ("tidings.store.editions", "record_edition"), ("tidings.store.outbox", "add"), ("tidings.store.outbox", "save"),
    ("tidings.pipeline.deliver", "note"), ("tidings.pipeline.deliver", "_send"),
)  # fmt: skip


class Killed(BaseException):
    """Cut a run off. No Exception: nobody may catch it."""


class Ledger:
    """Write down, outside of the product and of this process's memory, what the world saw."""

    def __init__(self, path: Path) -> None:
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(
            "PRAGMA synchronous = off; PRAGMA journal_mode = off;"
            "CREATE TABLE accepted (channel, recipient, digest, at, unsure);"
            "CREATE TABLE told (recipient, topic, words PRIMARY KEY, at);"
            "CREATE TABLE ids (name, id, PRIMARY KEY (name, id)) WITHOUT ROWID;"
        )

    def accept(self, channel: str, recipient: str, payload: bytes, at: datetime, *, unsure: bool = False) -> None:
        """Write down that a message was taken; `unsure`: the sender will not hear of it."""
        self.db.execute(
            "INSERT INTO accepted VALUES (?, ?, ?, ?, ?)", (channel, recipient, hashlib.sha256(payload).hexdigest(), at.isoformat(), unsure)
        )


@dataclass(slots=True)
class Moody:
    """Be a channel that takes most messages, and refuses, delays or loses the answer to some."""

    name: str
    ledger: Ledger
    chance: random.Random
    time: Callable[[], datetime]
    moods: Counter[str] = field(default_factory=Counter)

    def send(self, payload: bytes, recipient: Recipient) -> Attempt:
        """Take a message, or not."""
        mood = self.chance.random()
        if mood < 0.1:
            self.moods["not_now"] += 1
            return Attempt(Answer.NOT_NOW, "452 try again later", retry_after_s=self.chance.choice((None, 60.0, 7200.0)))
        if mood < 0.13:
            self.moods["refused"] += 1
            return Attempt(Answer.REFUSED, "550 no such mailbox")
        lost = mood < 0.2
        taken = not lost or self.chance.random() < 0.5
        if taken:
            self.ledger.accept(self.name, recipient.name, payload, self.time(), unsure=lost)
        self.moods["lost, taken" if lost and taken else "lost" if lost else "sent"] += 1
        return Attempt(Answer.UNCERTAIN, "no answer after the message") if lost else Attempt(Answer.SENT)


@dataclass(slots=True)
class Kills:
    """Cut runs off at a named place, before or after it, when one is armed."""

    met: Counter[str] = field(default_factory=Counter)
    armed: tuple[str, str, str, int] | None = None  # module, name, before | after, how many calls are let pass
    left: int = 0

    def arm(self, chance: random.Random) -> None:
        """Choose the place at which the next run ends."""
        module, name = chance.choice(KILL_POINTS)
        self.armed = (module, name, chance.choice(("before", "after")), chance.choice((0, 0, 0, 1, 2)))
        self.left = self.armed[3]

    def disarm(self) -> None:
        """Let the run live."""
        self.armed = None

    def _meet(self, module: str, name: str, when: str) -> None:
        if self.armed is None or self.armed[:3] != (module, name, when):
            return
        if self.left:
            self.left -= 1
            return
        self.armed = None
        self.met[f"{when} {module.removeprefix('tidings.')}.{name.lstrip('_')}"] += 1
        raise Killed

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Stand at every place."""
        before = []
        for module, name in KILL_POINTS:
            there = import_module(module)
            before.append((there, name, getattr(there, name)))
            setattr(there, name, self._around(module, name, getattr(there, name)))
        try:
            yield
        finally:
            for there, name, function in before:
                setattr(there, name, function)

    def _around(self, module: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            self._meet(module, name, "before")
            result = function(*args, **named)
            self._meet(module, name, "after")
            return result

        return call
