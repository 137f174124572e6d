"""Find whether an article is a copy of a told one: exact, near (copied text) or rewrite (one text in other words).

What was copied or rewritten keeps its words and facts in their order: so the two texts are aligned, and what is counted is how many
terms stand in the same order (longest common subsequence, bit-parallel: Hyyro, "Bit-parallel LCS-length computation revisited", 2004),
how many neighbouring terms stay neighbours, in what order the sentences find their counterparts, and how many names and numbers of one
text are missing in the other. Another reporter at the same event chooses other facts, other names and another order. One text is sought
in the other, both ways: a copy may be cut or made longer. A logistic score weighs the counts; it needs no frequencies, so it is the same
whatever else is in the store.

Beside it, containment of word 3-grams (Broder, "On the resemblance and containment of documents", 1997) tells copied text from text
written anew. A link by itself drops nothing: what an article says is judged sentence by sentence in `novelty`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import exp, fsum, log

from tidings.model import Article, DuplicateLink, Fingerprint, Id, Relation
from tidings.stages._story_terms import weighed_terms
from tidings.stages.bounds import DUPLICATE_SCORE_MIN
from tidings.text.sentences import sentences
from tidings.text.shingles import containment, grams, text_hash
from tidings.text.terms import names, terms, tokens

# Above this share of common 3-word runs the text was copied; below, it was written anew (a rewrite).
NEAR_CONTAINMENT_MIN = 0.50
EXACT_CONTAINMENT_MIN = 0.95

# Fitted by the same script: what each count weighs in favour of a copy.
INTERCEPT = -9.55
WEIGHTS = {
    "ordered": 2.27,  # log-odds of a term standing in the same order
    "adjacent": 0.86,  # log-odds of neighbouring terms being neighbours
    "sentences_in_order": 1.72,  # share of pairs of aligned sentences in the same order
    "names_missing": -2.3,  # log of one plus the count
    "numbers_missing": -2.16,
    "length": 3.49,  # log of the count of terms: the longer, the more may be missing
    "reverse": -3.68,  # the told text is sought in the article: a copy is rarely the longer one
}

LOG_ODDS_MIN, LOG_ODDS_MAX = -30.0, 30.0
GRAMS_MIN = 12  # shorter texts share runs by chance
SENTENCES_ALIGNED_MAX = 60
ALIGNED_MIN = 0.3  # share of a sentence's terms that its counterpart holds at least
TERMS_ALIGNED_MAX = 600  # of each text, from its beginning: more are not put in order
TERMS_MAX = 3_000
ALIGNED_KEPT_MAX = 400  # texts kept ready: what was just decided is what the next ones are compared with
SHORT_SENTENCES = 3  # in shorter texts the first word of a sentence may be a name, too: "France recognises ..."
# In texts with hardly a name (scripts without capital letters, plain prose) missing terms stand for missing names:
# one in ten (one in six is a name in English news). Without this a long text would seem to lack nothing.
NAME_SHARE_MIN = 0.03
NAME_SHARE_MISSING = 0.10
ORDERED_SHARE_MIN = 0.15  # no copy in the sets has a smaller share of its terms in order; what has is outside of what was fitted
LENGTH_MAX = 200  # terms: what may be missing grows no further


@dataclass(frozen=True, slots=True)
class Aligned:
    """Hold a text ready for being aligned with another."""

    order: tuple[str, ...]  # its terms as they stand
    kept: frozenset[str]  # the same, in no order
    terms: frozenset[str]  # and those further on
    adjacent: frozenset[str]  # neighbouring terms, as "one other"
    names: frozenset[str]
    numbers: frozenset[str]
    sentences: tuple[frozenset[str], ...]  # the terms of each


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold a told article that may be what another copies, with what comparing needs."""

    article_id: Id
    of_kind: str  # seed | article
    origin: str
    fingerprint: Fingerprint
    text: Aligned


def words_of_sentences(text: str, language: str) -> frozenset[str]:
    """Return the folded words of each sentence of a text: what says one of them says it word for word."""
    return frozenset(words_of(text[span.start : span.end]) for span in sentences(text, language))


def words_of(sentence: str) -> str:
    """Return the folded words of a sentence, in order."""
    return " ".join(tokens(sentence))


