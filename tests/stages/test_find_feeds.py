"""The feeds that a web page names."""

from datetime import UTC, datetime

import pytest

from tidings.model import Response
from tidings.stages.find_feeds import LINKS_MAX, WELL_KNOWN, find_feeds, guesses


def found(html, url="https://news.example/world/", content_type="text/html"):
    body = html if isinstance(html, bytes) else html.encode()
    response = Response(url, url, 200, {"content-type": content_type}, body, datetime(2020, 2, 17, tzinfo=UTC))
    return [(one.url, one.title, one.format, one.how) for one in find_feeds(response)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<link rel="alternate" type="application/rss+xml" title="Top &amp; more" href="/rss.xml">',
            ("https://news.example/rss.xml", "Top & more", "RSS", "head"),
        ),
        ("<LINK TYPE='application/atom+xml' REL='Alternate home' HREF='atom'>", ("https://news.example/world/atom", "", "Atom", "head")),
        (
            "<link rel=alternate type=application/feed+json href=//cdn.example/f.json>",
            ("https://cdn.example/f.json", "", "JSON Feed", "head"),
        ),
        (
            '<base href="https://other.example/a/"><link rel="alternate" type="application/rss+xml" href="f">',
            ("https://other.example/a/f", "", "RSS", "head"),
        ),
        ('<a href="/feeds/world.rss">World</a>', ("https://news.example/feeds/world.rss", "World", "", "link")),
        ('<a class="x" href="?feed=rss2">RSS</a>', ("https://news.example/world/?feed=rss2", "RSS", "", "link")),
        ('<a href="/rss-world.xml"><b>World</b></a>', ("https://news.example/rss-world.xml", "", "", "link")),
        ('<a href="/Integration/StoryRss3082.xml">x</a>', ("https://news.example/Integration/StoryRss3082.xml", "x", "", "link")),
        ('<a href="https://feeds.elsewhere.example/news">x</a>', ("https://feeds.elsewhere.example/news", "x", "", "link")),
    ],
    ids=["rss", "atom, capitals, two rels", "no quotes", "base", "anchor", "query", "file", "in a word", "host of feeds"],
)
def test_what_a_page_names(html, expected):
    """Feeds in the head and links that look like feeds are found with absolute addresses and their titles."""
    assert found(html) == [expected]


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="stylesheet" type="application/rss+xml" href="/x">',
        '<link rel="alternate" hreflang="tr" href="/tr/">',
        '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)">',
        '<link rel="alternate" type="application/rss+xml" href="file:///etc/passwd">',
        '<link rel="alternate" type="application/rss+xml" href="https://user:pw@news.example/rss">',
        '<link rel="alternate" type="application/rss+xml" href="">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->',
        "<script>\"<a href='/rss'>\"</script>",
        '<a href="/feedback">Feedback</a><a href="/kurssenter/item">K</a><a href="/those-who-feed-them/1.cms">F</a><a href="/rss-explained.html">What is RSS?</a><a href="/sitemap.xml">Map</a>',
        '<link rel="alternate" type="application/rss+xml" href="/rss',
        '<a href="https://www.social.example/dialog/feed?link=x">Share</a>',
    ],
    ids=[
        "stylesheet",
        "translation",
        "interface for programs",
        "script",
        "file",
        "user name",
        "itself",
        "comment",
        "in a script",
        "words",
        "cut",
        "share",
    ],
)
def test_what_is_no_feed(html):
    """Other links, and links that are not to the web, are none."""
    assert found(html) == []


def test_the_order():
    """The head comes before links, feeds of comments come last, and an address comes once."""
    html = (
        '<a href="/feed/world">World</a><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">'
        '<link rel="alternate" type="application/rss+xml" href="/feed/"><a href="/feed/">Again</a>'
    )
    assert [url.removeprefix("https://news.example") for url, *_ in found(html)] == ["/feed/", "/feed/world", "/comments/feed/"]


@pytest.mark.parametrize(
    "html",
    [
        "<link " * 100_000,
        "<a " * 100_000,
        "<a href='/rss" * 50_000,
        "<!--" * 100_000,
        "<script" * 100_000,
        b"\xff\xfe" + b"\x00" * 5_000,
        b"",
    ],
    ids=["links", "anchors", "quotes", "comments", "scripts", "nothing", "empty"],
)
def test_hostile_pages_give_an_end(html):
    """Unclosed tags by the hundred thousand give a value."""
    assert isinstance(found(html), list)


def test_many_links_are_capped():
    """A page that links to thousands of feeds gives the first few."""
    assert len(found("".join(f'<a href="/rss/{n}">x</a>' for n in range(5_000)))) == LINKS_MAX


def test_guesses():
    """Well-known addresses are tried at the origin, and only for a web address; they are few."""
    assert [one.url for one in guesses("https://news.example/world?x=1")] == [f"https://news.example{path}" for path in WELL_KNOWN]
    assert guesses("ftp://news.example/") == ()
    assert len(WELL_KNOWN) <= 6
