"""Prove that figures are read with value, qualifier, measure and exact words, and compared rightly."""

import sys
from collections.abc import Callable
from datetime import date
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Figure
from tidings.stages.figures import differs, read_figures, same_quantity

MONDAY = date(2021, 3, 15)


def told(sentence: str, language: str = "en") -> list[tuple[str, str, str]]:
    return [(figure.words, figure.qualifier, figure.measure) for figure in read_figures(sentence, language, MONDAY)]


MEASURES = [
    pytest.param("Landslides killed 17 farmers near the dam.", [("17", "exact", "killed")], id="active past"),
    pytest.param("Seventeen farmers were killed near the dam.", [("Seventeen", "exact", "killed")], id="passive"),
    pytest.param(
        "Rockfall kills two and hurts at least nine.", [("two", "exact", "killed"), ("nine", "at_least", "injured")], id="two verbs"
    ),
    pytest.param("The storm left 8 people dead and 30 missing.", [("8", "exact", "killed"), ("30", "exact", "missing")], id="left dead"),
    pytest.param("The death toll climbs to 64, up from 58.", [("64", "exact", "killed"), ("58", "exact", "killed")], id="toll"),
    pytest.param("The number of injured stands at 210.", [("210", "exact", "injured")], id="number of"),
    pytest.param("There were five deaths and 12 injuries.", [("five", "exact", "killed"), ("12", "exact", "injured")], id="nouns"),
    pytest.param(
        "At least 14 drivers, including three women, were detained.",
        [("14", "at_least", "detained"), ("three", "exact", "detained")],
        id="including",
    ),
    pytest.param(
        "At least 14 drivers and 6 guards were arrested.",
        [("14", "at_least", "detained"), ("6", "at_least", "detained")],
        id="joined nouns share it",
    ),
    pytest.param(
        "At least 14 were arrested and 6 hurt.", [("14", "at_least", "detained"), ("6", "exact", "injured")], id="a new predicate does not"
    ),
    pytest.param(
        "At least 9 pilots, five Danes and four Finns, died.",
        [("9", "at_least", "killed"), ("five", "exact", "killed"), ("four", "exact", "killed")],
        id="parts of a whole are exact",
    ),
    pytest.param("Dozens of families have fled the valley.", [("Dozens", "vague", "displaced")], id="fled"),
    pytest.param("Floods forced about 2,000 residents to leave.", [("2,000", "about", "displaced")], id="forced to leave"),
    pytest.param("The evacuation of 300 patients began.", [("300", "exact", "displaced")], id="noun of"),
    pytest.param("Fire destroyed 45 homes.", [("45", "exact", "affected")], id="homes"),
    pytest.param("Police jailed four men for life.", [("four", "exact", "detained")], id="jailed"),
    pytest.param("A court sentenced four men to death.", [("four", "exact", "other")], id="sentenced to death"),
    pytest.param("A court sentenced four men to ten years in prison.", [("four", "exact", "detained")], id="sentenced to prison"),
    pytest.param("Six men are to be executed.", [("Six", "exact", "other")], id="planned is not done"),
    pytest.param("Divers rescued 11 sailors.", [("11", "exact", "other")], id="rescued"),
    pytest.param("Rebels captured three villages.", [("three", "exact", "other")], id="captured things"),
    pytest.param("Rebels captured three soldiers.", [("three", "exact", "detained")], id="captured people"),
    pytest.param("Two lorries collided, killing six.", [("Two", "exact", "other"), ("six", "exact", "killed")], id="subject is not object"),
    pytest.param("Four men (two pilots and a cook) were hurt.", [("Four", "exact", "injured"), ("two", "exact", "injured")], id="brackets"),
    pytest.param(
        "Judges sentenced two men to death and six others to life.",
        [("two", "exact", "other"), ("six", "exact", "detained")],
        id="two sentences",
    ),
    pytest.param("Forty poets, some of whom were jailed before, met.", [("Forty", "exact", "other")], id="some of whom"),
    pytest.param("Nine cars were set on fire.", [("Nine", "exact", "affected")], id="set on fire"),
    pytest.param(
        "The lead fell from 300 in 2010 to 150.", [("300", "exact", "other"), ("150", "exact", "other")], id="a change is no range"
    ),
    pytest.param("They found 80 pounds of gold on Jan. 12.", [("80", "exact", "other")], id="weight is no money"),
    pytest.param("Two guards, who had left, were wounded.", [("Two", "exact", "injured")], id="relative clause"),
    pytest.param(
        "Prices rose 4.5% to $3 million.", [("4.5%", "exact", "percent"), ("$3 million", "exact", "money")], id="per cent and money"
    ),
    pytest.param("No deaths were reported; no one was hurt.", [], id="negations"),
    pytest.param("On 3 May 2019 the 40-year-old drove 60 km in two hours.", [], id="nothing counted"),
    pytest.param("It is one of the oldest mills, and one in five burns down.", [], id="one that counts nothing"),
    pytest.param("The mill closed. (Channel 9)", [], id="publisher in brackets"),
    pytest.param("", [], id="empty"),
]


