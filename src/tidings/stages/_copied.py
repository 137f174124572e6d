"""Judge the statements of an article that is a duplicate: what is told there in whatever words, and which facts differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic

from tidings.model import DuplicateLink, Kind, Relation
from tidings.stages._facts import Differ, Idf, Sentence, changed_figure, changed_numbers, new_name, opposite
from tidings.text.opposites import quantified

# benchmarks/tune_novelty.py: what an independent article's sentence needs. Here for a sentence whose nearest told one stands elsewhere.
TOLD_COVERAGE_MIN = 0.62
# In a copy of a told article the sentence at hand has a counterpart there, whatever the words.
TOLD_IN_COPY_MIN = 0.35
OPPOSITE_MIN = 0.50
COMPARABLE_MIN = 0.45


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Sentence]):
    """Hold what was found of one statement of a duplicate; `kind` None means told."""

    kind: Kind | None
    reason: str
    against: Sentence | None = None
    score: float = 0.0
    evidence: str = ""


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
    score, best = nearest[0]
    copied = best.article_id == duplicate.of_id
    covered = score >= (TOLD_IN_COPY_MIN if copied else TOLD_COVERAGE_MIN)
    comparable = [near for share, near in nearest if share >= (COMPARABLE_MIN if covered or correction else TOLD_COVERAGE_MIN)]
    if changed := changed_figure(subject, comparable, differ):
        other, pair = changed
        kind = Kind.CORRECTION if correction else Kind.CHANGED_FIGURE
        return Verdict(kind, "figure", other, score, f"{pair[1].words} -> {pair[0].words} ({pair[0].measure})")
    told = [near for _, near in nearest]
    if score >= OPPOSITE_MIN and (found := opposite(subject, told, idf)):
        return Verdict(Kind.CORRECTION if correction else Kind.REVERSAL, "opposite", best, score, found)
    if not covered:
        return Verdict(Kind.NEW_STATEMENT, "not_covered", best, score, _missing(subject, best, idf))
    near = [other for share, other in nearest if share >= score - 0.1]
    if found := changed_numbers(subject, near):
        return Verdict(Kind.CORRECTION if correction else Kind.CHANGED_FIGURE, "figure", best, score, found)
    if found := quantified(subject.text, best.text):
        return Verdict(Kind.NEW_STATEMENT, "quantifier", best, score, found)
    if duplicate.relation is Relation.REWRITE and copied:  # a rewrite renames bodies and offices by itself
        return Verdict(None, "covered", best, score)
    if found := new_name(subject, told if copied else near):
        return Verdict(Kind.NEW_STATEMENT, "name", best, score, f"names {found}")
    return Verdict(None, "covered", best, score)


def _missing(subject: Sentence, best: Sentence, idf: Idf) -> str:
    words = sorted(subject.terms - best.terms, key=lambda word: (-idf(word), word))[:6]
    return "not told: " + " ".join(words)
