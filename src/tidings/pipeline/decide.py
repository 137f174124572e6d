"""Decide, article by article in order of the time reported: copy of what, which story, what is new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from math import fsum, log

from tidings.config import Settings
from tidings.ids import stable_hash
from tidings.model import Article, Decision, Development, DuplicateLink, Figure, Fingerprint, Id, Kind, Novelty, Outcome, Statement
from tidings.pipeline.run import Run
from tidings.stages import dedupe, novelty, stories
from tidings.stages.figures import differs, same_quantity
from tidings.store import decisions as store
from tidings.store.database import Connection, open_store
from tidings.store.decisions import Decided, StoredArticle, StoredStory, Undecided
from tidings.store.labels import NOT_ON_TOPIC
from tidings.store.record import is_told, kept_grams, record_decisions
from tidings.text.terms import names, terms

NEAR_MAX = 12  # told articles compared, by word runs and by terms
START_MAX = timedelta(days=1)  # what a feed showed within a day of its first poll was there at the start
TOLD_MAX = 20  # told statements compared, per statement
_PRIOR = 50  # how many articles' worth of doubt there is about how rare a term is

hash_term = lru_cache(maxsize=500_000)(stable_hash)


@dataclass(slots=True)
class Frequency:
    """Count in how many texts each term stands: loaded for the terms at hand, and growing as texts are decided, in order."""

    total: int
    counts: dict[int, int]

    def add(self, hashes: frozenset[int], instead_of: frozenset[int] = frozenset()) -> None:
        """Count one text more, or the new version of a text instead of the one before; a text without terms is none."""
        self.total += bool(hashes) - bool(instead_of)
        for term in hashes - instead_of:
            self.counts[term] = self.counts.get(term, 0) + 1
        for term in instead_of - hashes:
            self.counts[term] = self.counts.get(term, 1) - 1

    def idf(self, term: str) -> float:
        """Return how much a term tells: the rarer, the more."""
        return self.idf_of_hash(hash_term(term))

    def idf_of_hash(self, term: int) -> float:
        """Return the same for a hashed term."""
        return max(log((self.total + _PRIOR) / (self.counts.get(term, 0) + 1)), 0.05)


@dataclass(slots=True)
class Neighbours:
    """Hold the told articles, stories and statements that a batch is compared with; grows as its articles are decided."""

    candidates: dict[Id, dedupe.Candidate]
    members: dict[Id, stories.Member]
    near_grams: dict[Id, frozenset[Id]]
    near_terms: dict[Id, frozenset[Id]]
    known_stories: dict[Id, StoredStory]
    told: novelty.Told
    article_frequency: Frequency
    statement_frequency: Frequency
    topic_starts: Mapping[str, datetime]
    reported_at: Mapping[Id, datetime] = field(default_factory=dict)  # of the batch's articles
    copies: dict[Id, Id] = field(default_factory=dict)  # copy -> what it copies
    off_topics: dict[Id, frozenset[str]] = field(default_factory=dict)  # of those that users took off a topic
    kept_grams: dict[Id, frozenset[int]] = field(default_factory=dict)  # of those decided since
    kept_terms: Mapping[Id, frozenset[int]] = field(default_factory=dict)  # of the earlier versions of the batch's articles


def decide_articles(run: Run) -> int:
    """Work off the list of undecided articles, batch by batch; return how many were decided."""
    settings = run.settings
    most = run.batches.articles
    done = 0
    with open_store(settings.data, settings.store.wait_s) as connection:
        while batch := store.undecided(connection, most):
            decide_batch(connection, batch, settings, now=run.now, run_id=run.id, learning=run.learn_days > 0)
            done += len(batch)
            run.progress("decided", done, done + (most if len(batch) == most else 0))
    return done


def decide_batch(
    connection: Connection, batch: Sequence[Undecided], settings: Settings, *, now: datetime, run_id: str, learning: bool = False
) -> None:
    """Decide a batch of the work list, in its order, and record it in one transaction."""
    window = timedelta(hours=settings.ingest.first_window_h)
    marks = {one.article.id: dedupe.fingerprint(one.article) for one in batch}
    hashed = {one: {hash_term(term): weight for term, weight in mark.terms.items()} for one, mark in marks.items()}
    neighbours = gather(connection, batch, marks, hashed)
    decided = [decide(one, marks[one.article.id], neighbours, window, learning=learning) for one in batch]
    record_decisions(connection, decided, hashed, now=now, run_id=run_id)


def gather(
    connection: Connection,
    batch: Sequence[Undecided],
    marks: Mapping[Id, Fingerprint],
    hashed: Mapping[Id, Mapping[int, float]],
) -> Neighbours:
    """Load what the batch's articles are compared with."""
    total = store.article_frequencies(connection, ()).total
    described = {one.article.id: (marks[one.article.id], hashed[one.article.id], one.reported_at) for one in batch}
    edited = {one.article.id: one.story_id for one in batch if one.story_id}
    # What is edited in this batch is found by its earlier version: it must not take the place of another.
    most = NEAR_MAX + len(edited)
    near = store.near_articles(connection, described, total=total, most=most, window_days=stories.WINDOW_DAYS)
    wanted = {other for pair in near.values() for side in pair for other in side} | set(edited.values())
    wanted |= {other for one in batch for other in one.labels.same_story}
    articles = store.stored_articles(connection, wanted)
    # A story is judged by its first article too, whether or not that one is near.
    articles |= store.stored_articles(connection, {one.story_id for one in articles.values()} - articles.keys())
    rows = [
        (statement.id, statement.topic, hash_term(term))
        for one in batch
        for statement in one.statements
        for term in frozenset(terms(statement.text, one.article.language))
    ]
    named = {hash_term(name) for one in batch for statement in one.statements for name in names(statement.text, one.article.language)}
    statement_frequency = store.statement_frequencies(connection, {row[2] for row in rows} | named)
    told = novelty.Told()
    for known in store.near_told(connection, rows, total=statement_frequency.total, most=TOLD_MAX):
        told.add(novelty.as_told(known.statement, known.language, known.story_id, known.development_id))
    candidates: dict[Id, dedupe.Candidate] = {}
    members: dict[Id, stories.Member] = {}
    for article in articles.values():
        _add_article(article, candidates, members)
    # Every term whose weight will be asked for: those of the batch's texts, and those that stand for the articles they are compared with.
    asked = {term for mark in marks.values() for term in mark.terms} | {term for member in members.values() for term in member.terms}
    article_frequency = store.article_frequencies(connection, map(hash_term, asked))
    return Neighbours(
        candidates=candidates,
        members=members,
        near_grams={one: pair[0] for one, pair in near.items()},
        near_terms={one: pair[1] for one, pair in near.items()},
        known_stories=store.stored_stories(connection, {one.story_id for one in articles.values()} | set(edited.values())),
        told=told,
        article_frequency=Frequency(article_frequency.total, dict(article_frequency.counts)),
        statement_frequency=Frequency(statement_frequency.total, dict(statement_frequency.counts)),
        topic_starts=store.topic_starts(connection),
        reported_at={one.article.id: one.reported_at for one in batch},
        copies={one.article.id: one.copy_of for one in articles.values() if one.copy_of},
        off_topics={one.article.id: one.labels.off_topics for one in articles.values() if one.labels.off_topics},
        kept_terms=store.kept_terms(connection, edited),
    )


