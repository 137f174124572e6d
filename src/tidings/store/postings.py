"""Pack the lists that lead from a term to what holds it: the newest few, as 64-bit numbers.

A posting holds, from its highest bits down: the minute in which its subject was reported (26 bits, from 2000 on), the number of
an article (24 bits) and a detail (14 bits): the place of a statement among the article's told ones, or the weight of the term in
the article. Sorted as numbers they are sorted by time; a list keeps the newest, so what a lookup costs does not grow with the archive.
Which postings are kept depends on what was ever added, not on its order.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.uint64]

_DETAIL_BITS = 14  # of what an article tells beyond, nothing is found again by its words
_ARTICLE_BITS = 24
_SUBJECT_BITS = _DETAIL_BITS + _ARTICLE_BITS
DETAIL_MAX = (1 << _DETAIL_BITS) - 1
ARTICLE_MAX = (1 << _ARTICLE_BITS) - 1
WEIGHT_STEP = 0.25  # weights of terms in articles are kept in steps of this
ALWAYS = (1 << 26) - 1  # the minute of what never gets old: seeds
_START = datetime(2000, 1, 1, tzinfo=UTC)


def minute(when: datetime) -> int:
    """Return the minute of a time, as postings hold it; what is before 2000 counts as then."""
    return min(max(int((when - _START).total_seconds()) // 60, 0), ALWAYS - 1)


def posting(at: int, article: int, detail: int) -> int:
    """Pack one posting; `at` is its minute."""
    return at << _SUBJECT_BITS | article << _DETAIL_BITS | detail


def weight_detail(weight: float) -> int:
    """Return the weight of a term in an article as the detail of a posting."""
    return min(round(weight / WEIGHT_STEP), DETAIL_MAX)


def stored_weight(weight: float) -> float:
    """Return the weight of a term in an article as its posting has it."""
    return weight_detail(weight) * WEIGHT_STEP


def gathered(lists: Sequence[bytes]) -> tuple[Numbers, NDArray[np.int64]]:
    """Join lists into one row of numbers, with the place of the list that each comes from."""
    lengths = [len(one) // 8 for one in lists]
    return np.frombuffer(b"".join(lists), dtype=np.uint64), np.repeat(np.arange(len(lists)), lengths)


def minutes(postings: Numbers) -> Numbers:
    """Return the minute of each posting."""
    return postings >> np.uint64(_SUBJECT_BITS)


def articles(postings: Numbers) -> Numbers:
    """Return the number of the article of each posting."""
    return postings >> np.uint64(_DETAIL_BITS) & np.uint64(ARTICLE_MAX)


def subjects(postings: Numbers) -> Numbers:
    """Return article and detail of each posting as one number."""
    return postings & np.uint64((1 << _SUBJECT_BITS) - 1)


def details(postings: Numbers) -> Numbers:
    """Return the detail of each posting."""
    return postings & np.uint64(DETAIL_MAX)


def split(subject: int) -> tuple[int, int]:
    """Return the article and the detail of a subject."""
    return subject >> _DETAIL_BITS, subject & DETAIL_MAX
