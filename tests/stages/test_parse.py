"""Reading feeds: what each format says ends up in the same entry, and what is no feed is told apart."""

import json
import os
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import Entry, Feed, ParsedFeed, Rejection, Response
from tidings.stages.parse import ENTRIES_MAX, parse_feed

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
URL = "https://baytown.example/feeds/news.xml"
FEED = Feed(id="feed-1", url=URL, shown_url=URL, publisher="Baytown Post")


def parse(body: bytes | str, content_type: str = "application/rss+xml") -> ParsedFeed | Rejection:
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(Response(URL, URL, 200, {"content-type": content_type}, data, NOW), FEED)


def entries(body: bytes | str, content_type: str = "application/rss+xml") -> tuple[Entry, ...]:
    parsed = parse(body, content_type)
    assert isinstance(parsed, ParsedFeed)
    return parsed.entries


def rss(items: str, *, end: str = "</channel></rss>") -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Baytown</title><language>en-GB</language>{items}{end}'


def item(inner: str) -> Entry:
    (entry,) = entries(rss(f"<item>{inner}</item>"))
    return entry


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="tr"><title>Baytown</title><entry><title>Harbour reopens</title>
<link rel="enclosure" href="/sound.mp3"/><link href="/harbour"/><id>tag:1</id><updated>2020-02-09T10:00:00+03:00</updated>
<author><name>A. Writer</name></author><summary>Ships sail.</summary><content type="html">&lt;p&gt;Ships sail again.&lt;/p&gt;&lt;p&gt;Since noon.&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>Baytown</title></channel><item rdf:about="https://baytown.example/harbour"><title>Harbour reopens</title>
<link>https://baytown.example/harbour</link><dc:date>2020-02-09T07:00:00Z</dc:date><dc:creator>A. Writer</dc:creator></item></rdf:RDF>"""
RSS = rss(
    "<item><title>Harbour reopens</title><link>/harbour</link><guid isPermaLink='false'>1</guid>"
    "<pubDate>Sun, 09 Feb 2020 10:00:00 +0300</pubDate><author>A. Writer</author></item>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Baytown",
        "items": [
            {
                "id": "1",
                "url": "/harbour",
                "title": "Harbour reopens",
                "date_published": "2020-02-09T10:00:00+03:00",
                "authors": [{"name": "A. Writer"}],
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param(RSS, "rss20", id="RSS"),
        pytest.param(ATOM, "atom10", id="Atom"),
        pytest.param(RDF, "rss10", id="RDF"),
        pytest.param(JSON, "json11", id="JSON"),
    ],
)
def test_all_formats_give_the_same_entry(body: str, form: str) -> None:
    """Title, absolute link, UTC time and author are read alike in every format."""
    parsed = parse(body)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.format == form
    assert not parsed.cut
    (entry,) = parsed.entries
    assert (entry.title, entry.url) == ("Harbour reopens", "https://baytown.example/harbour")
    assert entry.published_at == datetime(2020, 2, 9, 7, tzinfo=UTC)
    assert entry.authors == ("A. Writer",)


def test_content_and_language_are_kept() -> None:
    """Full text in the feed becomes paragraphs beside the summary; a language tag is cut to its primary part."""
    (entry,) = entries(ATOM)
    assert entry.content == "Ships sail again.\n\nSince noon."
    assert entry.summary == "Ships sail."
    assert entry.language == "tr"
    assert item("<title>x</title>").language == "en"


def test_the_configured_language_wins() -> None:
    """What the user says of a feed counts more than what the feed says of itself."""
    parsed = parse_feed(Response(URL, URL, 200, {}, RSS.encode(), NOW), replace(FEED, language="ar"))
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].language == "ar"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        pytest.param("", "", "empty_body", id="nothing"),
        pytest.param(" \r\n\t", "", "empty_body", id="white space"),
        pytest.param(
            "<html><title>Just a moment...</title><body>Checking your browser</body></html>", "text/html", "not_a_feed", id="challenge page"
        ),
        pytest.param(
            "<html><form><input name=password></form></html>", "application/rss+xml", "not_a_feed", id="login page sold as a feed"
        ),
        pytest.param("plain words", "text/plain", "not_a_feed", id="text"),
        pytest.param('{"error": "no"}', "application/json", "not_a_feed", id="other JSON"),
        pytest.param(
            '{"version": "https://jsonfeed.org/version/1", "items": 5}', "application/json", "not_a_feed", id="JSON Feed without items"
        ),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "not_a_feed", id="picture"),
        pytest.param("/etc/hostname", "", "not_a_feed", id="name of a file"),
        pytest.param("file:///etc/hostname", "", "not_a_feed", id="address of a file"),
    ],
)
def test_what_is_no_feed_is_rejected(body: str | bytes, content_type: str, reason: str) -> None:
    """A body without a feed in it is a rejection with a reason, never a feed without entries."""
    rejection = parse(body, content_type)
    assert isinstance(rejection, Rejection)
    assert rejection.reason == reason


