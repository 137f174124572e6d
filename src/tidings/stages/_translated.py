"""Judge a statement by what was told in another language and means nearly the same: told, a changed number, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum, log

from tidings.model import Id
from tidings.stages._told import ToldStatement
from tidings.text.across import number_values, opposed_across, unheard

# benchmarks/tune_meaning.py on the halves to choose with of tests/corpus/statements_* (our own words, nearly all of the new ones differ in one
# fact from the told one): here 2 of 60 new statements are lost. At 0.60 it is 5, at 0.55 it is 10. Nothing lost is the first promise.
SAME_MIN = 0.65
UNHEARD_WEIGHT = 0.10  # for each name that the other sentence does not hold; 0.05 and 0.15 are hardly different
# In a translation of a told article the sentence at hand has its counterpart there. The same script on the pairs of tests/corpus.
SAME_IN_COPY_MIN = 0.30
# There, too, a sentence that is half as long again as its translation would be says something more, and two names unheard are another actor or
# place.
LONGER_MAX, UNHEARD_IN_COPY_MAX = 0.40, 1
# How many characters a text takes, against English: usual values for news.
_LENGTHS = {"zh": 0.32, "ja": 0.45, "ko": 0.5, "ar": 0.85, "he": 0.8, "tr": 0.98, "ru": 1.05, "fr": 1.15, "es": 1.1, "de": 1.15}
# A sentence so alike, of which only the numbers differ, gives what was told another value.
OTHER_NUMBER_MIN = 0.50
# An article is a translation of another when so many of its sentences, and at least two, have a counterpart there, nearly all of them in
# the same order. On the halves to choose with of tests/corpus/pairs_*: all 40 translations, 19 of 20 with changed facts, none of 60 others.
ALIGNED_COSINE_MIN, ALIGNED_SHARE_MIN, ALIGNED_MEAN_MIN, IN_ORDER_MIN = 0.45, 0.60, 0.50, 0.80
_SMALL = frozenset({2.0})  # "the two sides" are "the sides" elsewhere


@dataclass(frozen=True, slots=True)
class Translated:
    """Say what a told statement of another language makes of one: told, or with another number where `numbers` is filled."""

    against: ToldStatement
    score: float
    evidence: str
    numbers: str = ""  # "12 -> 21"


def translated(subject: ToldStatement, alike: Sequence[tuple[float, ToldStatement]], copied_id: Id = "") -> Translated | None:
    """Return what the most alike told statements make of this one; None: nothing told means it.

    `alike`: (likeness, told), best first. Likeness is the cosine of the embeddings, less for what the statement says besides.
    `copied_id`: the told article that the statement's own article translates.
    """
    changed = None
    for likeness, told in alike:
        if told.language == subject.language or told.topic != subject.topic or opposed_across(subject.text, told.text):
            continue
        mine, theirs = number_values(subject.text, subject.language), number_values(told.text, told.language)
        if mine <= theirs and theirs - mine <= _SMALL:
            if _says_the_same(subject, told, likeness, in_copy=told.article_id == copied_id):
                return Translated(told, likeness, f"means the same as what was told in another language ({told.language})")
        elif mine - theirs and theirs - mine - _SMALL and likeness >= OTHER_NUMBER_MIN and changed is None:
            changed = Translated(told, likeness, "", f"{_written(theirs - mine - _SMALL)} -> {_written(mine - theirs)}")
    return changed


def _says_the_same(subject: ToldStatement, told: ToldStatement, likeness: float, *, in_copy: bool) -> bool:
    unheard_names = unheard_count(subject, told)
    if in_copy and (unheard_names > UNHEARD_IN_COPY_MAX or longer(subject, told) > LONGER_MAX):
        return False
    return likeness - UNHEARD_WEIGHT * unheard_names >= (SAME_IN_COPY_MIN if in_copy else SAME_MIN)


def longer(subject: ToldStatement, told: ToldStatement) -> float:
    """Return by how much (natural logarithm) a statement is longer than a translation of the told one would be."""
    mine, theirs = (max(len(said.text), 1) / _LENGTHS.get(said.language, 1.0) for said in (subject, told))
    return log(mine / theirs)


def translation_score(counterparts: Sequence[tuple[float, int]]) -> float:
    """Return the mean cosine by which the sentences of one text translate another's, or 0 when they do not.

    `counterparts`: for each sentence the cosine and the place of the most alike sentence of the other text.
    """
    if not counterparts:
        return 0.0
    aligned = [place for cosine, place in counterparts if cosine >= ALIGNED_COSINE_MIN]
    mean = fsum(cosine for cosine, _ in counterparts) / len(counterparts)
    in_order = sum(after >= before for before, after in pairwise(aligned))
    if len(aligned) < 2 or len(aligned) < ALIGNED_SHARE_MIN * len(counterparts) or in_order < IN_ORDER_MIN * (len(aligned) - 1):
        return 0.0
    return round(mean, 4) if mean >= ALIGNED_MEAN_MIN else 0.0


def unheard_count(subject: ToldStatement, told: ToldStatement) -> int:
    """Count the names of each sentence that the other does not hold, in whatever script."""
    missing = unheard(told.names, told.language, subject.text, subject.language)
    return len(missing) + len(unheard(subject.names, subject.language, told.text, told.language))


def _written(values: frozenset[float]) -> str:
    return " ".join(f"{value:g}" for value in sorted(values))
