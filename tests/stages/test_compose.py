from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Coverage, Kind, Recipient, ReportedDevelopment, ReportedFigure
from tidings.stages.compose import Material, Selected, StoryFacts, compose, fit, fold, leave, shown_count

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TITLES = {"idlib": "Idlib", "libya": "Libya"}


def recipient(*at, zone="UTC"):
    return Recipient("desk", "file", ("idlib", "libya"), at, zone, "send")


# ---------------------------------------------------------------- what


def selected(name, kind=Kind.NEW_STATEMENT, story="s1", topic="idlib", hours=1.0, position=0, words=None):
    at = NOW - timedelta(hours=hours)
    statement = "" if kind is Kind.NEW_ORIGIN else words or f"Statement {name}."
    reported = ReportedDevelopment(name, kind, statement, "harbour.example", "https://harbour.example/", "en", at, at)
    return Selected(topic, story, at, "article", position, reported)


def material(*members, origins=None):
    stories = {
        one.story_id: StoryFacts(one.story_id, f"Title {one.story_id}", "en", 2, (origins or {}).get(one.story_id, 1), ("en",))
        for one in members
    }
    return Material(members, stories, Coverage(1, (), (), ()))


def made(*members, start=NOW - DAY, **more):
    return compose(recipient("07:00"), TITLES, start, NOW, material(*members, **more))


def names(edition):
    return [one.development_id for story in edition.stories for one in story.developments]


def counting(one, measure, value):
    figure = ReportedFigure(measure, str(value), "people", value=value)
    return replace(one, reported=replace(one.reported, figures=(figure,)))


def test_people_weigh_more_than_things():
    """Killed before injured before displaced before everything else, in each band the larger number first; a vehicle is no person."""
    edition = made(
        counting(selected("lorries", story="a", hours=0.1), "other", 2400.0),
        counting(selected("fled", story="b"), "displaced", 900_000.0),
        counting(selected("hurt", story="c"), "injured", 40.0),
        counting(selected("dead", story="d"), "killed", 2.0),
        counting(selected("many dead", story="e"), "killed", 33.0),
        selected("words", story="f", hours=0.1),
    )
    assert names(edition) == ["many dead", "dead", "hurt", "fled", "lorries", "words"]


@pytest.mark.parametrize(
    "total",
    [
        pytest.param("More than 380,000 people have been killed in the war since 2011.", id="English year"),
        pytest.param("More than 380,000 people have been killed since the war began in March.", id="English month"),
        pytest.param("Plus de 380.000 personnes ont été tuées depuis 2011.", id="French"),
        pytest.param("2011'den bu yana 380 bin kişi öldü.", id="Turkish"),
        pytest.param("С 2011 года погибли 380 тысяч человек.", id="Russian"),
        pytest.param("قتل 380 ألف شخص منذ عام 2011.", id="Arabic"),
        pytest.param("2011年以来，38万人丧生。", id="Chinese"),
    ],
)
def test_a_total_of_years_weighs_less_than_the_dead_of_today(total):
    """Whoever counts up since a month or a year tells the background; a record since then is of now."""
    edition = made(
        counting(selected(total, story="a", hours=0.1), "killed", 380_000.0),
        counting(selected("dead", story="b"), "killed", 22.0),
        counting(selected("The deadliest strike since 2016 killed 300.", story="c"), "killed", 300.0),
    )
    assert names(edition) == ["The deadliest strike since 2016 killed 300.", "dead", total]


def test_more_origins_and_reports_weigh_more():
    """Of two stories that say alike, the one with more independent origins comes first, then the one with more reports."""
    few, many, copied = (selected(name, story=name, hours=9) for name in ("few", "many", "copied"))
    stories = {
        name: StoryFacts(name, name, "en", reports, origins, ("en",))
        for name, reports, origins in (("few", 2, 1), ("many", 2, 2), ("copied", 7, 1))
    }
    edition = compose(recipient("07:00"), TITLES, NOW - DAY, NOW, Material((few, many, copied), stories, Coverage(1, (), (), ())))
    assert names(edition) == ["many", "copied", "few"]


def test_order_of_weight():
    """What overturns and new stories of several origins come first, then new stories of one, then what adds, then confirmations."""
    edition = made(
        selected("adds", story="adds", hours=0.1),
        selected("confirms", Kind.NEW_ORIGIN, story="confirms", hours=0.1),
        selected("few", Kind.NEW_STORY, story="few"),
        selected("many", Kind.NEW_STORY, story="many", hours=9),
        selected("toll", Kind.CHANGED_FIGURE, story="toll", hours=9),
        selected("taken", Kind.REVERSAL, story="taken", hours=5),
        origins={"many": 4},
    )
    assert names(edition) == ["many", "taken", "toll", "few", "adds", "confirms"]


