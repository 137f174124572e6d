"""Ask an HTTP proxy for a way to an address that was judged (CONNECT: RFC 9110, 9.3.6). Nothing else is ever said to a proxy."""

import re
import socket

from tidings.web.failures import CONNECT, PROTOCOL, FetchError
from tidings.web.limits import Deadline

HEAD_BYTES_MAX = 8 * 1024
_STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})(?: |\r\n)")


def open_tunnel(connection: socket.socket, target: str, deadline: Deadline) -> None:
    """Make a connection to a proxy one to `target` (`ip:port`).

    Raises FetchError when the proxy refuses or answers what is no answer, OSError (TimeoutError) when it is silent.
    """
    connection.settimeout(deadline.left_s())
    connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii"))
    found = _STATUS.match(_head(connection, deadline))
    if not found:
        raise FetchError(PROTOCOL, "the proxy answered what is not HTTP")
    status = int(found[1])
    if not 200 <= status < 300:
        raise FetchError(CONNECT, f"the proxy did not connect us to {target} (HTTP {status})")


def _head(connection: socket.socket, deadline: Deadline) -> bytes:
    """Read the head of the proxy's answer, byte by byte: what comes after it is the site's."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        if len(head) >= HEAD_BYTES_MAX:
            raise FetchError(PROTOCOL, "the proxy's answer has no end")
        connection.settimeout(deadline.left_s())
        byte = connection.recv(1)
        if not byte:
            raise FetchError(CONNECT, "the proxy ended the connection")
        head += byte
    return bytes(head)
