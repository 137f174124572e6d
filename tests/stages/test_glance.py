"""Prove that a page is only spared extraction where extraction would have given a full article that names no topic."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from harbour_page import BODY, ENTRY, NOW, URL
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.config import load
from tidings.evaluation.measures import read_rows
from tidings.evaluation.page_sets import read_bodies
from tidings.model import Article, Entry, Page, Rejection, Response, Stage, Topic, Verdict
from tidings.stages import _walls
from tidings.stages.extract import extract_article
from tidings.stages.language import identify
from tidings.stages.match import Matcher, compile_topics, match_topics, words_sought

TOPIC = Topic(
    "bay",
    "The bay",
    names=("İdlib*", "إدلب", "新疆", "Идлиб*"),
    terms=("Khan Sheikhun", "Ma'arrat al-Nu'man", "Fu'ah", "north-west of the bay*", "اللاذقية"),
    needs_companion=("Tripoli*",),
    companions=("Dbeibah",),
    places=("Tripoli*",),
    in_passing=("Damascus steel",),
    likely=(("enclave", datetime(2020, 1, 1, tzinfo=UTC).date(), datetime(2030, 1, 1, tzinfo=UTC).date()),),
)
MATCHER = compile_topics([TOPIC])
WORDS = words_sought(MATCHER)
NAMED = ("Idlib", "İDLİB", "idlibs", "إدلب", "وإدلب", "新疆", "Идлибе", "Khan Sheikhun", "Ma'arrat al-Nu'man", "Maarrat al Numan", "Fuʼah", "Fuah",
         "north-west of the bays", "اللاذقية", "Tripoli", "Damascus steel", "enclave", "Damaskus", "Bidlibx", "Sheikhun Khan")  # fmt: skip
PROSE = " ".join(("Six ships left the harbour before noon, and dockers came back to the eastern quay after a week of storms.",) * 3)
LONG = "".join(f"<p>{PROSE}</p>" for _ in range(4))


def page_of(body: bytes, entry: Entry = ENTRY, kind: str = "text/html") -> Page:
    return Page(Response(URL, URL, 200, {"content-type": kind}, body, NOW), entry)


def html(body: str = LONG, head: str = "<title>The harbour opened again on Sunday</title>") -> str:
    return f"<!doctype html><html><head>{head}</head><body><article>{body}</article></body></html>"


def is_spared(page: Page, words: str = WORDS) -> bool:
    made = extract_article(page, "", NOW, words)
    return isinstance(made, Article) and not made.text


def came_to(page: Page, matcher: Matcher = MATCHER) -> tuple[str, str]:
    """Return what extracting the page and matching its article come to: a verdict, and why nothing matched."""
    made = extract_article(page, "", NOW)
    if isinstance(made, Rejection):
        return made.reason, ""
    matched = match_topics(replace(made, language=identify(made.text)), matcher)
    return made.verdict.value, matched.reason if isinstance(matched, Rejection) else "matched"


# ---------------------------------------------------------------- how a word may be written

HIDDEN: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "capitals": str.upper,
    "numbers": lambda word: "".join(f"&#{ord(one)};" for one in word),
    "numbers, hexadecimal": lambda word: "".join(f"&#x{ord(one):x};" for one in word),
    "escaped twice": lambda word: "".join(f"&amp;#{ord(one)};" for one in word),
    "around what is hidden": lambda word: f'{word[:2]}<span style="display:none">q</span>{word[2:]}',
    "around a reading aid": lambda word: f"<ruby>{word[:2]}<rp>(</rp><rt>q</rt><rp>)</rp>{word[2:]}</ruby>",
    "around a list to choose from": lambda word: f"{word[:2]}<select><option>one</option><option>two or more</option></select>{word[2:]}",
    "around a picture": lambda word: f"{word[:2]}<svg><title>q</title></svg>{word[2:]}",
    "around a tag that holds an end of tag": lambda word: f'{word[:2]}<a title=">"></a>{word[2:]}',
    "bold in the middle": lambda word: f"{word[:2]}<b>{word[2:]}</b>",
    "each letter in an element": lambda word: "".join(f"<span class=x>{one}</span>" for one in word),
    "may break": "<wbr>".join,
    "comment": lambda word: f"{word[:3]}<!-- -->{word[3:]}",
    "soft hyphens": "&shy;".join,
    "zero width": "\u200b".join,
    "letter mark": "\u061c".join,
    "control": "\x07".join,
    "marks above": lambda word: "".join(one + "\u0301" if one.isascii() and one.isalpha() else one for one in word),
    "wide": lambda word: "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" and one not in "<>&'\"" else one for one in word),
    "tatweel": lambda word: "ـ".join(word) if word[0] > "\u0600" else word,
    "presentation forms": lambda word: word.replace("لا", "\ufefb").replace("د", "\ufeaa").replace("إ", "\ufe87"),
    "no-break spaces": lambda word: word.replace(" ", "&nbsp;").replace("-", "\u2011"),
    "lines": lambda word: word.replace(" ", "\n   "),
    "words in elements": lambda word: " ".join(f"<i>{one}</i>" for one in word.split()),
    "words without a space": lambda word: "".join(f"<div>{one}</div>" for one in word.split()),
    "something between": lambda word: " ".join(word.split()[:1]) + " <figure><img src=x></figure><script>let a = 1</script> " + " ".join(word.split()[1:]),
    "as JSON": lambda word: json.dumps(word)[1:-1],
}  # fmt: skip
SENTENCE = "Six ships left {} before noon and dockers came back to the quay."


def in_data(headline: str, body: str) -> str:
    said = json.dumps({"@type": "NewsArticle", "url": URL, "headline": headline, "articleBody": body})
    return f'<script type="application/ld+json">{said}</script>'


PLACES: dict[str, Callable[[str], tuple[str, str]]] = {  # (head, body)
    "a paragraph": lambda said: ("", f"{LONG}<p>{said}</p>"),
    "the first paragraph": lambda said: ("", f"<p>{said}</p>{LONG}"),
    "a paragraph without a tag": lambda said: ("", f"{LONG}{said}<br>{PROSE}<br>"),
    "after a word": lambda said: ("", f"{LONG}<ul><li>quay</li><li>{said}</li></ul>"),
    "the heading": lambda said: ("", f"<h1>{said}</h1>{LONG}"),
    "the title": lambda said: (f"<title>{said}</title>", LONG),
    "a meta": lambda said: (f'<meta property="og:title" content="{escape(said)}">', LONG),
    "a meta, not escaped": lambda said: (f"<meta property='og:title' content='{said.replace(chr(39), '&#39;')}'>", LONG),
    "a headline of the data": lambda said: (in_data(said, ""), LONG),
    "the text of the data": lambda said: (in_data("", f"<p>{said}</p>" + LONG * 3), LONG),
    "the data, escaped": lambda said: (in_data("", escape(f"<p>{said}</p>" + LONG * 3)), LONG),
    "the data, not as JSON has it": lambda said: (f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "{said}",}}</script>', LONG),
}  # fmt: skip
CHARSETS = ("utf-8", "utf-8-sig", "utf-16", "windows-1256", "gb18030", "koi8-r")


@settings(max_examples=250, deadline=None)
@given(
    word=st.sampled_from(NAMED),
    how=st.lists(st.sampled_from(sorted(HIDDEN)), min_size=1, max_size=2),
    where=st.sampled_from(sorted(PLACES)),
    around=st.sampled_from(["{}", SENTENCE, "«{}»", "x{}", "Dbeibah in {}. " + SENTENCE]),
    charset=st.sampled_from(CHARSETS),
    in_feed=st.sampled_from(["", "title", "summary"]),
)
def test_a_page_that_matches_is_never_spared(word: str, how: list[str], where: str, around: str, charset: str, in_feed: str) -> None:
    """However a word is written and wherever it stands: a page is spared only where extraction gives `no_term`, or nothing.

    Two ways of writing together may break the markup so that extraction finds nothing on a page of running text: its verdict is an estimate.
    """
    hidden = word
    for one in how:
        hidden = HIDDEN[one](hidden)
    said = around.replace("{}", hidden)
    head, body = PLACES[where](said)
    entry = replace(ENTRY, **{in_feed: said}) if in_feed else ENTRY
    page = page_of(
        html(body, f'<meta charset="{charset}">{head}').encode(charset, "xmlcharrefreplace"), entry, f"text/html; charset={charset}"
    )
    if is_spared(page):
        assert came_to(page)[1] in {"no_term", ""}


@pytest.mark.parametrize("where", PLACES)
def test_each_place_is_looked_at(where: str) -> None:
    """A plain word in each of the places keeps a page from being spared, and without it the page is."""
    for said, expected in (("Idlib", False), ("harbour", True)):
        head, body = PLACES[where](SENTENCE.replace("{}", said))
        assert is_spared(page_of(html(body, head).encode())) is expected


@pytest.mark.parametrize("how", HIDDEN)
def test_words_in_disguise_are_found(how: str) -> None:
    """What extraction reads as the word is found in a paragraph: nothing is decided by the words being plain."""
    for word in ("Idlib", "Khan Sheikhun", "اللاذقية"):
        page = page_of(html(PLACES["a paragraph"](SENTENCE.replace("{}", HIDDEN[how](word)))[1]).encode())
        assert came_to(page) == ("full", "no_term") or not is_spared(page)


def test_a_page_without_any_word_is_spared() -> None:
    """It comes to what it came to before: a full page, and no term; its article has no text."""
    page = page_of(html().encode())
    made = extract_article(page, "", NOW, WORDS)
    assert isinstance(made, Article)
    assert (made.text, made.verdict, made.url) == ("", Verdict.FULL, URL)
    assert match_topics(made, MATCHER) == Rejection(Stage.MATCH, "no_term")
    assert came_to(page) == ("full", "no_term")
    assert not is_spared(page, "")


def test_parts_of_other_words_are_no_words() -> None:
    """A page is spared though it holds the letters of a word in longer ones, and the parts of a phrase far apart."""
    said = "<p>Bidlib and Ridlibs, the eenclaves; a khan, and elsewhere one Sheikhuna.</p><p>North-west, of all places, lies the bay.</p>"
    assert is_spared(page_of(html(LONG + said).encode()))


MENU = "".join(
    f"<li><a href=/{at}>Ferries, harbours and quays: what else the bay reads about today, part {at}</a></li>" for at in range(12)
)
NO_ARTICLE = {
    "a wall": "<p>We use cookies and process your personal data with your consent, and so do our partners in advertising, for legitimate interest.</p>" * 8,
    "a challenge": "<h1>Just a moment</h1><p>Verify you are human by completing the action below.</p>",
    "a log-in page": "<p>Please log in to continue.</p><p>Forgot your password? Create an account.</p>",
    "not found, with other stories": f"<h1>Page not found</h1><p>Sorry.</p>{LONG}",
    "a teaser": f"<p>{PROSE}</p><p>Subscribe to continue reading.</p>",
    "nothing": "<p></p>",
    "a few words": "<p>The harbour opened again.</p>",
    "too deep": "<div>" * 300 + LONG + "</div>" * 300,
}  # fmt: skip


@pytest.mark.parametrize("body", NO_ARTICLE.values(), ids=NO_ARTICLE)
def test_what_is_no_article_is_read_as_before(body: str) -> None:
    """Walls, teasers, pages that are not there, empty and too deep ones are extracted, with a long menu beside them, too."""
    for around in (body, f"<nav><ul>{MENU}</ul></nav>{body}"):
        assert not is_spared(page_of(html(around, "").encode()))


def test_data_that_says_the_text_is_not_free_is_believed() -> None:
    """Such a page may be a teaser, whatever its length."""
    assert not is_spared(page_of(html(head='<script type="application/ld+json">{"isAccessibleForFree": "False"}</script>').encode()))


def test_the_feeds_own_longer_text_is_not_overlooked() -> None:
    """Where the feed gives more than the page shows, the page is read as before: it may be a teaser."""
    assert not is_spared(page_of(html().encode(), replace(ENTRY, content=PROSE * 20)))
    assert is_spared(page_of(html().encode(), replace(ENTRY, content=BODY[0])))


def test_short_scripts_are_no_running_text() -> None:
    """A page of few words with many scripts of a sentence's length is no article."""
    scripts = "".join(f"<script>{f'let harbour = {at}; ' * 6}</script>" for at in range(30))
    assert not is_spared(page_of(html(f"<p>{PROSE}</p>{scripts}").encode()))


