"""Say when the next editions come, and whether the scheduler calls us: a run that never was leaves no trace of its own."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from tidings.config import Settings
from tidings.model import Recipient
from tidings.pipeline.doctor.finding import Finding, fault, ok, warning
from tidings.render.answers import moment
from tidings.render.timing import next_line
from tidings.render.words import many
from tidings.stages.due import is_quiet, next_due
from tidings.store.standing import Standing, Trouble

_DAY = timedelta(days=1)
_SLACK = timedelta(hours=1)
_TO_DO = {
    "held": "nothing where a person held it; else ask them whether it came; if not, `tidings outbox list` and `tidings outbox resend`",
    "refused": "correct the address in channels.toml, then `tidings outbox list` and `tidings outbox resend`",
    "expired": "see the checks of the channel above, then `tidings outbox list` and `tidings outbox resend`",
    "uncertain": "nothing now: the next delivery repeats it once, or holds it",
    "pending": "nothing now: it is tried again; see the checks of the channel above",
}
_LOST = frozenset({"held", "refused", "expired"})


def run_findings(settings: Settings, standing: Standing | None, now: datetime) -> Iterator[Finding]:
    """Say when the last ingest was, and whether that is too long ago."""
    if standing is None or standing.last_ingest is None:
        yield ok("scheduler", "no run yet: start one by `tidings run`, then let cron, systemd or Prefect call it")
        return
    started_at, outcome, note = standing.last_ingest
    patience = patience_of(standing, settings)
    if outcome in ("failed", "killed"):
        yield warning(
            "last run", f"{moment(started_at)}: {outcome}{f': {note}' if note else ''}", "the next one goes on where it was; see its output"
        )
    last = standing.ingests[-1] if standing.ingests else None
    if last is None and outcome == "running" and now - started_at < patience:
        yield ok("scheduler", f"the first run began {moment(started_at)}")
    elif last is None:
        yield fault("scheduler", "no run ever came to its end", "call `tidings run` and read what it says")
    elif now - last > patience:
        said = f"the scheduler seems not to call us: last run {moment(last)}, expected within {_span(patience)}"
        yield fault(
            "scheduler", said, "look at its own log (crontab -l, systemctl list-timers, the Prefect server); `tidings run` catches up"
        )
    else:
        yield ok("scheduler", f"last run {moment(last)}; it is missed after {_span(patience)} without one")


def patience_of(standing: Standing, settings: Settings) -> timedelta:
    """Return how long no ingest is no cause for alarm: half as long again as the longest pause of the last days, and an hour."""
    ends = standing.ingests
    is_known = len(ends) > 1 and ends[-1] - ends[0] >= _DAY
    pause = max((after - before for before, after in pairwise(ends)), default=_DAY) if is_known else _DAY
    return max(1.5 * pause + _SLACK, timedelta(minutes=3 * settings.schedule.ingest_every_m))


def edition_findings(settings: Settings, standing: Standing | None, now: datetime) -> Iterator[Finding]:
    """Say of each recipient when the next edition comes, and whether one should have come."""
    if not settings.recipients:
        yield warning("edition", "nobody gets one: there are no recipients", "add a [[recipient]] to channels.toml")
    for recipient in settings.recipients:
        yield _edition(recipient, standing, patience_of(standing, settings) if standing else _DAY, now)


def _edition(recipient: Recipient, standing: Standing | None, patience: timedelta, now: datetime) -> Finding:
    last = standing.window_ends.get(recipient.name) if standing else None
    by = f"{recipient.name} by {recipient.channel}"
    soon = next_line(recipient, next_due(recipient, now))
    if last is None and standing and standing.ingests and now - standing.ingests[0] > patience:
        said = f"none yet, though feeds are read since {moment(standing.ingests[0])}"
        return warning("edition", said, "if this recipient is not new: let the scheduler call `tidings run`, or `tidings digest`", by)
    if last is None:
        return ok("edition", f"none yet; the first run makes one, then {soon}", by)
    due = next_due(recipient, last)  # the first that is owed
    waits_for_morning = is_quiet(recipient, now) or is_quiet(recipient, now - patience)
    if due is not None and now - due > patience and not waits_for_morning:
        said = f"due since {moment(due)} and not composed; the last was of {moment(last)}"
        return fault("edition", said, "let the scheduler call `tidings run`, or `tidings digest` and `tidings deliver`", by)
    return ok("edition", f"{soon}; the last was of {moment(last)}", by)


def delivery_findings(settings: Settings, standing: Standing | None, now: datetime) -> Iterator[Finding]:
    """Name every delivery that did not arrive or may not have, and those that nobody tries."""
    if standing is None:
        return
    stuck = [*map(_trouble, standing.troubles), *_waits(settings, standing, now)]
    yield from stuck
    if not stuck:
        count = sum(one.message_count for one in standing.waiting)
        yield ok("outbox", f"nothing is stuck{f'; {count} wait for the next delivery' if count else ''}")


def _waits(settings: Settings, standing: Standing, now: datetime) -> Iterator[Finding]:
    """Name what could have been tried and was not: twice as long as the schedule says, or longer than it is patient."""
    usual = timedelta(minutes=2 * max(settings.schedule.deliver_every_m, settings.schedule.ingest_every_m))
    patience = patience_of(standing, settings)
    for one in standing.waiting:
        if now - one.since > usual:
            make = fault if now - one.since > patience else warning
            parts = f" in {one.message_count} parts" if one.message_count > 1 else ""
            said = f"the edition of {moment(one.window_end)} waits{parts}, and could have been tried since {moment(one.since)}"
            yield make(
                "outbox", said, "call `tidings deliver`, or let the scheduler call `tidings run`", f"{one.recipient} by {one.channel}"
            )


def _trouble(one: Trouble) -> Finding:
    parts = f" in {one.message_count} parts" if one.message_count > 1 else ""
    said = f"the edition of {moment(one.window_end)} is {one.state}{parts}, tried {many(one.attempt_count, 'time')}"
    said += f": {one.last_error}" if one.last_error else ""
    make = fault if one.state in _LOST else warning
    return make("outbox", said, _TO_DO.get(one.state, "see `tidings status`"), f"{one.recipient} by {one.channel}")


def _span(time: timedelta) -> str:
    hours = time.total_seconds() / 3600
    return f"{hours:.0f} h" if hours >= 2 else f"{hours * 60:.0f} min"
