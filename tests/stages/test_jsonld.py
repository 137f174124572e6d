"""What a page says of its article in JSON-LD, whole, nested, broken and hostile."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from harbour_page import BODY, NOW, SILENT, URL, article, html

from tidings.model import Verdict
from tidings.stages._jsonld import read_stated

WHOLE = " ".join(
    [*BODY, *(f"Ship number {number} left the harbour of Baytown in the morning for a port in the south." for number in range(12))]
)
ARTICLE = {
    "@type": "NewsArticle",
    "headline": "Harbour &amp; channel reopen",
    "datePublished": "2020-02-09T14:30:00+03:00",
    "dateModified": "2020-02-10T08:00:00Z",
    "author": [{"@type": "Person", "name": "Ayla Demir"}, {"@type": "Organization", "name": "Baytown Post"}],
    "isAccessibleForFree": "False",
    "articleBody": WHOLE,
}


def script(data: object) -> str:
    return f'<script type="application/ld+json">{data if isinstance(data, str) else json.dumps(data)}</script>'


def test_each_field_is_read() -> None:
    """Headline, times, people, price and body come out as plain values."""
    stated = read_stated(script(ARTICLE), URL)
    assert (stated.headline, stated.body) == ("Harbour & channel reopen", WHOLE)
    assert stated.published == (datetime(2020, 2, 9, 11, 30, tzinfo=UTC),)
    assert stated.modified == datetime(2020, 2, 10, 8, tzinfo=UTC)
    assert (stated.authors, stated.is_free) == (("Ayla Demir", "Baytown Post"), False)


PLACES = {
    "alone": ARTICLE,
    "in a list": [{"@type": "BreadcrumbList"}, ARTICLE],
    "in a graph": {"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, ARTICLE]},
    "what the page is about": {"@type": "WebPage", "mainEntity": ARTICLE},
    "several types": ARTICLE | {"@type": ["Article", "NewsArticle"]},
    "a type with its address": ARTICLE | {"@type": "https://schema.org/ReportageNewsArticle"},
    "one author as text": ARTICLE | {"author": "Ayla Demir"},
    "extra commas": json.dumps(ARTICLE)[:-1] + ", }",
    "in a comment": f"<!-- {json.dumps(ARTICLE)} -->",
    "in CDATA": f"//<![CDATA[\n{json.dumps(ARTICLE)}\n//]]>",
    "a semicolon behind": json.dumps(ARTICLE) + ";",
    "raw line ends in texts": json.dumps(ARTICLE).replace("Two hundred", "\nTwo hundred"),
}


@pytest.mark.parametrize("data", PLACES.values(), ids=PLACES)
def test_an_article_is_found_wherever_it_stands(data: object) -> None:
    """Lists, graphs, pages around it and what is plainly mended lead to the same article."""
    stated = read_stated(script(data), URL)
    assert stated.headline == "Harbour & channel reopen"
    assert stated.authors[0] == "Ayla Demir"
    assert "Ship number 11" in stated.body


NOTHING = {
    "no script": "<p>articleBody</p>",
    "another type of script": f"<script type='text/template'>{json.dumps(ARTICLE)}</script>",
    "no article": script({"@type": "Organization", "articleBody": WHOLE, "headline": "H"}),
    "a comment": script({"@type": "Comment", "articleBody": WHOLE}),
    "comments of a page": script({"@type": "WebPage", "comment": [ARTICLE | {"@type": "Comment"}]}),
    "a list of teasers": script({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": ARTICLE}]}),
    "related articles": script({"@type": "WebPage", "relatedLink": [ARTICLE], "hasPart": [ARTICLE]}),
    "cut": script(json.dumps(ARTICLE)[:300]),
    "not closed": f'<script type="application/ld+json">{json.dumps(ARTICLE)}',
    "odd values": script({"@type": "NewsArticle", "headline": {"a": 1}, "articleBody": 17, "author": [None, 3, {"name": []}], "datePublished": True}),
    "numbers and nulls": script([None, 1, "x", [[[]]]]),
    "very deep": script("[" * 5_000 + "]" * 5_000),
    "very deep objects": script('{"@graph":' * 3_000 + "1" + "}" * 3_000),
}  # fmt: skip


@pytest.mark.parametrize("page", NOTHING.values(), ids=NOTHING)
def test_what_is_no_article_of_the_page_says_nothing(page: str) -> None:
    """Comments, teasers, related articles, broken and absurd data are not believed."""
    stated = read_stated(page, URL)
    assert (stated.headline, stated.body, stated.authors, stated.published) == ("", "", (), ())


def test_of_several_articles_the_one_at_the_address_is_meant() -> None:
    """Where none is at the address, no body is believed."""
    other = {"@type": "Article", "headline": "Another", "articleBody": "Another text.", "url": "https://www.baytown.example/other"}
    assert read_stated(script([other, ARTICLE | {"mainEntityOfPage": {"@id": URL}}]), URL).body == WHOLE
    assert read_stated(script([other, other]), URL).body == ""


def test_a_live_page_has_its_updates() -> None:
    """Each update of a live page is part of its text, with its headline."""
    live = {"@type": "LiveBlogPosting", "liveBlogUpdate": [{"headline": "Noon", "articleBody": "<p>Six ships sailed.</p><p>Rain.</p>"}]}
    assert read_stated(script(live), URL).body == "Noon\n\nSix ships sailed.\n\nRain."


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("<p>One &amp; a half.</p><p>Two.</p>", "One & a half.\n\nTwo."),
        ("&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;", "One.\n\nTwo."),
        ("One.<br/>Two.", "One.\n\nTwo."),
    ],
    ids=["lines", "markup", "escaped markup", "breaks"],
)
def test_a_body_becomes_paragraphs(body: str, expected: str) -> None:
    """Markup inside a body marks its paragraphs, and nothing of it stays."""
    assert read_stated(script(ARTICLE | {"articleBody": body}), URL).body == expected


def test_the_whole_text_is_taken_where_the_page_shows_its_beginning() -> None:
    """A body that holds what the page shows and clearly more is the article."""
    one = article(html(BODY[:1], head=script(ARTICLE)), entry=SILENT)
    assert (one.verdict, one.text) == (Verdict.FULL, WHOLE)


def test_behind_a_wall_the_data_may_have_the_article() -> None:
    """A consent wall with the whole article in its data is an article."""
    wall = ("We value your privacy. We and our partners store cookies on your device.", "Accept all or reject all.")
    one = article(html(wall, head=script(ARTICLE), title="Baytown Post"), entry=SILENT)
    assert (one.verdict, one.text, one.title) == (Verdict.FULL, WHOLE, "Harbour & channel reopen")


def test_a_shorter_body_is_no_better() -> None:
    """What the page shows stands, paragraphs and all, unless the body is clearly longer."""
    one = article(html(head=script(ARTICLE | {"articleBody": BODY[0]})), entry=SILENT)
    assert one.text == "\n\n".join(BODY)


def test_a_body_of_something_else_is_not_taken() -> None:
    """Beside a whole article a longer body that does not hold it is that of something else."""
    shown = tuple(f"{one} {one.replace('Baytown', 'the town')}" for one in BODY * 2)
    other = " ".join(f"A recipe for soup needs {number} onions and some salt to begin with." for number in range(90))
    assert "onions" not in article(html(shown, head=script(ARTICLE | {"articleBody": other})), entry=SILENT).text


def test_what_the_data_states_is_the_articles() -> None:
    """Time and authors of the data are the article's."""
    one = article(html(head=script(ARTICLE)), entry=replace(SILENT, published_at=None))
    assert (one.published_at, one.authors) == (datetime(2020, 2, 9, 11, 30, tzinfo=UTC), ("Ayla Demir", "Baytown Post"))
    assert one.fetched_at == NOW
