"""Prove that numbers in digits and words are read with their value and exact span."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.quantities import Quantity, read_quantities

LANGUAGES = ("en", "ar", "tr", "zh", "ru", "fr", "xx")


def read(text: str, language: str = "en") -> list[tuple[str, float | None, float | None, str]]:
    _, found = read_quantities(text, language)
    return [(text[quantity.start : quantity.end], quantity.low, quantity.high, quantity.unit) for quantity in found]


@pytest.mark.parametrize(
    ("text", "words", "low", "high", "unit"),
    [
        pytest.param("with 1,204 pupils", "1,204", 1204, 1204, "", id="thousands comma"),
        pytest.param("with 12,04,500 votes", "12,04,500", 1204500, 1204500, "", id="Indian groups"),
        pytest.param("saw 3\u00a0500 trees", "3\u00a0500", 3500, 3500, "", id="no-break space groups"),
        pytest.param("for 2.5 million trees", "2.5 million", 2_500_000, 2_500_000, "", id="scale word"),
        pytest.param("Forty-two ships", "Forty-two", 42, 42, "", id="hyphenated words"),
        pytest.param("three hundred and nine ships", "three hundred and nine", 309, 309, "", id="hundred and"),
        pytest.param("sixty thousand two hundred ships", "sixty thousand two hundred", 60_200, 60_200, "", id="thousands and hundreds"),
        pytest.param("ninety-thousand ships", "ninety-thousand", 90_000, 90_000, "", id="hyphenated scale"),
        pytest.param("a dozen ships", "a dozen", 12, 12, "", id="a dozen"),
        pytest.param("three dozen ships", "three dozen", 36, 36, "", id="dozens counted"),
        pytest.param("a hundred thousand ships", "a hundred thousand", 100_000, 100_000, "", id="a hundred thousand"),
        pytest.param("hundreds of thousands of ships", "hundreds of thousands", None, None, "", id="vague of vague"),
        pytest.param("several hundred ships", "several hundred", None, None, "", id="several hundred"),
        pytest.param("between 60 and 75 ships", "60 and 75", 60, 75, "", id="between"),
        pytest.param("2,500–3,000 ships", "2,500–3,000", 2500, 3000, "", id="range with a dash"),
        pytest.param("40 to 50 ships", "40 to 50", 40, 50, "", id="range with to"),
        pytest.param("6-8 million ships", "6-8 million", 6e6, 8e6, "", id="scale goes for both ends"),
        pytest.param("rose 7.5% again", "7.5%", 7.5, 7.5, "%", id="per cent sign"),
        pytest.param("rose 12 per cent", "12 per cent", 12, 12, "%", id="per cent words"),
        pytest.param("a third of the fleet", "a third", 0.333333, 0.333333, "share", id="fraction"),
        pytest.param("cost $3.2bn more", "$3.2bn", 3.2e9, 3.2e9, "dollar", id="sign and short scale"),
        pytest.param("cost US$15,000 more", "US$15,000", 15_000, 15_000, "dollar", id="sign with letters"),
        pytest.param("cost €4–6 million", "€4–6 million", 4e6, 6e6, "euro", id="range of money"),
        pytest.param("cost 8 million Danish kroner", "8 million", 8e6, 8e6, "krone", id="currency after"),
    ],
)
def test_reads(text: str, words: str, low: float | None, high: float | None, unit: str) -> None:
    """Each way to write one number gives its value and exactly its words."""
    assert read(text) == [(words, low, high, unit)]


@pytest.mark.parametrize(
    ("language", "text", "words", "value"),
    [
        pytest.param("ar", "٤٥٠ ألف", "٤٥٠ ألف", 450_000, id="Arabic digits and thousand"),
        pytest.param("ar", "۱۲", "۱۲", 12, id="Eastern digits"),
        pytest.param("tr", "2.750 ev", "2.750", 2750, id="Turkish groups by points"),
        pytest.param("tr", "3,5 milyon ev", "3,5 milyon", 3.5e6, id="Turkish decimal comma"),
        pytest.param("zh", "45万人", "45万", 450_000, id="Chinese ten thousands"),
        pytest.param("zh", "1.3亿人", "1.3亿", 1.3e8, id="Chinese hundred millions"),
        pytest.param("ru", "12 500 домов", "12 500", 12_500, id="Russian groups by spaces"),
        pytest.param("ru", "7 млн домов", "7 млн", 7e6, id="Russian scale"),
        pytest.param("fr", "2 millions de livres", "2 millions", 2e6, id="French scale"),
    ],
)
def test_reads_other_languages(language: str, text: str, words: str, value: float) -> None:
    """Digits of any script are read by the customs of their language."""
    assert read(text, language)[0][:3] == (words, value, value)


@pytest.mark.parametrize(
    "text",
    [
        "the B-52 flew",
        "train RE7 left",
        "room 4b",
        "version 1.2.3",
        "the 14th and 21st",
        "at 10:45",
        "on 3/4/2019",
        "9" * 5000,
        "none of it",
    ],
    ids=["hyphened name", "letters before", "letters after", "dotted", "ordinals", "clock", "slashed date", "too many digits", "no number"],
)
def test_leaves_out(text: str) -> None:
    """Digits that are part of a name, a time or nothing are no quantity."""
    assert read(text) == []


def test_a_score_is_no_range() -> None:
    """A range goes upwards: "3-1" stays apart."""
    assert all(low == high for _, low, high, _ in read("won 3-1 at home"))


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-–$%atohundreddozenmillion万٣ٱ½²\u00a0and"), max_size=80), st.sampled_from(LANGUAGES))
def test_spans_hold(text: str, language: str) -> None:
    """Any text is read without error; spans lie in order inside it, apart from each other; low never exceeds high."""
    tokens, found = read_quantities(text, language)
    at = 0
    for quantity in found:
        assert isinstance(quantity, Quantity)
        assert at <= quantity.start < quantity.end <= len(text)
        assert 0 <= quantity.first < quantity.last <= len(tokens)
        assert (quantity.low is None) == (quantity.high is None)
        assert quantity.low is None or quantity.high is None or quantity.low <= quantity.high
        at = quantity.end


@given(st.integers(min_value=1, max_value=10**12))
def test_grouped_digits_round_trip(value: int) -> None:
    """A whole number written with thousands commas is read as itself."""
    assert read(f"some {value:,} things") == [(f"{value:,}", value, value, "")]
