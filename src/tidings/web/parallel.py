"""Send many requests with a few threads, and keep only a few responses ahead of whoever reads them."""

import math
import threading
from collections import deque
from collections.abc import Callable, Iterator
from functools import partial

from tidings.model import Request, Response
from tidings.web.limits import Clock
from tidings.web.turns import Turns

AHEAD_BYTES_MAX = 64 * 1024 * 1024

PassOn = Callable[[str], float | None]
Send = Callable[[Request, PassOn], Response]


class Crew:
    """Run the threads of one `send_all`. They are daemons: an abandoned request ends by its own deadline.

    From `ends` on, by the clock, nobody waits for a pause any more: what is left is handed to `send` at once, which says so.
    """

    def __init__(self, turns: Turns, send: Send, thread_count: int, clock: Clock, ends: float = math.inf) -> None:
        self._turns = turns
        self._send = send
        self._clock = clock
        self._ends = ends
        self._changed = threading.Condition()
        self._results: deque[Response] = deque()
        self._bytes_ahead = 0
        self._running_count = 0
        self._stopped = False
        self._threads = [threading.Thread(target=self._work, name=f"tidings-web-{n}", daemon=True) for n in range(thread_count)]

    def responses(self) -> Iterator[Response]:
        """Yield each response as it comes."""
        for thread in self._threads:
            thread.start()
        try:
            while (response := self._next_response()) is not None:
                yield response
        finally:
            with self._changed:
                self._stopped = True
                self._changed.notify_all()

    def _next_response(self) -> Response | None:
        with self._changed:
            while not self._results:
                if not self._running_count and not self._turns.left_count:
                    return None
                self._changed.wait()
            response = self._results.popleft()
            self._bytes_ahead -= len(response.body) + len(response.encoded)
            self._changed.notify_all()
            return response

    def _work(self) -> None:
        while (request := self._next_request()) is not None:
            response = self._send(request, partial(self._pass_on, request))
            with self._changed:
                self._turns.done(request)
                self._running_count -= 1
                self._results.append(response)
                self._bytes_ahead += len(response.body) + len(response.encoded)
                self._changed.notify_all()

    def _pass_on(self, request: Request, host: str) -> float | None:
        """Wait for a turn at the host that a request was redirected to; return for how many seconds, None when the time is over."""
        began = self._clock()
        with self._changed:
            self._turns.leave(request, host)
            self._changed.notify_all()
            while not self._stopped and (left_s := self._ends - (now := self._clock())) > 0:
                if self._turns.enter(request, host, now):
                    return now - began
                wait_s = self._turns.guest_wait_s(host, now)
                self._changed.wait(None if wait_s is None else min(wait_s, left_s))
            self._turns.give_up(host)
            return None

    def _next_request(self) -> Request | None:
        with self._changed:
            while not self._stopped and self._turns.left_count:
                left_s = self._ends - self._clock()
                now = self._clock() if left_s > 0 else math.inf
                if len(self._results) < len(self._threads) and self._bytes_ahead < AHEAD_BYTES_MAX:
                    request = self._turns.take(now)
                    if request is not None:
                        self._running_count += 1
                        return request
                    wait_s = self._turns.wait_s(now)
                    self._changed.wait(None if wait_s is None else min(wait_s, left_s))
                else:
                    self._changed.wait()
            return None
