"""Find the dateline and the byline: the day and the name that a page shows beside its headline, where a reader looks for them.

Only the short texts before the running text are looked at, those behind the headline first. What calls itself the day of an
update is kept apart: it is no day of publication, only the best there is where none is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from tidings.stages._headline import likeness
from tidings.stages._page import BY, DATED, is_name, person, shown_text
from tidings.text.markup import one_line
from tidings.text.written_days import read_day

WORDS_MAX = 80  # behind the headline: a standfirst, the authors, buttons; what comes later is the article
_WORDS_BEFORE_MAX = 15
_PIECES_MAX = 400  # elements are counted as well, so that no page is walked for long
_PIECES_BEFORE_MAX = 60  # what holds more is a menu
_DATED_ELEMENTS_MAX = 20  # what holds more is no date
_PIECE_CHARS = range(6, 61)  # of a text that is a date with its label: shorter is none, longer is a sentence
_BYLINE_CHARS_MAX = 90  # of a name with what stands behind it
_YEAR = re.compile(r"\d{4}")
_NAMES_CHARS_MAX = 200
_ALIKE = 0.8  # of the words of the headline that was chosen stand in the element
_HEADLINES = ("h1", "h2", "h3", "legend")
_HEADLINE_CHARS_MAX = 300
_HEADLINES_MAX = 30
_TRIED_MAX = 3
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "select", "nav"))
_UPDATED = (
    r"updat|modif|revi[sewu]|\bchanged|-changed|aktualis|a[ck]?tuali[sz]|mise? à jour|aggiorna|bijgewerkt|gewijzigd|güncel|обновл|оновл|zmieni"
    r"|uppdat|oppdat|opdater|تحديث|更新|修改|수정"
)
_SAYS_UPDATED = re.compile(_UPDATED, re.IGNORECASE)
_SAYS_PUBLISHED = re.compile(r"publi|posted|erschienen|veröffent", re.IGNORECASE)
_LABELS_UPDATE = re.compile(rf"(?:{_UPDATED})[^\W\d_]{{0,9}}(?: on| at| le| am| el)?\W{{0,3}}\Z", re.IGNORECASE)
_LABEL_CHARS = 30


@dataclass(frozen=True, slots=True)
class Dateline:
    """Hold the days beside a headline: that which a reader takes for the day of publication, and that of an update."""

    published: datetime | None = None
    updated: datetime | None = None


def read_dateline(tree: HtmlElement | None, headline: str) -> Dateline:
    """Return the first days shown beside the headline; empty where the page does not show that headline."""
    for element in islice(_shown(tree, headline), _TRIED_MAX):
        behind = list(_days(_behind(element), WORDS_MAX))
        published = next((day for day, is_update in behind if not is_update), None)
        days = behind if published else [*behind, *_days(_before(element), _WORDS_BEFORE_MAX)]
        if days:
            return Dateline(
                next((day for day, is_update in days if not is_update), None), next((day for day, is_update in days if is_update), None)
            )
    return Dateline()


def read_byline(tree: HtmlElement | None, headline: str) -> str:
    """Return the name beside the headline that "by", in some language, stands before; empty where none does."""
    for element in islice(_shown(tree, headline), _TRIED_MAX):
        words = 0
        is_next = False
        for piece in _behind(element):
            words += len(piece.text.split())
            if words > WORDS_MAX:
                break
            says_by = BY.match(piece.text)
            name = person(piece.text) if (says_by or is_next) and len(piece.text) <= _BYLINE_CHARS_MAX else ""
            if is_name(name) and not name[0].islower():  # "by clicking here"
                return name
            is_next = bool(says_by and not name) or (is_next and not piece.text)
    return ""


def _shown(tree: HtmlElement | None, headline: str) -> Iterator[HtmlElement]:
    """Give the elements that show the headline: those of the first rank, or else of others."""
    if tree is None or not headline:
        return
    found = False
    for tags in (_HEADLINES[:1], _HEADLINES[1:]):
        if found:
            return
        for element in islice(tree.iter(*tags), _HEADLINES_MAX):
            text = one_line(shown_text(element))
            if len(text) <= _HEADLINE_CHARS_MAX and likeness(text, headline) >= _ALIKE:
                found = True
                yield element


@dataclass(frozen=True, slots=True)
class _Piece:
    """Hold a text, what the elements around it are called, and the day in it where it is marked as one."""

    text: str
    names: str = ""
    day: datetime | None = None


def _days(pieces: Iterator[_Piece], words_max: int) -> Iterator[tuple[datetime, bool]]:
    """Read the days among some short texts until so many words have passed; true for those of an update."""
    words = 0
    before = ""
    for piece in pieces:
        if day := piece.day or (read_day(piece.text) if len(piece.text) in _PIECE_CHARS and _YEAR.search(piece.text) else None):
            is_update = _is_update(piece.names) or _is_update(piece.text) or _LABELS_UPDATE.search(before) is not None
            yield day, is_update
        if piece.text:
            words += len(piece.text.split())
            before = piece.text[-_LABEL_CHARS:]
        if words > words_max:
            return


def _is_update(text: str) -> bool:
    """Tell whether a text, or the name of an element, speaks of an update, and not before that of a publication: "entry-date published updated" is both."""
    said, published = _SAYS_UPDATED.search(text), _SAYS_PUBLISHED.search(text)
    return said is not None and (published is None or said.start() < published.start())


def _behind(headline: HtmlElement) -> Iterator[_Piece]:
    """Give the texts behind an element in the order of the page."""
    beside = chain.from_iterable(one.itersiblings() for one in (headline, *headline.iterancestors()))
    return islice(chain((_Piece(one_line(headline.tail or "")),), chain.from_iterable(map(_pieces, beside))), _PIECES_MAX)


def _before(headline: HtmlElement) -> Iterator[_Piece]:
    """Give the texts before an element, the nearest first, up to what looks like a menu."""
    for one in (headline, *headline.iterancestors()):
        for beside in one.itersiblings(preceding=True):
            pieces = list(islice(_pieces(beside), _PIECES_BEFORE_MAX))
            if len(pieces) == _PIECES_BEFORE_MAX:
                return
            yield from reversed(pieces)


def _pieces(root: HtmlElement) -> Iterator[_Piece]:
    """Give the texts of an element and its tail; what is marked as a date is one, with its machine's spelling where that can be read."""
    unseen: HtmlElement | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if unseen is None and event == "start":
            if element.tag in _UNSEEN:
                unseen = element
            elif dated := _dated(element):
                unseen = element
                yield dated
            else:
                text = one_line(element.text or "")
                yield _Piece(text, _names(element) if text else "")
        elif event == "end" and unseen in (None, element):
            unseen = None
            if element.tail and (text := one_line(element.tail)):
                yield _Piece(text)


def _dated(element: HtmlElement) -> _Piece | None:
    """Return the whole text of an element that is marked as a date and is one, however it is divided, with its machine's spelling."""
    names = _names(element)
    if element.tag != "time" and not DATED.search(names):
        return None
    within = list(islice(element.iter(), _DATED_ELEMENTS_MAX + 1))
    if len(within) > _DATED_ELEMENTS_MAX or any(one.tag == "time" for one in within[1:]):
        return None
    text = one_line("".join(element.itertext()))
    stated = element.get("datetime") or ""
    day = read_day(stated) if stated else None
    if day is None and len(text) in _PIECE_CHARS and _YEAR.search(text):
        day = read_day(text)
    return _Piece(text[:_NAMES_CHARS_MAX], names, day) if day else None


def _names(element: HtmlElement) -> str:
    around = element.getparent()
    own = f"{element.get('class') or ''} {element.get('itemprop') or ''} {element.get('id') or ''}"
    return f"{own} {(around.get('class') or '') if around is not None else ''}"[:_NAMES_CHARS_MAX]