def _add_article(known: StoredArticle, candidates: dict[Id, dedupe.Candidate], members: dict[Id, stories.Member]) -> None:
    mark = dedupe.fingerprint(known.article)
    candidates[known.article.id] = dedupe.as_candidate(known.article, mark, known.of_kind)
    opens = known.story_id == known.article.id or bool(known.labels.same_story)
    members[known.article.id] = stories.Member(known.article.id, known.story_id, opens, mark.terms)


def decide(one: Undecided, mark: Fingerprint, neighbours: Neighbours, first_window: timedelta, *, learning: bool = False) -> Decided:
    """Decide one article against its neighbours, and make it a neighbour of those that follow. A `learning` run tells nothing."""
    article = one.article
    duplicate = _duplicate(one, mark, neighbours)
    if duplicate is not None:
        # A copy has the origin of what it copies, unless it credits somebody itself.
        original = neighbours.candidates[duplicate.of_id]
        if article.origin == article.publisher:
            article = replace(article, origin=original.origin)
    placed = _story(one, mark, neighbours, duplicate)
    story = neighbours.known_stories.get(placed.story_id)
    context = novelty.Context(
        article=article,
        story_id=placed.story_id,
        story_is_new=placed.is_new or (placed.story_id == article.id and not one.edited),  # opened anew by a label
        seeded=story.seeded if story else False,
        duplicate=duplicate,
        cold_topics=_cold_topics(one, neighbours.topic_starts, first_window, learning=learning),
    )
    taken_off, statements = _off_topic(one, duplicate, neighbours)
    found = novelty.find(statements, neighbours.told, context, neighbours.statement_frequency.idf, first_difference)
    confirmed: tuple[Development, ...] = ()
    if story is not None and one.story_id is None:
        shared = story.topics & {statement.topic for statement in statements}
        confirmed = novelty.confirm(context, shared, found.decisions, story.origins, reported=story.reported)
    developments = found.developments + confirmed
    topics = _topics_added(statements, placed, found)
    told_terms = _remember(one, article, mark, placed, found, neighbours)
    scores = (*one.earlier_scores, *(decision.score for decision in found.decisions))
    reports = placed.story_id == article.id or duplicate is not None or one.was_copy or not novelty.borrowed(scores)
    _extend_story(placed.story_id, frozenset({article.origin}) if reports else frozenset(), topics, neighbours)
    if duplicate is not None:
        neighbours.copies[article.id] = duplicate.of_id
    if off := one.labels.off_topics:
        neighbours.off_topics[article.id] = off
    outcome, reason = _outcome(one, developments, duplicate, context, judged=bool(statements))
    return Decided(
        article=article,
        entry_id=one.entry_id,
        fingerprint=mark,
        outcome=outcome,
        reason=reason,
        story_id=placed.story_id,
        story_is_new=placed.is_new,
        topics=tuple(sorted(topics)),
        reported_at=one.reported_at,
        duplicate=_with_differences(duplicate, found),
        decisions=found.decisions + taken_off,
        developments=developments,
        told_terms=told_terms,
        story_against_id=placed.nearest_id,
        story_score=None if one.story_id is not None else placed.score,
        story_evidence=getattr(placed, "evidence", ""),
    )


