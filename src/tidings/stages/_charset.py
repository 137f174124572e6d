"""Find out in which encoding a feed really is: headers and declarations lie, bytes seldom do.

feedparser believes the header, then the declaration, and ends at Windows-1252 or ISO 8859-2, in which everything is readable and
nothing right. So what the bytes show is settled before: UTF-8, also with a few broken letters; else what is declared, if the
bytes are possible in it; else the usual one of the feed's language; else a guess.
"""

import codecs
import re

from tidings.text.decode import decode

UTF8 = "application/xml; charset=utf-8"
_BROKEN_SHARE_MAX = 0.2  # of the letters beyond ASCII: a title cut in the middle of one, a note in another encoding; else 0.8 and more
_START_BYTES = 4_096
_DECLARED = re.compile(rb"(<\?xml\b[^<>]{0,200}?)\s+encoding\s*=\s*[\"']\s*([\w.:-]{1,40})\s*[\"']", re.IGNORECASE)
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_LANGUAGE = re.compile(rb"<(?:dc:)?language>\s*([A-Za-z]{2})\b|\sxml:lang\s*=\s*[\"']([A-Za-z]{2})\b", re.IGNORECASE)
_PROGRAMS = ("idna", "punycode", "unicode_escape", "raw-unicode-escape", "unicode-escape", "mbcs", "oem", "palmos", "undefined")
_SEVEN_BIT = ("iso-2022", "utf-7", "hz")


# Servers name these by default, and every byte is possible in them: they say nothing against a declaration
_DEFAULTS = {"iso8859-1", "cp1252", "ascii", "utf-8"}
# What is written where UTF-8 is not (WHATWG Encoding Standard, the table of locales)
_USUAL = {
    "ar": "cp1256", "fa": "cp1256", "ur": "cp1256", "be": "cp1251", "bg": "cp1251", "kk": "cp1251", "ru": "cp1251", "sr": "cp1251",
    "uk": "cp1251", "cs": "cp1250", "hr": "cp1250", "hu": "cp1250", "pl": "cp1250", "ro": "cp1250", "sk": "cp1250", "sl": "cp1250",
    "el": "cp1253", "tr": "cp1254", "az": "cp1254", "he": "cp1255", "lt": "cp1257", "lv": "cp1257", "et": "cp1257", "vi": "cp1258",
    "th": "cp874", "ja": "cp932", "ko": "cp949", "zh": "gb18030",
}  # fmt: skip


def legible(body: bytes, content_type: str, language: str = "") -> tuple[bytes, str]:
    """Return the body, in UTF-8 where nothing that is declared fits it, and the content type to read it by.

    `language` is the feed's as configured; else the one it claims.
    """
    if wide := _unmarked(body):
        return body.decode(wide, "replace").encode("utf-8", "replace"), UTF8
    declaration = _DECLARED.search(body[:_START_BYTES])
    in_header = _IN_HEADER.search(content_type)
    named = [_charset(in_header[1] if in_header else ""), _charset(declaration[2].decode("ascii") if declaration else "")]
    is_wide = b"\x00" in body[:_START_BYTES]  # UTF-16 and UTF-32 that say so: feedparser tells them apart
    if body.isascii() or is_wide or any(name.startswith(_SEVEN_BIT) for name in named):
        return body, content_type
    text = body.decode("utf-8", "replace")
    broken_count = text.count("\ufffd")
    if not broken_count:
        return body, UTF8
    if broken_count <= _BROKEN_SHARE_MAX * sum(letter > "\x7f" for letter in text):
        return text.encode(), UTF8
    return _decoded(body, sorted(named, key=_DEFAULTS.__contains__), language).encode("utf-8", "replace"), UTF8


def _unmarked(body: bytes) -> str:
    """Return the charset of UTF-16 without a byte order mark, told by how `<` is written (XML 1.0, appendix F); else nothing."""
    if body[2:4] == b"\x00\x00" or body[:2] not in (b"<\x00", b"\x00<"):
        return ""
    return "utf-16-le" if body[:1] == b"<" else "utf-16-be"


def _decoded(body: bytes, named: list[str], language: str) -> str:
    """Decode by the first named charset that fits, by that of the language, or by a guess."""
    claimed = _LANGUAGE.search(body[:_START_BYTES])
    language = language or ((claimed[1] or claimed[2]).decode().lower() if claimed else "")
    undeclared = _DECLARED.sub(rb"\1", body, count=1)
    for name in (*named, _USUAL.get(language, "")):
        if name and name != "utf-8":
            try:
                return undeclared.decode(name)
            except UnicodeError:
                continue
    return decode(undeclared)


def _charset(name: str) -> str:
    """Return Python's name of a charset; empty for what is none (Python also knows "encodings" that are programs)."""
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)  # refuses what is no charset
    except (LookupError, ValueError):
        return ""
    found = codec.name
    return (
        "" if found in _PROGRAMS else {"iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(found, found)
    )
