"""Obey robots.txt (RFC 9309) for pages. Feeds are offered for machines: they are not asked about."""

import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from protego import Protego

from tidings.model import Response
from tidings.text.urls import parse
from tidings.web.failures import DNS, RETRY_LATER, ROBOTS, TIMEOUT, TOO_MANY_REDIRECTS, FetchError
from tidings.web.limits import Deadline

AGENTS_TIMES_LINES_MAX = 4_000_000
KEPT = timedelta(hours=24)  # RFC 9309, 2.4: no longer
REMEMBERED_BYTES_MAX = 32 * 1024  # of one file; a longer one is asked for again in each run
LEARNED_BYTES_MAX = 20_000_000  # in one run
Fetch = Callable[[str, datetime, Deadline | None], Response]


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold what one origin's robots.txt said: rules, or why nothing may be fetched, or neither (all may)."""

    rules: Protego | None = None
    reason: str = ""
    detail: str = ""
    delay_s: float = 0.0  # wanted between two pages; 0: nothing was said


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """Hold what an origin answered, to be remembered across runs: its rules, or that there are none. Trouble is not remembered."""

    origin: str
    fetched_at: datetime
    body: bytes  # empty: no rules


class Robots:
    """Remember the rules of each origin for the life of a client, at most a day; ask for each at most once at a time."""

    def __init__(self, fetch: Fetch, user_agent: str) -> None:
        self._fetch = fetch
        self._name = user_agent.partition("/")[0].strip().lower()
        self._known: dict[str, tuple[datetime, Rules]] = {}
        self._remembered: dict[str, RobotsAnswer] = {}  # by earlier runs, not looked at yet
        self._learned: dict[str, RobotsAnswer] = {}
        self._learned_bytes = 0
        self._delays: dict[str, float] = {}  # by host
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def allowed(self, url: str, now: datetime) -> bool:
        """Tell whether the page at a URL may be fetched."""
        try:
            self.check(url, now)
        except FetchError:
            return False
        return True

    def check(self, url: str, now: datetime, deadline: Deadline | None = None) -> None:
        """Raise FetchError when the page at a URL may not be fetched now.

        Without a deadline the request for robots.txt has a full one of its own, and what it gave is kept. With one
        (the request for the page already began: a redirect led here) running out of time, in the lookup of the name,
        too, proves nothing and is not kept.
        """
        parts = parse(url)
        if parts is None:
            return
        found = self._rules(parts.origin, now, deadline)
        if found.reason:
            raise FetchError(found.reason, f"robots.txt: {found.detail}")
        if found.rules is not None and not found.rules.can_fetch(str(parts), self._name):
            raise FetchError(ROBOTS, "robots.txt asks us not to fetch this page")

    def remember(self, answers: Iterable[RobotsAnswer]) -> None:
        """Take what earlier runs were answered: it is not asked for again while it is fresh."""
        self._remembered.update((one.origin, one) for one in answers)

    def learned(self) -> list[RobotsAnswer]:
        """Return what was answered to this client and may be remembered."""
        with self._lock:
            return list(self._learned.values())

    def knows(self, host: str) -> bool:
        """Tell whether the robots.txt of a host was read, or asked for in vain."""
        return host in self._delays

    def delay_s(self, host: str) -> float:
        """Return the seconds that a host wants between two pages, as far as is known; 0 when it wants none."""
        return self._delays.get(host, 0.0)

    def _rules(self, origin: str, now: datetime, deadline: Deadline | None) -> Rules:
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        if not lock.acquire(timeout=deadline.left_s() if deadline else -1):
            raise FetchError(TIMEOUT, "waiting for robots.txt")
        try:
            at, found = self._known.get(origin, (now, None))
            if found is None or now - at >= KEPT:
                at, found = self._recalled(origin, now) or (now, self._asked(origin, now, deadline))
                if deadline is None or found.reason not in (TIMEOUT, DNS):
                    self._keep(origin, at, found)
        finally:
            lock.release()
        return found

    def _recalled(self, origin: str, now: datetime) -> tuple[datetime, Rules] | None:
        """Return what an earlier run was answered less than a day ago; an answer from the future was kept by a wrong clock."""
        answer = self._remembered.get(origin)
        if answer is None or not answer.fetched_at <= now < answer.fetched_at + KEPT:
            return None
        return answer.fetched_at, _parsed(answer.body, self._name)

    def _asked(self, origin: str, now: datetime, deadline: Deadline | None) -> Rules:
        response = self._fetch(f"{origin}/robots.txt", now, deadline)
        found = read_rules(response, self._name)
        if not found.reason and len(response.body) <= REMEMBERED_BYTES_MAX:
            self._learn(RobotsAnswer(origin, now, response.body if response.ok else b""))
        return found

    def _learn(self, answer: RobotsAnswer) -> None:
        with self._lock:
            self._learned_bytes += len(answer.body)
            if self._learned_bytes <= LEARNED_BYTES_MAX:
                self._learned[answer.origin] = answer

    def _keep(self, origin: str, at: datetime, found: Rules) -> None:
        host = parse(origin)
        with self._lock:
            self._known[origin] = (at, found)
            if host is not None:
                self._delays[host.host] = max(self._delays.get(host.host, 0.0), found.delay_s)


def read_rules(response: Response, name: str = "") -> Rules:
    """Read the answer to a request for robots.txt (RFC 9309, 2.3.1), for a robot of this name.

    None there (4xx, or redirects without an end): all is allowed. The server in trouble (5xx, 429) or out of reach:
    nothing is, in this run, and the reason is that trouble, so that it is tried again.
    """
    if response.failure == TOO_MANY_REDIRECTS:
        return Rules()
    if response.failure:
        return Rules(reason=response.failure, detail=response.detail or response.failure)
    if response.ok:
        return _parsed(response.body, name)
    if response.status == 429 or not 400 <= response.status < 500:
        return Rules(reason=RETRY_LATER, detail=f"status {response.status}")
    return Rules()


def _parsed(body: bytes, name: str) -> Rules:
    """Parse the rules, unless there are more of them than any honest site has: protego adds each rule to each agent of its group."""
    text = body.decode("utf-8-sig", "replace")
    lines = text.casefold().splitlines()
    agent_count = sum("agent" in line for line in lines)
    if agent_count * len(lines) > AGENTS_TIMES_LINES_MAX:
        return Rules(reason=ROBOTS, detail=f"{len(lines)} lines for {agent_count} agents")
    rules = Protego.parse(text)
    delay_s = rules.crawl_delay(name) or 0.0
    return Rules(rules, delay_s=delay_s if 0 < delay_s < math.inf else 0.0)
