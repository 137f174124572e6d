"""Take answers as they come until a time is over: pauses between requests to one host may be long."""

import contextlib
import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime

from tidings.model import Response

_AHEAD = 8  # answers kept ahead of whoever reads them
_LOOK_S = 0.2


_Arrived = tuple[Response, datetime] | Exception | None  # None: that was all


def within(answers: Iterator[Response], time_max_s: float, clock: Callable[[], datetime]) -> Iterator[tuple[Response, datetime]]:
    """Yield each answer with when it came by our clock, for at most `time_max_s` seconds; what comes later is given up."""
    arrived: queue.Queue[_Arrived] = queue.Queue(_AHEAD)
    over = threading.Event()
    threading.Thread(target=_pump, args=(answers, clock, arrived, over), name="tidings-doctor", daemon=True).start()
    ends_at = time.monotonic() + time_max_s
    try:
        while (left_s := ends_at - time.monotonic()) > 0:
            one = arrived.get(timeout=left_s)
            if one is None:
                return
            if isinstance(one, Exception):
                raise one
            yield one
    except queue.Empty:  # the time is over
        return
    finally:
        over.set()


def _pump(answers: Iterator[Response], clock: Callable[[], datetime], arrived: "queue.Queue[_Arrived]", over: threading.Event) -> None:
    try:
        for answer in answers:
            _put((answer, clock()), arrived, over)
            if over.is_set():
                return
        _put(None, arrived, over)
    except Exception as error:  # noqa: BLE001 - raised again in the thread that reads
        _put(error, arrived, over)


def _put(one: _Arrived, arrived: "queue.Queue[_Arrived]", over: threading.Event) -> None:
    while not over.is_set():
        with contextlib.suppress(queue.Full):
            arrived.put(one, timeout=_LOOK_S)
            return
