"""Read the bytes of a page: what it turned out to be, its text, and what it says of itself.

trafilatura is given a tree of text that we decoded; its downloader is never used, nor its deduplication, which keeps
state across pages and eats text. It is asked once a page: `fast=True` measured as good as its slower ways, and where it
misses an article the page's own running text or its JSON-LD stands in (`_choice`).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from lxml.html import HtmlElement

from tidings.model import Entry, Response, Verdict
from tidings.stages import _jsonld, _page, _walls
from tidings.stages._choice import choose_text
from tidings.stages._dateline import Dateline, read_byline, read_dateline
from tidings.stages._glance import is_spared
from tidings.stages._headline import choose_headline
from tidings.stages._library import Found, parsed
from tidings.stages._moments import is_settled
from tidings.stages._prose import Prose, find_prose
from tidings.stages._reading import WORDS_MIN, Reading
from tidings.text.clean import clean_paragraphs, word_count
from tidings.text.dates import YEAR_MIN
from tidings.text.decode import decode
from tidings.text.markup import one_line, plain, to_text
from tidings.text.urls import host_of

AUTHORS_MAX = 8
AUTHOR_CHARS_MAX = 100
_SHORT_WORDS = 60  # below this the whole page is looked at for walls
_SNIFFED = 1024


def read_page(response: Response, entry: Entry, now: datetime, words: str = "") -> Reading:
    """Read a complete answer; never fails: what cannot be read is empty, with a reason where it is no page.

    Where the topics' words are given, a page that matches none of them may be spared (`_glance`). Its day is guessed only where feed and
    page leave it open.
    """
    kind = response.headers.get("content-type", "").lower()
    if reason := refused(kind, response.body[:_SNIFFED]):
        return Reading(Verdict.EMPTY, reason=reason)
    page_html = decode(response.body, kind)
    if "text/plain" in kind and "<html" not in page_html[:_SNIFFED].lower() and "<p" not in page_html[:_SNIFFED].lower():
        return _read_plain(page_html, entry)
    return _read_html(page_html, response.final_url, entry, now, words)


def refused(kind: str, head: bytes) -> str:
    """Say why an answer of this content type and with these first bytes is no page; empty when it may be one."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if "application/pdf" in kind or start.startswith(b"%PDF-"):
        return "pdf"
    if (kind and not any(name in kind for name in _READABLE)) or start.startswith(_NO_PAGE):
        return "not_a_page"
    is_xml = start.startswith((b"<?xml", b"<rss", b"<feed")) and not any(mark in head.lower() for mark in (b"<html", b"<!doctype html"))
    is_json = start[:1] in (b"{", b"[") and start[1:].lstrip()[:1] in (b'"', b"{", b"[", b"}", b"]")
    return "not_a_page" if is_xml or is_json else ""


_READABLE = ("html", "xml", "text/plain", "octet-stream")
_NO_PAGE = (
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"RIFF",
    b"\x1f\x8b",
    b"ID3",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00 ftyp",
)


def _read_plain(text: str, entry: Entry) -> Reading:
    cleaned = clean_paragraphs(plain(text), entry.title)
    return Reading(Verdict.FULL if word_count(cleaned) >= WORDS_MIN else Verdict.EMPTY, text=cleaned, uncleaned=text)


def _read_html(page_html: str, url: str, entry: Entry, now: datetime, words: str) -> Reading:
    tree = parsed(page_html)
    if words and tree is not None and is_spared(words, tree, page_html, entry):
        return Reading(Verdict.FULL, is_spared=True)
    found = Found(tree, url)
    stated = _jsonld.read_stated(page_html, url)
    metas = _page.metas(page_html)
    site = one_line(found.site)
    data = [one_line(one) for one in (*metas.get("og:title", ()), stated.headline, *metas.get("twitter:title", ()))]
    titles = [one_line(found.title), _page.title(page_html)]
    headings = _page.headings(tree)
    title = choose_headline(headings, data, titles, site, host_of(url))
    uncleaned = choose_text(found.text, find_prose(tree) if tree is not None else Prose(), stated.body)
    repeated = next((one for one in headings if uncleaned.lstrip().startswith(one)), title or entry.title)
    text = clean_paragraphs(uncleaned, repeated)
    shown = to_text(page_html) if word_count(text) < _SHORT_WORDS else uncleaned
    verdict = _verdict(text, shown, title, page_html)
    if verdict is Verdict.TEASER:
        text = _walls.without_paywall(text)
        verdict = verdict if text else Verdict.WALL
    times = tuple(dict.fromkeys((*stated.published, *_page.stated_times(page_html, metas))))
    marked = tuple(_page.marked_times(page_html))
    is_open = not is_settled(entry.published_at, times, marked, now)
    day = found.day if is_open else ""
    return Reading(
        verdict,
        text=text,
        uncleaned=uncleaned,
        title=title,
        site=site,
        url=_page.canonical_url(page_html, url),
        authors=_authors(_bylines(stated.authors, metas, found, tree, title), site),
        day=day,
        times=times,
        marked_times=marked,
        dateline=Dateline() if _is_agreed(entry.published_at, times) else read_dateline(tree, title),
        modified=stated.modified,
        shown_times=() if times or marked or not is_open or (day and not day.endswith("-01-01")) else tuple(_page.shown_times(tree)),
    )


def _is_agreed(claimed: datetime | None, times: Sequence[datetime]) -> bool:
    """Tell whether the feed and the page's data name the same day: then nothing shown beside the headline changes it, as for most pages."""
    return claimed is not None and bool(times) and claimed.year >= YEAR_MIN and abs(claimed - times[0]) < timedelta(days=1)


def _bylines(
    stated: Iterable[str], metas: dict[str, list[str]], found: Found, tree: HtmlElement | None, title: str
) -> Iterator[Iterable[str]]:
    """Give what each source says of the authors, the most trustworthy first; the last two are looked for only when they are asked."""
    yield (*stated, *_page.authors(metas))
    yield found.author.split(";")
    yield _page.bylines(tree)
    yield [read_byline(tree, title)]


def _authors(sources: Iterable[Iterable[str]], site: str) -> tuple[str, ...]:
    """Return the people and bodies that the first source names which names any but the site; the site only where nobody else is named."""
    found: dict[str, None] = {}
    for names in sources:
        found |= dict.fromkeys(one for name in names if (one := _page.person(name)[:AUTHOR_CHARS_MAX].strip()))
        others = [one for one in found if one.casefold() != site.casefold()]
        if others:
            return tuple(others[:AUTHORS_MAX])
    return tuple(found)[:AUTHORS_MAX]


def _verdict(text: str, shown: str, title: str, page_html: str) -> Verdict:
    """Say what a page is, from its extracted text, and from what it shows: the text before cleaning, or the whole page."""
    if _walls.is_not_found(title, text or shown):
        return Verdict.NOT_FOUND
    if _walls.is_wall(text, shown):
        return Verdict.WALL
    if word_count(text) < WORDS_MIN:
        return Verdict.TOO_DEEP if _page.nesting_depth(page_html) > _page.DEPTH_MAX else Verdict.EMPTY
    return Verdict.TEASER if _walls.is_teaser(text, shown, page_html) else Verdict.FULL
