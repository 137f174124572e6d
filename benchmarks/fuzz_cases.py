"""Put broken documents through the product's own readers and hold the results against what they promise. Runs inside the jail."""

import math
import re
import time
import traceback
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, is_dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from random import Random
from typing import Any

from fuzz_mutations import Case

from tidings.model import Article, Entry, Feed, Page, ParsedFeed, Rejection, Response
from tidings.stages import extract, parse
from tidings.text.urls import is_web

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
URL = "https://baytown.example/news/feed"
FEED = Feed("00000000-0000-4000-8000-000000000001", URL, URL, "Baytown Post")
ENTRY = Entry("00000000-0000-4000-8000-000000000002", FEED.id, "1", "https://baytown.example/harbour", "Harbour reopens", "", "", None)
LONG = "The harbour of Baytown reopened on Sunday after a week of storms, the port authority said, and six ships sailed before noon. "
# What is promised of a result: written down here once more, so that the code cannot promise less unnoticed.
ENTRIES_MAX = 2_000
TITLE_CHARS_MAX = 500
URL_CHARS_MAX = 2_000
ENTRY_CHARS_MAX = 200_000
ARTICLE_CHARS_MAX = 300_000
AUTHORS_MAX = 8
AUTHOR_CHARS_MAX = 100
CASE_S_MAX = 10.0  # CPU of one case: the limit that the jail gives one feed or page

