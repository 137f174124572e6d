"""Compare what two aligned sentences say, fact by fact: figures, numbers, names, opposites, quantity words."""

from collections.abc import Callable, Iterable, Sequence
from math import fsum
from typing import Protocol, TypeVar

from tidings.model import Figure
from tidings.text.opposites import opposed
from tidings.text.terms import terms

Idf = Callable[[str], float]
Differ = Callable[[Sequence[Figure], Sequence[Figure]], tuple[Figure, Figure] | None]


class Said(Protocol):
    """Describe a sentence ready for comparing: its words, terms, names and figures."""

    @property
    def id(self) -> str: ...
    @property
    def article_id(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def terms(self) -> frozenset[str]: ...
    @property
    def names(self) -> frozenset[str]: ...
    @property
    def figures(self) -> tuple[Figure, ...]: ...


Sentence = TypeVar("Sentence", bound=Said)


def changed_figure(subject: Said, comparable: Sequence[Sentence], differ: Differ) -> tuple[Sentence, tuple[Figure, Figure]] | None:
    """Return the first near sentence that gives another value for a figure; None when one of them states them all."""
    found = None
    for other in comparable if subject.figures else ():
        if not other.figures:
            continue
        pair = differ(subject.figures, other.figures)
        if pair is None:
            if _states(subject.figures, other.figures):
                return None
            continue
        found = found or (other, pair)
    return found


def _states(figures: Sequence[Figure], told: Sequence[Figure]) -> bool:
    values = {(figure.measure, figure.value_low) for figure in told}
    return all((figure.measure, figure.value_low) in values for figure in figures if figure.value_low is not None)


def opposite(subject: Said, near: Sequence[Said], idf: Idf) -> str:
    """Return how a sentence contradicts the nearest one, unless another as near says the same as it."""
    best = near[0]
    found = opposed(subject.text, best.text)
    if found and any(_as_close(subject, other, best, idf) and not opposed(subject.text, other.text) for other in near[1:]):
        return ""
    return found


def _as_close(subject: Said, other: Said, best: Said, idf: Idf) -> bool:
    return fsum(map(idf, subject.terms & other.terms)) >= 0.95 * fsum(map(idf, subject.terms & best.terms))


def changed_numbers(subject: Said, near: Sequence[Said]) -> str:
    """Return the number that a sentence puts where the nearest one has another, whatever it counts, in any language."""
    best = near[0]
    mine = numbers(subject) - numbers(best) - _stated_numbers(subject, best)
    theirs = numbers(best) - numbers(subject) - _stated_numbers(best, subject)
    told = {number for other in near for number in numbers(other)}
    if not mine or not theirs or mine <= told:
        return ""
    return f"{' '.join(sorted(theirs))} -> {' '.join(sorted(mine - told))}"


def numbers(said: Said) -> frozenset[str]:
    """Return the numbers of a sentence, as digits."""
    return frozenset(term for term in said.terms if term[0].isdigit())


def _stated_numbers(one: Said, other: Said) -> frozenset[str]:
    """Return the numbers of the figures that the other states too, in whatever words: 41 and forty-one."""
    values = {(figure.measure, figure.value_low) for figure in other.figures if figure.value_low is not None}
    return frozenset(term for figure in one.figures if (figure.measure, figure.value_low) in values for term in terms(figure.words))


def new_name(subject: Said, near: Iterable[Said]) -> str:
    """Return a name that none of the near sentences holds in any form."""
    known = {term for other in near for term in other.terms}
    return next((name for name in sorted(subject.names - known) if not any(_spelled_alike(name, other) for other in known)), "")


def _spelled_alike(one: str, other: str) -> bool:
    """Tell whether two names differ only in vowels or in a short ending: Saraqib and Saraqeb, Syria and Syrias."""
    if one[:1] != other[:1]:
        return False
    shorter, longer = sorted((one, other), key=len)
    return _skeleton(one) == _skeleton(other) or (longer.startswith(shorter) and len(shorter) >= 4 and len(longer) - len(shorter) <= 2)


def _skeleton(word: str) -> str:
    return "".join(char for char in word.replace("q", "k").replace("ch", "c") if char not in "aeiouyw'h")
