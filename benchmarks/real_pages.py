"""Serve the real pages of TIDINGS_DATA/pages, one feed a site, and read them through the whole pipeline."""

import json
import re
import tarfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopback import NOT_FOUND, Answer, Item, LoopbackServer, loopback_settings, plain_feed, write_rss
from real_checks import check_outcomes, check_report, select

from tidings.model import Feed, RunReport, Topic
from tidings.pipeline.ingest import ingest

FEED_TARGET = "/served-feed.xml"
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)  # after every page of the sets
# A topic that every English page is on: the stages behind matching see all pages, not the few on the delivered topics.
EVERYTHING = Topic(name="everything", title="Everything", names=("the", "and", "of"), terms=("a", "to", "in"))

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class ServedPage:
    """Hold one real page, under its own address but for the scheme."""

    url: str
    title: str
    published_at: datetime | None
    body: bytes


def read_tar(path: Path) -> list[ServedPage]:
    """Read one `tar.gz` of pages: `pages.jsonl` says which file stood at which address."""
    with tarfile.open(path, "r:gz") as tar:
        files = {member.name.removeprefix("./"): stream.read() for member in tar if (stream := tar.extractfile(member))}
    return [served_page(row, files[row["file"]]) for row in map(json.loads, files["pages.jsonl"].splitlines())]


def served_page(row: Mapping[str, Any], body: bytes) -> ServedPage:
    """Make a page of a row of `pages.jsonl`. A row without a title gets the page's own, as a site's feed would."""
    found = _TITLE.search(body)
    own = " ".join(unescape(found[1].decode("utf-8", "replace")).split()) if found else ""
    claimed = row["published"] or ""
    published_at = datetime.fromisoformat(claimed).replace(tzinfo=UTC) if len(claimed) == len("2020-02-20") else None  # some give a month
    parts = urlsplit(row["url"])
    return ServedPage(parts._replace(scheme="http", fragment="").geturl(), row["title"] or own, published_at, body)


class PageSites:
    """Answer for the sites of some pages: a feed for each, its pages, and a robots.txt that allows all."""

    def __init__(self, pages: Iterable[ServedPage]) -> None:
        self._pages: dict[tuple[str, str], ServedPage] = {}
        self._by_host: dict[str, list[ServedPage]] = {}
        for page in pages:
            parts = urlsplit(page.url)
            host = (parts.hostname or "").lower()
            self._pages[host, parts._replace(scheme="", netloc="").geturl() or "/"] = page
            self._by_host.setdefault(host, []).append(page)

    @property
    def hosts(self) -> Sequence[str]:
        """List the hosts."""
        return list(self._by_host)

    def feeds(self) -> tuple[Feed, ...]:
        """List the feeds as a configuration would."""
        return tuple(plain_feed(f"http://{host}{FEED_TARGET}", host) for host in self._by_host)

    def answer(self, host: str, target: str) -> Answer:
        """Answer one request."""
        if target == "/robots.txt":
            return Answer(200, "text/plain", b"User-agent: *\nAllow: /\n")
        if target == FEED_TARGET and host in self._by_host:
            items = [Item(page.url, page.title, published_at=page.published_at) for page in self._by_host[host]]
            return Answer(200, "application/rss+xml; charset=utf-8", write_rss(host, items))
        page = self._pages.get((host, target))
        return Answer(200, "text/html", page.body) if page else NOT_FOUND


def run_pages(pages: Sequence[ServedPage], data: Path, topics: Sequence[Topic] | None = None) -> tuple[RunReport, float]:
    """Read all pages into an empty store in one ingest; return its report and the seconds it took. `topics` None: as delivered."""
    sites = PageSites(pages)
    with LoopbackServer(sites.answer) as server:
        settings = loopback_settings(data, server.address, sites.hosts, sites.feeds())
        if topics is not None:
            settings = replace(settings, topics=tuple(topics))
        started = time.perf_counter()
        report = ingest(settings, NOW)
        return report, time.perf_counter() - started


def show_pages(folder: Path, data: Path) -> list[str]:
    """Run the pages of TIDINGS_DATA twice, on the delivered topics and on one that everything is on; return the lines of the report."""
    pages = [page for path in sorted((folder / "pages").glob("*.tar.gz")) for page in read_tar(path)]
    lines = [f"{len(pages)} pages of {len(PageSites(pages).hosts)} sites"]
    for name, topics in (("delivered topics", None), ("a topic that everything is on", (EVERYTHING,))):
        place = data / f"pages-{'everything' if topics else 'delivered'}"
        report, seconds = run_pages(pages, place, topics)
        check_report(report)
        check_outcomes(place, len(pages))
        verdicts = Counter(row[0] for row in select(place, "SELECT verdict FROM articles"))
        lines += [
            "",
            f"{name}: {seconds:.1f} s, {len(pages) / seconds:.1f} pages/s",
            f"  feeds: {_counts(report.feeds)}",
            f"  outcomes: {_counts(report.outcomes)} = {report.entries} entries",
            f"  reasons: {_counts(report.reasons)}",
            f"  verdicts of the articles kept: {_counts(verdicts)}",
            f"  duplicates: {report.duplicates}; developments: {_counts(report.developments)}",
        ]
    return lines


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"
