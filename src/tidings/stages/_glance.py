"""Glance at a page before it is extracted: one that is plainly an article and holds no word of any topic need not be (decision 0043).

What is matched later comes out of the page's tree, its metas, its data and the feed's own words. So these are looked through, more
generously than matching does: a page that could match is never passed over. Where a tag stood a word may end or go on, and what stood
between two tags may be dropped.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick
from lxml import etree
from lxml.html import HtmlElement

from tidings.model import Entry
from tidings.stages import _jsonld, _page, _walls
from tidings.stages._topic_words import is_spaceless, stands_alone
from tidings.text.fold import squeeze
from tidings.text.markup import unescape

RUNNING_CHARS_MIN = 80  # of a text between two tags that is more than a headline
ARTICLE_CHARS_MIN = 600  # of running text: some hundred words; 422 of 431 real pages have them
_CUT = "\0"  # where a tag stood; in no page's tree
_LEVELS = 5  # how often a text is unescaped; most are through after one
_BESIDE = 6  # characters beside a word that tell whether it stands alone
_BEFORE = 200  # characters in which the part before it has to end
_UNSEEN_CHARS_MIN = 200  # of a script that is worth dropping
_TEXTS = etree.XPath("//text()", smart_strings=False)
_UNSEEN = etree.XPath("//script/text() | //style/text()", smart_strings=False)
_RUNNING = etree.XPath(f"//text()[string-length() >= {RUNNING_CHARS_MIN}][not(parent::script or parent::style)]", smart_strings=False)
_DATA = etree.XPath("//script[contains(@type, 'json') or contains(@type, 'JSON')]/text() | //meta/@content", smart_strings=False)
_TAG = re.compile(r"<[^<>]*>")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_SPACES = frozenset("nrtbf")
_DIVIDED = re.compile(r"&[#\w]*\0[#\w\0]{0,40};?")  # an entity that a tag divides: trafilatura decodes once more what it has put together


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Hold what has to stand around the longest part of a topic's word for it to be that word."""

    is_open: bool = False  # any ending may follow the part
    before: str = ""  # the part that it follows
    after: str = ""
    others: tuple[str, ...] = ()  # all other parts, these two too


_Found = tuple[_Phrase, bool, bool]  # and whether a tag stands where the part before, or after, should


@dataclass(frozen=True, slots=True)
class _Sought:
    automaton: AhoCorasick
    phrases: tuple[tuple[_Phrase, ...], ...]  # per pattern


def is_spared(words: str, tree: HtmlElement, page_html: str, entry: Entry) -> bool:
    """Tell that a page's extraction would be full, and match no topic; `words` are those of all topics (`_topic_words.words_sought`)."""
    shown = _shown(tree)
    texts = [*_forms(shown, is_data=False), *_mended(shown), *_stated(tree, page_html, entry)]
    if _holds(_compiled(words), _searchable("\n".join(texts))):
        return False
    return is_article(tree, page_html, shown, len(max(entry.content, entry.summary, key=len)))


# ---------------------------------------------------------------- an article


def is_article(tree: HtmlElement, page_html: str, shown: str, chars: int) -> bool:
    """Tell whether a page is plainly an article, longer than so many characters: it has running text that is no wall, and nothing says more of it."""
    titles = (_page.title(page_html), *_page.headings(tree))
    if _walls.names_no_page(titles) or _walls.may_be_teaser(" ".join(shown.replace(_CUT, " ").split()), page_html):
        return False
    left = max(chars, ARTICLE_CHARS_MIN)
    walled = 0
    for text in sorted((" ".join(one.split()) for one in _RUNNING(tree)), key=len, reverse=True):
        if left <= 0 or len(text) < RUNNING_CHARS_MIN:
            break
        if _walls.is_of_wall(text):
            walled += len(text)
        else:
            left -= len(text)
    return left <= 0 and walled <= max(chars, ARTICLE_CHARS_MIN)


# ---------------------------------------------------------------- its words


def _shown(tree: HtmlElement) -> str:
    """Return the texts of a page with a cut between them, and for each letter that extraction drops as it cannot be printed; without its scripts."""
    unseen = {one for one in _UNSEEN(tree) if len(one) >= _UNSEEN_CHARS_MIN}
    shown = _CUT.join(one for one in _TEXTS(tree) if len(one) < _UNSEEN_CHARS_MIN or one not in unseen)
    return _cut_out(shown)


def _cut_out(text: str) -> str:
    for letter in {one for one in set(text) if not one.isprintable() and not one.isspace()}:
        text = text.replace(letter, _CUT)
    return text


def _mended(text: str) -> Iterator[str]:
    """Give a text with the entities whole that tags divide, decoded."""
    if _DIVIDED.search(text):
        yield from _forms(_DIVIDED.sub(lambda one: _CUT + one[0].replace(_CUT, "") + _CUT, text), is_data=False)


