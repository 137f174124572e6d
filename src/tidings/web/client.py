"""Fetch feeds and pages: the one door in. Whatever the network does, a request becomes a `model.Response`.

No cookies, no Referer, no proxy but the one in the settings (HTTP_PROXY and its kin are not read). Certificates are always
checked, but for the one that a feed's configuration names. A user name and password are sent only when the user wrote them
into a feed's URL, and only to that origin.
"""

import math
import random
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, partial
from typing import Self

import httpcore

from tidings.model import Request, Response
from tidings.text.retry_after import WAIT_S_MIN, retry_after_s
from tidings.text.urls import WebUrl, absolute, parse
from tidings.web.addresses import is_loopback, split_pair
from tidings.web.away import Away
from tidings.web.exchange import Answer, exchange
from tidings.web.failures import PROTOCOL, REFUSED_ADDRESS, RETRY_LATER, RUN_OVER, TOO_MANY_REDIRECTS, FetchError
from tidings.web.handshake import Trust
from tidings.web.headers import headers_of
from tidings.web.limits import Clock, Deadline, Limits
from tidings.web.network import GuardedBackend
from tidings.web.parallel import Crew, PassOn
from tidings.web.resolve import Resolver, system_resolver
from tidings.web.robots import Robots
from tidings.web.turns import Turns

_LOCATION_CHARS_MAX = 500
_FAIR_SHARE = 0.5  # of the time of a request: who had less to answer in did not fail
CRAWL_DELAY_S_MAX = 60.0  # waited for within a run; with a longer one a host gives one page a run


@cache
def _default_tls() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


@dataclass(slots=True)
class _Way:
    """Note how far a request came, so that a failure can tell."""

    url: str
    redirects: list[tuple[int, str]] = field(default_factory=list)
    wire_bytes: int = 0
    turns: set[str] = field(default_factory=set)  # taken of hosts that want long pauses
    pass_on: PassOn | None = None  # to the line of another host; None: it is a request alone


