"""Write a recipient's editions as a feed: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org), for readers of feeds and for programs.

XML is built as a tree and escaped by lxml, never pasted; lxml also refuses what XML cannot hold, should any be left.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from tidings.ids import make_id
from tidings.model import Edition, Id
from tidings.render import words
from tidings.render.escape import plain
from tidings.render.site.templates import template
from tidings.render.site.views import edition_sections, edition_summary
from tidings.stages.archive import ArchivedDevelopment, ArchivedStory

ENTRIES_MAX = 50
DEVELOPMENTS_MAX = 200  # in one entry; the edition's page holds all
_ATOM = "http://www.w3.org/2005/Atom"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """Hold one edition as an entry."""

    id: str  # urn:uuid:...
    title: str
    at: datetime
    summary: str
    html: str
    url: str  # absolute, or relative to the feed; empty when there is no page


@dataclass(frozen=True, slots=True)
class EditionFeed:
    """Hold the feed of one recipient's editions, newest first."""

    id: str
    title: str
    home: str  # the site's first page, absolute; else empty
    entries: tuple[FeedEntry, ...]

    @property
    def at(self) -> datetime:
        """Return when the newest edition ends."""
        return max((one.at for one in self.entries), default=datetime(1970, 1, 1, tzinfo=UTC))


def edition_feed(
    recipient: str,
    editions: Iterable[Edition],
    developments: Mapping[Id, ArchivedDevelopment],
    stories: Mapping[Id, ArchivedStory],
    url_of: Callable[[Edition], str],
    base_url: str = "",
) -> EditionFeed:
    """Make the feed of a recipient's latest editions; `url_of` tells where each is read, `base_url` where the site is."""
    root = f"{base_url}/" if base_url else None
    newest = sorted(editions, key=lambda one: (one.window_end, one.id), reverse=True)[:ENTRIES_MAX]
    return EditionFeed(
        id=f"urn:uuid:{make_id('edition feed', recipient)}",
        title=f"Tidings for {plain(recipient, 40)}",
        home=f"{base_url}/index.html" if base_url else "",
        entries=tuple(_entry(one, developments, stories, root, url_of(one)) for one in newest),
    )


def _entry(
    edition: Edition, developments: Mapping[Id, ArchivedDevelopment], stories: Mapping[Id, ArchivedStory], root: str | None, url: str
) -> FeedEntry:
    left = edition.development_count - DEVELOPMENTS_MAX
    summary = edition_summary(edition)
    html = template("entry").render(
        summary=summary,
        sections=edition_sections(edition, developments, stories, root, DEVELOPMENTS_MAX),
        more=f"and {words.number(left)} more in the edition." if left > 0 else "",
    )
    lines = [f"{title}: {line}" for title, line in _topic_lines(edition)]
    return FeedEntry(
        id=f"urn:uuid:{edition.id}",
        title=words.subject(edition),
        at=edition.window_end,
        summary=" ".join([summary, *(f"{line}." for line in lines)]),
        html=_NOT_XML.sub("", html),
        url=url,
    )


def _topic_lines(edition: Edition) -> list[tuple[str, str]]:
    """Count what is new in each topic that has anything."""
    counts = {name: words.counts_of(story for story in edition.stories if story.topic == name) for name, _ in edition.topics}
    return [(plain(title, 120), words.kinds_line(counts[name])) for name, title in edition.topics if counts[name].total()]


def to_atom(feed: EditionFeed, self_url: str = "") -> str:
    """Return the feed as Atom; `self_url` is its own address, where it has one."""
    root = etree.Element(f"{{{_ATOM}}}feed", nsmap={None: _ATOM})
    _add(root, "id", feed.id)
    _add(root, "title", feed.title)
    _add(root, "updated", _time(feed.at))
    _add(_add(root, "author"), "name", "Tidings")
    for relation, url in (("self", self_url), ("alternate", feed.home)):
        if url:
            _add(root, "link", rel=relation, href=url)
    for one in feed.entries:
        entry = _add(root, "entry")
        _add(entry, "id", one.id)
        _add(entry, "title", one.title)
        _add(entry, "updated", _time(one.at))
        _add(entry, "published", _time(one.at))
        if one.url:
            _add(entry, "link", rel="alternate", type="text/html", href=one.url)
        _add(entry, "summary", one.summary, type="text")
        _add(entry, "content", one.html, type="html")
    text = etree.tostring(root, encoding="unicode", pretty_print=True)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'


def to_json_feed(feed: EditionFeed, self_url: str = "") -> str:
    """Return the feed as JSON Feed 1.1. An address that is not absolute means nothing there: it is left out."""
    items = [
        {
            "id": one.id,
            **({"url": one.url} if one.url.startswith(("https://", "http://")) else {}),
            "title": one.title,
            "summary": one.summary,
            "content_html": one.html,
            "date_published": _time(one.at),
            "date_modified": _time(one.at),
        }
        for one in feed.entries
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": feed.title}
    links = {"home_page_url": feed.home, "feed_url": self_url}
    content = {**head, **{name: url for name, url in links.items() if url}, "authors": [{"name": "Tidings"}], "items": items}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _add(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = _NOT_XML.sub("", text) or None
    return element


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
