"""Read the times that feeds claim: as the standards have them, and as they are written instead. All results are aware UTC."""

import re
from datetime import UTC, datetime, timedelta
from time import struct_time

from tidings.text import dates
from tidings.text.written_days import read_day

CHARS_MAX = 64
# Abbreviations in use that name one zone only, in hours; the American ones are read by the libraries
_ZONES = {
    "BST": 1, "WAT": 1, "CET": 1, "MET": 1, "WEST": 1, "CEST": 2, "MEST": 2, "EET": 2, "CAT": 2, "SAST": 2, "EEST": 3, "MSK": 3, "EAT": 3,
    "TRT": 3, "IRST": 3.5, "PKT": 5, "UZT": 5, "NPT": 5.75, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8, "PHT": 8, "JST": 9, "KST": 9, "AEST": 10,
}  # fmt: skip
_ZONE_NAME = re.compile(r"\s*\(?\b([A-Z]{3,4})\)?\s*\Z")
_TIME = re.compile(r"(?<![\d:+-])([01]?\d|2[0-4])[:h]([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d{1,9})?)?(?!\d)")
_HALF = re.compile(r"(?<![^\W\d_])(?:p\.?m\.?|م|مساء|下午|오후|öö?s)(?![^\W\d_])", re.IGNORECASE)
_OFFSET = re.compile(r"\s*(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})?\b")
_MONTH_WORD = re.compile(r"[^\W\d_]{3}")
# before the first year, and zones that are none: libraries make something of them
_ABSURD = re.compile(r"\A-|(?<![\w+:-])0\d{3}(?![\w:])|:\d\d\s*[+-](?:1[5-9]|[2-9]\d):?\d\d\Z")


def read_claimed(text: str, parsed: struct_time | None = None) -> datetime | None:
    """Return the time that a feed names; `parsed` is what feedparser read, if it did. None when it names none."""
    text = text.strip()
    theirs = _in_reach(dates.from_struct(parsed))
    if not text or len(text) > CHARS_MAX:
        return theirs
    zone = _ZONE_NAME.search(text)
    if zone and zone[1] in _ZONES:
        before = text[: zone.start()]
        when = _in_reach(read_claimed(before)) or theirs
        # behind an offset the name only says it again, as in "+0300 (MSK)"
        return when if when is None or _OFFSET.search(before[-7:]) else when - timedelta(hours=_ZONES[zone[1]])
    if _ABSURD.search(text):
        return None
    if when := dates.parse_date(text):
        return when
    return _in_words(text) or (theirs if theirs and _is_said(theirs, text) else None)


def _in_reach(when: datetime | None) -> datetime | None:
    """Pass on a time that some days can be added to and taken from; nobody means the years 1 and 9999."""
    return when if when and 1 < when.year < 9999 else None


def _is_said(when: datetime, text: str) -> bool:
    """Tell whether a day is in the text: of a year alone feedparser makes one with the month of its clock."""
    numbers = {int(number) for number in re.findall(r"\d+", text)}
    days = {(when + timedelta(days=shift)).day for shift in (-1, 0, 1)}  # it may have been moved to UTC
    return when.year in numbers and bool(days & numbers) and (when.month in numbers or _MONTH_WORD.search(text) is not None)


def _in_words(text: str) -> datetime | None:
    """Read a day in any of many languages, and the time beside it, which is UTC if it does not say otherwise."""
    day = _in_reach(read_day(text))
    time = _TIME.search(text)
    if day is None or time is None or (day.hour, day.minute) != (0, 0):
        return day
    hours = int(time[1]) + (12 if _HALF.search(text) and int(time[1]) < 12 else 0)
    when = day + timedelta(hours=hours, minutes=int(time[2]), seconds=min(59, int(time[3] or 0)))
    offset = _OFFSET.match(text, time.end())
    if offset:
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        when += -shift if offset[1] == "+" else shift
    return when.astimezone(UTC)
