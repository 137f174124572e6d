"""Run the pipeline from feeds to developments: poll, read, decide, publish, report.

Each step works off a list that is a query, and records what it did in transactions of its own. So a run
that is killed anywhere leaves the rest of the list to the next one, which ends in the same state.
"""

import json
from contextlib import nullcontext, suppress
from dataclasses import asdict
from datetime import datetime
from functools import partial

from tidings.config import Settings
from tidings.model import RunReport
from tidings.pipeline.clock import clock_trouble
from tidings.pipeline.decide import bring_index_up, decide_articles
from tidings.pipeline.lock import hold, holder
from tidings.pipeline.look_again import look_again
from tidings.pipeline.poll import poll_feeds
from tidings.pipeline.read import read_pages
from tidings.pipeline.robots import robots_remembered
from tidings.pipeline.room import ensure_room, room_trouble
from tidings.pipeline.run import Doors, Progress, Run, Step, at_once, begin_run, no_progress, open_doors, recorded
from tidings.pipeline.seeds import learn_seeds
from tidings.stages import report
from tidings.store import polls, runs
from tidings.store.database import Connection, open_store
from tidings.store.lineage import refuse_older
from tidings.store.publish import publish

# No longer: where a signal broke a query off, the error in flight may hold the store in this very process. The next run marks it killed.
_LAST_WORD_S = 1.0


def ingest(
    settings: Settings,
    now: datetime,
    *,
    progress: Progress = no_progress,
    step: Step = at_once,
    learn_days: int = 0,
    doors: Doors | None = None,
) -> RunReport:
    """Take in what the feeds have; return the run's report. A second ingest at the same time does nothing and says so.

    `doors` are opened for this run unless they are given; each part of the run goes through `step`.
    """
    flow = "learn" if learn_days else "ingest"
    with hold(settings.data, "ingest") as mine:
        if not mine:
            return RunReport(
                "", flow, now, now, "locked", notes=(f"another ingest is at work on this data folder: {holder(settings.data, 'ingest')}",)
            )
        with (
            nullcontext(doors) if doors else open_doors(settings) as opened,
            robots_remembered(settings, opened.client, now),
            recorded(begin_run(flow, settings, now, opened, progress=progress, step=step, learn_days=learn_days)) as run,
        ):
            return ingest_in(run)


def ingest_in(run: Run) -> RunReport:
    """Do the same within an open run, whose client and jail may be anybody's."""
    return take_in(run, publishing=True)


def take_in(run: Run, *, publishing: bool = False) -> RunReport:
    """Poll, read, decide, report and, if wanted, publish. A run that breaks off is recorded as failed; the next one goes on where it was."""
    settings = run.settings
    try:
        with open_store(settings.data, settings.store.wait_s) as connection:
            refuse_older(connection, settings.data)
            if trouble := clock_trouble(connection, run.now):
                return RunReport(run.id, run.flow, run.now, run.now, "failed", notes=(trouble,))
            runs.begin(connection, run.id, run.flow, run.now)
            if trouble := room_trouble(settings):
                return _without_room(run, connection, trouble)
            polls.record_configuration(connection, settings.feeds, settings.topics, run.now)
            learn_seeds(run, connection)
            bring_index_up(run, connection)
        feeds = poll_feeds(run)
        ensure_room(settings, 0, "reading pages")
        read_count = read_pages(run)
        run.step("pages again", partial(look_again, run, read_count))
        ensure_room(settings, 0, "deciding about articles")
        decide_articles(run)
        with open_store(settings.data, settings.store.wait_s) as connection:
            runs.defer_unread(connection, run.id)
            summary = _summarise(run, connection, feeds)
            runs.end(connection, run.id, run.now, "done", json.dumps(asdict(summary), default=str))
            if publishing:
                run.step("publish", partial(publish, connection, settings.data))
    except Exception as error:
        with suppress(Exception), open_store(settings.data, _LAST_WORD_S) as connection:  # the first error is the one to tell
            runs.end(connection, run.id, run.now, "failed", json.dumps({"notes": [f"{type(error).__name__}: {error}"[:300]]}))
        raise
    return summary


def _without_room(run: Run, connection: Connection, trouble: str) -> RunReport:
    """End a run before it has read anything. Digests and deliveries go on: they take little, and say what is the matter."""
    runs.end(connection, run.id, run.now, "failed", json.dumps({"notes": [trouble]}))
    return RunReport(run.id, run.flow, run.now, run.now, "failed", notes=(trouble,))


def _summarise(run: Run, connection: Connection, feeds: dict[str, int]) -> RunReport:
    touched = runs.touched_entries(connection, run.id)
    outcomes, reasons = report.summarise(touched)
    kinds = runs.development_counts(connection, run.id)
    notes = list(run.notes)
    if not run.settings.feeds:
        notes.append("no feeds are configured")
    spared = feeds.pop("spared", 0)
    failures, failed_feeds = runs.failed_polls(connection, run.id)
    if feeds.get("failed", 0) and feeds["failed"] == sum(feeds.values()) - feeds.get("not_due", 0):
        notes.append("every feed that was polled failed: is this machine's own network down?")
    if spared:
        notes.append(f"our own network seems to have been down: {spared} feeds are asked again at their usual time, none is put off")
    return RunReport(
        run_id=run.id,
        flow=run.flow,
        started_at=run.now,
        ended_at=run.now,
        outcome="done",
        feeds=feeds,
        entries=len(touched),
        outcomes=outcomes,
        reasons=reasons,
        duplicates=runs.duplicate_count(connection, run.id),
        developments=kinds,
        notes=tuple(notes),
        failures=failures,
        failed_feeds=failed_feeds,
        pages=dict(run.pages.most_common()),
        reread=dict(run.reread.most_common()),
        spared=spared,
    )
