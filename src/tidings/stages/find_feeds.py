"""Find the feeds that a web page names: in its head, by links that look like feeds; and where to look when it names none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tidings.model import Response
from tidings.stages import _page
from tidings.text.decode import decode
from tidings.text.markup import one_line, to_text
from tidings.text.urls import absolute, parse

LINKS_MAX = 40
TITLE_CHARS_MAX = 200
# What the common systems use, the commonest first. Each costs a request, so the list is short.
WELL_KNOWN = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")

_TAGS_MAX = 20_000
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^<>]{0,2000}>", re.IGNORECASE)
_ANCHOR = re.compile(r"<a\b([^<>]{0,2000})>([^<]{0,300})", re.IGNORECASE)
_DROPPED = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TYPES = {
    "application/rss+xml": "RSS",
    "application/atom+xml": "Atom",
    "application/rdf+xml": "RSS",
    "application/feed+json": "JSON Feed",
    "application/json": "JSON Feed",
    "application/xml": "XML",
    "text/xml": "XML",
}
_LOOKS_LIKE_FEED = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom|rdf)(?:/|$)|\.(?:rss|atom|rdf)$|(?:^|/)(?:rss|feed|atom|index)[\w-]*\.(?:xml|json)$", re.IGNORECASE
)
_ASKS_FOR_FEED = re.compile(r"(?:^|&)(?:feed|format|type|alt)=(?:rss|atom|feed|rdf)", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """Hold an address at which a feed may be found, and how we came to it."""

    url: str
    title: str = ""  # as the page says; hostile
    format: str = ""  # as the page says: RSS, Atom, JSON Feed, XML, or empty
    how: str = "head"  # head | link | guess


def find_feeds(response: Response) -> tuple[FeedLink, ...]:
    """Return the addresses that a page names as feeds, best first: its head, then links that look like feeds; feeds of comments last.

    In time linear in the size of the page. At most `LINKS_MAX`.
    """
    html = _DROPPED.sub(" ", decode(response.body, response.headers.get("content-type", "")))
    base = response.final_url
    if (tag := _BASE.search(html)) and (target := absolute(base, _page.attributes(tag[0]).get("href", ""))):
        base = target
    found: dict[str, FeedLink] = {}
    for one in (*_in_head(html, base), *_in_links(html, base)):
        if one.url != response.final_url:
            found.setdefault(one.url, one)
    return tuple(sorted(found.values(), key=lambda one: bool(_OF_COMMENTS.search(one.url)))[:LINKS_MAX])


def _in_head(html: str, base: str) -> Iterator[FeedLink]:
    for match in islice(_LINK.finditer(html), _TAGS_MAX):
        link = _page.attributes(match[0])
        kind = _TYPES.get(link.get("type", "").partition(";")[0].strip().lower())
        rel = link.get("rel", "").lower().split()
        if kind and "alternate" in rel and (url := absolute(base, link.get("href", ""))) and not _is_of_a_program(url, kind):
            yield FeedLink(url, _title(link.get("title", "")), kind)


def _is_of_a_program(url: str, kind: str) -> bool:
    """Tell whether this is WordPress's interface for programs, which its pages name as alternates in JSON."""
    return kind == "JSON Feed" and "/wp-json/" in url


def _in_links(html: str, base: str) -> Iterator[FeedLink]:
    for match in islice(_ANCHOR.finditer(html), _TAGS_MAX):
        url = absolute(base, _page.attributes(match[1]).get("href", ""))
        parts = parse(url)
        if parts and (_LOOKS_LIKE_FEED.search(parts.path) or _ASKS_FOR_FEED.search(parts.query)):
            yield FeedLink(url, _title(to_text(match[2])), how="link")


def _title(text: str) -> str:
    return one_line(text)[:TITLE_CHARS_MAX].strip()


def guesses(site: str) -> tuple[FeedLink, ...]:
    """Return the well-known addresses of feeds at the origin of a web address."""
    parts = parse(site)
    return tuple(FeedLink(parts.origin + path, how="guess") for path in WELL_KNOWN) if parts else ()
