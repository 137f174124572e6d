"""Decide how much of an edition is shown: what is folded is told and counted, what is left waits untold for the next edition.

Each development of an edition is in exactly one of these states: shown; shown elsewhere in the same words, or nearly (`shown_in`);
folded; or left. Only how many of a story are shown is ever changed: no order, and no words.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import accumulate, zip_longest

from tidings.model import Edition, ReportedStory

FIRST_STORIES_MAX = 5  # a topic, in a recipient's first edition
FIRST_STATEMENTS_MAX = 3  # a story, in a recipient's first edition
HTML_BYTES_MAX = 88_000  # Gmail cuts near 102 KB; below 90 KB leaves room for what servers add
FULL_BYTES_MAX = 5_000_000  # of the full edition that goes with a folded one: what mail servers still take
# People read 238 words a minute silently (Brysbaert 2019, the mean of 190 studies), so two minutes are 476 words. When an edition is
# folded, its overview and the lines of folded stories take about a hundred of them; when nothing is folded, all may be news (`SPARE`).
# The note on coverage is not counted: it is there to be looked up.
WORDS_MAX = 380
SOURCE_WORDS = 6  # publisher, time and language under each quotation
HEADING_WORDS = 8  # how many reports and origins, under each headline
HAN_WORDS = 0.6  # a Chinese character, in words: a page of 240 English words takes 400 characters
SPARE = 1.25  # an edition longer by no more than this is shown whole: it needs no overview, and "and 1 more" spares nobody anything
CORRECTIONS_MAX = 5  # shown, the rest is counted


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


def unfolded(edition: Edition) -> Edition:
    """Return the full edition: everything in it is shown, but for what is shown elsewhere in it."""
    stories = tuple(replace(story, shown_count=None) for story in edition.stories)
    return replace(edition, stories=stories, folded=False, corrections_shown=None, full_url="", full_file="")


# ---------------------------------------------------------------- two minutes


def shorten(edition: Edition, words_max: float = WORDS_MAX) -> Edition:
    """Fold an edition to what is read in two minutes: the first of each topic in any case, then what weighs most."""
    edition = replace(edition, corrections_shown=min(len(edition.corrections), CORRECTIONS_MAX))
    order = _by_weight(edition)
    costs = [_words(edition.stories[index], place) for index, place in order]
    if sum(costs) <= SPARE * words_max:
        return edition
    topic_count = len({edition.stories[index].topic for index, _ in order})
    spent = list(accumulate(costs))
    return _keep(edition, order[: max(topic_count, bisect_right(spent, words_max))])


def _by_weight(edition: Edition) -> list[tuple[int, int]]:
    """List the shown developments as (story, place in it): first each topic's first, then by weight; a story's second counts half, its third a third."""
    keyed = []
    topics: set[str] = set()
    for index, story in enumerate(edition.stories):
        for place in range(shown_count(story)):
            keyed.append((story.topic in topics, -story.weight / (1 + place), index, place))
            topics.add(story.topic)
    return [key[2:] for key in sorted(keyed)]


def _words(story: ReportedStory, place: int) -> float:
    """Count the words that showing a development takes, in English words."""
    one = story.developments[place]
    heading = 0.0 if place else HEADING_WORDS + word_count(story.headline)
    return heading + SOURCE_WORDS + word_count(one.statement) + word_count(one.replaces)


def word_count(text: str) -> float:
    """Count words by the spaces between them; Chinese and Japanese have none, there characters count for part of a word."""
    han_count = sum("\u3040" <= char <= "\u9fff" for char in text)
    return len(text.split()) + HAN_WORDS * han_count


# ---------------------------------------------------------------- a size


def fit(edition: Edition, size: Callable[[Edition], int], bytes_max: int = HTML_BYTES_MAX) -> Edition:
    """Fold an edition so that `size(edition)` is at most `bytes_max`, unless nothing of it can be shown in that; all stays in it, told."""
    return _fitted(edition, size, bytes_max, _by_weight(edition), _keep)


def leave(edition: Edition, size: Callable[[Edition], int], bytes_max: int = FULL_BYTES_MAX) -> Edition:
    """Leave out what does not fit: `size(edition)` is at most `bytes_max`, unless one development alone is larger.

    A first edition is folded instead. From a later one it is left untold and counted in `left_count`: it waits for the next edition,
    where what waited longest and what weighs most take turns, so that nothing waits for ever.
    """
    return _fitted(edition, size, bytes_max, _turns(edition), _keep if edition.window_start is None else _leave)


def _fitted(
    edition: Edition,
    size: Callable[[Edition], int],
    bytes_max: int,
    order: list[tuple[int, int]],
    keep: Callable[[Edition, list[tuple[int, int]]], Edition],
) -> Edition:
    """Keep as many of the developments in `order` as fit, found by halving; one at least, if there is any."""
    if size(edition) <= bytes_max:
        return edition
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
    ids = {one.development_id for kept in fresh for one in kept} | {one.by_id for one in edition.corrections}
    stories = []
    for story, kept in zip(edition.stories, fresh, strict=True):
        repeats = [one for one in story.developments if one.shown_in and one.repeats_id in ids]
        if kept or repeats:
            stories.append(replace(story, developments=(*kept, *repeats), shown_count=len(kept) if repeats else None))
    fitted = replace(edition, stories=tuple(stories))
    return replace(fitted, left_count=edition.left_count + edition.development_count - fitted.development_count)
