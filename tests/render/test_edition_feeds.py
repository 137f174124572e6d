"""Editions as feeds: valid, read back with the same ids, titles and dates, and nothing from outside but as text."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from archives import archive
from lxml import etree

from tidings.model import Feed, Response
from tidings.render import words
from tidings.render.edition_feeds import ENTRIES_MAX, edition_feed, to_atom, to_json_feed
from tidings.render.site import edition_path
from tidings.stages.parse import parse_feed

URL = "https://desk.example/feeds/desk.atom"
NASTY = "</p><script>alert(1)</script> ]]> &amp; <img src=x onerror=alert(1)> \x00\x08\x1b\ufffe\uffff\ud800 {{ 7 * 7 }}"


def made(base_url="", days=3, publisher="Harbour Post", said=None):
    """Make the feed of an archive's editions."""
    shown = archive(days=days, publisher=publisher) if said is None else archive(said, days=days, publisher=publisher)
    by_id = {one.reported.development_id: one for one in shown.developments}
    feed = edition_feed("desk", shown.editions, by_id, shown.stories, lambda one: f"{base_url or '..'}/{edition_path(one.id)}", base_url)
    return feed, shown


def read(text):
    """Read a feed with our own stage."""
    response = Response(URL, URL, 200, {}, text.encode(), datetime(2020, 3, 1, tzinfo=UTC))
    return parse_feed(response, Feed("feed", URL, URL, "Desk"))


@pytest.mark.parametrize("form", ["atom", "json"])
def test_our_own_reader_reads_what_we_write(form):
    """stages/parse.py reads both forms with the ids, titles and times of the editions, in order."""
    feed, shown = made("https://desk.example/t")
    parsed = read(to_atom(feed) if form == "atom" else to_json_feed(feed))
    assert parsed.format == {"atom": "atom10", "json": "json11"}[form]
    assert not parsed.cut
    expected = [
        (f"urn:uuid:{one.id}", words.subject(one), one.window_end, f"https://desk.example/t/editions/{one.id}.html")
        for one in shown.editions
    ]
    assert [(one.guid, one.title, one.published_at, one.url) for one in parsed.entries] == expected
    statements = [one.reported.statement for one in shown.developments]
    assert all(any(statement in entry.content for entry in parsed.entries) for statement in statements)


def test_feedparser_reads_the_atom_feed():
    """Feedparser finds no fault, and the ids, titles, times, links and contents of the editions."""
    feed, shown = made()
    parsed = feedparser.parse(io.BytesIO(to_atom(feed).encode()))
    assert (parsed.bozo, parsed.version, parsed.feed.title) == (False, "atom10", "Tidings for desk")
    found = [(one.id, one.title, one.updated, one.link) for one in parsed.entries]
    expected = [
        (f"urn:uuid:{one.id}", words.subject(one), f"{one.window_end:%Y-%m-%dT%H:%M:%SZ}", f"../editions/{one.id}.html")
        for one in shown.editions
    ]
    assert found == expected
    assert all("blockquote" in one.content[0].value and one.content[0].type == "text/html" for one in parsed.entries)


def test_what_rfc_4287_asks_for_is_there():
    """A feed and each entry have an id, a title and a time; the feed has an author; ids are unique."""
    root = etree.fromstring(to_atom(made("https://desk.example")[0], "https://desk.example/feeds/desk.atom").encode())
    space = {"a": "http://www.w3.org/2005/Atom"}
    for one in (root, *root.findall("a:entry", space)):
        assert all(len(one.findall(f"a:{name}", space)) == 1 for name in ("id", "title", "updated"))
    assert root.findtext("a:author/a:name", namespaces=space) == "Tidings"
    assert {(link.get("rel"), link.get("href")) for link in root.findall("a:link", space)} == {
        ("self", "https://desk.example/feeds/desk.atom"), ("alternate", "https://desk.example/index.html"),
    }  # fmt: skip
    ids = [one.text for one in root.findall("a:entry/a:id", space)]
    assert len(set(ids)) == len(ids) == 3


def test_json_feed_has_only_absolute_addresses():
    """JSON Feed has no base for relative addresses: without a site it has none at all."""
    plain, linked = (json.loads(to_json_feed(made(base)[0])) for base in ("", "https://desk.example"))
    assert plain["version"] == "https://jsonfeed.org/version/1.1"
    assert not [one for one in plain["items"] if "url" in one]
    assert "home_page_url" not in plain
    assert all(one["url"].startswith("https://desk.example/editions/") for one in linked["items"])
    assert {"id", "title", "summary", "content_html", "date_published", "date_modified"} < linked["items"][0].keys()


def test_the_latest_editions_are_in_it():
    """A feed has the latest fifty editions, newest first."""
    feed, _ = made(days=ENTRIES_MAX + 5)
    times = [one.at for one in feed.entries]
    assert len(times) == ENTRIES_MAX
    assert times == sorted(times, reverse=True)
    assert feed.at == times[0]


def test_an_entry_does_not_grow_without_end():
    """Of an edition of very many developments an entry holds two hundred, and says how many more there are."""
    feed, _ = made(days=1, said={"en": ("Many", tuple(f"Statement {number}." for number in range(230)))})
    assert feed.entries[0].html.count("<blockquote") - feed.entries[0].html.count("Before:") == 200
    assert "and 30 more in the edition." in feed.entries[0].html


@pytest.mark.parametrize("form", ["atom", "json"])
def test_nothing_from_outside_becomes_markup(form):
    """With markup and characters that XML cannot hold in every text, the feed is well-formed and its content has no element of theirs."""
    feed, shown = made("https://desk.example", days=1, publisher=NASTY, said={"en": (NASTY, (NASTY,)), "ar": (NASTY, (NASTY,))})
    text = to_atom(feed) if form == "atom" else to_json_feed(feed)
    if form == "atom":
        entries = feedparser.parse(io.BytesIO(text.encode())).entries
        contents = etree.fromstring(text.encode()).xpath("//*[local-name()='content']/text()")
        assert len(entries) == len(shown.editions)
    else:
        contents = [one["content_html"] for one in json.loads(text)["items"]]
    assert contents
    for content in contents:
        assert set(re.findall(r"<(\w+)", content)) <= {"p", "h2", "h3", "bdi", "a", "strong", "blockquote"}
        assert set(re.findall(r'href="([^"]*)"', content)) <= set(re.findall(r'https://[^"]*', content))
    assert read(text).entries[0].guid == f"urn:uuid:{shown.editions[0].id}"


def test_a_recipient_without_editions_has_an_empty_feed():
    """Before the first edition the feed is valid, and empty."""
    feed = edition_feed("desk", (), {}, {}, lambda _: "")
    assert feedparser.parse(io.BytesIO(to_atom(feed).encode())).entries == []
    assert json.loads(to_json_feed(feed))["items"] == []


def test_the_same_editions_make_the_same_feed():
    """Nothing in a feed depends on when it is written; a recipient's feed keeps its id."""
    assert to_atom(made()[0]) == to_atom(made()[0])
    assert made(days=1)[0].id == made(days=3)[0].id
    assert replace(made()[0], entries=()).id == made()[0].id
