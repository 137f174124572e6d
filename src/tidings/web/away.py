"""Remember, for one run, which hosts are to be left alone: they asked for it, did not answer, or want long pauses between pages."""

import threading

from tidings.text.retry_after import WAIT_S_MAX
from tidings.web.failures import CONNECT, DNS, RETRY_LATER, TIMEOUT, TLS, FetchError
from tidings.web.limits import Clock

_OUT_OF_REACH = frozenset({TIMEOUT, CONNECT, DNS, TLS})
FAILURES_IN_ROW_MAX = 4  # of one origin; a dead one with a hundred pages would otherwise cost a hundred deadlines


class Away:
    """Know which hosts must wait. Safe for threads.

    Failures count by origin: links to closed ports of a host, which anybody can write, say nothing of its site.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}
        self._failures_in_row: dict[str, dict[str, int]] = {}  # by host and origin
        self._page_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def check(self, host: str, origin: str = "") -> None:
        """Raise FetchError while a host, or this origin of it, is to be left alone."""
        with self._lock:
            away_s = self._until.get(host, 0.0) - self._clock()
            failed_count = self._failures_in_row.get(host, {}).get(origin, 0)
        if away_s > 0:
            raise FetchError(RETRY_LATER, f"{host} asked us to stay away", away_s)
        if failed_count >= FAILURES_IN_ROW_MAX:
            raise FetchError(RETRY_LATER, f"{host} failed {failed_count} times in a row")

    def take_page(self, host: str, delay_s: float) -> None:
        """Take the turn for a page of a host; raise FetchError when the last was less than `delay_s` ago."""
        now = self._clock()
        with self._lock:
            wait_s = self._page_at.get(host, -WAIT_S_MAX) + min(delay_s, WAIT_S_MAX) - now
            if wait_s <= 0:
                self._page_at[host] = now
        if wait_s > 0:
            raise FetchError(RETRY_LATER, f"robots.txt of {host} asks for {delay_s:g} s between pages", wait_s)

    def is_away(self, host: str) -> bool:
        """Tell whether a host is to be left alone, wherever on it one might ask."""
        with self._lock:
            counts = self._failures_in_row.get(host, {}).values()
            is_dead = bool(counts) and min(counts) >= FAILURES_IN_ROW_MAX
            return is_dead or self._until.get(host, 0.0) > self._clock()

    def put_off(self, host: str, wait_s: float) -> None:
        """Leave a host alone for a while."""
        with self._lock:
            self._until[host] = max(self._until.get(host, 0.0), self._clock() + wait_s)

    def count(self, host: str, failure: str, origin: str = "") -> None:
        """Note how a request ended; an answer of any kind ends a row of failures."""
        with self._lock:
            counts = self._failures_in_row.setdefault(host, {})
            counts[origin] = counts.get(origin, 0) + 1 if failure in _OUT_OF_REACH else 0

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._until.clear()
            self._failures_in_row.clear()
            self._page_at.clear()
