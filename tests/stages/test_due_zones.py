"""Twelve zones and more, both days on which their clocks are moved, each kind of schedule: simulated, a run every quarter of an hour."""

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from tidings.model import Recipient
from tidings.stages.due import WEEKDAYS, due_at, next_due, times_between

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
STEP = timedelta(minutes=15)
AROUND = 3 * DAY
# zone: (the instants, in UTC, at which its clocks are set forward and back; a zone without either has any two)
CHANGES = {
    "Europe/Berlin": ("2024-03-31T01:00", "2024-10-27T01:00"),
    "America/New_York": ("2024-03-10T07:00", "2024-11-03T06:00"),
    "America/Santiago": ("2024-09-08T04:00", "2024-04-07T03:00"),  # at midnight: the day begins at one, or 23:00 comes twice
    "America/St_Johns": ("2010-03-14T03:31", "2010-11-07T02:31"),  # at one minute past midnight
    "Australia/Lord_Howe": ("2024-10-05T15:30", "2024-04-06T15:00"),  # by half an hour
    "Africa/Cairo": ("2024-04-25T22:00", "2024-10-31T21:00"),
    "Africa/Casablanca": ("2024-04-14T02:00", "2024-03-10T02:00"),  # back for Ramadan
    "Asia/Beirut": ("2024-03-30T22:00", "2024-10-26T21:00"),
    "Asia/Tehran": ("2022-03-21T20:30", "2022-09-21T19:30"),
    "Asia/Kathmandu": ("1985-12-31T18:30", "2024-01-01T00:00"),  # forward by a quarter of an hour, and never back
    "Asia/Shanghai": ("1991-04-13T18:00", "1991-09-14T17:00"),
    "Pacific/Apia": ("2011-12-30T10:00", "2012-03-31T14:00"),  # forward by a whole day
    "Pacific/Kiritimati": ("1994-12-31T10:00", "2024-01-01T00:00"),
    "UTC": ("2024-03-31T01:00", "2024-10-27T01:00"),
}
DAYS = [(zone, forward) for zone in CHANGES for forward in (True, False)]


