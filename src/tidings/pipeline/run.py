"""Hold what a run carries with it: settings, the clock's word, doors to the world, and who is told of progress."""

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from tidings.config import Settings
from tidings.config.proxies import unnamed_proxy
from tidings.errors import ConfigError
from tidings.jail import Jail, JailFailure
from tidings.jail.far import JailLimits
from tidings.model import Request, Response
from tidings.pipeline.hidden import Hidden
from tidings.recording.form import RunFacts
from tidings.recording.retain import forget_recordings, settle
from tidings.recording.write import RecordingSender, RunFile
from tidings.web.client import Client
from tidings.web.limits import Limits, limits_from

if TYPE_CHECKING:  # it brings numpy, which most commands do without
    from tidings.meaning.embedding import Meaning

ARCHIVE = "archive"  # the folder of the recordings, in the data folder

Progress = Callable[[str, int, int], None]  # what, done, of how many
Result = TypeVar("Result")
Item = TypeVar("Item")


class Sender(Protocol):
    """Send requests to the world."""

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request, as they come."""
        ...


class Guard(Protocol):
    """Run functions on hostile bytes where these can do no harm: a jail here, or jails of workers elsewhere."""

    def call(self, function: Callable[..., Result], *args: Any) -> Result | JailFailure:
        """Return `function(*args)`, or why there is no result."""
        ...

    def each(
        self, function: Callable[..., Result], items: Iterable[tuple[Item, tuple[Any, ...] | None]]
    ) -> Iterator[tuple[Item, Result | JailFailure | None]]:
        """Yield each item once, as results come, with the function's result on its arguments; with None, soon, where it has no arguments."""
        ...


def no_progress(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class Step(Protocol):
    """Do a part of a run, at once and in this thread, and return what came of it: whoever hands a step in sees the parts go by."""

    def __call__(self, name: str, work: Callable[[], Result], /) -> Result:
        """Do the work that is called `name`; raises what the work raises."""
        ...


def at_once(_name: str, work: Callable[[], Result], /) -> Result:
    """Do it, and tell nobody."""
    return work()


@dataclass(frozen=True, slots=True)
class Batches:
    """Say how much is recorded in one transaction: bounds the memory of a run and what a kill costs, and changes nothing else."""

    polls: int = 250
    pages: int = 250
    articles: int = 100
    entries: int = 5_000  # polls are recorded as soon as they hold so many


@dataclass(frozen=True, slots=True)
class Run:
    """Hold one run of one flow. `now` is the run's only clock: with the same `now` a run repeats itself."""

    id: str
    flow: str
    settings: Settings
    now: datetime
    client: Sender
    jail: Guard
    progress: Progress = no_progress
    step: Step = at_once
    learn_days: int = 0  # more than 0: record everything as known, tell nothing
    batches: Batches = Batches()
    meaning: "Meaning | None" = None  # None: the model that is configured
    notes: list[str] = field(default_factory=list)  # what the run's report has to say besides its counts
    hidden: Hidden = field(default_factory=Hidden)  # what the feeds' addresses keep secret

    def send_all(self, requests: Sequence[Request]) -> Iterator[Response]:
        """Yield the response to each request, as they come, without the secrets of feeds."""
        return self.hidden.send_all(self.client.send_all, requests, self.now)

    pages: Counter[str] = field(default_factory=Counter)  # what the pages asked for came to: a verdict, or why there is none
    reread: Counter[str] = field(default_factory=Counter)  # what came of those that were looked at again


@dataclass(frozen=True, slots=True)
class Doors:
    """Hold the doors that a run needs: the guarded client and the jail."""

    client: Sender
    jail: Guard
    batches: Batches = Batches()


@contextmanager
def open_doors(settings: Settings) -> Iterator[Doors]:
    """Open the doors; several runs may go through them. Raises ConfigError as `limits_of` does."""
    with Client(limits_of(settings)) as client, open_jail(settings) as jail:
        yield Doors(client, jail)


def limits_of(settings: Settings) -> Limits:
    """Return the limits of the client; raise ConfigError where the environment names a proxy and the settings say nothing of one."""
    if settings.proxy_variable:
        raise ConfigError((unnamed_proxy(settings.proxy_variable),))
    return limits_from(settings.network, settings.ingest.fetch_s_max)


def open_jail(settings: Settings) -> Jail:
    """Return a jail with the limits of the configuration."""
    return jail_limits(settings).jail()


def jail_limits(settings: Settings) -> JailLimits:
    """Return the limits of the configuration."""
    limits = settings.jail
    return JailLimits(limits.cpu_s, limits.memory_mb, limits.wall_s, limits.recycle_count, limits.children)


def begin_run(
    flow: str,
    settings: Settings,
    now: datetime,
    doors: Doors,
    *,
    progress: Progress = no_progress,
    step: Step = at_once,
    learn_days: int = 0,
) -> Run:
    """Return a run of its own id."""
    hidden = Hidden(settings.feeds)
    return Run(uuid.uuid4().hex, flow, settings, now, doors.client, doors.jail, progress, step, learn_days, doors.batches, hidden=hidden)


@contextmanager
def recorded(run: Run) -> Iterator[Run]:
    """Keep what the run is answered in the archive, if that is wanted. What hinders the recording is a note of the run, and no more."""
    recording = run.settings.recording
    if not recording.keep:
        yield run
        return
    folder = run.settings.data / ARCHIVE
    settle(folder)
    forget_recordings(folder, None, recording.bytes_max)
    file = RunFile(
        folder,
        RunFacts(run.flow, run.id, run.now, run.learn_days),
        recording.bytes_max,
        lambda trouble: run.notes.append(f"the recording of this run is not complete: {trouble}"),
    )
    try:
        yield replace(run, client=RecordingSender(run.client, file, run.settings.feeds))
    finally:
        file.close()
        forget_recordings(folder, None, recording.bytes_max)  # the upkeep comes once a day, runs come often
