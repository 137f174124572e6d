"""Weigh how much a sentence says of what is followed: 0 to 1, the likelihood that it carries a fact of its story.

What followed articles have in common says most: a sentence of many such terms tells of the event, one of few is page furniture, an aside or about
something else (centroid scores: Radev et al., 2004). Tolls and dated acts are facts; strings of times and numbers are lists.
"""

from collections.abc import Callable
from math import exp, fsum, log
from typing import NamedTuple

from tidings.stages._told import ToldStatement

Commonness = Callable[[str], float]  # term -> share of the followed articles that hold it


class Traits(NamedTuple):
    """Hold what a sentence's substance is told by."""

    known: float  # log of 1 + the terms that more than KNOWN_MIN of the followed articles hold,
    common: float  # or more than COMMON_MIN
    length: float  # log of 1 + all its terms
    numbers: float  # share of its terms that are numbers, at most NUMBERS_MAX
    toll: float  # 1: it counts people
    dated: float  # 1: it says when


# benchmarks/tune_novelty.py fits these on TIDINGS_DATA/novelty/trects_*: of two sentences on topic, the one with a nugget comes first
# in 72 of 100 cases (measured on streams left out by fourths).
INTERCEPT, WEIGHTS = 0.22, Traits(0.72, 0.53, -0.93, -2.44, 0.86, 0.29)
KNOWN_MIN, COMMON_MIN = 0.02, 0.05  # shares of articles
NUMBERS_MAX = 0.3
_TOLLS = frozenset({"killed", "injured", "missing", "displaced", "detained", "affected"})


def substance(statement: ToldStatement, commonness: Commonness | None) -> float:
    """Return how much a sentence says; 1 where nothing is known of what articles have in common."""
    if commonness is None:
        return 1.0
    return 1 / (1 + exp(-INTERCEPT - fsum(weight * trait for weight, trait in zip(WEIGHTS, traits(statement, commonness), strict=True))))


def traits(statement: ToldStatement, commonness: Commonness) -> Traits:
    """Read the traits of a statement."""
    shares = [commonness(term) for term in statement.terms]
    numbers = sum(term[0].isdigit() for term in statement.terms)
    return Traits(
        known=log(1 + sum(share > KNOWN_MIN for share in shares)),
        common=log(1 + sum(share > COMMON_MIN for share in shares)),
        length=log(1 + len(shares)),
        numbers=min(NUMBERS_MAX, numbers / max(1, len(shares))),
        toll=float(any(figure.measure in _TOLLS for figure in statement.figures)),
        dated=float(bool(statement.event_date)),
    )
