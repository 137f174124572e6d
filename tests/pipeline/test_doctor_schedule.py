"""What `tidings doctor` makes of runs, editions and deliveries that should have come."""

from dataclasses import replace

import pytest
from doctor_checks import desk, only
from fakes import DAY, HOUR, NOW, settings

from tidings.model import AlertRule
from tidings.pipeline.doctor import State
from tidings.pipeline.doctor.schedule import delivery_findings, edition_findings, patience_of, run_findings
from tidings.store.standing import Standing, Trouble, Waiting


def standing(*hours_ago, window_end=None, troubles=(), outcome="done"):
    """Make the standing of a store whose ingests ended so many hours ago."""
    ends = tuple(sorted(NOW - hours * HOUR for hours in hours_ago))
    last = (ends[-1], outcome, "") if ends else None
    return Standing(ends[-1] if ends else None, ends, last, {"desk": window_end} if window_end else {}, tuple(troubles))


HALF_HOURLY = [hours / 2 for hours in range(48 * 2)]
# name: (hours since each ingest, hours of patience)
RHYTHMS = {
    "every half hour": (HALF_HOURLY, 1.75),
    "every day": ([0, 24, 48, 72], 37),
    "on working days": ([0, 72, 96, 120], 109),
    "the first day": ([0, 0.5, 1], 37),
    "once": ([0], 37),
}


@pytest.mark.parametrize("name", RHYTHMS)
def test_patience_comes_from_the_rhythm_of_the_last_days(name, tmp_path):
    """Half as long again as the longest pause, and an hour; a day counts as the pause until a day is known."""
    hours, patience = RHYTHMS[name]
    assert patience_of(standing(*hours), settings(tmp_path, [])) == patience * HOUR


@pytest.mark.parametrize(
    ("hours", "state"), [([1.5, 2, 30], "ok"), ([hours + 1.5 for hours in HALF_HOURLY], "ok"), ([hours + 2 for hours in HALF_HOURLY], "fault"), ([40], "fault"), ([], "ok")]
)  # fmt: skip
def test_a_scheduler_that_stopped_calling_is_a_fault(hours, state, tmp_path):
    """A missed timer leaves no trace of its own: only the time since the last run tells."""
    assert only(run_findings(settings(tmp_path, []), standing(*hours), NOW)).state == state


def test_the_first_run_is_given_time(tmp_path):
    """While it is at work no ingest was ever done, and that is no fault; two days later it is."""
    began = Standing(NOW, (), (NOW, "running", ""), {}, ())
    assert only(run_findings(settings(tmp_path, []), began, NOW + HOUR)).state is State.OK
    assert only(run_findings(settings(tmp_path, []), began, NOW + 2 * DAY)).state is State.FAULT


def test_a_run_that_failed_is_told_beside_the_last_that_did_not(tmp_path):
    """A failed newest run is a warning: the next one goes on; the scheduler did call."""
    found = list(run_findings(settings(tmp_path, []), standing(1, 25, outcome="killed"), NOW))
    assert [(one.state, one.what) for one in found] == [("warning", "last run"), ("ok", "scheduler")]


# name: (recipient, end of the last edition, state, part of what was found)
EDITIONS = {
    "on time": (desk(), NOW - HOUR, "ok", "next 2020-02-20 07:00 Europe/Istanbul; the last was of 2020-02-19 05:00 UTC"),
    "a little late": (desk(), NOW - DAY, "ok", "next 2020-02-20 07:00"),
    "days late": (desk(), NOW - 4 * DAY, "fault", "due since 2020-02-16 04:00 UTC and not composed"),
    "days late, and in quiet hours": (
        desk(quiet="08:00-12:00"),
        NOW - 4 * DAY,
        "ok",
        "next 2020-02-20 07:00 Europe/Istanbul; quiet 08:00-12:00",
    ),
    "weekly": (desk(days=("mon",)), NOW - DAY, "ok", "next 2020-02-24 07:00 Europe/Istanbul"),
    "with alerts": (desk(alert=AlertRule(origins=3)), NOW - HOUR, "ok", "alerts from 3 origins on, at most 6 a day"),
    "at every run": (desk(at=()), NOW - 30 * DAY, "ok", "one at every run that finds something"),
    "never, and feeds are read for days": (desk(), None, "warning", "none yet, though feeds are read since"),
}


@pytest.mark.parametrize("name", EDITIONS)
def test_editions_that_should_have_come_are_named(name, tmp_path):
    """The next edition stands in the recipient's own zone; one that is owed for longer than a run takes to come is a fault."""
    recipient, last, state, found = EDITIONS[name]
    one = only(edition_findings(replace(settings(tmp_path, []), recipients=(recipient,)), standing(0, 24, 48, 72, window_end=last), NOW))
    assert (one.state, one.subject) == (state, "desk by file")
    assert found in one.found


@pytest.mark.parametrize(
    ("state", "becomes"), [("held", "fault"), ("refused", "fault"), ("expired", "fault"), ("uncertain", "warning"), ("pending", "warning")]
)
def test_what_was_not_delivered_is_named(state, becomes, tmp_path):
    """What nobody will send again by itself is a fault, what is still tried a warning; each says what to do."""
    trouble = Trouble("desk", "email", state, 3, "RCPT: 550 no such user", NOW)
    one = only(delivery_findings(settings(tmp_path, []), standing(0, troubles=[trouble]), NOW))
    assert (one.state, one.subject, bool(one.to_do)) == (becomes, "desk by email", True)
    assert "RCPT: 550 no such user" in one.found


# name: (since when an edition could have been tried, what that is)
WAITS = {"a moment": (0.5, "ok"), "twice the schedule": (1.1, "warning"), "longer than the scheduler is waited for": (38, "fault")}


@pytest.mark.parametrize("name", WAITS)
def test_what_nobody_tries_is_named(name, tmp_path):
    """A message that waits is counted; one that should long have been tried, never mind whether it ever was, is a warning, then a fault."""
    hours, becomes = WAITS[name]
    waiting = Waiting("desk", "slack", NOW - 39 * HOUR, NOW - hours * HOUR, 3)
    one = only(delivery_findings(settings(tmp_path, []), replace(standing(0), waiting=(waiting,)), NOW))
    assert (one.state, "3" in one.found) == (becomes, True)
    assert becomes == "ok" or (one.subject == "desk by slack" and "waits in 3 parts, and could have been tried since" in one.found)
