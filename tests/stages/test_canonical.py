"""Which addresses a page may give itself, and which spellings of an address are one article."""

import pytest
from harbour_page import article, html

from tidings.stages._page import canonical_url
from tidings.text.urls import identity

HERE = "https://www.baytown.example/news/2020/harbour"


def head(*hrefs: str, more: str = "") -> str:
    links = "".join(f'<link rel="canonical" href="{one}">' for one in hrefs)
    return f"<html><head>{links}{more}</head><body><p>Ships sail.</p></body></html>"


BELIEVED = {
    "a shorter address": (head("https://www.baytown.example/a/17"), "https://www.baytown.example/a/17"),
    "relative": (head("/a/17"), "https://www.baytown.example/a/17"),
    "another host of the domain": (head("https://news.baytown.example/a/17"), "https://news.baytown.example/a/17"),
    "twice the same": (head("/a/17", "https://www.baytown.example/a/17/"), "https://www.baytown.example/a/17"),
    "capitals": ("<HTML><HEAD><LINK HREF='/a/17' REL='Canonical'></HEAD>", "https://www.baytown.example/a/17"),
    "beside versions in other languages": (
        head("/a/17", more='<link rel="alternate" hreflang="tr" href="/tr/a/17">'),
        "https://www.baytown.example/a/17",
    ),
}
REFUSED = {
    "none": head(),
    "the front page": head("https://www.baytown.example/"),
    "the front page of a language": head("https://www.baytown.example/en/"),
    "its section": head("https://www.baytown.example/news"),
    "its section, with a slash": head("https://www.baytown.example/news/2020/"),
    "another site": head("https://evil.example/a/17"),
    "a site that ends alike": head("https://evilbaytown.example/a/17"),
    "a public suffix": head("https://example/a/17"),
    "two that differ": head("/a/17", "/a/18"),
    "in the body": "<html><head></head><body><link rel='canonical' href='/a/17'></body></html>",
    "only in another language": head(more='<link rel="alternate" hreflang="tr" href="/tr/a/17">'),
    "marked with a language": head(more='<link rel="canonical" hreflang="tr" href="/tr/a/17">'),
    "the AMP page": head(more='<link rel="amphtml" href="/amp/17">'),
    "a script": head("javascript:alert(1)"),
    "a file": head("file:///etc/passwd"),
    "with a password": head("https://user:secret@www.baytown.example/a/17"),
    "without encryption": head("http://www.baytown.example/news/2020/harbour"),
    "empty": head(""),
    "a relative that leads nowhere": head("http://"),
}


@pytest.mark.parametrize(("page", "expected"), BELIEVED.values(), ids=BELIEVED)
def test_a_canonical_address_of_the_site_is_believed(page: str, expected: str) -> None:
    """A page may name another address of its own site."""
    assert canonical_url(page, HERE) == expected


@pytest.mark.parametrize("page", REFUSED.values(), ids=REFUSED)
def test_a_canonical_address_that_many_pages_share_or_that_leads_away_is_not(page: str) -> None:
    """Front pages, sections, other sites, contradictions and downgrades leave the page's own address."""
    assert canonical_url(page, HERE) == HERE


@pytest.mark.parametrize("tail", ["/amp", "/2", "/page/3", "/print", "?page=2"])
def test_a_view_of_an_article_may_name_the_article(tail: str) -> None:
    """The folder that a page lies in is the article when what follows only says which view of it this is."""
    assert identity(canonical_url(head(HERE), HERE + tail)) == identity(HERE)


def test_an_amp_page_is_the_article_that_it_names() -> None:
    """The AMP page of an article and the article have one id."""
    link = '<link rel="canonical" href="https://www.baytown.example/2020/02/harbour">'
    plain = article(html(head=link))
    assert article(html(head=link), final_url="https://amp.baytown.example/amp/2020/02/harbour.html").id == plain.id


def test_pages_that_name_each_other_are_two() -> None:
    """Canonical addresses are never followed, so a ring of them ends nothing and loops nowhere."""
    one, other = (f"https://www.baytown.example/a/{number}" for number in (17, 18))
    assert canonical_url(head(other), one) == other
    assert canonical_url(head(one), other) == one


ONE_ARTICLE = {
    "AMP at the end": "https://www.baytown.example/a/harbour/amp",
    "AMP at the end, with a slash": "https://www.baytown.example/a/harbour/amp/",
    "AMP before": "https://www.baytown.example/amp/a/harbour",
    "a host for AMP": "https://amp.baytown.example/a/harbour",
    "AMP as an ending": "https://www.baytown.example/a/harbour.amp",
    "AMP in the query": "https://www.baytown.example/a/harbour?amp=1",
    "AMP as an output": "https://www.baytown.example/a/harbour?outputType=amp",
    "utm": "https://www.baytown.example/a/harbour?utm_source=rss&utm_medium=feed",
    "a click": "https://www.baytown.example/a/harbour?fbclid=AbC&gclid=x&srsltid=y",
    "the http twin": "http://baytown.example/a/harbour",
}
TWO_ARTICLES = {
    "a query of its own": "https://www.baytown.example/a/harbour?id=17",
    "a word that begins like AMP": "https://www.baytown.example/a/harbour/amplifier",
    "a section of that name": "https://www.baytown.example/amp",
    "a parameter that only looks like tracking": "https://www.baytown.example/a/harbour?utmost=1",
}


@pytest.mark.parametrize("url", ONE_ARTICLE.values(), ids=ONE_ARTICLE)
def test_spellings_of_one_article(url: str) -> None:
    """AMP forms, tracking and twins lead to one identity."""
    assert identity(url) == "https://baytown.example/a/harbour"


@pytest.mark.parametrize("url", TWO_ARTICLES.values(), ids=TWO_ARTICLES)
def test_what_may_be_another_article_stays_one(url: str) -> None:
    """What could name another article is kept."""
    assert identity(url) != "https://baytown.example/a/harbour"


def test_amp_html_is_html() -> None:
    """`story.amp.html` and `story.html` are one article."""
    assert identity("https://baytown.example/a/story.amp.html") == identity("https://baytown.example/a/story.html")
