"""Compose an edition: decide what stands in it, in which order, and what is folded or left for the next.

Stories stand in order of their weight, a sum (numbers in `_weight`): 40 when something told is overturned, 30 when the story is
new; for the weightiest new figure 40 (killed), 26 (injured, missing), 13 (displaced, detained, affected) or 5, and 3 more for each
power of ten of people; 10 for each further independent origin, 1 for each further report. Of equals the one seen last comes first.

Nothing here words anything: statements, headlines and figures are carried through exactly as stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from tidings.ids import edition_id
from tidings.model import Coverage, Edition, Id, Kind, Recipient, ReportedCorrection, ReportedDevelopment, ReportedOrigin, ReportedStory
from tidings.stages._weight import weigh

FIRST_STORIES_MAX = 5  # a topic, in a recipient's first edition
FIRST_STATEMENTS_MAX = 3  # a story, in a recipient's first edition
HTML_BYTES_MAX = 88_000  # Gmail cuts near 102 KB; below 90 KB leaves room for what servers add

_KIND_ORDER = (Kind.NEW_STORY, Kind.REVERSAL, Kind.CORRECTION, Kind.CHANGED_FIGURE, Kind.NEW_STATEMENT, Kind.NEW_ORIGIN)
_RANK = {kind: rank for rank, kind in enumerate(_KIND_ORDER)}


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
    """Put the selected developments into an edition, in order of weight, no words twice; fold a first edition.

    `titles` gives the topics' titles by name. Every development stays in the edition: folding only sets
    how many of a story are shown.
    """
    stories: list[ReportedStory] = []
    shown: dict[str, str] = {}
    for topic in recipient.topics:
        stories += _without_repeats(_topic_stories(topic, material), topic, shown)
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


def _topic_stories(topic: str, material: Material) -> list[ReportedStory]:
    """Return the topic's stories in order of weight, each with its developments in order."""
    by_story: dict[Id, list[Selected]] = {}
    for one in material.selected:
        if one.topic == topic:
            by_story.setdefault(one.story_id, []).append(one)
    keyed = []
    for story_id, members in by_story.items():
        members.sort(key=_order)
        facts = material.stories.get(story_id) or StoryFacts(story_id, "", "", 1, 1, ())
        story = _story(topic, facts, members)
        newest = max(one.reported.first_seen_at for one in members)
        keyed.append((-story.weight, -newest.timestamp(), story_id, story))
    return [story for *_, story in sorted(keyed, key=lambda key: key[:3])]


def _order(one: Selected) -> tuple[int, bool, datetime, Id, int, Id]:
    reported = one.reported
    return (_RANK[reported.kind], not reported.replaces, one.reported_at, one.article_id, one.position, reported.development_id)


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


def _without_repeats(stories: list[ReportedStory], topic: str, shown: dict[str, str]) -> Iterable[ReportedStory]:
    """Mark developments whose words stand in the edition already, and put them last in their story."""
    for story in stories:
        first, repeats = [], []
        for development in story.developments:
            words = _words(development)
            if words and words in shown:
                repeats.append(replace(development, shown_in=shown[words]))
            else:
                shown[words] = topic
                first.append(development)
        yield replace(story, developments=(*first, *repeats), shown_count=len(first) if repeats else None)


# ---------------------------------------------------------------- how much


def showable_count(story: ReportedStory) -> int:
    """Count the developments of a story whose words are not shown elsewhere in the edition."""
    return sum(not development.shown_in for development in story.developments)


def shown_count(story: ReportedStory) -> int:
    """Count the developments of a story that are shown."""
    return showable_count(story) if story.shown_count is None else story.shown_count


def fold(edition: Edition, stories_max: int = FIRST_STORIES_MAX, statements_max: int = FIRST_STATEMENTS_MAX) -> Edition:
    """Show the weightiest stories of each topic and the first developments of each; the rest is counted."""
    seen: dict[str, int] = {}
    stories = []
    for story in edition.stories:
        count = min(shown_count(story), statements_max) if seen.get(story.topic, 0) < stories_max else 0
        if count:
            seen[story.topic] = seen.get(story.topic, 0) + 1
        stories.append(replace(story, shown_count=count))
    return replace(edition, stories=tuple(stories), folded=True)


def fit(edition: Edition, size: Callable[[Edition], int], bytes_max: int = HTML_BYTES_MAX) -> Edition:
    """Show the weightiest developments that fit: `size(edition)` is at most `bytes_max`, unless one alone is larger.

    What does not fit into a first edition is folded. From a later one it is left out, untold, and counted in `left_count`: it waits
    for the next edition, where what waited longest and what weighs most take turns, so that nothing waits for ever.
    """
    if size(edition) <= bytes_max:
        return edition
    keep = _keep if edition.window_start is None else _leave
    order = _turns(edition)
    low, high = min(1, len(order)), min(len(order), bytes_max // 100)  # nothing shown takes less than 100 bytes
    while low < high:  # the largest number of developments that fits
        middle = (low + high + 1) // 2
        if size(keep(edition, order[:middle])) <= bytes_max:
            low = middle
        else:
            high = middle - 1
    return keep(edition, order[:low])


def _turns(edition: Edition) -> list[tuple[int, int]]:
    """List the shown developments as (story, place in it): in turn one that waited, oldest first, and one that is new.

    Of what is new the first of every story comes before the second of any, the weightiest story first.
    """
    waited, new = [], []
    start = edition.window_start
    for index, story in enumerate(edition.stories):
        fresh_count = 0
        for place, one in enumerate(story.developments[: shown_count(story)]):
            if start is not None and one.recorded_at is not None and one.recorded_at <= start:
                waited.append((one.recorded_at, -story.weight, index, place))
            else:
                new.append((fresh_count, -story.weight, index, place))
                fresh_count += 1
    turns = zip_longest((key[2:] for key in sorted(waited)), (key[2:] for key in sorted(new)))
    return [one for pair in turns for one in pair if one is not None]


def _keep(edition: Edition, order: list[tuple[int, int]]) -> Edition:
    """Show of each story as many developments as it has in `order`."""
    counts = Counter(index for index, _ in order)
    stories = tuple(replace(story, shown_count=counts[index]) for index, story in enumerate(edition.stories))
    return replace(edition, stories=stories)


def _leave(edition: Edition, order: list[tuple[int, int]]) -> Edition:
    """Keep the developments in `order`, and of repeats those whose words are kept."""
    kept_places = set(order)
    fresh = [
        [one for place, one in enumerate(story.developments) if (index, place) in kept_places]
        for index, story in enumerate(edition.stories)
    ]
    words = {_words(one) for kept in fresh for one in kept}
    stories = []
    for story, kept in zip(edition.stories, fresh, strict=True):
        repeats = [one for one in story.developments if one.shown_in and _words(one) in words]
        if kept or repeats:
            stories.append(replace(story, developments=(*kept, *repeats), shown_count=len(kept) if repeats else None))
    fitted = replace(edition, stories=tuple(stories))
    return replace(fitted, left_count=edition.development_count - fitted.development_count)


def _words(development: ReportedDevelopment) -> str:
    """Return a statement's words as they count when repeats are looked for."""
    return " ".join(development.statement.split()).casefold()
