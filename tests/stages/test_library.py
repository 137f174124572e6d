"""Prove that what is asked of trafilatura bit by bit is what it says in one go, and that nothing is asked in vain."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trafilatura
from harbour_page import NOW, URL

from tidings.evaluation.measures import read_rows
from tidings.evaluation.page_sets import read_bodies
from tidings.stages import _library
from tidings.stages._library import Found, parsed
from tidings.stages._moments import is_settled
from tidings.text.decode import decode

BODY = "".join(f"<p>{'Six ships left the harbour before noon, and dockers came back to the eastern quay. ' * 4}</p>" for _ in range(5))
HEADS = {
    "nothing": "",
    "a title with the site": "<title>The harbour opened again - baytown.example</title>",
    "metas": '<meta property="og:title" content="The harbour &amp;amp; the bay"><meta property="og:site_name" content="@bay news"><meta name="author" content="Ada Lane">',
    "one name, which is none": '<meta name="author" content="admin"><title>The harbour opened again</title>',
    "a day": '<meta property="article:published_time" content="2020-02-06T10:00:00Z"><link rel="canonical" href="https://baytown.example/2020/02/06/harbour">',
    "data": '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The harbour", "datePublished": "2020-02-06", '
    '"author": {"@type": "Person", "name": "Ada Lane"}, "publisher": {"@type": "Organization", "name": "Bay News"}}</script>',
    "broken data": '<script type="application/ld+json">{"@type": "NewsArticle", "headline": true, "author": [[}</script>',
}
BODIES = {
    "shown": f"<article><h1>The harbour opened again</h1><span class=author>By Ada Lane</span><time datetime=2020-02-06>6 February</time>{BODY}</article>",
    "not": f"<article>{BODY}</article>",
    "none": "<p>Hm.</p>",
}


def at_once(page_html: str, url: str) -> tuple[str, ...]:
    found = trafilatura.bare_extraction(page_html, url=url, fast=True, include_comments=False, with_metadata=True)
    said = [getattr(found, name, "") for name in ("text", "sitename", "title", "author", "date")]
    return tuple(one if isinstance(one, str) else "" for one in said)


def bit_by_bit(page_html: str, url: str) -> tuple[str, ...]:
    found = Found(parsed(page_html), url)
    return found.text, found.site, found.title, found.author, found.day


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("head", HEADS)
def test_what_is_asked_bit_by_bit_is_what_is_said_at_once(head: str, body: str) -> None:
    """Text, site, title, author and day are those that the library gives with all its metadata; where it finds no text, all are empty."""
    page_html = f"<!doctype html><html><head>{HEADS[head]}</head><body>{BODIES[body]}</body></html>"
    assert bit_by_bit(page_html, URL) == at_once(page_html, URL)


def test_no_page_says_nothing() -> None:
    """What is no page at all gives empty answers, and no error."""
    assert set(bit_by_bit("", URL)) == {""}


def test_a_failure_of_one_question_leaves_the_other_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's bug in one place costs what is asked there."""
    monkeypatch.setattr(_library.metadata, "extract_author", lambda tree: 1 / 0)
    found = Found(parsed(f"<html><head></head><body>{BODIES['shown']}</body></html>"), URL)
    assert (found.author, found.title, found.day) == ("", "The harbour opened again", "2020-02-06")


@pytest.mark.parametrize(
    ("claimed", "times", "marked", "settled"),
    [
        (None, [], [], False),
        (NOW - timedelta(days=1), [], [], True),
        (NOW - timedelta(days=1), [], [NOW], False),
        (datetime(1970, 1, 1, tzinfo=UTC), [], [], False),
        (None, [NOW - timedelta(days=3)], [], True),
        (None, [NOW + timedelta(days=3)], [], False),
        (NOW - timedelta(days=1), [NOW + timedelta(days=3)], [], False),
    ],
)
def test_a_day_is_guessed_only_where_feed_and_page_leave_it_open(
    claimed: datetime | None, times: list[datetime], marked: list[datetime], settled: bool
) -> None:
    """The feed's time settles it where the page names none, the page's own data where it can be believed."""
    assert is_settled(claimed, times, marked, NOW) is settled


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
def test_the_same_on_real_pages() -> None:
    """On all real pages of the measuring sets the answers are the same."""
    for file in sorted((Path(os.environ["TIDINGS_DATA"]) / "pages").glob("*.tar.gz")):
        for row, body in read_bodies(file, list(read_rows(file))):
            page_html = decode(body, "text/html")
            assert bit_by_bit(page_html, row["url"]) == at_once(page_html, row["url"]), row["file"]