@pytest.mark.parametrize(("sentence", "expected"), MEASURES)
def test_english(sentence: str, expected: list[tuple[str, str, str]]) -> None:
    """Each pattern of reporting gives its figures in order, and nothing else."""
    assert told(sentence) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        pytest.param("ar", "مقتل ٩ جنود وإصابة 14 آخرين", [("٩", "exact", "killed"), ("14", "exact", "injured")], id="Arabic"),
        pytest.param(
            "tr", "Kazada 9 kişi öldü, en az 14 kişi yaralandı", [("9", "exact", "killed"), ("14", "at_least", "injured")], id="Turkish"
        ),
        pytest.param("zh", "事故造成9人死亡，超过2万人被疏散", [("9", "exact", "killed"), ("2万", "more_than", "displaced")], id="Chinese"),
        pytest.param("ru", "Погибли 9 человек, около 14 ранены", [("9", "exact", "killed"), ("14", "about", "injured")], id="Russian"),
        pytest.param(
            "fr", "Le séisme a fait 9 morts et au moins 14 blessés", [("9", "exact", "killed"), ("14", "at_least", "injured")], id="French"
        ),
        pytest.param("fr", "Le maire a reçu 9 élèves", [("9", "exact", "other")], id="no toll"),
        pytest.param("de", "9 Tote", [], id="language without a table"),
    ],
)
def test_other_languages(language: str, sentence: str, expected: list[tuple[str, str, str]]) -> None:
    """A figure is found in each delivered language; in others there are none."""
    assert told(sentence, language) == expected


def test_other_languages_give_the_day_of_their_counts_too() -> None:
    """What Chinese writes for "as of Sunday" is the day of the toll; without it there is none, whatever the day of publication."""
    assert [one.as_of for one in read_figures("截至周日，空袭已造成9人死亡。", "zh", MONDAY)] == ["2021-03-14"]
    assert [one.as_of for one in read_figures("空袭周日造成9人死亡。", "zh", MONDAY)] == [""]


def test_sources_and_dates() -> None:
    """Each figure carries the body that says it and the day it holds for; the phrases are exact words."""
    sentence = "As of Sunday, 4,000 people have fled, the Red Crescent says, and nearly 9,000 according to Governor Lund."
    first, second = read_figures(sentence, "en", MONDAY)
    assert (first.said_by, second.said_by) == ("the Red Crescent", "Governor Lund")
    assert first.as_of == second.as_of == "2021-03-14"
    assert (first.measure, second.measure, second.of) == ("displaced", "displaced", "people")


@pytest.mark.parametrize(
    ("phrase", "published", "expected"),
    [
        ("as of Monday", MONDAY, "2021-03-15"),
        ("as of Tuesday", MONDAY, "2021-03-09"),
        ("as of yesterday", MONDAY, "2021-03-14"),
        ("as of 2 February", MONDAY, "2021-02-02"),
        ("as of December 30", MONDAY, "2020-12-30"),
        ("as of 29 February", date(2022, 1, 1), ""),
        ("as of 31 February 2020", MONDAY, ""),
        ("as of 2 February 2020", None, "2020-02-02"),
        ("as of Monday", None, ""),
        ("as of late", MONDAY, ""),
    ],
)
def test_as_of(phrase: str, published: date | None, expected: str) -> None:
    """A day is resolved back from the day of publication; what cannot be resolved stays empty."""
    (figure,) = read_figures(f"There were 40 cases {phrase}.", "en", published)
    assert figure.as_of == expected


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Health officials said 12 people were hurt.", "Health officials"),
        ("Twelve people were hurt, according to the mayor.", "the mayor"),
        ("There are claims 12 people were hurt.", ""),
        ("He said 12 people were hurt.", "He"),
        ("Twelve people were reported hurt.", ""),
        ("Mayor Anna Berg-Olsen says 12 people were hurt.", "Mayor Anna Berg-Olsen"),
        ("Twelve people were hurt, according to U.K. officials.", "U.K. officials"),
        ("The storm claims the lives of 12 people.", ""),
        ("A charity that ships tents to Oslo said 12 people were hurt.", ""),
        ("The mayor heard that the Oslo police said 12 people were hurt.", "the Oslo police"),
    ],
)
def test_said_by(sentence: str, speaker: str) -> None:
    """Only a speaker counts, named or "he": no "it", no noun that looks like a verb of saying."""
    assert read_figures(sentence)[0].said_by == speaker


