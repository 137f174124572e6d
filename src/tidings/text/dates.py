"""Read dates that machines wrote, and refuse absurd ones. All results are aware UTC."""

import calendar
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

YEAR_MIN = 1990
CHARS_MAX = 64
FUTURE_MAX = timedelta(days=1)


def parse_date(text: str) -> datetime | None:
    """Read an ISO 8601 or RFC 5322 date; without a zone it is UTC. None when it is neither."""
    text = text.strip()
    if not 0 < len(text) <= CHARS_MAX:
        return None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            when = read(text)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def from_struct(parts: struct_time | None) -> datetime | None:
    """Turn a broken-down UTC time into a datetime; None when it names no moment."""
    if parts is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC)
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def plausible(when: datetime | None, now: datetime) -> datetime | None:
    """Return the date unless it is before 1990 or more than a day ahead of `now` (seen: years 1, 1699, 9999)."""
    if when is None or when.year < YEAR_MIN or when - now > FUTURE_MAX:
        return None
    return when
