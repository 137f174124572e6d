"""Listen where nobody may connect, and say so when somebody did."""

import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from spellings import PLAIN, Spelling

from tidings.web.limits import Limits

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 7\r\n\r\ntrapped"
_NONE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class Trap:
    """Answer at one port of 127.0.0.1 and, where there is IPv6, of ::1; count who came."""

    now = datetime(2020, 2, 28, 7, tzinfo=UTC)

    def __init__(self) -> None:
        self._count = 0
        self._listeners = [socket.create_server(("127.0.0.1", 0), backlog=256)]
        self.port = self._listeners[0].getsockname()[1]
        with suppress(OSError):
            self._listeners.append(socket.create_server(("::1", self.port), family=socket.AF_INET6, backlog=256))
        for listener in self._listeners:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    @property
    def pair(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def pairs(self) -> frozenset[str]:
        """Name every address under which this machine's own is reached, at the trap's port."""
        return frozenset(f"{ip}:{self.port}" for ip in ("127.0.0.1", "0.0.0.0", "[::1]", "[::]", "[::ffff:7f00:1]"))

    def control(self, spelling: Spelling) -> Spelling:
        """Return the spelling itself where it can reach the trap, else the plain one."""
        has_ipv6 = len(self._listeners) > 1
        return spelling if spelling.reached and (has_ipv6 or "[" not in spelling.url) else PLAIN

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """Answer any name with the trap's address."""
        return ["127.0.0.1"]

    def heard(self) -> int:
        """Return how many connections came so far."""
        return self._count

    def limits(self, **changes: Any) -> Limits:
        """Return limits for tests: short, and without pauses."""
        return Limits(**({"timeout_s": 20.0, "pause_s": 0.0, "robots": False} | changes))

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self._count += 1
                with suppress(OSError), connection:
                    head = b""
                    while b"\r\n\r\n" not in head and (data := connection.recv(4096)):
                        head += data
                    connection.sendall(_NONE if b" /robots.txt " in head else _ANSWER)

    def close(self) -> None:
        """Stop listening."""
        for listener in self._listeners:
            listener.close()