def test_a_feed_without_entries_is_a_feed() -> None:
    """A quiet feed is fine: no entries, no rejection."""
    assert entries(rss("")) == ()


FIRST = "<item><title>First</title><link>/1</link></item>"


@pytest.mark.parametrize(
    ("body", "titles"),
    [
        pytest.param(rss(FIRST + "<item><title>Second", end=""), ["First"], id="inside a title"),
        pytest.param(rss(FIRST + "<item><title>Second</title><link>/2", end=""), ["First"], id="inside a link"),
        pytest.param(rss(FIRST + "<item>", end=""), ["First"], id="behind an opening tag"),
        pytest.param(rss(FIRST + "<it", end=""), ["First"], id="inside an opening tag"),
        pytest.param(rss(FIRST, end=""), ["First"], id="between items"),
        pytest.param(rss(FIRST, end="")[:-3], [], id="inside the first closing tag"),
        pytest.param(rss(f"{FIRST}<item><title><![CDATA[Second</title></item>{FIRST}"), ["First", ""], id="CDATA that is never closed"),
        pytest.param(RDF[: RDF.index("<dc:date>")], [], id="RDF, behind the closed channel"),
        pytest.param(ATOM[:-30], [], id="Atom"),
        pytest.param(
            rss(FIRST + "<item><title>Second", end="").replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"), ["First"], id="UTF-16"
        ),
        pytest.param(
            '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "1", "title": "First"}, {"id": "2", "title": "Sec',
            ["First"],
            id="JSON",
        ),
    ],
)
def test_a_cut_feed_keeps_what_came_before(body: str | bytes, titles: list[str]) -> None:
    """Entries before the cut are kept, the half one is not, and the feed is marked as cut."""
    parsed = parse(body)
    assert isinstance(parsed, ParsedFeed)
    assert [entry.title for entry in parsed.entries] == titles
    assert parsed.cut


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(rss("<item><title>Ships & boats</title></item>"), id="bare ampersand"),
        pytest.param(rss("<item><title>Ships<br>boats</title></item>"), id="open tag in a title"),
        pytest.param(rss("<item><title>Ships</title></item>") + "\n<!-- served in 0.1 s -->", id="comment behind the end"),
        pytest.param(rss("<item><title>Ships</title></item>").encode("latin-1") + b"\xff", id="stray byte behind the end"),
        pytest.param("\n\n" + rss("<item><title>Ships</title></item>"), id="lines before the declaration"),
    ],
)
def test_a_malformed_feed_is_not_a_cut_one(body: str | bytes) -> None:
    """Broken XML that reaches its end keeps all entries: nothing was lost."""
    parsed = parse(body)
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.entries) == 1
    assert parsed.entries[0].title.startswith("Ships")
    assert not parsed.cut


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        pytest.param("<title>Ships &amp; boats</title>", "Ships & boats", id="escaped once"),
        pytest.param("<title>Ships &amp;amp; boats</title>", "Ships & boats", id="escaped twice, as RSS does HTML"),
        pytest.param("<title>2 &lt; 3</title>", "2 < 3", id="less than"),
        pytest.param("<title>&lt;b&gt;Ships&lt;/b&gt; sail</title>", "Ships sail", id="escaped tags"),
        pytest.param("<title><![CDATA[<i>Ships</i> sail]]></title>", "Ships sail", id="tags in CDATA"),
        pytest.param("<title>\n  Ships\n\t sail </title>", "Ships sail", id="white space"),
        pytest.param("<title>Ships&#x202e;sail&#x200b;</title>", "Shipssail", id="invisible marks"),
        pytest.param("<title>&lt;script&gt;alert(1)&lt;/script&gt;Ships</title>", "Ships", id="script"),
        pytest.param("<title>&amp;lt;b&amp;gt; in HTML</title>", "<b> in HTML", id="text about tags"),
    ],
)
def test_titles_are_plain_text(inner: str, title: str) -> None:
    """A title loses its tags, is decoded once, and stands on one line."""
    assert item(inner).title == title