def _duplicate(one: Undecided, mark: Fingerprint, neighbours: Neighbours) -> DuplicateLink | None:
    if one.labels.never_copy:
        return None
    near = _near_by_grams(one.article.id, mark, neighbours) | _near_by_terms(one.article.id, mark, neighbours)
    near -= one.labels.not_copy_of | {other for other in near if neighbours.copies.get(other) == one.article.id}
    candidates = [neighbours.candidates[other] for other in sorted(near) if other in neighbours.candidates]
    return dedupe.find_duplicate(one.article, mark, candidates)


def _near_by_grams(article_id: Id, mark: Fingerprint, neighbours: Neighbours) -> frozenset[Id]:
    """Return the few articles that share most word runs, of those from the store and those decided since."""
    near = neighbours.near_grams.get(article_id, frozenset())
    shared = {
        other: count
        for other in near | neighbours.kept_grams.keys() - {article_id}
        if (count := len(_kept_grams(other, neighbours) & mark.grams)) >= store.SHARED_GRAMS_MIN
    }
    return frozenset(sorted(shared, key=lambda other: (-shared[other], other))[:NEAR_MAX])


def _kept_grams(article_id: Id, neighbours: Neighbours) -> frozenset[int]:
    found = neighbours.kept_grams.get(article_id)
    return found if found is not None else frozenset(kept_grams(neighbours.candidates[article_id].fingerprint))


def _near_by_terms(article_id: Id, mark: Fingerprint, neighbours: Neighbours) -> frozenset[Id]:
    """Return the few articles that share the heaviest, rarest terms: of those from the store and those decided since, as one query would."""
    near = neighbours.near_terms.get(article_id, frozenset())
    if len(near) <= NEAR_MAX:
        return near
    weights = {term: weight * neighbours.article_frequency.idf(term) ** 2 for term, weight in mark.terms.items()}
    scores = {
        other: round(fsum(weight * theirs[term] for term, weight in weights.items() if term in theirs), 6)
        for other in near
        if (theirs := neighbours.members[other].terms)
    }
    return frozenset(sorted(scores, key=lambda other: (-scores[other], other))[:NEAR_MAX])


def _story(one: Undecided, mark: Fingerprint, neighbours: Neighbours, duplicate: DuplicateLink | None) -> stories.Assignment:
    if one.story_id is not None:  # a new version stays where the article is
        return stories.Assignment(one.story_id, is_new=False, score=1.0)
    for other in sorted(one.labels.same_story & neighbours.members.keys()):
        return stories.Assignment(neighbours.members[other].story_id, is_new=False, score=1.0, nearest_id=other)
    near = _near_by_terms(one.article.id, mark, neighbours)
    if duplicate is not None:
        near |= {duplicate.of_id}
    members = [neighbours.members[other] for other in sorted(near) if other in neighbours.members]
    stories_near = {member.story_id for member in members}
    openers = [neighbours.members[story] for story in sorted(stories_near - near) if story in neighbours.members]
    return stories.assign(one.article, mark, members + openers, neighbours.article_frequency.idf, duplicate.of_id if duplicate else "")


def _off_topic(
    one: Undecided, duplicate: DuplicateLink | None, neighbours: Neighbours
) -> tuple[tuple[Decision, ...], tuple[Statement, ...]]:
    """Settle what an article, or what it copies, says in topics that a user took it off; return that, and the statements to judge."""
    off = one.labels.off_topics | (neighbours.off_topics.get(duplicate.of_id, frozenset()) if duplicate else frozenset())
    settled = tuple(Decision(said.id, said.topic, Novelty.TOLD, NOT_ON_TOPIC) for said in one.statements if said.topic in off)
    return settled, tuple(said for said in one.statements if said.topic not in off)


