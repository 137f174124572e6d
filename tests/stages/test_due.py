from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Recipient
from tidings.stages.due import LATE, WEEKDAYS, due_at, is_quiet, lies_in, next_due, times_between

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = [
    "UTC",
    "Europe/Istanbul",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "America/Santiago",
]


def recipient(*at, zone="UTC", **more):
    return Recipient("desk", "file", ("idlib", "libya"), at, zone, "send", **more)


def test_never_had_an_edition_is_due_at_once():
    """A recipient without any edition does not wait for the time of day."""
    assert due_at(recipient("23:00"), None, NOW) == NOW


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        pytest.param("2020-02-18T07:00", "2020-02-19T06:59", None, id="before the time"),
        pytest.param("2020-02-18T07:00", "2020-02-19T07:00", "2020-02-19T07:00", id="at the time"),
        pytest.param("2020-02-18T07:00", "2020-02-19T15:00", "2020-02-19T07:00", id="late, still that morning's"),
        pytest.param("2020-02-19T07:00", "2020-02-19T07:00", None, id="once only"),
        pytest.param("2020-02-12T07:00", "2020-02-19T06:00", "2020-02-18T07:00", id="a week off: one edition, not seven"),
        pytest.param("2020-02-20T07:00", "2020-02-19T08:00", None, id="the clock was set back"),
    ],
)
def test_due_in_the_morning(last, now, due):
    """An edition is due when a configured time has come since the last window ended."""
    last, now, due = (text and datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (last, now, due))
    assert due_at(recipient("07:00"), last, now) == due


def test_no_times_means_every_run():
    """Without times of day every later run is due, and there is no next time to name."""
    assert due_at(recipient(), NOW - timedelta(seconds=1), NOW) == NOW
    assert due_at(recipient(), NOW, NOW) is None
    assert next_due(recipient(), NOW) is None


