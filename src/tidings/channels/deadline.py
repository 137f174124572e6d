"""Put one total deadline over a conversation: socket timeouts start anew with every byte that drips in."""

import contextlib
import os
import socket
import threading
import time


class Deadline:
    """Cut the watched connection when the time is over; `stop` ends the watch."""

    def __init__(self, timeout_s: float) -> None:
        self._ends_at = time.monotonic() + timeout_s
        self._timer: threading.Timer | None = None
        self._own: socket.socket | None = None

    def is_over(self) -> bool:
        """Tell whether the time is over."""
        return time.monotonic() >= self._ends_at

    def watch(self, connection: socket.socket) -> None:
        """Shut the connection down at the deadline, under TLS as well: the watch works on a descriptor of its own."""
        self._own = socket.socket(fileno=os.dup(connection.fileno()))
        self._start(self._own)

    def renew(self, timeout_s: float) -> None:
        """Let the conversation go on for `timeout_s` seconds from now, unless it has been cut."""
        if self._timer is None or self._own is None or self.is_over():
            return
        self._timer.cancel()
        self._timer.join()
        self._ends_at = time.monotonic() + timeout_s
        self._start(self._own)

    def stop(self) -> None:
        """End the watch."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer.join()
        if self._own is not None:
            self._own.close()

    def _start(self, connection: socket.socket) -> None:
        self._timer = threading.Timer(max(0.0, self._ends_at - time.monotonic()), _cut, (connection,))
        self._timer.daemon = True
        self._timer.start()


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it ended by itself
        connection.shutdown(socket.SHUT_RDWR)
