"""Connect, for httpcore: only to judged addresses, and never beyond the deadline.

httpcore hands timeouts for single reads; they are ignored here in favour of what is left of the whole request. Through
a proxy only by `Limits.proxy`, and then to the very address that was judged: nothing reads HTTP_PROXY and its kin.
"""

import socket
import ssl
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

import httpcore

from tidings.web.addresses import judge_proxy, pair, split_pair
from tidings.web.failures import CONNECT, INCOMPLETE, PROTOCOL, REFUSED_ADDRESS, TIMEOUT, TOO_LARGE, FetchError
from tidings.web.handshake import Trust, encrypt
from tidings.web.limits import HEADER_BYTES_MAX, Deadline, Limits
from tidings.web.resolve import Resolver, resolve
from tidings.web.tunnel import open_tunnel


class Meter:
    """Count the bytes of one exchange against a limit, and note whether the other side ended it."""

    def __init__(self) -> None:
        self.wire_bytes = 0
        self.bytes_max = HEADER_BYTES_MAX
        self.in_headers = True
        self.ended = False

    def count(self, data: bytes) -> None:
        """Add what was read; raise FetchError above the limit."""
        self.wire_bytes += len(data)
        self.ended = self.ended or not data
        if self.wire_bytes > self.bytes_max and self.in_headers:
            raise FetchError(PROTOCOL, "endless headers")
        if self.wire_bytes > self.bytes_max:
            raise FetchError(TOO_LARGE, f"over {self.bytes_max} bytes on the wire")

    def enter_body(self, bytes_max: int) -> None:
        """Allow for a body: encoded, with its framing, it may be longer than decoded, but not by much."""
        self.in_headers = False
        self.bytes_max = HEADER_BYTES_MAX + 2 * bytes_max


class GuardedStream(httpcore.NetworkStream):
    """Read and write one socket, each step within what is left of the deadline."""

    def __init__(
        self, connection: socket.socket, deadline: Deadline, meter: Meter, again: Callable[[], socket.socket], trust: Trust
    ) -> None:
        self._socket = connection
        self._deadline = deadline
        self._meter = meter
        self._again = again  # opens another connection to the same address
        self._trust = trust

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline rules
        """Read what is there, at most `max_bytes`."""
        self._socket.settimeout(self._deadline.left_s())
        try:
            data = self._socket.recv(max_bytes)
        except TimeoutError:
            raise FetchError(TIMEOUT, "while reading") from None
        except OSError as error:
            raise FetchError(INCOMPLETE, str(error)) from None
        self._meter.count(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        """Write all of the buffer."""
        view = memoryview(buffer)
        while view:
            self._socket.settimeout(self._deadline.left_s())
            try:
                view = view[self._socket.send(view) :]
            except TimeoutError:
                raise FetchError(TIMEOUT, "while writing") from None
            except OSError as error:  # the answer may be there all the same: httpcore goes on to read it
                raise httpcore.WriteError(str(error)) from None

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> "GuardedStream":
        """Encrypt the connection and check the certificate against the host name."""
        self._socket.settimeout(self._deadline.left_s())
        encrypted = encrypt(self._socket, self._again, ssl_context, server_hostname, self._trust)
        return GuardedStream(encrypted, self._deadline, self._meter, self._again, self._trust)

    def get_extra_info(self, info: str) -> Any:
        """Return the TLS object, the one thing httpcore needs to know."""
        return self._socket if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket) else None


class GuardedBackend(httpcore.NetworkBackend):
    """Open the connection of one exchange: resolve, judge, and connect to the very address that was judged."""

    def __init__(self, resolver: Resolver, deadline: Deadline, limits: Limits, trust: Trust) -> None:
        self._resolver = resolver
        self._deadline = deadline
        self._limits = limits
        self._trust = trust
        self.meter = Meter()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> GuardedStream:
        """Connect to the first address that answers."""
        if host in self._limits.connect_to:
            host, port = split_pair(self._limits.connect_to[host])
        addresses = resolve(host, port, self._resolver, self._deadline, self._limits.allow_private)
        if self._limits.proxy in (pair(ip, port) for ip in addresses):
            raise FetchError(REFUSED_ADDRESS, f"{self._limits.proxy} (our own proxy)")
        error = FetchError(CONNECT)
        for position, ip in enumerate(addresses):
            try:
                connection = self._open(ip, port, self._deadline.share(len(addresses) - position))
            except FetchError as problem:
                error = problem
            else:
                again = partial(self._open, ip, port, self._deadline)
                return GuardedStream(connection, self._deadline, self.meter, again, self._trust)
        raise error

    def _open(self, ip: str, port: int, deadline: Deadline) -> socket.socket:
        """Connect to an address that was judged, by the proxy if there is one; raise FetchError when that fails."""
        proxy = self._limits.proxy
        place = split_pair(proxy) if proxy else (ip, port)
        if proxy and (reason := judge_proxy(*place)):
            raise FetchError(REFUSED_ADDRESS, f"the proxy {proxy} ({reason})")
        try:
            connection = _connect(*place, deadline)
            if proxy:
                _tunnel(connection, pair(ip, port), deadline)
        except TimeoutError:
            raise FetchError(TIMEOUT, f"no connection to {ip}" + (" by the proxy" if proxy else "")) from None
        except OSError as problem:
            raise FetchError(CONNECT, f"the proxy: {problem}" if proxy else str(problem)) from None
        return connection

    def connect_unix_socket(self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None) -> GuardedStream:  # noqa: ARG002
        """Refuse: there is no feed behind a local socket."""
        raise FetchError(CONNECT, "local sockets are never used")


def _tunnel(connection: socket.socket, target: str, deadline: Deadline) -> None:
    try:
        open_tunnel(connection, target, deadline)
    except BaseException:
        connection.close()
        raise


def _connect(ip: str, port: int, deadline: Deadline) -> socket.socket:
    connection = socket.socket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(deadline.left_s())
        connection.connect((ip, port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        connection.close()
        raise
    return connection
