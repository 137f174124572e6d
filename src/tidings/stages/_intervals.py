"""Decide how long until a feed is asked again: from how much of it was known, how long it was quiet, and how often it failed. Pure.

| rule | who paid for it |
|---|---|
| below a third known, the interval shrinks to what half of the entries would be new in; above two thirds it grows back | Media Cloud: `poll_minutes` for feeds with short lists (rss-fetcher 0.12.8), set by itself since 0.13.0 |
| a feed that brought nothing for long is asked after a 24th of that time, at most 4 times its usual interval | Miniflux: the scheduler `entry_frequency` |
| `Cache-Control: max-age` keeps an interval from shrinking below it, and lengthens none | NetNewsWire#4478 took its use back: servers send a day for feeds of the hour |
| back off by doubling up to 24 h, never give up | Media Cloud: from 4 to 10 failures (0.12.13), to 30, to never |
| those that back off do not come back in one minute | Media Cloud queues by `id % 1001` (0.12.9) |
| Retry-After between 1 minute and 24 hours | RFC 9110, 10.2.3; FreshRSS#7571 |

`ttl`, `sy:updatePeriod` and `skipHours` are not read: they are the defaults of the software that writes the feed.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from tidings.ids import stable_hash
from tidings.model import Feed, FeedState, Id

INTERVAL_MIN_S = 300.0
INTERVAL_MAX_S = 24 * 3600.0
LENGTHENED_MAX = 4.0  # times the configured interval
KNOWN_MIN, KNOWN_MAX = 1 / 3, 2 / 3
SHORTENED_MAX = 4.0  # at one poll, to so many times less
GROWN_MAX = 1.5  # at one poll, back to the configured interval
QUIET_PARTS = 24.0  # a feed quiet for a day is asked every hour, if that is less often than configured
BACK_OFF_MAX_S = 24 * 3600.0
SPREAD = 0.25  # share of a pause by which those that back off are kept apart
RETRY_AFTER_MIN_S, RETRY_AFTER_MAX_S = 60.0, 24 * 3600.0
TOO_MANY_MIN_S = 3600.0  # after 429 without Retry-After
EARLY_S = 60.0  # schedulers do not start on the second: what is due within it is due

_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,9})(?!\d)', re.IGNORECASE)


def bounds(normal_s: float, fresh_s: float = 0.0) -> tuple[float, float]:
    """Return the least and the greatest interval, in seconds, of a feed that is configured to be asked every `normal_s`."""
    low = min(normal_s, max(INTERVAL_MIN_S, fresh_s))
    return low, max(normal_s, min(LENGTHENED_MAX * normal_s, INTERVAL_MAX_S))


def interval_s(normal_s: float, before_s: float | None, gap_s: float, overlap: float, quiet_s: float, fresh_s: float = 0.0) -> float:
    """Return the interval after a poll that came `gap_s` after the last good one; all in seconds but `overlap`, from 0 to 1.

    Between a third and two thirds known it stays: that is the hysteresis. With fewer, entries may have scrolled away unseen, and it
    becomes what half of the entries would be new in. With more, it grows back to the configured one, and beyond only when the feed has
    been quiet for long: the next entry is then seen after at most a 24th of the time that nothing came.
    """
    low, high = bounds(normal_s, fresh_s)
    now_s = min(max(before_s or normal_s, low), high)
    half_new_s = gap_s * 0.5 / (1 - overlap) if overlap < 1 else float("inf")
    if overlap < KNOWN_MIN:
        wanted_s = min(now_s, normal_s, max(half_new_s, now_s / SHORTENED_MAX))
    elif overlap <= KNOWN_MAX:
        wanted_s = min(now_s, normal_s)
    elif now_s < normal_s:
        wanted_s = min(normal_s, max(now_s, min(half_new_s, now_s * GROWN_MAX)))
    else:
        wanted_s = max(normal_s, quiet_s / QUIET_PARTS)
    return min(max(wanted_s, low), high)


def decided_s(feed: Feed, state: FeedState) -> float:
    """Return the interval that is in force: the decided one within what the configuration allows now, or the configured one."""
    low, high = bounds(feed.every_s)
    return min(max(state.interval_s or feed.every_s, low), high)


def quiet_s(state: FeedState, now: datetime) -> float:
    """Return how long a feed has brought nothing new."""
    since = state.last_new_at or state.first_polled_at
    return max((now - since).total_seconds(), 0.0) if since else 0.0


def fresh_s(headers: Mapping[str, str]) -> float:
    """Return how long an answer says that it stays fresh (RFC 9111, 5.2.2.1); 0 where it says nothing."""
    found = _MAX_AGE.search(headers.get("cache-control", "")[:500])
    return float(found[1]) if found else 0.0


def back_off_s(feed: Feed, failures: int, *, status: int = 0, retry_after_s: float | None = None) -> float:
    """Return the pause after so many failures in a row: doubled each time up to 24 h, and what the server asks for where that is longer.

    From the second failure on up to a quarter of it is left out, by the feed's id: 500 feeds that failed together do not come back
    together. The configured interval is never undercut.
    """
    doubled_s: float = min(feed.every_s * 2.0 ** min(failures - 1, 12), max(BACK_OFF_MAX_S, feed.every_s))
    wait_s = max(doubled_s * (1 - SPREAD * _place(feed.id)), feed.every_s)
    if retry_after_s is not None:
        return max(wait_s, asked_s(retry_after_s))
    return max(wait_s, TOO_MANY_MIN_S) if status == 429 else wait_s


def asked_s(retry_after_s: float) -> float:
    """Bring what a server asks for between one minute and 24 hours."""
    return min(max(retry_after_s, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)


def later(now: datetime, wait_s: float) -> datetime:
    """Return the time in so many seconds."""
    return now + timedelta(seconds=wait_s)


def _place(feed_id: Id) -> float:
    """Place a feed between 0 and 1, the same in every run."""
    return (stable_hash(feed_id) % 1001) / 1000
