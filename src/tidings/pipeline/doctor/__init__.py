"""Check everything that a deployment touches, without sending, storing or changing anything.

Each check is a function of what it is given; one that breaks is a line of its own, and the others go on.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from platform import python_version
from typing import TypeVar

from tidings.config import Settings
from tidings.pipeline.doctor.channels import channel_findings
from tidings.pipeline.doctor.clock import clock_findings, zone_findings
from tidings.pipeline.doctor.feeds import Asked, ask_feeds, feed_findings
from tidings.pipeline.doctor.files import file_findings
from tidings.pipeline.doctor.finding import Finding, State, isolated, ok
from tidings.pipeline.doctor.folder import disk_findings, folder_findings, lock_findings, store_findings
from tidings.pipeline.doctor.meaning import meaning_findings
from tidings.pipeline.doctor.network import network_findings
from tidings.pipeline.doctor.robots import robots_findings
from tidings.pipeline.doctor.schedule import delivery_findings, edition_findings, run_findings
from tidings.pipeline.doctor.secrets import all_secrets, secret_findings, without_secrets
from tidings.pipeline.run import Doors, Progress, no_progress
from tidings.store.standing import Standing

__all__ = ["Finding", "State", "examine"]

OPTIONAL = ("prefect", "dask")  # parts that may be left out: the flows
Result = TypeVar("Result")


def _utc_now() -> datetime:
    return datetime.now(UTC)


def examine(
    settings: Settings, doors: Doors, *, clock: Callable[[], datetime] = _utc_now, progress: Progress = no_progress
) -> list[Finding]:
    """Run every check and return what they found, with every secret of the configuration left out."""
    return list(without_secrets(_examine(settings, doors, clock, progress), all_secrets(settings)))


def _examine(settings: Settings, doors: Doors, clock: Callable[[], datetime], progress: Progress) -> Iterator[Finding]:
    now, data = clock(), settings.data
    asked: list[Asked] = []
    standing: Standing | None = None

    def ask() -> Iterator[Finding]:
        asked.extend(ask_feeds(settings, now, doors, clock, progress))
        yield from feed_findings(asked, now)

    def open_store() -> Iterator[Finding]:
        nonlocal standing
        findings, standing = store_findings(data, settings.store.wait_s)
        yield from findings

    yield from isolated("versions", version_findings)
    yield from isolated("secrets", lambda: secret_findings(settings.folder))
    yield from isolated("data folder", lambda: folder_findings(data))
    yield from isolated("store", open_store)
    yield from isolated("files", lambda: file_findings(data, keeps_recordings=settings.recording.keep))
    yield from isolated("disk", lambda: disk_findings(data))
    yield from isolated("locks", lambda: lock_findings(data))
    yield from isolated("contact", lambda: network_findings(settings))
    yield from isolated("feed", ask)
    yield from isolated("robots", lambda: robots_findings(settings, asked, now, doors, clock, progress))
    yield from isolated("clock", lambda: clock_findings(asked, now, standing.newest_run_at if standing else None))
    yield from isolated("time zones", lambda: zone_findings(settings.recipients))
    yield from isolated("meaning", lambda: meaning_findings(settings))
    yield from isolated("channels", lambda: channel_findings(settings))
    yield from isolated("scheduler", lambda: run_findings(settings, standing, now))
    yield from isolated("edition", lambda: edition_findings(settings, standing, now))
    yield from isolated("outbox", lambda: delivery_findings(settings, standing, now))


def version_findings() -> Iterator[Finding]:
    """Name the versions that a report of a mistake should name."""
    parts = [f"tidings {metadata.version('tidings')}", f"Python {python_version()}", f"duckdb {metadata.version('duckdb')}"]
    yield ok("versions", ", ".join([*parts, *map(_optional, OPTIONAL)]))


def _optional(name: str) -> str:
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return f"without {name}"
