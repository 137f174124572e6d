"""Judge the statements of an article that is a duplicate: what is told there in whatever words, and which facts differ.

Each sentence is aligned with the told ones of its story that cover it together: a copy may put two sentences into one. In copied text
(exact, near) every word stands where it stood: a name, a number or a word in place of another is another fact. A rewrite has other
words throughout, renames bodies and adds sentences that say nothing: there a fact differs when a name or number stands nowhere in what was told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from tidings.model import DuplicateLink, Kind, Relation
from tidings.stages._fact_words import BODIES, DAYS, TITLES
from tidings.stages._facts import (
    Differ,
    Idf,
    Sentence,
    aligned,
    changed_figure,
    numbers,
    opposite,
    other_bound,
    other_names,
    other_numbers,
    own_facts,
    replaced,
    same_day,
)
from tidings.text.opposites import quantified

# Share of a sentence's terms, by weight, that told ones hold together. In copied text, what is not copied was added by somebody. The bound of
# the time when coverage alone told old from new (benchmarks/tune_novelty.py); not moved since.
TOLD_COVERAGE_MIN = 0.62
# In a rewrite the sentence at hand has a counterpart in the original, whatever the words: so far covered, it is told unless it has a name,
# a number or a happening of its own; below, it says nothing or something else.
TOLD_IN_COPY_MIN = 0.35
# From here on a happening in other words is the same happening. Chosen on TIDINGS_DATA/copies (all files: development data): at 0.65 and
# 0.75 something is reported of 95.0 and 96.6 % of the changed copies, and 18.5 and 19.4 % of the sentences of rewrites.
SAME_HAPPENING_MIN = 0.70
OPPOSITE_MIN = 0.50
COMPARABLE_MIN = 0.45
SAME_WORDS_MIN = 0.75  # in a rewrite, a negation counts only between sentences so alike
NO_FACT_LANGUAGES = frozenset({"en"})  # whose happenings `_facts` knows


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Sentence]):
    """Hold what was found of one statement of a duplicate; `kind` None means told."""

    kind: Kind | None
    reason: str
    against: Sentence | None = None
    score: float = 0.0
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class _Case(Generic[Sentence]):
    """Hold one statement of a duplicate with what is told near it."""

    subject: Sentence
    nearest: Sequence[tuple[float, Sentence]]  # best first, each with the share of terms it covers
    told: Sequence[Sentence]  # of these, those of the story or article that was copied, else all
    together: Sequence[Sentence]  # of these, the few that cover the statement together
    score: float  # the share they cover
    duplicate: DuplicateLink
    idf: Idf
    differ: Differ
    correction: bool

    def differs(self, kind: Kind, reason: str, evidence: str, against: Sentence | None = None) -> Verdict[Sentence]:
        """Give the verdict that a fact differs."""
        return Verdict(Kind.CORRECTION if self.correction else kind, reason, against or self.together[0], self.score, evidence)


def judge(
    subject: Sentence,
    nearest: Sequence[tuple[float, Sentence]],
    duplicate: DuplicateLink,
    idf: Idf,
    differ: Differ,
    *,
    correction: bool = False,
) -> Verdict[Sentence]:
    """Judge one statement of a duplicate against the nearest told ones, best first, each with the share of terms it covers."""
    if not nearest:
        return Verdict(Kind.NEW_STATEMENT, "nothing_near")
    near = [other for _, other in nearest]
    # What a copied copy said stands in the story of both, under the article that said it first.
    told = [other for other in near if duplicate.of_id == other.article_id or other.story_id == subject.story_id] or near
    together, score = aligned(subject, told, idf)
    case = _Case(subject, nearest, told, together or told[:1], score, duplicate, idf, differ, correction)
    return _judge_rewritten(case) if duplicate.relation is Relation.REWRITE else _judge_copied(case)


def _judge_copied(case: _Case[Sentence]) -> Verdict[Sentence]:
    """Judge a sentence of copied text."""
    subject, together = case.subject, case.together
    if found := _figure(case, COMPARABLE_MIN if case.score >= TOLD_COVERAGE_MIN or case.correction else TOLD_COVERAGE_MIN):
        return found
    if case.score >= OPPOSITE_MIN and (contrary := opposite(subject, together, case.idf)):
        return case.differs(Kind.REVERSAL, "opposite", contrary)
    if case.score < TOLD_COVERAGE_MIN:
        return _not_covered(case)
    if found := _number(case, together):
        return found
    if quantity := quantified(subject.text, together[0].text):
        return case.differs(Kind.NEW_STATEMENT, "quantifier", quantity)
    if other := other_names(subject, together, days=_days(case)):
        return case.differs(Kind.NEW_STATEMENT, "name", f"names {' '.join(other[:3])}")
    if words := replaced(subject, together):
        return case.differs(Kind.NEW_STATEMENT, "word", words)
    return Verdict(None, "covered", together[0], case.score)


def _judge_rewritten(case: _Case[Sentence]) -> Verdict[Sentence]:
    """Judge a sentence of a rewrite: its facts against all that is near, as rewriting moves them between sentences."""
    subject, told = case.subject, case.told
    if (case.score >= TOLD_IN_COPY_MIN or case.correction) and (found := _number(case, told)):
        return found
    if case.score >= OPPOSITE_MIN and (contrary := opposite(subject, case.together, case.idf)) and _reverses(case, contrary):
        return case.differs(Kind.REVERSAL, "opposite", contrary)
    if case.score >= TOLD_IN_COPY_MIN and (other := other_names(subject, told, TITLES | BODIES, _days(case))):
        return case.differs(Kind.NEW_STATEMENT, "name", f"names {' '.join(other[:3])}")
    own = own_facts(subject, told)
    if case.score >= (TOLD_IN_COPY_MIN if not own else SAME_HAPPENING_MIN):
        return Verdict(None, "covered", case.together[0], case.score)
    if own or subject.language not in NO_FACT_LANGUAGES:
        return _not_covered(case)
    return Verdict(None, "no_fact", case.together[0], case.score, "no name, number or happening of its own")


def _days(case: _Case[Sentence]) -> frozenset[str]:
    """Return the words for days that count as names: none where both speak of the same day."""
    return frozenset() if same_day(case.subject, case.together) else DAYS


def _figure(case: _Case[Sentence], least: float) -> Verdict[Sentence] | None:
    comparable = [near for near in case.nearest if near[0] >= least]
    changed = changed_figure(case.subject, comparable, case.differ)
    if changed is None:
        return None
    other, pair = changed
    return case.differs(Kind.CHANGED_FIGURE, "figure", f"{pair[1].words} -> {pair[0].words} ({pair[0].measure})", other)


def _number(case: _Case[Sentence], known: Sequence[Sentence]) -> Verdict[Sentence] | None:
    """Return the verdict on a number that none of the known sentences holds, or that turns from at most into at least."""
    mine = other_numbers(case.subject, known)
    if not mine:
        bound = other_bound(case.subject, case.together)
        return case.differs(Kind.CHANGED_FIGURE, "figure", bound) if bound else None
    theirs = sorted(numbers(case.together[0]) - numbers(case.subject))
    return case.differs(Kind.CHANGED_FIGURE, "figure", f"{' '.join(theirs[:3])} -> {' '.join(mine[:3])}")


def _reverses(case: _Case[Sentence], contrary: str) -> bool:
    """Tell whether a rewrite contradicts its original, and does not only put a denial in other words."""
    before, _, after = contrary.partition("->")
    best = case.together[0]
    alike = len(case.subject.terms & best.terms) / max(len(case.subject.terms), len(best.terms))
    one_sided = not before.strip() or not after.strip() or "not " in contrary
    return alike >= (SAME_WORDS_MIN if one_sided else OPPOSITE_MIN)


def _not_covered(case: _Case[Sentence]) -> Verdict[Sentence]:
    best = case.together[0]
    words = sorted(case.subject.terms - best.terms, key=lambda word: (-case.idf(word), word))[:6]
    return Verdict(Kind.NEW_STATEMENT, "not_covered", best, case.score, "not told: " + " ".join(words))
