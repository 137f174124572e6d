"""Prove that numbers which count nothing are told from those that do."""

import pytest

from tidings.text.quantities import read_quantities
from tidings.text.uncounted import uncounted


def first_reason(text: str) -> str:
    tokens, found = read_quantities(text)
    return uncounted(tokens, found[0])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("It opened in 1987.", "year", id="year"),
        pytest.param("The 2014 protests went on.", "year", id="year before a noun"),
        pytest.param("on 14 August they met", "date", id="day before month"),
        pytest.param("on August 14 they met", "date", id="day after month"),
        pytest.param("August 2019 was dry", "date", id="month and year"),
        pytest.param("from 3 to 9 May", "date", id="range of days"),
        pytest.param("at 5 pm they met", "time", id="hour"),
        pytest.param("Ada Park, 34, spoke", "age", id="age between commas"),
        pytest.param("a boy aged 12 spoke", "age", id="aged"),
        pytest.param("a 7-year-old spoke", "age", id="years old, hyphened"),
        pytest.param("she is 40 years old", "age", id="years old"),
        pytest.param("after three days of rain", "duration", id="days"),
        pytest.param("a two-week truce", "duration", id="compound"),
        pytest.param("two more years passed", "duration", id="more years"),
        pytest.param("50 km to the north", "distance", id="distance"),
        pytest.param("at 31 degrees", "distance", id="temperature"),
        pytest.param("a 5.1 magnitude quake", "distance", id="magnitude"),
        pytest.param("grew five times", "ratio", id="ratio"),
        pytest.param("nine in ten of the wells", "ratio", id="so many in so many"),
        pytest.param("four in five women", "ratio", id="so many people in so many"),
        pytest.param("two in three villages", "", id="so many in as many places"),
        pytest.param("until nine in the evening", "time", id="hour in words"),
        pytest.param("wounding nine in the evening", "", id="count in the evening"),
        pytest.param("Flight 88 landed", "name", id="flight"),
        pytest.param("the Group of Seven met", "name", id="name in words"),
        pytest.param("a Category 4 storm", "name", id="category"),
        pytest.param("won 3-1 at home", "score", id="score"),
        pytest.param("with 1987 pupils", "year", id="a bare year-like number is held to be a year"),
        pytest.param("with 2000 people", "", id="unless people are counted"),
        pytest.param("with 34 pupils", "", id="count"),
        pytest.param("for $2018 each", "", id="money"),
    ],
)
def test_reason(text: str, reason: str) -> None:
    """The first number of each text is named for what it is; a count has no reason."""
    assert first_reason(text) == reason


def test_a_compared_number_is_no_year() -> None:
    """After "more than", digits that look like a year are a count."""
    tokens, found = read_quantities("with more than 1987 pupils")
    assert uncounted(tokens, found[0], compared=True) == ""


def test_a_count_after_a_date() -> None:
    """A comma ends a date: what follows may count."""
    tokens, found = read_quantities("on May 3, 20 people met")
    assert [uncounted(tokens, quantity) for quantity in found] == ["date", ""]
