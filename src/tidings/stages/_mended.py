"""Mend a feed document that breaks feedparser itself, so that one odd character does not cost all entries.

Seen by fuzzing feedparser 6.0.14: it raises on references to characters that do not exist (`&#xD800;`, `&#99999999999;`), on
declared encodings that are no encodings, and on empty elements of some extensions (creativecommons, georss).
"""

import re

from tidings.text.decode import decode
from tidings.text.markup import unescape

_DECLARATION = re.compile(r"<\?xml\b[^<>]{0,400}\?>|<!DOCTYPE\b[^<>\[]{0,400}>")
_REFERENCE = re.compile(r"&#(?:[0-9]{1,8}|[xX][0-9A-Fa-f]{1,8});|&#[xX]?[0-9A-Fa-f]*;?")
_EXTENSION = re.compile(r"</?(?!(?:rdf|rss|rss10|atom|a10|dc|dcterms|content|news|xhtml)\b)[A-Za-z][\w.-]{0,40}:[^<>]*>", re.IGNORECASE)
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def mended(body: bytes, content_type: str) -> bytes:
    """Return the document as UTF-8 without a declaration, without tags of extensions, every reference to a character that exists."""
    text = _EXTENSION.sub("", _DECLARATION.sub("", _NOT_XML.sub("\ufffd", decode(body, content_type))))
    return with_existing(text).encode("utf-8", "replace")


def with_existing(text: str) -> str:
    """Put the replacement character for every reference to a character that does not exist: libxml2 makes broken text of some."""
    return _REFERENCE.sub(_existing, text)


def _existing(reference: re.Match[str]) -> str:
    """Keep the references that XML allows; the others stand for the replacement character."""
    letter = unescape(reference[0])
    return (
        reference[0] if len(letter) == 1 and reference[0].endswith(";") and not _NOT_XML.match(letter) and letter != "\ufffd" else "\ufffd"
    )