@given(
    zone=st.sampled_from(ZONES),
    at=st.lists(st.times().map(lambda one: f"{one:%H:%M}"), min_size=1, max_size=3, unique=True),
    start=st.integers(0, 25 * 365 * 24 * 60).map(lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    step_m=st.integers(7, 600),
)
def test_each_time_of_day_comes_once(zone, at, start, step_m):
    """Whatever the clocks do and however often we look, every local day gives each of its times one edition, and none is skipped."""
    reader = recipient(*at, zone=zone)
    last, end, now, dues = start, start + 4 * DAY, start, []
    while now < end:
        now = min(now + timedelta(minutes=step_m), end)
        due = due_at(reader, last, now)
        if due is not None:
            assert last < due <= now
            dues.append(due)
            last = now
    expected, instant = [], next_due(reader, start)
    while instant is not None and instant <= end:
        expected.append(instant)
        instant = next_due(reader, instant)
    assert dues == sorted(set(dues))
    assert set(dues) <= set(expected)
    gap = min((b - a for a, b in pairwise(expected)), default=4 * DAY)
    if gap > timedelta(minutes=step_m):  # looked at often enough: all of them
        assert dues == expected
    local_days = {(instant.astimezone(ZoneInfo(zone)).date()) for instant in expected}
    assert len(expected) <= len(at) * (len(local_days) + 1)


@pytest.mark.parametrize(
    ("zone", "at", "after", "instants"),
    [
        pytest.param(
            "Europe/Berlin",
            "02:30",
            "2020-03-28T12:00",
            ["2020-03-29T01:30", "2020-03-30T00:30"],
            id="skipped hour: an hour later by the clock",
        ),
        pytest.param(
            "Europe/Berlin", "02:30", "2020-10-24T12:00", ["2020-10-25T00:30", "2020-10-26T01:30"], id="hour that comes twice: the first"
        ),
        pytest.param(
            "Pacific/Apia",
            "07:00",
            "2011-12-29T12:00",
            ["2011-12-29T17:00", "2011-12-30T17:00"],
            id="a day that was left out of the calendar",
        ),
    ],
)
def test_clock_changes(zone, at, after, instants):
    """On days when the clocks are moved there is still one edition for each time of day."""
    reader = recipient(at, zone=zone)
    first = next_due(reader, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert [f"{instant:%Y-%m-%dT%H:%M}" for instant in (first, next_due(reader, first))] == instants


# ---------------------------------------------------------------- weekdays and quiet hours

WORKING = WEEKDAYS[:5]
# name: (recipient, last window's end, now, since when one is due). 19 February 2020 is a Wednesday.
SCHEDULES = {
    "weekly, on its day": (recipient("07:00", days=("wed",)), "2020-02-12T07:05", "2020-02-19T07:00", "2020-02-19T07:00"),
    "weekly, on another day": (recipient("07:00", days=("thu",)), "2020-02-13T07:05", "2020-02-19T07:00", None),
    "weekly, two days late": (recipient("07:00", days=("mon",)), "2020-02-10T07:05", "2020-02-19T07:00", "2020-02-17T07:00"),
    "no digest on Saturday": (recipient("07:00", days=WORKING), "2020-02-21T07:00", "2020-02-22T12:00", None),
    "Monday takes the weekend in": (recipient("07:00", days=WORKING), "2020-02-21T07:00", "2020-02-24T07:00", "2020-02-24T07:00"),
    "every run of a day": (recipient(days=("wed",)), "2020-02-19T05:00", "2020-02-19T06:00", "2020-02-19T06:00"),
    "every run, on another day": (recipient(days=("wed",)), "2020-02-19T05:00", "2020-02-20T06:00", None),
    "every run, at night": (recipient(quiet="22:00-07:00"), "2020-02-19T05:00", "2020-02-19T06:59", None),
    "every run, in the morning": (recipient(quiet="22:00-07:00"), "2020-02-19T05:00", "2020-02-19T07:00", "2020-02-19T07:00"),
    "in quiet hours by choice": (recipient("06:30", quiet="22:00-07:00"), "2020-02-18T07:00", "2020-02-19T06:40", "2020-02-19T06:30"),
    "just before quiet hours": (recipient("21:50", quiet="22:00-07:00"), "2020-02-17T22:00", "2020-02-18T22:05", "2020-02-18T21:50"),
    "late at night": (recipient("18:00", quiet="22:00-07:00"), "2020-02-17T18:00", "2020-02-18T23:00", None),
    "late, once the night is over": (recipient("18:00", quiet="22:00-07:00"), "2020-02-17T18:00", "2020-02-19T07:00", "2020-02-18T18:00"),
    "the first, at night": (recipient("18:00", quiet="22:00-07:00"), None, "2020-02-18T23:00", None),
    "the first, in the morning": (recipient("18:00", quiet="22:00-07:00"), None, "2020-02-19T07:00", "2020-02-19T07:00"),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_weekdays_and_quiet_hours(name):
    """Editions come on the days that were asked for; in quiet hours only within an hour after their own time, else when these end."""
    reader, *times = SCHEDULES[name]
    last, now, due = (text and datetime.fromisoformat(text).replace(tzinfo=UTC) for text in times)
    assert due_at(reader, last, now) == due


@pytest.mark.parametrize(
    ("quiet", "inside", "outside"),
    [("22:00-07:00", ["22:00", "23:59", "00:00", "06:59"], ["07:00", "21:59"]), ("12:00-13:30", ["12:00", "13:29"], ["11:59", "13:30", "00:00"])],
)  # fmt: skip
def test_the_last_minute_is_not_quiet(quiet, inside, outside):
    """Quiet hours begin with their first minute and are over with their last; they may pass midnight."""
    assert [lies_in(quiet, time.fromisoformat(text)) for text in inside + outside] == [True] * len(inside) + [False] * len(outside)


def test_quiet_hours_go_by_the_wall_clock():
    """When an hour comes twice, its quiet minutes are quiet twice; when it is skipped, they are over at once."""
    reader = recipient("12:00", zone="Europe/Berlin", quiet="22:00-02:30")
    back, forward = datetime(2024, 10, 27, 0, 0, tzinfo=UTC), datetime(2024, 3, 31, 1, 0, tzinfo=UTC)
    assert [is_quiet(reader, back + timedelta(minutes=30 * step)) for step in range(5)] == [True, False, True, False, False]
    assert [is_quiet(reader, forward - timedelta(minutes=1)), is_quiet(reader, forward)] == [True, False]


TIMES = st.times().map(lambda one: f"{one:%H:%M}")
QUIET = st.tuples(TIMES, TIMES).map(lambda pair: "-".join(pair) if pair[0] != pair[1] else "")


@given(
    zone=st.sampled_from(ZONES),
    at=st.lists(TIMES, min_size=1, max_size=3, unique=True),
    days=st.lists(st.sampled_from(WEEKDAYS), max_size=4, unique=True),
    quiet=QUIET,
    start=st.integers(0, 25 * 365 * 24 * 60).map(lambda minutes: datetime(2005, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    pauses=st.lists(st.integers(1, 6_000), min_size=1, max_size=40),
)
def test_whenever_runs_come_each_time_is_in_one_window(zone, at, days, quiet, start, pauses):
    """However runs fall: windows follow each other, each holds a time of the schedule, and outside quiet hours no time is left waiting."""
    reader = recipient(*at, zone=zone, days=tuple(days), quiet=quiet)
    last, now, windows = start, start, []
    for pause in pauses:
        now += timedelta(minutes=pause)
        waiting = times_between(reader, last, now)
        due = due_at(reader, last, now)
        if due is None:
            assert not waiting or (is_quiet(reader, now) and now - waiting[-1] > LATE)
        else:
            assert due == waiting[-1]
            assert not is_quiet(reader, now) or now - due <= LATE
            windows.append((last, now))
            last = now
    held = [one for begin, end in windows for one in times_between(reader, begin, end)]
    assert held == list(times_between(reader, start, last))  # each once, and none between two windows
