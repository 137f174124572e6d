"""Obey robots.txt (RFC 9309) for pages. Feeds are offered for machines: they are not asked about."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from protego import Protego

from tidings.model import Response
from tidings.text.urls import parse
from tidings.web.failures import RETRY_LATER, ROBOTS, TIMEOUT, FetchError
from tidings.web.limits import Deadline

AGENTS_TIMES_LINES_MAX = 4_000_000
Fetch = Callable[[str, datetime, Deadline | None], Response]


@dataclass(frozen=True, slots=True)
class Rules:
    """Hold what one origin's robots.txt said: rules, or why nothing may be fetched, or neither (all may)."""

    rules: Protego | None = None
    reason: str = ""
    detail: str = ""


class Robots:
    """Remember the rules of each origin for the life of a client; ask for each at most once at a time."""

    def __init__(self, fetch: Fetch, user_agent: str) -> None:
        self._fetch = fetch
        self._name = user_agent.partition("/")[0].strip().lower()
        self._known: dict[str, Rules] = {}
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
        (the request for the page already began: a redirect led here) a timeout proves nothing and is not kept.
        """
        parts = parse(url)
        if parts is None:
            return
        found = self._rules(parts.origin, now, deadline)
        if found.reason:
            raise FetchError(found.reason, f"robots.txt: {found.detail}")
        if found.rules is not None and not found.rules.can_fetch(str(parts), self._name):
            raise FetchError(ROBOTS, "robots.txt asks us not to fetch this page")

    def _rules(self, origin: str, now: datetime, deadline: Deadline | None) -> Rules:
        with self._lock:
            lock = self._locks.setdefault(origin, threading.Lock())
        if not lock.acquire(timeout=deadline.left_s() if deadline else -1):
            raise FetchError(TIMEOUT, "waiting for robots.txt")
        try:
            found = self._known.get(origin)
            if found is None:
                found = read_rules(self._fetch(f"{origin}/robots.txt", now, deadline))
                if deadline is None or found.reason != TIMEOUT:
                    self._known[origin] = found
        finally:
            lock.release()
        return found


def read_rules(response: Response) -> Rules:
    """Read the answer to a request for robots.txt.

    None there (4xx): all is allowed. The server in trouble (5xx, 429) or out of reach: nothing is, in this run, and the
    reason is that trouble, so that it is tried again.
    """
    if response.failure:
        return Rules(reason=response.failure, detail=response.detail or response.failure)
    if response.ok:
        return _parsed(response.body.decode("utf-8-sig", "replace"))
    if response.status == 429 or not 400 <= response.status < 500:
        return Rules(reason=RETRY_LATER, detail=f"status {response.status}")
    return Rules()


def _parsed(text: str) -> Rules:
    """Parse the rules, unless there are more of them than any honest site has: protego adds each rule to each agent of its group."""
    lines = text.casefold().splitlines()
    agent_count = sum("agent" in line for line in lines)
    if agent_count * len(lines) > AGENTS_TIMES_LINES_MAX:
        return Rules(reason=ROBOTS, detail=f"{len(lines)} lines for {agent_count} agents")
    return Rules(Protego.parse(text))
