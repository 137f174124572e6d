"""Weigh what a sentence is worth as news: 0 to 1, the likelihood that it carries a fact of its story that was not told before.

What followed articles have in common says most: a sentence of many such terms tells of the event, one of few is page furniture, an aside or about
something else (centroid scores: Radev et al., 2004). What near told statements hold is known; the more terms none of them holds, the likelier a new fact.
"""

from collections.abc import Callable, Sequence
from math import exp, fsum, log, sqrt
from typing import NamedTuple

from tidings.stages._coverage import Likeness
from tidings.stages._told import Idf, Near, ToldStatement
from tidings.text.function_words import FUNCTION_WORDS

Commonness = Callable[[str], float]  # term -> share of the followed articles that hold it


class Traits(NamedTuple):
    """Hold what the worth of a sentence is told by. Counts are logarithms of 1 + the count."""

    known: float  # its terms that more than KNOWN_MIN of the followed articles hold,
    common: float  # or more than COMMON_MIN
    length: float  # all its terms
    toll: float  # 1: it counts people
    typical: float  # mean of the roots of its terms' shares of articles
    plain: float  # share of its words that are function words: lists have few
    alike: float  # its likeness to the told statement most alike (stages._coverage)
    covered: float  # share of its terms, by weight, that any near told statement holds
    fresh: float  # its terms that none of them holds,
    fresh_known: float  # and of these those that more than KNOWN_MIN of the followed articles hold


# Fitted on TIDINGS_DATA/novelty/trects_*, on what is told at a bound near the precision asked for; benchmarks/tune_novelty.py --fit refits them.
INTERCEPT = 0.04
WEIGHTS = Traits(
    known=0.54,
    common=0.57,
    length=-1.33,
    toll=0.24,
    typical=-4.82,
    plain=0.90,
    alike=-0.81,
    covered=0.86,
    fresh=0.26,
    fresh_known=0.30,
)
KNOWN_MIN, COMMON_MIN = 0.02, 0.05  # shares of articles
_TOLLS = frozenset({"killed", "injured", "missing", "displaced", "detained", "affected"})


def worth(statement: ToldStatement, nearest: Sequence[Near], likeness: Likeness, idf: Idf, commonness: Commonness) -> float:
    """Return what a sentence is worth as news, against the near told statements."""
    found = traits(statement, nearest, likeness, idf, commonness)
    return 1 / (1 + exp(-INTERCEPT - fsum(weight * trait for weight, trait in zip(WEIGHTS, found, strict=True))))


def traits(statement: ToldStatement, nearest: Sequence[Near], likeness: Likeness, idf: Idf, commonness: Commonness) -> Traits:
    """Read the traits of a statement."""
    shares = {term: commonness(term) for term in statement.terms}
    known = frozenset(term for term, share in shares.items() if share > KNOWN_MIN)
    told = frozenset().union(*(one.terms for _, one in nearest))
    weights = {term: idf(term) for term in statement.terms}
    words = statement.text.lower().split()
    return Traits(
        known=log(1 + len(known)),
        common=log(1 + sum(share > COMMON_MIN for share in shares.values())),
        length=log(1 + len(shares)),
        toll=float(any(figure.measure in _TOLLS for figure in statement.figures)),
        typical=fsum(map(sqrt, shares.values())) / max(1, len(shares)),
        plain=sum(word in FUNCTION_WORDS for word in words) / max(1, len(words)),
        alike=likeness.parts.cosine,
        covered=fsum(weights[term] for term in statement.terms & told) / (fsum(weights.values()) or 1.0),
        fresh=log(1 + len(statement.terms - told)),
        fresh_known=log(1 + len(known - told)),
    )
