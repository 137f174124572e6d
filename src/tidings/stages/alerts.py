"""Find what does not wait for the next edition: stories that cross a recipient's own threshold.

A new story counts from so many independent origins on. A toll counts when a new or changed figure says that so many people
were killed: not one that counts up what has been since some year, nor one of a day long past.
"""

from datetime import date, timedelta

from tidings.model import AlertRule, Edition, Id, Kind, ReportedDevelopment, ReportedStory
from tidings.stages._weight import is_background

PAST = timedelta(days=7)  # a statement that speaks of a day further back tells of no toll of now


def crossing(edition: Edition, rule: AlertRule) -> frozenset[Id]:
    """Return the ids of the stories of an edition that cross the threshold."""
    return frozenset(story.story_id for story in edition.stories if _is_widely_told(story, rule) or _is_deadly(story, rule))


def _is_widely_told(story: ReportedStory, rule: AlertRule) -> bool:
    return rule.origins is not None and story.is_new and story.origin_count >= rule.origins


def _is_deadly(story: ReportedStory, rule: AlertRule) -> bool:
    return rule.toll is not None and any(toll >= rule.toll for one in story.developments for toll in _tolls(one))


def _tolls(one: ReportedDevelopment) -> list[float]:
    """Return how many were killed, by each figure of a development that is new or changed and of now."""
    if _is_long_past(one) or is_background(one.statement):
        return []
    killed = [figure for figure in one.figures if figure.measure == "killed" and figure.value is not None]
    changed = [figure for figure in one.figures if figure.previous_words]
    if one.kind is Kind.CHANGED_FIGURE and changed:
        killed = [figure for figure in killed if figure.previous_words]  # the others stand in the sentence as they were told
    return [figure.value for figure in killed if figure.value is not None]


def _is_long_past(one: ReportedDevelopment) -> bool:
    try:
        spoken = date.fromisoformat(one.event_date)
    except ValueError:
        return False
    return (one.published_at or one.first_seen_at).date() - spoken > PAST
