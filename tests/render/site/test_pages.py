"""The pages of the archive site: what they say, what they ask for, and that nothing from outside becomes anything but text."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from archives import SAID, archive, point

from tidings.ids import make_id
from tidings.model import Correcting
from tidings.render.site import edition_path, feed_path, is_path_of_ours, story_path, topic_path
from tidings.render.site.feeds import feeds
from tidings.render.site.pages import Site
from tidings.render.site.search import assets
from tidings.stages import archive as shapes

HOSTILE = "</p><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='x' {{ 7 * 7 }} &amp; \u202e\u2028]]>\x00\x1b[31m javascript:alert(1)"
OURS = {
    "html", "head", "meta", "title", "link", "body", "a", "header", "p", "nav", "ul", "li", "bdi", "main", "footer", "h1", "h2", "h3", "h4", "section",
    "article", "div", "blockquote", "span", "strong", "figure", "figcaption", "svg", "g", "path", "rect", "circle", "text", "details", "summary",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "form", "label", "input", "ol", "script",
}  # fmt: skip


class Reader(HTMLParser):
    """Read a page: its elements with attributes, its text, and how its elements nest."""

    VOID = frozenset({"meta", "link", "input", "path", "rect", "circle"})

    def __init__(self, text):
        super().__init__()
        self.elements, self.words, self.ids, self._open = [], [], [], []
        self.feed(text)
        self.close()
        assert not self._open, f"left open: {self._open}"

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.elements.append((tag, values))
        self.ids += [values["id"]] if "id" in values else []
        if tag not in self.VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self._open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag, name):
        return [values[name] for found, values in self.elements if found == tag and name in values]


def files(made, base_url=""):
    return [*Site(made, "UTC").pages(), *feeds(made, base_url), *assets(made)]


def written(made, base_url=""):
    """Write every file of a site, by path."""
    pages = files(made, base_url)
    assert len({page.path for page in pages}) == len(pages)
    return {page.path: page.write() for page in pages}


@pytest.fixture(scope="module")
def site():
    """Write a small site of three days."""
    return written(archive(days=3))


def html(site):
    return {path: Reader(text) for path, text in site.items() if path.endswith(".html")}


def test_every_page_that_is_linked_is_there(site):
    """Links inside the site lead to files of it, and to places that exist on them."""
    pages = html(site)
    for path, page in pages.items():
        for href in page.all("a", "href") + page.all("link", "href") + page.all("script", "src"):
            if href.startswith("https://"):
                continue
            target, _, place = href.partition("#")
            parts = [*path.split("/")[:-1], *target.split("/")] if target else path.split("/")
            while ".." in parts:
                at = parts.index("..")
                assert at > 0, href
                parts[at - 1 : at + 1] = []
            where = "/".join(parts)
            assert where in site, (path, href)
            assert not place or place in pages[where].ids, (path, href)


def test_every_page_can_be_reached(site):
    """From the first page every page is found by following links: nothing needs script."""
    pages, seen, waiting = html(site), set(), ["index.html"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for href in pages[path].all("a", "href"):
            if not href.startswith("https://") and href.partition("#")[0].endswith(".html"):
                parts = [*path.split("/")[:-1], *href.partition("#")[0].split("/")]
                while ".." in parts:
                    at = parts.index("..")
                    parts[at - 1 : at + 1] = []
                waiting.append("/".join(parts))
    assert seen == set(pages)


def test_statements_stand_in_their_exact_words(site):
    """Each statement of the archive stands, word for word, on the pages of its edition, its topic and its story."""
    made, pages = archive(days=3), html(site)
    for one in made.developments:
        (edition,) = made.told_in[one.reported.development_id]
        for path in (edition_path(edition), story_path(one.story_id), topic_path("idlib")):
            assert one.reported.statement in pages[path].text, path


def test_an_edition_is_shown_whole(site):
    """An edition's page shows every development that the edition told, and whom it was for."""
    edition = archive(days=3).editions[0]
    page = html(site)[edition_path(edition.id)]
    assert sum(tag == "blockquote" and values.get("class") == "words" for tag, values in page.elements) == edition.development_count
    assert "Edition for desk" in page.text
    assert "Friday 21 February 2020" in page.text


def test_a_story_says_who_copies_whom(site):
    """A copy stands under the report that it copies, with how near it is and in what it differs."""
    story = next(iter(archive(days=3).stories))
    text = html(site)[story_path(story)].text
    assert "Who reports it" in text
    assert "1 copy of it:" in text
    assert "copies Harbour Post, nearly word for word; differs in: toll" in text


