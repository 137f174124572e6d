"""Print how headlines and days of pages are chosen on TIDINGS_DATA/pages: each source alone, the rules, and the best that any choice could reach.

Usage: python benchmarks/tune_pages.py. Each page is read once. Pages are divided into two halves by the hash of their name: each bound is
fitted on the one (the best, of equals the one nearest to what is set) and tried on the other. "any" is the oracle: right where one of the
page's own candidates is. Titles are counted over all labelled pages, days over those on which the labelled day occurs and is not called
only that of an update.
"""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from lxml.html import HtmlElement

from tidings.evaluation.extraction import READ_AT, Field, read_page, same_title
from tidings.evaluation.measures import data_folder, read_rows
from tidings.evaluation.page_sets import read_bodies
from tidings.model import Entry, Response
from tidings.stages import _dateline, _headline, _jsonld, _page, _reader, _reading, extract
from tidings.stages._library import Found, parsed
from tidings.text.dates import parse_date
from tidings.text.decode import decode
from tidings.text.markup import one_line
from tidings.text.urls import host_of

SHARES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01)
WORDS = (10, 20, 40, 80, 160, 320)
DAYS = (1, 2, 3, 7, 30)
HALVES = (0, 1)
SOURCES = ("og:title", "JSON-LD", "title")


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold what a labelled page says of its title and its day, and what was made of it."""

    half: int
    title: Field
    date: Field
    headings: Sequence[str]
    data: Mapping[str, Sequence[str]]  # by source
    guessed: str
    site: str
    host: str
    reading: _reading.Reading
    tree: HtmlElement | None

    def headline(self) -> str:
        """Choose as the product does."""
        data = [one for name in ("og:title", "JSON-LD", "twitter:title") for one in self.data[name]]
        return _headline.choose_headline(self.headings, data, [self.guessed, *self.data["title"]], self.site, self.host)

    def named(self, source: str) -> list[str]:
        """Return what a source names, without the site."""
        cut = (_headline.without_site(one, self.site, self.host) for one in (self.headings if source == "h1" else self.data[source]))
        return [one for one in cut if one and not _headline.is_site(one, self.site, self.host)]


def seen(row: Mapping[str, Any], body: bytes) -> Seen:
    """Read one page."""
    url = row["url"]
    made = read_page(row, body)
    page_html = decode(body, "text/html")
    tree = parsed(page_html)
    found = Found(tree, url)
    metas = _page.metas(page_html)
    entry = Entry(id=url, feed_id="", guid=url, url=url, title="", summary="", content="", published_at=None)
    data = {
        "og:title": metas.get("og:title", []),
        "JSON-LD": [_jsonld.read_stated(page_html, url).headline],
        "twitter:title": metas.get("twitter:title", []),
        "title": [_page.title(page_html)],
    }
    return Seen(
        half=hashlib.sha256(row["file"].encode()).digest()[0] % 2,
        title=made.title,
        date=made.date,
        headings=_page.headings(tree),
        data={name: [one_line(one) for one in some if one] for name, some in data.items()},
        guessed=one_line(found.title),
        site=one_line(found.site),
        host=host_of(url),
        reading=replace(
            _reader.read_page(Response(url, url, 200, {"content-type": "text/html"}, body, READ_AT), entry, READ_AT), day=found.day
        ),
        tree=tree,
    )


def is_right(one: Seen, title: str) -> bool:
    """Tell whether a title is the labelled one."""
    return same_title(one.title.labelled, title)


def is_first(source: str, one: Seen) -> bool:
    """Tell whether what a source names first, or else the title element, is the labelled title."""
    return is_right(one, next(iter([*one.named(source), *one.named("title"), ""])))


def is_named(source: str, one: Seen) -> bool:
    """Tell whether a source names the labelled title."""
    return any(is_right(one, title) for title in one.named(source))


def is_day(one: Seen, when: datetime | None) -> bool:
    """Tell whether a moment falls on the labelled day somewhere on the Earth, as the suite does."""
    day = parse_date(one.date.labelled)
    if when is None or day is None:
        return when is not None and str(when.date()).startswith(one.date.labelled)
    if (when.hour, when.minute, when.second) == (0, 0, 0):
        return when == day
    return -timedelta(hours=14) <= when - day.astimezone(UTC) < timedelta(hours=36)


def share(pages: Sequence[Seen], right: Callable[[Seen], bool]) -> float:
    """Return the share of pages that are right."""
    return sum(map(right, pages)) / len(pages) if pages else 0.0


def show(name: str, pages: Sequence[Seen], right: Callable[[Seen], bool], note: str = "") -> None:
    """Print the share of all pages and of each half."""
    halves = "  ".join(f"{share([one for one in pages if one.half == half], right):.3f}" for half in HALVES)
    print(f"  {name:34} {share(pages, right):.3f}   halves {halves}{note}")


def titles(pages: Sequence[Seen]) -> None:
    """Print what each source and the rules make of titles."""
    print(f"titles, {len(pages)} pages")
    for source in ("h1", *SOURCES):
        show(f"{source}, else the title element", pages, partial(is_first, source))
    show("named by most of them", pages, lambda one: is_right(one, _most(one)))
    show("as set", pages, lambda one: is_right(one, one.headline()))
    show("any", pages, lambda one: any(is_named(source, one) for source in ("h1", *SOURCES)))
    divided = [one for one in pages if _is_divided(one)]
    print(f"heading and data differ: {len(divided)} pages")
    for source in ("h1", *SOURCES):
        show(f"the label is that of {source}", divided, partial(is_named, source))
    show("as set", divided, lambda one: is_right(one, one.headline()))
    show("the one nearest to the address", divided, lambda one: is_right(one, _nearest(one)))
    show("what JSON-LD says, else as set", divided, lambda one: is_right(one, next(iter([*one.named("JSON-LD"), one.headline()]))))
    show("any", divided, lambda one: any(is_named(source, one) for source in ("h1", *SOURCES)))
    for name in ("SHARED_MIN", "SHARED_ALONE_MIN"):
        fit(name, _headline, SHARES, pages, lambda one: is_right(one, one.headline()))


def _most(one: Seen) -> str:
    """Return the title that most sources give, of equals the first."""
    given = [title for source in ("h1", *one.data) for title in one.named(source)[:1]]
    return max(given, key=lambda title: sum(same_title(title, other) for other in given), default="")


def _nearest(one: Seen) -> str:
    """Return the title with the greatest share of its words in the address of the page, and of equals the first."""
    words = set(re.findall(r"[a-z0-9]+", one.reading.url.lower()))
    given = [title for source in ("h1", *one.data) for title in one.named(source)]
    return max(given, key=lambda title: len(words & (own := set(re.findall(r"[a-z0-9]+", title.lower())))) / (len(own) or 1), default="")


def _is_divided(one: Seen) -> bool:
    """Tell whether no heading is what any of the page's data says."""
    said = [title for source in one.data for title in one.named(source)]
    return bool(one.named("h1") and said) and not any(same_title(heading, title) for heading in one.named("h1") for title in said)


