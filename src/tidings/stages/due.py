"""Decide when an edition is due for a recipient: at local times of day, on local weekdays, outside quiet hours, whatever the clocks do.

Three laws hold for any zone and any runs (tests/stages/test_due*.py prove them):

- each window begins where the one before ended, so that every instant lies in exactly one;
- each time of the schedule gives one edition; those that pass while nothing runs share one;
- in quiet hours an edition is made only up to an hour after its own time.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tidings.model import Recipient

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LATE = timedelta(hours=1)  # so long after its time an edition is still of that time: a scheduler is not on the minute
_DAYS_APART = 2, 9  # two times of a schedule are no further apart, without and with weekdays: a zone may leave a day out of its calendar
_COUNTED_DAYS_MAX = 3_660


def due_at(recipient: Recipient, last_window_end: datetime | None, now: datetime) -> datetime | None:
    """Return the instant since which an edition is due, or None.

    A recipient that never had an edition is due at once. One without times of day is due at every run of their days;
    the caller then leaves out editions without anything new. What is late waits for the end of quiet hours.
    """
    if last_window_end is None:
        return None if is_quiet(recipient, now) else now
    if now <= last_window_end:
        return None
    if not recipient.at:
        return now if _is_wanted(recipient, _local(recipient, now).date()) and not is_quiet(recipient, now) else None
    latest = max((one for one in _instants(recipient, now, range(-_days_apart(recipient), 2)) if one <= now), default=last_window_end)
    if latest <= last_window_end or (is_quiet(recipient, now) and now - latest > LATE):
        return None
    return latest


def next_due(recipient: Recipient, after: datetime) -> datetime | None:
    """Return the first instant after `after` at which an edition falls due; None when every run is one."""
    if not recipient.at:
        return None
    return min(one for one in _instants(recipient, after, range(-1, _days_apart(recipient) + 1)) if one > after)


def times_between(recipient: Recipient, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """Return the instants of the schedule after `start` and not after `end`, in order, each once."""
    days = range(-1, min((end - start).days, _COUNTED_DAYS_MAX) + 3)
    return tuple(sorted({one for one in _instants(recipient, start, days) if start < one <= end}))


def is_quiet(recipient: Recipient, now: datetime) -> bool:
    """Tell whether the clock on the recipient's wall reads a time of their quiet hours."""
    return bool(recipient.quiet) and lies_in(recipient.quiet, _local(recipient, now).time())


def lies_in(quiet: str, at: time) -> bool:
    """Tell whether a time of day lies in hours such as "22:00-07:00": the first minute does, the last does not."""
    start, end = (time.fromisoformat(part) for part in quiet.split("-"))
    return start <= at < end if start < end else at >= start or at < end


def _local(recipient: Recipient, moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(recipient.time_zone))


def _days_apart(recipient: Recipient) -> int:
    return _DAYS_APART[bool(recipient.days)]


def _is_wanted(recipient: Recipient, day: date) -> bool:
    return not recipient.days or WEEKDAYS[day.weekday()] in recipient.days


def _instants(recipient: Recipient, around: datetime, days: range) -> Iterable[datetime]:
    """Turn local times of day into UTC instants, one a day and time, whatever the clocks do.

    A time that the clocks skip is taken as if they had not been moved yet; of a time that comes twice the first counts.
    """
    zone = ZoneInfo(recipient.time_zone)
    today = around.astimezone(zone).date()
    for day in (today + timedelta(days=offset) for offset in days):
        if _is_wanted(recipient, day):
            for text in recipient.at:
                yield datetime.combine(day, time.fromisoformat(text), tzinfo=zone).astimezone(UTC)
