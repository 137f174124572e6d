"""Do all that `tidings run` does on a made-up world of many days, in processes that are forked: to be killed, or to start at once with others.

`python whole_run.py` reads one task a line (JSON), forks a process for it, says its id at once, and when it has ended how it did. Tasks that
come in one line together start together: the first to read a feed waits until the others have said what they did.
"""

import json
import os
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "delivery")]

from fakes import NOW, OpenJail, Piece, Web, feed, settings
from killing import Moment, Suicide

from tidings.config import Settings
from tidings.config.models import Recording
from tidings.model import Recipient
from tidings.pipeline.after import after_run
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import ingest
from tidings.pipeline.publish import republish
from tidings.pipeline.run import Doors
from tidings.pipeline.upkeep import upkeep
from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.swap import compact

DAY = timedelta(days=1)
WIRE, HERALD = "https://wire.example/rss", "https://herald.example/rss"
READERS = tuple(Recipient(name, "file", ("idlib", "libya"), ("07:00",), "UTC", "send") for name in ("desk", "newsroom"))
WAIT_S = 30.0
_ABOUT_ATTEMPTS = frozenset({"attempt_count", "uncertain_count", "last_error"})

_TOWNS = ("Saraqib", "Ariha", "Misrata")
_WHO = ("farmers", "bakers", "teachers", "surgeons", "drivers", "weavers", "masons", "pilots", "anglers", "clerks", "nurses", "miners")
_DID = ("rebuilt", "sold", "inspected", "closed", "painted", "guarded", "lost", "moved", "cleaned", "repaired", "measured", "burned")
_WHAT = (
    "the mill",
    "a bridge",
    "two wells",
    "the market",
    "a school",
    "the harbour",
    "the depot",
    "a clinic",
    "the mosque",
    "a radio mast",
)
_WHEN = (
    "after the frost",
    "before noon",
    "in heavy rain",
    "under a truce",
    "without a permit",
    "during the feast",
    "by lamplight",
    "at low tide",
)


def pieces_of(day: int, publisher: str) -> list[Piece]:
    """Return what a publisher writes on a day: two reports on a topic, one on none, and one whose page is gone."""
    found = []
    for number in range(2):
        random = Random(f"{publisher if number else 'both'} {day}")  # the first is the same text at both: a copy
        town = _TOWNS[(day + number) % len(_TOWNS)]
        land = "Libya" if town == "Misrata" else "Idlib"
        texts = tuple(
            f"In {town} in {land} {random.randint(12, 980)} {random.choice(_WHO)} {random.choice(_DID)} {random.choice(_WHAT)} "
            f"{random.choice(_WHEN)}, said {random.choice(_WHO)} of the {random.choice(_DID)} quarter {random.randint(2, 99)}."
            for _ in range(3)
        )
        found.append(
            Piece(f"https://{publisher}.example/{day}/{number}", f"{town}: {texts[0][:40]}", texts, NOW + day * DAY - timedelta(hours=2))
        )
    found.append(Piece(f"https://{publisher}.example/{day}/soap", f"Soap prize {day}", ("A soap factory won a prize for its bars.",)))
    found.append(Piece(f"https://{publisher}.example/{day}/gone", f"Gone {day}", ("Gone.",), status=404))
    return found


def time_of(day: int) -> datetime:
    """Return when the run of a day is: after the time of the editions."""
    return NOW + day * DAY + timedelta(hours=1, minutes=30)


def web_of(day: int) -> Web:
    """Return the web of a day: feeds hold what the last days brought."""
    days = range(day, max(-1, day - 3), -1)
    return Web({f"https://{name}.example/rss": [one for each in days for one in pieces_of(each, name)] for name in ("wire", "herald")})


def settings_in(folder: Path) -> Settings:
    """Return the settings of this world."""
    plain = settings(folder, [feed(WIRE), feed(HERALD)])
    return replace(plain, recipients=READERS, recording=Recording(keep=False), store=plain.store.model_copy(update={"free_mb_min": 0}))