def test_one_word_can_overturn():
    """A statement that takes the place of another weighs like a reversal, whatever its kind, and stands before what only adds."""
    adds = selected("adds", story="taken", hours=9)
    taken = selected("taken", story="taken", hours=5)
    edition = made(
        selected("new", Kind.NEW_STORY, story="new", hours=0.1),
        adds,
        replace(taken, reported=replace(taken.reported, replaces="Most have left.")),
    )
    assert names(edition) == ["taken", "adds", "new"]


def test_order_within_a_story():
    """Within a story what opened it comes first, then what changes what was told, then the rest by the time of the report and the place in its text."""
    changed = selected("d3", hours=0.5)
    edition = made(
        selected("f", Kind.NEW_ORIGIN),
        selected("e3", position=7),
        selected("e2", position=2),
        selected("e1", position=9, hours=2),
        selected("b", Kind.NEW_STORY, position=4),
        selected("e0", Kind.NEW_STORY, position=5, hours=3),
        replace(changed, reported=replace(changed.reported, replaces="Most have left.")),
        selected("d2", Kind.CHANGED_FIGURE, hours=0.1),
        selected("d1", Kind.CORRECTION),
        selected("d0", Kind.REVERSAL),
    )
    assert names(edition) == ["e0", "d0", "d1", "d2", "d3", "e1", "e2", "b", "e3", "f"]


def test_what_the_same_edition_replaces_comes_last():
    """Of 22, 29 and 33 dead on one day the last is read first; the words that it takes the place of stand at the end of the story."""
    tolls = [
        selected("22", Kind.NEW_STORY, hours=9),
        selected("29", Kind.CHANGED_FIGURE, hours=6),
        selected("33", Kind.CHANGED_FIGURE, hours=3),
    ]
    chain = [
        replace(one, reported=replace(one.reported, replaces=before))
        for one, before in zip(tolls, ("", "Statement 22.", "Statement 29."), strict=True)
    ]
    assert names(made(*chain, selected("rain", hours=9))) == ["33", "rain", "29", "22"]


def test_no_statement_twice():
    """The same words are shown once in an edition, under whichever topic comes first; the other development is counted and told."""
    edition = made(
        selected("first", words="The  road is shut."),
        selected("again", words="the road is shut.", topic="libya", story="s2"),
        selected("other", topic="libya", story="s2"),
    )
    again = edition.stories[1].developments[-1]
    assert (again.development_id, again.shown_in) == ("again", "idlib")
    assert shown_count(edition.stories[1]) == 1
    assert edition.development_count == 3


def test_order_does_not_depend_on_the_query():
    """The order of the rows that the store returns changes nothing."""
    members = [selected(str(n), kind, story=f"s{n % 3}", position=n) for n, kind in enumerate([*Kind, *Kind])]
    assert made(*members) == made(*reversed(members))


def test_first_edition_is_folded_and_tells_all():
    """A first edition shows five stories of a topic and three statements of a story; all the rest is still in it, counted."""
    members = [selected(f"{story}-{n}", Kind.NEW_STORY, story=f"s{story}", position=n) for story in range(8) for n in range(5)]
    edition = made(*members, start=None)
    assert edition.folded
    assert [shown_count(story) for story in edition.stories] == [3] * 5 + [0] * 3
    assert edition.development_count == 40


def test_later_editions_are_not_folded():
    """From the second edition on everything is shown."""
    edition = made(*[selected(f"{n}", story=f"s{n}") for n in range(30)])
    assert not edition.folded
    assert all(shown_count(story) == 1 for story in edition.stories)


def test_only_the_recipients_topics():
    """What is not on a topic of the recipient has no place in the edition."""
    assert names(made(selected("a"), selected("b", topic="xinjiang", story="s9"))) == ["a"]


def hundred_each(edition):
    return sum(100 for story in edition.stories for _ in range(shown_count(story)))


MEMBERS = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(list(Kind))), max_size=40)


