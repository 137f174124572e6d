"""Decide whose turn it is: few requests at once to one host, a pause between them, and no host waits for another.

A request that is redirected to another host gives back its turn and waits for one there, as a guest, before those that still wait for their
first. So it never holds one host while it waits for another: two hosts that redirect to each other cannot block each other.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tidings.model import Request

JITTER = 0.25  # a pause is up to so much longer, by chance: machines that all ask on the second are a burden, and easily known


@dataclass(slots=True)
class _Line:
    """Hold the requests that wait for one host."""

    waiting: deque[Request] = field(default_factory=deque)
    active_count: int = 0
    last_start: float | None = None  # by the clock of the caller
    next_start: float = 0.0
    queued: bool = False  # in the heap
    guest_count: int = 0  # requests that were redirected here and wait


class Turns:
    """Hand out requests. Not safe for threads: whoever calls holds a lock. `now` is seconds on any steady clock.

    `pause_s` and `at_once` are asked of a host again at each turn: its robots.txt may say more in between.
    """

    def __init__(
        self,
        requests: Iterable[Request],
        host_of: Callable[[Request], str],
        pause_s: Callable[[str], float],
        at_once: Callable[[str], int],
        chance: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._host_of = host_of
        self._pause_s = pause_s
        self._at_once = at_once
        self._chance = chance  # from 0 to 1
        self._lines: dict[str, _Line] = {}
        self._ready: list[tuple[float, int, str]] = []  # (earliest start, order, host)
        self._order = 0
        self._guests: dict[int, str | None] = {}  # id of a request that was redirected -> the host whose turn it has; None: it waits
        self.left_count = 0  # not handed out yet
        for request in requests:
            self._lines.setdefault(host_of(request), _Line()).waiting.append(request)
            self.left_count += 1
        for host in self._lines:
            self._queue(host)

    @property
    def host_count(self) -> int:
        """Count the hosts."""
        return len(self._lines)

    def take(self, now: float) -> Request | None:
        """Return a request that may start now, of the host that has waited longest; None when all must wait."""
        while self._ready and self._ready[0][0] <= now:
            _, _, host = heapq.heappop(self._ready)
            line = self._lines[host]
            line.queued = False
            if not line.guest_count and self._may_start(host, line, now):
                return self._start(host, line, now)
            self._queue(host)
        return None

    def done(self, request: Request) -> None:
        """Note that a request that was handed out has its response."""
        self._give_back(self._guests.pop(id(request), self._host_of(request)))

    def leave(self, request: Request, host: str) -> None:
        """Note that a request was redirected to another host, and waits there."""
        self._give_back(self._guests.get(id(request), self._host_of(request)))
        self._guests[id(request)] = None
        self._lines.setdefault(host, _Line()).guest_count += 1

    def enter(self, request: Request, host: str, now: float) -> bool:
        """Give a request that waits as a guest its turn, if the host has one now."""
        line = self._lines[host]
        if not self._may_start(host, line, now):
            return False
        self._guests[id(request)] = host
        self._begin(host, line, now)
        self.give_up(host)
        return True

    def give_up(self, host: str) -> None:
        """Note that a guest of a host waits no more."""
        self._lines[host].guest_count -= 1
        self._queue(host)

    def guest_wait_s(self, host: str, now: float) -> float | None:
        """Return how long until a guest may start; None when that depends on a request that is running."""
        line = self._lines[host]
        return max(line.next_start - now, 0.0) if line.active_count < self._at_once(host) else None

    def wait_s(self, now: float) -> float | None:
        """Return how long until a request may start; None when that depends on one that is running."""
        return max(self._ready[0][0] - now, 0.0) if self._ready else None

    def _may_start(self, host: str, line: _Line, now: float) -> bool:
        """Tell whether a host still wants no more than it did when its turn was set; else set it later."""
        if line.last_start is not None:
            line.next_start = max(line.next_start, line.last_start + self._pause_s(host))
        return line.next_start <= now and line.active_count < self._at_once(host)

    def _start(self, host: str, line: _Line, now: float) -> Request:
        request = line.waiting.popleft()
        self._begin(host, line, now)
        self.left_count -= 1
        self._queue(host)
        return request

    def _begin(self, host: str, line: _Line, now: float) -> None:
        line.active_count += 1
        line.last_start = now
        line.next_start = now + self._pause_s(host) * (1 + JITTER * self._chance())

    def _give_back(self, host: str | None) -> None:
        if host is not None:  # "" is that of addresses which are none
            self._lines[host].active_count -= 1
            self._queue(host)

    def _queue(self, host: str) -> None:
        line = self._lines[host]
        if line.waiting and not line.guest_count and not line.queued and line.active_count < self._at_once(host):
            line.queued = True
            self._order += 1
            heapq.heappush(self._ready, (line.next_start, self._order, host))
