"""Count every connection that this process begins, whoever begins it: Python itself tells of each (audit events), nothing is replaced."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_watching: list[list[str]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and event in _EVENTS:
        for seen in tuple(_watching):
            seen.append(_written(arguments[1]))


def _written(address: object) -> str:
    if not isinstance(address, tuple):
        return str(address)
    ip, port = address[:2]
    return f"[{ip}]:{port}" if ":" in str(ip) else f"{ip}:{port}"


sys.addaudithook(_hear)  # there is no way to take it back: while nobody watches it does nothing


@contextmanager
def connections() -> Iterator[list[str]]:
    """Give a list that fills with the `ip:port` of every connection begun, in all threads."""
    seen: list[str] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)
