"""Find the running text of a page by itself: paragraphs outside of menus, comments and teasers, and what holds most of them.

It judges what extraction gave, and stands in for it where that missed most of the page. The idea is the oldest of
all (Readability: score the elements that hold paragraphs); here it is only a second opinion, so it may be strict.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from tidings.stages._page import LINES, shown_text
from tidings.text.clean import word_count
from tidings.text.markup import one_line

PARAGRAPH_WORDS_MIN = 12
_WORDS_MIN = 100
_NAMES_CHARS_MAX = 400
_DIRECT_CHARS_MIN = 40  # of text that stands in a container itself, not in a paragraph of it
_BLOCKS_MAX = 20_000
_MOST = 0.75  # of all prose is held by the element that is the article
_LINKED_MAX = 0.5
_STOP = re.compile(r"[.!?:;…。！？؟۔।][\"'”’»)\]\s]*$")
_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "pre"))
_ITEMS = frozenset(("li", "blockquote", "td", "th", "dt", "dd"))  # paragraphs, unless they hold some
_CONTAINERS = frozenset(("div", "section", "article", "main", "span", "center", "font"))
_BLOCKS = (*_PARAGRAPHS, *_ITEMS, *_CONTAINERS)
_INNER = frozenset(("p", "div", "ul", "ol", "table", "section", "article", "h1", "h2", "h3", "h4", "blockquote", "dl"))
_UNSEEN = frozenset(("script", "style", "noscript", "template"))
_INLINE = frozenset(
    ("a", "b", "strong", "i", "em", "u", "span", "font", "sub", "sup", "br", "small", "mark", "abbr", "time", "code", "q", "wbr")
)
_ASIDE = frozenset(
    ("nav", "footer", "aside", "form", "figure", "figcaption", "script", "style", "noscript", "button", "select", "template", "svg")
)
# classes and ids of what stands around an article, on whatever site
_NAMED = re.compile(
    r"related|recommend|side-?bar|newsletter|promo|cookie|consent|gdpr|footer|popup|modal|share|social|teaser|read-?more|also-?like"
    r"|breadcrumb|widget|outbrain|taboola|trending|popular|author-?bio|subscribe|paywall|banner|\bads?\b|advert",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment|disqus|respond|replies|discussion", re.IGNORECASE)  # never an article, however little else there is
_ARTICLES = frozenset(("main", "article"))
_NEVER_ASIDE = frozenset(("html", "body", *_ARTICLES))


@dataclass(frozen=True, slots=True)
class _Block:
    """Hold one paragraph, wherever it stands."""

    element: HtmlElement
    text: str
    words: int
    is_prose: bool


@dataclass(frozen=True, slots=True)
class Prose:
    """Hold the running text of the element that holds most of a page's prose. `words` counts its prose alone."""

    text: str = ""
    words: int = 0
    text_words: int = 0  # with its headings, lists and whatever else is no prose
    is_page: bool = False  # nothing smaller than the whole body holds it


def find_prose(tree: HtmlElement) -> Prose:
    """Return the page's running text; empty where there is none. Linear but for the depth of the tree, which libxml2 bounds."""
    by_name: dict[HtmlElement, bool] = {}
    by_tag: dict[HtmlElement, bool] = {}
    blocks = list(_blocks(tree))
    kept = [one for one in blocks if not _is_aside(one.element, by_name, named=True)]
    if _prose_words(kept) < _WORDS_MIN:  # the names say nothing here: all of the page would be "around" the article
        kept = [one for one in blocks if not _is_aside(one.element, by_tag, named=False)]
    if not any(one.is_prose for one in kept):  # what was never closed has swallowed the article
        kept = [one for one in blocks if _is_of_article(one.element)]
    if not any(one.is_prose for one in kept):
        return Prose()
    held = _holder(kept)
    inside = [one for one in kept if held is None or any(above is held for above in one.element.iterancestors())]
    return Prose(
        text="\n".join(one.text for one in inside),
        words=_prose_words(inside),
        text_words=sum(one.words for one in inside),
        is_page=held is None or held.tag in ("body", "html"),
    )


