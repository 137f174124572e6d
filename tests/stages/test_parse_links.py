"""Reading the links, ids, titles and texts that feeds give in many ways."""

from base64 import b64encode

import pytest
from feed_documents import FEED, NOW, URL, atom, atom_entry, entries, parse, rss, rss_entry

from tidings.model import ParsedFeed, Response
from tidings.stages.parse import parse_feed

HERE = "https://baytown.example"
FEEDBURNER = 'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'


@pytest.mark.parametrize(
    ("inner", "attributes", "url"),
    [
        pytest.param('<link href="a"/>', "", f"{HERE}/feeds/a", id="relative to the feed"),
        pytest.param('<link href="/a"/>', "", f"{HERE}/a", id="relative to the host"),
        pytest.param('<link href="//other.example/a"/>', "", "https://other.example/a", id="without a scheme"),
        pytest.param('<link href="?p=7"/>', "", f"{HERE}/feeds/news.xml?p=7", id="only a query"),
        pytest.param('<link href="a"/>', 'xml:base="https://base.example/x/"', "https://base.example/x/a", id="xml:base"),
        pytest.param('<link href="a"/>', 'xml:base="/x/"', f"{HERE}/x/a", id="relative xml:base"),
        pytest.param(
            '<link xml:base="y/" href="a"/>', 'xml:base="https://base.example/x/"', "https://base.example/x/y/a", id="chain of xml:base"
        ),
        pytest.param('<link href="a"/>', 'xml:base="javascript:x"', f"{HERE}/feeds/a", id="xml:base that is no address"),
        pytest.param('<link rel="self" href="/s"/><link href="/a"/>', "", f"{HERE}/a", id="self before the page"),
        pytest.param('<link rel="enclosure" href="/a.mp3"/><link rel="related" href="/r"/>', "", f"{HERE}/r", id="only related"),
        pytest.param(
            '<link type="application/json" href="/j"/><link type="text/html" href="/a"/>', "", f"{HERE}/a", id="several alternates"
        ),
        pytest.param('<link href="ftp://x.example/a"/><link href="/a"/>', "", f"{HERE}/a", id="first alternate is no web address"),
        pytest.param('<link rel="replies" href="/c"/><id>https://baytown.example/a</id>', "", f"{HERE}/a", id="id that is an address"),
        pytest.param('<link rel="license" href="https://cc.example/by"/>', "", "", id="licence is no page"),
        pytest.param("<link/><id>tag:x</id>", "", "", id="link without an address"),
    ],
)
def test_the_link_of_an_atom_entry(inner: str, attributes: str, url: str) -> None:
    """The page in HTML is chosen, and made absolute by `xml:base`, or the address of the feed."""
    assert atom_entry(f"<title>x</title>{inner}", attributes).url == url


@pytest.mark.parametrize(
    ("inner", "guid", "url"),
    [
        pytest.param("<guid>https://baytown.example/a</guid>", f"{HERE}/a", f"{HERE}/a", id="permalink"),
        pytest.param(
            "<guid isPermaLink='false'>https://baytown.example/a</guid>", f"{HERE}/a", "", id="an address that says it is no link"
        ),
        pytest.param(
            "<guid isPermaLink='false'>https://baytown.example/a</guid><link>/b</link>",
            f"{HERE}/a",
            f"{HERE}/b",
            id="no permalink, but a link",
        ),
        pytest.param("<guid>/2020/a</guid>", "/2020/a", f"{HERE}/2020/a", id="relative permalink"),
        pytest.param("<guid>12345</guid>", "12345", "", id="a mere number, whatever it says"),
        pytest.param("<guid>12345</guid><link>/b</link>", "12345", f"{HERE}/b", id="number beside a link"),
        pytest.param(
            "<guid>HTTPS://Baytown.example/A</guid><link>/b</link>", "HTTPS://Baytown.example/A", f"{HERE}/b", id="guids are not normalised"
        ),
        pytest.param("<guid>\n x y \n</guid><link>/b</link>", "x y", f"{HERE}/b", id="white space"),
        pytest.param(
            "<link>https://news.google.com/rss/articles/CBMi?oc=5</link>",
            "",
            "https://news.google.com/rss/articles/CBMi?oc=5",
            id="redirect",
        ),
    ],
)
def test_guid_and_link_of_an_rss_item(inner: str, guid: str, url: str) -> None:
    """A guid is a name and kept as it is; it is a link only if it looks like one and does not say otherwise."""
    entry = rss_entry(f"<title>x</title>{inner}")
    assert (entry.guid, entry.url) == (guid, url)


def test_ids_are_not_resolved() -> None:
    """An id is a name and no link (RFC 4287, 4.2.6): wherever the feed is fetched from, it stays the same."""
    moved = parse_feed(Response(URL, "https://new.example/rss", 200, {}, atom("<id>a/7</id><title>x</title>").encode(), NOW), FEED)
    assert isinstance(moved, ParsedFeed)
    assert moved.entries == (atom_entry("<id>a/7</id><title>x</title>"),)
    assert moved.entries[0].guid == "a/7"


