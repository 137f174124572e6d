"""Lay out the figures of a topic or a story: a chart each, and the table that says the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tidings.render import words
from tidings.render.escape import plain, safe_url
from tidings.render.site.charts import Key, draw
from tidings.stages.archive import FigurePoint, FigureSeries, figure_series

_TITLES = {
    "killed": "Killed", "injured": "Injured", "missing": "Missing", "displaced": "Displaced", "detained": "Detained",
    "affected": "Affected", "percent": "Share", "money": "Money",
}  # fmt: skip
_QUALIFIERS = {
    "at_least": "at least ", "more_than": "more than ", "about": "about ", "up_to": "up to ", "nearly": "nearly ", "less_than": "less than ",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """Hold one value in a table."""

    day: str
    number: str
    of: str
    words: str
    said_by: str
    publisher: str
    url: str
    story: str
    story_href: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class ChartView:
    """Hold a chart with its legend and its table."""

    anchor: str
    title: str
    line: str
    days: str
    wide: Markup  # drawn by us from numbers: no text from outside is in it
    narrow: Markup
    keys: tuple[Key, ...]
    is_log: bool
    is_disputed: bool
    rows: tuple[Row, ...]
    with_stories: bool
    more: str


def charts(points: Iterable[FigurePoint], story_of: Callable[[str], tuple[str, str]] | None = None) -> tuple[ChartView, ...]:
    """Lay out the series that are worth a chart; `story_of` gives title and link of a story, where the table names it."""
    return tuple(_chart(number, series, story_of) for number, series in enumerate(figure_series(points), 1))


def _chart(place: int, series: FigureSeries, story_of: Callable[[str], tuple[str, str]] | None) -> ChartView:
    title = _title(series)
    first, last = (words.day(point.day, 0) for point in (series.points[0], series.points[-1]))
    days = first if first == last else f"{first} to {last}"
    values = [value for point in series.points for value in (point.low, point.high) if value is not None]
    line = f"{words.many(len(series.points), 'number')}, {_value(min(values))} to {_value(max(values))}, {days}"
    drawn = draw(series, f"{title}: {line}. The table below says the same.")
    return ChartView(
        anchor=f"figures-{place}",
        title=title,
        line=line,
        days=days,
        wide=Markup(drawn.wide),  # noqa: S704 - charts.draw keeps shapes and our own ticks only, serialised by lxml
        narrow=Markup(drawn.narrow),  # noqa: S704 - as above
        keys=drawn.keys,
        is_log=drawn.is_log,
        is_disputed=any(point.disputed for point in series.points),
        rows=tuple(_row(point, story_of) for point in reversed(series.points)),
        with_stories=story_of is not None,
        more=f"{words.many(series.left_count, 'earlier number')} on the pages of their stories." if series.left_count else "",
    )


def _title(series: FigureSeries) -> str:
    """Name a series: the measure in words of ours; of a sum or a share also of what, which is a word of the report."""
    name = _TITLES[series.measure]
    parts = [name if series.measure != "money" else f"{name}, {plain(series.unit, 30)}".rstrip(", ")]
    return f"{parts[0]} of {plain(series.of, 60)}" if series.of else parts[0]


def _row(point: FigurePoint, story_of: Callable[[str], tuple[str, str]] | None) -> Row:
    title, href = story_of(point.story_id) if story_of else ("", "")
    return Row(
        day=words.day(point.day, 0),
        number=_number(point),
        of=plain(point.of, 80),
        words=plain(point.words, 80),
        said_by=plain(point.said_by, 120),
        publisher=plain(point.publisher, 80) or "unnamed publisher",
        url=safe_url(point.url),
        story=title,
        story_href=href,
        disputed=point.disputed,
    )


def _number(point: FigurePoint) -> str:
    low, high = point.low or 0.0, point.high or 0.0
    unit = "%" if point.measure == "percent" else ""
    value = _value(low) if low == high else f"{_value(low)} to {_value(high)}"
    return f"{_QUALIFIERS.get(point.qualifier, '')}{value}{unit}"


def _value(value: float) -> str:
    if abs(value) >= 1e15:
        return f"{value:.3g}"
    return words.number(int(value)) if value == int(value) else f"{value:,.10g}"
