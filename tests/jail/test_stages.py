"""The stages that read hostile bytes, in the jail they are made for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

import pytest

from tidings.jail import Jail
from tidings.model import Article, Entry, Feed, Page, ParsedFeed, Rejection, Response, Verdict
from tidings.stages.extract import extract_article
from tidings.stages.parse import parse_feed

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)
URL = "https://baytown.example/harbour"
FEED = Feed("feed-1", URL, URL, "Baytown Post")
ENTRY = Entry("entry-1", "feed-1", "1", URL, "Harbour reopens", "", "", None)
TEXT = "The harbour of Baytown reopened on Sunday after a week of storms, the port authority said, and six ships sailed before noon."
PAGE = Page(
    Response(
        URL,
        URL,
        200,
        {"content-type": "text/html"},
        f"<html><body><article><p>{TEXT}</p><p>{TEXT[::-1]}</p></article></body></html>".encode(),
        NOW,
    ),
    ENTRY,
)


@pytest.fixture(scope="module")
def jail() -> Iterator[Jail]:
    with Jail() as one:
        yield one


def response(body: str) -> Response:
    return Response(URL, URL, 200, {"content-type": "text/xml"}, body.encode(), NOW)


def test_a_page_is_the_same_article_in_the_jail(jail: Jail) -> None:
    """The jail changes nothing: the same article comes out, and crosses whole."""
    inside = jail.call(extract_article, PAGE, "Baytown Post", NOW)
    assert isinstance(inside, Article)
    assert inside == extract_article(PAGE, "Baytown Post", NOW)


def test_pages_of_many_publishers_go_through_one_map(jail: Jail) -> None:
    """Results come in the order of the pages, each with its own publisher, rejections among them."""
    gone = replace(PAGE, response=replace(PAGE.response, status=404))
    first, second, third = jail.map(partial(extract_article, now=NOW), [PAGE, gone, PAGE], ["A", "B", "C"])
    assert isinstance(first, Article)
    assert isinstance(second, Rejection)
    assert isinstance(third, Article)
    assert (first.publisher, second.reason, third.publisher) == ("A", "not_found", "C")


def test_a_page_nested_very_deep_ends_in_a_verdict(jail: Jail) -> None:
    """A hundred thousand open elements are an outcome, not a crash of the batch."""
    deep = replace(PAGE, response=replace(PAGE.response, body=b"<html><body>" + b"<div>" * 100_000 + TEXT.encode()))
    result = jail.call(extract_article, replace(deep, entry=replace(ENTRY, summary=TEXT)), "Baytown Post", NOW)
    assert isinstance(result, Article)
    assert result.verdict is Verdict.TOO_DEEP


def test_a_feed_that_names_files_reads_none(jail: Jail) -> None:
    """Neither a body that is a path nor an external entity brings a file's content into an entry."""
    assert isinstance(jail.call(parse_feed, response("/etc/hostname"), FEED), Rejection)
    outside = '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><item><title>a&x;b</title></item></channel></rss>'
    parsed = jail.call(parse_feed, response(outside), FEED)
    assert isinstance(parsed, ParsedFeed)
    assert "root:" not in str(parsed)


def test_entities_that_multiply_are_harmless(jail: Jail) -> None:
    """A document that defines entities by entities gives a feed or a rejection, soon, and no gigabytes."""
    definitions = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "ha">{definitions}]><rss version="2.0"><channel><item><title>&e8;</title></item></channel></rss>'
    assert isinstance(jail.call(parse_feed, response(bomb), FEED), ParsedFeed | Rejection)