@pytest.mark.parametrize(
    ("inner", "url"),
    [
        pytest.param("<link>/a</link>", "https://baytown.example/a", id="relative"),
        pytest.param("<link>\n https://baytown.example/a \n</link>", "https://baytown.example/a", id="white space around"),
        pytest.param("<guid>https://baytown.example/a</guid>", "https://baytown.example/a", id="guid as permalink"),
        pytest.param("<guid isPermaLink='false'>abc</guid>", "", id="guid that is no URL"),
        pytest.param("<link>javascript:alert(1)</link>", "", id="script"),
        pytest.param("<link>file:///etc/passwd</link>", "", id="file"),
        pytest.param(
            "<link>javascript:alert(1)</link><guid>https://baytown.example/a</guid>",
            "https://baytown.example/a",
            id="script, but a permalink",
        ),
        pytest.param("<enclosure url='https://baytown.example/a.mp3' type='audio/mpeg'/>", "", id="only an enclosure"),
        pytest.param("<link>https://user:word@baytown.example/a</link>", "", id="with a password"),
    ],
)
def test_links_are_absolute_web_addresses_or_nothing(inner: str, url: str) -> None:
    """The best http or https link is made absolute; everything else is no link."""
    assert item(f"<title>x</title>{inner}").url == url


def test_the_html_alternate_is_the_link() -> None:
    """Of several Atom links the alternate in HTML wins, wherever it stands."""
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>x</title><link rel="self" href="/self"/><link rel="alternate" type="application/json" href="/json"/>'
        '<link rel="alternate" type="text/html" href="/html"/></entry></feed>'
    )
    assert entries(body)[0].url == "https://baytown.example/html"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Sun, 09 Feb 2020 10:00:00 GMT", datetime(2020, 2, 9, 10, tzinfo=UTC), id="RFC 822"),
        pytest.param("2020-02-09 10:00:00", datetime(2020, 2, 9, 10, tzinfo=UTC), id="without a zone"),
        pytest.param("Mon, 10 Feb 2020 20:00:00 GMT", datetime(2020, 2, 10, 20, tzinfo=UTC), id="hours ahead: a wrong clock"),
        pytest.param("Thu, 20 Feb 2020 10:00:00 GMT", None, id="days ahead"),
        pytest.param("1700000000", None, id="seconds since 1970"),
        pytest.param("Mon, 01 Jan 0001 00:00:00 GMT", None, id="year 1"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 GMT", None, id="year 9999"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", None, id="the epoch"),
        pytest.param("yesterday", None, id="words"),
    ],
)
def test_dates_that_cannot_be_true_are_none(text: str, expected: datetime | None) -> None:
    """A claimed date is kept in UTC, unless it is before 1990 or more than a day ahead."""
    assert item(f"<title>x</title><pubDate>{text}</pubDate>").published_at == expected