@lru_cache(maxsize=ALIGNED_KEPT_MAX)
def aligned_text(text: str, language: str) -> Aligned:
    """Prepare a text for being aligned: its first TERMS_MAX terms, of which the first TERMS_ALIGNED_MAX keep their order."""
    order: list[str] = []
    found_names: set[str] = set()
    found: list[frozenset[str]] = []
    spans = sentences(text, language)
    for span in spans:
        sentence = text[span.start : span.end]
        words = terms(sentence, language)
        if len(order) < TERMS_ALIGNED_MAX:
            found_names |= names(sentence, language)
            if len(spans) < SHORT_SENTENCES and sentence[:1].isupper():
                found_names |= frozenset(words[:1]) & frozenset(terms(sentence.split(maxsplit=1)[0], language))
        order += words
        if len(found) < SENTENCES_ALIGNED_MAX and len(distinct := frozenset(words)) > 2:
            found.append(distinct)
        if len(order) >= TERMS_MAX:
            break
    order_kept = order[:TERMS_ALIGNED_MAX]
    kept = frozenset(order_kept)
    return Aligned(
        order=tuple(order_kept),
        kept=kept,
        terms=frozenset(order[:TERMS_MAX]) if len(order) > TERMS_ALIGNED_MAX else kept,
        adjacent=frozenset(map(" ".join, pairwise(order_kept))),
        names=frozenset(found_names) & frozenset(order),
        numbers=frozenset(term for term in kept if term[0].isdigit()),
        sentences=tuple(found),
    )


def fingerprint(article: Article) -> Fingerprint:
    """Return what finds an article's copies and kin: text hash, word 3-grams, weighted terms."""
    words = tokens(article.text)
    return Fingerprint(
        article_id=article.id,
        text_hash=text_hash(article.text),
        grams=grams(words),
        terms=weighed_terms(article, words),
    )


def as_candidate(article: Article, mark: Fingerprint, of_kind: str) -> Candidate:
    """Prepare a told article for comparing."""
    return Candidate(article.id, of_kind, article.origin, mark, aligned_text(article.text, article.language))


@dataclass(frozen=True, slots=True)
class Alignment:
    """Hold how one text stands in another: the counts that are weighed."""

    term_count: int
    ordered: int  # of the terms, those that stand in the same order
    adjacent_count: int  # pairs of neighbouring terms
    adjacent: int  # of these, those that are neighbours in the other text
    name_count: int
    names_missing: int
    number_count: int
    numbers_missing: int
    sentence_count: int
    sentences_aligned: int
    in_order: float  # share of pairs of aligned sentences; one half when there is no pair
    reverse: bool

    @property
    def features(self) -> tuple[float, ...]:
        """Return what WEIGHTS weighs, in their order."""
        return (
            log((self.ordered + 0.5) / (self.term_count - self.ordered + 0.5)),
            log((self.adjacent + 0.5) / (self.adjacent_count - self.adjacent + 0.5)),
            self.in_order,
            log(1 + self.names_missing),
            log(1 + self.numbers_missing),
            log(1 + min(self.term_count, LENGTH_MAX)),
            float(self.reverse),
        )

    @property
    def log_odds(self) -> float:
        """Return the log-odds that the one text was made from the other."""
        if self.ordered < ORDERED_SHARE_MIN * self.term_count:
            return LOG_ODDS_MIN
        return INTERCEPT + fsum(weight * value for weight, value in zip(WEIGHTS.values(), self.features, strict=True))

    def __str__(self) -> str:
        """Describe it for people."""
        return (
            f"{self.sentences_aligned} of {self.sentence_count} sentences aligned, {self.in_order:.2f} in order; "
            f"{self.ordered} of {self.term_count} terms in order, names {max(0, self.name_count - self.names_missing)} of {self.name_count}, "
            f"numbers {self.number_count - self.numbers_missing} of {self.number_count}"
        )


def align(one: Aligned, other: Aligned, *, reverse: bool = False, least: float = float("-inf")) -> Alignment | None:
    """Align a text with another in which it is sought; None, early, when its score cannot reach `least` log-odds."""
    if not one.order or not other.order:
        return None
    absent = len(one.kept) - len(one.kept & other.terms)
    if len(one.order) - absent < ORDERED_SHARE_MIN * len(one.order) and least > LOG_ODDS_MIN:
        return None
    unnamed = max(0.0, 1.0 - len(one.names) / (NAME_SHARE_MIN * len(one.kept)))
    names_missing = len(one.names - other.terms) + round(unnamed * NAME_SHARE_MISSING * absent)
    hoped = Alignment(
        term_count=len(one.order),
        ordered=len(one.order) - absent,  # at most
        adjacent_count=len(one.adjacent),
        adjacent=len(one.adjacent & other.adjacent),
        name_count=len(one.names),
        names_missing=names_missing,
        number_count=len(one.numbers),
        numbers_missing=len(one.numbers - other.terms),
        sentence_count=len(one.sentences),
        sentences_aligned=0,
        in_order=1.0,
        reverse=reverse,
    )
    if hoped.log_odds < least:
        return None
    places = _places(one.sentences, other.sentences)
    return replace(hoped, ordered=_common_subsequence(one.order, other.order), sentences_aligned=len(places), in_order=_in_order(places))


