"""Find whether an article is a copy of a told one: exact, near (copied text) or rewrite (one text in other words).

Two measures, each against the candidates that the store retrieved by shared word runs and shared rare terms:

- containment: the share of the article's word 3-grams that stand in the other text, or the other way round (Broder,
  "On the resemblance and containment of documents", 1997). Finds copies, cut and edited ones too.
- alignment: the mean, over the article's sentences, of the idf-weighted share of terms found in the best sentence of the
  other text, times how well the order of the sentences agrees. Finds rewrites, which keep names, numbers and order and change the rest.

A link by itself drops nothing: what an article says is judged sentence by sentence in `novelty`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from tidings.model import Article, DuplicateLink, Fingerprint, Id, Relation
from tidings.stages._story_terms import weighed_terms
from tidings.text.sentences import sentences
from tidings.text.shingles import containment, grams, text_hash
from tidings.text.terms import terms, tokens

# Chosen with benchmarks/tune_copies.py on TIDINGS_DATA/copies (all files there: development data): the least
# score at which 99 % of the pairs called copies are exact, near or rewrite, not same_event or different.
DUPLICATE_SCORE_MIN = 0.365
# Above this share of common 3-word runs the text was copied; below, it was written anew (a rewrite).
NEAR_CONTAINMENT_MIN = 0.50
EXACT_CONTAINMENT_MIN = 0.95

# Two short texts of one kind ("France recognises ...", "Qatar recognises ...") are alike without one being made from the other.
REWRITE_SENTENCES_MIN = 3
GRAMS_MIN = 12  # shorter texts share runs by chance
SENTENCES_ALIGNED_MAX = 60

Idf = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold a told article that may be what another copies, with what comparing needs."""

    article_id: Id
    of_kind: str  # seed | article
    origin: str
    fingerprint: Fingerprint
    sentences: tuple[frozenset[str], ...]  # the terms of each sentence


def sentence_terms(text: str, language: str) -> tuple[frozenset[str], ...]:
    """Return the terms of each sentence of a text."""
    found = (frozenset(terms(text[span.start : span.end], language)) for span in sentences(text, language))
    return tuple(words for words in found if len(words) > 2)[:SENTENCES_ALIGNED_MAX]


def fingerprint(article: Article) -> Fingerprint:
    """Return what finds an article's copies and kin: text hash, word 3-grams, weighted terms."""
    return Fingerprint(
        article_id=article.id,
        text_hash=text_hash(article.text),
        grams=grams(tokens(article.text)),
        terms=weighed_terms(article),
    )


def as_candidate(article: Article, mark: Fingerprint, of_kind: str) -> Candidate:
    """Prepare a told article for comparing."""
    return Candidate(article.id, of_kind, article.origin, mark, sentence_terms(article.text, article.language))


def alignment(article: Sequence[frozenset[str]], other: Sequence[frozenset[str]], idf: Idf) -> float:
    """Return how much of an article's sentences the other's sentences say, in what order: 0 to 1."""
    if not article or not other:
        return 0.0
    total = covered = 0.0
    places: list[int] = []
    weight_of = {word: idf(word) for words in article for word in words}.__getitem__
    for words in article:
        # fsum: a sum over a set must not depend on its order, which differs from process to process
        weight = fsum(map(weight_of, words))
        best, place = max(((fsum(map(weight_of, words & theirs)), -i) for i, theirs in enumerate(other)), default=(0.0, 0))
        total += weight
        covered += best
        if weight and best / weight >= 0.4:
            places.append(-place)
    share = covered / total if total else 0.0
    return share * (0.75 + 0.25 * _order(places))


def _order(places: Sequence[int]) -> float:
    """Return the share of neighbouring aligned sentences that stand in the other text in the same order."""
    if len(places) < 2:
        return 0.5
    steps = [1.0 if later > earlier else 0.5 if later == earlier else 0.0 for earlier, later in pairwise(places)]
    return sum(steps) / len(steps)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Hold how alike two texts are, by each measure."""

    exact: bool
    copied: float  # containment of the shorter in the longer
    aligned: float
    sentence_count: int = REWRITE_SENTENCES_MIN  # of the shorter text

    @property
    def score(self) -> float:
        """Return one number to rank pairs by, 0 to 1."""
        return 1.0 if self.exact else (self.copied + self.aligned) / 2


def likeness(mark: Fingerprint, own: Sequence[frozenset[str]], candidate: Candidate, idf: Idf) -> Likeness:
    """Measure how alike an article and a candidate are."""
    other = candidate.fingerprint
    if mark.text_hash == other.text_hash:
        return Likeness(exact=True, copied=1.0, aligned=1.0)
    if min(len(mark.grams), len(other.grams)) < GRAMS_MIN:
        return Likeness(exact=False, copied=0.0, aligned=0.0)
    forward, backward = containment(mark.grams, other.grams), containment(other.grams, mark.grams)
    copied = max(forward, backward) if min(len(own), len(candidate.sentences)) > 1 else min(forward, backward)
    exact = min(forward, backward) >= EXACT_CONTAINMENT_MIN and _numbers(own) == _numbers(candidate.sentences)
    fewer = min(len(own), len(candidate.sentences))
    return Likeness(exact=exact, copied=copied, aligned=alignment(own, candidate.sentences, idf), sentence_count=fewer)


def copy_score(article: Article, mark: Fingerprint, candidate: Candidate, idf: Idf) -> float:
    """Return the number by which an article's likeness to a told one is ranked, 0 to 1."""
    return likeness(mark, sentence_terms(article.text, article.language), candidate, idf).score


def _numbers(said: Sequence[frozenset[str]]) -> frozenset[str]:
    return frozenset(term for words in said for term in words if term[0].isdigit())


def relation(measured: Likeness) -> Relation | None:
    """Name the relation that a likeness stands for, or none."""
    if measured.exact:
        return Relation.EXACT
    if measured.score < DUPLICATE_SCORE_MIN:
        return None
    if measured.copied >= NEAR_CONTAINMENT_MIN:
        return Relation.NEAR
    return Relation.REWRITE if measured.sentence_count >= REWRITE_SENTENCES_MIN else None


def find_duplicate(article: Article, mark: Fingerprint, candidates: Sequence[Candidate], idf: Idf) -> DuplicateLink | None:
    """Link an article with the told one it copies most closely, or return None."""
    own = sentence_terms(article.text, article.language)
    best: tuple[float, str, Candidate, Likeness] | None = None
    for candidate in candidates:
        if candidate.article_id == article.id:
            continue
        measured = likeness(mark, own, candidate, idf)
        if relation(measured) is None:
            continue
        # Of equals the smaller id, so that the order of candidates changes nothing.
        key = (measured.score, candidate.article_id)
        if best is None or key[0] > best[0] or (key[0] == best[0] and key[1] < best[1]):
            best = (*key, candidate, measured)
    if best is None:
        return None
    candidate, measured = best[2], best[3]
    kind = relation(measured)
    assert kind is not None
    return DuplicateLink(
        article_id=article.id,
        of_id=candidate.article_id,
        of_kind=candidate.of_kind,
        relation=kind,
        score=round(measured.score, 4),
        evidence=f"shared 3-word runs {measured.copied:.2f}, aligned sentences {measured.aligned:.2f}",
    )
