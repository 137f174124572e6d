"""OPML from other readers: what is read of it, and that hostile files are refused or harmless."""

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Rejection
from tidings.text.markup import one_line
from tidings.text.opml import DEPTH_MAX, FEEDS_MAX, OUTLINES_MAX, Outline, OutlineList, read_opml, write_opml

SOME = '<outline text="News" xmlUrl="http://news.example/rss"/>'


def opml(body, head="<title>Mine</title>", before=""):
    """Write a file around outlines."""
    return f'<?xml version="1.0"?>{before}<opml version="2.0"><head>{head}</head><body>{body}</body></opml>'


def feeds(body):
    """Return (address, title, language) of what is read."""
    found = read_opml(body if isinstance(body, bytes) else body.encode())
    assert isinstance(found, OutlineList), found
    return [(one.url, one.title, one.language) for one in found.outlines]


@pytest.mark.parametrize(
    ("outline", "expected"),
    [
        ('<outline text="A" xmlUrl="http://a.example/"/>', ("http://a.example/", "A", "")),
        ('<outline title="A" xmlUrl="http://a.example/"/>', ("http://a.example/", "A", "")),
        ('<outline text="Mine" title="Theirs" xmlUrl="http://a.example/"/>', ("http://a.example/", "Mine", "")),
        ('<outline xmlUrl=" http://a.example/?x=1&amp;copy=2 " type="rss"/>', ("http://a.example/?x=1&copy=2", "", "")),
        ('<outline text="A" language="pt-BR" xmlUrl="http://a.example/"></outline>', ("http://a.example/", "A", "pt-BR")),
        ("<OUTLINE TEXT='A' XMLURL='http://a.example/'/>", ("http://a.example/", "A", "")),
        (
            '<outline text="f"><outline text="g"><outline text="A" xmlUrl="http://a.example/"/></outline></outline>',
            ("http://a.example/", "A", ""),
        ),
        ('<outline text="x&quot;&#10;[[feed]]" xmlUrl="http://a.example/"/>', ("http://a.example/", 'x" [[feed]]', "")),
        ('<outline text="\x1b[31mA\u202e" xmlUrl="http://a.example/"/>', ("http://a.example/", "\ufffd[31mA", "")),
        ('<outline text="Tom & Jerry" xmlUrl="http://a.example/?a=1&b=2"/>', ("http://a.example/?a=1&b=2", "Tom & Jerry", "")),
    ],
    ids=[
        "text",
        "title",
        "text before title",
        "escaped",
        "language",
        "capitals",
        "nested",
        "quotes and lines",
        "control signs",
        "not well-formed",
    ],
)
def test_an_outline(outline, expected):
    """Address, title and language of an outline are read as readers write them, however deep it stands."""
    assert feeds(opml(outline)) == [expected]


def test_lines_and_lists():
    """Each feed knows the line it stands on; lists that the file points to are counted, not followed; folders and comments are no feeds."""
    found = read_opml(
        opml(f'\n<!-- {SOME} -->\n<outline text="f">\n{SOME}\n<outline type="include" url="http://x.example/l.opml"/></outline>').encode()
    )
    assert isinstance(found, OutlineList)
    assert [one.line for one in found.outlines] == [4]
    assert (found.list_count, found.cut) == (1, False)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-9"])
def test_encodings(encoding):
    """A byte-order mark or the declared encoding is believed."""
    text = '<?xml version="1.0" encoding="iso-8859-9"?><opml><body><outline text="Günyüzü ş" xmlUrl="http://g.example/"/></body></opml>'
    assert feeds(text.encode(encoding)) == [("http://g.example/", "Günyüzü ş", "")]


