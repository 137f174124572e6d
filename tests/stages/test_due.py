from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Recipient
from tidings.stages.due import due_at, next_due

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


def recipient(*at, zone="UTC"):
    return Recipient("desk", "file", ("idlib", "libya"), at, zone, "send")


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
    at=st.lists(st.times().map(lambda time: f"{time:%H:%M}"), min_size=1, max_size=3, unique=True),
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
