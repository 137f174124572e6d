"""What is told at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tidings.model import AlertRule, Coverage, Edition, Kind, ReportedDevelopment, ReportedFigure, ReportedStory
from tidings.stages.alerts import crossing

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
RULE = AlertRule(origins=3, toll=50)


def killed(words="60 people", value=60.0, **more):
    return ReportedFigure("killed", words, "people", value=value, **more)


def development(kind=Kind.NEW_STATEMENT, figures=(), statement="Sixty people were killed.", **more):
    return ReportedDevelopment(
        "d", kind, statement, "harbour.example", "https://harbour.example/", "en", NOW, NOW, figures=tuple(figures), **more
    )


def story(*developments, origin_count=1, is_new=False, story_id="s"):
    return ReportedStory(
        story_id, "idlib", "A headline", "en", origin_count, origin_count, ("en",), is_new, developments or (development(),)
    )


def crosses(one, rule=RULE):
    edition = Edition("e", "desk", (("idlib", "Idlib"),), NOW - timedelta(days=1), NOW, "UTC", (one,), Coverage(1, (), (), ()))
    return bool(crossing(edition, rule))


WAS = {"previous_words": "40 people"}
# name: (story, whether it is told at once)
STORIES = {
    "a new story of three origins": (story(origin_count=3, is_new=True), True),
    "a new story of two": (story(origin_count=2, is_new=True), False),
    "an old story of three": (story(origin_count=3), False),
    "a toll as high": (story(development(figures=[killed(value=50.0)])), True),
    "a toll below": (story(development(figures=[killed(value=49.0)])), False),
    "so many were injured": (story(development(figures=[ReportedFigure("injured", "60", "people", value=60.0)])), False),
    "a vague toll": (story(development(figures=[killed("dozens", None)])), False),
    "a toll that rose": (story(development(Kind.CHANGED_FIGURE, [killed(**WAS)])), True),
    "another figure beside it changed": (
        story(development(Kind.CHANGED_FIGURE, [killed(), ReportedFigure("injured", "70", "people", "30", value=70.0)])),
        False,
    ),
    "background": (story(development(statement="Some 1,800 people were killed there since April 2019.", figures=[killed("1,800 people", 1800.0)])), False),
    "of a day long past": (story(development(figures=[killed()], event_date=date(2019, 2, 19).isoformat())), False),
    "of yesterday": (story(development(figures=[killed()], event_date=date(2020, 2, 18).isoformat())), True),
    "of a day that cannot be read": (story(development(figures=[killed()], event_date="?")), True),
}  # fmt: skip


BACKGROUND = (
    "The war has killed more than 380,000 people.", "More than 380,000 people have been killed since the civil war began.",
    "The conflict, now in its ninth year, has killed more than 380,000 people.", "At least 380,000 people have been killed in nine years of war.",
    "More than 380,000 people have been killed since the start of the civil war.", "Over the past decade 5,000 people have been killed there.",
    "In 2013 a sarin attack killed 1,400 people.", "More than 1,000 have died since the general launched his offensive on the city in April.",
    "More than 100,000 people were killed between 2011 and 2013.", "Some 300 people have been killed so far this year.",
)  # fmt: skip
OF_NOW = (
    "A strike killed 60 people in a town battered by nine years of war.", "A strike killed 60 people, the deadliest since the war began.",
    "Sixty people were killed since the attack began.", "A strike killed 60 people in a conflict that has killed more than 380,000.",
    "Sixty people were killed in the last day.",
)  # fmt: skip


@pytest.mark.parametrize("statement", BACKGROUND + OF_NOW)
def test_the_dead_of_years_are_background(statement):
    """The total of a war, of years or of a year that is over crosses no threshold; a toll of now does, whatever war it is in."""
    assert crosses(story(development(statement=statement, figures=[killed(value=60.0)]))) is (statement in OF_NOW)


@pytest.mark.parametrize("name", STORIES)
def test_what_crosses_a_threshold(name):
    """A new story of enough origins does, and a toll of now that is new or has changed; nothing else."""
    one, expected = STORIES[name]
    assert crosses(one) is expected


def test_a_threshold_that_is_not_set_is_none():
    """With one key alone the other is never asked."""
    wide, deadly = story(origin_count=9, is_new=True), story(development(figures=[killed(value=900.0)]))
    assert [crosses(one, replace(RULE, origins=None)) for one in (wide, deadly)] == [False, True]
    assert [crosses(one, replace(RULE, toll=None)) for one in (wide, deadly)] == [True, False]


def test_only_the_stories_that_cross_are_named():
    """The others of the edition wait for their time."""
    stories = (story(story_id="quiet"), story(story_id="wide", origin_count=4, is_new=True))
    edition = Edition("e", "desk", (("idlib", "Idlib"),), NOW - timedelta(days=1), NOW, "UTC", stories, Coverage(1, (), (), ()))
    assert crossing(edition, RULE) == {"wide"}