def test_a_second_date_stands_in_for_an_absurd_one() -> None:
    """When the publication date is absurd the update's is used."""
    body = '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>x</title><published>0001-01-01T00:00:00Z</published><updated>2020-02-09T10:00:00Z</updated></entry></feed>'
    assert entries(body)[0].published_at == datetime(2020, 2, 9, 10, tzinfo=UTC)


def test_repeated_entries_collapse_and_reused_guids_do_not() -> None:
    """An entry said twice is one, the first; one guid on two links is two entries."""
    body = rss(
        "<item><title>A</title><link>/a</link><guid>g</guid></item><item><title>A again</title><link>/a</link><guid>g</guid></item>"
        "<item><title>B</title><link>/b</link><guid>g</guid></item>"
    )
    assert [entry.title for entry in entries(body)] == ["A", "B"]


def test_entries_over_the_cap_are_counted() -> None:
    """A feed with too many entries says how many were not read."""
    parsed = parse(rss("".join(f"<item><title>{n}</title><link>/{n}</link></item>" for n in range(ENTRIES_MAX + 7))))
    assert isinstance(parsed, ParsedFeed)
    assert len(parsed.entries) == ENTRIES_MAX
    assert parsed.entries_dropped == 7


def test_a_feed_is_the_same_in_any_encoding() -> None:
    """Declared, undeclared and marked encodings give the same entries."""
    text = rss("<item><title>Çavuşoğlu köprüde</title><link>/a</link></item>")
    declared = text.replace('"1.0"', '"1.0" encoding="iso-8859-9"').encode("iso-8859-9")
    bodies = (text.encode(), b"\xef\xbb\xbf" + text.encode(), declared, text.replace('"1.0"', '"1.0" encoding="utf-16"').encode("utf-16"))
    assert len({entries(body) for body in bodies}) == 1


def test_json_feeds_may_hold_anything() -> None:
    """Wrong types inside a JSON Feed cost the field, not the entry, nor the feed."""
    body = {
        "version": "https://jsonfeed.org/version/1",
        "items": [
            {"id": 7, "url": ["x"], "title": None, "content_text": "Ships\nsail", "author": "x", "date_published": 5},
            "no",
            {"id": "2", "url": "javascript:x"},
        ],
    }
    first, second = entries(json.dumps(body))
    assert (first.guid, first.url, first.content) == ("7", "", "Ships\n\nsail")
    assert (second.guid, second.url) == ("2", "")


def test_deep_json_is_no_feed() -> None:
    """JSON nested beyond reading is a rejection, not an exception."""
    body = '{"version": "https://jsonfeed.org/version/1", "items": ' + "[" * 200_000
    assert isinstance(parse(body), Rejection | ParsedFeed)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(ATOM)), st.binary(max_size=12), st.sampled_from([RSS, ATOM, RDF, JSON]))
def test_no_damage_raises(position: int, damage: bytes, body: str) -> None:
    """Whatever bytes are put anywhere into a feed, the answer is a value."""
    data = body.encode()
    result = parse(data[:position] + damage + data[position:])
    assert isinstance(result, ParsedFeed | Rejection)
    assert isinstance(parse(data[:position] + damage), ParsedFeed | Rejection)


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
@pytest.mark.parametrize("suite", ["feedparser", "feedvalidator", "gofeed"])
def test_public_feed_suites_raise_nothing(suite: str) -> None:
    """Each file of three public test suites is read or rejected with a reason, and most are feeds."""
    with tarfile.open(Path(os.environ["TIDINGS_DATA"]) / "feeds" / f"{suite}.tar.gz") as archive:
        files = [archive.extractfile(member) for member in archive if member.isfile() and member.name.endswith((".xml", ".json"))]
        results = [parse(file.read(), "") for file in files if file]
    assert all(isinstance(result, ParsedFeed) or result.reason for result in results)
    assert sum(isinstance(result, ParsedFeed) for result in results) > 0.5 * len(results)
