"""Pack the lists that lead from a term to what holds it: the newest few, as 64-bit numbers.

A posting holds, from its highest bits down: the minute in which its subject was reported (26 bits, from 2000 on), the number of
an article (24 bits) and a detail (14 bits): the place of a statement among the article's told ones, or the weight of the term in
the article. Sorted as numbers they are sorted by time; a list keeps the newest, so what a lookup costs does not grow with the archive.
Which postings are kept depends on what was ever added, not on its order.
"""

from datetime import UTC, datetime

DETAIL_BITS = 14  # of what an article tells beyond, nothing is found again by its words
ARTICLE_BITS = 24
SUBJECT_BITS = DETAIL_BITS + ARTICLE_BITS
DETAIL_MAX = (1 << DETAIL_BITS) - 1
ARTICLE_MAX = (1 << ARTICLE_BITS) - 1
WEIGHT_STEP = 0.25  # weights of terms in articles are kept in steps of this
ALWAYS = (1 << 26) - 1  # the minute of what never gets old: seeds
_START = datetime(2000, 1, 1, tzinfo=UTC)


def minute(when: datetime) -> int:
    """Return the minute of a time, as postings hold it; what is before 2000 counts as then."""
    return min(max(int((when - _START).total_seconds()) // 60, 0), ALWAYS - 1)


def posting(at: int, article: int, detail: int) -> int:
    """Pack one posting; `at` is its minute."""
    return at << SUBJECT_BITS | article << DETAIL_BITS | detail


def weight_detail(weight: float) -> int:
    """Return the weight of a term in an article as the detail of a posting."""
    return min(round(weight / WEIGHT_STEP), DETAIL_MAX)


def stored_weight(weight: float) -> float:
    """Return the weight of a term in an article as its posting has it."""
    return weight_detail(weight) * WEIGHT_STEP


def split(subject: int) -> tuple[int, int]:
    """Return the article and the detail of a subject."""
    return subject >> DETAIL_BITS, subject & DETAIL_MAX