def _stated(tree: HtmlElement, page_html: str, entry: Entry) -> Iterator[str]:
    """Give the page's data, metas and title, and the feed's words, in all forms."""
    metas = (content for contents in _page.metas(page_html).values() for content in contents)
    texts = {*_DATA(tree), *metas, *_jsonld.scripts(page_html), _page.title(page_html), entry.title, entry.summary, entry.content}
    for text in texts:
        yield from _forms(text, is_data=True)


def _forms(text: str, *, is_data: bool) -> Iterator[str]:
    """Give a text as it stands, and as it may be meant: its entities decoded again and again; of data also its escapes, without tags."""
    yield text
    meant = text
    for _ in range(_LEVELS):
        before = meant
        if is_data and "\\" in meant:
            meant = _ESCAPE.sub(_unescaped, meant)
        if "&" in meant:
            meant = unescape(meant)
        if meant == before:
            break
    if meant != text:
        yield meant
    if is_data and (bare := _cut_out(_TAG.sub(_CUT, meant))) != meant:
        yield bare
        yield from _mended(bare)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return " " if escape[2] in _SPACES else escape[2]


def _searchable(text: str) -> str:
    """Return the text as it is matched. What extraction drops, as it cannot be printed, is cut out like a tag."""
    folded = squeeze(text)
    if folded.replace(_CUT, "").isprintable():
        return folded
    return "".join(one if one.isprintable() else _CUT for one in folded)


def _holds(sought: _Sought, text: str) -> bool:
    whole = text.replace(_CUT, "")
    found = {*_uncut(sought, text), *_cut_through(sought, text)}
    return any(all(other in whole for other in one[0].others) and _is_near(text, *one) for one in found)


def _is_near(text: str, phrase: _Phrase, is_cut_before: bool, is_cut_after: bool) -> bool:
    """Tell whether a part that has to stand beside a tag does, somewhere."""
    if is_cut_before and not re.search(rf"(?<![a-z0-9]){_divided(phrase.before)} ?\0", text):
        return False
    return not is_cut_after or re.search(rf"\0 ?{_divided(phrase.after)}", text) is not None


def _uncut(sought: _Sought, text: str) -> Iterator[_Found]:
    """Give the phrases whose longest part stands in the text in one piece, with the parts or a tag beside it."""
    for pattern, start, end in sought.automaton.find_matches_as_indexes(text, overlapping=True):
        for phrase in sought.phrases[pattern]:
            if not stands_alone(text, start, end, phrase.is_open):
                continue
            first, rest = text[max(0, start - _BEFORE) : start], text[end : end + _BEFORE]
            is_cut_before = bool(phrase.before) and _CUT in first[-2:]
            is_cut_after = bool(phrase.after) and _CUT in rest[:2]
            if phrase.before and not is_cut_before and not first.replace(_CUT, "").endswith(f"{phrase.before} "):
                continue
            if phrase.after and not is_cut_after and not rest.replace(_CUT, "").startswith(f" {phrase.after}"):
                continue
            yield phrase, is_cut_before, is_cut_after


def _divided(part: str) -> str:
    """Return the pattern of a part that tags may divide."""
    return "\\0*".join(map(re.escape, part))


def _cut_through(sought: _Sought, text: str) -> Iterator[_Found]:
    """Give the phrases whose longest part a tag divides."""
    cuts: list[int] = []  # where tags stood in what they divide, without them
    pieces: list[str] = []
    length = 0
    for glued in text.split(" "):
        if _CUT not in glued:
            continue
        for piece in glued.split(_CUT):
            length += len(piece)
            cuts.append(length)
            pieces.append(piece)
        pieces.append(" ")
        length += 1
    joined, known = "".join(pieces), frozenset(cuts)
    for pattern, start, end in sought.automaton.find_matches_as_indexes(joined, overlapping=True):
        place = bisect_right(cuts, start)
        if place == len(cuts) or cuts[place] >= end:
            continue
        before = "" if start in known else joined[max(0, start - _BESIDE) : start]
        after = "" if end in known else joined[end : end + 1]
        for phrase in sought.phrases[pattern]:
            if stands_alone(before + joined[start:end] + after, len(before), len(before) + end - start, phrase.is_open):
                yield phrase, False, False


@lru_cache(maxsize=2)
def _compiled(words: str) -> _Sought:
    """Compile the longest parts of all words, once a child and configuration."""
    phrases: dict[str, dict[_Phrase, None]] = {}
    for word in words.split("\n"):
        parts = word.removesuffix("*").split(" ")
        longest = max(parts, key=len)
        place = parts.index(longest)
        others = parts[:place] + parts[place + 1 :]
        phrase = _Phrase(
            is_open=(word.endswith("*") and place == len(parts) - 1) or is_spaceless(word[0]),
            before=parts[place - 1] if place else "",
            after=parts[place + 1] if place + 1 < len(parts) else "",
            others=tuple(others),
        )
        phrases.setdefault(longest, {})[phrase] = None
    return _Sought(AhoCorasick(list(phrases)), tuple(tuple(one) for one in phrases.values()))
