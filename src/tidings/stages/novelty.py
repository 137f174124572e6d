"""Decide, sentence by sentence, what is new against everything told, and in what way.

A statement is told when one told statement of its topic covers it: the idf-weighted share of its terms found there (best
told sentence). On public daily updates written three times this tells a retold update from a new one with ROC AUC 0.95 to 0.97.
Covered is not enough: one number, one opposite, one "all" instead of "most", one other name can be the news.
So a covered statement is compared with the nearest told ones fact by fact, and what differs is reported with what it replaces.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from math import fsum

from tidings.ids import development_id
from tidings.model import Article, Decision, Development, DuplicateLink, Figure, Id, Kind, Novelty, Statement
from tidings.stages import _copied
from tidings.text.opposites import opposed, quantified
from tidings.text.terms import names, terms

# benchmarks/tune_novelty.py on TIDINGS_DATA/novelty/background_* (development data): here 2.3 % of new updates are lost and 29 % of
# retold ones come again; at 0.50 it is 4.9 % and 17 %. Nothing lost is the first promise, so the dear error decides.
TOLD_COVERAGE_MIN = 0.62
# A sentence so near to a told one that says the opposite is its reversal.
OPPOSITE_MIN = 0.50
# An article whose sentences are covered by told ones so far on average, from one text or from several, confirms nothing: it is no
# origin of its story. In the sample week own reports are at 0.50 at most, copies and the mash-up at 0.63 at least. (Also in views.sql.)
OWN_WORDS_MAX = 0.60
# From here on a told statement speaks of the same thing closely enough for its figures to be compared.
COMPARABLE_MIN = 0.45
NEAREST_MAX = 12  # told statements looked at, best first
NEW_NAME_IDF_SHARE = 0.12  # a name that no near statement holds, of this weight in the sentence, is another actor or place
DIFFERENCES = frozenset({"figure", "opposite", "quantifier", "name"})  # reasons that set a sentence apart from one it nearly repeats
TERMS_MIN = 2  # sentences with fewer terms say nothing that can be compared; "Saraqib has fallen" has two

Idf = Callable[[str], float]
Differ = Callable[[Sequence[Figure], Sequence[Figure]], tuple[Figure, Figure] | None]


@dataclass(frozen=True, slots=True)
class ToldStatement:
    """Hold what was told, with what comparing needs."""

    id: Id
    topic: str
    article_id: Id
    story_id: Id
    text: str
    terms: frozenset[str]
    names: frozenset[str]
    figures: tuple[Figure, ...]
    development_id: Id = ""  # empty: told by a seed or recorded as known


def as_told(statement: Statement, language: str, story_id: Id, development: Id = "") -> ToldStatement:
    """Prepare a statement for being compared with."""
    return ToldStatement(
        id=statement.id,
        topic=statement.topic,
        article_id=statement.article_id,
        story_id=story_id,
        text=statement.text,
        terms=frozenset(terms(statement.text, language)),
        names=names(statement.text, language),
        figures=statement.figures,
        development_id=development,
    )


@dataclass(slots=True)
class Told:
    """Hold what was told in the topics at hand, by term: grows as articles are decided, in order."""

    by_term: dict[tuple[str, str], list[ToldStatement]] = field(default_factory=dict)
    ids: set[tuple[str, Id]] = field(default_factory=set)

    def add(self, statement: ToldStatement) -> None:
        """Count a statement as told from now on."""
        if (statement.topic, statement.id) in self.ids:
            return
        self.ids.add((statement.topic, statement.id))
        for term in statement.terms:
            self.by_term.setdefault((statement.topic, term), []).append(statement)

    def nearest(self, topic: str, words: frozenset[str], idf: Idf) -> list[tuple[float, ToldStatement]]:
        """Return the told statements that cover the words best, best first; ties by id."""
        weight = fsum(map(idf, words))
        if not weight:
            return []
        shared: dict[Id, float] = {}
        found: dict[Id, ToldStatement] = {}
        for word in sorted(words):
            worth = idf(word)
            for told in self.by_term.get((topic, word), ()):
                shared[told.id] = shared.get(told.id, 0.0) + worth
                found[told.id] = told
        if len(shared) > NEAREST_MAX:  # a common term leads to thousands: sort only those that can be among the first
            least = nlargest(NEAREST_MAX, shared.values())[-1] - 1e-8
            shared = {key: value for key, value in shared.items() if value >= least}
        best = sorted(shared, key=lambda key: (-round(shared[key], 9), key))[:NEAREST_MAX]
        return [(shared[key] / weight, found[key]) for key in best]


@dataclass(frozen=True, slots=True)
class Found:
    """Hold what an article newly says, and the decision on each of its statements."""

    decisions: tuple[Decision, ...]
    developments: tuple[Development, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what is known of an article when its statements are judged."""

    article: Article
    story_id: Id
    story_is_new: bool
    seeded: bool  # a seed opened the story
    duplicate: DuplicateLink | None
    cold_topics: frozenset[str]  # topics in which everything is recorded as known


