"""Weigh how far what was told covers a sentence: one number from 0 (nothing of it) to 1 (all of it)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum, sqrt
from operator import mul
from typing import NamedTuple

from tidings.stages._told import Idf, Near, ToldStatement
from tidings.text.terms import terms

# benchmarks/tune_novelty.py fits and prints these on TIDINGS_DATA/novelty/background_*; rounded, as the figures hardly move with them.
COSINE_WEIGHT = 0.55  # likeness to the one told statement most alike, both ways: a long one covers much by chance
UNION_WEIGHT = 0.20  # share found in the few nearest together: what is told may stand in two sentences
PAIRS_WEIGHT = 0.25  # share of its neighbouring terms that stand so in a near one: the same words said of the same things
NAMES_WEIGHT = 0.40  # taken off for the weight of names
NUMBERS_WEIGHT = 0.50  # and of numbers that no near one holds
RECENT_WEIGHT = 0.10  # added for what was told just now: the same is mostly said again within days
UNION_MAX = 3  # told statements taken together
RECENT_HALF_LIFE_D = 3.5


class Parts(NamedTuple):
    """Hold what speaks for a sentence being told, and, in the last two, what speaks against it: each a share from 0 to 1."""

    cosine: float
    union: float
    pairs: float
    recent: float
    names: float
    numbers: float


WEIGHTS = Parts(COSINE_WEIGHT, UNION_WEIGHT, PAIRS_WEIGHT, RECENT_WEIGHT, -NAMES_WEIGHT, -NUMBERS_WEIGHT)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Hold how far a sentence is told, and the near statements in order of their own likeness to it, each with its coverage."""

    parts: Parts
    nearest: tuple[Near, ...]

    @property
    def score(self) -> float:
        """Return how far the sentence is told: names and numbers that are not told count against it."""
        return min(max(fsum(weight * part for weight, part in zip(WEIGHTS, self.parts, strict=True)), 0.0), 1.0)


def weigh(subject: ToldStatement, nearest: Sequence[Near], idf: Idf) -> Likeness:
    """Return how far the near told statements, given with their coverage, tell what a sentence says; they are put in order of likeness."""
    worth = {term: idf(term) for term in subject.terms}
    weight = fsum(worth.values())
    if not nearest or not weight:
        return Likeness(Parts(0.0, 0.0, 0.0, 0.0, 0.0, 0.0), ())
    squares = {term: value * value for term, value in worth.items()}
    square = fsum(squares.values())
    cosines = {told.id: _cosine(squares, square, told, idf) for _, told in nearest}
    known = frozenset().union(*(told.terms for _, told in nearest))
    together = frozenset().union(*(told.terms for _, told in nearest[:UNION_MAX]))
    told_pairs = frozenset().union(*(told.pairs for _, told in nearest))
    parts = Parts(
        cosine=max(cosines.values()),
        union=_share(subject.terms & together, worth, weight),
        pairs=len(subject.pairs & told_pairs) / len(subject.pairs) if subject.pairs else max(cosines.values()),
        recent=max(cosines[told.id] * _recent(subject, told) for _, told in nearest),
        names=_share((subject.names & subject.terms) - known, worth, weight),
        numbers=_share(_untold_numbers(subject, known, [told for _, told in nearest]), worth, weight),
    )
    ranked = sorted(nearest, key=lambda near: (-round(near[0] + cosines[near[1].id], 9), near[1].id))
    return Likeness(parts, tuple(ranked))


def _cosine(squares: Mapping[str, float], square: float, told: ToldStatement, idf: Idf) -> float:
    """Return the cosine of two sets of terms weighed by idf (Salton and Buckley, 1988); of one the squares and their sum are at hand."""
    theirs = [idf(term) for term in told.terms]
    their_square = fsum(map(mul, theirs, theirs))
    shared = fsum(squares[term] for term in squares.keys() & told.terms)
    return shared / sqrt(square * their_square) if square and their_square else 0.0


def _share(words: frozenset[str] | set[str], worth: Mapping[str, float], weight: float) -> float:
    return fsum(worth[word] for word in words) / weight


def _untold_numbers(subject: ToldStatement, known: frozenset[str], near: Sequence[ToldStatement]) -> frozenset[str]:
    """Return the numbers that no near statement holds, in digits or as a figure: 41 is forty-one."""
    missing = frozenset(term for term in subject.terms - known if term[0].isdigit())
    if not missing:
        return missing
    values = {(figure.measure, figure.value_low) for told in near for figure in told.figures if figure.value_low is not None}
    stated = [figure.words for figure in subject.figures if (figure.measure, figure.value_low) in values]
    return missing - {term for words in stated for term in terms(words, subject.language)}


def _recent(subject: ToldStatement, told: ToldStatement) -> float:
    """Return 1 for what was told the same day, half of it after RECENT_HALF_LIFE_D days; 0 where a day is not known."""
    if not subject.said_on or not told.said_on:
        return 0.0
    return float(0.5 ** (days_between(subject, told) / RECENT_HALF_LIFE_D))


def days_between(one: ToldStatement, other: ToldStatement) -> int:
    """Return how many days lie between the articles of two statements; 0 where a day is not known."""
    if not one.said_on or not other.said_on:
        return 0
    return abs((date.fromisoformat(one.said_on) - date.fromisoformat(other.said_on)).days)
