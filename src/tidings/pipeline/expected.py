"""Say what should have come by the configured schedule, and from when on it counts as missed: a run that never was leaves no trace of its own.

No clock is asked: what is returned are times, to be held against one. So the file of metrics, which nobody writes while nothing runs, tells it too.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from tidings.config import Settings
from tidings.model import Recipient
from tidings.stages.due import is_quiet, next_due
from tidings.store.standing import Watched

_DAY = timedelta(days=1)  # an upkeep a day, by a schedule of its own or within `tidings run`
_SLACK = timedelta(hours=1)  # as long as an edition is still of its time (stages.due.LATE)
_STEP = timedelta(minutes=15)
_STEPS_MAX = 4 * 48  # quiet hours end within a day, whatever clocks do


@dataclass(frozen=True, slots=True)
class Expected:
    """Describe what should come next: an ingest, an upkeep, or a recipient's edition."""

    what: str  # ingest | upkeep | edition
    recipient: str  # "" but for an edition
    last_at: datetime | None  # None: there was none yet
    due_at: datetime
    missed_at: datetime  # from then on it is missed

    def facts(self, now: datetime) -> dict[str, Any]:
        """Return what a script is told at a time."""
        return asdict(self) | {"missed": now > self.missed_at}


def patience(settings: Settings) -> timedelta:
    """Return how long after its time something is only late: half as long again as runs are apart, and an hour."""
    return 1.5 * timedelta(minutes=settings.schedule.ingest_every_m) + _SLACK


def expected(settings: Settings, watched: Watched) -> tuple[Expected, ...]:
    """Return what is to come after what there was; nothing where no schedule is kept (`schedule.expected`) or nothing ever ran."""
    if not settings.schedule.expected or watched.first_run_at is None:
        return ()
    every, late = timedelta(minutes=settings.schedule.ingest_every_m), patience(settings)
    ingest_at, upkeep_at = watched.ingest_at, watched.upkeep_at
    ingest_due = (ingest_at or watched.first_run_at) + every
    upkeep_due = (upkeep_at or watched.first_run_at) + _DAY
    return (
        Expected("ingest", "", ingest_at, ingest_due, ingest_due - every + late),
        Expected("upkeep", "", upkeep_at, upkeep_due, upkeep_due + late),
        *_editions(settings, watched, late),
    )


def _editions(settings: Settings, watched: Watched, late: timedelta) -> Iterator[Expected]:
    for one in settings.recipients:
        last = watched.window_ends.get(one.name)
        first = None if watched.window_ends else watched.ingest_at  # among others who had theirs somebody is new; else none is made
        if due := next_due(one, last) if last else first:
            yield Expected("edition", one.name, last, due, _awake(one, due + late, late))


def _awake(recipient: Recipient, at: datetime, late: timedelta) -> datetime:
    """Return the first time from `at` on by which an edition could have been made outside quiet hours, as late as is allowed."""
    for _ in range(_STEPS_MAX):
        if not is_quiet(recipient, at) and not is_quiet(recipient, at - late):
            break
        at += _STEP
    return at
