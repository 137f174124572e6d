"""Fetch feeds and pages: the one door in. Whatever the network does, a request becomes a `model.Response`.

No cookies, no Referer, no proxies (HTTP_PROXY and its kin are not read), certificates always checked. A user name and
password are sent only when the user wrote them into a feed's URL, and only to that origin.
"""

import base64
import math
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Self
from urllib.parse import unquote

import httpcore

from tidings.model import Request, Response
from tidings.text.retry_after import WAIT_S_MIN, retry_after_s
from tidings.text.urls import WebUrl, absolute, parse
from tidings.web.addresses import is_loopback, split_pair
from tidings.web.decode import ACCEPTED
from tidings.web.exchange import Answer, exchange
from tidings.web.failures import CONNECT, DNS, PROTOCOL, REFUSED_ADDRESS, RETRY_LATER, TIMEOUT, TLS, TOO_MANY_REDIRECTS, FetchError
from tidings.web.limits import Clock, Deadline, Limits
from tidings.web.network import GuardedBackend
from tidings.web.parallel import Crew
from tidings.web.resolve import Resolver, system_resolver
from tidings.web.robots import Robots
from tidings.web.turns import Turns

_ACCEPT = {
    "feed": "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5",
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.5",
}
_VALIDATORS = frozenset({"if-none-match", "if-modified-since"})
_VALIDATOR_CHARS_MAX = 1_000
_LOCATION_CHARS_MAX = 500
_OUT_OF_REACH = frozenset({TIMEOUT, CONNECT, DNS, TLS})
FAILURES_IN_ROW_MAX = 4  # of one host; a dead one with a hundred pages would otherwise cost a hundred deadlines


@cache
def _default_tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


@dataclass(slots=True)
class _Way:
    """Note how far a request came, so that a failure can tell."""

    url: str
    redirects: list[tuple[int, str]] = field(default_factory=list)
    wire_bytes: int = 0


