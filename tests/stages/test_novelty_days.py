"""Prove when another day makes the same words news."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from judged import JOINED, NOW, TODAY, as_told, judge, said, told, verdict

from tidings.stages.bounds import LATER_DAYS, LATER_MIN, TOLD_MIN


@pytest.mark.parametrize(
    ("language", "before", "text"),
    [
        pytest.param("en", "A strike hit the market of Nairab on Monday.", "A strike hit the market of Nairab on Tuesday.", id="English"),
        pytest.param("tr", "Pazartesi günü Nayrab pazarı vuruldu.", "Salı günü Nayrab pazarı vuruldu.", id="Turkish"),
        pytest.param("ar", "استهدفت غارة سوق النيرب أمس", "استهدفت غارة سوق النيرب اليوم", id="Arabic"),
        pytest.param("zh", "昨天一次空袭击中该镇市场。", "今天一次空袭击中该镇市场。", id="Chinese"),
        pytest.param("ru", "В понедельник удар пришёлся по рынку Найраба.", "Во вторник удар пришёлся по рынку Найраба.", id="Russian"),
        pytest.param("fr", "Une frappe a touché le marché de Nairab lundi.", "Une frappe a touché le marché de Nairab mardi.", id="French"),
    ],
)
def test_the_same_on_another_day_is_news(language: str, before: str, text: str) -> None:
    """Both say when, and the days differ: another strike at the same place."""
    assert verdict(judge(text, told(before, language=language), language=language)) == ("new_statement", "day")


TUESDAY = date(2020, 2, 18)
STRIKE = "A strike hit the market of Nairab on Tuesday."


def test_a_day_is_that_day_whenever_it_is_named() -> None:
    """Tuesday's strike is told on Tuesday as today's and on Wednesday as yesterday's: one strike, told once."""
    known = told("A strike hit the market of Nairab today.", on=TUESDAY)
    assert verdict(judge(STRIKE, known))[0] == "told"
    assert judge("A strike hit the market of Nairab yesterday.", known).developments == ()


def test_what_was_told_before_the_day_cannot_tell_of_it() -> None:
    """A strike told weeks ago without its day is not Tuesday's; one told on Wednesday may be."""
    undated = "A strike hit the market of Nairab."
    assert verdict(judge(STRIKE, told(undated, on=TUESDAY - timedelta(days=20)))) == ("new_statement", "day")
    assert verdict(judge(STRIKE, told(undated, on=NOW.date())))[0] == "told"


@pytest.mark.parametrize("before", ["An air strike on Harim killed {} people.", "An air strike on Harim killed {} people on Saturday."])
def test_another_toll_of_another_day_is_changed_in_the_same_story_only(before: str) -> None:
    """Weeks later a strike on the same town has its own toll: in another story it is news of its own and replaces nothing."""
    text, old = "An air strike on Harim killed 7 people on Tuesday.", TODAY - timedelta(days=26)
    apart = judge(text, told(before.format(12), on=old), replace(JOINED, story_id="new"))
    assert verdict(apart) == ("new_statement", "day")
    assert apart.developments[0].replaces_id == ""
    assert verdict(judge(text, told(before.format(12), on=old))) == ("changed_figure", "figure")


def test_another_toll_of_the_same_day_is_changed_in_another_story_too() -> None:
    """Two reports of Monday's strike that were not found to be of one story still cannot both be right."""
    apart = replace(JOINED, story_id="new")
    strike = "An air strike on Harim killed {} people on Monday."
    assert verdict(judge(strike.format(17), told(strike.format(12)), apart)) == ("changed_figure", "figure")
    both = told(strike.format(12))
    both.add(
        as_told(
            said("An air strike on Harim killed 40 people.", 9, "older", on=TODAY - timedelta(days=26)), "en", "older", "d", "2020-01-24"
        )
    )
    assert judge(strike.format(17), both, apart).developments[0].replaces_id == "dev-0"


