"""Make strings from outside safe for the sinks: one function per sink (HTML is escaped by Jinja on top of `plain`)."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

TITLE_MAX = 300  # characters shown; a cut is always visible
STATEMENT_MAX = 2000
URL_MAX = 2000
CUT = " … (cut here)"

# Directional embeddings, overrides and isolates change how the text around them reads; marks (LRM, RLM) do not.
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0x206A, 0x2070), 0xFEFF, *range(0xE0000, 0xE0080)])
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"[^\s/\\@<>\"'`]+")
_URL_KEEP = "%!$&*+,;=:@/?#~-._[]"

# Markdown: what starts something anywhere, and what does so at the start of a line only.
_MARKDOWN = re.compile(r"([\\`*_\[\]<>~|&$^{}=]|(?<!\d):(?=\S)|:(?=[^\s\d]))")
_MARKDOWN_START = re.compile(r"^([#+\-]|\d{1,9}[.)](?!\d))")
_WWW = re.compile(r"(?i)(www)\.")
_AT = re.compile(r"@")
_WORD_JOINER = "\u2060"  # invisible; keeps "name@host" from becoming a link of its own


def plain(text: str, limit: int = STATEMENT_MAX) -> str:
    """Return one line of text: no control characters, no escape sequences, no characters that steer direction.

    Unpaired surrogates become U+FFFD. Longer than `limit` characters is cut, visibly.
    """
    if not text.isprintable():  # what is holds no control, format or separator characters but spaces, and no surrogates
        text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").translate(_STEERING)
        text = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text)
    text = _SPACE.sub(" ", text).strip()
    return text if len(text) <= limit else text[:limit].rstrip() + CUT


def safe_url(url: str) -> str:
    """Return an http or https URL that is safe inside quotes and angle brackets, or "" when it must not become a link."""
    if not url or len(url) > URL_MAX or any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"} for char in url):
        return ""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in {"http", "https"} or not host or "@" in parts.netloc or "\\" in url:
        return ""
    if not _HOST.fullmatch(parts.netloc):
        return ""
    try:
        netloc = parts.netloc if parts.netloc.isascii() else parts.netloc.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    return quote(parts._replace(netloc=netloc).geturl(), safe=_URL_KEEP)


def language_tag(language: str) -> str:
    """Return a language code that may stand in a `lang` attribute, or ""."""
    return language if _LANGUAGE.fullmatch(language) else ""


def markdown(text: str, limit: int = STATEMENT_MAX) -> str:
    """Return outside text as one line of Markdown that shows exactly that text: no link, no HTML, no list, no heading."""
    text = _MARKDOWN.sub(r"\\\1", plain(text, limit))
    text = _WWW.sub(r"\1\\.", text)
    text = _AT.sub("@" + _WORD_JOINER, text)
    return _MARKDOWN_START.sub(_escape_start, text)


def _escape_start(match: re.Match[str]) -> str:
    """Put the backslash before the last character of what would start a heading or a list."""
    return f"{match[1][:-1]}\\{match[1][-1]}"
