"""Write the sample week's feeds: RSS 2.0, Atom 1.0, RSS 1.0 (RDF) and JSON Feed 1.1. Pure; every value is escaped."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from tidings.demo.material import WeekArticle, WeekFeed, WeekPublisher

EMPTY_SINCE = datetime(2020, 1, 1, tzinfo=UTC)  # what an empty Atom feed says of itself
ITEM_ENDS = {"rss": "</item>", "rdf": "</item>", "atom": "</entry>", "json": "},"}
CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """Hold one entry as the feed shows it at one time."""

    guid: str
    link: str
    title: str
    summary: str
    published_at: datetime
    updated_at: datetime


def entry_of(article: WeekArticle, publisher: WeekPublisher, at: datetime) -> FeedEntry:
    """Show an article as an entry. An edit of the title changes the guid, as many outlets' software does."""
    edits = article.edits_by(at)
    guid = article.guid or f"tag:{article.host},{article.published_at:%Y-%m-%d}:{article.slug}" + (f"/{len(edits) + 1}" if edits else "")
    link = article.url + publisher.link_suffix
    return FeedEntry(guid, link, article.title_at(at), article.summary, article.published_at, article.modified_at(at))


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _rss(publisher: WeekPublisher, feed: WeekFeed, entries: Sequence[FeedEntry]) -> str:
    pixel = f'<img src="http://{publisher.host}/pixel.gif?feed={feed.section}" width="1" height="1" alt=""/>'
    items = "".join(
        f"""
    <item>
      <title>{escape(e.title)}</title>
      <link>{escape(e.link)}</link>
      <guid isPermaLink="false">{escape(e.guid)}</guid>
      <pubDate>{format_datetime(e.published_at)}</pubDate>
      <description>{escape(f"<p>{escape(e.summary)}</p>{pixel}" if e.summary else "")}</description>
    </item>"""
        for e in entries
    )
    return f"""<?xml version="1.0" encoding="{feed.encoding}"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
  <channel>
    <title>{escape(publisher.title)} - {escape(feed.section)}</title>
    <link>http://{publisher.host}/</link>
    <description>{escape(publisher.title)}</description>
    <language>{publisher.language}</language>
    <atom:link href="{escape(feed.url)}" rel="self" type="application/rss+xml"/>
    <ttl>30</ttl>{items}
  </channel>
</rss>
"""


def _atom(publisher: WeekPublisher, feed: WeekFeed, entries: Sequence[FeedEntry]) -> str:
    updated = max((e.updated_at for e in entries), default=EMPTY_SINCE)
    items = "".join(
        f"""
  <entry>
    <title type="text">{escape(e.title)}</title>
    <link rel="alternate" type="text/html" href="{escape(e.link)}"/>
    <id>{escape(e.guid)}</id>
    <published>{_iso(e.published_at)}</published>
    <updated>{_iso(e.updated_at)}</updated>
    <summary type="html">{escape(f"<p>{escape(e.summary)}</p>" if e.summary else "")}</summary>
  </entry>"""
        for e in entries
    )
    return f"""<?xml version="1.0" encoding="{feed.encoding}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{publisher.language}">
  <title>{escape(publisher.title)} - {escape(feed.section)}</title>
  <id>{escape(feed.url)}</id>
  <link rel="self" href="{escape(feed.url)}"/>
  <link rel="alternate" href="http://{publisher.host}/"/>
  <updated>{_iso(updated)}</updated>
  <author><name>{escape(publisher.title)}</name></author>{items}
</feed>
"""


def _rdf(publisher: WeekPublisher, feed: WeekFeed, entries: Sequence[FeedEntry]) -> str:
    listed = "".join(f'\n        <rdf:li rdf:resource="{escape(e.link)}"/>' for e in entries)
    items = "".join(
        f"""
  <item rdf:about="{escape(e.link)}">
    <title>{escape(e.title)}</title>
    <link>{escape(e.link)}</link>
    <dc:date>{_iso(e.updated_at)}</dc:date>
    <description>{escape(e.summary)}</description>
  </item>"""
        for e in entries
    )
    return f"""<?xml version="1.0" encoding="{feed.encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="{escape(feed.url)}">
    <title>{escape(publisher.title)}</title>
    <link>http://{publisher.host}/</link>
    <description>{escape(publisher.title)}</description>
    <dc:language>{publisher.language}</dc:language>
    <items>
      <rdf:Seq>{listed}
      </rdf:Seq>
    </items>
  </channel>{items}
</rdf:RDF>
"""


def _json(publisher: WeekPublisher, feed: WeekFeed, entries: Sequence[FeedEntry]) -> str:
    items = [
        {
            "id": e.guid,
            "url": e.link,
            "title": e.title,
            "content_text": e.summary,
            "date_published": _iso(e.published_at),
            "date_modified": _iso(e.updated_at),
        }
        for e in entries
    ]
    feed_object = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": publisher.title,
        "home_page_url": f"http://{publisher.host}/",
        "feed_url": feed.url,
        "language": publisher.language,
        "items": items,
    }
    return json.dumps(feed_object, ensure_ascii=False, indent=1)


_WRITERS: dict[str, Callable[[WeekPublisher, WeekFeed, Sequence[FeedEntry]], str]] = {
    "rss": _rss,
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
}


def write_feed(publisher: WeekPublisher, feed: WeekFeed, entries: Sequence[FeedEntry]) -> str:
    """Write a whole feed in its format."""
    return _WRITERS[feed.format](publisher, feed, entries)


def cut_after_first_entry(text: str, feed_format: str) -> str:
    """Break a feed off inside its second entry, as a full disk or a lost connection behind a cache does."""
    end = ITEM_ENDS[feed_format]
    first = text.find(end)
    second = text.find(end, first + 1)
    return text if second < 0 else text[: (first + len(end) + second) // 2]
