"""Decide, article by article in order of the time reported: copy of what, which story, what is new."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from math import fsum
from typing import TYPE_CHECKING

from tidings.config import Settings
from tidings.errors import IndexDamaged
from tidings.model import Article, Decision, Development, DuplicateLink, Figure, Fingerprint, Id, Kind, Novelty, Outcome, Statement
from tidings.pipeline.catch_up import catch_up
from tidings.pipeline.meaning import open_comparison
from tidings.pipeline.neighbours import (
    NEAR_MAX,
    Frequency,
    Neighbours,
    as_told,
    common,
    compared,
    gather,
    member_of,
    near_by_grams,
    near_by_terms,
)
from tidings.pipeline.repeated import word_for_word
from tidings.pipeline.run import Run
from tidings.stages import dedupe, novelty, stories
from tidings.stages.figures import differs, same_quantity
from tidings.store import decisions as store
from tidings.store.database import Connection, open_store
from tidings.store.decisions import Decided, StoredArticle, StoredStory, Undecided
from tidings.store.indexed import StoredStatement, hash_term
from tidings.store.labels import NOT_ON_TOPIC
from tidings.store.neighbours import Index, kept_grams, open_index
from tidings.store.postings import stored_weight
from tidings.store.record import is_told, record_decisions

if TYPE_CHECKING:
    from tidings.pipeline.comparison import Alike, Comparison

__all__ = [
    "NEAR_MAX",
    "Frequency",
    "bring_index_up",
    "common",
    "decide",
    "decide_article",
    "decide_articles",
    "decide_with",
    "first_difference",
    "hash_term",
]

START_MAX = timedelta(days=1)  # what a feed showed within a day of its first poll was there at the start


_MADE_ANEW = "the index of neighbours was damaged and has been made anew from the store"


def bring_index_up(run: Run, connection: Connection) -> None:
    """Bring the index of neighbours up before edited articles are read: the texts that were decided are gone from the store then."""
    try:
        with open_index(run.settings.data) as index:
            catch_up(connection, index)
    except IndexDamaged:
        run.notes.append(_MADE_ANEW)
        with open_index(run.settings.data) as index:
            catch_up(connection, index)


def decide_articles(run: Run) -> int:
    """Work off the list of undecided articles, batch by batch; return how many were decided.

    Found damaged, the index of neighbours is made anew, and the list worked on from where the store is; the run's notes say so.
    """
    settings = run.settings
    with open_store(settings.data, settings.store.wait_s) as connection:
        comparison = open_comparison(settings, connection, run.now, run.notes, run.meaning)
        try:
            return _work_off(run, connection, comparison)
        except IndexDamaged:
            run.notes.append(_MADE_ANEW)
        # What the comparison remembers of a batch that broke off was never recorded.
        return _work_off(run, connection, comparison and open_comparison(settings, connection, run.now, [], run.meaning))


def _work_off(run: Run, connection: Connection, comparison: "Comparison | None") -> int:
    most = run.batches.articles
    done = 0
    with open_index(run.settings.data) as index:
        while batch := store.undecided(connection, most):
            learning = run.learn_days > 0
            work = partial(decide_with, connection, index, batch, run.settings, now=run.now, run_id=run.id)
            run.step("articles", partial(work, learning=learning, comparison=comparison))
            done += len(batch)
            run.progress("decided", done, done + (most if len(batch) == most else 0))
    return done


def decide_article(connection: Connection, article_id: Id, settings: Settings, *, now: datetime, run_id: str) -> None:
    """Decide one article if it is on the work list. Found damaged, the index of neighbours is made anew first."""
    try:
        _decide_article(connection, article_id, settings, now, run_id)
    except IndexDamaged:
        _decide_article(connection, article_id, settings, now, run_id)


def _decide_article(connection: Connection, article_id: Id, settings: Settings, now: datetime, run_id: str) -> None:
    if waiting := store.undecided(connection, 1, only=article_id):
        with open_index(settings.data) as index:
            comparison = open_comparison(settings, connection, now, [])
            decide_with(connection, index, waiting, settings, now=now, run_id=run_id, comparison=comparison)


def decide_with(
    connection: Connection,
    index: Index,
    batch: Sequence[Undecided],
    settings: Settings,
    *,
    now: datetime,
    run_id: str,
    learning: bool = False,
    comparison: "Comparison | None" = None,
) -> None:
    """Do the same with the index of neighbours at hand; it takes in what was decided once that is recorded."""
    catch_up(connection, index)
    window = timedelta(hours=settings.ingest.first_window_h)
    marks = {one.article.id: dedupe.fingerprint(one.article) for one in batch}
    if comparison is not None:
        comparison.gather(connection, batch)
    least = settings.novelty.news_min
    with uncollected():
        neighbours = gather(connection, index, batch, marks, comparison, weighs_news=least > 0)
        decided = [decide(one, marks[one.article.id], neighbours, window, learning=learning, news_min=least) for one in batch]
    earlier = index.indexed(one.article.id for one in batch if one.story_id or one.edited)
    change = record_decisions(connection, decided, now=now, run_id=run_id)
    index.take_in(change, {one.article.id: one.indexed(earlier.get(one.article.id)) for one in decided})


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector of cycles rest: deciding makes none, and it would look through all that is at hand again and again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def decide(
    one: Undecided, mark: Fingerprint, neighbours: Neighbours, first_window: timedelta, *, learning: bool = False, news_min: float = 0.0
) -> Decided:
    """Decide one article against its neighbours, and make it a neighbour of those that follow. A `learning` run tells nothing."""
    article = one.article
    alike = neighbours.comparison.alike(one) if neighbours.comparison else {}
    duplicate = _duplicate(one, mark, neighbours) or _translation(one, alike, neighbours)
    if duplicate is not None:
        # A copy has the origin of what it copies, unless it credits somebody itself.
        if article.origin == article.publisher:
            article = replace(article, origin=neighbours.articles[duplicate.of_id].article.origin)
        for known in neighbours.index.told_by([duplicate.of_id]).get(duplicate.of_id, ()):
            neighbours.told.add(as_told(known))
    placed = _story(one, mark, neighbours, duplicate)
    story = neighbours.known_stories.get(placed.story_id)
    context = novelty.Context(
        article=article,
        story_id=placed.story_id,
        story_is_new=placed.is_new or (placed.story_id == article.id and not one.edited),  # opened anew by a label
        seeded=story.seeded if story else False,
        duplicate=duplicate,
        cold_topics=_cold_topics(one, neighbours.topic_starts, first_window, learning=learning),
        alike=alike,
        commonness=partial(common, neighbours.article_frequency) if news_min else None,
        news_min=news_min,
        story_score=placed.score,
    )
    taken_off, statements = _off_topic(one, duplicate, neighbours)
    repeated, own = word_for_word(article, statements, duplicate, neighbours)
    found = novelty.find(own, neighbours.told, context, neighbours.statement_frequency.idf, first_difference)
    found = replace(found, decisions=repeated + found.decisions)
    if neighbours.comparison:
        neighbours.comparison.remember(one, found, placed.story_id)
    developments = found.developments + _confirmed(one, story, context, found, statements, neighbours)
    topics = _topics_added(statements, placed, found)
    told = _remember(one, article, mark, placed, found, neighbours)
    scores = (*one.earlier_scores, *(decision.score for decision in found.decisions))
    belongs = None if one.labels.placed else one.story_score if one.story_id is not None else placed.score
    repeats = novelty.borrowed(scores) or novelty.loose(belongs)
    reports = placed.story_id == article.id or duplicate is not None or one.was_copy or not repeats
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
        told=told,
        mean_score=_mean((*one.earlier_scores, *(decision.score for decision in found.decisions + taken_off))),
        belongs=belongs,
        story_against_id=placed.nearest_id,
        story_score=None if one.story_id is not None else placed.score,
        story_evidence=placed.evidence,
    )


def _duplicate(one: Undecided, mark: Fingerprint, neighbours: Neighbours) -> DuplicateLink | None:
    if one.labels.never_copy:
        return None
    near = near_by_grams(one.article.id, mark, neighbours) | near_by_terms(one.article.id, mark, neighbours)
    near -= one.labels.not_copy_of | {other for other in near if neighbours.copies.get(other) == one.article.id}
    return dedupe.find_duplicate(one.article, mark, [neighbours.candidate(other) for other in sorted(compared(mark, near, neighbours))])


def _translation(one: Undecided, alike: "Alike", neighbours: Neighbours) -> DuplicateLink | None:
    if neighbours.comparison is None or one.labels.never_copy:
        return None
    near = {told.article_id for found in alike.values() for _, told in found} - one.labels.not_copy_of
    near -= {other for other in near if neighbours.copies.get(other) == one.article.id}
    return neighbours.comparison.translation(one.article, [neighbours.articles[other] for other in near & neighbours.articles.keys()])


def _story(one: Undecided, mark: Fingerprint, neighbours: Neighbours, duplicate: DuplicateLink | None) -> stories.Assignment:
    if one.story_id is not None:  # a new version stays where the article is
        return stories.Assignment(one.story_id, is_new=False, score=1.0)
    for other in sorted(one.labels.same_story & neighbours.members.keys()):
        return stories.Assignment(neighbours.members[other].story_id, is_new=False, score=1.0, nearest_id=other, evidence="a user said so")
    near = near_by_terms(one.article.id, mark, neighbours)
    if duplicate is not None:
        near |= {duplicate.of_id}
    members = [neighbours.members[other] for other in sorted(near) if other in neighbours.members]
    stories_near = {member.story_id for member in members}
    openers = [neighbours.members[story] for story in sorted(stories_near - near) if story in neighbours.members]
    return stories.assign(one.article, mark, members + openers, neighbours.article_frequency.idf, duplicate.of_id if duplicate else "")


def _confirmed(
    one: Undecided,
    story: StoredStory | None,
    context: novelty.Context,
    found: novelty.Found,
    statements: Sequence[Statement],
    neighbours: Neighbours,
) -> tuple[Development, ...]:
    """Return the developments of a story that one more origin reports; a new version of an article is none."""
    if story is None or one.story_id is not None:
        return ()
    shared = story.topics & {statement.topic for statement in statements}
    asked = story.reported is None and context.duplicate is None
    reported = neighbours.is_reported(story.id) if asked else bool(story.reported)
    if not reported:
        return ()
    origins = story.origins | neighbours.index.origins([story.id]).get(story.id, frozenset())
    return novelty.confirm(context, shared, found.decisions, origins, reported=reported)


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
) -> tuple[StoredStatement, ...]:
    """Make a decided article a neighbour of the batch's later ones; return what it told."""
    known = neighbours.articles[article.id] = StoredArticle(article, "article", placed.story_id, decided=True, labels=one.labels)
    neighbours.members[article.id] = member_of(known, mark.terms)
    neighbours.kept_grams[article.id] = frozenset(kept_grams(mark))
    for gram in neighbours.kept_grams[article.id]:
        neighbours.holders.setdefault(gram, set()).add(article.id)
    neighbours.article_frequency.add(frozenset(map(hash_term, mark.terms)), neighbours.kept_terms.get(article.id, frozenset()))
    for term, weight in mark.terms.items():
        neighbours.weighed.setdefault(term, {})[article.id] = stored_weight(weight)
    counted = {(d.statement_id, d.topic) for d in found.decisions if is_told(d.novelty)}
    made = {(d.statement_id, d.topic): d.id for d in found.developments}
    said_on = (article.published_at or article.first_seen_at).date().isoformat()
    told = []
    for said in one.statements:
        if (said.id, said.topic) in counted:
            told.append(StoredStatement(said, article.language, placed.story_id, made.get((said.id, said.topic), ""), said_on))
            neighbours.statement_frequency.add(told[-1].terms)
    return tuple(told)


def _mean(scores: Sequence[float]) -> float | None:
    return fsum(scores) / len(scores) if scores else None


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
