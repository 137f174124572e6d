"""Make small feeds for the tests of reading, and read them."""

from datetime import UTC, datetime

from tidings.model import Entry, Feed, ParsedFeed, Rejection, Response
from tidings.stages.parse import parse_feed

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
URL = "https://baytown.example/feeds/news.xml"
FEED = Feed(id="feed-1", url=URL, shown_url=URL, publisher="Baytown Post")


def parse(body: bytes | str, content_type: str = "application/rss+xml", feed: Feed = FEED) -> ParsedFeed | Rejection:
    """Read a document that a server answered with."""
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(Response(URL, URL, 200, {"content-type": content_type}, data, NOW), feed)


def entries(body: bytes | str, content_type: str = "application/rss+xml", feed: Feed = FEED) -> tuple[Entry, ...]:
    """Read a document that must be a feed."""
    parsed = parse(body, content_type, feed)
    assert isinstance(parsed, ParsedFeed)
    return parsed.entries


def rss(items: str, *, end: str = "</channel></rss>", encoding: str = "", head: str = "") -> str:
    """Write an RSS 2.0 document; `encoding` is what its declaration says."""
    declared = f' encoding="{encoding}"' if encoding else ""
    return f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>Baytown</title>{head}{items}{end}'


def rss_entry(inner: str) -> Entry:
    """Read the one entry of an RSS document."""
    (entry,) = entries(rss(f"<item>{inner}</item>"))
    return entry


def atom(inner: str, attributes: str = "") -> str:
    """Write an Atom 1.0 document with one entry."""
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><title>Baytown</title><entry>{inner}</entry></feed>'


def atom_entry(inner: str, attributes: str = "") -> Entry:
    """Read the one entry of an Atom document."""
    (entry,) = entries(atom(inner, attributes))
    return entry