def test_the_address_behind_feedburner_is_taken() -> None:
    """`feedburner:origLink` names the page itself; the redirect that counts readers is left aside."""
    body = rss("<item><link>https://feeds.example/~r/x/1</link><feedburner:origLink>https://baytown.example/a</feedburner:origLink></item>")
    assert entries(body.replace("<rss ", f"<rss {FEEDBURNER} "))[0].url == f"{HERE}/a"
    odd = body.replace("https://baytown.example/a", "javascript:x").replace("<rss ", f"<rss {FEEDBURNER} ")
    assert entries(odd)[0].url == "https://feeds.example/~r/x/1"


@pytest.mark.parametrize(
    ("inner", "title"),
    [
        pytest.param("<title>Ships &amp; boats</title>", "Ships & boats", id="text"),
        pytest.param('<title type="text">a &lt;b&gt; c</title>', "a <b> c", id="text about a tag"),
        pytest.param('<title type="html">&lt;b&gt;Ships&lt;/b&gt; &amp;amp; boats</title>', "Ships & boats", id="html"),
        pytest.param('<title type="html"><![CDATA[<b>Ships</b> &eacute;]]></title>', "Ships é", id="html in CDATA"),
        pytest.param(
            '<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><b>Ships</b> &amp; boats</div></title>',
            "Ships & boats",
            id="xhtml",
        ),
        pytest.param(f'<title mode="base64">{b64encode(b"Ships sail").decode()}</title>', "Ships sail", id="base64, Atom 0.3"),
        pytest.param("<title>Ships</title><media><title>Picture</title></media>", "Ships", id="title of a picture inside"),
        pytest.param("<title/>", "", id="empty"),
        pytest.param("<summary>Words.</summary>", "", id="none"),
    ],
)
def test_titles_of_all_types_are_plain(inner: str, title: str) -> None:
    """Whatever type a title has, it is text on one line."""
    assert atom_entry(inner).title == title


@pytest.mark.parametrize(
    ("inner", "content"),
    [
        pytest.param('<content src="https://baytown.example/a"/>', "", id="elsewhere"),
        pytest.param('<content type="image/png">iVBORw0KGgo=</content>', "", id="a picture"),
        pytest.param(
            '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One.</p><p>Two.</p></div></content>',
            "One.\n\nTwo.",
            id="xhtml",
        ),
        pytest.param('<content type="html">&lt;p&gt;One.&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;</content>', "One.", id="script"),
        pytest.param("<content>One &lt; two.</content>", "One < two.", id="text"),
    ],
)
def test_contents_of_all_types_are_plain(inner: str, content: str) -> None:
    """Text and markup become paragraphs; pictures and what stands elsewhere become nothing."""
    assert atom_entry(f"<title>x</title>{inner}").content == content


def test_an_entry_may_have_next_to_nothing() -> None:
    """Entries without id, date, link or text are entries; only the same thing twice is one."""
    body = rss("<item><title>Only a title</title></item><item><description>Only a text.</description></item><item/><item/>")
    first, second, third = entries(body)
    assert (first.title, first.guid, first.url, first.published_at) == ("Only a title", "", "", None)
    assert (second.title, second.summary) == ("", "Only a text.")
    assert (third.title, third.summary) == ("", "")
    assert len({first.id, second.id, third.id}) == 3


def test_control_characters_leave_titles() -> None:
    """A character that XML forbids does not stay in a title as a mark of something missing."""
    assert rss_entry("<title>Ships\x08 sail\x01</title>").title == "Ships sail"


@pytest.mark.parametrize(
    ("body", "form"),
    [
        pytest.param('<CHANNEL><TITLE>B</TITLE><ITEM HREF="https://baytown.example/a"><TITLE>x</TITLE></ITEM></CHANNEL>', "cdf", id="CDF"),
        pytest.param(
            '<Channel xmlns="http://purl.org/net/rss1.1#" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="x"><title>B</title><items>'
            '<item rdf:about="https://baytown.example/a"><title>x</title><link>https://baytown.example/a</link></item></items></Channel>',
            "rss11",
            id="RSS 1.1",
        ),
        pytest.param(
            '<rss version="0.91"><channel><title>B</title><item><title>x</title><link>https://baytown.example/a</link></item></channel></rss>',
            "rss091u",
            id="RSS 0.91",
        ),
        pytest.param(
            '<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>B</title><entry><title>x</title><link rel="alternate" href="/a"/></entry></feed>',
            "atom03",
            id="Atom 0.3",
        ),
    ],
)
def test_old_formats_are_read(body: str, form: str) -> None:
    """Formats that hardly anybody writes any more give title and link like the others."""
    parsed = parse(body)
    assert getattr(parsed, "format", None) == form
    assert [(one.title, one.url) for one in entries(body)] == [("x", f"{HERE}/a")]