def test_a_story_names_the_editions_that_told_it(site):
    """Each report on a story's page links to the edition in which it was told."""
    story = next(iter(archive(days=3).stories))
    assert "told Wed 19 Feb 2020 00:00, for desk" in html(site)[story_path(story)].text


def test_links_out_tell_nothing(site):
    """A link to a report carries noopener and noreferrer, and no page gives a referrer away or asks for anything outside."""
    for path, page in html(site).items():
        outside = [values for tag, values in page.elements if tag == "a" and values["href"].startswith("https://")]
        assert all(values["rel"] == "noopener noreferrer" for values in outside), path
        policy = next(values["content"] for tag, values in page.elements if values.get("http-equiv") == "Content-Security-Policy")
        assert policy.startswith("default-src 'none'; style-src 'self' file:")
        assert ("script" in policy) == (path == "search.html")
        assert {"name": "referrer", "content": "no-referrer"} in [values for tag, values in page.elements if tag == "meta"]
        assert not [values for tag, values in page.elements if {"style", "onclick", "onload"} & values.keys()]
        assert not re.search(r"https?://", " ".join(page.all("link", "href") + page.all("script", "src") + page.all("img", "src")))


def test_text_from_right_to_left_is_isolated(site):
    """Headlines and statements find their own direction, names beside our words are isolated, and languages are named."""
    made, pages = archive(days=3), html(site)
    story = next(one for one in made.stories.values() if one.language == "ar")
    quotes = [values for tag, values in pages[story_path(story.id)].elements if tag == "blockquote" and values["class"] == "words"]
    assert quotes
    assert all(values == {"class": "words", "dir": "auto", "lang": "ar"} for values in quotes)


@pytest.mark.parametrize("path", ["index.html", "topics/idlib.html", "search.html", "editions/index.html"])
def test_one_heading_of_the_first_level_and_landmarks(site, path):
    """A page has one h1, a main part, a way to it that keyboards find first, and a language."""
    page = html(site)[path]
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("h1"), tags.count("main"), tags.count("nav") >= 1) == (1, 1, True)
    assert ("html", {"lang": "en", "dir": "ltr"}) in page.elements
    assert page.all("a", "href")[0] == "#content"


def test_headings_do_not_skip_a_level(site):
    """Each heading is at most one level below the one before it."""
    for path, page in html(site).items():
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), (path, levels)


def test_an_empty_archive_has_a_site():
    """Before anything is recorded the pages say so."""
    pages = html(written(shapes.Archive((shapes.ArchivedTopic("idlib", "Idlib"),), (), {}, ())))
    assert sorted(pages) == ["editions/index.html", "index.html", "search.html", "topics/idlib.html"]
    assert "No edition was composed yet." in pages["index.html"].text
    assert "Nothing is recorded on this topic yet." in pages["topics/idlib.html"].text


def test_an_edition_without_news_says_so():
    """An edition that told nothing says that nothing was new, and since when; it does not count feeds that nobody asked here."""
    made = archive(days=2)
    quiet = replace(made.editions[0], stories=())
    text = html(written(replace(made, editions=(quiet,))))[edition_path(quiet.id)].text
    assert "Nothing new since" in text
    assert "feeds;" not in text


def test_a_long_topic_is_paged_by_month():
    """With more than a page holds, a topic has a page a month, each naming the others; the newest alone changes with what is new."""
    made = archive({"en": (SAID["en"][0], tuple(f"Statement {number} of many." for number in range(40)))}, days=30)
    pages = written(made)
    names = sorted(path for path in pages if path.startswith("topics/"))
    assert len(names) > 3
    assert all(is_path_of_ours(path) for path in names)
    assert sum(page.text.count("of many.") for path, page in html(pages).items() if path in names) == 1200
    with_more = archive({"en": (SAID["en"][0], tuple(f"Statement {number} of many." for number in range(40)))}, days=31)
    changed = [path for path, text in written(with_more).items() if path in names and pages[path] != text]
    assert changed == ["topics/idlib.html"]


def hostile(value, name=""):
    """Return the same value with every string but names and ids of ours made hostile."""
    if is_dataclass(value):
        return replace(value, **{one.name: hostile(getattr(value, one.name), one.name) for one in fields(value)})
    if isinstance(value, tuple):
        return tuple(hostile(one, name) for one in value)
    if isinstance(value, dict):
        return {key: hostile(one, name) for key, one in value.items()}
    kept = isinstance(value, datetime | date) or name.endswith("id") or name in {"id", "kind", "measure", "time_zone", "copy_of", "told_in"}
    if not isinstance(value, str) or kept or value in {"idlib", "desk"}:
        return value
    return f"https://h.example/{HOSTILE}" if name == "url" else HOSTILE + value[:1]