@pytest.mark.parametrize("before", ["An air strike on Harim killed 12 people.", "An air strike on Harim killed 12 people on Saturday."])
def test_a_toll_that_another_happening_had_by_chance_is_changed(before: str) -> None:
    """Twelve were killed in January, too: that Tuesday's strike killed not seven but twelve is news, and replaces the seven."""
    old = TODAY - timedelta(days=26)
    known = told("An air strike on Harim killed 7 people on Tuesday.")
    known.add(as_told(said(before, 9, "older", on=old), "en", "older", "d", old.isoformat()))
    found = judge("An air strike on Harim killed 12 people on Tuesday.", known)
    assert verdict(found) == ("changed_figure", "figure")
    assert found.developments[0].replaces_id == "dev-0"


def test_the_day_on_which_somebody_said_so_is_no_other_happening() -> None:
    """A minister who says on Tuesday what he said on Monday says nothing new."""
    known = told("The road to the camp is open, the ministry said on Monday.")
    assert verdict(judge("The road to the camp is open, the ministry said on Tuesday.", known))[0] == "told"


@pytest.mark.parametrize(("before", "after"), [("Monday", "Tuesday"), ("Sunday", "Wednesday")], ids=["a day later", "three days later"])
def test_the_day_of_a_deed_counts_whoever_told_of_it(before: str, after: str) -> None:
    """A tail that says who told of it makes the day of a strike no day of speech: another day, another strike."""
    known = told(f"Planes bombed the market of Nairab on {before}, a monitor said.")
    assert verdict(judge(f"Planes bombed the market of Nairab on {after}, a monitor said.", known)) == ("new_statement", "day")


def test_a_weekday_that_may_lie_back_or_ahead_is_another_day_if_neither_is_the_told_one() -> None:
    """Friday, said on a Wednesday, is last week's or this one's: no date is shown, yet neither is Monday a week ago."""
    strike = "Planes bombed the market of Nairab on {}."
    friday = strike.format("Friday")
    assert verdict(judge(friday, told(strike.format("Monday"), on=TODAY - timedelta(days=8)))) == ("new_statement", "day")
    assert verdict(judge(friday, told(friday, on=TODAY - timedelta(days=1))))[0] == "told"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(0, "told", id="the same day"),
        pytest.param(LATER_DAYS, "told", id="within the week"),
        pytest.param(LATER_DAYS + 1, "new_statement", id="after it"),
        pytest.param(60, "new_statement", id="months later"),
    ],
)
def test_what_resembles_something_told_long_ago_is_mostly_another_act(days: int, expected: str) -> None:
    """Between the two bounds a sentence is told within a week; later it is news, and the same words stay told."""
    before = "Government forces shelled the town of Nairab with rockets from the hills."
    known = told(before, on=TODAY - timedelta(days=days))
    found = judge("Government forces shelled Nairab while farmers brought in their olives.", known)
    assert TOLD_MIN <= found.decisions[0].score < LATER_MIN
    assert verdict(found)[0] == expected
    assert verdict(judge(before, known))[0] == "told"


@pytest.mark.parametrize(("second", "third"), [(TODAY, TODAY), (TODAY - timedelta(days=1), TODAY)], ids=["all on one day", "day by day"])
@pytest.mark.parametrize("reverse", [False, True], ids=["in order", "in any order"])
def test_a_toll_replaces_the_one_told_last(second: date, third: date, *, reverse: bool) -> None:
    """Told were 22, then 29; now 33 dead: "was 29". What was replaced already is not replaced again, though as much alike."""
    toll = "At least {} people were killed in the air strike near Nairab, the rescue service said."
    days = {22: second - (third - second), 29: second}
    known = told()
    for number in sorted(days, reverse=reverse):
        statement = said(toll.format(number), number, "old")
        known.add(as_told(statement, "en", "story", f"dev-{number}", days[number].isoformat()))
    assert [one.replaces_id for one in judge(toll.format(33), known).developments] == ["dev-29"]