@dataclass
class Beginner(Web):
    """Be a web whose first answer waits until the others that started with this process have said what they did."""

    said: list[Path] = field(default_factory=list)

    def send_all(self, requests: Any, now: datetime) -> Any:
        """Wait, then answer."""
        deadline = time.monotonic() + WAIT_S
        while not all(path.exists() for path in self.said) and time.monotonic() < deadline:
            time.sleep(0.005)
        yield from Web.send_all(self, requests, now)


def take_in_and_tell(settings: Settings, now: datetime, web: Web) -> dict[str, Any]:
    """Do the first part of what `tidings run` does: ingest, compose, deliver; return what it said."""
    report = ingest(settings, now, doors=Doors(web, OpenJail()))  # type: ignore[arg-type]
    if report.outcome == "locked":
        return {"outcome": "locked", "notes": list(report.notes)}
    editions = compose_due(settings.data, settings, now)
    deliveries = deliver(settings.data, settings, now)
    return {"outcome": report.outcome, "notes": list(report.notes), "editions": len(editions), "sent": dict(deliveries.counts)}


def keep(settings: Settings, now: datetime) -> dict[str, Any]:
    """Do the second part: the upkeep with its backup, the store written anew and swapped, the metrics; all is published."""
    upkeep(settings, now)
    compact(settings.data, settings.store.wait_s, anyway=True)
    republish(settings)
    assert not after_run(settings, now)
    return {"outcome": "kept"}


def whole_run(settings: Settings, now: datetime, web: Web) -> None:
    """Do both."""
    take_in_and_tell(settings, now, web)
    keep(settings, now)


def work(task: dict[str, Any], others: list[Path]) -> None:
    """Do one task, and write down what was said."""
    folder, day = Path(task["folder"]), task["day"]
    now = time_of(day)
    plain = web_of(day)
    web = Beginner(plain.feeds, said=others) if others else plain
    if task.get("moment"):
        sys.setprofile(Suicide(Moment(**task["moment"]), task.get("times", 1)))
    said = keep(settings_in(folder), now) if task.get("keep") else take_in_and_tell(settings_in(folder), now, web)
    sys.setprofile(None)
    if task.get("said"):
        part = Path(task["said"] + ".part")
        part.write_text(json.dumps(said | {"pid": os.getpid()}), encoding="utf-8")
        part.replace(task["said"])


def main() -> None:
    """Fork a process for each task of a line; say their ids, then how they ended."""
    for line in sys.stdin:
        tasks = json.loads(line)
        gate_in, gate_out = os.pipe()
        children = [_forked(task, [Path(one["said"]) for one in tasks if one is not task], gate_in, gate_out) for task in tasks]
        os.close(gate_in)
        _say(children)
        os.close(gate_out)  # all read its end now: they start at once
        _say([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])


def _forked(task: dict[str, Any], others: list[Path], gate_in: int, gate_out: int) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os.close(gate_out)
        os.read(gate_in, 1)
        work(task, others)
        os._exit(0)
    finally:  # reached by an exception only
        traceback.print_exc()
        os._exit(1)


def _say(values: list[int]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()


class Runs:
    """Start runs from the process that forks them."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, *tasks: dict[str, Any]) -> list[int]:
        """Start runs at once; return their processes."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(tasks) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def end(self) -> list[int]:
        """Wait for their ends; return how each ended (-9: killed)."""
        return self._answer()

    def _answer(self) -> list[int]:
        assert self._process.stdout is not None
        found: list[int] = json.loads(self._process.stdout.readline())
        return found


def state(folder: Path) -> tuple[list[str], dict[str, bytes]]:
    """Return the whole store as lines, and the files of the editions. A delivery that was cut off is tried once more, and says so."""
    out = StringIO()
    with open_store(folder, WAIT_S) as connection:
        export_canonical(connection, out)
    lines = []
    for line in map(json.loads, out.getvalue().splitlines()):
        left_out = _ABOUT_ATTEMPTS if line["table"] == "deliveries" else frozenset()
        lines.append(json.dumps({key: value for key, value in line.items() if key not in left_out}, sort_keys=True))
    editions = folder / "editions"
    return lines, {str(path.relative_to(editions)): path.read_bytes() for path in editions.rglob("*") if path.is_file()}


def moment(**of: Any) -> dict[str, Any]:
    """Describe a moment as a task has it."""
    return asdict(Moment(**of))


if __name__ == "__main__":
    main()
