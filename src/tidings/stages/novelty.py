"""Decide, sentence by sentence, what is new against everything told, and in what way.

How far a statement is told is one number (stages._coverage). On public daily updates written three times it tells a retold update from a new
one with ROC AUC 0.98. Told is not enough: one number, one opposite, one "all" instead of "most", one other name, side or day can be the news.
So a statement is compared with the nearest told ones fact by fact (stages._differences), and what differs is reported with what it replaces.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import fsum

from tidings.ids import development_id
from tidings.model import Article, Decision, Development, DuplicateLink, Id, Kind, Novelty, Statement
from tidings.stages import _copied
from tidings.stages._coverage import days_between, weigh
from tidings.stages._differences import difference
from tidings.stages._facts import Differ
from tidings.stages._meant import meant
from tidings.stages._substance import Commonness, worth
from tidings.stages._told import Idf, Near, Told, ToldStatement, as_told, names_in
from tidings.stages._translated import translated
from tidings.stages.bounds import loose, told_min

__all__ = [
    "Context",
    "Found",
    "Idf",
    "Judged",
    "Told",
    "ToldStatement",
    "as_told",
    "borrowed",
    "confirm",
    "find",
    "judge",
    "loose",
    "names_in",
    "told_min",
]

# An article whose sentences are told so far on average, from one text or from several, confirms nothing: it is no origin of its story.
# The middle of the gap in the sample week: own reports are at 0.44 at most, copies at 0.66 at least, mash-ups at 0.86. (Also in views.sql.)
OWN_WORDS_MAX = 0.55
# News worth less is not told: by itself nothing is left out, for what is lost is dearer than what is read in vain.
NEWS_MIN = 0.0
# Reasons that set a sentence apart from one it nearly repeats ("word": in a copy only).
DIFFERENCES = frozenset({"figure", "opposite", "quantifier", "actor", "day", "name", "word"})
REPLACING = frozenset({"figure", "opposite", "quantifier"})  # of these, the reasons why what was told holds no longer
TERMS_MIN = 2  # sentences with fewer terms say nothing that can be compared; "Saraqib has fallen" has two


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
    # statement id -> (likeness, told statement of another language), best first; empty without the meaning component
    alike: Mapping[Id, Sequence[Near]] = field(default_factory=dict)
    commonness: Commonness | None = None  # share of the followed articles that hold a term; None: not known
    news_min: float = NEWS_MIN
    story_score: float = 1.0  # how surely the article belongs to its story

    @property
    def said_on(self) -> str:
        """Return the day of the article."""
        return (self.article.published_at or self.article.first_seen_at).date().isoformat()


def find(statements: Sequence[Statement], told: Told, context: Context, idf: Idf, differ: Differ) -> Found:
    """Judge the statements in order of the text; what one says counts as told for the next.

    `differ` finds the first pair of comparable figures with other values (stages.figures).
    """
    decisions: list[Decision] = []
    developments: list[Development] = []
    opened: set[str] = set()
    for statement in sorted(statements, key=lambda one: (one.start, one.topic)):
        subject = as_told(statement, context.article.language, context.story_id, said_on=context.said_on)
        judged = judge(subject, told, context, idf, differ)
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
        told.add(replace(subject, development_id=development.id))
    return Found(tuple(decisions), tuple(developments))


@dataclass(frozen=True, slots=True)
class Judged:
    """Hold the verdict on one statement; `kind` None means told."""

    subject: ToldStatement
    kind: Kind | None
    reason: str
    against: ToldStatement | None = None
    score: float = 0.0  # how far it is told
    evidence: str = ""
    news: float = 1.0  # what it is worth, where that is weighed

    def decision(self, novelty: Novelty) -> Decision:
        """Make the decision that is kept, with its evidence."""
        return Decision(
            statement_id=self.subject.id,
            topic=self.subject.topic,
            novelty=novelty,
            reason=self.reason,
            against_id=self.against.id if self.against else "",
            score=round(self.score, 4),
            evidence=self.evidence,
        )


def judge(subject: ToldStatement, told: Told, context: Context, idf: Idf, differ: Differ) -> Judged:
    """Judge one statement against what was told, and leave what was told as it is."""
    if len(subject.terms) < TERMS_MIN:
        return Judged(subject, None, "too_short")
    nearest = [pair for pair in told.nearest(subject.topic, subject.terms, idf) if pair[1].id != subject.id]
    if nearest and context.duplicate is not None and not _translates(nearest, context):
        return _judge_copied(subject, nearest, context.duplicate, context, idf, differ)
    judged = _judge_own(subject, nearest, context, idf, differ)
    if judged.reason in {"not_covered", "nothing_near"}:
        judged = _by_meaning(judged, context)
    return _weighed(judged, nearest, context, idf)


def _judge_own(subject: ToldStatement, nearest: Sequence[Near], context: Context, idf: Idf, differ: Differ) -> Judged:
    """Judge a statement that is not copied: how far its words are told, and in which fact it differs."""
    if not nearest:
        return Judged(subject, Kind.NEW_STATEMENT, "nothing_near")
    likeness = weigh(subject, nearest, idf)
    alike = [near for near in context.alike.get(subject.id, ()) if near[1].language == subject.language]
    score, told_by = meant(subject, likeness.score, alike)
    against = told_by or likeness.nearest[0][1]
    told = score >= told_min(days_between(subject, against))
    if found := difference(subject, likeness.nearest, idf, differ, told=told, correction=context.article.correction):
        return Judged(subject, found.kind, found.reason, found.against, score, found.evidence)
    if told:
        return Judged(subject, None, "covered", against, score, _covered(subject, against, idf))
    return Judged(subject, Kind.NEW_STATEMENT, "not_covered", against, score, _missing(subject, against, idf))


def _translates(nearest: Sequence[Near], context: Context) -> bool:
    """Tell whether what an article copies is in another language: then words say little of how it was copied."""
    return any(
        told.article_id == context.duplicate.of_id and told.language != context.article.language
        for _, told in nearest
        if context.duplicate is not None
    )


def _by_meaning(judged: Judged, context: Context) -> Judged:
    """Ask of what the words do not tell whether it was told in another language, or with another number."""
    copied_id = context.duplicate.of_id if context.duplicate else ""
    found = translated(judged.subject, context.alike.get(judged.subject.id, ()), copied_id)
    if found is None:
        return judged
    if found.numbers:
        kind = Kind.CORRECTION if context.article.correction else Kind.CHANGED_FIGURE
        return replace(judged, kind=kind, reason="figure", against=found.against, score=found.score, evidence=found.numbers)
    return replace(judged, kind=None, reason="same_meaning", against=found.against, score=found.score, evidence=found.evidence)


def _weighed(judged: Judged, nearest: Sequence[Near], context: Context, idf: Idf) -> Judged:
    """Put down what news is worth, and leave out what is worth less than is asked for.

    Never left out is what makes hold no longer what its story told. (Of other stories it is: on TIDINGS_DATA/novelty/trects_* one in
    seven such differences carries a fact that is new.)
    """
    if judged.kind is None or context.commonness is None or (judged.kind is not Kind.NEW_STATEMENT and _same_story(judged, context)):
        return judged
    news = worth(judged.subject, nearest, weigh(judged.subject, nearest, idf), idf, context.commonness)
    if news >= context.news_min:
        return replace(judged, news=news)
    return replace(judged, kind=None, reason="says_little", evidence=f"worth {news:.2f}", news=news)


def _same_story(judged: Judged, context: Context) -> bool:
    return judged.against is not None and judged.against.story_id == context.story_id


def _judge_copied(
    subject: ToldStatement,
    nearest: Sequence[Near],
    duplicate: DuplicateLink,
    context: Context,
    idf: Idf,
    differ: Differ,
) -> Judged:
    verdict = _copied.judge(subject, nearest, duplicate, idf, differ, correction=context.article.correction)
    evidence = verdict.evidence
    if verdict.kind is None and verdict.against and not evidence:
        evidence = _covered(subject, verdict.against, idf)
    return Judged(subject, verdict.kind, verdict.reason, verdict.against, verdict.score, evidence)


def _covered(subject: ToldStatement, best: ToldStatement, idf: Idf) -> str:
    words = _untold(subject, best, idf)
    return f"covers all but: {words}" if words else "says the same words"


def _missing(subject: ToldStatement, best: ToldStatement, idf: Idf) -> str:
    return f"not told: {_untold(subject, best, idf)}"


def _untold(subject: ToldStatement, best: ToldStatement, idf: Idf) -> str:
    """Return the words of a sentence that a told one lacks, the rarest first."""
    return " ".join(sorted(subject.terms - best.terms, key=lambda word: (-idf(word), word))[:6])


def _development(judged: Judged, context: Context, *, first: bool) -> Development:
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
    replaced = judged.against if judged.reason in REPLACING else None
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
    if loose(context.story_score) or borrowed([decision.score for decision in decisions]):
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
