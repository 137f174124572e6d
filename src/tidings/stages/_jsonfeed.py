"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org), also one that was cut in the middle."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tidings.model import Entry, Feed, Response
from tidings.stages._claimed import read_claimed
from tidings.stages._entries import first_plausible, make_entry, string, title_of, undoubled, web_url
from tidings.text.decode import decode
from tidings.text.markup import plain, to_text

# "1.0" alone is wrong, but seen
_VERSION = re.compile(r"\"version\"\s*:\s*\"(?:https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org(?:\\?/)version(?:\\?/))?(1(?:\.\d)?)\"")
_ITEMS = re.compile(r"\"items\"\s*:\s*\[")
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a JSON Feed; `items` are objects, unchecked inside."""

    format: str  # json10 | json11
    title: str
    language: str
    items: list[Mapping[str, Any]]
    cut: bool = False


def looks_like(body: bytes) -> bool:
    """Tell JSON from XML by the first character that is not white space."""
    return body[:64].lstrip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n")[:1] == b"{"


def read(body: bytes) -> Document | None:
    """Read a JSON Feed; None when it is other JSON. What is nested too deep to read is no feed either."""
    text = decode(body)
    version = _VERSION.search(text)
    if not version:
        return None
    form = "json" + (version[1].replace(".", "") + "0")[:2]
    try:
        # numbers as text: nothing here is counted, and a million digits cost nothing this way
        found = json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError:
        return Document(form, "", "", _items_before_cut(text), cut=True)
    except RecursionError:
        return None
    items = found.get("items") if isinstance(found, dict) else None
    if not isinstance(items, list):
        return None
    return Document(form, string(found.get("title")), string(found.get("language")), [item for item in items if isinstance(item, dict)])


def entry_of(item: Mapping[str, Any], response: Response, feed: Feed, language: str) -> Entry:
    """Make an entry of an item. Its own page comes before the one it speaks of (`external_url`), and an id may be an address."""
    links = (web_url(string(item.get(key)), response.final_url, need_scheme=key == "id") for key in ("url", "external_url", "id"))
    guid = item.get("id")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    return make_entry(
        feed,
        guid=str(guid) if isinstance(guid, str | int | float) else "",
        url=next(filter(None, links), ""),
        title=title_of(string(item.get("title")), plain),
        summary=plain(undoubled(string(item.get("summary")))),
        content=to_text(undoubled(string(item.get("content_html")))) or plain(undoubled(string(item.get("content_text")))),
        published_at=first_plausible(
            (read_claimed(string(item.get(key))) for key in ("date_published", "date_modified")), response.fetched_at
        ),
        language=string(item.get("language")) or language,
        authors=[undoubled(string(author.get("name"))) for author in authors or () if isinstance(author, dict)],
    )


def _items_before_cut(text: str) -> list[Mapping[str, Any]]:
    start = _ITEMS.search(text)
    items: list[Mapping[str, Any]] = []
    if not start:
        return items
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    position = start.end()
    while True:
        position = _BETWEEN.match(text, position).end()  # type: ignore[union-attr]
        try:
            item, position = decoder.raw_decode(text, position)
        except (json.JSONDecodeError, RecursionError):
            return items
        if isinstance(item, dict):
            items.append(item)
