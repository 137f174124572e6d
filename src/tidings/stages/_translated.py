"""Judge a statement by what was told in another language and means nearly the same: told, a changed number, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from tidings.stages._told import ToldStatement
from tidings.text.across import number_values, opposed_across, unheard

# benchmarks/tune_meaning.py on the halves to choose with of tests/corpus/statements_* (our own words, nearly all of the new ones differ in one
# fact from the told one): here 2 of 60 new statements are lost. At 0.60 it is 5, at 0.55 it is 10. Nothing lost is the first promise.
SAME_MIN = 0.65
UNHEARD_WEIGHT = 0.10  # for each name that the other sentence does not hold; 0.05 and 0.15 are hardly different
# A sentence so alike, of which only the numbers differ, gives what was told another value.
OTHER_NUMBER_MIN = 0.50
_SMALL = frozenset({2.0})  # "the two sides" are "the sides" elsewhere


@dataclass(frozen=True, slots=True)
class Translated:
    """Say what a told statement of another language makes of one: told, or with another number where `numbers` is filled."""

    against: ToldStatement
    score: float
    evidence: str
    numbers: str = ""  # "12 -> 21"


def translated(subject: ToldStatement, alike: Sequence[tuple[float, ToldStatement]]) -> Translated | None:
    """Return what the most alike told statements make of this one; None: nothing told means it.

    `alike`: (likeness, told), best first. Likeness is the cosine of the embeddings, less for what the statement says besides.
    """
    changed = None
    for likeness, told in alike:
        if told.language == subject.language or told.topic != subject.topic or opposed_across(subject.text, told.text):
            continue
        mine, theirs = number_values(subject.text, subject.language), number_values(told.text, told.language)
        if mine <= theirs and theirs - mine <= _SMALL:
            if likeness - UNHEARD_WEIGHT * unheard_count(subject, told) >= SAME_MIN:
                return Translated(told, likeness, f"means the same as what was told in another language ({told.language})")
        elif mine - theirs and theirs - mine - _SMALL and likeness >= OTHER_NUMBER_MIN and changed is None:
            changed = Translated(told, likeness, "", f"{_written(theirs - mine - _SMALL)} -> {_written(mine - theirs)}")
    return changed


def unheard_count(subject: ToldStatement, told: ToldStatement) -> int:
    """Count the names of each sentence that the other does not hold, in whatever script."""
    missing = unheard(told.names, told.language, subject.text, subject.language)
    return len(missing) + len(unheard(subject.names, subject.language, told.text, told.language))


def _written(values: frozenset[float]) -> str:
    return " ".join(f"{value:g}" for value in sorted(values))
