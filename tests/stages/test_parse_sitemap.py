"""Reading news sitemaps: the lists of addresses that some sites have instead of feeds."""

import gzip
from datetime import UTC, datetime

import pytest
from feed_documents import entries, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import ParsedFeed, Rejection
from tidings.stages.parse import BODY_BYTES_MAX

HEAD = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">'


def url(number: int = 1, *, title: str = "Harbour reopens", more: str = "") -> str:
    return f"""<url><loc>https://baytown.example/{number}</loc><lastmod>2020-02-10</lastmod>{more}<news:news><news:publication>
<news:name>Baytown Post</news:name><news:language>en</news:language></news:publication>
<news:publication_date>2020-02-09T10:00:00+03:00</news:publication_date><news:title>{title}</news:title></news:news></url>"""


def sitemap(*urls: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{HEAD}{"".join(urls)}</urlset>'


def test_news_become_entries() -> None:
    """Link, title, time and language of the news extension are read; the publication names the feed."""
    parsed = parse(
        sitemap(url(more="<image:image><image:loc>https://x.example/i.jpg</image:loc><image:title>Picture</image:title></image:image>"))
    )
    assert isinstance(parsed, ParsedFeed)
    assert (parsed.format, parsed.title, parsed.cut) == ("sitemap", "Baytown Post", False)
    (entry,) = parsed.entries
    assert (entry.url, entry.title, entry.language) == ("https://baytown.example/1", "Harbour reopens", "en")
    assert entry.published_at == datetime(2020, 2, 9, 7, tzinfo=UTC)


def test_only_news_are_entries() -> None:
    """An address without news is none, and neither a title nor an address of its pictures is taken for its own."""
    plain = "<url><loc>https://baytown.example/about</loc></url>"
    assert [one.url for one in entries(sitemap(plain, url(7), plain))] == ["https://baytown.example/7"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param("Ships &amp; boats", "Ships & boats", id="entity"),
        pytest.param("<![CDATA[Ships & boats]]>", "Ships & boats", id="CDATA"),
        pytest.param("\n Ships\n sail ", "Ships sail", id="white space"),
        pytest.param("Ships & boats", "Ships boats", id="bare ampersand"),
    ],
)
def test_titles_of_sitemaps(title: str, expected: str) -> None:
    """Titles are text on one line, also in XML that is broken a little."""
    assert entries(sitemap(url(title=title)))[0].title == expected


def test_an_index_is_not_followed() -> None:
    """An index of sitemaps is a rejection that names the one to configure: the first with news in its address."""
    body = "<sitemapindex><sitemap><loc>https://baytown.example/pages.xml</loc></sitemap><sitemap><loc>https://baytown.example/news.xml?key=abc</loc></sitemap></sitemapindex>"
    rejection = parse(body)
    assert isinstance(rejection, Rejection)
    assert rejection.reason == "sitemap_index"
    assert rejection.detail == "https://baytown.example/news.xml?key=…"


def test_a_sitemap_of_pages_is_no_feed() -> None:
    """A list of addresses without news says nothing of what is new: a rejection with a reason, unless it is empty."""
    rejection = parse(f"{HEAD}<url><loc>https://baytown.example/1</loc></url></urlset>")
    assert isinstance(rejection, Rejection)
    assert (rejection.reason, rejection.detail) == ("sitemap_without_news", "1 addresses")
    assert entries(sitemap()) == ()


@pytest.mark.parametrize("at", [20, 200])
def test_a_cut_sitemap_keeps_what_came_before(at: int) -> None:
    """Whole addresses before the cut are kept, and the feed is marked as cut."""
    parsed = parse(sitemap(url(1), url(2), url(3))[: -len(url(3)) - len("</urlset>") + at])
    assert isinstance(parsed, ParsedFeed)
    assert [one.url[-1] for one in parsed.entries] == ["1", "2"]
    assert parsed.cut


def test_a_packed_file_is_unpacked() -> None:
    """`.xml.gz` is read whatever its type is called; what was cut is read as far as it goes, and marked."""
    packed = gzip.compress(sitemap(*(url(n, title=f"Ships {n * 7919 % 1000}") for n in range(300))).encode())
    assert len(entries(packed, "application/x-gzip")) == 300
    parsed = parse(packed[:-200], "application/gzip")
    assert isinstance(parsed, ParsedFeed)
    assert parsed.cut
    assert 0 < len(parsed.entries) < 300


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(gzip.compress(b" " * (BODY_BYTES_MAX + 1)), "too_large", id="bomb"),
        pytest.param(gzip.compress(b" " * BODY_BYTES_MAX), "empty_body", id="nothing in it"),
        pytest.param(b"\x1f\x8b\x08 but no more", "empty_body", id="not packed at all"),
        pytest.param(gzip.compress(gzip.compress(b"<rss/>")), "not_a_feed", id="packed twice"),
    ],
)
def test_what_is_packed_is_unpacked_once_and_to_a_limit(body: bytes, reason: str) -> None:
    """A file that unpacks to more than the limit is refused, and nothing is unpacked inside of what was unpacked."""
    rejection = parse(body, "application/gzip")
    assert isinstance(rejection, Rejection)
    assert rejection.reason == reason


def test_entities_are_not_followed() -> None:
    """A document type in a sitemap leads nowhere: neither into files nor into a bomb."""
    declared = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "Ships">]>'
    (entry,) = entries(sitemap(url(title="A &x; B")).replace("<urlset", f"{declared}<urlset"))
    assert entry.title == "A &x; B"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 900), st.binary(max_size=12), st.booleans(), st.booleans())
def test_no_damage_raises(position: int, damage: bytes, ends: bool, packed: bool) -> None:
    """Whatever bytes are put anywhere into a sitemap, packed or not, the answer is a value."""
    body = sitemap(url(1), url(2)).encode()
    body = gzip.compress(body) if packed else body
    data = body[:position] + damage + (b"" if ends else body[position:])
    assert isinstance(parse(data), ParsedFeed | Rejection)
