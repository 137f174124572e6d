"""Read how long a server asks us to stay away."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

WAIT_S_MIN = 60.0
WAIT_S_MAX = 24 * 3600.0


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to wait by `retry-after` (lower-case name; seconds or an HTTP date); None where it says nothing readable.

    Absurd values are brought between one minute and 24 hours (RFC 9110, 10.2.3 sets no bounds; servers send both).
    """
    value = headers.get("retry-after", "").strip()
    wait_s = _seconds(value) if value else None
    if wait_s is None:
        wait_s = _until(value, now)
    return None if wait_s is None else min(max(wait_s, WAIT_S_MIN), WAIT_S_MAX)


def _seconds(value: str) -> float | None:
    try:
        wait_s = float(value[:40])
    except ValueError:
        return None
    return None if math.isnan(wait_s) else wait_s


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value[:80])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()