def test_a_paragraph_that_says_what_a_script_says_is_looked_at() -> None:
    """Scripts are left out by their words: where the page shows the same words, nothing is left out."""
    said = SENTENCE.replace("{}", "Idlib") * 4
    assert is_spared(page_of(html(f"<script>{said}</script>{LONG}").encode()))
    assert not is_spared(page_of(html(f"<script>{said}</script>{LONG}<p>{said}</p>").encode()))


def test_a_forum_that_keeps_its_posts_in_an_attribute_is_read() -> None:
    """The library reads those posts where it finds little else, so such a page is never spared."""
    posts = json.dumps({"topic_1": json.dumps({"post_stream": {"posts": [{"cooked": f"<p>{SENTENCE.replace('{}', 'Idlib') * 9}</p>"}]}})})
    around = f'<div id="data-preloaded" data-preloaded="{escape(posts)}"></div>'
    assert not is_spared(page_of(html(LONG + around).encode()))


def test_what_stands_in_two_places_makes_no_tag() -> None:
    """A bracket that opens in one place of a page's data and closes in another hides nothing between them."""
    head = '<meta property="og:description" content="a &lt; b"><meta property="og:title" content="Id&amp;shy;lib &gt; c">'
    assert not is_spared(page_of(html(head=head + "<title>1 &lt; 2</title>").encode()))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_wording_of_a_paywall_is_overlooked(data: st.DataObject) -> None:
    """Whatever a wording's pattern matches, in small letters, holds one of the signs that are looked for first."""
    pattern, _ = data.draw(st.sampled_from(_walls._PAYWALL_SIGNS))
    said = data.draw(st.from_regex(pattern, fullmatch=True)).lower()
    assert _walls.may_be_teaser(f"The harbour. {said.upper() if said.upper().lower() == said else said} The bay.", "")


@pytest.mark.slow
@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
def test_no_real_page_that_matches_the_delivered_topics_is_spared() -> None:
    """On all real pages of the measuring sets what is spared is full and names no topic, and that is most of them."""
    matcher = compile_topics(load(Path(__file__).resolve().parents[2] / "config", {}).topics)
    words = words_sought(matcher)
    spared = total = 0
    for file in sorted((Path(os.environ["TIDINGS_DATA"]) / "pages").glob("*.tar.gz")):
        for row, body in read_bodies(file, list(read_rows(file))):
            page = page_of(body, replace(ENTRY, url=row["url"], title=row.get("title") or ""))
            total += 1
            if is_spared(page, words):
                spared += 1
                assert came_to(page, matcher) == ("full", "no_term"), row["file"]
    assert spared > 0.8 * total
