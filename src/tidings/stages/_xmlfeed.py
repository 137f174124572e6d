"""Read RSS, Atom, RDF and CDF by feedparser, which is given `io.BytesIO` and nothing else: it opens bytes or text that name a file or URL.

Links are resolved here, against `xml:base` and the address that answered; ids and guids never (RFC 4287, 4.2.6: they are names),
so a feed that moves keeps them. feedparser is told no address for that reason.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import feedparser

from tidings.model import Entry, Feed, Response
from tidings.stages._charset import legible
from tidings.stages._claimed import read_claimed
from tidings.stages._entries import first_plausible, is_web_url, make_entry, string, title_of, undoubled, web_url
from tidings.stages._mended import mended
from tidings.text.markup import plain, to_text

# feedparser falls back to a lenient parser on any error; only a document without its end is cut
_ROOT_END = re.compile(rb"</(?:[\w.-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_EDGE = re.compile(rb"<(/?)(?:[\w.-]+:)?(?:item|entry)(?=[\s>/]|\Z)", re.IGNORECASE)
# feedparser takes any `uri` for the link, and not the text; this one leads into another network (AT Protocol)
_AT_LINK = re.compile(rb"(<link\b[^<>]{0,400}?)\s(?:uri|url)\s*=\s*(?:\"at:[^\"<>]*\"|'at:[^'<>]*')")
# `&section=` in an address that nobody escaped: outside CDATA no XML holds it, and feedparser reads `§ion=`
_BARE = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?=[A-Za-z][\w-]{0,40}=)", re.DOTALL)
_TAIL_BYTES = 4_096
_DECLARATION_BYTES = 300
_NO_PAGE = ("enclosure", "self", "edit", "hub", "replies", "license", "next", "prev", "first", "last", "icon", "stylesheet")
_DATES = ("published", "updated", "created")
_NOT_TEXT = re.compile(r"(?!text/|application/(?:[\w.-]+\+)?x?html\b|application/(?:[\w.-]+\+)?xml\b)[\w.-]+/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Document:
    """Hold what feedparser made of a document; `version` is empty for what is no feed."""

    version: str
    title: str
    language: str
    items: list[Mapping[str, Any]]
    cut: bool


def read(response: Response, root: str, language: str) -> Document | None:
    """Read a feed, whose outermost element is `root`, and whose configured language may tell an undeclared charset. None when feedparser breaks, also on what can be mended of the document."""
    document = _document(response, language)
    if document is None:
        return None
    items = list(document.entries)
    cut = _is_malformed(document) and not _has_end(response.body)
    if cut and _ends_inside_entry(response.body):
        items = items[:-1]  # feedparser closes the open element: a phantom entry with half a text
    # CDF and RSS 1.1 have `<Channel>` outermost; feedparser reads them, and has no name for them
    version = document.get("version") or (  # of a declaration and nothing else feedparser gives none (found by fuzzing)
        {"CHANNEL": "cdf", "Channel": "rss11"}.get(root, "") if items or document.feed else ""
    )
    return Document(version, _title(document.feed), string(dict.get(document.feed, "language")), items, cut)


def entry_of(item: Mapping[str, Any], response: Response, feed: Feed, language: str) -> Entry:
    """Make an entry of what feedparser calls one."""
    guid = string(item.get("id"))
    contents = [_text_of(part) for part in item.get("content") or () if isinstance(part, Mapping)]
    return make_entry(
        feed,
        guid=guid,
        url=next(filter(None, (web_url(href, response.final_url) for href in _links(item, guid))), ""),
        title=_title(item),
        summary=_text_of(item.get("summary_detail")) or to_text(undoubled(string(item.get("summary")))),
        content=max(contents, key=len, default=""),
        published_at=first_plausible(_claimed(item), response.fetched_at),
        language=string((item.get("title_detail") or {}).get("language")) or language,
        authors=[undoubled(string(author.get("name"))) for author in item.get("authors") or () if isinstance(author, Mapping)],
    )


def _document(response: Response, language: str) -> Any:
    """Have feedparser read a document; if that breaks the library, what can be mended of it. None when that breaks it, too."""
    content_type = response.headers.get("content-type", "")
    body, charset = legible(response.body, content_type, language)
    try:
        return _ask_feedparser(body, charset)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a library's bug on odd input
        body = mended(response.body, content_type)
    try:
        return _ask_feedparser(body, "text/xml; charset=utf-8")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - and what is left of it breaks the library, too
        return None


def _ask_feedparser(body: bytes, content_type: str) -> Any:
    headers = {"content-type": content_type} if content_type else {}
    if body.startswith(b"<?"):
        # feedparser looks for the encoding with a pattern that is cubic in the length of the first line: 16 kB cost 6 s (found by fuzzing)
        end = body.find(b">", 0, _DECLARATION_BYTES) + 1 or _DECLARATION_BYTES
        body = body[:end] + b"\n" + body[end:]
    return feedparser.parse(
        io.BytesIO(_escaped(_AT_LINK.sub(rb"\1", body))), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _escaped(body: bytes) -> bytes:
    """Escape the ampersands of addresses that were not."""
    return _BARE.sub(lambda found: b"&amp;" if found[0] == b"&" else found[0], body) if b"&" in body else body


def _is_malformed(document: Any) -> bool:
    """Tell whether the XML itself is broken; feedparser's `bozo` also counts mere header quarrels."""
    harmless = (feedparser.NonXMLContentType, feedparser.CharacterEncodingOverride)
    return bool(document.bozo) and not isinstance(document.get("bozo_exception"), harmless)


