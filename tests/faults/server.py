"""Play a town of sites on 127.0.0.2 to .9: each has a host, a listener of its own on a free port, and perhaps a fault.

Raw sockets, one thread a connection: a fault may strike before a byte was read, which no web server lets it.
"""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from fakes import HOUR, NOW, Piece, html, rss

FEED = "/feed.xml"
ENTRY_COUNT = 3  # of a site in good health
_ADDRESSES = tuple(f"127.0.0.{n}" for n in range(2, 10))
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST
HEAD_BYTES_MAX = 65_536


@dataclass
class Visit:
    """Hold one connection of a client, and what it asked for."""

    site: "Site"
    socket: socket.socket
    head: str = ""

    @property
    def path(self) -> str:
        return self.head.split(" ")[1] if self.head.count(" ") > 1 else ""

    def read_head(self) -> None:
        """Read the head of the request; an empty one when the client went away."""
        data = b""
        while b"\r\n\r\n" not in data and len(data) < HEAD_BYTES_MAX and (more := self.socket.recv(4096)):
            data += more
        self.head = data.decode("latin-1")
        self.site.asked.append(self.path)

    def header(self, name: str) -> str:
        lines = [line.partition(":") for line in self.head.split("\r\n")[1:]]
        return next((value.strip() for key, _, value in lines if key.lower() == name.lower()), "")

    def say(self, *parts: bytes) -> None:
        for part in parts:
            self.socket.sendall(part)

    def reply(self, body: bytes = b"", status: str = "200 OK", *, length: int | str | None = None, **headers: str) -> None:
        """Write an answer; underscores in names of headers stand for hyphens."""
        kept = {"Content-Type": "application/rss+xml", **{name.replace("_", "-"): value for name, value in headers.items()}}
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
        self.say("\r\n".join([*lines, *(f"{name}: {value}" for name, value in kept.items()), "", ""]).encode("latin-1") + body)

    def drip(self, data: bytes = b"\x00", every_s: float = 0.1) -> None:
        """Send the bytes one at a time, again and again, until the client hangs up."""
        while True:
            for place in range(len(data)):
                self.say(data[place : place + 1])
                if self.site.stop.wait(every_s):
                    return

    def flood(self, data: bytes) -> None:
        """Send the bytes again and again, as fast as they are taken, until the client hangs up."""
        while not self.site.stop.is_set():
            self.say(data)

    def hold(self) -> None:
        """Say nothing until the client hangs up."""
        while self.socket.recv(4096):
            pass

    def reset(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.socket.close()


Strike = Callable[[Visit], None]


@dataclass
class Site:
    """Serve one host. Until it is `mended` its `strike` answers the paths that begin with `at`; without `at` every connection, unread."""

    host: str
    address: str
    strike: Strike | None = None
    at: str = ""
    tls: ssl.SSLContext | None = None  # spoken before the strike
    tls_mended: ssl.SSLContext | None = None
    pieces: tuple[Piece, ...] = ()
    mended: bool = False
    asked: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.pieces = self.pieces or pieces_of(self.url("/"))
        self.listener = socket.create_server((self.address, 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, name=f"site {self.host}", daemon=True).start()

    @property
    def pair(self) -> str:
        return f"{self.address}:{self.port}"

    def url(self, path: str = FEED) -> str:
        return f"{'https' if self.tls_mended else 'http'}://{self.host}{path}"

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self.listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        tls = self.tls_mended if self.mended else self.tls
        with suppress(OSError, ssl.SSLError), connection:
            if not tls:
                self._answer(Visit(self, connection))
                return
            with tls.wrap_socket(connection, server_side=True) as encrypted:
                self._answer(Visit(self, encrypted))

    def _answer(self, visit: Visit) -> None:
        struck = self.strike if not self.mended else None
        if struck and not self.at:
            struck(visit)
            return
        visit.read_head()
        if struck and visit.path.startswith(self.at):
            struck(visit)
        elif visit.head:
            healthy(visit)
        with suppress(OSError):
            visit.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.stop.set()
        self.listener.close()


def healthy(visit: Visit) -> None:
    """Answer as a site in good health: its feed, its pages, and no robots.txt."""
    site = visit.site
    if visit.path.endswith(FEED):
        visit.reply(rss(site.pieces))
        return
    if visit.path == "/":
        visit.reply(b"<html><title>Home</title><body>All the news of the valley.</body></html>", Content_Type="text/html")
        return
    page = next((piece for piece in site.pieces if piece.url == site.url(visit.path)), None)
    if page is None:
        visit.reply(b"nothing here", "404 Not Found", Content_Type="text/plain")
    else:
        visit.reply(html(page), Content_Type="text/html; charset=utf-8")


def pieces_of(root: str, count: int = ENTRY_COUNT, words: str = "") -> tuple[Piece, ...]:
    """Make up what a site publishes, on no watched topic; the `words` go into the feed as the summary."""
    name = root.split("//")[1].split(".", maxsplit=1)[0].replace("-", " ")
    return tuple(
        Piece(
            f"{root}a/{n}",
            f"Garden show number {n} of the {name} valley opens",
            (
                f"The garden show of the {name} valley opened its gates for the {n}th time on Sunday morning.",
                f"Visitors of show {n} may walk through the rose houses until the end of the month, said the gardeners of {name}.",
            ),
            NOW - n * HOUR / 4,
            summary=words,
        )
        for n in range(1, count + 1)
    )


@dataclass
class Town:
    """Hold the sites by host, and how a client finds them."""

    sites: dict[str, Site] = field(default_factory=dict)

    def add(self, host: str, strike: Strike | None = None, at: str = "", **more: object) -> Site:
        address = _ADDRESSES[len(self.sites) % len(_ADDRESSES)]
        self.sites[host] = Site(host, address, strike, at, **more)  # type: ignore[arg-type]
        return self.sites[host]

    @property
    def connect_to(self) -> Mapping[str, str]:
        return {host: site.pair for host, site in self.sites.items()}

    def mend(self) -> None:
        for site in self.sites.values():
            site.mended = True

    def close(self) -> None:
        for site in self.sites.values():
            site.close()


@contextmanager
def town() -> Iterator[Town]:
    """Give a town without sites; close what was added."""
    one = Town()
    try:
        yield one
    finally:
        one.close()
