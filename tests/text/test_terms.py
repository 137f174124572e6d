"""Prove what counts as the same word, what says nothing, and what is a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.terms import names, terms, tokens

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("Aab'’.,1９٣利比亚 وال\n-")))
LANGUAGES = st.sampled_from(["en", "ar", "tr", "zh", "ru", "fr", "xx", ""])


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        pytest.param("en", "The convoys returned to the villages", "convoy returning to village", id="English endings"),
        pytest.param("en", "Haftar's forces", "Haftar force", id="English genitive"),
        pytest.param("en", "520,000 people", "520000 people", id="thousands separator"),
        pytest.param("en", "three schools", "3 schools", id="number word"),
        pytest.param("tr", "Şehirlerin çatışmalarda", "şehirler çatışmalar", id="Turkish endings"),
        pytest.param("ru", "конвои вернулись в города", "конвой вернулся из городов", id="Russian endings"),
        pytest.param("fr", "L'armée dans les villages", "armées, village", id="French elision and endings"),
        pytest.param("ar", "والمدينة", "مدينة", id="Arabic and-the"),
        pytest.param("ar", "بالمدينة", "المدينة", id="Arabic by-the"),
        pytest.param("ar", "قُتل ٣ مدنيين", "قتل 3 مدنيين", id="Arabic vowels and digits"),
    ],
)
def test_forms_of_one_word_are_one_term(language: str, one: str, other: str) -> None:
    """Inflection, articles and spelling of numbers make no other term."""
    assert terms(one, language) == terms(other, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He said that it was also their own."),
        ("tr", "Bu da ve ile olarak"),
        ("ru", "он также сказал, что это было"),
        ("fr", "il a déclaré que c'est aussi"),
        ("ar", "وقال ان هذا من الذي"),
    ],
)
def test_function_words_are_no_terms(language: str, text: str) -> None:
    """Words that say nothing by themselves are left out."""
    assert terms(text, language) == []


def test_chinese_gives_pairs_of_characters() -> None:
    """A run of Han characters gives overlapping pairs; a lone one gives itself; Latin and digits stay whole."""
    assert tokens("利比亚3城X") == ["利比", "比亚", "3", "城", "x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,800 civilians", "1800"),
        ("1.800 sivil", "1800"),
        ("3.5 per cent", "3.5"),
        ("12,34", "12,34"),
        ("2,345,678 people", "2345678"),
    ],
)
def test_separators_of_thousands_are_removed_and_decimals_stay(text: str, expected: str) -> None:
    """Only groups of three digits are joined."""
    assert tokens(text)[0] == expected


@given(TEXTS, LANGUAGES)
def test_terms_and_names_take_any_text(text: str, language: str) -> None:
    """No text raises, and no term is empty."""
    assert all(terms(text, language))
    assert all(names(text, language))


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        pytest.param("Forces of Haftar left Tarhuna.", {"haftar", "tarhuna"}, id="inside the sentence"),
        pytest.param("Haftar left.", set(), id="only because it begins the sentence"),
        pytest.param("He left. Haftar stayed.", set(), id="begins the second sentence"),
        pytest.param("UNSMIL protested.", {"unsmil"}, id="all capitals count at the beginning"),
        pytest.param("“Nobody” spoke to Salamé.", {"salam"}, id="begins a quotation"),
        pytest.param("It is in Al.", set(), id="too short"),
        pytest.param("الجيش دخل سراقب", set(), id="script without capitals"),
    ],
)
def test_names_are_words_written_like_names(sentence: str, expected: set[str]) -> None:
    """A capital counts as a name's unless the sentence's beginning explains it."""
    assert names(sentence, "en") == expected
