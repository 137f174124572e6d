"""Tell what has become of words that an edition told, when the report that said them has been edited since.

Reports are edited all the time, and most edits correct nothing: sentences move, are polished, and pages that follow a day drop what is
old. So an edit is a correction of the told words only where most of the report stayed as it was, and either the sentence that took their
place holds another number, another name or the opposite, or nothing like them is said any more.
"""

from functools import lru_cache

from tidings.model import Correcting
from tidings.text.fold import squeeze
from tidings.text.opposites import opposed, other_agent, other_side, quantified
from tidings.text.sentences import sentences
from tidings.text.terms import names, terms

Change = tuple[Correcting, str]  # what became of the words, and the exact words that take their place

KEPT_MIN = 0.5  # of a report's sentences: with fewer left it was written anew, and nothing in it takes the place of anything
ALIKE_MIN = 0.5  # of the terms of two sentences together (Dice): then one takes the place of the other
MISSING_MIN = 0.4  # of the terms of the told words: so many are nowhere in the report any more if they were taken out
_SPELLING_CHARS = 4  # names that begin alike are one name, spelled or inflected otherwise


def find_change(told: str, before: str, after: str, language: str, *, corrects: bool = False) -> Change | None:
    """Return what an edit made of told words, or None: they stand, or what stands in their place says the same.

    `before` and `after` are the texts of the report; `corrects` says that the later one calls itself a correction: then any other words count.
    """
    if squeeze(told) in squeeze(after):
        return None
    old, new = (_sentences(text, language) for text in (before, after))
    kept = sum(one in new for one in old)
    if kept < KEPT_MIN * (len(old) - 1) and not corrects:  # the told sentence itself is not counted
        return None
    if not kept and len(new) > len(old) + 1 and not corrects:  # it was a feed's summary, and the page has been read since
        return None
    mine = frozenset(terms(told, language))
    added = [words for key, words in new.items() if key not in old]
    best = max(added, key=lambda words: _alike(mine, frozenset(terms(words, language))), default="")
    if best and _alike(mine, frozenset(terms(best, language))) >= ALIKE_MIN:
        return (Correcting.REWORDED, best) if corrects or _says_otherwise(told, best, language) else None
    missing = mine - frozenset(terms(after, language))
    return (Correcting.WITHDRAWN, "") if mine and (kept or corrects) and len(missing) >= MISSING_MIN * len(mine) else None


@lru_cache(maxsize=4)
def _sentences(text: str, language: str) -> dict[str, str]:
    """Return the sentences of a text by what counts as the same words."""
    found = (text[one.start : one.end] for one in sentences(text, language))
    return {squeeze(words): words for words in found}


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 0.0


def _says_otherwise(told: str, now: str, language: str) -> bool:
    """Tell whether a number or name of the told words is not in the others, or one word turns them round."""
    theirs = frozenset(terms(now, language))
    numbers = {term for term in terms(told, language) if term[0].isdigit()}
    if numbers - theirs or any(not _is_named(name, theirs) for name in names(told, language)):
        return True
    return any(differ(now, told) or differ(told, now) for differ in (opposed, quantified, other_side, other_agent))


def _is_named(name: str, others: frozenset[str]) -> bool:
    return name in others or any(other[:_SPELLING_CHARS] == name[:_SPELLING_CHARS] for other in others if len(name) > _SPELLING_CHARS)
