"""Lay the archive out: which pages the site has, what stands on each, and in which order.

Pure: rows of the public views in, groups of them out. Nothing here words anything.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from tidings.model import Correcting, Edition, Id, ReportedDevelopment

PAGE_DEVELOPMENTS_MAX = 300  # on one page of a topic
POINTS_MAX = 80  # in one chart and its table: the latest
CHARTS_MAX = 6  # on one page
VALUE_MAX = 1e15  # no number of people or of money is larger

# Counts of people: two of them side by side say something. Sums and shares do so only of the same thing, other counts never.
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")

_PEOPLE = ("killed", "injured", "missing", "displaced", "detained", "affected")
_OF_THE_SAME = ("percent", "money")
_PRONOUNS = frozenset({"he", "she", "it", "they", "we"})


@dataclass(frozen=True, slots=True)
class ArchivedCorrection:
    """Say of words told before that they do not stand, in which edition that was said, and what takes their place."""

    edition_id: Id
    how: Correcting
    words: str  # empty: nothing does


@dataclass(frozen=True, slots=True)
class ArchivedDevelopment:
    """Hold a development with where it belongs."""

    topic: str
    story_id: Id
    article_id: Id
    reported: ReportedDevelopment
    replaces_id: Id = ""  # the development whose words it replaces, where that is one
    replaces_story_id: Id = ""
    corrections: tuple[ArchivedCorrection, ...] = ()  # what became of it, as shown editions say

    @property
    def at(self) -> datetime:
        """Return when it was reported: as claimed, but never later than we saw it."""
        one = self.reported
        return min(one.published_at, one.first_seen_at) if one.published_at else one.first_seen_at


@dataclass(frozen=True, slots=True)
class ArchivedArticle:
    """Hold an article of a story, and whose copy it is."""

    id: Id
    story_id: Id
    title: str
    publisher: str
    origin: str
    url: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    copy_of: str = ""  # an article's id, or a seed's configured id
    copy_of_publisher: str = ""
    relation: str = ""  # exact | near | rewrite
    score: float = 0.0
    differs_in: tuple[str, ...] = ()
    gone_since: datetime | None = None  # its page was taken down

    @property
    def at(self) -> datetime:
        """Return when it was published: as claimed, but never later than we saw it."""
        return min(self.published_at, self.first_seen_at) if self.published_at else self.first_seen_at


@dataclass(frozen=True, slots=True)
class ArchivedStory:
    """Hold a story; its topics are those in which it has developments or statements."""

    id: Id
    title: str
    language: str
    topics: tuple[str, ...]
    first_seen_at: datetime
    last_seen_at: datetime
    article_count: int
    origin_count: int


@dataclass(frozen=True, slots=True)
class FigurePoint:
    """Hold one value that a story gives for a measure on a day, and who says so."""

    topic: str
    story_id: Id
    measure: str
    unit: str
    day: date
    low: float | None  # both None when vague
    high: float | None
    qualifier: str
    of: str
    words: str
    said_by: str
    publisher: str
    url: str
    disputed: bool

    @property
    def who(self) -> str:
        """Return who is answerable for it: who said so, else the publisher. A pronoun names nobody."""
        return self.said_by if self.said_by and self.said_by.casefold() not in _PRONOUNS else self.publisher


@dataclass(frozen=True, slots=True)
class FigureSeries:
    """Hold the values of one measure in order of their days, each said once by each."""

    measure: str
    unit: str
    of: str
    points: tuple[FigurePoint, ...]
    left_count: int = 0  # earlier ones that are not here


@dataclass(frozen=True, slots=True)
class ArchivedTopic:
    """Name a topic."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Archive:
    """Hold all that the site shows."""

    topics: tuple[ArchivedTopic, ...]
    editions: tuple[Edition, ...]  # newest first
    stories: Mapping[Id, ArchivedStory]
    developments: tuple[ArchivedDevelopment, ...]  # newest first
    articles: Mapping[Id, tuple[ArchivedArticle, ...]] = field(default_factory=dict)  # by story, in order of publication
    points: tuple[FigurePoint, ...] = ()
    told_in: Mapping[Id, tuple[Id, ...]] = field(default_factory=dict)  # development -> editions shown here


