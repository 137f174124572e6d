"""Load the sample week from the package: invented publishers, their articles, and what should become of each.

`week/publishers.toml` names publishers and feeds, `week/articles/*.txt` hold TOML between `+++` lines and
then paragraphs, `week/expected.jsonl` holds one object an article. All datetimes are aware UTC.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

FRONT = "+++\n"


@dataclass(frozen=True, slots=True)
class WeekFeed:
    """Describe one feed of a publisher; between `cut_from` and `cut_until` it breaks off in the middle."""

    publisher: str
    host: str
    section: str
    path: str
    format: str  # rss | atom | rdf | json
    encoding: str = "utf-8"
    cut_from: datetime | None = None
    cut_until: datetime | None = None

    @property
    def url(self) -> str:
        """Give the address the feed is polled at."""
        return f"http://{self.host}{self.path}"

    def is_cut(self, at: datetime) -> bool:
        """Tell whether the feed breaks off at this time."""
        return self.cut_from is not None and self.cut_until is not None and self.cut_from <= at < self.cut_until


@dataclass(frozen=True, slots=True)
class WeekPublisher:
    """Describe an invented publisher and how its pages look."""

    key: str
    title: str
    host: str
    language: str
    country: str
    template: str  # wire | broadsheet | portal | blog
    feeds: tuple[WeekFeed, ...]
    link_suffix: str = ""  # what its feed adds to links


@dataclass(frozen=True, slots=True)
class WeekEdit:
    """Describe an edit of an article: from `at` on it has this title and, perhaps, one more paragraph."""

    at: datetime
    title: str
    text_append: str = ""


@dataclass(frozen=True, slots=True)
class WeekArticle:
    """Hold one article of the week as its publisher wrote it."""

    slug: str
    publisher: str
    host: str
    path: str
    title: str
    published_at: datetime
    language: str
    paragraphs: tuple[str, ...]
    summary: str = ""
    page: str = "article"  # article | cookie_wall | not_found | redirect_home
    feeds: tuple[str, ...] = ()  # sections; empty: all of the publisher's
    credit: str = ""  # the agency whose copy this is
    credit_style: str = ""  # byline (above the text) | line (last, in brackets) | dash (last, after a dash)
    guid: str = ""
    edits: tuple[WeekEdit, ...] = ()
    cases: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Give the article's canonical address."""
        return f"http://{self.host}{self.path}"

    def edits_by(self, at: datetime) -> tuple[WeekEdit, ...]:
        """Give the edits made by this time, in order."""
        return tuple(edit for edit in self.edits if edit.at <= at)

    def title_at(self, at: datetime) -> str:
        """Give the title the article bears at this time."""
        return ([self.title] + [edit.title for edit in self.edits_by(at)])[-1]

    def paragraphs_at(self, at: datetime) -> tuple[str, ...]:
        """Give the paragraphs at this time, a credit line included."""
        texts = self.paragraphs + tuple(edit.text_append for edit in self.edits_by(at) if edit.text_append)
        line = {"line": f"({self.credit})", "dash": f"— {self.credit}"}.get(self.credit_style)
        return (*texts, line) if line else texts

    def modified_at(self, at: datetime) -> datetime:
        """Give the time of the last change made by this time."""
        return max([self.published_at] + [edit.at for edit in self.edits_by(at)])


@dataclass(frozen=True, slots=True)
class ExpectedDevelopment:
    """Name one development an article should give; `new_origin` has no statement."""

    topic: str
    kind: str
    statement: str | None


@dataclass(frozen=True, slots=True)
class Expected:
    """Say what should become of one article over the whole week."""

    url: str
    outcome: str
    reason: str | None
    duplicate_of: str | None  # a URL, or seed:<id>
    relation: str | None
    story: str | None
    developments: tuple[ExpectedDevelopment, ...]
    cases: tuple[str, ...]
    after: str = ""  # meaning: only right with the meaning component


@dataclass(frozen=True, slots=True)
class Week:
    """Hold the whole week; articles in order of publication."""

    publishers: tuple[WeekPublisher, ...]
    articles: tuple[WeekArticle, ...]
    expected: tuple[Expected, ...]
    by_host: Mapping[str, WeekPublisher]
    by_url: Mapping[str, WeekArticle]

    @property
    def feeds(self) -> tuple[WeekFeed, ...]:
        """List every feed of every publisher."""
        return tuple(feed for publisher in self.publishers for feed in publisher.feeds)

    def published(self, host: str, at: datetime) -> tuple[WeekArticle, ...]:
        """List what a host has published by this time, newest first."""
        return tuple(a for a in reversed(self.articles) if a.host == host and a.published_at <= at)


def _publisher(raw: Mapping[str, Any]) -> WeekPublisher:
    feeds = tuple(WeekFeed(publisher=raw["key"], host=raw["host"], **feed) for feed in raw["feeds"])
    return WeekPublisher(**{**raw, "feeds": feeds})


def _article(text: str, hosts: Mapping[str, str]) -> WeekArticle:
    _, front, body = text.split(FRONT, 2)
    raw = tomllib.loads(front)
    raw["published_at"] = raw.pop("published")
    raw["edits"] = tuple(WeekEdit(**edit) for edit in raw.get("edits", ()))
    raw["feeds"], raw["cases"] = tuple(raw.get("feeds", ())), tuple(raw["cases"])
    paragraphs = tuple(part.strip() for part in body.split("\n\n") if part.strip())
    return WeekArticle(**raw, host=hosts[raw["publisher"]], paragraphs=paragraphs)


def _expected(line: str) -> Expected:
    raw = json.loads(line)
    raw["developments"] = tuple(ExpectedDevelopment(**each) for each in raw["developments"])
    return Expected(**{**raw, "cases": tuple(raw["cases"])})


def _article_texts(folder: Traversable) -> Iterator[str]:
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        if path.name.endswith(".txt"):
            yield path.read_text(encoding="utf-8")


@cache
def load_week() -> Week:
    """Read the sample week out of the package, once a process."""
    folder = files("tidings.demo") / "week"
    listed = tomllib.loads((folder / "publishers.toml").read_text(encoding="utf-8"))["publishers"]
    publishers = tuple(map(_publisher, listed))
    hosts = {publisher.key: publisher.host for publisher in publishers}
    articles = sorted((_article(text, hosts) for text in _article_texts(folder / "articles")), key=lambda a: (a.published_at, a.url))
    lines = (folder / "expected.jsonl").read_text(encoding="utf-8").splitlines()
    return Week(
        publishers=publishers,
        articles=tuple(articles),
        expected=tuple(map(_expected, lines)),
        by_host=MappingProxyType({publisher.host: publisher for publisher in publishers}),
        by_url=MappingProxyType({article.url: article for article in articles}),
    )
