"""Choose the text of an article among what extraction gave, the page's own running text, and its JSON-LD (decision 0028).

Extraction is right for most pages, and is believed unless another source holds what it has and clearly more.
"""

import re

from tidings.stages._prose import Prose
from tidings.stages._walls import WALL_WORDS_MAX
from tidings.text.clean import word_count

MISSED_SHARE = 0.5  # extraction that gave less than this of the page's prose missed the article,
MISSED_WORDS_MIN = 300  # if so many words are missing: comments under a short report are not the report
_ROOM = 2.0  # prose makes up at least half of the text it stands in; else that is a list of something
_LISTS = 0.7  # extraction with all of the prose, but less than this of the text around it, left out lists and headings,
_LISTS_ROOM = 3.0  # where prose is at least a third of that text
_ALL = 0.9
_LONGER = 1.25  # a body is clearly longer from here on,
_LONGER_WORDS = 40  # by as many words at least
_ARTICLE_WORDS = 100
SHORT_WORDS = 100  # below this extraction falls back on all that a page shows
_HELD = 0.6  # of what extraction gave stands in the body as well
_KEY_CHARS = 40
_NO_LETTER = re.compile(r"[\W_]+")


def choose_text(extracted: str, prose: Prose, body: str) -> str:
    """Return the one of the three texts that is the article; `extracted` unless it clearly missed most of it."""
    words = word_count(extracted)
    chosen = prose.text if is_missed(words, prose) or is_littered(extracted, words, prose) else extracted
    return body if is_whole(body, chosen) else chosen


def is_missed(words: int, prose: Prose) -> bool:
    """Tell whether extraction that gave so many words missed the article, or its lists, that stand together in one part of the page."""
    if prose.is_page:
        return False
    missed = words < MISSED_SHARE * prose.words and prose.words - words >= MISSED_WORDS_MIN and prose.text_words <= _ROOM * prose.words
    unlisted = _ALL * prose.words <= words < _LISTS * prose.text_words and prose.text_words <= _LISTS_ROOM * prose.words
    return missed or unlisted


def is_littered(extracted: str, words: int, prose: Prose) -> bool:
    """Tell whether extraction of a short page took all that it shows: the menu with the few words that are the article."""
    if words > SHORT_WORDS or prose.is_page or not prose.words or prose.text_words >= words:
        return False
    held = _key(extracted)
    return all(_key(line) in held for line in prose.text.split("\n"))


def is_whole(body: str, chosen: str) -> bool:
    """Tell whether a body of the page's data is the whole article: clearly longer than what was read, and holding it.

    Where so little was read that it may be a wall or a teaser, a body that is an article by its length need not hold it.
    """
    body_words, words = word_count(body), word_count(chosen)
    if body_words < words * _LONGER or body_words < words + _LONGER_WORDS:
        return False
    if words <= WALL_WORDS_MAX and body_words >= max(_ARTICLE_WORDS, 2 * words):
        return True
    folded = _key(body)
    keys = [key for line in chosen.split("\n") if len(key := _key(line)[:_KEY_CHARS]) >= _KEY_CHARS // 2]
    return sum(key in folded for key in keys) >= _HELD * len(keys)


def _key(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())
