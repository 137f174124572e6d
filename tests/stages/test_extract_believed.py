"""From page to article: what is believed of what a page says of itself (address, time, title)."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from harbour_page import ENTRY, NOW, URL, article, html

from tidings.model import Article, Verdict
from tidings.stages.extract import article_from_entry
from tidings.text.urls import identity


def test_entries_without_links_stay_apart() -> None:
    """Entries that have no address become articles of their own."""
    first, second = (article_from_entry(replace(ENTRY, id=name, url=""), "Baytown Post", NOW, Verdict.FULL) for name in "ab")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.url == second.url == ""
    assert first.id != second.id


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        pytest.param("https://www.baytown.example/harbour-reopens", "https://www.baytown.example/harbour-reopens", id="same site"),
        pytest.param("/harbour-reopens", "https://www.baytown.example/harbour-reopens", id="relative"),
        pytest.param("https://news.baytown.example/harbour", "https://news.baytown.example/harbour", id="same domain"),
        pytest.param("https://baytown.example/", URL, id="front page"),
        pytest.param("https://evil.example/harbour", URL, id="another site"),
        pytest.param("javascript:alert(1)", URL, id="script"),
        pytest.param("", URL, id="empty"),
    ],
)
def test_the_canonical_address_is_believed_within_its_site(canonical: str, expected: str) -> None:
    """A page may name its own address, but not another site's, nor the front page."""
    one = article(html(head=f'<link rel="canonical" href="{canonical}">'))
    assert identity(one.url) == identity(expected)


def test_an_address_longer_than_an_entry_may_have_is_not_believed() -> None:
    """A page that calls itself by thousands of characters keeps the address that its entry gave."""
    one = article(html(head=f'<link rel="canonical" href="/{"%E4%B8%80" * 400}">'))
    assert one.url == article(html()).url


def test_tracking_makes_no_second_article() -> None:
    """The same page behind a tracked link is the same article."""
    assert article(html(), final_url=URL + "?utm_source=feed").id == article(html()).id


@pytest.mark.parametrize(
    ("head", "entry_time", "expected"),
    [
        pytest.param(
            '<meta property="article:published_time" content="2020-02-09T15:45:00Z">',
            None,
            datetime(2020, 2, 9, 15, 45, tzinfo=UTC),
            id="meta, with the hour",
        ),
        pytest.param(
            '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2020-02-08T08:00:00+03:00"}</script>',
            None,
            datetime(2020, 2, 8, 5, tzinfo=UTC),
            id="JSON-LD",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2020-02-09">',
            datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
            datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
            id="same day: the feed has the hour",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2020-02-09T15:45:00Z">',
            datetime(2020, 2, 9, tzinfo=UTC),
            datetime(2020, 2, 9, 15, 45, tzinfo=UTC),
            id="same day: only the page has the hour",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2020-02-05T10:00:00Z">',
            datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
            datetime(2020, 2, 5, 10, tzinfo=UTC),
            id="an old article in a new entry",
        ),
        pytest.param(
            '<meta property="article:published_time" content="2031-01-01T10:00:00Z">',
            datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
            datetime(2020, 2, 9, 14, 30, tzinfo=UTC),
            id="future",
        ),
        pytest.param('<meta property="article:published_time" content="1970-01-01T00:00:00Z">', None, None, id="the epoch"),
        pytest.param("", datetime(2020, 2, 10, 20, tzinfo=UTC), NOW, id="feed's clock ahead"),
        pytest.param("", None, None, id="nowhere"),
    ],
)
def test_published_at(head: str, entry_time: datetime | None, expected: datetime | None) -> None:
    """The page's own time counts, with its hour; on the same day the feed's; never one ahead of now."""
    assert article(html(head=head), entry=replace(ENTRY, published_at=entry_time)).published_at == expected


@pytest.mark.parametrize(
    ("page_title", "entry_title", "expected"),
    [
        pytest.param("Harbour reopens | Baytown Post", "Harbour reopens", "Harbour reopens", id="site name behind it"),
        pytest.param("Baytown Post", "Harbour reopens", "Harbour reopens", id="nothing but the site name"),
        pytest.param(
            "Harbour of Baytown reopens after a week",
            "Harbour of Baytown reopens …",
            "Harbour of Baytown reopens after a week",
            id="cut in the feed",
        ),
        pytest.param("Harbour of Baytown reopens after a week", "", "Harbour of Baytown reopens after a week", id="none in the feed"),
        pytest.param("", "Harbour reopens", "Harbour reopens", id="none on the page"),
    ],
)
def test_titles(page_title: str, entry_title: str, expected: str) -> None:
    """The headline is the page's own, unless it is the site's name or the feed's with more around it."""
    assert (
        article(
            html(title=page_title, head='<meta property="og:site_name" content="Baytown Post">'), entry=replace(ENTRY, title=entry_title)
        ).title
        == expected
    )
