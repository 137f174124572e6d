"""Make entries of what a feed says, whatever its format: limits, links, text that was encoded twice, dates."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from tidings import ids
from tidings.model import Entry, Feed
from tidings.text import dates
from tidings.text.markup import one_line
from tidings.text.urls import absolute

TITLE_CHARS_MAX = 500
URL_CHARS_MAX = 2_000
TEXT_CHARS_MAX = 200_000
AUTHORS_MAX = 8

_WEB = ("http://", "https://")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# A lead byte of UTF-8 read as a letter of Windows-1252, and a letter that such a continuation is read as
_TWICE = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]")
_CP1252 = {bytes([byte]).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}


def make_entry(
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
    """Cap every field, and make the id from what is kept. Titles and texts are plain already."""
    guid, title = one_line(guid)[:URL_CHARS_MAX].strip(), title[:TITLE_CHARS_MAX].strip()
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


def title_of(text: str, read: Callable[[str], str]) -> str:
    """Make a title, by `read` from what the feed says to plain text; control characters in it are dropped."""
    return one_line(read(_NOT_XML.sub("", undoubled(text))))[:TITLE_CHARS_MAX].strip()


def web_url(href: str, base: str, *, need_scheme: bool = False) -> str:
    """Make a link absolute; empty unless it is http or https."""
    href = href.strip()
    if not href or len(href) > URL_CHARS_MAX or (need_scheme and not is_web_url(href)):
        return ""
    url = absolute(base, href)
    return url if is_web_url(url) and len(url) <= URL_CHARS_MAX else ""


def is_web_url(text: str) -> bool:
    """Tell whether text begins as a web address does."""
    return text.lower().startswith(_WEB)


def undoubled(text: str) -> str:
    """Undo UTF-8 that was taken for Windows-1252 and encoded once more ("CafÃ©"), if the whole text reads so; else leave it.

    Text that was not encoded twice does not read as UTF-8: an accent followed by the signs of a continuation is in no language.
    """
    if not _TWICE.search(text):
        return text
    try:
        return bytes(_CP1252[letter] for letter in text).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return text


def first_plausible(claimed: Iterable[datetime | None], now: datetime) -> datetime | None:
    """Return the first date that can be true."""
    return next(filter(None, (dates.plausible(when, now) for when in claimed)), None)


def string(value: object) -> str:
    """Return text, or nothing for what is none."""
    return value if isinstance(value, str) else ""


def _language(tag: str) -> str:
    """Shorten a language tag to its primary part ("en-GB" to "en")."""
    primary = re.match(r"[A-Za-z]{2,3}(?=[-_]|$)", tag.strip())
    return primary[0].lower() if primary else ""
