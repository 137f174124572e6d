"""Run the main job over the sample week: a loopback web, a simulated clock, two editions."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder
from tidings.demo.server import WeekServer
from tidings.demo.week import EDITIONS, FIRST_POLL, LAST_POLL, demo_feeds
from tidings.ids import feed_id
from tidings.model import Edition, Feed, Recipient, RunReport
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import ingest
from tidings.pipeline.run import Progress, no_progress, open_doors
from tidings.store.database import open_store
from tidings.store.publish import publish

POLL_EVERY = timedelta(hours=12)
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


@contextmanager
def week_settings(data: Path, port: int = 0) -> Iterator[tuple[Settings, WeekServer]]:
    """Serve the week on loopback, and yield the delivered configuration turned to it."""
    with WeekServer(port=port) as server:
        delivered = load(delivered_folder(), {})
        network = delivered.network.model_copy(
            update={"connect_to": server.connect_to, "allow_private": server.allow_private, "pause_s": 0.0}
        )
        feeds = tuple(
            Feed(
                id=feed_id(row["url"]),
                url=row["url"],
                shown_url=row["url"],
                publisher=row["publisher"],
                language=row["language"],
                country=row["country"],
            )
            for row in demo_feeds()
        )
        recipient = Recipient(
            name=READERS,
            channel="file",
            topics=tuple(topic.name for topic in delivered.topics),
            at=("06:00",),
            time_zone="UTC",
            when_empty="send",
        )
        yield replace(delivered, data=data.absolute(), network=network, feeds=feeds, recipients=(recipient,), email=None), server


def show_week(data: Path, *, say: Told = lambda _line: None, progress: Progress = no_progress) -> Shown:
    """Poll the week twice a day into a new store in `data` and deliver an edition at each of the two times; return what was made."""
    shutil.rmtree(data, ignore_errors=True)
    reports: list[RunReport] = []
    editions: list[Edition] = []
    with week_settings(data) as (settings, server), open_doors(settings) as doors:
        for now in polls():
            server.now = now
            reports.append(ingest(settings, now, progress=progress, doors=doors))
            say(f"{now:%a %d %b %H:%M}  {_line(reports[-1])}")
            if now in EDITIONS:
                editions += show_edition(settings, now)
    return Shown(tuple(reports), tuple(editions))


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