def _blocks(tree: HtmlElement) -> Iterator[_Block]:
    """Give the paragraphs in the order of the page, none inside another, none twice."""
    inside: set[HtmlElement] = set()  # of the paragraphs so far
    told: set[str] = set()
    count = 0
    for element in tree.iter(*_BLOCKS):
        if element in inside:
            continue
        text, within = _own_text(element)
        if len(text) < 2:
            continue
        inside.update(within)
        count += 1
        if count > _BLOCKS_MAX:
            return
        words = word_count(text)
        is_long = words >= PARAGRAPH_WORDS_MIN
        linked = sum(len("".join(one.itertext())) for one in within if one.tag == "a")
        if linked <= _LINKED_MAX * len(text) and not (is_long and text in told):  # a page may carry its text twice, for small screens
            told.add(text)
            yield _Block(element, text, words, is_long and element.tag != "li" and _STOP.search(text[-8:]) is not None)


def _own_text(element: HtmlElement) -> tuple[str, Sequence[HtmlElement]]:
    """Return the text of a paragraph and all elements in it; of a container only where text stands in it directly, with nothing but what is inline."""
    tag = element.tag
    if not len(element):  # as most are
        text = element.text or ""
        return ("" if tag in _CONTAINERS and len(text.strip()) < _DIRECT_CHARS_MIN else one_line(text)), ()
    if tag in _CONTAINERS:
        children = list(element)
        direct = (element.text or "") + "".join(child.tail or "" for child in children)
        if len(direct.strip()) < _DIRECT_CHARS_MIN or not all(child.tag in _INLINE for child in children if isinstance(child.tag, str)):
            return "", ()
    within = list(element.iterdescendants())  # once: each look into the tree costs more than what is done with it
    tags = {one.tag for one in within}
    if (tag in _ITEMS and not tags.isdisjoint(_INNER)) or not tags.isdisjoint(_UNSEEN):
        return "", ()
    return one_line("".join(element.itertext()) if tags.isdisjoint(LINES) else shown_text(element)), within


def _is_aside(element: HtmlElement, seen: dict[HtmlElement, bool], *, named: bool) -> bool:
    chain = []
    found = False
    for one in (element, *element.iterancestors()):
        if one in seen:
            found = seen[one]
            break
        chain.append(one)
    for one in reversed(chain):
        # where the names say nothing neither do forms: some frameworks put the whole page into one
        found = found or (one.tag in _ASIDE and (named or one.tag != "form")) or _is_named_aside(one, named=named)
        seen[one] = found
    return found


def _is_of_article(element: HtmlElement) -> bool:
    """Tell whether a paragraph stands in what the page marks as its article, with nothing between that is put aside by its tag or holds comments."""
    for one in (element, *element.iterancestors()):
        if one.tag in _ARTICLES:
            return True
        if one.tag in _ASIDE or _is_named_aside(one, named=False):
            return False
    return False


def _is_named_aside(element: HtmlElement, *, named: bool) -> bool:
    if element.tag in _NEVER_ASIDE:
        return False
    names = f"{element.get('class') or ''} {element.get('id') or ''}"[:_NAMES_CHARS_MAX]
    return len(names) > 1 and _names_aside(names, named=named)


@lru_cache(maxsize=4096)  # a page repeats its names, and a site those of its pages
def _names_aside(names: str, *, named: bool) -> bool:
    return _COMMENTS.search(names) is not None or (named and _NAMED.search(names) is not None)


def _holder(blocks: list[_Block]) -> HtmlElement | None:
    """Return the smallest element that holds most of the prose."""
    score: Counter[HtmlElement] = Counter()
    for one in blocks:
        if one.is_prose:
            score.update(dict.fromkeys(one.element.iterancestors(), one.words))
    least = _MOST * _prose_words(blocks)
    enough = [element for element, words in score.items() if words >= least]
    return max(enough, key=lambda element: sum(1 for _ in element.iterancestors()), default=None)


def _prose_words(blocks: list[_Block]) -> int:
    return sum(one.words for one in blocks if one.is_prose)