def test_nothing_from_outside_becomes_markup():
    """With markup in every string of the archive each page has only elements and attributes of ours, as many as without."""
    made = archive(days=2)
    made = replace(
        made, points=(*made.points, point(next(iter(made.stories)), "idlib", "2020-02-19", 90, "x", low=30, qualifier="at_least"))
    )
    plain, nasty = html(written(made)), html(written(hostile(made)))
    assert sorted(plain) == sorted(nasty)
    for path, page in nasty.items():
        assert {tag for tag, _ in page.elements} <= OURS, path
        assert not [values for _, values in page.elements if any(name.startswith("on") for name in values)], path
        hrefs = page.all("a", "href")
        assert all(re.fullmatch(r"(\.\./|#)?[a-z0-9/_.#-]*", href) or href.startswith("https://") for href in hrefs), path
        assert "script" not in [tag for tag, _ in page.elements] or path == "search.html"
    assert "<script>alert(1)</script>" in nasty[topic_path("idlib")].text


def test_the_index_of_search_is_a_script_and_nothing_else():
    """Markup, line separators of JavaScript and the end of a script element cannot leave the index's strings."""
    text = written(hostile(archive()))["assets/search-index.js"]
    assert text.startswith("window.TIDINGS_INDEX={")
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(text)


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (edition_path, "../../etc/passwd"),
        (story_path, "00000000-0000-0000-0000-00000000000g"),
        (topic_path, "a/b"),
        (lambda word: topic_path("idlib", word), "-2020-02/../x"),
        (lambda word: feed_path(word, "atom"), "Desk"),
    ],
    ids=["edition", "story", "topic", "part of a topic", "feed"],
)
def test_only_ids_and_configured_names_become_files(make, word):
    """What is no id and no configured name never becomes part of a path."""
    with pytest.raises(ValueError, match="no name for a file"):
        make(word)


def test_stories_and_topics_with_other_names_have_no_page():
    """A story, an edition or a topic whose name is none of ours is left out, and the rest is written."""
    made = archive()
    bad = replace(made.editions[0], id="../x")
    topics = (*made.topics, shapes.ArchivedTopic("../../x", "Bad"))
    pages = written(replace(made, editions=(bad, *made.editions), topics=topics))
    assert all(is_path_of_ours(path) for path in pages)
    assert edition_path(make_id("test edition", "0")) in pages


def test_what_does_not_stand_is_said_wherever_the_words_stand():
    """Words that a later edition corrected are marked on every page that shows them, and that edition begins with them."""
    made = archive(days=2)
    later, earlier = made.editions
    wrong = next(one for one in made.developments if made.told_in[one.reported.development_id] == (earlier.id,))
    correction = shapes.ArchivedCorrection(later.id, Correcting.REWORDED, "Drivers waited two hours.")
    found = tuple(replace(one, corrections=(correction,)) if one == wrong else one for one in made.developments)
    pages = html(written(replace(made, developments=found)))
    for path in (edition_path(earlier.id), story_path(wrong.story_id), topic_path("idlib")):
        assert "Does not stand : The same report says now: Drivers waited two hours." in pages[path].text, path
    assert "Corrections to earlier editions" in pages[edition_path(later.id)].text
    assert wrong.reported.statement in pages[edition_path(later.id)].text
    assert "Does not stand" not in pages["index.html"].text


def test_a_page_that_was_taken_down_is_said():
    """Among those who report a story, an article that its publisher took down is named as such."""
    made = archive()
    story, (first, *others) = next(iter(made.articles.items()))
    gone = {**made.articles, story: (replace(first, gone_since=made.editions[0].window_end), *others)}
    assert "taken down, found Wed 19 Feb 2020 00:00" in html(written(replace(made, articles=gone)))[story_path(story)].text


def test_a_page_that_says_something_else_is_made_of_something_else():
    """Whatever changes after an edition (corrections, what a story rests on, whose words are replaced): no page keeps its old text for it."""
    made = archive(days=3)
    last, told = made.editions[0], made.developments[-1]
    correction = shapes.ArchivedCorrection(last.id, Correcting.REWORDED, "Drivers waited two hours.")
    corrected = replace(made, developments=(*made.developments[:-1], replace(told, corrections=(correction,))))
    later = {one: replace(story, article_count=99, title=f"{story.title}.") for one, story in made.stories.items()}
    moved = tuple(replace(one, replaces_id=told.reported.development_id, replaces_story_id=told.story_id) for one in made.developments)
    for before, after in ((made, corrected), (corrected, replace(corrected, stories=later)), (made, replace(made, developments=moved))):
        old = {page.path: page for page in files(before)}
        for page in files(after):
            assert repr(page.material) != repr(old[page.path].material) or page.write() == old[page.path].write(), page.path
