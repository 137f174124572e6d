"""Compose an edition: decide what stands in it, in which order, and what is folded or left for the next.

Stories stand in order of their weight, a sum (numbers in `_weight`): 40 when something told is overturned, 30 when the story is
new; for the weightiest new figure 40 (killed), 26 (injured, missing), 13 (displaced, detained, affected) or 5, and 3 more for each
power of ten of people; 10 for each further independent origin, 1 for each further report. Of equals the one seen last comes first.

Nothing here words anything: statements, headlines and figures are carried through exactly as stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from tidings.ids import edition_id
from tidings.model import (
    CORRECTIONS,
    Coverage,
    Edition,
    Id,
    Kind,
    Recipient,
    ReportedCorrection,
    ReportedDevelopment,
    ReportedOrigin,
    ReportedStory,
)
from tidings.stages._alike import Shown, without_repeats, words_of
from tidings.stages._folding import (
    FULL_BYTES_MAX,
    HTML_BYTES_MAX,
    WORDS_MAX,
    fit,
    fold,
    leave,
    shorten,
    showable_count,
    shown_count,
    unfolded,
)
from tidings.stages._weight import weigh

__all__ = [
    "FULL_BYTES_MAX", "HTML_BYTES_MAX", "WORDS_MAX", "Material", "Selected", "StoryFacts", "compose", "fit", "fold", "leave", "shorten",
    "showable_count", "shown_count", "unfolded",
]  # fmt: skip

_RANK = {kind: rank for rank, kind in enumerate((Kind.REVERSAL, Kind.CORRECTION, Kind.CHANGED_FIGURE))}
_CHANGES, _ADDS, _CONFIRMS = 3, 4, 5  # ranks of a statement that takes the place of another, of one that does not, of a confirmation


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """Hold what an edition says of a story beside its developments."""

    id: Id
    title: str  # of its first article, exact
    language: str
    article_count: int
    origin_count: int
    languages: tuple[str, ...]
    origins: tuple[ReportedOrigin, ...] = ()


@dataclass(frozen=True, slots=True)
class Selected:
    """Hold a development that belongs in an edition, with what orders it within its story."""

    topic: str
    story_id: Id
    reported_at: datetime
    article_id: Id
    position: int  # of its statement in the article
    reported: ReportedDevelopment


@dataclass(frozen=True, slots=True)
class Material:
    """Hold all that the store knows for one edition."""

    selected: tuple[Selected, ...]
    stories: Mapping[Id, StoryFacts]
    coverage: Coverage
    known_count: int = 0
    corrections: tuple[ReportedCorrection, ...] = ()  # of what this recipient was told, newest edition first


# ---------------------------------------------------------------- what


def compose(
    recipient: Recipient, titles: Mapping[str, str], window_start: datetime | None, window_end: datetime, material: Material
) -> Edition:
    """Put the selected developments into an edition, in order of weight, nothing said twice; fold a first edition.

    `titles` gives the topics' titles by name. Every development stays in the edition: folding only sets
    how many of a story are shown.
    """
    stories: list[ReportedStory] = []
    shown = _shown_among_corrections(material)
    for topic in recipient.topics:
        stories += without_repeats(_topic_stories(topic, material), shown)
    edition = Edition(
        id=edition_id(recipient.name, recipient.topics, window_start, window_end),
        recipient=recipient.name,
        topics=tuple((name, titles.get(name, name)) for name in recipient.topics),
        window_start=window_start,
        window_end=window_end,
        time_zone=recipient.time_zone,
        stories=tuple(stories),
        coverage=material.coverage,
        known_count=material.known_count,
        corrections=material.corrections,
    )
    return fold(edition) if window_start is None else edition


def _shown_among_corrections(material: Material) -> Shown:
    correcting = {one.by_id for one in material.corrections}
    found = [one.reported for one in material.selected if one.reported.development_id in correcting and one.reported.statement]
    return {words_of(one): (CORRECTIONS, one.development_id) for one in found}


def _topic_stories(topic: str, material: Material) -> list[ReportedStory]:
    """Return the topic's stories in order of weight, each with its developments in order."""
    by_story: dict[Id, list[Selected]] = {}
    correcting = {one.by_id for one in material.corrections}
    for one in material.selected:
        if one.topic == topic:
            by_story.setdefault(one.story_id, []).append(_among_corrections(one) if one.reported.development_id in correcting else one)
    keyed = []
    for story_id, found in by_story.items():
        members = _ordered(found)
        facts = material.stories.get(story_id) or StoryFacts(story_id, "", "", 1, 1, ())
        story = _story(topic, facts, members)
        newest = max(one.reported.first_seen_at for one in members)
        keyed.append((-story.weight, -newest.timestamp(), story_id, story))
    return [story for *_, story in sorted(keyed, key=lambda key: key[:3])]


def _among_corrections(one: Selected) -> Selected:
    """Mark what the section of corrections shows."""
    return replace(one, reported=replace(one.reported, shown_in=CORRECTIONS, repeats_id=one.reported.development_id))


def _ordered(members: list[Selected]) -> list[Selected]:
    """Order a story's developments: what opened it, then what changes what was told, then the rest, each in order of the reports.

    What another of them takes the place of comes last: of 22, 29 and 33 dead on one day readers want the last.
    """
    outdated = {one.reported.replaces for one in members} - {""}
    members = sorted(members, key=lambda one: (one.reported.statement in outdated, _rank(one), *_told_first(one)))
    opening = min(
        (one for one in members if one.reported.kind is Kind.NEW_STORY and one.reported.statement not in outdated),
        key=_told_first,
        default=None,
    )
    return members if opening is None else [opening, *(one for one in members if one is not opening)]


def _rank(one: Selected) -> int:
    reported = one.reported
    if reported.kind is Kind.NEW_ORIGIN:
        return _CONFIRMS
    return _RANK.get(reported.kind, _CHANGES if reported.replaces else _ADDS)


def _told_first(one: Selected) -> tuple[datetime, Id, int, Id]:
    return (one.reported_at, one.article_id, one.position, one.reported.development_id)


def _story(topic: str, facts: StoryFacts, members: list[Selected]) -> ReportedStory:
    return ReportedStory(
        story_id=facts.id,
        topic=topic,
        headline=facts.title,
        headline_language=facts.language,
        article_count=facts.article_count,
        origin_count=facts.origin_count,
        languages=facts.languages,
        is_new=any(one.reported.kind is Kind.NEW_STORY for one in members),
        developments=tuple(one.reported for one in members),
        weight=weigh((one.reported for one in members), facts.origin_count, facts.article_count),
        origins=facts.origins,
    )