@dataclass(frozen=True, slots=True)
class DayOfStory:
    """Hold what one story newly said on one day."""

    story_id: Id
    developments: tuple[ArchivedDevelopment, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """Hold one day of a timeline."""

    day: date
    stories: tuple[DayOfStory, ...]

    @property
    def count(self) -> int:
        """Count its developments."""
        return sum(len(story.developments) for story in self.stories)


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Hold one page of a timeline; `suffix` tells its file from the topic's first page, whose suffix is empty."""

    suffix: str
    first: date
    last: date
    days: tuple[Day, ...]


def timeline(developments: Iterable[ArchivedDevelopment], zone: str, most: int = PAGE_DEVELOPMENTS_MAX) -> tuple[TimelinePage, ...]:
    """Put developments (newest first) on pages: one if at most `most`, else one a month, and a long month on several.

    Days are those of `zone`. The first page holds the newest. A long month is cut from its beginning, so that what is new changes
    the newest page alone.
    """
    local = ZoneInfo(zone)
    dated = [(one.at.astimezone(local).date(), one) for one in developments]
    if not dated:
        return ()
    if len(dated) <= most:
        return (_page("", dated),)
    pages = []
    for month, members in _grouped(((day.strftime("%Y-%m"), (day, one)) for day, one in dated)).items():
        count = -(-len(members) // most)
        newest = len(members) - (count - 1) * most
        for place in range(count):
            start, end = (0 if place == 0 else newest + (place - 1) * most), newest + place * most
            pages.append(_page(f"-{month}" + (f"-{count - place}" if count > 1 else ""), members[start:end]))
    first, *rest = pages
    return (TimelinePage("", first.first, first.last, first.days), *rest)


def _page(suffix: str, dated: list[tuple[date, ArchivedDevelopment]]) -> TimelinePage:
    days = []
    for day, members in _grouped(dated).items():
        stories = _grouped((one.story_id, one) for one in members)
        days.append(Day(day, tuple(DayOfStory(story, tuple(ones)) for story, ones in stories.items())))
    return TimelinePage(suffix, dated[-1][0], dated[0][0], tuple(days))


def _grouped(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    groups: dict[_Key, list[_Value]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


# ---------------------------------------------------------------- figures


def figure_series(points: Iterable[FigurePoint], charts_max: int = CHARTS_MAX) -> tuple[FigureSeries, ...]:
    """Return the series that are worth a chart, counts of people first: at least two values or two days, the latest POINTS_MAX of each."""
    groups = _grouped((key, point) for point in points if (key := _series_of(point)) is not None)
    found = [one for (measure, unit, of), members in groups.items() if (one := _series(measure, unit, of, members))]
    order = {measure: rank for rank, measure in enumerate((*_PEOPLE, *_OF_THE_SAME))}
    found.sort(key=lambda one: (order[one.measure], -len(one.points), one.unit, one.of.casefold()))
    return tuple(found[:charts_max])


def _series_of(point: FigurePoint) -> tuple[str, str, str] | None:
    if point.low is None or point.high is None or not 0 <= point.low <= point.high <= VALUE_MAX:
        return None
    if point.measure in _PEOPLE:
        return point.measure, "", ""
    if point.measure in _OF_THE_SAME and point.of:
        return point.measure, point.unit, point.of.casefold()
    return None


def _series(measure: str, unit: str, of: str, members: list[FigurePoint]) -> FigureSeries | None:
    said = {(one.day, one.low, one.high, one.qualifier, one.who.casefold()): one for one in sorted(members, key=_order, reverse=True)}
    points = sorted(said.values(), key=_order)
    if len({(one.day, one.low, one.high) for one in points}) < 2:
        return None
    return FigureSeries(measure, unit, points[-1].of if of else "", tuple(points[-POINTS_MAX:]), max(0, len(points) - POINTS_MAX))


def _order(point: FigurePoint) -> tuple[date, float, float, str, str, str]:
    return point.day, point.low or 0.0, point.high or 0.0, point.who, point.publisher, point.url


# ---------------------------------------------------------------- who copies whom


@dataclass(frozen=True, slots=True)
class OriginGroup:
    """Hold an article that was written independently, and its copies in this story."""

    article: ArchivedArticle
    copies: tuple[ArchivedArticle, ...]


def origins_of(articles: Iterable[ArchivedArticle]) -> Iterator[OriginGroup]:
    """Group the articles of a story by what they copy: an article that copies none, or one outside the story, stands first in its group."""
    members = tuple(articles)
    by_id = {one.id: one for one in members}
    copies: dict[Id, list[ArchivedArticle]] = {}
    heads = []
    for one in members:
        head = _head(one, by_id)
        if head is one:
            heads.append(one)
        else:
            copies.setdefault(head.id, []).append(one)
    for head in heads:
        yield OriginGroup(head, tuple(copies.get(head.id, ())))


def _head(article: ArchivedArticle, by_id: Mapping[Id, ArchivedArticle]) -> ArchivedArticle:
    """Follow copies to what they copy, as far as it is in the story; a circle ends at its smallest id."""
    seen = [article]
    while (following := by_id.get(seen[-1].copy_of)) is not None:
        if following in seen:
            return min(seen[seen.index(following) :], key=lambda one: one.id)
        seen.append(following)
    return seen[-1]
