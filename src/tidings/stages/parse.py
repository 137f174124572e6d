"""Read a feed's bytes: RSS, Atom and RDF by feedparser, JSON Feed by a small reader of our own.

feedparser is given `io.BytesIO` and nothing else: bytes or text that name a file or URL would be opened.
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import feedparser

from tidings import ids
from tidings.model import Entry, Feed, ParsedFeed, Rejection, Response, Stage
from tidings.stages import _jsonfeed
from tidings.stages._mended import mended
from tidings.text import dates
from tidings.text.markup import one_line, plain, to_text
from tidings.text.urls import absolute

ENTRIES_MAX = 2_000
TITLE_CHARS_MAX = 500
URL_CHARS_MAX = 2_000
TEXT_CHARS_MAX = 200_000
AUTHORS_MAX = 8

# feedparser falls back to a lenient parser on any error; only a document without its end is cut
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_EDGE = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>/]|\Z)", re.IGNORECASE)
_TAIL_BYTES = 4_096
_WEB = ("http://", "https://")


def parse_feed(response: Response, feed: Feed) -> ParsedFeed | Rejection:
    """Read the entries of a feed document; the reason of a rejection is `empty_body` or `not_a_feed`.

    Login and challenge pages parse "fine" with no entries, so success needs a feed version. Of a document
    that ends too early the entries before the cut are kept and `cut` is set. Entries beyond `ENTRIES_MAX`
    are counted in `entries_dropped`, never lost silently. Dates that cannot be true become None.
    """
    if not response.body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return Rejection(Stage.PARSE, "empty_body", transient=True)
    if _jsonfeed.looks_like(response.body):
        return _parse_json(response, feed)
    document = _document(response)
    if document is None:
        return Rejection(Stage.PARSE, "parser_error", "feedparser")
    if not document.version:
        return Rejection(Stage.PARSE, "not_a_feed", one_line(response.headers.get("content-type", ""))[:80])
    items = document.entries
    cut = _is_malformed(document) and not _has_end(response.body)
    if cut and _ends_inside_entry(response.body):
        items = items[:-1]  # feedparser closes the open element: a phantom entry with half a text
    language = dict.get(document.feed, "language") or ""
    return _collect(
        ParsedFeed(document.version, _title(document.feed), (), cut),
        (_from_feedparser(item, response, feed, language) for item in items[:ENTRIES_MAX]),
        len(items),
    )


def _document(response: Response) -> Any:
    """Have feedparser read a document; if that breaks the library, what can be mended of it. None when that breaks it, too."""
    headers = _headers(response)
    try:
        return _ask_feedparser(response.body, headers)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a library's bug on odd input
        body = mended(response.body, headers.get("content-type", ""))
    try:
        return _ask_feedparser(body, headers | {"content-type": "text/xml; charset=utf-8"})
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - and what is left of it breaks the library, too
        return None


def _ask_feedparser(body: bytes, headers: Mapping[str, str]) -> Any:
    return feedparser.parse(io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False)


def _parse_json(response: Response, feed: Feed) -> ParsedFeed | Rejection:
    document = _jsonfeed.read(response.body)
    if document is None:
        return Rejection(Stage.PARSE, "not_a_feed", "JSON, but no JSON Feed")
    return _collect(
        ParsedFeed(document.format, one_line(document.title)[:TITLE_CHARS_MAX].strip(), (), document.cut),
        (_from_json(item, response, feed, document.language) for item in document.items[:ENTRIES_MAX]),
        len(document.items),
    )


def _collect(parsed: ParsedFeed, entries: Iterable[Entry], count: int) -> ParsedFeed:
    """Keep the first of the entries with one id."""
    first: dict[str, Entry] = {}
    for entry in entries:
        first.setdefault(entry.id, entry)
    return replace(parsed, entries=tuple(first.values()), entries_dropped=max(0, count - ENTRIES_MAX))


def _headers(response: Response) -> dict[str, str]:
    """Pass on only what feedparser needs: the charset and the base of relative links."""
    headers = {"content-location": response.final_url}
    if content_type := response.headers.get("content-type"):
        headers["content-type"] = content_type
    return headers


def _is_malformed(document: Any) -> bool:
    """Tell whether the XML itself is broken; feedparser's `bozo` also counts mere header quarrels."""
    harmless = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
    return bool(document.bozo) and not isinstance(document.get("bozo_exception"), harmless)


def _has_end(body: bytes) -> bool:
    """Tell whether the document's last words close its root (in RDF `</channel>` stands before the items)."""
    tail = body[-_TAIL_BYTES:].replace(b"\x00", b"")
    ends = list(_ROOT_END.finditer(tail))
    return bool(ends) and not _ENTRY_EDGE.search(tail, ends[-1].end())


def _ends_inside_entry(body: bytes) -> bool:
    edges = _ENTRY_EDGE.findall(body.replace(b"\x00", b""))
    return bool(edges) and edges[-1] == b""


