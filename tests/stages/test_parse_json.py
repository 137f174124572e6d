"""Reading JSON Feed 1.0 and 1.1 (jsonfeed.org), as it is specified and as it is written."""

import json
from dataclasses import replace
from typing import Any

import pytest
from feed_documents import FEED, NOW, URL, entries, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.model import Entry, ParsedFeed, Rejection, Response
from tidings.stages.parse import ENTRIES_MAX, parse_feed

HERE = "https://baytown.example"


def feed(*items: Any, **more: Any) -> str:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Baytown", "items": list(items), **more})


def one(**item: Any) -> Entry:
    (entry,) = entries(feed(item))
    return entry


@pytest.mark.parametrize(
    ("item", "url"),
    [
        pytest.param({"id": "1", "url": "/a"}, f"{HERE}/a", id="relative"),
        pytest.param({"id": "1", "url": f"{HERE}/a", "external_url": "https://other.example/b"}, f"{HERE}/a", id="its own page first"),
        pytest.param({"id": "1", "external_url": "https://other.example/b"}, "https://other.example/b", id="only the page it speaks of"),
        pytest.param({"id": f"{HERE}/a"}, f"{HERE}/a", id="the id is an address"),
        pytest.param({"id": "a"}, "", id="the id is a name"),
        pytest.param({"id": "1", "url": "mailto:x@y.example", "external_url": "/b"}, f"{HERE}/b", id="no web address"),
        pytest.param({"id": "1", "attachments": [{"url": f"{HERE}/a.mp3"}]}, "", id="only an attachment"),
    ],
)
def test_the_link_of_an_item(item: dict[str, Any], url: str) -> None:
    """The item's own page comes before the one it speaks of, and that before an id that is an address."""
    assert one(**item).url == url


def test_texts_are_plain() -> None:
    """A title is text, whatever it looks like; HTML becomes paragraphs, and comes before the plain text of the same."""
    entry = one(id="1", title="A <b> & c", content_html="<p>One.</p><p>Two.</p>", content_text="Other.", summary="Short.")
    assert (entry.title, entry.content, entry.summary) == ("A <b> & c", "One.\n\nTwo.", "Short.")
    assert one(id="1", content_text="One.\n\nTwo < three.").content == "One.\n\nTwo < three."
    assert one(id="1", title="CafÃ©").title == "Café"


@pytest.mark.parametrize(
    ("item", "names"),
    [
        pytest.param({"authors": [{"name": "A"}, {"name": "B"}, {"url": "x"}]}, ("A", "B"), id="1.1"),
        pytest.param({"author": {"name": "A"}}, ("A",), id="1.0"),
        pytest.param({"authors": [{"name": "A"}], "author": {"name": "B"}}, ("A",), id="both"),
        pytest.param({"authors": "A"}, (), id="no list"),
    ],
)
def test_authors_of_both_versions(item: dict[str, Any], names: tuple[str, ...]) -> None:
    """`authors` of 1.1 and `author` of 1.0 are read."""
    assert one(id="1", **item).authors == names


def test_the_language_of_an_item_comes_before_that_of_the_feed() -> None:
    """Both are short tags, and the user's own word counts more than either."""
    body = feed({"id": "1", "language": "tr-TR"}, {"id": "2"}, language="en")
    assert [entry.language for entry in entries(body)] == ["tr", "en"]
    assert [entry.language for entry in entries(body, feed=replace(FEED, language="ar"))] == ["ar", "ar"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_in_any_unicode(encoding: str) -> None:
    """JSON should be UTF-8 (RFC 8259) and is read with marks and in UTF-16, too."""
    assert entries(feed({"id": "1", "title": "Köprü"}).replace("\\u00f6", "ö").encode(encoding))[0].title == "Köprü"


@pytest.mark.parametrize(
    ("version", "form"),
    [
        pytest.param("https://jsonfeed.org/version/1", "json10", id="1.0"),
        pytest.param("https://jsonfeed.org/version/1.1", "json11", id="1.1"),
        pytest.param("http://www.jsonfeed.org/version/1.1", "json11", id="written otherwise"),
        pytest.param("1.1", "json11", id="only the number"),
        pytest.param("https://jsonfeed.org/version/2", None, id="of the future"),
        pytest.param("2.0", None, id="of something else"),
    ],
)
def test_versions(version: str, form: str | None) -> None:
    """What calls itself JSON Feed 1.x is one."""
    assert getattr(parse(feed({"id": "1"}, version=version)), "format", None) == form


def test_what_is_over_the_limit_is_read_from_there_on() -> None:
    """The next poll passes over the entries that earlier ones took; of a document that became shorter it begins anew."""
    body = feed(*({"id": str(number)} for number in range(ENTRIES_MAX + 7))).encode()
    answer = Response(URL, URL, 200, {}, body, NOW)
    first, rest, beyond = (parse_feed(answer, FEED, read_from) for read_from in (0, ENTRIES_MAX, 3 * ENTRIES_MAX))
    assert isinstance(first, ParsedFeed)
    assert isinstance(rest, ParsedFeed)
    assert isinstance(beyond, ParsedFeed)
    assert [entry.guid for entry in rest.entries] == [str(ENTRIES_MAX + number) for number in range(7)]
    assert (first.entries_dropped, rest.entries_dropped, beyond.entries) == (7, 7, first.entries)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=3), max_leaves=4
)
KEYS = ("id", "url", "external_url", "title", "summary", "content_html", "content_text", "date_published", "authors", "author", "language")


@settings(max_examples=150, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES, max_size=4), VALUES, VALUES)
def test_any_values_are_read(items: list[Any], title: Any, language: Any) -> None:
    """Whatever stands where a text should, the answer is a feed or a rejection, and links are web addresses or nothing."""
    parsed = parse(feed(*items, title=title, language=language))
    assert isinstance(parsed, ParsedFeed | Rejection)
    if isinstance(parsed, ParsedFeed):
        assert all(not entry.url or entry.url.startswith(("http://", "https://")) for entry in parsed.entries)
