"""Run the main job over the sample week: a loopback web, a simulated clock, two editions."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder
from tidings.demo.server import WeekServer
from tidings.demo.week import EDITIONS, FIRST_POLL, LAST_POLL, demo_feeds
from tidings.errors import TidingsError, UsageError
from tidings.model import Edition, RunReport
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import ingest
from tidings.pipeline.run import Progress, no_progress, open_doors
from tidings.store.database import make_folder, open_store
from tidings.store.publish import publish

POLL_EVERY = timedelta(hours=12)
MARK = ".tidings-demo"
READERS = "readers"  # the demo's one recipient

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """Hold what the demo made."""

    reports: tuple[RunReport, ...]
    editions: tuple[Edition, ...]


def polls() -> Iterator[datetime]:
    """Yield the simulated times at which the week is polled."""
    now = FIRST_POLL
    while now <= LAST_POLL:
        yield now
        now += POLL_EVERY


_BY_HAND = "[schedule]\nexpected = false\n"  # the week is over: no run of it is missed


@contextmanager
def week_settings(data: Path, port: int = 0, base: Path | None = None) -> Iterator[tuple[Settings, WeekServer]]:
    """Serve the week on loopback, write a configuration that reads it to `data/config`, and yield it as it is read."""
    with WeekServer(port=port) as server:
        write_configuration(data / "config", server, base)
        yield load(data / "config", {}), server


def write_configuration(folder: Path, server: WeekServer, base: Path | None = None) -> None:
    """Write a configuration turned to the week: topics and seeds of `base` (the delivered one), the week's feeds, one recipient by file."""
    shutil.copytree(base or delivered_folder(), folder, copy_function=_copy, dirs_exist_ok=True)
    tables = [f"[[feed]]\n{_table(row)}" for row in demo_feeds()]
    (folder / "feeds.toml").write_text("\n".join(tables), encoding="utf-8")
    network = {"allow_private": server.allow_private, "pause_s": 0.0}
    hosts = f"[network.connect_to]\n{_table(server.connect_to)}"
    (folder / "settings.toml").write_text(f'[store]\ndata = "."\n\n{_BY_HAND}\n[network]\n{_table(network)}\n{hosts}', encoding="utf-8")
    recipient = {"name": READERS, "channel": "file", "at": ["06:00"], "time_zone": "UTC", "when_empty": "send"}
    (folder / "channels.toml").write_text(f"[[recipient]]\n{_table(recipient)}", encoding="utf-8")


def _copy(source: str, target: str) -> None:
    """Copy a file, or say which could not be written: `copytree` would list every one in words of its own."""
    try:
        shutil.copy2(source, target)
    except OSError as error:
        raise TidingsError(f"{target} could not be written: {error.strerror}") from error


def _table(values: Mapping[str, object]) -> str:
    """Write keys and values as TOML; JSON strings, numbers and lists are TOML too."""
    return "".join(f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def show_week(data: Path, *, base: Path | None = None, say: Told = lambda _line: None, progress: Progress = no_progress) -> Shown:
    """Poll the week twice a day into a new store in `data` and deliver an edition at each of the two times; return what was made.

    Raises UsageError when `data` holds anything but an earlier demo.
    """
    _empty(data)
    reports: list[RunReport] = []
    editions: list[Edition] = []
    with week_settings(data, base=base) as (settings, server), open_doors(settings) as doors:
        for now in polls():
            server.now = now
            reports.append(ingest(settings, now, progress=progress, doors=doors))
            say(f"{now:%a %d %b %H:%M}  {_line(reports[-1])}")
            if now in EDITIONS:
                editions += show_edition(settings, now)
    return Shown(tuple(reports), tuple(editions))


def _empty(data: Path) -> None:
    """Remove what an earlier demo left, and nothing else."""
    if data.exists() and any(data.iterdir()) and not (data / MARK).exists():
        raise UsageError(f"{data} holds something that is no earlier demo: name another folder with --data")
    shutil.rmtree(data, ignore_errors=True)
    make_folder(data)
    (data / MARK).write_text("made by `tidings demo`, which empties this folder each time\n", encoding="utf-8")


def show_edition(settings: Settings, now: datetime) -> tuple[Edition, ...]:
    """Compose and deliver the edition that is due, and publish that it was told."""
    made = compose_due(settings.data, settings, now)
    deliver(settings.data, settings, now)
    with open_store(settings.data, settings.store.wait_s) as connection:
        publish(connection, settings.data)
    return made


def _line(report: RunReport) -> str:
    counts = ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in report.outcomes.items())
    return f"{report.entries} entries: {counts}" if report.entries else "nothing new"