def _from_feedparser(item: Mapping[str, Any], response: Response, feed: Feed, language: str) -> Entry:
    guid = one_line(_string(item.get("id")))
    link = next(filter(None, (_web_url(href, response.final_url) for href in _links(item, guid))), "")
    contents = [_text_of(part) for part in item.get("content") or () if isinstance(part, Mapping)]
    summary = _text_of(item.get("summary_detail")) or to_text(_string(item.get("summary")))
    content = max(contents, key=len, default="")
    return _entry(
        feed,
        guid=guid,
        url=link,
        title=_title(item),
        summary=summary,
        content=content,
        published_at=_published(item, response.fetched_at),
        language=_string((item.get("title_detail") or {}).get("language")) or _string(language),
        authors=[_string(author.get("name")) for author in item.get("authors") or () if isinstance(author, Mapping)],
    )


def _from_json(item: Mapping[str, Any], response: Response, feed: Feed, language: str) -> Entry:
    links = (_string(item.get(key)) for key in ("url", "external_url", "id"))
    guid = item.get("id")
    when = (dates.parse_date(_string(item.get(key))) for key in ("date_published", "date_modified"))
    plausible = (dates.plausible(date, response.fetched_at) for date in when)
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return _entry(
        feed,
        guid=one_line(str(guid)) if isinstance(guid, str | int | float) else "",
        url=next(filter(None, (_web_url(link, response.final_url, need_scheme=n == 2) for n, link in enumerate(links))), ""),
        title=one_line(_string(item.get("title"))),
        summary=plain(_string(item.get("summary"))),
        content=to_text(_string(item.get("content_html"))) or plain(_string(item.get("content_text"))),
        published_at=next(filter(None, plausible), None),
        language=_string(item.get("language")) or language,
        authors=[_string(author.get("name")) for author in authors or () if isinstance(author, dict)],
    )


def _entry(
    feed: Feed,
    *,
    guid: str,
    url: str,
    title: str,
    summary: str,
    content: str,
    published_at: datetime | None,
    language: str,
    authors: Iterable[str],
) -> Entry:
    """Cap every field, and make the id from what is kept."""
    guid, title = guid[:URL_CHARS_MAX].strip(), title[:TITLE_CHARS_MAX].strip()
    summary, content = summary[:TEXT_CHARS_MAX], content[:TEXT_CHARS_MAX]
    summary = "" if summary == content else summary  # feedparser copies a lone content into the summary
    names = tuple(dict.fromkeys(name for name in (one_line(author)[:100].strip() for author in authors) if name))
    return Entry(
        id=ids.entry_id(feed.id, guid, url, title, content or summary),
        feed_id=feed.id,
        guid=guid,
        url=url,
        title=title,
        summary=summary,
        content=content,
        published_at=published_at,
        # the user knows better: many feeds claim the language of the software that writes them
        language=feed.language or _language(language),
        authors=names[:AUTHORS_MAX],
    )


def _links(item: Mapping[str, Any], guid: str) -> list[str]:
    """List an entry's links, best first: alternate HTML, other alternates, any page, a guid that is a URL."""
    links = [link for link in item.get("links") or () if isinstance(link, Mapping)]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if "html" in _string(link.get("type") or "html")]
    others = [link for link in links if link.get("rel") not in ("enclosure", "self", "edit", "hub", "replies", "license")]
    hrefs = [_string(link.get("href")) for link in (*pages, *alternates, *others)]
    permalink = [guid] if guid.lower().startswith(_WEB) else []
    return [*hrefs, _string(item.get("link")), *permalink]


def _web_url(href: str, base: str, *, need_scheme: bool = False) -> str:
    """Make a link absolute; empty unless it is http or https."""
    href = href.strip()
    if not href or len(href) > URL_CHARS_MAX or (need_scheme and not href.lower().startswith(_WEB)):
        return ""
    url = absolute(base, href)
    return url if url.lower().startswith(_WEB) and len(url) <= URL_CHARS_MAX else ""


def _title(item: Mapping[str, Any]) -> str:
    detail = item.get("title_detail")
    text = _text_of(detail) if detail else to_text(_string(item.get("title")))
    return one_line(text)[:TITLE_CHARS_MAX].strip()


def _text_of(detail: Mapping[str, Any] | None) -> str:
    """Turn feedparser's {type, value} into text. In RSS the type is its guess, which knows no `<script>`."""
    if not detail:
        return ""
    value = _string(detail.get("value"))
    return plain(value) if detail.get("type") == "text/plain" and "</" not in value else to_text(value)


def _published(item: Any, now: datetime) -> datetime | None:
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # dict.get: feedparser's own lookup answers one date for another, with a warning
        when = dates.plausible(dates.from_struct(dict.get(item, key)), now)
        if when:
            return when
    return None


def _language(tag: str) -> str:
    """Shorten a language tag to its primary part ("en-GB" to "en")."""
    primary = re.match(r"[A-Za-z]{2,3}(?=[-_]|$)", tag.strip())
    return primary[0].lower() if primary else ""


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