class Client:
    """Send requests within limits. Safe for threads; remembers until it is closed what robots.txt said and which hosts to leave alone."""

    def __init__(
        self,
        limits: Limits,
        *,
        clock: Clock = time.monotonic,
        resolver: Resolver = system_resolver,
        tls: ssl.SSLContext | None = None,
        chance: Callable[[], float] = random.random,
    ) -> None:
        if tls is not None and (tls.verify_mode is not ssl.CERT_REQUIRED or not tls.check_hostname):
            raise ValueError("certificates are always checked")
        self._limits = limits
        self._clock = clock
        self._resolver = resolver
        self._tls = tls or _default_tls()
        self._chance = chance
        self._away = Away(clock)
        self._ends: float | None = None  # by the clock; known with the first request of many
        self._robots = {"": Robots(partial(self._fetch_robots, ""), limits.user_agent)}  # by the certificate that is accepted

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *error: object) -> None:
        """Forget what was remembered; connections do not outlive their request."""
        self._away.clear()

    def allowed(self, url: str, now: datetime, tls_sha256: str = "") -> bool:
        """Tell whether robots.txt of the URL's origin lets us fetch this page; it is asked over the certificate that the page would be."""
        return self._robots_for(tls_sha256).allowed(url, now)

    @property
    def robots(self) -> Robots:
        """Return what is remembered of robots.txt, to be kept for other runs."""
        return self._robots_for("")

    def send(self, request: Request, now: datetime) -> Response:
        """Send one request and follow its redirects; never raises for anything the network does. `now` becomes `fetched_at`."""
        return self._send(request, now, None)

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield the responses to many requests as they come, in no order; each carries the `url` it was asked for.

        At most `connections_max` at once, `per_host_max` to one host, `pause_s` between two starts to one host; a slow
        host holds up nobody else. Few responses are kept ahead of the reader. What was not begun `fetch_s_max` after the
        first of all requests is not sent: its response says `retry_later`.
        """
        asked = list(requests)
        if self._ends is None:
            self._ends = self._clock() + self._limits.fetch_s_max
        asks_robots = self._limits.robots and any(request.kind == "page" for request in asked)
        turns = Turns(asked, _host_of, self._pause_s, partial(self._at_once, asks_robots=asks_robots), self._chance)
        thread_count = min(self._limits.connections_max, turns.left_count, turns.host_count * self._limits.per_host_max)
        return Crew(turns, partial(self._send_in_time, now, self._ends), thread_count, self._clock, self._ends).responses()

    def _send_in_time(self, now: datetime, ends: float, request: Request, pass_on: PassOn) -> Response:
        if self._clock() < ends:
            return self._send(request, now, None, pass_on)
        return Response(request.url, request.url, 0, {}, b"", now, failure=RETRY_LATER, detail=RUN_OVER)

    def _send(self, request: Request, now: datetime, deadline: Deadline | None, pass_on: PassOn | None = None) -> Response:
        started = self._clock()
        way = _Way(request.url, pass_on=pass_on)
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
            encoded=answer.encoded,
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
            self._away.check(url.host, url.origin)
            pin = request.tls_sha256 if url.origin == first.origin else ""
            if self._limits.robots and request.kind == "page":
                self._ask_leave(url, way, pin, now, deadline)
            deadline = deadline or Deadline(self._limits.timeout_s, self._clock)
            headers = headers_of(request, url, first, self._limits.user_agent)
            answer = self._ask(url, headers, request.kind, pin, now, deadline)
            if not answer.location:
                return answer
            way.wire_bytes += answer.wire_bytes
            target = absolute(way.url, _as_utf8(answer.location))
            way.redirects.append((answer.status, target or answer.location[:_LOCATION_CHARS_MAX]))
            url = _web_url(target)
            if target in visited or len(way.redirects) > self._limits.redirects_max:
                raise FetchError(TOO_MANY_REDIRECTS, "in a circle" if target in visited else f"more than {self._limits.redirects_max}")
            visited.add(target)
            _take_turn(way, url, deadline)

    def _ask(self, url: WebUrl, headers: list[tuple[bytes, bytes]], kind: str, pin: str, now: datetime, deadline: Deadline) -> Answer:
        trust = Trust(pin, names_certificate=kind == "feed")  # only of feeds can the user accept one
        backend = GuardedBackend(self._resolver, deadline, self._limits, trust)
        had_time = deadline.left_s() >= _FAIR_SHARE * self._limits.timeout_s  # else whoever redirected us here had used it up
        try:
            answer = exchange(url, headers, self._tls, backend, self._limits.bytes_max(kind), cut=kind == "robots")
        except FetchError as error:
            if had_time:
                self._away.count(url.host, error.reason, url.origin)
            raise
        if had_time or not answer.failure:
            self._away.count(url.host, answer.failure, url.origin)
        if answer.status in (429, 503):
            self._away.put_off(url.host, retry_after_s(answer.headers, now) or (WAIT_S_MIN if answer.status == 429 else 0.0))
        return answer

    def _ask_leave(self, url: WebUrl, way: _Way, pin: str, now: datetime, deadline: Deadline | None) -> None:
        """Raise FetchError unless robots.txt allows a page, and now. A page takes one turn of a host, however often it is redirected there."""
        robots = self._robots_for(pin)
        robots.check(str(url), now, deadline)
        delay_s = robots.delay_s(url.host)
        if delay_s > CRAWL_DELAY_S_MAX and url.host not in way.turns:
            self._away.take_page(url.host, delay_s)
            way.turns.add(url.host)

    def _robots_for(self, pin: str) -> Robots:
        """Return what remembers robots.txt; an answer that a pinned certificate vouches for counts only where it is accepted."""
        return self._robots.get(pin) or self._robots.setdefault(pin, Robots(partial(self._fetch_robots, pin), self._limits.user_agent))

    def _fetch_robots(self, pin: str, url: str, now: datetime, deadline: Deadline | None) -> Response:
        return self._send(Request(url, "robots", tls_sha256=pin), now, deadline)

    def _pause_s(self, host: str) -> float:
        """Return the pause between two starts to a host.

        None for one that is played by this machine, unless its robots.txt asks for it, and where nothing will be sent anyway.
        """
        if self._away.is_away(host):
            return 0.0
        delay_s = max(robots.delay_s(host) for robots in tuple(self._robots.values()))
        target = self._limits.connect_to.get(host)
        pause_s = 0.0 if target and is_loopback(split_pair(target)[0]) else self._limits.pause_s
        return max(pause_s, delay_s if delay_s <= CRAWL_DELAY_S_MAX else 0.0)

    def _at_once(self, host: str, *, asks_robots: bool) -> int:
        """Return how many requests to a host may run at once: one until its robots.txt is known, and where that asks for pauses."""
        robots = tuple(self._robots.values())
        alone = asks_robots and (not any(one.knows(host) for one in robots) or any(one.delay_s(host) for one in robots))
        return 1 if alone else self._limits.per_host_max


def _host_of(request: Request) -> str:
    url = parse(request.url)
    return url.host if url else ""


def _take_turn(way: _Way, url: WebUrl, deadline: Deadline) -> None:
    """Wait for a turn at the host that a request is redirected to, if that is another."""
    before = parse(way.url)
    if way.pass_on is None or (before and before.host == url.host):
        return
    waited_s = way.pass_on(url.host)
    if waited_s is None:
        raise FetchError(RETRY_LATER, RUN_OVER)
    deadline.stand_still(waited_s)


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
