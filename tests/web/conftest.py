"""Serve hostile and honest answers on loopback."""

import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tidings.model import Request, Response
from tidings.web.client import Client
from tidings.web.limits import Limits

sys.path.insert(0, str(Path(__file__).parent))  # for spellings.py and connections.py

Answer = Callable[[socket.socket, str], None]  # the connection, and the head of the request


@dataclass
class Server:
    """Answer each connection in a thread of its own, and note what was asked."""

    answer: Answer
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    greeting: bytes = b""  # said before anything was asked
    port: int = 0
    heads: list[str] = field(default_factory=list)
    connection_count: int = 0
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.listener = socket.create_server((self.host, self.port), family=family, backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def pair(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path: str = "/", scheme: str = "http") -> str:
        return f"{scheme}://{self.pair}{path}"

    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.heads]

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                self.connection_count += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.sendall(self.greeting)
            stream = self.tls.wrap_socket(connection, server_side=True) if self.tls else connection
            head = b""
            while b"\r\n\r\n" not in head and (data := stream.recv(4096)):
                head += data
            if head:
                self.heads.append(head.decode("latin-1"))
                self.answer(stream, self.heads[-1])
                with suppress(OSError):
                    stream.shutdown(socket.SHUT_RDWR)
            stream.close()

    def close(self) -> None:
        self.stop.set()
        self.listener.close()


def reply(body: bytes = b"", status: str = "200 OK", length: int | None = None, **headers: str) -> bytes:
    """Write an answer; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def fixed(data: bytes) -> Answer:
    """Answer every request with the same bytes."""
    return lambda connection, _: connection.sendall(data)


def by_path(**answers: bytes) -> Answer:
    """Answer by the first word of the path; 404 for the rest."""

    def answer(connection: socket.socket, head: str) -> None:
        name = head.split(" ")[1].strip("/").partition("/")[0].partition("?")[0] or "root"
        connection.sendall(answers.get(name, reply(b"nothing here", "404 Not Found")))

    return answer


@dataclass
class Web:
    """Make servers, and send to them with short deadlines."""

    servers: list[Server] = field(default_factory=list)
    now: datetime = datetime(2020, 2, 28, 7, tzinfo=UTC)

    reply = staticmethod(reply)
    by_path = staticmethod(by_path)
    fixed = staticmethod(fixed)

    def serve(
        self, answer: Answer | bytes, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", greeting: bytes = b"", port: int = 0
    ) -> Server:
        self.servers.append(Server(fixed(answer) if isinstance(answer, bytes) else answer, tls, host, greeting, port))
        return self.servers[-1]

    def twins(self, first: bytes, second: bytes) -> tuple[Server, Server]:
        """Serve both on one port, at 127.0.0.2 and at 127.0.0.1.

        A port that is free at one address may be taken at the other (any connection of this machine
        may hold it), so ports are tried until one is free at both.
        """
        for _ in range(50):
            one = self.serve(first, host="127.0.0.2")
            try:
                return one, self.serve(second, port=one.port)
            except OSError:
                continue
        raise AssertionError("no port is free at both addresses")

    def limits(self, **changes) -> Limits:
        values = {
            "timeout_s": 30.0,
            "pause_s": 0.0,
            "robots": False,
            "allow_private": frozenset(server.pair for server in self.servers),
        }
        return Limits(**(values | changes))

    def get(self, url: str, kind: str = "page", headers=(), resolver=None, tls=None, **changes) -> Response:
        options = {"resolver": resolver} if resolver else {}
        with Client(self.limits(**changes), tls=tls, **options) as client:
            return client.send(Request(url, kind, tuple(headers)), self.now)


@pytest.fixture
def nobody() -> Iterator[str]:
    """Give an address on loopback that refuses every connection: bound, so that nobody else takes it, and never listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def web() -> Iterator[Web]:
    web = Web()
    yield web
    for server in web.servers:
        server.close()


@pytest.fixture(scope="module")
def lasting_web() -> Iterator[Web]:
    """Make servers that last as long as a module's tests."""
    web = Web()
    yield web
    for server in web.servers:
        server.close()


@pytest.fixture(scope="module")
def trap() -> Iterator[object]:
    """Listen at an address that is forbidden unless a test allows it."""
    from traps import Trap  # noqa: PLC0415 - found by the path set above

    trap = Trap()
    yield trap
    trap.close()
