"""Measure what is made of pages: text, day, title and authors against labelled pages, beside trafilatura on the same pages.

A set is an archive (or a folder) of `pages.jsonl` with its pages beside it: `file`, `url`, `text`, and what was labelled of
`title`, `published`, `authors` and `language`. The entry that leads to a page has nothing but the address, unless the row
brings the feed's own words: `feed_title`, `feed_summary`, `feed_content`, `feed_published`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import trafilatura

from tidings.errors import LabelledFileError
from tidings.evaluation.measures import bootstrap, names_of, read_rows, time_of
from tidings.evaluation.page_sets import read_bodies
from tidings.evaluation.suites import Measured
from tidings.model import Article, Entry, Page, Rejection, Response
from tidings.stages.extract import extract_article
from tidings.text.decode import decode
from tidings.text.markup import one_line, to_text, unescape

READ_AT = datetime(2100, 1, 1, tzinfo=UTC)  # the pages are of any day before
UNKNOWN = "unknown"
SHOWN_CHARS_MAX = 100
LANGUAGE_CHARS_MAX = 8
PEER = "trafilatura"
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_MONTH = re.compile(r"\d{4}-\d\d")
_SAID = (  # what data says of days: JSON-LD, and meta in either order of its attributes
    re.compile(r"\"(datePublished|dateModified)\"\s*:\s*\"(\d{4}-\d\d-\d\d)"),
    re.compile(r"=[\"'][\w:.]{0,30}(published_time|modified_time|updated_time)[\"'][^<>]{0,80}?content=[\"'](\d{4}-\d\d-\d\d)"),
)
_TITLES = (  # what a page calls itself: its title, and for those who share it
    re.compile(r"<title\b[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE),
    re.compile(r"=[\"'](?:og|twitter):title[\"'][^<>]{0,80}?content=\"([^\"<>]{1,1000})\"", re.IGNORECASE),
)
_NAME = re.compile(r"[^\W\d_]+")
_MARK = re.compile(r"\s(?:[|\-\u2013\u2014\u00b7\u00bb/]|::)\s")  # between a headline and the name of its site
_BETWEEN_NAMES = re.compile(r",? and |[,;&]| et | und | y | e | ve | и ")
_HEADING = re.compile(r"<h1\b[^<>]{0,500}>(.{1,600}?)</h1", re.IGNORECASE | re.DOTALL)
_UPDATED = re.compile(r"updat|modif|reviewed", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,200}>")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Field:
    """Hold what came of a labelled date, title or list of authors; None where nothing was labelled."""

    is_right: bool | None = None
    is_stated: bool = False  # what the label says occurs on the page at all, in its text or in its data,
    is_disputed: bool = False  # and in the same role something else; a day: it is called only that of an update
    found: str = ""
    labelled: str = ""


@dataclass(frozen=True, slots=True)
class PageRead:
    """Hold what was made of one page."""

    id: str
    set: str
    language: str
    verdict: str  # or why there is no article
    word_f1: float
    peer_f1: float
    date: Field
    title: Field
    authors: Field


def evaluate(files: Sequence[Path]) -> Measured:
    """Give the mean word F1, and of labelled dates, titles and authors the share that is right.

    `word_f1.trafilatura` is the library's own way with its own settings on the same pages. `NAME_accuracy` is over all labelled pages,
    `NAME_accuracy.stated` over those on which the labelled value occurs at all, in text or data, and `NAME_accuracy.agreed` over those of
    them that say nothing else in its place: one of the title element, the titles for sharing and the only heading is the labelled title, and
    the others are but for a part before or behind it; the labelled day is not called only that of an update. All but the last two by set and by language as well. Raises LabelledFileError.
    """
    pages = [one for file, name in zip(files, names_of(files), strict=True) for one in read_set(file, name)]
    counts = {"pages": len(pages), "unread": sum(one.verdict not in ("full", "teaser") for one in pages)}
    for name, field_of in _FIELDS.items():
        counts[f"{name}.labelled"] = sum(field_of(one).is_right is not None for one in pages)
        counts[f"{name}.stated"] = sum(field_of(one).is_stated for one in pages)
        counts[f"{name}.agreed"] = sum(field_of(one).is_stated and not field_of(one).is_disputed for one in pages)
    counts |= {f"pages.{name}": count for name, count in sorted(Counter(one.language for one in pages).items())}
    return Measured(
        counts=counts,
        measures=measure(pages) | _by_group(pages),
        intervals=bootstrap(pages, measure) if pages else {},
        errors=[line for one in sorted(pages, key=lambda page: (page.word_f1, page.id)) for line in _errors(one)],
    )


def read_set(file: Path, name: str) -> Iterator[PageRead]:
    """Let the stage read each page of a set."""
    for number, (row, body) in enumerate(read_bodies(file, list(read_rows(file))), 1):
        yield read_page(row, body, f"{name}, line {number} ({row['file']})", name)


def read_page(row: Mapping[str, Any], body: bytes, place: str = "", name: str = "") -> PageRead:
    """Let the stage read one page, and trafilatura beside it."""
    url = row.get("url") or ""
    entry = Entry(
        id=place,
        feed_id="",
        guid=url,
        url=url,
        title=row.get("feed_title") or "",
        summary=row.get("feed_summary") or "",
        content=row.get("feed_content") or "",
        published_at=time_of(row.get("feed_published")),
    )
    made = extract_article(Page(Response(url, url, 200, {"content-type": "text/html"}, body, READ_AT), entry), "", READ_AT)
    page_html = decode(body, "text/html")
    article = made if isinstance(made, Article) else None
    shown = _shown(page_html)
    return PageRead(
        id=place,
        set=name,
        language=(row.get("language") or UNKNOWN).partition("-")[0].partition("_")[0].lower()[:LANGUAGE_CHARS_MAX],
        verdict=made.reason if isinstance(made, Rejection) else made.verdict.value,
        word_f1=word_f1(row["text"], article.text if article else ""),
        peer_f1=word_f1(row["text"], _peer_text(page_html, url)),
        date=_date(row, article, page_html),
        title=_title(row, article, shown, page_html),
        authors=_authors(row, article, shown),
    )


def measure(pages: Sequence[PageRead]) -> dict[str, float]:
    """Return the measures over all pages; what nobody labelled has none."""
    if not pages:
        return {}
    measures = {"word_f1": _mean([one.word_f1 for one in pages]), f"word_f1.{PEER}": _mean([one.peer_f1 for one in pages])}
    for name, field_of in _FIELDS.items():
        fields = [field for one in pages if (field := field_of(one)).is_right is not None]
        stated = [field for field in fields if field.is_stated]
        measures |= {f"{name}_accuracy": _mean([bool(one.is_right) for one in fields])} if fields else {}
        measures |= {f"{name}_accuracy.stated": _mean([bool(one.is_right) for one in stated])} if stated else {}
        agreed = [field for field in stated if not field.is_disputed]
        measures |= {f"{name}_accuracy.agreed": _mean([bool(one.is_right) for one in agreed])} if len(agreed) < len(stated) else {}
    return measures


def word_f1(labelled: str, found: str) -> float:
    """Return the F1 of the two texts as bags of words, case apart; a character of a script without spaces is a word. Nothing and nothing is 1."""
    wanted, given = (Counter(_WORD.findall(text.casefold())) for text in (labelled, found))
    said = wanted.total() + given.total()
    return 2 * (wanted & given).total() / said if said else 1.0


def same_title(labelled: str, found: str) -> bool:
    """Tell whether two headlines are one, but for case, spaces, punctuation, and "&" for "and". One with the name of the site behind it is another."""
    return bool(_folded(labelled)) and _folded(labelled) == _folded(found)


def same_authors(labelled: Sequence[str], found: Sequence[str]) -> bool:
    """Tell whether somebody is named by both, whatever the order and the marks of the names; one text may name several."""
    return bool(set(_people(labelled)) & set(_people(found)))


def _people(names: Sequence[str]) -> Iterator[str]:
    for text in names:
        yield from (name for one in (text, *_BETWEEN_NAMES.split(text)) if (name := _name(one)))


def _heads(title: str) -> set[str]:
    parts = _MARK.split(title)
    return {folded for part in (title, " ".join(parts[:-1]), " ".join(parts[1:]), parts[0]) if len(folded := _folded(part)) > 1}


def _folded(text: str) -> str:
    return _PUNCTUATION.sub(" ", unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")).strip()


def _name(text: str) -> str:
    return " ".join(_NAME.findall(unicodedata.normalize("NFKC", text).casefold().removeprefix("by ")))


def _peer_text(page_html: str, url: str) -> str:
    try:
        found = trafilatura.bare_extraction(page_html, url=url, include_comments=False)
    except Exception:  # noqa: BLE001 - the library's bug is the library's zero
        found = None
    return getattr(found, "text", "") or ""


def _date(row: Mapping[str, Any], article: Article | None, page_html: str) -> Field:
    labelled = _day(row.get("published") or "")
    if not labelled:
        return Field()
    found = article.published_at if article else None
    is_right = found is not None and _falls_on(found, labelled)
    is_stated = any(form in page_html for form in _forms(labelled))
    return Field(
        is_right, is_stated, is_stated and _is_update(labelled, page_html), found=str(found.date()) if found else "", labelled=labelled
    )


def _falls_on(found: datetime, labelled: str) -> bool:
    """Tell whether a moment falls on a labelled day in some zone of the Earth: the label is the day in the page's own. Without an hour it must be the day."""
    if len(labelled) < len("2000-01-01") or found.time() == time.min:
        return str(found.date()).startswith(labelled)
    return -timedelta(hours=14) <= found - datetime.fromisoformat(labelled).replace(tzinfo=UTC) < timedelta(hours=36)


