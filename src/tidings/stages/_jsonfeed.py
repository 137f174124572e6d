"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org), also one that was cut in the middle."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tidings.text.decode import decode

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
    return body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"


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
    return Document(form, _string(found.get("title")), _string(found.get("language")), [item for item in items if isinstance(item, dict)])


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


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