def _topics_added(statements: Sequence[Statement], placed: stories.Assignment, found: novelty.Found) -> frozenset[str]:
    """Return the topics that an article gives its story: all when it opens it, later only those in which it says something untold."""
    if placed.is_new:
        return frozenset(statement.topic for statement in statements)
    return frozenset(decision.topic for decision in found.decisions if is_told(decision.novelty))


def _cold_topics(one: Undecided, topic_starts: Mapping[str, datetime], first_window: timedelta, *, learning: bool) -> frozenset[str]:
    """Return the topics in which an article is too old to be news: a first run, a new feed, a new topic.

    What a later version adds was not there at the start: it is cold only in a topic that was not watched when the article was first seen.
    """
    topics = {statement.topic for statement in one.statements}
    edited = one.edited
    if learning or (one.learn and not edited):
        return frozenset(topics)
    if edited:
        topics = {topic for topic in topics if (start := topic_starts.get(topic)) and start > one.article.first_seen_at}
    published = one.article.published_at
    if published is None:
        return frozenset()
    starts = {topic: topic_starts.get(topic, one.article.first_seen_at) for topic in topics}
    if one.feed_first_polled_at is not None:
        starts = {topic: max(start, one.feed_first_polled_at) for topic, start in starts.items()}
    # Only what was there at the start is background: an old date on what appears later is a claim, and news may hide behind it.
    seen = one.article.first_seen_at
    return frozenset(topic for topic, start in starts.items() if published < start - first_window and seen <= start + START_MAX)


def _extend_story(story_id: Id, origins: frozenset[str], topics: frozenset[str], neighbours: Neighbours) -> None:
    """Add to what the batch's later articles know of a story."""
    story = neighbours.known_stories.get(story_id, StoredStory(story_id))
    neighbours.known_stories[story_id] = replace(story, origins=story.origins | origins, topics=story.topics | topics)


def _remember(
    one: Undecided, article: Article, mark: Fingerprint, placed: stories.Assignment, found: novelty.Found, neighbours: Neighbours
) -> tuple[tuple[int, Id, str], ...]:
    """Make a decided article a neighbour of the batch's later ones; return the terms of what it told."""
    neighbours.candidates[article.id] = dedupe.as_candidate(article, mark, "article")
    opens = placed.story_id == article.id or bool(one.labels.same_story)
    neighbours.members[article.id] = stories.Member(article.id, placed.story_id, opens, mark.terms)
    neighbours.kept_grams[article.id] = frozenset(kept_grams(mark))
    neighbours.article_frequency.add(frozenset(map(hash_term, mark.terms)), neighbours.kept_terms.get(article.id, frozenset()))
    window = timedelta(days=stories.WINDOW_DAYS)
    for other, near in neighbours.near_terms.items():
        if other != article.id and one.reported_at >= neighbours.reported_at[other] - window:
            neighbours.near_terms[other] = near | {article.id}
    counted = {(d.statement_id, d.topic) for d in found.decisions if is_told(d.novelty)}
    told_terms = []
    for statement in one.statements:
        if (statement.id, statement.topic) in counted:
            words = frozenset(map(hash_term, terms(statement.text, article.language)))
            neighbours.statement_frequency.add(words)
            told_terms += [(word, statement.id, statement.topic) for word in sorted(words)]
    return tuple(told_terms)


def _outcome(
    one: Undecided, developments: Sequence[Development], duplicate: DuplicateLink | None, context: novelty.Context, *, judged: bool
) -> tuple[str, str]:
    """Return the outcome of the article's entry and its reason; empty to keep the one it has (a new version that says nothing new)."""
    if developments:
        kinds = [kind.value for kind in Kind if any(development.kind is kind for development in developments)]
        return Outcome.NEW, " ".join(kinds)
    if one.entry_outcome not in {Outcome.PENDING, Outcome.DEFERRED}:
        return "", ""
    if not judged:
        return Outcome.OFF_TOPIC, NOT_ON_TOPIC
    if context.cold_topics:
        return Outcome.KNOWN, "learned" if one.learn else "older_than_first_window"
    if duplicate is not None:
        return Outcome.DUPLICATE, duplicate.relation.value
    return Outcome.NOTHING_NEW, "all_told"


def _with_differences(duplicate: DuplicateLink | None, found: novelty.Found) -> DuplicateLink | None:
    if duplicate is None:
        return None
    reasons = {d.reason for d in found.decisions if d.novelty is Novelty.DEVELOPMENT and d.reason in novelty.DIFFERENCES}
    return replace(duplicate, differs_in=tuple(sorted(reasons)))


def first_difference(new: Sequence[Figure], told: Sequence[Figure]) -> tuple[Figure, Figure] | None:
    """Return the first figure that has another value than a comparable told one; None when there is none."""
    for figure in new:
        comparable = [other for other in told if same_quantity(figure, other)]
        if comparable and all(differs(figure, other) for other in comparable):
            return figure, comparable[0]
    return None
