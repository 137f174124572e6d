"""What the archive lays out: days and pages of a timeline, series of figures, groups of copies."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from archives import HOUR, START, archive, development, point
from hypothesis import given
from hypothesis import strategies as st

from tidings.ids import make_id
from tidings.stages.archive import ArchivedArticle, figure_series, origins_of, timeline


def many(count, minutes=60, story="s"):
    """Make developments, newest first."""
    return tuple(
        development(make_id(story), f"Statement {number}.", "en", START - timedelta(minutes=minutes * number)) for number in range(count)
    )


@given(count=st.integers(0, 400), minutes=st.sampled_from([1, 60, 600, 4_000]), most=st.integers(1, 120))
def test_every_development_stands_on_one_page_in_order(count, minutes, most):
    """Pages, days and stories only group: read in order they give every development once, newest first, at most so many a page."""
    given_ones = many(count, minutes)
    pages = timeline(given_ones, "UTC", most)
    shown = [one for page in pages for day in page.days for story in day.stories for one in story.developments]
    assert shown == list(given_ones)
    assert all(sum(day.count for day in page.days) <= most for page in pages)
    assert [page.suffix for page in pages[:1]] == [""] * bool(pages)
    assert len({page.suffix for page in pages}) == len(pages)


def test_older_pages_stay_as_they_are():
    """One development more changes the newest page alone, whatever a page holds."""
    for count in (40, 49, 50, 51, 99):
        before, after = (timeline(many(number, 30), "UTC", 10) for number in (count, count))
        newer = replace(many(1)[0], article_id=make_id("new"))
        after = timeline((newer, *many(count, 30)), "UTC", 10)
        same = {page.suffix: page for page in before if page.suffix}
        assert all(after_page == same[after_page.suffix] for after_page in after if after_page.suffix in same)


def test_days_are_those_of_the_zone():
    """What was reported at 22:30 in UTC belongs to the next day in Damascus."""
    one = development(make_id("s"), "Late.", "en", START.replace(hour=22, minute=30))
    (page,) = timeline((one,), "Asia/Damascus")
    assert page.days[0].day == date(2020, 2, 19)


def test_a_claimed_time_in_the_future_counts_as_seen():
    """An article that claims to be of next year stands on the day on which it was seen."""
    one = development(make_id("s"), "Early.", "en", START)
    future = replace(one, reported=replace(one.reported, published_at=START + timedelta(days=400)))
    assert future.at == START + HOUR


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ([], []),
        ([("2020-02-18", 20)], []),
        ([("2020-02-18", 20), ("2020-02-19", 20)], [("killed", 2)]),
        ([("2020-02-18", 20), ("2020-02-18", 22)], [("killed", 2)]),
    ],
    ids=["none", "one value", "two days", "two values of one day"],
)
def test_a_series_says_more_than_one_value(points, expected):
    """A chart is made of two values or two days at least."""
    made = figure_series(point("s", "idlib", day, value, "Harbour Post") for day, value in points)
    assert [(one.measure, len(one.points)) for one in made] == expected


def test_copies_of_a_value_stand_once():
    """The same value for the same day by the same speaker is one point, however many report it."""
    points = [point("s", "idlib", "2020-02-18", 20, publisher, said_by="the ministry") for publisher in ("A", "B", "C")]
    (made,) = figure_series([*points, point("s", "idlib", "2020-02-19", 25, "A")])
    assert [one.high for one in made.points] == [20, 25]


def test_a_pronoun_is_nobody():
    """What "he" said is answered for by the publisher."""
    assert point("s", "idlib", "2020-02-18", 20, "Harbour Post", said_by="He").who == "Harbour Post"
    assert point("s", "idlib", "2020-02-18", 20, "Harbour Post", said_by="the ministry").who == "the ministry"


def test_sums_and_shares_are_of_the_same_thing():
    """Shares of different things never stand in one series, and counts of other things make none."""
    points = [
        point("s", "x", f"2020-02-{day}", day, "A", measure="percent", of=of, unit="%")
        for of in ("turnout", "Turnout", "seats")
        for day in (18, 19)
    ]
    points += [point("s", "x", f"2020-02-{day}", day, "A", measure="other", of="lorries") for day in (18, 19)]
    assert [(one.measure, one.of.casefold()) for one in figure_series(points)] == [("percent", "seats"), ("percent", "turnout")]


def test_vague_numbers_are_in_no_series():
    """What is vague, such as "dozens", has no place on a scale."""
    points = [replace(point("s", "idlib", f"2020-02-{day}", day, "A"), low=None, high=None) for day in (18, 19)]
    assert figure_series(points) == ()


def test_long_series_keep_the_latest():
    """Of very many values the latest are charted, and the others counted."""
    days = [point("s", "idlib", START.date() + timedelta(days=day), day + 1, "A") for day in range(100)]
    (made,) = figure_series(days)
    assert (len(made.points), made.left_count, made.points[-1].high) == (80, 20, 100)


def test_copies_stand_under_what_they_copy():
    """Whatever copies a copy stands under the first report; what copies a report of another story stands by itself."""
    first, *_ = archive().articles[next(iter(archive().stories))]
    copies = [replace(first, id=f"c{number}", copy_of=of, relation="near") for number, of in enumerate((first.id, "c0", "elsewhere"))]
    groups = list(origins_of([first, *copies]))
    assert [(group.article.id, [one.id for one in group.copies]) for group in groups] == [(first.id, ["c0", "c1"]), ("c2", [])]


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdefx"), max_size=6))
def test_copies_in_a_circle_end(copies):
    """However copies point at each other, every article stands in exactly one group."""
    first, *_ = archive().articles[next(iter(archive().stories))]
    members = [replace(first, id=one, copy_of=copies.get(one, "")) for one in "abcdef"]
    groups = list(origins_of(members))
    assert sorted(one.id for group in groups for one in (group.article, *group.copies)) == list("abcdef")
    assert all(isinstance(group.article, ArchivedArticle) for group in groups)


@pytest.mark.parametrize("value", [-1.0, 1e16, float("inf"), float("nan")])
def test_what_cannot_be_a_count_is_in_no_series(value):
    """A number that no count of people can be, read from some text, spoils no chart."""
    points = [point("s", "idlib", f"2020-02-{day}", day, "A") for day in (18, 19)]
    (made,) = figure_series([*points, point("s", "idlib", "2020-02-20", value, "A")])
    assert [one.high for one in made.points] == [18, 19]