def days(pages: Sequence[Seen]) -> None:
    """Print what each source and the rules make of days."""
    print(f"days, {len(pages)} pages")
    show("data, then the guess", pages, lambda one: is_day(one, _day(replace(one.reading, dateline=_dateline.Dateline(), modified=None))))
    show("the dateline alone", pages, lambda one: is_day(one, one.reading.dateline.published or one.reading.dateline.updated))
    show("as set", pages, lambda one: is_day(one, _day(one.reading)))
    show("any", pages, lambda one: any(is_day(one, when) for when in _candidates(one.reading)))
    fit("WORDS_MAX", _dateline, WORDS, pages, lambda one: is_day(one, _day(_again(one))))
    fit("EARLIER_MIN", extract, [timedelta(days=one) for one in DAYS], pages, lambda one: is_day(one, _day(one.reading)))


def _again(one: Seen) -> _reading.Reading:
    return replace(one.reading, dateline=_dateline.read_dateline(one.tree, one.reading.title))


def _day(reading: _reading.Reading) -> datetime | None:
    return extract.page_time(reading, extract.stated_time(reading.times, READ_AT), READ_AT)


def _candidates(reading: _reading.Reading) -> Iterator[datetime | None]:
    yield from (*reading.times, *reading.marked_times, reading.dateline.published, reading.dateline.updated, reading.modified)
    yield from (parse_date(reading.day), *reading.shown_times)


def fit(name: str, module: Any, tried: Sequence[Any], pages: Sequence[Seen], right: Callable[[Seen], bool]) -> None:
    """Move a bound, print its curve, and what the best on each half gives on the other."""
    as_set = getattr(module, name)
    best: dict[int, tuple[float, float, Any]] = {}
    for value in sorted({*tried, as_set}):
        setattr(module, name, value)
        show(f"{name} {_written(value)}", pages, right, "  <- as set" if value == as_set else "")
        for half in HALVES:
            reached = share([one for one in pages if one.half == half], right)
            best[half] = max(best.get(half, (-1.0, 0.0, value)), (reached, -abs(_number(value) - _number(as_set)), value))
    for half in HALVES:
        value = best[half][2]
        setattr(module, name, value)
        print(f"    fitted on half {half}: {_written(value)}, on the other {share([one for one in pages if one.half != half], right):.3f}")
    setattr(module, name, as_set)


def _number(value: float | timedelta) -> float:
    return value.days if isinstance(value, timedelta) else value


def _written(value: float | timedelta) -> str:
    return f"{_number(value):g}{' days' if isinstance(value, timedelta) else ''}"


def main() -> None:
    """Read all pages and print both curves."""
    pages = [
        seen(row, body)
        for file in sorted((data_folder() / "pages").glob("*.tar.gz"))
        for row, body in read_bodies(file, list(read_rows(file)))
        if row.get("title") or row.get("published")
    ]
    titles([one for one in pages if one.title.is_right is not None])
    days([one for one in pages if one.date.is_stated and not one.date.is_disputed])


if __name__ == "__main__":
    main()
