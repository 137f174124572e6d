"""Weigh a story in an edition: a sum of a few numbers, so that anybody can tell why it stands where it stands."""

import re
from collections.abc import Iterable, Mapping
from math import log10

from tidings.model import Kind, ReportedDevelopment, ReportedFigure
from tidings.text.fold import fold

OVERTURNS = 40  # it takes back or changes what was told
NEW_STORY = 30
# The weightiest figure of what is new, by whom it counts. A power of ten adds 3 (at most 12), so that the bands do not overlap.
KILLED, INJURED, DISPLACED, OTHER = 40, 26, 13, 5
ORIGIN, ORIGINS_MAX = 10, 5  # each independent origin beyond the first
REPORT, REPORTS_MAX = 1, 9  # each report beyond the first

_PEOPLE: Mapping[str, int] = {
    "killed": KILLED, "injured": INJURED, "missing": INJURED, "displaced": DISPLACED, "detained": DISPLACED, "affected": DISPLACED,
}  # fmt: skip
# What says that a sentence counts up what has been over months or years (folded): background, not what has happened now.
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_SINCE = re.compile(
    rf"\bsince (?:[\w'-]+ ){{0,10}}?(?:{_MONTH}|(?:19|20)\d\d)\b|\bdepuis (?:\w+ ){{0,3}}(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d(?:'?[dt][ae]n)?(?: yilindan)? (?:beri|bu yana)\b|\bс (?:\w+ )?(?:19|20)\d\d\b|\bمنذ (?:\w+ ){0,3}(?:19|20)\d\d\b|(?:19|20)\d\d年(?:\d+月)?以来"
)
# The same without a date, English only: the dead of a war so far, of years, or of a year that is over.
_STRIFE = r"(?:war|conflict|uprising|revolution|insurgency)"
_TOTAL = re.compile(
    rf"\bsince (?:the )?(?:[\w'-]+ ){{0,3}}?{_STRIFE} (?:began|started|broke out|erupted)\b"
    rf"|\bsince the (?:start|beginning|outbreak|onset) of (?:[\w'-]+ ){{0,4}}?{_STRIFE}\b"
    rf"|\b{_STRIFE}(?:, [^,;]{{1,80}},)? has (?:already |so far )?(?:killed|claimed|left|cost)\b"
    rf"|\b(?:in|over|during) (?:(?:the|more than|nearly|almost|about) ){{0,2}}[\w-]+ years of (?:[\w'-]+ )?(?:{_STRIFE}|fighting|violence)\b"
    r"|\b(?:in|over|during) the (?:past|last) (?:[\w-]+ )?(?:years?|decades?)\b|\bso far this year\b"
    rf"|\bbetween (?:{_MONTH} )?(?:19|20)\d\d and (?:{_MONTH} )?(?:19|20)\d\d\b"
    rf"|^\W{{0,3}}(?:in (?:{_MONTH} )?(?:19|20)\d\d|last year|the year before)\b"
)
_RECORD = re.compile(r"\b(?:deadliest|bloodiest|worst|heaviest|highest|largest|biggest)\b")  # "the deadliest strike since May" is of now
_OVERTURNING = frozenset({Kind.REVERSAL, Kind.CORRECTION, Kind.CHANGED_FIGURE})


def weigh(developments: Iterable[ReportedDevelopment], origin_count: int, article_count: int) -> float:
    """Return the weight of a story with these developments."""
    told = tuple(developments)
    happened = (any(map(overturns, told)) and OVERTURNS) + (any(one.kind is Kind.NEW_STORY for one in told) and NEW_STORY)
    figures = max((_figure(figure, one.statement) for one in told for figure in one.figures), default=0)
    others = ORIGIN * min(max(origin_count - 1, 0), ORIGINS_MAX) + REPORT * min(max(article_count - 1, 0), REPORTS_MAX)
    return float(happened + figures + others)


def overturns(one: ReportedDevelopment) -> bool:
    """Tell whether a development takes the place of what was told: one word can do so, without a figure or a reversal."""
    return one.kind in _OVERTURNING or bool(one.replaces)


def _figure(figure: ReportedFigure, statement: str) -> int:
    points = _PEOPLE.get(figure.measure)
    if points is None or is_background(statement):
        return OTHER
    return points + 3 * min(int(log10(figure.value)), 4) if figure.value and figure.value >= 1 else points


def is_background(statement: str) -> bool:
    """Tell whether a sentence counts up what has been since some month or year, or in a war so far: its figures are not what has happened now."""
    folded = fold(statement)
    return bool(_SINCE.search(folded) or _TOTAL.search(folded)) and not _RECORD.search(folded)
