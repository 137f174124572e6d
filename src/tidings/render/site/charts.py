"""Draw a series of figures as a plain SVG: who said which number for which day.

pygal computes scales, ticks and places. Of what it draws only shapes and numbers are kept: no script, no style, no id, no link, and no
text but ticks of ours; colours come from the site's style sheet, so a chart follows light, dark and print.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import pygal
from lxml import etree
from pygal.style import Style

from tidings.render.escape import plain
from tidings.render.words import number
from tidings.stages.archive import FigurePoint, FigureSeries

KEYS_MAX = 6  # colours; who says less shares the last one
SMALL = 0.001  # what is less stands at the bottom of a scale from nothing
LOG_FROM = 50  # a scale of powers of ten where the largest is so many times the smallest
_WIDE, _NARROW = (720, 300, 6), (340, 280, 3)  # width, height, dates below
_KEPT_TAGS = frozenset({"svg", "g", "path", "rect", "circle", "text"})
_KEPT_ATTRIBUTES = frozenset({"viewBox", "x", "y", "cx", "cy", "r", "d", "class", "transform", "width", "height"})
_DROPPED_CLASSES = frozenset({"tooltip-overlay", "text-overlay", "titles"})
_NAMESPACE = "{http://www.w3.org/2000/svg}"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Key:
    """Hold one entry of a chart's legend."""

    name: str
    color: int
    count: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Hold a chart in two widths, and who has which colour."""

    wide: str  # SVG elements, safe as they are
    narrow: str
    keys: tuple[Key, ...]
    is_log: bool


def draw(series: FigureSeries, label: str) -> Chart:
    """Draw a series; `label` says in words of ours what it shows, to those who do not see it."""
    keys = _keys(series.points)
    colors = {key.name.casefold(): key.color for key in keys}
    is_log = _is_log(series.points)
    wide, narrow = (_svg(series.points, colors, size, label, is_log=is_log) for size in (_WIDE, _NARROW))
    return Chart(wide, narrow, keys, is_log)


def who(point: FigurePoint) -> str:
    """Name who is answerable for a value, as far as a legend has room."""
    return plain(point.who, 60) or "unnamed"


def _keys(points: Iterable[FigurePoint]) -> tuple[Key, ...]:
    """Give a colour to each of those who say most, and one to all others together."""
    counts = Counter(who(one).casefold() for one in points)
    names = {who(one).casefold(): who(one) for one in points}
    ranked = sorted(counts, key=lambda name: (-counts[name], name))
    if len(ranked) <= KEYS_MAX:
        return tuple(Key(names[name], color, counts[name]) for color, name in enumerate(ranked))
    named = [Key(names[name], color, counts[name]) for color, name in enumerate(ranked[: KEYS_MAX - 1])]
    return (*named, Key(OTHERS, KEYS_MAX - 1, sum(counts[name] for name in ranked[KEYS_MAX - 1 :])))


def _is_log(points: Iterable[FigurePoint]) -> bool:
    values = [value for one in points for value in (one.low, one.high) if value is not None]
    return min(values) >= SMALL and max(values) / min(values) >= LOG_FROM


def _svg(points: tuple[FigurePoint, ...], colors: dict[str, int], size: tuple[int, int, int], label: str, *, is_log: bool) -> str:
    width, height, ticks = size
    chart = pygal.XY(
        width=width, height=height, stroke=False, show_legend=False, dots_size=5, js=(), pretty_print=False, disable_xml_declaration=True,
        logarithmic=is_log, margin=8, style=Style(label_font_size=12, major_label_font_size=12),
        x_value_formatter=lambda day: _short(date.fromordinal(round(day))), value_formatter=_tick,
        range=_range(points, is_log=is_log), xrange=_days(points), x_labels=_x_labels(points, ticks), y_labels=_y_labels(points, is_log=is_log), truncate_label=-1,
    )  # fmt: skip
    for color in range(KEYS_MAX):
        chart.add("", list(_dots(points, colors, color)))
    for point in points:
        if point.low != point.high:
            day = point.day.toordinal()
            chart.add(None, [(day, point.low), (day, point.high)], stroke=True, show_dots=False)
    return _cleaned(chart.render_tree(), label)


def _dots(points: Iterable[FigurePoint], colors: dict[str, int], color: int) -> Iterator[dict[str, object]]:
    """Yield the dots of a colour: one a value, two a range; values that are a bound or a guess are hollow."""
    for point in points:
        if colors.get(who(point).casefold(), KEYS_MAX - 1) == color:
            mark = {"class": "dot" if point.qualifier == "exact" else "dot open"}
            for value in dict.fromkeys((point.low, point.high)):
                yield {"value": (point.day.toordinal(), value), "node": mark}


def _days(points: Iterable[FigurePoint]) -> tuple[int, int]:
    """Return the days at the edges, one day wider than the values."""
    days = [one.day.toordinal() for one in points]
    return max(1, min(days) - 1), min(date.max.toordinal(), max(days) + 1)


def _x_labels(points: Iterable[FigurePoint], count: int) -> list[int]:
    first, last = _days(points)
    step = max(1, math.ceil((last - first) / count))
    return list(range(first + min(1, last - first), last, step))


def _range(points: Iterable[FigurePoint], *, is_log: bool) -> tuple[float, float]:
    """Return the scale: from nothing, or from one power of ten to another, up to a little more than the largest value."""
    values = [value for one in points for value in (one.low or 0.0, one.high or 0.0)]
    if is_log:
        return 10.0 ** math.floor(math.log10(min(values))), max(values) * 1.5
    return min(0.0, *values), max(*values, SMALL) * 1.08


def _y_labels(points: Iterable[FigurePoint], *, is_log: bool) -> list[float]:
    """Return round numbers for the scale: powers of ten, or four to eight steps of 1, 2 or 5."""
    low, high = _range(points, is_log=is_log)
    if is_log:
        first, last = round(math.log10(low)), math.floor(math.log10(high))
        return [10.0**power for power in range(first, last + 1, max(1, (last - first) // 6))]
    size = 10.0 ** math.floor(math.log10((high - low) / 4))
    step = next(size * factor for factor in (1, 2, 5, 10) if (high - low) / (size * factor) <= 8)
    return [step * place for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _tick(value: float) -> str:
    if abs(value) >= 1e15:
        return f"{value:.0e}"
    return number(round(value)) if value == round(value) or abs(value) >= 100 else f"{value:,.4g}"


def _short(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year % 100:02d}"


def _cleaned(root: etree._Element, label: str) -> str:
    """Keep shapes, places and ticks; put a title before them; return the element as text."""
    _clean(root)
    root.tag = f"{_NAMESPACE}svg"
    root.set("role", "img")
    root.set("aria-label", plain(label, 300))
    root.set("focusable", "false")
    etree.cleanup_namespaces(root)
    return str(etree.tostring(root, encoding="unicode"))


def _clean(element: etree._Element) -> None:
    for child in list(element):
        name = child.tag.removeprefix(_NAMESPACE) if isinstance(child.tag, str) else ""
        if name not in _KEPT_TAGS or _DROPPED_CLASSES & set((child.get("class") or "").split()):
            element.remove(child)
        else:
            _clean(child)
            child.tail = None
    for name, value in list(element.attrib.items()):
        if name not in _KEPT_ATTRIBUTES or not value:
            del element.attrib[name]
        elif name in {"x", "y", "cx", "cy", "width", "height"}:
            element.set(name, f"{float(value):.1f}")
