"""Glance at a page before it is extracted: one that is plainly an article and holds no word of any topic need not be (decision 0043).

What is matched later comes out of the page's tree, its metas, its data and the feed's own words. So these are looked through, more
generously than matching does: a page that could match is never passed over (the record names what is excepted). Where a tag stood a word
may end or go on, and what stood between two tags may be dropped.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from ahocorasick_rs import AhoCorasick, Implementation
from lxml import etree
from lxml.html import HtmlElement

from tidings.model import Entry
from tidings.stages import _jsonld, _page, _walls
from tidings.stages._topic_words import is_spaceless, stands_alone
from tidings.text.fold import fold
from tidings.text.markup import unescape

RUNNING_CHARS_MIN = 80  # of a text between two tags that is more than a headline
ARTICLE_CHARS_MIN = 600  # of running text: some hundred words; 422 of 431 real pages have them
_CUT = "\0"  # where a tag stood; in no page's tree
_LEVELS = 5  # how often a text is unescaped; most are through after one
_BESIDE = 6  # characters beside a word that tell whether it stands alone
_BEFORE = 200  # characters in which the part before it has to end
_TEXTS = etree.XPath("//text()", smart_strings=False)
_UNSEEN = etree.XPath("//script/text() | //style/text()", smart_strings=False)
# Of other JSON nothing is read, but where a forum keeps its posts in an attribute: such pages are rare
_DATA = etree.XPath(
    "//script[contains(@type, 'ld+json') or contains(@type, 'settings+json')]/text() | //meta/@content", smart_strings=False
)
_PRELOADED = "data-preloaded"
_BETWEEN = "\n<>\n"  # no tag and no word reaches over it
_TAGS = (re.compile(r"<[^<>]*>"), re.compile(r"""<(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>"""))  # the second knows of ">" in quotes; both linear
_DROPPED = etree.XPath(  # what extraction leaves out with what it says
    "//rt | //rp | //svg | //math | //select | //button | //label | //textarea | //iframe | //audio | //video | //object | //figure | //template"
    " | //noscript | //*[@hidden] | //*[contains(translate(@style, 'NOE ', 'noe'), ':none')]"
)
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
    """Tell that a page's extraction would be full, and match no topic; `words` are those of all topics (`_topic_words.words_sought`).

    What says most of a page comes first: nearly all that are on a topic name it in their title, and cost next to nothing.
    """
    sought = _compiled(words)
    if _PRELOADED in page_html or _holds(sought, _searchable("\n".join(_stated(tree, page_html, entry)))):
        return False
    if any(_is_within_word(one) for one in _DROPPED(tree)):
        return False
    pieces = _pieces(tree)
    shown = _cut_out(" ".join(_CUT.join(pieces).split()))
    if _holds(sought, _searchable(" ".join((*_forms(shown, is_data=False), *_mended(shown))))):
        return False
    return is_article(tree, page_html, pieces, len(max(entry.content, entry.summary, key=len)))


# ---------------------------------------------------------------- an article


def is_article(tree: HtmlElement, page_html: str, pieces: Sequence[str], chars: int) -> bool:
    """Tell whether a page is plainly an article, longer than so many characters: it has running text that is no wall, and nothing says more of it.

    `pieces` are the texts that it shows.
    """
    titles = (_page.title(page_html), *_page.headings(tree))
    if _walls.names_no_page(titles) or _walls.may_be_teaser(" ".join(" ".join(pieces).split()), page_html):
        return False
    left = max(chars, ARTICLE_CHARS_MIN)
    walled = 0
    running = (" ".join(one.split()) for one in pieces if len(one) >= RUNNING_CHARS_MIN)
    for text in sorted(running, key=len, reverse=True):
        if left <= 0 or len(text) < RUNNING_CHARS_MIN:
            break
        if _walls.is_of_wall(text):
            walled += len(text)
        else:
            left -= len(text)
    return left <= 0 and walled <= max(chars, ARTICLE_CHARS_MIN)


# ---------------------------------------------------------------- its words


def _pieces(tree: HtmlElement) -> list[str]:
    """Return the texts of a page, without its longer scripts; with them where it shows what one of them says."""
    texts, unseen = _TEXTS(tree), [one for one in _UNSEEN(tree) if len(one) >= RUNNING_CHARS_MIN]
    dropped = set(unseen)
    pieces = [one for one in texts if len(one) < RUNNING_CHARS_MIN or one not in dropped]
    return pieces if len(pieces) + len(unseen) == len(texts) else texts


def _is_within_word(dropped: HtmlElement) -> bool:
    """Tell whether letters stand right before and right after an element."""
    return _beside(dropped, is_after=True)[:1].isalnum() and _beside(dropped, is_after=False)[-1:].isalnum()


def _beside(element: HtmlElement, *, is_after: bool) -> str:
    """Return the text that comes next, after or before an element: its parents' where nothing else is in them."""
    at: HtmlElement | None = element
    for _ in range(_LEVELS):
        if at is None:
            break
        if is_after:
            found, further = at.tail, at.getnext()
        else:
            further = at.getprevious()
            found = further.tail if further is not None else at.getparent().text if at.getparent() is not None else ""
        if found:
            return str(found)
        at = further if further is not None else at.getparent()
    return ""


def _cut_out(text: str) -> str:
    """Put a cut for each letter that extraction drops as it cannot be printed."""
    if text.replace(_CUT, "").isprintable():
        return text
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
    return _forms(_BETWEEN.join(texts), is_data=True)


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
    if is_data:
        for bare in {_cut_out(tag.sub(_CUT, meant)) for tag in _TAGS} - {meant}:
            yield bare
            yield from _mended(bare)


def _unescaped(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return " " if escape[2] in _SPACES else escape[2]


def _searchable(text: str) -> str:
    """Return the text as it is matched (`fold.squeeze`). What extraction drops, as it cannot be printed, is cut out like a tag."""
    folded = fold(text)
    if "  " not in folded and folded.replace(_CUT, "").isprintable():  # as what is shown is already
        return folded
    return _cut_out(" ".join(folded.split()))


def _holds(sought: _Sought, text: str) -> bool:
    whole = text.replace(_CUT, "")
    return any(all(other in whole for other in one[0].others) and _is_near(text, *one) for one in set(_found(sought, text, whole)))


def _is_near(text: str, phrase: _Phrase, is_cut_before: bool, is_cut_after: bool) -> bool:
    """Tell whether a part that has to stand beside a tag does, somewhere."""
    if is_cut_before and not re.search(rf"(?<![a-z0-9]){_divided(phrase.before)} ?\0", text):
        return False
    return not is_cut_after or re.search(rf"\0 ?{_divided(phrase.after)}", text) is not None


def _found(sought: _Sought, text: str, whole: str) -> Iterator[_Found]:
    """Give the phrases whose longest part stands in the text, in one piece with the parts or a tag beside it, or divided by tags.

    `whole` is the text without the cuts: both are found by one search.
    """
    cuts: list[int] = []  # where they stood, in the whole
    for pattern, start, end in sought.automaton.find_matches_as_indexes(whole, overlapping=True):
        cuts = cuts or list(accumulate(map(len, text.split(_CUT))))
        passed = bisect_right(cuts, start)
        if cuts[passed] < end:
            yield from _cut_through(sought.phrases[pattern], whole, start, end, cuts)
        else:
            yield from _uncut(sought.phrases[pattern], text, start + passed, end + passed)


def _uncut(phrases: Iterable[_Phrase], text: str, start: int, end: int) -> Iterator[_Found]:
    for phrase in phrases:
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


def _cut_through(phrases: Iterable[_Phrase], whole: str, start: int, end: int, cuts: Sequence[int]) -> Iterator[_Found]:
    """Give those of a part that a tag divides: where another tag stands beside it, a word begins or ends."""
    before = "" if _is_at(cuts, start) else whole[max(0, start - _BESIDE) : start]
    after = "" if _is_at(cuts, end) else whole[end : end + 1]
    for phrase in phrases:
        if stands_alone(before + whole[start:end] + after, len(before), len(before) + end - start, phrase.is_open):
            yield phrase, False, False


def _is_at(cuts: Sequence[int], place: int) -> bool:
    found = bisect_left(cuts, place)
    return found < len(cuts) and cuts[found] == place


def _divided(part: str) -> str:
    """Return the pattern of a part that tags may divide."""
    return "\\0*".join(map(re.escape, part))


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
    return _Sought(AhoCorasick(list(phrases), implementation=Implementation.DFA), tuple(tuple(one) for one in phrases.values()))