ENTITIES = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE opml [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\xff\xfe", "empty"),
        (b"just words", "not_opml"),
        (b"http://news.example/list.opml", "not_opml"),
        (b"/etc/hostname", "not_opml"),
        (b"<rss><channel/></rss>", "not_opml"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not_opml"),
        (opml('<outline text="&c;" xmlUrl="http://a.example/"/>', before=ENTITIES).encode(), "document_type"),
        (opml('<outline text="&secret;" xmlUrl="http://a.example/"/>', before=OUTSIDE).encode(), "document_type"),
        (opml('<outline text="&secret;" xmlUrl="http://a.example/"/>', before=OUTSIDE).encode("utf-16"), "document_type"),
        (opml("", before='<! doctype opml SYSTEM "http://x.example/o.dtd">').encode(), "document_type"),
        (opml("<outline text='f'>" * 5_000 + SOME + "</outline>" * 5_000).encode(), "too_deep"),
        (opml("<outline>" * 5_000).encode(), "too_deep"),
        (opml("<outline/>" * 100_000).encode(), "too_many_outlines"),
        (opml(SOME * (FEEDS_MAX + 1)).encode(), "too_many_outlines"),
        (b"<opml>" + b" " * 5_000_000, "too_large"),
    ],
    ids=["empty", "mark only", "mark of utf-16", "words", "address", "file name", "a feed", "picture", "entity bomb", "entity of a file", "the same in utf-16",
         "dtd elsewhere", "deep", "never closed", "outlines", "feeds", "large"],
)  # fmt: skip
def test_what_is_refused(body, reason):
    """What is no OPML, declares anything, or is beyond a limit is refused whole, with the reason."""
    found = read_opml(body)
    assert isinstance(found, Rejection)
    assert found.reason == reason


@pytest.mark.parametrize(
    "body",
    [
        "</outline></outline></body></opml>" + SOME,
        '<x:outline xmlns:x="http://opml.org/spec2" xmlUrl="http://news.example/rss"/>',
        '<outline xmlns:a="b"></x></outline></outline>' + SOME,
        "<![CDATA[<outline xmlUrl='http://hidden.example/'/>]]>" + SOME,
        "<outline xmlUrl='&undeclared;'/>" + SOME,
        "<outline " * 2_000,
        "<!--" * 2_000,
    ],
    ids=["closed too often", "prefix", "closed crosswise", "cdata", "entity", "cut tags", "comments"],
)
def test_what_is_broken_ends_as_a_value(body):
    """Broken markup gives the feeds that can be read, or a reason; never an exception."""
    assert isinstance(read_opml(opml(body).encode()), OutlineList | Rejection)


def test_a_cut_file_says_so():
    """Of a file that ends too early the feeds before the cut are read, and that is said."""
    found = read_opml(opml(SOME).encode()[:-9])
    assert isinstance(found, OutlineList)
    assert (len(found.outlines), found.cut) == (1, True)


def test_the_limits_leave_room():
    """At the limits of depth and number a list is still read."""
    deep = opml("<outline text='f'>" * (DEPTH_MAX - 1) + SOME + "</outline>" * (DEPTH_MAX - 1))
    assert len(feeds(deep)) == 1
    assert len(feeds(opml(SOME * FEEDS_MAX + "<outline/>" * (OUTLINES_MAX - FEEDS_MAX)))) == FEEDS_MAX


@given(st.binary(max_size=300))
def test_bytes_never_raise(body):
    """Whatever follows a beginning that looks right, the answer is a value."""
    assert isinstance(read_opml(b"<opml>" + body), OutlineList | Rejection)


@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.text(max_size=40), st.sampled_from(["", "en", "ar"])), max_size=5))
def test_what_is_written_is_read_again(rows):
    """Any titles and addresses survive as cleaned lines, and what is written is XML to a strict parser, too."""
    text = write_opml("Mine", [("folder", [Outline(url, title, language) for url, title, language in rows])])
    root = ET.fromstring(text)
    assert root.get("version") == "2.0"
    assert all(one.get("text") is not None for one in root.iter("outline"))
    assert feeds(text) == [(one_line(url), one_line(title), language) for url, title, language in rows if one_line(url)]