def _is_update(labelled: str, page_html: str) -> bool:
    """Tell whether the page calls the labelled day that of an update: in its data, which names another day, or wherever it writes it."""
    places = [match.start() for form in _forms(labelled) for match in re.finditer(re.escape(form), page_html)]
    if places and all(_UPDATED.search(_before(page_html, at)) for at in places):
        return True
    said = [(match[1].lower(), match[2]) for pattern in _SAID for match in pattern.finditer(page_html)]
    updates = {day for name, day in said if "modif" in name or "updated" in name}
    return labelled in updates and any(day != labelled for _, day in said) and labelled not in {day for name, day in said if "publ" in name}


def _before(page_html: str, at: int) -> str:
    """Return the words before a place, and the tag in front of it."""
    start = page_html[max(0, at - 250) : at]
    return " ".join(_TAG.sub(" ", start).split())[-50:] + start[max(0, start.rfind("<")) :]


def _day(labelled: str) -> str:
    """Return the labelled day in ISO form, of a time that in UTC; labels may know the month only ("2003-11"). What is no date is no label."""
    if _MONTH.fullmatch(labelled):
        return labelled
    try:
        when = time_of(labelled)
    except LabelledFileError:
        return ""
    return str(when.date()) if when else ""


def _forms(labelled: str) -> Iterator[str]:
    """Give the ways in which pages write a day, without those that could be another day as well."""
    if len(labelled) < len("2000-01-01"):
        yield labelled
        return
    day = date.fromisoformat(labelled)
    yield from (f"{day:%Y-%m-%d}", f"{day:%Y/%m/%d}", f"{day:%Y%m%d}", f"{day:%d.%m.%Y}", f"{day:%Y.%m.%d}")
    nth = f"{day.day}{'th' if 10 < day.day < 14 else {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day % 10, 'th')}"
    for month in (f"{day:%B}", f"{day:%b}", f"{day:%b}."):
        for number in (f"{day.day}", f"{day.day:02}", nth):
            yield from (f"{month} {number}, {day.year}", f"{month} {number} {day.year}", f"{number} {month} {day.year}")


