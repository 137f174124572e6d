"""Decide when an edition is due for a recipient: at local times of day, whatever the clocks do."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tidings.model import Recipient


def due_at(recipient: Recipient, last_window_end: datetime | None, now: datetime) -> datetime | None:
    """Return the instant since which an edition is due, or None.

    A recipient that never had an edition is due at once. One without times of day is due at every run;
    the caller then leaves out editions without anything new.
    """
    if last_window_end is None:
        return now
    if not recipient.at:
        return now if now > last_window_end else None
    latest = max(instant for instant in _instants(recipient, now, days=range(-2, 2)) if instant <= now)
    return latest if latest > last_window_end else None


def next_due(recipient: Recipient, after: datetime) -> datetime | None:
    """Return the first instant after `after` at which an edition falls due; None when every run is one."""
    if not recipient.at:
        return None
    return min(instant for instant in _instants(recipient, after, days=range(-1, 4)) if instant > after)


def _instants(recipient: Recipient, around: datetime, days: range) -> Iterable[datetime]:
    """Turn local times of day into UTC instants, one a day and time, whatever the clocks do.

    A time that the clocks skip is taken as if they had not been moved yet; of a time that comes twice the first counts.
    """
    zone = ZoneInfo(recipient.time_zone)
    today = around.astimezone(zone).date()
    for offset in days:
        for text in recipient.at:
            yield _instant(today + timedelta(days=offset), time.fromisoformat(text), zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