_PIECES = st.sampled_from(
    ["12", "1,300", "at least ", "killed ", "people ", "and ", ", ", ". ", "two ", "including ", "of ", "the ", "$", "%", " million ", "-", "–", "(", ")",
     "according to ", "UN ", "says ", "as of ", "May ", "万", "مقتل ", "٣", "were ", "dozens ", '"', "\n", "é", "to ", "toll ", "one ", "29 ",
     "yüz ", "bin ", "двадцать ", "тысяч ", "quatre-", "vingts ", "وعشرون ", "خمسة ", "三十", "人", "多", "成", "数百", "от ", "до ", "göre ", "selon ", "يوم "],
)  # fmt: skip


@given(st.lists(_PIECES, max_size=60).map("".join) | st.text(max_size=120), st.sampled_from(["en", "ar", "tr", "zh", "ru", "fr", "de", ""]))
def test_words_are_exact(sentence: str, language: str) -> None:
    """Whatever the text, reading never fails, and each figure's words and speaker stand in the sentence where it says."""
    at = 0
    for figure in read_figures(sentence, language, MONDAY):
        assert sentence[figure.start : figure.end] == figure.words != ""
        assert figure.start >= at
        assert figure.of in sentence
        assert figure.said_by in sentence
        assert (figure.qualifier == "vague") == (figure.value_low is None)
        at = figure.end


def _calls(action: Callable[[], object]) -> int:
    """Count the function calls an action makes: a measure of work that no other load disturbs."""
    count = 0

    def counted(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(before)
    return count


HOSTILE = [
    "12 ",
    "12 and ",
    "12, ",
    "at least 12 people and ",
    "killed ",
    "killed 12 ",
    "one hundred and ",
    "1,",
    "1 000 ",
    "1-",
    "((",
    "(A ",
    "according to ",
    "the UN says ",
    "as of ",
    "2万",
    "三",
    "三十人，",
    "yüz bin ",
    "yüzde 5 ",
    "двадцать пять ",
    "от 3 до 5 ",
    "quatre-vingt-",
    "selon x ",
    "وعشرون ",
    "5 göre ",
    "half of ",
    "taken to hospital ",
    "1 1/2 ",
    "of the ",
    ", which ",
    "May 12 and ",
    "toll ",
    "e.g. ",
    "including 12 ",
]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "ru", "zh", "tr", "ar", "fr"])
@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_length(piece: str, language: str) -> None:
    """Repeating any pattern twice as often costs about twice the work, not four times."""
    short, long = piece * (2_000 // len(piece)), piece * (8_000 // len(piece))
    assert _calls(lambda: read_figures(long, language, MONDAY)) < 6 * _calls(lambda: read_figures(short, language, MONDAY)) + 500


def test_long_text_is_cut() -> None:
    """Beyond the limit a text costs nothing more and gives nothing more."""
    text = "Fire killed 12 people. " * 5_000
    figures = read_figures(text)
    assert 0 < len(figures) <= 400
    assert figures[-1].end <= 8_000
    assert read_figures(text[:8_000]) == figures


def figure(words: str) -> Figure:
    return read_figures(words)[0]


@pytest.mark.parametrize(
    ("before", "after", "comparable", "changed"),
    [
        pytest.param("22 soldiers were killed", "29 soldiers were killed", True, True, id="toll grows"),
        pytest.param("At least 22 people died", "The death toll rises to 29", True, True, id="at least, then more"),
        pytest.param("more than 1,800 homes burned", "1,800 homes burned", True, False, id="rounded, then exact"),
        pytest.param("about 500 people fled", "520 people fled", True, False, id="about"),
        pytest.param("nearly 1,000 people fled", "970 people fled", True, False, id="nearly"),
        pytest.param("22 people were killed", "22 were killed", True, False, id="the same"),
        pytest.param("dozens were killed", "22 were killed", True, False, id="vague differs from none"),
        pytest.param("22 people were killed", "29 people were injured", False, True, id="other measure"),
        pytest.param("22 soldiers were killed", "3 children were killed", False, True, id="other people"),
        pytest.param("Four bridges opened", "Six schools opened", False, True, id="other things"),
        pytest.param("It cost $5 million", "It cost €7 million", False, True, id="other currency"),
        pytest.param(
            "The UN says 5,000 people have fled", "9,000 people have fled, according to Governor Lund", False, True, id="two speakers"
        ),
        pytest.param("The UN says 5,000 people have fled", "9,000 people have fled", True, True, id="one speaker unnamed"),
    ],
)
def test_compares(before: str, after: str, comparable: bool, changed: bool) -> None:
    """Figures are compared only when they speak of the same thing, and differ only beyond what their qualifiers leave open."""
    first, second = figure(before), figure(after)
    assert (same_quantity(first, second), same_quantity(second, first)) == (comparable, comparable)
    assert (differs(first, second), differs(second, first)) == (changed, changed)
