"""Say what the world of the sample week serves at a simulated time: feeds, pages, and nothing of the pipeline.

The texts were written for this project. Publishers, people who are quoted and many of the happenings are
invented; what is public record of February 2020 stands beside them. Nothing here is evidence of anything.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from tidings.demo.feed_bodies import CONTENT_TYPES, cut_after_first_entry, entry_of, write_feed
from tidings.demo.material import Expected, ExpectedDevelopment, Week, WeekArticle, WeekEdit, WeekFeed, WeekPublisher, load_week
from tidings.demo.pages import PageText, write_home, write_not_found, write_page, write_wall

__all__ = [
    "EDITIONS",
    "ENTRIES_MAX",
    "FIRST_POLL",
    "LAST_POLL",
    "Expected",
    "ExpectedDevelopment",
    "Week",
    "WeekArticle",
    "WeekEdit",
    "WeekFeed",
    "WeekPublisher",
    "demo_feeds",
    "entries_shown",
    "feed_body",
    "feed_modified_at",
    "load_week",
    "page",
]

ENTRIES_MAX = 12  # a feed shows its newest
RELATED_MAX = 4
FIRST_POLL = datetime(2020, 2, 17, 18, tzinfo=UTC)  # every feed has entries; those 48 h older than this are known, not new
LAST_POLL = datetime(2020, 2, 24, 6, tzinfo=UTC)
# `new_origin` in expected.jsonl counts on a story being in the first of these
EDITIONS = (datetime(2020, 2, 20, 6, tzinfo=UTC), LAST_POLL)


def demo_feeds() -> list[dict[str, str]]:
    """List the week's feeds as a feeds.toml would: url, publisher, language, country."""
    return [
        {"url": feed.url, "publisher": publisher.title, "language": publisher.language, "country": publisher.country}
        for publisher in load_week().publishers
        for feed in publisher.feeds
    ]


def entries_shown(feed: WeekFeed, at: datetime) -> tuple[WeekArticle, ...]:
    """List the articles a feed shows when it is whole, newest first."""
    published = load_week().published(feed.host, at)
    return tuple(article for article in published if not article.feeds or feed.section in article.feeds)[:ENTRIES_MAX]


def feed_modified_at(feed: WeekFeed, at: datetime) -> datetime:
    """Give the time of the last change in a feed; the day before the first poll when it shows nothing."""
    return max((article.modified_at(at) for article in entries_shown(feed, at)), default=FIRST_POLL - timedelta(days=1))


def feed_body(feed: WeekFeed, at: datetime) -> tuple[bytes, str, str]:
    """Give (body, content type, ETag) of a feed. A cut feed bears the ETag of the whole one: never trust it."""
    publisher = load_week().by_host[feed.host]
    text = write_feed(publisher, feed, [entry_of(article, publisher, at) for article in entries_shown(feed, at)])
    content_type = f"{CONTENT_TYPES[feed.format]}; charset={feed.encoding}"
    etag = _etag(text)
    if feed.is_cut(at):
        text = cut_after_first_entry(text, feed.format)
    return text.encode(feed.encoding, "xmlcharrefreplace"), content_type, etag


def page(url: str, at: datetime) -> tuple[int, Mapping[str, str], bytes]:
    """Give (status, headers, body) of any address of the week's hosts that is no feed."""
    parts = urlsplit(url)
    publisher = load_week().by_host.get(parts.hostname or "")
    if publisher is None:
        return 404, {"Content-Type": "text/plain"}, b"no such host\n"
    if parts.path == "/robots.txt":
        return 200, {"Content-Type": "text/plain"}, b"User-agent: *\nAllow: /\n"
    if parts.path in {"", "/"}:
        return _html(200, write_home(publisher, load_week().published(publisher.host, at)))
    article = load_week().by_url.get(_without_tracking(url))
    if article is None or article.published_at > at or article.page == "not_found":
        return _html(404, write_not_found(publisher))
    return _article_page(article, publisher, at)


def _article_page(article: WeekArticle, publisher: WeekPublisher, at: datetime) -> tuple[int, Mapping[str, str], bytes]:
    if article.page == "redirect_home":
        return 302, {"Location": f"http://{publisher.host}/", "Content-Type": "text/html; charset=utf-8"}, b""
    if article.page == "cookie_wall":
        return _html(200, write_wall(publisher, article.title))
    others = tuple(each for each in load_week().published(article.host, at) if each.title != article.title)
    text = PageText(article, article.title_at(at), article.paragraphs_at(at), article.modified_at(at), others[:RELATED_MAX])
    return _html(200, write_page(text, publisher), article.modified_at(at))


def _html(status: int, text: str, modified_at: datetime | None = None) -> tuple[int, Mapping[str, str], bytes]:
    headers = {"Content-Type": "text/html; charset=utf-8", "ETag": _etag(text)}
    if modified_at is not None:
        headers["Last-Modified"] = format_datetime(modified_at, usegmt=True)
    return status, headers, text.encode()


def _etag(text: str) -> str:
    return f'"{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"'


def _without_tracking(url: str) -> str:
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not name.startswith("utm_")]
    return f"http://{parts.hostname}{parts.path}" + (f"?{urlencode(kept)}" if kept else "")