@given(MEMBERS, st.integers(100, 3000))
def test_fit_keeps_everything_of_a_first_edition_counted(members, bytes_max):
    """Folding to a size keeps every development in a first edition, shows only a beginning of each story, and never exceeds the size."""
    edition = made(*[selected(str(n), kind, story=f"s{story}") for n, (story, kind) in enumerate(members)], start=None)
    fitted = fit(edition, hundred_each, bytes_max)
    assert names(fitted) == names(edition)
    assert fitted.left_count == 0
    assert hundred_each(fitted) <= bytes_max
    assert all(shown_count(after) <= shown_count(before) for before, after in zip(edition.stories, fitted.stories, strict=True))


@given(MEMBERS, st.integers(100, 3000))
def test_what_is_left_out_of_a_later_edition_is_untold(members, bytes_max):
    """What does not fit is not in the edition, is counted, and is a beginning's rest in each story; as much as fits is told."""
    edition = made(*[selected(str(n), kind, story=f"s{story}") for n, (story, kind) in enumerate(members)])
    fitted = leave(edition, hundred_each, bytes_max)
    assert len(names(fitted)) + fitted.left_count == len(names(edition))
    kept = {story.story_id: story.developments for story in fitted.stories}
    assert all(
        story.developments[: len(kept[story.story_id])] == kept[story.story_id] for story in edition.stories if story.story_id in kept
    )
    assert all(kept.values())
    if hundred_each(edition) <= bytes_max:
        assert fitted == edition
    else:
        assert bytes_max - 100 < hundred_each(fitted) <= bytes_max


def recorded(one, at):
    return replace(one, reported=replace(one.reported, recorded_at=at))


def test_nothing_waits_for_ever_while_news_overflows():
    """Ten days on which six deadly stories come and four fit: what is left out, however light, is told within six editions."""
    owed, told_after = {}, {}
    for day in range(10):
        start = NOW + (day - 1) * DAY
        heavy = [counting(selected(f"{day}-{n}", Kind.NEW_STORY, story=f"{day}-{n}"), "killed", 10**n) for n in range(5 if day < 6 else 1)]
        light = [selected(f"{day}-light", story=f"{day}-light")]
        owed |= {one.reported.development_id: (day, recorded(one, start + DAY / 2)) for one in (*heavy, *light)}
        members = [one for _, one in owed.values()]
        edition = leave(compose(recipient("07:00"), TITLES, start, start + DAY, material(*members)), hundred_each, 400)
        assert len(names(edition)) == min(4, len(members))
        told_after |= {name: day - owed.pop(name)[0] for name in names(edition)}
    assert not [name for name in owed if int(name[0]) < 5]
    assert max(told_after.values()) <= 6
    assert all(f"{day}-4" in told_after and told_after[f"{day}-4"] == 0 for day in range(6))  # the weightiest news waits for nobody


def test_what_waited_longest_comes_first_within_a_story():
    """Of one story, too, the rest of an earlier edition takes turns with what is new, and stands where it belongs."""
    waited = [recorded(selected(f"waited-{n}", position=9 - n), NOW - (3 - n) * DAY) for n in range(2)]
    new = [recorded(selected(f"new-{n}", Kind.REVERSAL, position=n), NOW - DAY / 2) for n in range(3)]
    assert names(leave(made(*new, *waited), hundred_each, 200)) == ["new-0", "waited-0"]
    assert names(leave(made(*new, *waited), hundred_each, 400)) == ["new-0", "new-1", "waited-1", "waited-0"]


def test_a_repeat_waits_with_the_words_it_repeats():
    """What is shown under another topic is told with it or not at all; and one development larger than the size is told alone."""
    members = [
        selected("first", Kind.NEW_STORY),
        selected("later", words="The road is shut.", position=1),
        selected("again", words="The road is shut.", topic="libya", story="s2"),
    ]
    fitted = leave(made(*members), hundred_each, 50)
    assert (names(fitted), fitted.left_count) == (["first"], 2)
    assert names(leave(made(*members), hundred_each, 200)) == ["first", "later", "again"]


def test_folding_shows_some_of_every_story_first():
    """When space is short, each story keeps its first development before any keeps its second."""
    edition = made(*[selected(f"{story}{n}", story=f"s{story}", position=n) for story in range(3) for n in range(4)])
    fitted = fit(edition, lambda one: sum(map(shown_count, one.stories)) * 1000, 4000)
    assert sorted(map(shown_count, fitted.stories)) == [1, 1, 2]


def test_same_window_same_edition():
    """An edition is identified by recipient, topics and window, not by what is in it."""
    assert made(selected("a")).id == made().id
    assert made().id != made(start=NOW - 2 * DAY).id
    assert fold(made()).id == made().id
    assert replace(made(), recipient="other").id == made().id
