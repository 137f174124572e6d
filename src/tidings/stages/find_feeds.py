"""Find the feeds that a web page names: in its head, by links that look like feeds; and where to look when it names none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from tidings.model import Response
from tidings.stages import _page
from tidings.text.decode import decode
from tidings.text.markup import one_line, to_text
from tidings.text.urls import absolute, parse, registrable_domain

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
_LIKE_A_FEED = re.compile(
    r"(?:^|/)(?:rss|feeds?|atom|rdf)(?:/|$)|\.(?:rss|atom|rdf)$|(?:^|/)(?:rss|feed|atom|index)[\w-]*\.(?:xml|json)$", re.IGNORECASE
)
_ASKS_FOR_FEED = re.compile(r"(?:^|&)(?:feed|format|type|alt|_format)=(?:rss|atom|feed|rdf|xml)", re.IGNORECASE)
_PERHAPS = re.compile(r"rss(?:feeds?)?(?![a-z])|(?<![a-z])feeds?(?![a-z-])|\.xml$", re.IGNORECASE)  # "/StoryRss3082.xml", "/news_rss.php"
_NO_FEED = re.compile(r"\.(?:html?|css|js|png|svg|jpe?g|gif|pdf)$|sitemap[\w-]*\.xml", re.IGNORECASE)
_FEED_HOST = re.compile(r"(?:rss|feeds?|newsfeed)\d*\.", re.IGNORECASE)
_OF_COMMENTS_RANK = 10
_OF_COMMENTS = re.compile(r"comment", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """Hold an address at which a feed may be found, and how we came to it."""

    url: str
    title: str = ""  # as the page says; hostile
    format: str = ""  # as the page says: RSS, Atom, JSON Feed, XML, or empty
    how: str = "head"  # head | link | guess


def find_feeds(response: Response) -> tuple[FeedLink, ...]:
    """Return the addresses that a page names as feeds, best first: its head, then links that look or may be like feeds; feeds of comments last.

    In time linear in the size of the page. At most `LINKS_MAX`.
    """
    html = _DROPPED.sub(" ", decode(response.body, response.headers.get("content-type", "")))
    base = response.final_url
    if (tag := _BASE.search(html)) and (target := absolute(base, _page.attributes(tag[0]).get("href", ""))):
        base = target
    found: dict[str, tuple[int, FeedLink]] = {}
    for rank, one in (*_in_head(html, base), *_in_links(html, base)):
        if one.url != response.final_url:
            found.setdefault(one.url, (rank + _OF_COMMENTS_RANK * bool(_OF_COMMENTS.search(one.url)), one))
    return tuple(one for _, one in sorted(found.values(), key=lambda ranked: ranked[0])[:LINKS_MAX])


def _in_head(html: str, base: str) -> Iterator[tuple[int, FeedLink]]:
    for match in islice(_LINK.finditer(html), _TAGS_MAX):
        link = _page.attributes(match[0])
        kind = _TYPES.get(link.get("type", "").partition(";")[0].strip().lower())
        rel = link.get("rel", "").lower().split()
        if kind and "alternate" in rel and (url := absolute(base, link.get("href", ""))) and not _is_of_a_program(url, kind):
            yield 0, FeedLink(url, _title(link.get("title", "")), kind)


def _is_of_a_program(url: str, kind: str) -> bool:
    """Tell whether this is WordPress's interface for programs, which its pages name as alternates in JSON."""
    return kind == "JSON Feed" and "/wp-json/" in url


def _in_links(html: str, base: str) -> Iterator[tuple[int, FeedLink]]:
    own = _domain(base)
    for match in islice(_ANCHOR.finditer(html), _TAGS_MAX):
        url = absolute(base, _page.attributes(match[1]).get("href", ""))
        if url and (rank := _likeness(url, own)):
            yield rank, FeedLink(url, _title(to_text(match[2])), how="link")


def _domain(url: str) -> str:
    parts = parse(url)
    return registrable_domain(parts.host) if parts else ""


def _likeness(url: str, own: str) -> int:
    """Return 1 for an address that looks like a feed's, 2 for one that may be, 0 for others. On domains but our own only hosts of feeds count."""
    path, _, query = url.partition("?")
    _, _, place = path.partition("://")
    if _NO_FEED.search(path):
        return 0
    if _FEED_HOST.match(place):
        return 1
    path = place[place.find("/") :]
    rank = 1 if _LIKE_A_FEED.search(path) or _ASKS_FOR_FEED.search(query) else 2 if _PERHAPS.search(path) else 0
    return rank if rank and _domain(url) == own else 0  # elsewhere, "/dialog/feed" shares a page


def _title(text: str) -> str:
    return one_line(text)[:TITLE_CHARS_MAX].strip()


def guesses(site: str) -> tuple[FeedLink, ...]:
    """Return the well-known addresses of feeds at the origin of a web address."""
    parts = parse(site)
    return tuple(FeedLink(parts.origin + path, how="guess") for path in WELL_KNOWN) if parts else ()
