"""What an embedding is blind to: opposite ways, negations, numbers and names, across languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.across import number_values, opposed_across, sound, unheard


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param("Ordu köprüyü trafiğe kapattı.", "The army opened the bridge to traffic.", id="tr closed"),
        pytest.param("رفعت الحكومة حظر التجول في المدينة.", "The government imposed a curfew on the city.", id="ar lifted"),
        pytest.param("法院释放了两名记者。", "The court jailed the two journalists.", id="zh freed"),
        pytest.param("Стороны отказались от обмена пленными.", "The two sides agreed to exchange prisoners.", id="ru refused"),
        pytest.param("Le port a repris ses exportations.", "The port suspended its exports.", id="fr resumed"),
        pytest.param("Hastanede kimse ölmedi, yangın söndürüldü.", "The fire at the hospital was put out.", id="tr a verb denied"),
        pytest.param("没有人在爆炸中受伤。", "The blast injured people.", id="zh a negation"),
        pytest.param("Никто не пострадал при взрыве.", "The blast injured people.", id="ru a negation"),
    ],
)
def test_opposite_ways_are_seen(one: str, told: str) -> None:
    """A sentence that goes the other way, or denies, is opposed to one of another language, in both directions."""
    assert opposed_across(one, told)
    assert opposed_across(told, one)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param("Ordu köprüyü trafiğe açtı.", "The army opened the bridge to traffic.", id="tr"),
        pytest.param("فرضت الحكومة حظر التجول في المدينة.", "The government imposed a curfew on the city.", id="ar"),
        pytest.param("无人机击中了油库。", "Drones struck the oil depot.", id="zh: a drone is no negation"),
        pytest.param("Никто не пострадал при взрыве.", "Nobody was hurt in the blast.", id="ru: both deny"),
        pytest.param("Ordu depoyu yok etti.", "The army destroyed the depot.", id="tr: destroyed is no negation"),
    ],
)
def test_the_same_way_is_not_opposed(one: str, told: str) -> None:
    """A translation goes the same way."""
    assert not opposed_across(one, told)


@pytest.mark.parametrize(
    ("text", "language", "values"),
    [
        pytest.param("Çatışmada 1.250 kişi yaralandı, 3 köy boşaltıldı.", "tr", {1250.0, 3.0}, id="tr"),
        pytest.param("وصلت 47 شاحنة إلى المخيم.", "ar", {47.0}, id="ar"),
        pytest.param("约3万人离开家园。", "zh", {30000.0}, id="zh"),
        pytest.param("A truck carried twelve people.", "en", {12.0}, id="en: one is left out"),
        pytest.param("", "en", set(), id="nothing"),
    ],
)
def test_numbers_are_read_as_values(text: str, language: str, values: set[float]) -> None:
    """Numbers are compared by value, however a language writes them."""
    assert number_values(text, language) == values


@pytest.mark.parametrize(
    ("name", "text", "language", "missing"),
    [
        pytest.param("benghazi", "Взрыв прогремел в Бенгази.", "ru", False, id="ru"),
        pytest.param("benghazi", "وقع الانفجار في بنغازي.", "ar", False, id="ar"),
        pytest.param("benghazi", "Взрыв прогремел в Мисрате.", "ru", True, id="ru another place"),
        pytest.param("misrata", "وقع الانفجار في بنغازي.", "ar", True, id="ar another place"),
        pytest.param("benghazi", "Bingazi'de patlama oldu.", "tr", False, id="tr"),
        pytest.param("benghazi", "班加西发生爆炸。", "zh", False, id="zh does not say how it sounds"),
        pytest.param("monday", "Взрыв прогремел в понедельник.", "ru", False, id="a day is no name"),
    ],
)
def test_names_are_heard_across_scripts(name: str, text: str, language: str, missing: bool) -> None:
    """A name is found by its consonants in another script; another name is not."""
    assert unheard([name], "en", text, language) == ([name] if missing else [])


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(["en", "ar", "tr", "zh", "ru", "fr", ""]))
def test_any_text_is_compared(one: str, other: str, language: str) -> None:
    """Nothing is raised for odd texts; a text is never opposed to itself."""
    opposed_across(one, other)
    assert not opposed_across(one, one)
    number_values(one, language)
    unheard([other], "en", one, language)
    assert sound(one, language) == sound(one, language)
