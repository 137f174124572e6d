import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.model import Kind
from tidings.render.escape import safe_url
from tidings.render.html import to_html
from tidings.stages.compose import HTML_BYTES_MAX, fold, leave


class Page(HTMLParser):
    """Read a page back: its tags with attributes, and its text."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.comments = [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)

    def handle_comment(self, data):
        self.comments.append(data)


OURS = {
    "html", "head", "meta", "title", "style", "body", "div", "p", "h1", "h2", "h3", "h4", "br", "span", "blockquote",
    "strong", "a", "ul", "li", "table", "caption", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {
    "role",
    "aria-hidden",
    "border",
    "cellpadding",
    "cellspacing",
    "width",
    "align",
    "class",
    "style",
    "dir",
    "lang",
    "href",
    "rel",
    "charset",
    "name",
    "content",
    "scope",
    "data-css-inline",
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_outside_text_makes_no_markup(hostile, data):
    """Whatever outsiders write, the page read back has only our tags, our attributes, and links to the one safe URL."""
    edition, url = data.draw(hostile)
    page = Page(to_html(edition))
    assert {tag for tag, _ in page.tags} <= OURS
    assert {name for _, attrs in page.tags for name in attrs} <= ATTRIBUTES
    assert page.comments == []
    links = [attrs for tag, attrs in page.tags if tag == "a"]
    assert {attrs["href"] for attrs in links} == ({safe_url(url)} if safe_url(url) else set())
    assert all(attrs["rel"] == "noreferrer noopener" for attrs in links)


def test_statements_arrive_exactly(rich_edition):
    """Every statement and headline is in the page word for word, with its language and its own direction."""
    page = Page(to_html(rich_edition))
    text = "".join(page.text)
    for story in rich_edition.stories:
        assert story.headline in text
        for one in story.developments:
            assert one.statement in text
    quotes = [attrs for tag, attrs in page.tags if tag == "blockquote"]
    assert {attrs.get("lang") for attrs in quotes} >= {"ar", "tr", "zh", "fr", "en"}
    assert {attrs.get("dir", "ltr") for attrs in quotes if attrs.get("lang") == "ar"} == {"rtl"}
    assert {attrs.get("dir", "ltr") for attrs in quotes if attrs.get("lang") in {"tr", "zh", "en"}} == {"ltr"}


def test_nothing_is_loaded(rich_edition):
    """The page asks no server for anything: no image, font, sheet or script, and no address in its styles."""
    page = to_html(rich_edition)
    assert not any(part in page for part in ("<img", "<link", "<script", "url(", "@import", "src="))


def test_dark_and_narrow_rules_stay(rich_edition):
    """The rules for dark screens and narrow ones are still in the page, for classes that are there."""
    page = to_html(rich_edition)
    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media (max-width: 480px)" in page
    style = page[page.index("<style") : page.index("</style>")]
    used = {name for _, attrs in Page(page).tags for name in attrs.get("class", "").split()}
    assert set(re.findall(r"\.([a-z][a-z_-]+)", style)) - used <= {"note", "more", "event", "origins", "brief"}


def test_headings_are_in_order(rich_edition):
    """Headings never skip a level, so that a screen reader can walk them."""
    levels = [int(tag[1]) for tag, _ in Page(to_html(rich_edition)).tags if tag in {"h1", "h2", "h3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_rich_edition_is_small(rich_edition):
    """Twenty developments take less than 30 KB: mail programs cut pages near 102 KB."""
    assert len(to_html(rich_edition).encode()) < 30_000


def test_a_thousand_developments_fit(make):
    """However much is new, the page stays below 90 KB, and what is left for the next edition is counted; a first edition counts the rest."""
    stories = [
        make["story"](
            "idlib", f"Story {n}", [make["development"](Kind.NEW_STATEMENT, f"Statement {n} {m} " + "word " * 40) for m in range(10)]
        )
        for n in range(100)
    ]
    for start, said in ((datetime(2020, 2, 18, tzinfo=UTC), "developments more did not fit"), (None, "more of this story in the store")):
        page = to_html(leave(make["edition"](stories, window_start=start), lambda one: len(to_html(one).encode()), HTML_BYTES_MAX))
        assert 70_000 < len(page.encode()) < 90_000
        assert said in page
        assert ("1,000 new in 100 stories" in page) == (start is None)


def test_first_edition_says_so(make, rich_edition):
    """A first edition says that it is one, that it is folded, and how much counts as known."""
    first = make["edition"](rich_edition.stories, window_start=None, known_count=1321)
    page = to_html(fold(first))
    assert "This is the first edition for desk." in page
    assert "1,321 articles from before were recorded as known." in page
    assert "and 2 more of this story in the store" in page


def test_empty_edition_says_what_was_watched(make):
    """An edition without anything new says so, and names topics, feeds and entries."""
    page = to_html(make["edition"]([]))
    assert "Nothing new since Tuesday. Watched: Idlib, Libya and Xinjiang; 44 feeds; 1,307 entries seen." in page
    assert page.count("Nothing new since Tuesday") == 5  # the preview, the summary and each topic


@pytest.mark.parametrize(
    "words",
    [
        "Northern Courier</span>: failing since Mon 17 Feb 07:00: timeout after 20 s, 31 in a row",
        "Steppe Wire</span>: silent since Thu 13 Feb 07:00: usually 14 entries a day",
        "the edition of 2020-02-18 06:30 for night_desk: refused",
    ],
    ids=["failing", "silent", "undelivered"],
)
def test_coverage_note_names_what_is_wrong(rich_edition, words):
    """Failing and silent feeds and undelivered editions are named."""
    assert words in to_html(rich_edition)