def _common_subsequence(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many terms of two texts stand in the same order in both."""
    places: dict[str, int] = {}
    for place, term in enumerate(one):
        places[term] = places.get(term, 0) | 1 << place
    every = (1 << len(one)) - 1
    left = every
    for term in other:
        if term in places:
            matched = left & places[term]
            left = ((left + matched) | (left - matched)) & every
    return len(one) - left.bit_count()


def _places(one: Sequence[frozenset[str]], other: Sequence[frozenset[str]]) -> list[int]:
    """Return, for each sentence that has a counterpart in the other text, where that stands (the first of equals)."""
    found = []
    for words in one:
        shared, place = max(((len(words & theirs), -place) for place, theirs in enumerate(other)), default=(0, 0))
        if shared >= ALIGNED_MIN * len(words):
            found.append(-place)
    return found


def _in_order(places: Sequence[int]) -> float:
    """Return the share of pairs of places that ascend, equal ones half; one half when there is no pair."""
    if len(places) < 2:
        return 0.5
    steps = [
        1.0 if later > earlier else 0.5 if later == earlier else 0.0 for at, earlier in enumerate(places) for later in places[at + 1 :]
    ]
    return sum(steps) / len(steps)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Hold how alike two texts are: the share of copied word runs, and the better alignment of one in the other."""

    exact: bool
    copied: float  # share of 3-word runs of one text in the other, the larger one
    log_odds: float  # of being a copy
    alignment: Alignment | None = None

    @property
    def score(self) -> float:
        """Return one number to rank pairs by, 0 to 1."""
        return 1.0 if self.exact else 1 / (1 + exp(-min(max(self.log_odds, LOG_ODDS_MIN), LOG_ODDS_MAX)))


def likeness(mark: Fingerprint, own: Aligned, candidate: Candidate, least: float = float("-inf")) -> Likeness:
    """Measure how alike an article and a candidate are; no closer than needed to see that the log-odds stay under `least`."""
    other = candidate.fingerprint
    if mark.text_hash == other.text_hash:
        return Likeness(exact=True, copied=1.0, log_odds=LOG_ODDS_MAX)
    if min(len(mark.grams), len(other.grams)) < GRAMS_MIN:
        return Likeness(exact=False, copied=0.0, log_odds=LOG_ODDS_MIN)
    ways = (align(own, candidate.text, least=least), align(candidate.text, own, reverse=True, least=least))
    best = max((way for way in ways if way), key=lambda way: way.log_odds, default=None)
    if best is None:
        return Likeness(exact=False, copied=0.0, log_odds=LOG_ODDS_MIN)
    forward, backward = containment(mark.grams, other.grams), containment(other.grams, mark.grams)
    if min(forward, backward) >= EXACT_CONTAINMENT_MIN and own.numbers == candidate.text.numbers:
        return Likeness(exact=True, copied=1.0, log_odds=LOG_ODDS_MAX)
    return Likeness(exact=False, copied=max(forward, backward), log_odds=best.log_odds, alignment=best)


def copy_score(article: Article, mark: Fingerprint, candidate: Candidate) -> float:
    """Return the number by which an article's likeness to a told one is ranked, 0 to 1."""
    return likeness(mark, aligned_text(article.text, article.language), candidate).score


def relation(measured: Likeness) -> Relation | None:
    """Name the relation that a likeness stands for, or none."""
    if measured.exact:
        return Relation.EXACT
    if measured.score < DUPLICATE_SCORE_MIN:
        return None
    return Relation.NEAR if measured.copied >= NEAR_CONTAINMENT_MIN else Relation.REWRITE


def find_duplicate(article: Article, mark: Fingerprint, candidates: Sequence[Candidate]) -> DuplicateLink | None:
    """Link an article with the told one it copies most closely, or return None."""
    if not candidates:
        return None
    own = aligned_text(article.text, article.language)
    least = log(DUPLICATE_SCORE_MIN / (1 - DUPLICATE_SCORE_MIN)) - 1e-6
    best: tuple[float, str, Candidate, Likeness] | None = None
    for candidate in candidates:
        if candidate.article_id == article.id:
            continue
        measured = likeness(mark, own, candidate, least)
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
        evidence="; ".join(filter(None, (f"shared 3-word runs {measured.copied:.2f}", str(measured.alignment or "")))),
    )
