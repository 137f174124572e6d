"""Run the whole pipeline over a recording: offline, at the recorded times, into a store of its own."""

import shutil
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from tidings.channels.file import FileChannel
from tidings.config import Settings
from tidings.errors import UsageError
from tidings.jail import Jail
from tidings.model import Feed
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import take_in
from tidings.pipeline.lock import hold
from tidings.pipeline.marks import keep_labels
from tidings.pipeline.publish import republish
from tidings.pipeline.run import Doors, Progress, begin_run, no_progress, open_jail
from tidings.recording.answer import RecordedSender
from tidings.recording.form import RunFacts, schedule_of
from tidings.recording.read import Recording, known_feeds, read_recording
from tidings.recording.records import RECORD_BYTES_MAX
from tidings.store.database import hold_open
from tidings.store.labels import published_labels
from tidings.web.decode import decoder_for
from tidings.web.failures import FetchError

MARK = ".tidings-replay"
LOCK = "replay.lock"


@dataclass(slots=True)
class ReplayReport:
    """Hold what a replay found and made."""

    folder: Path
    into: Path
    runs: int = 0
    first: datetime | None = None
    last: datetime | None = None
    feeds: int = 0
    feeds_ignored: tuple[str, ...] = ()  # in the recording, not in the configuration
    feeds_not_recorded: tuple[str, ...] = ()  # in the configuration, not in the recording: not polled
    answers: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    developments: Counter[str] = field(default_factory=Counter)
    editions: int = 0
    told: int = 0  # developments in editions, once a recipient
    notes: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return {one.name: _plain(getattr(self, one.name)) for one in fields(self)}


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Counter) else str(value) if isinstance(value, Path) else value


def replay(settings: Settings, folder: Path, into: Path, *, progress: Progress = no_progress, jail: Jail | None = None) -> ReplayReport:
    """Replay the recording in `folder` with these settings; store and editions go to `into`, which an earlier replay may have left.

    Opens no connection, delivers to files only, whatever the channels of the recipients are, and never touches the store of the
    settings. Raises UsageError when there is nothing to replay, or when `into` holds something else. The jail is opened for this replay
    unless it is given.
    """
    check_target(settings, folder, into)
    recording = read_recording(folder)
    feeds = known_feeds(recording, settings.feeds)
    if not feeds:
        raise UsageError("; ".join((f"none of the configured feeds is in the recording {folder}", *recording.notes)))
    known = {feed.id for feed in feeds.values()}
    report = ReplayReport(
        folder,
        into,
        first=recording.runs[0].now,
        last=recording.runs[-1].now,
        feeds=len(feeds),
        feeds_ignored=tuple(sorted(url for key, url in recording.feeds.items() if key not in feeds)),
        feeds_not_recorded=tuple(feed.shown_url for feed in settings.feeds if feed.id not in known),
        notes=recording.notes,
    )
    if not settings.recipients:
        report.notes += ("no recipients are configured: there are no editions",)
    sender = RecordedSender(recording, settings.feeds, decode)
    said = published_labels(settings.data)
    settings = offline(settings, tuple(feed for feed in settings.feeds if feed.id in known), into)
    with hold(into, "replay") as alone:
        if not alone:
            raise UsageError(f"another replay into {into} is at work")
        empty(into)
        if said:
            keep_labels(settings, said, recording.runs[0].now)
            report.notes += (f"{len(said)} of the user's marks hold here too",)
        with nullcontext(jail) if jail else open_jail(settings) as opened:
            _replay_all(settings, recording, Doors(sender, opened), sender, report, progress)
    report.answers = sender.counts
    return report


def _replay_all(
    settings: Settings, recording: Recording, doors: Doors, sender: RecordedSender, report: ReplayReport, progress: Progress
) -> None:
    recorded = {schedule for facts in recording.runs for schedule in facts.composed}
    as_recorded = frozenset(one.name for one in settings.recipients if schedule_of(one) in recorded)
    with hold_open(settings.data, settings.store.wait_s):
        for place, facts in enumerate(recording.runs):
            sender.begin(place)
            if facts.flow != "digest":
                _take_in(settings, facts, doors, report)
            if facts.flow != "learn":
                _tell(settings, facts, as_recorded, report)
            progress("runs", place + 1, len(recording.runs))
    republish(settings)


def _take_in(settings: Settings, facts: RunFacts, doors: Doors, report: ReplayReport) -> None:
    """Do again what an ingest, or a learning run, did."""
    report.runs += 1
    summary = take_in(begin_run(facts.flow, settings, facts.now, doors, learn_days=facts.learn_days))
    report.entries += summary.entries
    report.outcomes.update(summary.outcomes)
    report.developments.update(summary.developments)


def _tell(settings: Settings, facts: RunFacts, as_recorded: frozenset[str], report: ReplayReport) -> None:
    """Compose and write editions: for recipients of `as_recorded` when that was done then, for all others when one is due."""
    then = {schedule.partition(" ")[0] for schedule in facts.composed}
    for recipient in settings.recipients:
        if recipient.name in as_recorded and recipient.name not in then:
            continue
        force = facts.force and recipient.name in then
        for edition in compose_due(settings.data, settings, facts.now, only=recipient.name, force=force):
            report.editions += 1
            report.told += edition.development_count
            deliver(settings.data, settings, facts.now, channels={"file": FileChannel(settings.data / "editions")})


def offline(settings: Settings, feeds: tuple[Feed, ...], into: Path) -> Settings:
    """Return settings that keep everything in `into`: recipients of every channel get files, and nothing is recorded."""
    return replace(
        settings,
        data=into.absolute(),
        feeds=feeds,
        recipients=tuple(replace(one, channel="file", address="") for one in settings.recipients),
        email=None,
        recording=settings.recording.model_copy(update={"keep": False}),
    )


def check_target(settings: Settings, folder: Path, into: Path) -> None:
    """Raise UsageError unless `into` is new, empty, or left by an earlier replay, and holds neither the recording nor the store."""
    here = into.resolve()
    if here == settings.data.resolve() or (into.exists() and not into.is_dir()):
        raise UsageError(f"{into} cannot hold a replay: name a folder of its own with --into")
    if folder.resolve().is_relative_to(here) or settings.data.resolve().is_relative_to(here):
        raise UsageError(f"{into} holds the recording or the store: name a folder of its own with --into")
    if into.exists() and not (into / MARK).exists() and any(path.name != LOCK for path in into.iterdir()):
        raise UsageError(f"{into} holds something that is no earlier replay: name another folder with --into")


def empty(into: Path) -> None:
    """Remove what an earlier replay left, after `check_target`, and while the lock is held; mark the folder as a replay's."""
    for path in into.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in (LOCK, MARK):
            path.unlink()
    (into / MARK).write_text("made by `tidings replay`, which empties this folder each time\n", encoding="utf-8")


def decode(body: bytes, encoding: str) -> bytes | None:
    """Undo a `content-encoding` of another program's recording; None when it is broken, unknown or too large."""
    try:
        decoder = decoder_for(encoding)
        decoded = bytearray()
        for piece in decoder.feed(body):
            decoded += piece
            if len(decoded) > RECORD_BYTES_MAX:
                return None
    except FetchError:
        return None
    return bytes(decoded) if decoder.complete() else None