def find(statements: Sequence[Statement], told: Told, context: Context, idf: Idf, differ: Differ) -> Found:
    """Judge the statements in order of the text; what one says counts as told for the next.

    `differ` finds the first pair of comparable figures with other values (stages.figures).
    """
    decisions: list[Decision] = []
    developments: list[Development] = []
    opened: set[str] = set()
    for statement in sorted(statements, key=lambda one: (one.start, one.topic)):
        subject = as_told(statement, context.article.language, context.story_id)
        judged = _judge(subject, told, context, idf, differ)
        if judged.kind is None:
            decisions.append(judged.decision(Novelty.TOLD))
            continue
        if statement.topic in context.cold_topics:
            decisions.append(judged.decision(Novelty.KNOWN))
            told.add(subject)
            continue
        development = _development(judged, context, first=statement.topic not in opened)
        opened.add(statement.topic)
        decisions.append(judged.decision(Novelty.DEVELOPMENT))
        developments.append(development)
        told.add(as_told(statement, context.article.language, context.story_id, development.id))
    return Found(tuple(decisions), tuple(developments))


@dataclass(frozen=True, slots=True)
class _Judged:
    """Hold the verdict on one statement; `kind` None means told."""

    subject: ToldStatement
    kind: Kind | None
    reason: str
    against: ToldStatement | None = None
    score: float = 0.0
    evidence: str = ""

    def decision(self, novelty: Novelty) -> Decision:
        return Decision(
            statement_id=self.subject.id,
            topic=self.subject.topic,
            novelty=novelty,
            reason=self.reason,
            against_id=self.against.id if self.against else "",
            score=round(self.score, 4),
            evidence=self.evidence,
        )


def _judge(subject: ToldStatement, told: Told, context: Context, idf: Idf, differ: Differ) -> _Judged:
    if len(subject.terms) < TERMS_MIN:
        return _Judged(subject, None, "too_short")
    nearest = [pair for pair in told.nearest(subject.topic, subject.terms, idf) if pair[1].id != subject.id]
    if not nearest:
        return _Judged(subject, Kind.NEW_STATEMENT, "nothing_near")
    if context.duplicate is not None:
        return _judge_copied(subject, nearest, context.duplicate, context, idf, differ)
    score, best = nearest[0]
    covered = score >= TOLD_COVERAGE_MIN
    # A figure that any near statement states already is not changed, whatever the others say.
    comparable = [
        pair[1] for pair in nearest if pair[0] >= (COMPARABLE_MIN if covered or context.article.correction else TOLD_COVERAGE_MIN)
    ]
    changed = _changed_figure(subject, comparable, differ)
    if changed:
        other, pair = changed
        kind = Kind.CORRECTION if context.article.correction else Kind.CHANGED_FIGURE
        return _Judged(subject, kind, "figure", other, score, f"{pair[1].words} -> {pair[0].words} ({pair[0].measure})")
    reversed_by = _opposite(subject, nearest, idf)
    if reversed_by:
        return _Judged(subject, Kind.CORRECTION if context.article.correction else Kind.REVERSAL, "opposite", best, score, reversed_by)
    if not covered:
        return _Judged(subject, Kind.NEW_STATEMENT, "not_covered", best, score, _missing(subject, best, idf))
    near = [pair[1] for pair in nearest if pair[0] >= score - 0.1]
    numbers = _changed_numbers(subject, near)
    if numbers:
        return _Judged(subject, Kind.CORRECTION if context.article.correction else Kind.CHANGED_FIGURE, "figure", best, score, numbers)
    quantifier = quantified(subject.text, best.text)
    if quantifier:
        return _Judged(subject, Kind.NEW_STATEMENT, "quantifier", best, score, quantifier)
    name = _new_name(subject, near, NEW_NAME_IDF_SHARE, idf)
    if name:
        return _Judged(subject, Kind.NEW_STATEMENT, "name", best, score, f"names {name}")
    return _Judged(subject, None, "covered", best, score)


def _judge_copied(
    subject: ToldStatement,
    nearest: Sequence[tuple[float, ToldStatement]],
    duplicate: DuplicateLink,
    context: Context,
    idf: Idf,
    differ: Differ,
) -> _Judged:
    verdict = _copied.judge(subject, nearest, duplicate, idf, differ, correction=context.article.correction)
    return _Judged(subject, verdict.kind, verdict.reason, verdict.against, verdict.score, verdict.evidence)


def _opposite(subject: ToldStatement, nearest: Sequence[tuple[float, ToldStatement]], idf: Idf) -> str:
    """Return how a sentence contradicts the nearest told one, unless another as near says the same as it."""
    score, best = nearest[0]
    if score < OPPOSITE_MIN:
        return ""
    found = opposed(subject.text, best.text)
    if found and any(_as_close(subject, other, best, idf) and not opposed(subject.text, other.text) for _, other in nearest[1:]):
        return ""
    return found


