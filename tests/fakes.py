"""Play the outside world with plain objects: a web of feeds and pages, a sender, a jail without walls, and settings."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from tidings.config import Settings
from tidings.config.models import Digest, Ingest, Network, Retention, Schedule, Store
from tidings.config.models import Jail as JailLimits
from tidings.ids import feed_id
from tidings.jail import JailFailure
from tidings.meaning.embedding import Meaning
from tidings.model import Feed, Request, Response, RunReport, Seed, Topic
from tidings.pipeline.ingest import take_in
from tidings.pipeline.run import Batches, Run
from tidings.store.database import open_store, rows
from tidings.store.export import export_canonical

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

TOPICS = (
    Topic("idlib", "Idlib", names=("Idlib*", "إدلب"), terms=("Saraqib", "Ariha", "سراقب"), places=("Saraqib", "Ariha")),
    Topic(
        "libya",
        "Libya",
        names=("Libya*",),
        terms=("Haftar", "Misrata"),
        needs_companion=("Tripoli",),
        companions=("oil",),
        rules_out=("Lebanon",),
        places=("Misrata",),
    ),
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold one article as its publisher shows it: an entry in a feed, and a page."""

    url: str
    title: str
    paragraphs: tuple[str, ...]
    published_at: datetime | None = NOW - HOUR
    guid: str = ""
    summary: str = ""
    status: int = 200
    entry_title: str = ""  # empty: the same as the page's
    headers: tuple[tuple[str, str], ...] = ()


def rss(pieces: Iterable[Piece]) -> bytes:
    """Write an RSS feed."""
    items = "".join(
        f"<item><title>{escape(one.entry_title or one.title)}</title><link>{escape(one.url)}</link><guid isPermaLink='false'>{escape(one.guid or one.url)}</guid>"
        f"<description>{escape(one.summary)}</description>"
        + (f"<pubDate>{format_datetime(one.published_at)}</pubDate>" if one.published_at else "")
        + "</item>"
        for one in pieces
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'.encode()


def html(piece: Piece) -> bytes:
    """Write a page without a date of its own: the feed's counts."""
    text = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in piece.paragraphs)
    return f"<html><head><title>{escape(piece.title)}</title></head><body><article><h1>{escape(piece.title)}</h1>{text}</article></body></html>".encode()


Order = Callable[[list[Request]], list[Request]]


@dataclass(slots=True)
class Web:
    """Answer requests from what it holds. It is a `Sender`: it yields responses in the order that `order` makes."""

    feeds: dict[str, list[Piece]] = field(default_factory=dict)  # URL of the feed -> its entries
    bodies: dict[str, bytes] = field(default_factory=dict)  # URL -> what is served there instead
    failures: dict[str, str] = field(default_factory=dict)  # URL -> how the request fails
    statuses: dict[str, int] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    order: Order = list
    asked: list[str] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request."""
        for request in self.order(list(requests)):
            self.asked.append(request.url)
            self.requests.append(request)
            answer = self._answer(request, now)
            yield replace(answer, headers={**answer.headers, **self.headers.get(request.url, {})})

    def _answer(self, request: Request, now: datetime) -> Response:
        url = request.url
        if url in self.failures:
            return Response(url, url, 0, {}, b"", now, failure=self.failures[url])
        if url in self.statuses:
            return Response(url, url, self.statuses[url], {}, b"", now)
        if url in self.bodies:
            return Response(url, url, 200, {"content-type": "text/html"}, self.bodies[url], now)
        if url in self.feeds:
            return Response(url, url, 200, {"content-type": "application/rss+xml"}, rss(self.feeds[url]), now)
        # The newest of what was published there, as a server would.
        pages = {piece.url: piece for pieces in self.feeds.values() for piece in reversed(pieces)}
        if url in pages:
            return Response(url, url, pages[url].status, {"content-type": "text/html; charset=utf-8"}, html(pages[url]), now)
        return Response(url, url, 404, {}, b"", now)


@dataclass(slots=True)
class OpenJail:
    """Call functions in this process; fail for arguments whose words hold one of `deadly`."""

    deadly: dict[str, JailFailure] = field(default_factory=dict)

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Return the function's result, or the failure."""
        words = repr(args)
        return next((failure for word, failure in self.deadly.items() if word in words), None) or function(*args)

    def each(self, function: Callable[..., Any], items: Iterable[tuple[Any, tuple[Any, ...] | None]]) -> Iterator[tuple[Any, Any]]:
        """Call the function for each item that has arguments, one after another."""
        for item, args in items:
            yield item, None if args is None else self.call(function, *args)


def feed(url: str, publisher: str = "", **more: Any) -> Feed:
    """Configure a feed."""
    return Feed(feed_id(url), url, url, publisher or url.split("/")[2], **more)


def settings(
    data: Path, feeds: Sequence[Feed], *, topics: tuple[Topic, ...] = TOPICS, seeds: tuple[Seed, ...] = (), **ingest: Any
) -> Settings:
    """Make settings that differ from the defaults only in what is given."""
    return Settings(
        folder=data,
        data=data,
        store=Store(),
        network=Network(),
        jail=JailLimits(),
        ingest=Ingest(**ingest),
        digest=Digest(),
        schedule=Schedule(),
        retention=Retention(),
        feeds=tuple(feeds),
        topics=topics,
        families={},
        recipients=(),
        email=None,
        slack=None,
        seeds=seeds,
    )


@dataclass(slots=True)
class World:
    """Hold a web and the configuration of those who watch it; each call of `ingest` is one run."""

    settings: Settings
    web: Web = field(default_factory=Web)
    jail: OpenJail = field(default_factory=OpenJail)
    run_count: int = 0
    batches: Batches = field(default_factory=Batches)
    meaning: Meaning | None = None

    def ingest(self, now: datetime = NOW, learn_days: int = 0) -> RunReport:
        """Run once at a simulated time, without publishing."""
        self.run_count += 1
        return take_in(self.run(now, learn_days))

    def run(self, now: datetime = NOW, learn_days: int = 0) -> Run:
        """Return a run that nobody has worked at."""
        flow = "learn" if learn_days else "ingest"
        return Run(
            f"run-{self.run_count}",
            flow,
            self.settings,
            now,
            self.web,
            self.jail,
            learn_days=learn_days,
            batches=self.batches,  # type: ignore[arg-type]
            meaning=self.meaning,
        )

    def change(self, **settings: Any) -> None:
        """Change the configuration."""
        self.settings = replace(self.settings, **settings)

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return what the store says."""
        with open_store(self.settings.data, 1) as connection:
            return rows(connection, sql)

    def outcomes(self) -> dict[str, tuple[str, str]]:
        """Return (outcome, reason) of each entry, by guid."""
        return {row["guid"]: (row["outcome"], row["reason"]) for row in self.rows("SELECT guid, outcome, reason FROM core.entries")}

    def told(self) -> list[tuple[str, str]]:
        """Return (kind, words) of each development, sorted."""
        found = self.rows(
            "SELECT d.kind, coalesce(s.text, d.origin) AS words FROM core.developments AS d"
            " LEFT JOIN core.statements AS s ON s.id = d.statement_id AND s.topic = d.topic ORDER BY ALL"
        )
        return [(row["kind"], row["words"]) for row in found]

    def canonical(self) -> list[str]:
        """Return the whole store as sorted lines."""
        out = StringIO()
        with open_store(self.settings.data, 1) as connection:
            export_canonical(connection, out)
        return out.getvalue().splitlines()