def _has_end(body: bytes) -> bool:
    """Tell whether the document's last words close its root (in RDF `</channel>` stands before the items).

    Behind a `<![CDATA[` that is never closed nothing is read, whatever stands there.
    """
    if body.rfind(b"<![CDATA[") > body.rfind(b"]]>"):
        return False
    tail = body[-_TAIL_BYTES:].replace(b"\x00", b"")
    ends = list(_ROOT_END.finditer(tail))
    return bool(ends) and not _ENTRY_EDGE.search(tail, ends[-1].end())


def _ends_inside_entry(body: bytes) -> bool:
    edges = _ENTRY_EDGE.findall(body.replace(b"\x00", b""))
    return bool(edges) and edges[-1] == b""


def _links(item: Mapping[str, Any], guid: str) -> Iterator[str]:
    """List an entry's links, best first: where FeedBurner's redirect leads, alternate HTML, other alternates, any page, the guid.

    A guid is a link unless it says that it is none, or is a mere name; feedparser says so only of an entry without another link.
    """
    for key in ("feedburner_origlink", "pheedo_origlink"):
        if is_web_url(href := string(item.get(key)).strip()):
            yield href
    links = [link for link in item.get("links") or () if isinstance(link, Mapping)]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if "html" in string(link.get("type") or "html")]
    others = [link for link in links if link.get("rel") not in _NO_PAGE]
    yield from (string(link.get("href")) for link in (*pages, *alternates, *others))
    named = string(item.get("link"))
    if named and named.strip() != guid.strip():
        yield named
    if (is_web_url(guid) or guid.startswith("/")) and (item.get("guidislink") is not False or links or named):
        yield guid


def _title(item: Any) -> str:
    detail = item.get("title_detail") or {}
    # feedparser keeps the entry's own title and the type of the last one inside, be it an image's
    value = string(dict.get(item, "title")) or string(detail.get("value"))
    return title_of(value, plain if _is_plain(detail, value) else to_text)


def _text_of(detail: Mapping[str, Any] | None) -> str:
    """Turn feedparser's {type, value} into text; what is neither text nor markup, such as a picture, is none."""
    if not detail or _NOT_TEXT.match(string(detail.get("type"))):
        return ""
    value = undoubled(string(detail.get("value")))
    return plain(value) if _is_plain(detail, value) else to_text(value)


def _is_plain(detail: Mapping[str, Any], value: str) -> bool:
    """Tell text from markup. In RSS the type is feedparser's guess, which knows no `<script>`."""
    return detail.get("type") == "text/plain" and "</" not in value


def _claimed(item: Any) -> Iterator[datetime | None]:
    """List the dates of an entry, best first."""
    for key in _DATES:
        # dict.get: feedparser's own lookup answers one date for another, with a warning
        yield read_claimed(string(dict.get(item, key)), dict.get(item, f"{key}_parsed"))
