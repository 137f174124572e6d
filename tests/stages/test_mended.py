"""Feeds that break the feed library itself: what can be mended is read, and the rest is a reason. Each case was found by fuzzing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import Feed, ParsedFeed, Rejection, Response, Stage
from tidings.stages._mended import mended
from tidings.stages.parse import parse_feed

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
URL = "https://baytown.example/feeds/news.xml"
FEED = Feed(id="feed-1", url=URL, shown_url=URL, publisher="Baytown Post")
ITEM = "<item><title>Harbour reopens</title><guid>1</guid><link>https://baytown.example/1</link></item>"


def titles(body: bytes, content_type: str = "text/xml") -> list[str]:
    parsed = parse_feed(Response(URL, URL, 200, {"content-type": content_type}, body, NOW), FEED)
    assert isinstance(parsed, ParsedFeed)
    return [entry.title for entry in parsed.entries]


@pytest.mark.parametrize(
    "reference",
    [
        pytest.param("&#xD800;", id="half of a pair"),
        pytest.param("&#x110000;", id="beyond the last character"),
        pytest.param("&#99999999999;", id="far beyond"),
        pytest.param(f"&#{'9' * 5_000};", id="thousands of digits"),
    ],
)
def test_a_reference_to_no_character_costs_no_entry(reference: str) -> None:
    """The character is replaced, or dropped; the entries are read, also when the XML is broken besides."""
    body = f'<rss version="2.0"><channel><title>B & {reference}</title>{ITEM}<item><title>Storm {reference}</title><guid>2</guid></item></channel></rss>'
    first, second = titles(body.encode())
    assert first == "Harbour reopens"
    assert second.startswith("Storm")


@pytest.mark.parametrize("name", [b"x\x00y", b"undefined", b"idna", b"\xff", b"rot13", b"punycode"])
def test_a_declared_encoding_that_is_none_costs_no_entry(name: bytes) -> None:
    """Whatever a document calls its encoding, its entries are read."""
    body = b'<?xml version="1.0" encoding="%b"?><rss version="2.0"><channel>%b</channel></rss>' % (name, ITEM.encode())
    assert titles(body) == ["Harbour reopens"]
    assert titles(body, f"text/xml; charset={name.decode('latin-1')}") == ["Harbour reopens"]


@pytest.mark.parametrize(
    "extension",
    [
        pytest.param('<rss version="2.0" xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"><channel><creativeCommons:license/>', id="licence"),
        pytest.param('<rss version="2.0" xmlns:gml="http://www.opengis.net/gml"><channel><gml:posList>1 2</gml:posList>', id="place"),
    ],
)  # fmt: skip
def test_an_odd_extension_costs_no_entry(extension: str) -> None:
    """An element of an extension that nobody reads here breaks nothing."""
    assert titles(f"{extension}{ITEM}</channel></rss>".encode()) == ["Harbour reopens"]


def test_mending_keeps_what_is_well() -> None:
    """References that XML allows, and the elements that entries are read from, stay as they are."""
    well = "<rss><item><dc:creator>Ada &#233; &#xE9; &amp; Quay</dc:creator><content:encoded>Six</content:encoded></item></rss>"
    assert mended(well.encode(), "") == well.encode()
    assert mended(b"a &#0; &#x; &#; b", "").decode() == "a \ufffd \ufffd \ufffd b"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.text(max_size=40))
def test_mending_raises_nothing(body: bytes, content_type: str) -> None:
    """Any bytes become UTF-8."""
    mended(body, content_type).decode("utf-8")


@pytest.mark.parametrize(
    "odd",
    ["", "<a:b:c>x</a:b:c>", "<a:>x</a:>", "<lastmod>&#xDFFF;</lastmod>"],
    ids=["no more than that", "two colons", "no name", "no character"],
)
def test_a_news_sitemap_that_declares_nothing_is_read(odd: str) -> None:
    """The prefix of the extension is undeclared, which breaks namespaces; the entries are read."""
    news = "<news:news><news:title>Harbour reopens</news:title><news:publication_date>2020-02-10</news:publication_date></news:news>"
    assert titles(f"<urlset><url><loc>https://baytown.example/1</loc>{odd}{news}</url></urlset>".encode()) == ["Harbour reopens"]


@pytest.mark.parametrize("body", [b"<?xml version='1.0'?>", b"<?xml ver x?>", b"<?x?>\n", b"<!DOCTYPE rss>", b"<"])
def test_a_declaration_and_nothing_else_is_no_feed(body: bytes) -> None:
    """The library gives back less than usual for these."""
    assert parse_feed(Response(URL, URL, 200, {}, body, NOW), FEED) == Rejection(Stage.PARSE, "not_a_feed")


def test_a_long_first_line_is_read_at_once() -> None:
    """A declaration that repeats its encoding for half a million characters costs feedparser hours; it comes to an end here."""
    body = b"<?xml version='1.0' " + b"encoding='utf-8' " * 30_000 + b"?><rss version='2.0'><channel>" + ITEM.encode() + b"</channel></rss>"
    assert titles(body)[-1:] in (["Harbour reopens"], [])
    assert titles(b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>" + ITEM.encode() + b"</channel></rss>") == [
        "Harbour reopens"
    ]