class Client:
    """Send requests within limits. Safe for threads; remembers until it is closed what robots.txt said and which hosts to leave alone."""

    def __init__(
        self, limits: Limits, *, clock: Clock = time.monotonic, resolver: Resolver = system_resolver, tls: ssl.SSLContext | None = None
    ) -> None:
        if tls is not None and (tls.verify_mode is not ssl.CERT_REQUIRED or not tls.check_hostname):
            raise ValueError("certificates are always checked")
        self._limits = limits
        self._clock = clock
        self._resolver = resolver
        self._tls = tls or _default_tls()
        self._robots = Robots(self._fetch_robots, limits.user_agent)
        self._away_until: dict[str, float] = {}
        self._failures_in_row: dict[str, int] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *error: object) -> None:
        """Forget what was remembered; connections do not outlive their request."""
        self._away_until.clear()
        self._failures_in_row.clear()

    def allowed(self, url: str, now: datetime) -> bool:
        """Tell whether robots.txt of the URL's origin lets us fetch this page."""
        return self._robots.allowed(url, now)

    def send(self, request: Request, now: datetime) -> Response:
        """Send one request and follow its redirects; never raises for anything the network does. `now` becomes `fetched_at`."""
        return self._send(request, now, None)

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield the responses to many requests as they come, in no order; each carries the `url` it was asked for.

        At most `connections_max` at once, `per_host_max` to one host, `pause_s` between two starts to one host; a slow
        host holds up nobody else. Few responses are kept ahead of the reader.
        """
        turns = Turns(requests, _host_of, self._pause_s, self._limits.per_host_max)
        thread_count = min(self._limits.connections_max, turns.left_count, turns.host_count * self._limits.per_host_max)
        return Crew(turns, lambda request: self.send(request, now), thread_count, self._clock).responses()

    def _send(self, request: Request, now: datetime, deadline: Deadline | None) -> Response:
        started = self._clock()
        way = _Way(request.url)
        try:
            answer = self._follow(request, now, way, deadline)
        except FetchError as error:
            headers = {} if error.wait_s is None else {"retry-after": str(math.ceil(error.wait_s))}
            answer = Answer(0, headers, failure=error.reason, detail=error.detail)
        except Exception as error:  # noqa: BLE001 - a failed feed costs only itself, whatever it met in a library
            answer = Answer(0, failure=PROTOCOL, detail=f"{type(error).__name__}: {error}"[:200])
        return Response(
            url=request.url,
            final_url=way.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            fetched_at=now,
            elapsed_s=self._clock() - started,
            failure=answer.failure,
            detail=answer.detail,
            redirects=tuple(way.redirects),
            wire_bytes=way.wire_bytes + answer.wire_bytes,
        )

    def _follow(self, request: Request, now: datetime, way: _Way, deadline: Deadline | None) -> Answer:
        """Ask, and ask again where a redirect leads, with the same checks at each step."""
        url = first = _web_url(request.url)
        if url.userinfo and request.kind != "feed":
            raise FetchError(REFUSED_ADDRESS, "a user name in the address")
        visited = {str(url)}
        while True:
            way.url = str(url)
            self._check_away(url.host)
            if self._limits.robots and request.kind == "page":
                self._robots.check(way.url, now, deadline)
            deadline = deadline or Deadline(self._limits.timeout_s, self._clock)
            answer = self._ask(url, _headers(request, url, first, self._limits.user_agent), request.kind, now, deadline)
            if not answer.location:
                return answer
            way.wire_bytes += answer.wire_bytes
            target = absolute(way.url, _as_utf8(answer.location))
            way.redirects.append((answer.status, target or answer.location[:_LOCATION_CHARS_MAX]))
            url = _web_url(target)
            if target in visited or len(way.redirects) > self._limits.redirects_max:
                raise FetchError(TOO_MANY_REDIRECTS, "in a circle" if target in visited else f"more than {self._limits.redirects_max}")
            visited.add(target)

    def _ask(self, url: WebUrl, headers: list[tuple[bytes, bytes]], kind: str, now: datetime, deadline: Deadline) -> Answer:
        backend = GuardedBackend(self._resolver, deadline, self._limits.allow_private, self._limits.connect_to)
        try:
            answer = exchange(url, headers, self._tls, backend, self._limits.bytes_max(kind), cut=kind == "robots")
        except FetchError as error:
            self._count_failure(url.host, error.reason)
            raise
        self._count_failure(url.host, answer.failure)
        if answer.status in (429, 503):
            wait_s = retry_after_s(answer.headers, now) or (WAIT_S_MIN if answer.status == 429 else 0.0)
            with self._lock:
                self._away_until[url.host] = max(self._away_until.get(url.host, 0.0), self._clock() + wait_s)
        return answer

    def _check_away(self, host: str) -> None:
        """Raise FetchError while a host is to be left alone: it asked for that, or it has not answered for a while."""
        with self._lock:
            away_s = self._away_until.get(host, 0.0) - self._clock()
            failed_count = self._failures_in_row.get(host, 0)
        if away_s > 0:
            raise FetchError(RETRY_LATER, f"{host} asked us to stay away", away_s)
        if failed_count >= FAILURES_IN_ROW_MAX:
            raise FetchError(RETRY_LATER, f"{host} failed {failed_count} times in a row")

    def _count_failure(self, host: str, reason: str) -> None:
        with self._lock:
            self._failures_in_row[host] = self._failures_in_row.get(host, 0) + 1 if reason in _OUT_OF_REACH else 0

    def _fetch_robots(self, url: str, now: datetime, deadline: Deadline | None) -> Response:
        return self._send(Request(url, "robots"), now, deadline)

    def _pause_s(self, host: str) -> float:
        """Return the pause between two starts to a host; none for one that is played by this machine."""
        target = self._limits.connect_to.get(host)
        return 0.0 if target and is_loopback(split_pair(target)[0]) else self._limits.pause_s


def _host_of(request: Request) -> str:
    url = parse(request.url)
    return url.host if url else ""


def _web_url(text: str) -> WebUrl:
    url = parse(text)
    if url is None:
        raise FetchError(REFUSED_ADDRESS, "not an address on the web")
    return url


def _as_utf8(header: str) -> str:
    """Read a Location that was sent as UTF-8; headers were decoded as Latin-1."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header


def _headers(request: Request, url: WebUrl, first: WebUrl, user_agent: str) -> list[tuple[bytes, bytes]]:
    """Return all headers of a request: ours, and of the request's own only validators that are fit to send."""
    headers = [
        ("Host", url.netloc),
        ("User-Agent", user_agent),
        ("Accept", _ACCEPT.get(request.kind, "*/*")),
        ("Accept-Encoding", ACCEPTED),
    ]
    headers += [(name, value) for name, value in request.headers if name.lower() in _VALIDATORS and _is_fit(value)]
    if first.userinfo and url.origin == first.origin:
        headers.append(("Authorization", "Basic " + base64.b64encode(unquote(first.userinfo).encode()).decode()))
    headers.append(("Connection", "close"))
    return [(name.encode("ascii"), value.encode("latin-1", "replace")) for name, value in headers]


def _is_fit(value: str) -> bool:
    """Tell whether a validator, which is a server's own words, can go into a header."""
    return 0 < len(value) <= _VALIDATOR_CHARS_MAX and all(" " <= sign <= "\xff" and sign != "\x7f" for sign in value)
