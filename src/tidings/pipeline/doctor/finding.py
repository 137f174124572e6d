"""Name what a check gives: a state, what was looked at, what was found, and what to do about it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Name the states of a finding; only a fault sets the exit code."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one line of the report. Texts may hold words from outside."""

    state: State
    what: str  # our own word: feed, robots, mail, folder, store ...
    subject: str  # which of them; empty where there is one only
    found: str
    to_do: str = ""


def ok(what: str, found: str, subject: str = "") -> Finding:
    """Say that something is as it should be."""
    return Finding(State.OK, what, subject, found)


def warning(what: str, found: str, to_do: str, subject: str = "") -> Finding:
    """Say that something works, but wants a look."""
    return Finding(State.WARNING, what, subject, found, to_do)


def fault(what: str, found: str, to_do: str, subject: str = "") -> Finding:
    """Say that something does not work."""
    return Finding(State.FAULT, what, subject, found, to_do)


def isolated(what: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """Yield what a check finds; one that breaks is a fault of its own, and the others go on."""
    try:
        yield from check()
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        yield fault(
            what, f"{place}{error.strerror or type(error).__name__}", "let this user read and write what lies there, and see its disk"
        )
    except Exception as error:  # noqa: BLE001 - whatever it met, it is told as a line
        yield fault(what, f"this check itself broke: {type(error).__name__}: {error}"[:300], "report it; the other checks went on")
