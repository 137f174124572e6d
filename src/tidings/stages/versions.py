"""Decide which of two readings of one article stands, and say what an edit changed.

A better version replaces a worse one, never the reverse: pages fall behind walls, break and come back, and what was read whole
stays. An edit of the same worth replaces what it edits, unless most of the text is gone without a word.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tidings.model import Verdict
from tidings.text.fold import squeeze
from tidings.text.sentences import sentences

WORSE_LENGTH = 0.5  # a version with less than half of the text is a worse one
GROWN_LENGTH = 1.2  # the feed's own words outdo the beginning of a page from here on
SENTENCES_KEPT_MAX = 40  # of those an edit added, and of those it removed
SENTENCE_CHARS_MAX = 500
_WORTH = {Verdict.FULL: 2, Verdict.TEASER: 1}  # of all others the text is the feed's own: 0


@dataclass(frozen=True, slots=True)
class Version:
    """Hold what is compared of a reading of an article."""

    verdict: Verdict
    length: int  # characters
    title: str = ""
    correction: bool = False
    publisher: str = ""  # whose words they are


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold what a version says that the one before did not, and the reverse: whole sentences, the first of them."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    added_count: int = 0
    removed_count: int = 0


def better(before: Version, after: Version) -> bool:
    """Tell whether the later reading may take the place of the earlier one."""
    worth_before, worth_after = _WORTH.get(before.verdict, 0), _WORTH.get(after.verdict, 0)
    if before.publisher != after.publisher and bool(worth_before) is not bool(worth_after):
        return bool(worth_after)  # what a feed says of another's page gives way to the page, however short, and never the reverse
    if worth_after < worth_before:
        return before.verdict is not Verdict.FULL and after.length >= GROWN_LENGTH * before.length
    # Much shorter is worse, unless it is a correction or goes by another title: a report may be withdrawn in two lines.
    return after.length >= WORSE_LENGTH * before.length or after.correction or after.title != before.title


def difference(before: str, after: str, language: str = "en") -> Difference:
    """Return the sentences that an edit added and removed, but for case, spaces and marks of spelling; moved ones are neither."""
    old, new = ([text[one.start : one.end] for one in sentences(text, language)] for text in (before, after))
    added, removed = _missing(new, old), _missing(old, new)
    return Difference(_kept(added), _kept(removed), len(added), len(removed))


def _missing(these: Iterable[str], those: Iterable[str]) -> list[str]:
    left = Counter(map(squeeze, those))
    found = []
    for one in these:
        key = squeeze(one)
        if left[key] > 0:
            left[key] -= 1
        else:
            found.append(one)
    return found


def _kept(found: list[str]) -> tuple[str, ...]:
    return tuple(one[:SENTENCE_CHARS_MAX] for one in found[:SENTENCES_KEPT_MAX])
