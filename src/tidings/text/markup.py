"""Turn markup into plain text, in time linear in its length.

The tag pattern never looks past the next `<`, so an unclosed tag or quote costs nothing; what it cannot
read as a tag stays as text. Everything here is safe on hostile input.
"""

import html
import re

_DROPPED = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template|svg|iframe)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
# A comment that is never closed would take all the rest with it: it ends with the next `>` (as SGML had it) or tag
_UNCLOSED = re.compile(r"<!--[^<>]*+>?|<(script|style|noscript|template|svg|iframe)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_BREAK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|tr|table|h[1-6]|blockquote|pre|section|article|figure|figcaption|header|footer|title)\b"
    r"""(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""",
    re.IGNORECASE,
)
_TAG = re.compile(r"""<[/!?]?[A-Za-z](?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|<[/!?][A-Za-z][^<>]*>|</?[A-Za-z][^<>]*>""")
# C0 but tab and newline, DEL, C1, lone surrogates, noncharacters
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# direction overrides can make a headline read backwards; zero-width joiners stay: Persian needs them
_INVISIBLE = re.compile("[\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile(r"\r\n?|\x85|\u2028|\u2029")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"(?<!\s)[^\S\n]*+\n\s*")  # from the first of the white space on, or not at all
_ANY_SPACE = re.compile(r"\s+")
_ABSURD_REFERENCE = re.compile(r"&#[0-9]{20,};?")  # Python refuses to read a number of thousands of digits


def unescape(text: str) -> str:
    """Decode entities once, as `html.unescape`, which raises on a reference of thousands of digits; here that is U+FFFD, too."""
    return html.unescape(_ABSURD_REFERENCE.sub("\ufffd", text))


def scrub(text: str) -> str:
    """Replace control characters and lone surrogates, remove invisible direction marks, unify line ends."""
    text = _LINE_ENDS.sub("\n", text)
    return _INVISIBLE.sub("", _CONTROL.sub("\ufffd", text))


def one_line(text: str) -> str:
    """Scrub text and collapse all white space, for titles and names."""
    bare = text.strip(" \t\n\r")
    if "  " not in bare and bare.isprintable():  # as most are: there is nothing to scrub
        return bare
    return _ANY_SPACE.sub(" ", scrub(text)).strip()


def plain(text: str) -> str:
    """Scrub text that is no markup; lines that hold something become paragraphs."""
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", scrub(text))).strip()


def to_text(markup: str) -> str:
    """Turn HTML into paragraphs separated by a blank line: tags out, then entities decoded once.

    Line ends inside a paragraph are white space, as in HTML. Scripts, styles and comments are dropped.
    """
    closed = markup.rfind("-->") + 1
    whole = len(markup) if closed > markup.rfind("<!--") else closed and closed + 2
    text = _DROPPED.sub(" ", markup[:whole]) + _UNCLOSED.sub("", markup[whole:])
    text = _CDATA.sub(" ", text)
    text = _ANY_SPACE.sub(" ", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    return plain(unescape(text))
