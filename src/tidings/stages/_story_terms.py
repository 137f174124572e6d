"""Weigh what tells stories apart: the terms of an article, the names in its lead, the years it speaks of."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain, repeat
from math import log

from tidings.model import Article
from tidings.text.terms import names, terms, terms_of

TERMS_KEPT_MAX = 60  # an article's heaviest terms; 120 and 300 were no better (benchmarks/tune_stories.py)
LEAD_HALF = 45  # terms from the beginning after which what is said counts half as much more than the rest
# How much more a term counts, place by place; from some place on nothing is left of it in a float that is added to 1.
_LEAD_BONUSES = tuple(0.5 ** (place / LEAD_HALF) for place in range(60 * LEAD_HALF))
_LIKELY_SHARE = 0.999  # of a count: what has less has a lower weight after rounding, too
LEAD_CHARACTERS = 300
YEAR = re.compile(r"(?:19|20)\d\d")
_PARTS = re.compile(r"(?<=[.!?])\s|\n")
_CALENDAR = frozenset(
    terms("Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August September October")
    + terms("November December GMT UTC EST EDT PST PDT")
    + terms(
        "Pazartesi Salı Çarşamba Perşembe Cuma Cumartesi Pazar Ocak Şubat Mart Nisan Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık", "tr"
    )
    + terms("Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar März Juni Juli Oktober Dezember", "de")
)


def weighed_terms(article: Article, words: Sequence[str]) -> dict[str, float]:
    """Return the heaviest terms of an article: 1 + the logarithm of their count; those of the beginning count up to double.

    What is repeated is not that much more what the text is about; the title and the first sentences say what happened, the rest is
    background. `words` are the tokens of its text.
    """
    counts: dict[str, float] = {}
    found = chain(terms(article.title, article.language), terms_of(words, article.language))
    for term, bonus in zip(found, chain(_LEAD_BONUSES, repeat(0.0))):  # noqa: B905 - the second never ends
        counts[term] = counts.get(term, 0.0) + 1.0 + bonus
    least = min(sorted(counts.values(), reverse=True)[:TERMS_KEPT_MAX], default=0.0) * _LIKELY_SHARE
    weights = {term: round(1.0 + log(count), 4) for term, count in counts.items() if count >= least}
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:TERMS_KEPT_MAX])


def lead_of(article: Article) -> str:
    """Return the title and the beginning of the text."""
    return f"{article.title}\n{article.text[:LEAD_CHARACTERS]}"


@lru_cache(maxsize=20_000)
def lead_names(lead: str, language: str) -> frozenset[str]:
    """Return the names in a lead, but for days and months; none in scripts without capital letters."""
    return frozenset(name for part in _PARTS.split(lead) for name in names(part, language)) - _CALENDAR


def years(found: Iterable[str]) -> frozenset[str]:
    """Return those of the terms that are years."""
    return frozenset(term for term in found if len(term) == 4 and term[0] in "12" and YEAR.fullmatch(term))
