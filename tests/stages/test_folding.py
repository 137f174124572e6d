"""How much of an edition is shown: laws that hold for every edition, and the three editions to look at."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import editions
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import CORRECTIONS, Correcting, Coverage, Kind, Recipient, ReportedCorrection, ReportedDevelopment
from tidings.stages.compose import (
    WORDS_MAX,
    Material,
    Selected,
    StoryFacts,
    compose,
    fit,
    leave,
    shorten,
    shown_count,
    unfolded,
)
from tidings.text.terms import tokens

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
START = NOW - timedelta(days=1)
READER = Recipient("desk", "email", ("idlib", "libya"), ("07:00",), "UTC", "send")
WORDS = (
    "The road is shut.",
    "The clinic in Maar has closed its doors.",
    "A clinic in Maar has closed its doors, a doctor said.",
    "新聞報道。",
    "Rain fell.",
)


def reported(number, kind, statement, publisher, hours):
    return ReportedDevelopment(
        development_id=f"d{number}", kind=kind, statement="" if kind is Kind.NEW_ORIGIN else statement, publisher=publisher,
        url=f"https://{publisher}.example/{number % 5}", language="en", published_at=None, first_seen_at=NOW - timedelta(hours=hours),
        recorded_at=NOW - timedelta(hours=hours),
    )  # fmt: skip


@st.composite
def composed(draw, is_first=None):
    """Compose an edition of up to thirty developments, some in the same words, some of them waited for, some among the corrections."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(("idlib", "libya")), st.integers(0, 5), st.sampled_from(list(Kind)), st.integers(0, 30), st.integers(1, 60)), max_size=30
        )
    )  # fmt: skip
    selected, corrections = [], []
    for number, (topic, story, kind, words, hours) in enumerate(drawn):
        statement = WORDS[words] if words < len(WORDS) else f"Sentence {words} of {story} " + "and so on " * words
        one = reported(number, kind, statement, f"p{words % 3}", hours)
        selected.append(Selected(topic, f"{topic}{story}", one.first_seen_at, one.url, number, one))
        if kind is Kind.CORRECTION and hours % 2:
            corrections.append(
                ReportedCorrection(f"t{number}", topic, Correcting.CORRECTED, START, "Told.", "en", "p", "", "en", NOW, one.statement, by_id=one.development_id)
            )  # fmt: skip
    facts = {one.story_id: StoryFacts(one.story_id, f"Headline {one.story_id}", "en", 2, 2, ("en",)) for one in selected}
    is_first = draw(st.booleans()) if is_first is None else is_first
    material = Material(tuple(selected), facts, Coverage(1, (), (), ()), corrections=() if is_first else tuple(corrections))
    return compose(READER, {}, None if is_first else START, NOW, material)


LATER = composed(is_first=False)


def shown(edition):
    return [one.development_id for story in edition.stories for one in story.shown]


def ids(edition):
    return [one.development_id for story in edition.stories for one in story.developments]


def size(edition):
    """Measure what is shown, in bytes that no two developments share."""
    return sum(100 + len(one.statement) for story in edition.stories for one in story.shown)


def ways(edition):
    """Return an edition as every channel might get it."""
    return (
        edition,
        shorten(edition),
        shorten(edition, 20),
        fit(edition, size, 900),
        leave(edition, size, 900),
        fit(leave(edition, size, 1500), size, 700),
    )


@given(composed())
def test_each_development_is_in_exactly_one_place(edition):
    """Shown, said by what is shown, folded and counted, or left and counted: each is one of these, and nothing is lost."""
    for one in ways(edition):
        visible = set(shown(one)) | {each.by_id for each in one.shown_corrections} - {""}
        repeats = [
            each
            for story in one.stories
            for each in story.developments
            if each.development_id not in visible and each.repeats_id in visible
        ]
        assert len(visible & set(ids(one))) + len(repeats) + one.folded_count == one.development_count
        assert one.development_count + one.left_count == edition.development_count
        assert set(ids(one)) <= set(ids(edition))
        assert len(ids(one)) == len(set(ids(one)))


@given(composed())
def test_folding_changes_no_order_and_no_words(edition):
    """Stories and developments stay where they are and what they are; of each story a beginning is shown."""
    for one in (shorten(edition), shorten(edition, 20), fit(edition, size, 900)):
        assert [replace(story, shown_count=None) for story in one.stories] == [
            replace(story, shown_count=None) for story in edition.stories
        ]
        for story, whole in zip(one.stories, edition.stories, strict=True):
            assert story.shown == whole.shown[: len(story.shown)]
    kept = leave(edition, size, 900)
    order = {name: place for place, name in enumerate(ids(edition))}
    assert all(order[a] < order[b] for story in kept.stories for a, b in zip(names(story), names(story)[1:], strict=False))


def names(story):
    return [one.development_id for one in story.developments if not one.shown_in]


@given(LATER, st.integers(100, 4000), st.integers(0, 3000))
def test_more_room_shows_more(edition, room, more):
    """What is shown in little room is shown in more, whether it is bytes or reading time that is short."""
    assert set(shown(fit(edition, size, room))) <= set(shown(fit(edition, size, room + more)))
    assert set(shown(shorten(edition, room / 10))) <= set(shown(shorten(edition, (room + more) / 10)))
    assert size(fit(edition, size, room)) <= max(room, size(fit(edition, size, 1)))


@given(composed())
def test_the_full_edition_shows_everything_once(edition):
    """Unfolded, nothing is folded, and no words stand in it twice."""
    full = unfolded(shorten(edition, 10))
    assert not full.is_folded
    words = [one.statement.casefold() for story in full.stories for one in story.shown if one.statement]
    assert len(words) == len(set(words))


@given(composed(is_first=False))
def test_what_corrects_is_not_shown_twice(edition):
    """A development in the section of corrections is nowhere else."""
    among = {one.by_id for one in edition.corrections}
    assert not among & set(shown(edition))
    assert {one.development_id for story in edition.stories for one in story.developments if one.shown_in == CORRECTIONS} == among


@given(LATER)
def test_each_topic_shows_its_weightiest(edition):
    """However short the time, of each topic with anything to show at least one development is shown."""
    topics = {story.topic for story in edition.stories if shown_count(story)}
    assert {story.topic for story in shorten(edition, 1).stories if story.shown} == topics


# ---------------------------------------------------------------- three days


@pytest.mark.parametrize(
    ("day", "all_shown"),
    [(editions.quiet_day, True), (editions.normal_day, True), (editions.flood, False)],
    ids=["a quiet day", "a normal day", "a flood"],
)
def test_two_minutes(day, all_shown):
    """A normal day is shown whole; of a flood of 200 so much is shown that its news are read in two minutes, the rest is counted."""
    edition = shorten(day())
    read = sum(len(tokens(f"{one.statement} {one.replaces}")) for story in edition.stories for one in story.shown)
    assert (edition.folded_count == 0) == all_shown
    assert read <= WORDS_MAX * 1.25
    if not all_shown:
        assert edition.development_count == editions.FLOOD_COUNT
        assert len(shown(edition)) >= 8
