"""Make one HTTP request of our own and hear its answer: nothing is repeated, no redirect followed, no proxy asked.

What matters afterwards is how far it came, so a lost exchange says whether any byte of the body was on its way.
"""

import http.client
import queue
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from tidings.channels.deadline import Deadline

ANSWER_BYTES_MAX = 64_000  # what is read of an answer; what we look for stands in the first few hundred


@dataclass(frozen=True, slots=True)
class Reply:
    """Hold a complete status line with headers (lower-case names), and as much of the body as came."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """Say why no answer came, in our own words, and whether any byte of the body had been said."""

    reason: str
    said: bool


@dataclass(frozen=True, slots=True)
class Call:
    """Hold one request. The URL and the headers are secret."""

    method: str
    url: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def is_protected(url: str) -> bool:
    """Tell whether what is said to this URL stays secret: TLS, or a plain connection that never leaves this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and ip_address(host).is_loopback))
    except ValueError:  # no URL, or plain HTTP to a host by name: what it resolves to is not ours to say
        return False


def exchange(call: Call, timeout_s: float, tls: ssl.SSLContext | None = None) -> Reply | Lost:
    """Make one request within `timeout_s`, connecting included. `tls` replaces the machine's own list of trusted authorities."""
    if not is_protected(call.url):
        return Lost("nothing goes out without TLS", said=False)
    conversation = _Conversation(call, timeout_s, tls)
    try:
        return conversation.run()
    except (http.client.HTTPException, OSError, ValueError) as error:  # ValueError: an answer that http.client cannot read
        return Lost(f"{conversation.step}: {conversation.trouble(error)}", conversation.said)
    finally:
        conversation.close()


class _Conversation:
    """Drive one exchange; `step` names where it stands, `said` tells whether a byte of the body may be on its way."""

    def __init__(self, call: Call, timeout_s: float, tls: ssl.SSLContext | None) -> None:
        self._call = call
        self._timeout_s = timeout_s
        self._tls = tls
        self._deadline = Deadline(timeout_s)
        self._http: http.client.HTTPConnection | None = None
        self.step = "connecting"
        self.said = False

    def run(self) -> Reply:
        connection = self._connect()
        call, parts = self._call, urlsplit(self._call.url)
        self.step = "the request"
        connection.putrequest(call.method, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", skip_host=True)
        for name, value in {"Host": parts.netloc, "Connection": "close", "User-Agent": "tidings", **call.headers}.items():
            connection.putheader(name, value)
        if call.body:
            connection.putheader("Content-Length", str(len(call.body)))
        connection.endheaders()
        if call.body:
            # From here on the server may have it all, whatever we hear.
            self.said = True
            self.step = "the message"
            connection.send(call.body)
        self.step = "the answer"
        answer = connection.getresponse()
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, self._body(answer))

    def trouble(self, error: Exception) -> str:
        """Name what went wrong in our own words."""
        if self._deadline.is_over() or isinstance(error, TimeoutError):
            return f"nothing came within {self._timeout_s:g} s"
        if isinstance(error, http.client.RemoteDisconnected | ConnectionResetError | BrokenPipeError | ssl.SSLEOFError):
            return "the server hung up"
        if isinstance(error, ssl.SSLError):
            return f"TLS failed: {error.reason or 'no reason given'}"
        if isinstance(error, OSError) and error.strerror:
            return error.strerror
        return f"an answer that makes no sense ({type(error).__name__})"

    def close(self) -> None:
        """Leave; there is nothing to say goodbye to."""
        if self._http is not None:
            self._http.close()
        self._deadline.stop()

    def _connect(self) -> http.client.HTTPConnection:
        parts = urlsplit(self._call.url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        self._http = http.client.HTTPConnection(host, port)
        self._http.auto_open = 0  # it never connects by itself
        self._http.sock = connected = _connected(host, port, self._timeout_s)
        self._deadline.watch(connected)
        if parts.scheme == "https":
            self._http.sock = (self._tls or ssl.create_default_context()).wrap_socket(connected, server_hostname=host)
        return self._http

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        """Read the body as far as it comes: the status stands, whatever happens after it."""
        try:
            return answer.read(ANSWER_BYTES_MAX)
        except (http.client.HTTPException, OSError, ValueError):
            return b""


def _connected(host: str, port: int, timeout_s: float) -> socket.socket:
    """Connect in a thread that is left behind when it does not come back in time: looking a name up knows no time limit."""
    results: queue.SimpleQueue[socket.socket | Exception] = queue.SimpleQueue()

    def connect() -> None:
        try:
            results.put(socket.create_connection((host, port), timeout=timeout_s))
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be encoded
            results.put(error)

    threading.Thread(target=connect, name="tidings-connect", daemon=True).start()
    try:
        result = results.get(timeout=timeout_s)
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(result, Exception):
        raise result
    return result
