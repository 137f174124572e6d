"""Prove that spellings of one word fold alike, and that folding settles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.fold import fold, squeeze

TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("`´’ʼ\u200bİıßﬁإأىةЁ１٣")))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Erdoğan", "Erdogan", id="Turkish g"),
        pytest.param("İdlib", "idlib", id="Turkish dotted capital"),
        pytest.param("Sarıyer", "SARIYER", id="Turkish dotless i"),
        pytest.param("Çavuşoğlu", "CAVUSOGLU", id="Turkish cedillas"),
        pytest.param("Salamé", "Salame\u0301", id="French accent, composed and not"),
        pytest.param("Œuvre", "oeuvre", id="French ligature"),
        pytest.param("straße", "STRASSE", id="German sharp s"),
        pytest.param("ﬁeld", "field", id="printer's ligature"),
        pytest.param("Нёман", "неман", id="Russian yo"),
        pytest.param("إدلب", "ادلب", id="Arabic hamza below"),
        pytest.param("أطمة", "اطمه", id="Arabic hamza above, ta marbuta"),
        pytest.param("آلاف", "الاف", id="Arabic madda"),
        pytest.param("عيسى", "عيسي", id="Arabic final ya without dots"),
        pytest.param("مُحَمَّد", "محمد", id="Arabic vowel signs"),
        pytest.param("ليبيـــا", "ليبيا", id="Arabic stretched"),
        pytest.param("لیبی", "ليبي", id="Persian ya"),
        pytest.param("مسؤول", "مسوول", id="Arabic hamza on waw"),
        pytest.param("Ma’arat", "Ma'arat", id="typographic apostrophe"),
        pytest.param("Ma`arat", "Ma'arat", id="backtick, all ASCII"),
        pytest.param("Ma`arat é", "Ma'arat e", id="backtick beside an accent"),
        pytest.param("Ma´arat", "Ma'arat", id="acute accent as apostrophe"),
        pytest.param("north\u2011west", "north-west", id="no-break hyphen"),
        pytest.param("Idlib\u200b", "Idlib", id="zero-width space"),
        pytest.param("\u202eIdlib\u202c", "Idlib", id="direction marks"),
        pytest.param("Ｉｄｌｉｂ", "Idlib", id="full-width letters"),
        pytest.param("٢٠٢٠", "2020", id="Arabic digits"),
        pytest.param("۱۲", "12", id="Persian digits"),
        pytest.param("１２", "12", id="full-width digits"),
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    """What readers take for one word is one word after folding."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("Sirte", "Sarte"), ("سرت", "سرد"), ("利比亚", "利比里"), ("3", "8")])
def test_different_words_stay_different(one: str, other: str) -> None:
    """Folding takes spelling away, not letters."""
    assert fold(one) != fold(other)


@given(TEXTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    """Folded text is a fixed point."""
    assert fold(fold(text)) == fold(text)


@given(TEXTS)
def test_squeezed_text_has_single_spaces_and_is_folded(text: str) -> None:
    """Squeezing is idempotent, and leaves no white space but single spaces inside."""
    squeezed = squeeze(text)
    assert squeeze(squeezed) == squeezed
    assert squeezed == " ".join(squeezed.split())


def test_squeeze_ignores_layout() -> None:
    """Line breaks, tabs and no-break spaces do not make another sentence."""
    assert squeeze("Talks\u00a0in\tBerlin \n failed") == squeeze("talks in berlin failed")


@given(st.text())
def test_a_text_folds_alike_whatever_stands_beside_it(text: str) -> None:
    """What is not ASCII is folded run by run: the way of a plain text and the other one give the same."""
    assert fold(f"{text} é") == fold(text) + " e"
    assert fold(f"é {text}") == "e " + fold(text)