def _changed_numbers(subject: ToldStatement, near: Sequence[ToldStatement]) -> str:
    """Return the number that a covered sentence puts where the told one has another, whatever it counts, in any language."""
    best = near[0]
    mine = _numbers(subject) - _numbers(best) - _stated_numbers(subject, best)
    theirs = _numbers(best) - _numbers(subject) - _stated_numbers(best, subject)
    told = {number for other in near for number in _numbers(other)}
    if not mine or not theirs or mine <= told:
        return ""
    return f"{' '.join(sorted(theirs))} -> {' '.join(sorted(mine - told))}"


def _numbers(statement: ToldStatement) -> frozenset[str]:
    return frozenset(term for term in statement.terms if term[0].isdigit())


def _stated_numbers(one: ToldStatement, other: ToldStatement) -> frozenset[str]:
    """Return the numbers of the figures that the other states too, in whatever words: 41 and forty-one."""
    values = {(figure.measure, figure.value_low) for figure in other.figures if figure.value_low is not None}
    return frozenset(term for figure in one.figures if (figure.measure, figure.value_low) in values for term in terms(figure.words))


def _as_close(subject: ToldStatement, other: ToldStatement, best: ToldStatement, idf: Idf) -> bool:
    """Tell whether another told statement shares nearly as much as the best one does."""
    return fsum(map(idf, subject.terms & other.terms)) >= 0.95 * fsum(map(idf, subject.terms & best.terms))


def _changed_figure(
    subject: ToldStatement, comparable: Sequence[ToldStatement], differ: Differ
) -> tuple[ToldStatement, tuple[Figure, Figure]] | None:
    if not subject.figures or not comparable:
        return None
    found = None
    for other in comparable:
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
    """Tell whether all the figures that have a value are among the told ones."""
    values = {(figure.measure, figure.value_low) for figure in told}
    return all((figure.measure, figure.value_low) in values for figure in figures if figure.value_low is not None)


def _new_name(subject: ToldStatement, near: Iterable[ToldStatement], share_min: float, idf: Idf) -> str:
    """Return a name of some weight that none of the near statements holds in any form. In a copy any other name counts."""
    known: set[str] = set()
    for other in near:
        known |= other.terms
    weight = fsum(map(idf, subject.terms))
    for name in sorted(subject.names - known):
        if idf(name) >= share_min * weight and not any(_spelled_alike(name, other) for other in known):
            return name
    return ""


def _spelled_alike(one: str, other: str) -> bool:
    """Tell whether two names differ only in vowels or in a short ending: Saraqib and Saraqeb, Syria and Syrias."""
    if one[:1] != other[:1]:
        return False
    shorter, longer = sorted((one, other), key=len)
    return _skeleton(one) == _skeleton(other) or (longer.startswith(shorter) and len(shorter) >= 4 and len(longer) - len(shorter) <= 2)


def _skeleton(word: str) -> str:
    return "".join(char for char in word.replace("q", "k").replace("ch", "c") if char not in "aeiouyw'h")


def _missing(subject: ToldStatement, best: ToldStatement, idf: Idf) -> str:
    words = sorted(subject.terms - best.terms, key=lambda word: (-idf(word), word))[:6]
    return "not told: " + " ".join(words)


def _development(judged: _Judged, context: Context, *, first: bool) -> Development:
    kind = judged.kind
    assert kind is not None
    if (
        kind is Kind.NEW_STATEMENT
        and first
        and context.story_is_new
        and not context.seeded
        and judged.reason in {"not_covered", "nothing_near"}
    ):
        kind = Kind.NEW_STORY
    replaced = judged.against if judged.reason in {"figure", "opposite", "quantifier"} else None
    warning = ""
    if context.duplicate is not None and judged.reason in DIFFERENCES:
        warning = f"copies {context.duplicate.of_id}, differs in: {judged.reason}"
    subject = judged.subject
    return Development(
        id=development_id(subject.topic, kind, subject.id),
        topic=subject.topic,
        kind=kind,
        story_id=context.story_id,
        article_id=subject.article_id,
        statement_id=subject.id,
        warning=warning,
        replaces_id=replaced.development_id if replaced else "",
    )


def borrowed(scores: Sequence[float]) -> bool:
    """Tell by the scores of all its statements whether an article only says again what was told, in the same words.

    These are copied sentences, spliced from whatever texts. An article that was edited is judged by all that it ever said.
    """
    return bool(scores) and round(fsum(scores) / len(scores), 6) > OWN_WORDS_MAX


def confirm(
    context: Context, topics: Iterable[str], decisions: Sequence[Decision], known_origins: frozenset[str], *, reported: bool
) -> tuple[Development, ...]:
    """Return the independent confirmation that an article gives a story which readers were told of: one per topic and origin.

    `topics` are those that the article shares with the story.
    """
    if not reported or context.story_is_new or context.seeded or context.duplicate is not None or context.article.origin in known_origins:
        return ()
    if borrowed([decision.score for decision in decisions]):
        return ()
    return tuple(
        Development(
            id=development_id(topic, Kind.NEW_ORIGIN, context.story_id, context.article.origin),
            topic=topic,
            kind=Kind.NEW_ORIGIN,
            story_id=context.story_id,
            article_id=context.article.id,
            statement_id="",
            origin=context.article.origin,
        )
        for topic in sorted(set(topics) - context.cold_topics)
    )