def _title(row: Mapping[str, Any], article: Article | None, shown: str, page_html: str) -> Field:
    labelled = row.get("title") or ""
    if not _folded(labelled):
        return Field()
    found = article.title if article else ""
    said = [unescape(match[1]) for pattern in _TITLES for match in pattern.finditer(page_html)]
    headings = [one_line(to_text(match[1])) for match in _HEADING.finditer(page_html)]
    named = [one for one in (*said, *(headings if len(headings) == 1 else ())) if one.strip()]
    is_disputed = not any(same_title(labelled, one) for one in named) or any(not _heads(labelled) & _heads(one) for one in named)
    return Field(same_title(labelled, found), f" {_folded(labelled)} " in shown, is_disputed, found, labelled)


def _authors(row: Mapping[str, Any], article: Article | None, shown: str) -> Field:
    labelled = [one for one in row.get("authors") or () if _name(str(one))]
    if not labelled:
        return Field()
    found = article.authors if article else ()
    is_stated = any(f" {_folded(one)} " in shown for one in labelled)
    return Field(same_authors(labelled, found), is_stated, found="; ".join(found), labelled="; ".join(labelled))


def _shown(page_html: str) -> str:
    """Fold all that a page says, in its text and in its attributes, so that folded words are found in it."""
    return f" {_folded(to_text(page_html))} {_folded(to_text(page_html.replace('<', ' ').replace('>', ' ')))} "


_FIELDS: Mapping[str, Callable[[PageRead], Field]] = {
    "date": lambda page: page.date,
    "title": lambda page: page.title,
    "author": lambda page: page.authors,
}


def _by_group(pages: Sequence[PageRead]) -> dict[str, float]:
    """Return the word F1, ours and the peer's, and what is right of each field, of each set where there are several, and of each language."""
    sets = sorted({one.set for one in pages})
    groups = {name: [one for one in pages if one.set == name] for name in sets if len(sets) > 1}
    groups |= {name: [one for one in pages if one.language == name] for name in sorted({one.language for one in pages})}
    found: dict[str, float] = {}
    for name, members in groups.items():
        found[f"word_f1.{name}"] = _mean([one.word_f1 for one in members])
        found[f"word_f1.{PEER}.{name}"] = _mean([one.peer_f1 for one in members])
        for field, field_of in _FIELDS.items():
            labelled = [right for one in members if (right := field_of(one).is_right) is not None]
            found |= {f"{field}_accuracy.{name}": _mean(labelled)} if labelled else {}
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _errors(one: PageRead) -> Iterator[str]:
    if one.word_f1 < min(0.8, one.peer_f1):
        yield f"{one.id}: text {one.word_f1:.2f} ({PEER} {one.peer_f1:.2f}), {one.verdict}"
    for name, field_of in _FIELDS.items():
        field = field_of(one)
        if field.is_right is False:
            where = "stated, and something else" if field.is_disputed else "stated" if field.is_stated else "not stated"
            yield f"{one.id}: {name} {field.found[:SHOWN_CHARS_MAX]!r}, labelled {field.labelled[:SHOWN_CHARS_MAX]!r} ({where})"