def change(zone, forward):
    """Return the instant of a change, and what the wall clock reads just before and just after, without a zone."""
    at = datetime.fromisoformat(CHANGES[zone][not forward]).replace(tzinfo=UTC)
    before = (at - MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + MINUTE
    return at, before, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def clock(moment):
    return f"{moment:%H:%M}"


def kinds(zone, forward):
    """Return each kind of schedule, with its times in and around what the clocks skip or show twice."""
    _, before, after = change(zone, forward)
    first, last = sorted((before, after))
    middle = first + min(last - first, 2 * STEP) / 2  # in what is skipped or comes twice, unless the clocks stay as they are
    noon = clock(middle + DAY / 2)
    return {
        "once, just before": {"at": (clock(first - STEP),)},
        "once, at the change": {"at": (clock(before),)},
        "once, in the hour": {"at": (clock(middle),)},
        "once, at its end": {"at": (clock(last),)},
        "once, just after": {"at": (clock(last + STEP),)},
        "once, at midnight": {"at": ("00:00",)},
        "twice a day": {"at": (clock(middle), noon)},
        "on working days": {"at": (clock(middle),), "days": WEEKDAYS[:5]},
        "weekly, on that day": {"at": (clock(middle),), "days": (WEEKDAYS[middle.weekday()],)},
        "weekly, on the day before": {"at": ("23:45",), "days": (WEEKDAYS[(middle - DAY).weekday()],)},
        "at every run": {"at": ()},
        "at every run of a day": {"at": (), "days": (WEEKDAYS[after.weekday()],)},
        "in quiet hours, by choice": {"at": (clock(middle), noon), "quiet": f"{clock(middle - 8 * STEP)}-{clock(middle + 8 * STEP)}"},
        "outside quiet hours": {"at": (noon,), "quiet": f"{clock(middle - 8 * STEP)}-{clock(middle + 8 * STEP)}"},
        "at every run, with quiet hours": {"at": (), "quiet": f"{clock(first - STEP)}-{clock(middle + STEP)}"},
    }


KINDS = tuple(kinds("UTC", True))


@cache
def minutes(zone, forward):
    """Read the wall clock at each minute around a change: (instant, what it reads)."""
    at, _, _ = change(zone, forward)
    one = ZoneInfo(zone)
    steps = range(int(2 * (AROUND + DAY) / MINUTE))
    instants = (at - AROUND - DAY + step * MINUTE for step in steps)
    return [(instant, instant.astimezone(one).replace(tzinfo=None)) for instant in instants]


def readings(zone, forward, times):
    """Return when the wall clock first reads each time of each day, as {reading: instant}; what it skips comes as if it had not been moved.

    This is told by reading the clock minute by minute, not by reckoning as the program does.
    """
    found = {}
    for (before, read), (instant, now_read) in pairwise(minutes(zone, forward)):
        del before
        skipped = read + MINUTE
        while skipped < now_read:
            if clock(skipped) in times:
                found.setdefault(skipped, instant + (skipped - read - MINUTE))
            skipped += MINUTE
        if clock(now_read) in times:
            found.setdefault(now_read, instant)
    return found


def simulate(reader, start, end):
    """Run every quarter of an hour and return the windows of the editions."""
    windows, last, now = [], start, start
    while now < end:
        now += STEP
        if due_at(reader, last, now) is not None:
            windows.append((last, now))
            last = now
    return windows


def is_quiet(reader, read):
    """Tell, by the minutes of the day one after the other, whether a reading lies in quiet hours."""
    if not reader.quiet:
        return False
    begin, end = reader.quiet.split("-")
    minute = datetime.fromisoformat(f"2000-01-01T{begin}")
    quiet = set()
    while clock(minute) != end:
        quiet.add(clock(minute))
        minute += MINUTE
    return clock(read) in quiet


def expected(reader, zone, forward, start, end):
    """Return the runs that are to make an edition, by the readings of the wall clock alone."""
    runs = [start + step * STEP for step in range(1, int((end - start) / STEP) + 1)]
    read = dict(minutes(zone, forward))
    if not reader.at:
        wanted = [one for one in runs if not reader.days or WEEKDAYS[read[one].weekday()] in reader.days]
        return [one for one in wanted if not is_quiet(reader, read[one])]
    due = {
        instant
        for reading, instant in readings(zone, forward, reader.at).items()
        if start < instant <= end and (not reader.days or WEEKDAYS[reading.weekday()] in reader.days)
    }
    return sorted({min(run for run in runs if run >= instant) for instant in due if instant <= runs[-1]})


@pytest.mark.parametrize(("zone", "forward"), DAYS)
def test_the_clocks_are_moved_there(zone, forward):
    """The control: these are instants at which the wall clock jumps, but where it never does."""
    _, before, after = change(zone, forward)
    if zone == "UTC" or (zone in ("Asia/Kathmandu", "Pacific/Kiritimati") and not forward):
        assert before == after
    else:
        assert (after > before) is forward
        assert after != before


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("zone", "forward"), DAYS)
def test_every_window_is_covered_once(zone, forward, kind):
    """Each instant lies in one window, and each time that the wall clock reads, once a day, gives one edition at the next run."""
    at, _, _ = change(zone, forward)
    start, end = at - AROUND, at + AROUND
    values = {"at": (), **kinds(zone, forward)[kind]}
    reader = Recipient("desk", "file", ("idlib",), time_zone=zone, when_empty="send", **values)
    windows = simulate(reader, start, end)
    assert [end for _, end in windows] == expected(reader, zone, forward, start, end)
    assert [begin for begin, _ in windows] == [start, *(end for _, end in windows)][: len(windows)]
    probes = [start + step * STEP for step in range(1, int((windows[-1][1] - start) / STEP) + 1, 5)]
    assert all(sum(begin < probe <= end for begin, end in windows) == 1 for probe in probes)


@pytest.mark.parametrize(("zone", "forward"), DAYS)
def test_times_of_a_schedule_are_those_of_the_wall_clock(zone, forward):
    """What is foretold one after the other, what is counted over a time, and what the wall clock reads are the same instants."""
    at, _, _ = change(zone, forward)
    for values in kinds(zone, forward).values():
        if not values["at"] or "days" in values:
            continue
        reader = Recipient("desk", "file", ("idlib",), time_zone=zone, when_empty="send", **values)
        read = sorted({one for one in readings(zone, forward, reader.at).values() if at - AROUND < one <= at + AROUND})
        foretold, instant = [], next_due(reader, at - AROUND)
        while instant is not None and instant <= at + AROUND:
            foretold.append(instant)
            instant = next_due(reader, instant)
        assert foretold == read == list(times_between(reader, at - AROUND, at + AROUND))
