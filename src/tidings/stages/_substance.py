"""Weigh how much a sentence says of what is followed: 0 to 1, the likelihood that it carries a fact of its story.

What followed articles have in common says most: a sentence of many such terms tells of the event, one of few is page furniture, an aside or about
something else (centroid scores: Radev et al., 2004). Tolls and dated acts are facts; strings of times and numbers are lists.
"""

from collections.abc import Callable
from math import exp, log

from tidings.stages._told import ToldStatement

Commonness = Callable[[str], float]  # term -> share of the followed articles that hold it

# benchmarks/tune_novelty.py fits these on TIDINGS_DATA/novelty/trects_*: of two sentences on topic, the one with a nugget comes first
# in 72 of 100 cases (streams left out by fourths; 72 too with all).
_INTERCEPT, _KNOWN, _COMMON, _LENGTH, _NUMBERS, _TOLL, _DATED = 0.22, 0.72, 0.53, -0.93, -2.44, 0.86, 0.29
ARTICLES_PRIOR = 10  # articles counted besides, that hold none of the terms: the first few articles have all in common
_KNOWN_MIN, _COMMON_MIN = 0.02, 0.05  # shares of articles
_NUMBERS_MAX = 0.3  # share of terms that are numbers
_TOLLS = frozenset({"killed", "injured", "missing", "displaced", "detained", "affected"})


def substance(statement: ToldStatement, commonness: Commonness | None) -> float:
    """Return how much a sentence says; 1 where nothing is known of what articles have in common."""
    if commonness is None:
        return 1.0
    shares = [commonness(term) for term in statement.terms]
    numbers = sum(term[0].isdigit() for term in statement.terms)
    value = (
        _INTERCEPT
        + _KNOWN * log(1 + sum(share > _KNOWN_MIN for share in shares))
        + _COMMON * log(1 + sum(share > _COMMON_MIN for share in shares))
        + _LENGTH * log(1 + len(shares))
        + _NUMBERS * min(_NUMBERS_MAX, numbers / max(1, len(shares)))
        + _TOLL * any(figure.measure in _TOLLS for figure in statement.figures)
        + _DATED * bool(statement.event_date)
    )
    return 1 / (1 + exp(-value))
