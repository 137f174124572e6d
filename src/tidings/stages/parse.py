"""Read a feed's bytes: RSS, Atom, RDF and CDF by feedparser, JSON Feed and news sitemaps by small readers of our own."""

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from tidings.model import Entry, Feed, ParsedFeed, Rejection, Response, Stage
from tidings.stages import _jsonfeed, _sitemap, _xmlfeed
from tidings.stages._entries import title_of
from tidings.text.markup import one_line, plain
from tidings.text.urls import without_secrets

ENTRIES_MAX = 2_000
BODY_BYTES_MAX = 10_000_000  # of what was packed as a file (`.xml.gz`); what the server packs is unpacked by the client

_GZIP = b"\x1f\x8b\x08"
_NOTHING = b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"
_BEFORE_ROOT_BYTES = 8_192
# In front of the outermost element: marks, declarations, comments, a document type
_ROOT = re.compile(
    rb"(?:[\s\xef\xbb\xbf\xff\xfe]|<\?[^>]*>|<!--(?:[^-]|-(?!->))*+-->|<![A-Z][^>\[]*+(?:\[[^\]]*+\]\s*)?>)*+<(?:[\w.-]+:)?([\w.-]+)",
    re.IGNORECASE,
)


def parse_feed(response: Response, feed: Feed, read_from: int = 0) -> ParsedFeed | Rejection:
    """Read the entries of a feed document, at most `ENTRIES_MAX` after the first `read_from`.

    Reasons of a rejection: empty_body, not_a_feed, sitemap_index, sitemap_without_news, too_large (unpacked), parser_error. Login
    and challenge pages parse "fine" with no entries, so success needs a feed version. Of a document that ends too early the entries
    before the cut are kept and `cut` is set. Entries over `ENTRIES_MAX` are counted in `entries_dropped`, never lost silently. Dates
    that cannot be true become None.
    """
    unpacked = _unpacked(response.body)
    if unpacked is None:
        return Rejection(Stage.PARSE, "too_large", "unpacked")
    response = replace(response, body=unpacked)
    if not response.body.strip(_NOTHING):
        return Rejection(Stage.PARSE, "empty_body", transient=True)
    if _jsonfeed.looks_like(response.body):
        return _parse_json(response, feed, read_from)
    root = _root(response.body)
    if root in _sitemap.ROOTS:
        return _parse_sitemap(response, feed, root, read_from)
    document = _xmlfeed.read(response, root, feed.language)
    if document is None:
        return Rejection(Stage.PARSE, "parser_error", "feedparser")
    if not document.version:
        return Rejection(Stage.PARSE, "not_a_feed", one_line(response.headers.get("content-type", ""))[:80])
    head = ParsedFeed(document.version, document.title, (), document.cut)
    return _collect(head, document.items, read_from, lambda item: _xmlfeed.entry_of(item, response, feed, document.language))


def _parse_json(response: Response, feed: Feed, read_from: int) -> ParsedFeed | Rejection:
    document = _jsonfeed.read(response.body)
    if document is None:
        return Rejection(Stage.PARSE, "not_a_feed", "JSON, but no JSON Feed")
    head = ParsedFeed(document.format, title_of(document.title, plain), (), document.cut)
    return _collect(head, document.items, read_from, lambda item: _jsonfeed.entry_of(item, response, feed, document.language))


def _parse_sitemap(response: Response, feed: Feed, root: str, read_from: int) -> ParsedFeed | Rejection:
    document = _sitemap.read(response, root)
    if root == "sitemapindex":
        named = [item.get("loc", "") for item in document.items]
        best = next((url for url in named if "news" in url.lower()), next(iter(named), ""))
        return Rejection(Stage.PARSE, "sitemap_index", without_secrets(one_line(best))[:300])
    if document.address_count and not document.items:
        return Rejection(Stage.PARSE, "sitemap_without_news", f"{document.address_count} addresses")
    title = next((item["name"] for item in document.items if "name" in item), "")
    head = ParsedFeed("sitemap", title_of(title, plain), (), document.cut)
    return _collect(head, document.items, read_from, lambda item: _sitemap.entry_of(item, response, feed))


def _collect(head: ParsedFeed, items: Iterable[Any], read_from: int, make: Callable[[Mapping[str, Any]], Entry]) -> ParsedFeed:
    """Keep the first of the entries with one id. A document that became shorter than what was read of it is read from its beginning."""
    listed = list(items)
    start = read_from if read_from < len(listed) else 0
    first: dict[str, Entry] = {}
    for item in listed[start : start + ENTRIES_MAX]:
        entry = make(item)
        first.setdefault(entry.id, entry)
    return replace(head, entries=tuple(first.values()), entries_dropped=max(0, len(listed) - ENTRIES_MAX))


def _unpacked(body: bytes) -> bytes | None:
    """Unpack what is a gzip file (sitemaps are served so), as far as it goes; None when it is too large. Else return it as it is."""
    if not body.startswith(_GZIP):
        return body
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = stream.decompress(body, BODY_BYTES_MAX + 1)
    except zlib.error:
        return b""
    return unpacked if len(unpacked) <= BODY_BYTES_MAX else None


def _root(body: bytes) -> str:
    """Return the name of the outermost element, without its prefix; empty where none is in sight."""
    found = _ROOT.match(body[:_BEFORE_ROOT_BYTES].replace(b"\x00", b""))
    return found[1].decode("ascii", "replace") if found else ""