_FINAL_URLS = (
    *(URL,) * 6,
    "https://baytown.example/harbour",
    "https://other.example/a/b?c=d",
    "https://baytown.example/",
    "http://127.0.0.1/x",
    "https://xn--bcher-kva.example/ü",
)
_STATUSES = (200,) * 30 + (202, 301, 403, 404, 410, 500)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile("[\n\r\t\x85\u2028\u2029]")
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_REASON = re.compile(r"[a-z][a-z0-9_]{1,40}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DETAIL_CHARS_MAX = 300

Finding = tuple[int, str, str]  # number of the case, what is wrong, where
Tried = tuple[dict[str, int], list[Finding], tuple[float, int]]  # outcomes, findings, the slowest case in CPU seconds and its number


def try_cases(cases: tuple[Case, ...]) -> Tried:
    """Read each case; return a `Tried`. An exception of a reader is a finding, with the place where it was raised."""
    outcomes: Counter[str] = Counter()
    findings: list[Finding] = []
    slowest = (0.0, -1)
    for case in cases:
        began = time.process_time()
        try:
            result = read_case(case)
            outcomes[outcome_of(case.kind, result)] += 1
            findings += [(case.number, "broken promise", one) for one in broken(result)]
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - the very thing that is looked for
            outcomes[f"{case.kind}: uncaught"] += 1
            findings.append((case.number, "uncaught", _place(error)))
        slowest = max(slowest, (time.process_time() - began, case.number))
    return dict(outcomes), findings, slowest


def read_case(case: Case) -> ParsedFeed | Article | Rejection:
    """Read one case as the pipeline would; what surrounds the body comes from the case's number, too."""
    rng = Random(case.number)
    headers = {"content-type": case.content_type} if case.content_type else {}
    response = Response(URL, rng.choice(_FINAL_URLS), 200, headers, case.body, NOW)
    if case.kind == "feed":
        return parse.parse_feed(response, replace(FEED, language=rng.choice(("", "", "ar"))))
    entry = replace(
        ENTRY, summary=rng.choice(("", "", LONG)), content=rng.choice(("", "", "", LONG * 20)), title=rng.choice((ENTRY.title, ""))
    )
    page = Page(replace(response, status=rng.choice(_STATUSES)), entry)
    return extract.extract_article(page, FEED.publisher, NOW)


def outcome_of(kind: str, result: ParsedFeed | Article | Rejection) -> str:
    """Name what a case came to."""
    match result:
        case ParsedFeed():
            return f"{kind}: {'cut' if result.cut else 'read'}{'' if result.entries else ', no entries'}"
        case Article():
            return f"{kind}: {result.verdict.value}"
        case Rejection():
            return f"{kind}: {result.reason}"


def broken(result: ParsedFeed | Article | Rejection) -> list[str]:
    """List the promises that a result breaks; none, if all is well."""
    found = [f"{type(result).__name__}.{name}: {trouble}" for name, value in _leaves("", result) if (trouble := _trouble(value))]
    match result:
        case ParsedFeed():
            found += _broken_feed(result)
        case Article():
            found += _broken_article(result)
        case Rejection():
            found += [] if _REASON.fullmatch(result.reason) else [f"reason {result.reason!r}"]
            found += _line("detail", result.detail, _DETAIL_CHARS_MAX)
    return found


def _broken_feed(feed: ParsedFeed) -> Iterator[str]:
    yield from _line("title", feed.title, TITLE_CHARS_MAX)
    if len(feed.entries) > ENTRIES_MAX or len({one.id for one in feed.entries}) != len(feed.entries):
        yield "entries: too many, or twice the same id"
    for one in feed.entries:
        yield from _line("guid", one.guid, URL_CHARS_MAX)
        yield from _line("title", one.title, TITLE_CHARS_MAX)
        yield from _address("url", one.url, URL_CHARS_MAX)
        yield from _text("summary", one.summary, ENTRY_CHARS_MAX)
        yield from _text("content", one.content, ENTRY_CHARS_MAX)
        yield from _common(one.id, one.authors, one.published_at)
        if one.language and not re.fullmatch(r"[a-z]{2,3}", one.language):
            yield f"language {one.language!r}"


def _broken_article(article: Article) -> Iterator[str]:
    yield from _line("title", article.title, TITLE_CHARS_MAX)
    yield from _line("origin", article.origin, TITLE_CHARS_MAX)
    yield from _text("text", article.text, ARTICLE_CHARS_MAX)
    yield from _address("url", article.url, URL_CHARS_MAX)
    yield from _common(article.id, article.authors, article.published_at)
    if not article.text:
        yield "text: none"
    if article.published_at is not None and article.published_at > NOW:
        yield "published_at: ahead of now"


def _common(one_id: str, authors: tuple[str, ...], published_at: datetime | None) -> Iterator[str]:
    if not _UUID.fullmatch(one_id):
        yield f"id {one_id!r}"
    if len(authors) > AUTHORS_MAX:
        yield "authors: too many"
    for name in authors:
        yield from _line("author", name, AUTHOR_CHARS_MAX)
    if published_at is not None and not 1990 <= published_at.year <= NOW.year + 1:
        yield f"published_at {published_at}"


def _line(name: str, text: str, most: int) -> Iterator[str]:
    if len(text) > most or _LINE_END.search(text) or text != text.strip(" "):
        yield f"{name}: over its length, or more than one line"


def _text(name: str, text: str, most: int) -> Iterator[str]:
    if len(text) > most or "\r" in text or "\n\n\n" in text:
        yield f"{name}: over its length, or not in paragraphs"


def _address(name: str, url: str, most: int) -> Iterator[str]:
    if url and (len(url) > most or not url.startswith(("http://", "https://")) or not is_web(url) or any(map(_is_odd, url))):
        yield f"{name}: no web address {url[:80]!r}"


def _is_odd(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Cs")


def _trouble(value: Any) -> str:
    """Say what no value may be: a naive time, a number that is none, text with what no text may hold."""
    if isinstance(value, str):
        if odd := _CONTROL.search(value) or _DIRECTION.search(value):
            return f"holds U+{ord(odd[0]):04X}"
    elif isinstance(value, datetime):
        return "" if value.utcoffset() is not None and not value.utcoffset() else "not in UTC"
    elif isinstance(value, float) and not math.isfinite(value):
        return "not finite"
    return ""


def _leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _leaves(str(key), one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(name, one)
    elif not isinstance(value, Enum):
        yield name, value


def _place(error: Exception) -> str:
    """Name an exception by its class and the last places it went through, without its text."""
    frames: Iterable[traceback.FrameSummary] = traceback.extract_tb(error.__traceback__)
    ours = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return f"{type(error).__name__} at {' < '.join(reversed(ours[-4:]))}"
