"""Read what a person types into `tidings search`: words, "phrases", -what must not occur, and topic: publisher: language: since: until:."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from tidings.errors import UsageError

CHARS_MAX = 1_000
WORDS_MAX = 20
_PIECE = re.compile(r'(?P<minus>-?)(?:(?P<key>[A-Za-z_]+):(?!//))?(?P<value>"[^"]*"|[^\s"]+|(?<=:))')
_KEYS = ("topic", "publisher", "language", "since", "until")
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold what is searched for: words and phrases as typed, without quotes; times are ours (first seen), both included."""

    words: tuple[str, ...]
    without: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()  # any of them
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def read_asked(line: str) -> Asked:
    """Read a query; raises UsageError, in one line, for what cannot be read."""
    if len(line) > CHARS_MAX:
        raise UsageError(f"expected at most {CHARS_MAX} characters to search for, found {len(line)}")
    if line.count('"') % 2:
        raise UsageError('a " is missing: a phrase stands between two of them')
    words: list[str] = []
    without: list[str] = []
    kept: dict[str, list[str]] = {key: [] for key in _KEYS}
    for piece in _PIECE.finditer(line):
        minus, key, value = piece["minus"], piece["key"], piece["value"].strip('"').strip()
        if key:
            if key.lower() not in _KEYS:
                known = ", ".join(f"{one}:" for one in _KEYS)
                raise UsageError(f'"{key}:" means nothing here ({known} do); for the words themselves put them into double quotes')
            if minus:
                raise UsageError(f"a - stands before a word or a phrase, not before {key}:")
            if not value:
                raise UsageError(f"expected something behind {key}:")
            kept[key.lower()].append(value)
        else:
            (without if minus else words).append(value)
    if len(words) + len(without) > WORDS_MAX:
        raise UsageError(f"expected at most {WORDS_MAX} words and phrases, found {len(words) + len(without)}")
    return Asked(
        tuple(words),
        tuple(without),
        tuple(kept["topic"]),
        tuple(kept["publisher"]),
        tuple(kept["language"]),
        _bound("since", kept["since"], last=False),
        _bound("until", kept["until"], last=True),
    )


def _bound(key: str, values: list[str], *, last: bool) -> datetime | None:
    """Return where a day, month or year begins or (`last`) where it is over; of several the narrowest."""
    found = [_moment(key, value, last=last) for value in values]
    return (min if last else max)(found) if found else None


def _moment(key: str, value: str, *, last: bool) -> datetime:
    match = _DAY.fullmatch(value)
    wrong = UsageError(f"{key}: expected a day, month or year such as 2026-02-17, 2026-02 or 2026, found {value}")
    if not match:
        raise wrong
    year, month, day = int(match[1]), match[2], match[3]
    try:
        in_year = int(month) if month else 12 if last else 1
        in_month = int(day) if day else calendar.monthrange(year, in_year)[1] if last else 1
        return datetime.combine(date(year, in_year, in_month), time.max if last else time.min, UTC)
    except (ValueError, calendar.IllegalMonthError):
        raise wrong from None
