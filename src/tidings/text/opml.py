"""Read and write OPML 2.0, the form in which feed readers exchange their lists.

Reading is listparser's handler over the tolerant parser of the standard library, which knows no document types, resolves
no entities of a document's own and opens nothing. `listparser.parse` is not called: it fetches text that is an address,
keeps the way down to each outline (memory grows with depth times outlines) and drops the language.
"""

import re
import xml.etree.ElementTree as ET  # it only writes here
from collections.abc import Iterable
from dataclasses import dataclass, field

from listparser.opml import OpmlMixin

from tidings.model import Rejection, Stage
from tidings.text.decode import decode
from tidings.text.markup import one_line

BYTES_MAX = 5_000_000
OUTLINES_MAX = 50_000
FEEDS_MAX = 10_000
DEPTH_MAX = 100
URL_CHARS_MAX = 2_000
TITLE_CHARS_MAX = 200

_DECLARATION = re.compile(r"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w.-]+:)?opml[\s>]", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]+:)?opml\s*>", re.IGNORECASE)
_EMPTY = b"\x00 \t\r\n\xef\xbb\xbf\xfe\xff"


@dataclass(frozen=True, slots=True)
class Outline:
    """Hold one outline that names a feed. `line` is where it stands in the file; 0 when it is being written."""

    url: str  # as it stands there, trimmed: judge it before use
    title: str = ""
    language: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class OutlineList:
    """Hold what an OPML file says: its feeds in order, repeats included, and how many other lists it points to."""

    outlines: tuple[Outline, ...]
    list_count: int = 0  # they are not followed
    cut: bool = False  # the document ends too early


class _RefusedError(Exception):
    """Carry the reason from inside the parser to where it becomes a rejection."""


@dataclass(slots=True)
class _Found:
    outlines: list[Outline] = field(default_factory=list)
    outline_count: int = 0
    list_count: int = 0
    depth: int = 0


class _Reader(OpmlMixin):
    """Note each outline that names a feed; listparser sees to tags, prefixes and closing."""

    def __init__(self) -> None:
        super().__init__()
        self.harvest.update(version="", meta={}, bozo=False)
        self.found = _Found()

    def start_opml_outline(self, attrs: dict[str, str]) -> None:
        found = self.found
        found.outline_count += 1
        found.depth += 1
        if found.depth > DEPTH_MAX:
            raise _RefusedError("too_deep")
        if found.outline_count > OUTLINES_MAX or len(found.outlines) > FEEDS_MAX:
            raise _RefusedError("too_many_outlines")
        kind = attrs.get("type", "").strip().lower()
        if kind in ("link", "include", "source"):
            found.list_count += 1
        elif url := one_line(attrs.get("xmlurl", ""))[: URL_CHARS_MAX + 1]:  # one more than is accepted, so that it is not
            title = one_line(attrs.get("text", "")) or one_line(attrs.get("title", ""))
            found.outlines.append(Outline(url, title[:TITLE_CHARS_MAX].strip(), one_line(attrs.get("language", ""))[:40], self.getpos()[0]))

    def end_opml_outline(self) -> None:
        self.found.depth = max(0, self.found.depth - 1)


def read_opml(body: bytes) -> OutlineList | Rejection:
    """Read the feeds of an OPML file; reasons: `too_large`, `empty`, `not_opml`, `document_type`, `too_deep`, `too_many_outlines`.

    Titles are cleaned to one line without control characters. A list over a limit is refused, not cut.
    """
    if len(body) > BYTES_MAX:
        return Rejection(Stage.PARSE, "too_large")
    if not body.strip(_EMPTY):
        return Rejection(Stage.PARSE, "empty")
    text = decode(body)
    if _DECLARATION.search(text):
        return Rejection(Stage.PARSE, "document_type")
    if not _ROOT.search(text):
        return Rejection(Stage.PARSE, "not_opml")
    reader = _Reader()
    try:
        reader.feed(text)
        reader.close()
    except _RefusedError as refused:
        return Rejection(Stage.PARSE, str(refused))
    except (IndexError, KeyError, AssertionError, ValueError):  # namespaces closed twice, broken declarations
        return Rejection(Stage.PARSE, "not_opml")
    if len(reader.found.outlines) > FEEDS_MAX:
        return Rejection(Stage.PARSE, "too_many_outlines")
    return OutlineList(tuple(reader.found.outlines), reader.found.list_count, cut=not _ROOT_END.search(text))


def write_opml(title: str, groups: Iterable[tuple[str, Iterable[Outline]]]) -> str:
    """Write named groups of feeds as an OPML 2.0 document."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = one_line(title)
    body = ET.SubElement(root, "body")
    for name, outlines in groups:
        folder = ET.SubElement(body, "outline", text=one_line(name))
        for one in outlines:
            said = {"text": one_line(one.title), "title": one_line(one.title), "type": "rss", "xmlUrl": one_line(one.url)}
            ET.SubElement(folder, "outline", said | ({"language": one_line(one.language)} if one.language else {}))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'
