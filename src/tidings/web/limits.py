"""Hold the limits of the client, and the deadline that every step of a request shares."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tidings.web.failures import TIMEOUT, FetchError

ROBOTS_BYTES_MAX = 512 * 1024  # RFC 9309 asks for at least 500 KiB; what is beyond is cut off
ERROR_BYTES_MAX = 64 * 1024  # of the body of a status that is no success; what is beyond is cut off
HEADER_BYTES_MAX = 128 * 1024

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Limits:
    """Set what a client may do. `allow_private` holds exact `ip:port`; `connect_to` sends a host to an exact `ip:port`, judged all the same."""

    user_agent: str = "Tidings/0.1"
    timeout_s: float = 20.0  # one request, with its redirects
    page_bytes_max: int = 3_000_000  # decoded
    feed_bytes_max: int = 10_000_000
    redirects_max: int = 5
    connections_max: int = 16
    per_host_max: int = 2
    pause_s: float = 1.0  # between two starts to one host
    allow_private: frozenset[str] = frozenset()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    robots: bool = True
    proxy: str = ""  # `ip:port` of an HTTP proxy that everything goes through; empty: none
    fetch_s_max: float = 1_500.0  # from the first request of many on; what was not begun by then is not sent

    def bytes_max(self, kind: str) -> int:
        """Return how many decoded bytes an answer of this kind may have."""
        if kind == "feed":
            return self.feed_bytes_max
        return ROBOTS_BYTES_MAX if kind == "robots" else self.page_bytes_max


class NetworkSettings(Protocol):
    """Name what the settings say about the network."""

    @property
    def user_agent(self) -> str: ...  # noqa: D102 - the names are those of Limits
    @property
    def contact(self) -> str: ...  # noqa: D102
    @property
    def timeout_s(self) -> float: ...  # noqa: D102
    @property
    def page_bytes_max(self) -> int: ...  # noqa: D102
    @property
    def feed_bytes_max(self) -> int: ...  # noqa: D102
    @property
    def redirects_max(self) -> int: ...  # noqa: D102
    @property
    def connections_max(self) -> int: ...  # noqa: D102
    @property
    def per_host_max(self) -> int: ...  # noqa: D102
    @property
    def pause_s(self) -> float: ...  # noqa: D102
    @property
    def allow_private(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def connect_to(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def robots(self) -> bool: ...  # noqa: D102
    @property
    def proxy(self) -> str: ...  # noqa: D102


def limits_from(network: NetworkSettings, fetch_s_max: float = 1_500.0) -> Limits:
    """Make the limits from the settings; the contact becomes part of how we name ourselves."""
    return Limits(
        user_agent=f"{network.user_agent} (+{network.contact})" if network.contact else network.user_agent,
        timeout_s=network.timeout_s,
        page_bytes_max=network.page_bytes_max,
        feed_bytes_max=network.feed_bytes_max,
        redirects_max=network.redirects_max,
        connections_max=network.connections_max,
        per_host_max=network.per_host_max,
        pause_s=network.pause_s,
        allow_private=frozenset(network.allow_private),
        connect_to={host.lower(): target for host, target in network.connect_to.items()},
        robots=network.robots,
        proxy="" if network.proxy == "direct" else network.proxy,
        fetch_s_max=fetch_s_max,
    )


class Deadline:
    """Measure what is left of the time for one request, whatever it is spent on."""

    def __init__(self, limit_s: float, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._ends = clock() + limit_s

    def left_s(self) -> float:
        """Return the seconds left; raise FetchError when there are none."""
        left_s = self._ends - self._clock()
        if left_s <= 0:
            raise FetchError(TIMEOUT, "the deadline of the whole request has passed")
        return left_s

    def stand_still(self, waited_s: float) -> None:
        """Leave out of the time what a request waited for its turn: nobody was asked meanwhile."""
        self._ends += waited_s

    def share(self, count: int) -> "Deadline":
        """Return a deadline for the first of so many tries; raise FetchError when there is no time for any."""
        return Deadline(self.left_s() / count, self._clock)
