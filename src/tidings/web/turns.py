"""Decide whose turn it is: few requests at once to one host, a pause between them, and no host waits for another."""

import heapq
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from tidings.model import Request


@dataclass(slots=True)
class _Line:
    """Hold the requests that wait for one host."""

    waiting: deque[Request] = field(default_factory=deque)
    active_count: int = 0
    next_start: float = 0.0  # by the clock of the caller
    queued: bool = False  # in the heap


class Turns:
    """Hand out requests. Not safe for threads: whoever calls holds a lock. `now` is seconds on any steady clock."""

    def __init__(
        self, requests: Iterable[Request], host_of: Callable[[Request], str], pause_s: Callable[[str], float], per_host_max: int
    ) -> None:
        self._host_of = host_of
        self._pause_s = pause_s
        self._per_host_max = per_host_max
        self._lines: dict[str, _Line] = {}
        self._ready: list[tuple[float, int, str]] = []  # (earliest start, order, host)
        self._order = 0
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
        if not self._ready or self._ready[0][0] > now:
            return None
        _, _, host = heapq.heappop(self._ready)
        line = self._lines[host]
        line.queued = False
        request = line.waiting.popleft()
        line.active_count += 1
        line.next_start = now + self._pause_s(host)
        self.left_count -= 1
        self._queue(host)
        return request

    def done(self, request: Request) -> None:
        """Note that a request that was handed out has its response."""
        host = self._host_of(request)
        self._lines[host].active_count -= 1
        self._queue(host)

    def wait_s(self, now: float) -> float | None:
        """Return how long until a request may start; None when that depends on one that is running."""
        return max(self._ready[0][0] - now, 0.0) if self._ready else None

    def _queue(self, host: str) -> None:
        line = self._lines[host]
        if line.waiting and not line.queued and line.active_count < self._per_host_max:
            line.queued = True
            self._order += 1
            heapq.heappush(self._ready, (line.next_start, self._order, host))
