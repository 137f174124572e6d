"""Which developments of one edition say the same; every sentence is invented."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Kind, ReportedDevelopment, ReportedFigure, ReportedStory
from tidings.stages._alike import COMPARED_MAX, without_repeats

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)


def said(statement, number=0, kind=Kind.NEW_STATEMENT, publisher=None, **more):
    publisher = publisher or f"p{number}"
    return ReportedDevelopment(
        f"d{number}", kind, statement, publisher, f"https://{publisher}.example/", more.pop("language", "en"), None, NOW, **more
    )


def story(*developments, topic="idlib"):
    return ReportedStory("s", topic, "Headline", "en", 2, 2, ("en",), False, developments)


def shown(*developments):
    [one] = without_repeats([story(*developments)], {})
    return [each.statement for each in one.shown]


FULL = "The only bakery still working in the camp of Maar has flour for four days and wood for two, its manager said on Monday."


@pytest.mark.parametrize(
    ("short", "full", "language"),
    [
        pytest.param(
            "The camp's only working bakery has flour for four days, its manager said.", FULL, "en", id="fewer words in another order"
        ),
        pytest.param("The bakery in the camp of Maar has flour for 4 days.", FULL, "en", id="a number in digits"),
        pytest.param(
            "THE ROAD TO KAFR IS SHUT TO LORRIES.", "The road to Kafr is shut to lorries, drivers said.", "en", id="case, and who says so"
        ),
        pytest.param("وصلت مئة عائلة إلى المخيم في مارع", "وصلت مئة عائلة إلى المخيم في مارع مساء أمس، قال المدير", "ar", id="Arabic"),
        pytest.param("和田地区的两所学校已经关闭。", "和田地区的两所学校已经关闭，学员全部结业。", "zh", id="Chinese"),
        pytest.param(
            "Дорога в Кафр закрыта для грузовиков", "Дорога в Кафр закрыта для грузовиков с утра, сказал водитель", "ru", id="Russian"
        ),
    ],
)
def test_the_fuller_of_two_is_shown(short, full, language):
    """Of two reports of one story of which one says all that the other says, the fuller is shown, whichever came first."""
    assert shown(said(short, 1, language=language), said(full, 2, language=language)) == [full]
    assert shown(said(full, 1, language=language), said(short, 2, language=language)) == [full]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("The bakery in the camp of Maar has flour for five days.", FULL, id="another number"),
        pytest.param("The bakery in the camp of Talla has flour for four days.", FULL, id="another place"),
        pytest.param("The crossing at Kafr has reopened to lorries.", "The crossing at Kafr has been closed to lorries again, drivers said.", id="the opposite"),
        pytest.param("The crossing at Kafr opened to lorries on Monday.", "The crossing at Kafr might be opened to lorries on Monday, drivers said.", id="a doubt"),
        pytest.param("Omar Sakr met Ali Dib in Maar.", "Ali Dib met Omar Sakr in Maar on Monday evening.", id="names in another order"),
        pytest.param("Shells killed 5 people and injured 12 in Kafr.", "Shells killed 12 people and injured 5 in Kafr, doctors said.", id="numbers in another order"),
        pytest.param("Most of the pupils in Kafr have left the school.", "All of the pupils in Kafr have left the school, teachers said.", id="another share"),
        pytest.param("Rain fell.", "Rain fell in Kafr.", id="too short to tell"),
    ],
)  # fmt: skip
def test_what_differs_in_a_fact_is_shown(one, other):
    """Another number, place, order, share, a doubt or the opposite: both are shown, whichever came first."""
    assert shown(said(one, 1), said(other, 2)) == [one, other]
    assert shown(said(other, 1), said(one, 2)) == [other, one]


def test_the_same_report_does_not_repeat_itself_away():
    """Only another report takes the place of one; a report's own sentences stand, unless the words are the same."""
    short = "The bakery in the camp of Maar has flour for four days."
    assert shown(said(short, 1, publisher="p"), said(FULL, 2, publisher="p")) == [short, FULL]
    assert shown(said(short, 1, publisher="p"), said(short.upper(), 2, publisher="p")) == [short]


def test_what_changes_what_was_told_is_not_hidden():
    """A changed figure, a reversal or a warning is shown, whatever fuller sentence says the same; of two like changes one is."""
    short = "The bakery in the camp of Maar has flour for four days."
    for more in ({"kind": Kind.REVERSAL}, {"replaces": "It has flour for nine days."}, {"warning": "copies a report"}):
        assert shown(said(short, 1, **more), said(FULL, 2)) == [short, FULL]
    change = {"kind": Kind.CHANGED_FIGURE, "figures": (ReportedFigure("other", "four days", "days", "nine days", None, 4.0),)}
    assert shown(said(short, 1, **change), said(FULL, 2)) == [short, FULL]
    assert shown(said(short, 1, **change), said(FULL, 2, **change)) == [FULL]


def test_who_else_says_it_is_kept():
    """What is not shown is counted, last in its story, and names the development shown in its place."""
    short = "The bakery in the camp of Maar has flour for four days."
    [one] = without_repeats([story(said(short, 1), said(FULL, 2), said("Rain fell.", 3))], {})
    assert [(each.development_id, each.repeats_id, each.shown_in) for each in one.developments] == [
        ("d2", "", ""), ("d3", "", ""), ("d1", "d2", "idlib"),
    ]  # fmt: skip


def test_what_repeats_a_sentence_shown_under_another_topic_names_that():
    """A short sentence whose fuller one stands under another topic is shown there as well, not under the topic where neither is."""
    short = "The bakery in the camp of Maar has flour for four days."
    _, one = without_repeats([story(said(FULL, 1)), story(said(short, 2), said(FULL, 3), topic="libya")], {})
    assert {(each.development_id, each.repeats_id, each.shown_in) for each in one.developments} == {
        ("d2", "d1", "idlib"), ("d3", "d1", "idlib"),
    }  # fmt: skip


PIECES = st.sampled_from(
    ["The road", "a clinic", "to Kafr", "of Maar", "is shut", "is not shut", "has 5 beds", "has 12 beds", "said Omar", "might close"]
)
SENTENCES = st.lists(PIECES, min_size=1, max_size=5).map(" ".join)


@given(st.lists(st.tuples(SENTENCES, st.sampled_from(list(Kind))), max_size=12))
def test_nothing_is_lost(drawn):
    """Every development is shown or names one that is shown; nothing is shown by something that is hidden itself."""
    [one] = without_repeats([story(*(said(words, number, kind) for number, (words, kind) in enumerate(drawn)))], {})
    visible = {each.development_id for each in one.shown}
    assert {each.development_id for each in one.developments} == {f"d{number}" for number in range(len(drawn))}
    assert all(each.development_id in visible or each.repeats_id in visible for each in one.developments)


def test_a_story_of_thousands_takes_no_long_time():
    """Beyond a number of developments only the same words are looked for: the work does not grow with its square."""
    many = [said(f"Sentence {number} tells of the camp of Maar and its bakery.", number) for number in range(COMPARED_MAX * 20)]
    assert len(shown(*many)) == len(many)
