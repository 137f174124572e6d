"""A statement against what was told in another language: told, another number, or nothing; and when a text is a translation."""

import pytest

from tidings.stages._told import ToldStatement
from tidings.stages._translated import SAME_IN_COPY_MIN, SAME_MIN, translated, translation_score

TOLD = "Shells killed 14 people near Benghazi on Monday."


def said(text: str, language: str, identity: str = "one", topic: str = "libya") -> ToldStatement:
    return ToldStatement(identity, topic, f"article-{identity}", "story", text, frozenset(), (), language=language)


@pytest.mark.parametrize(
    ("text", "language", "likeness", "verdict"),
    [
        pytest.param("Pazartesi günü Bingazi yakınında top atışları 14 kişiyi öldürdü.", "tr", SAME_MIN, "told", id="a translation"),
        pytest.param("Pazartesi günü Bingazi yakınında top atışları 14 kişiyi öldürdü.", "tr", SAME_MIN - 0.01, None, id="not sure enough"),
        pytest.param("Pazartesi günü Bingazi yakınında top atışları 19 kişiyi öldürdü.", "tr", 0.6, "14 -> 19", id="another toll"),
        pytest.param(
            "Pazartesi günü Bingazi yakınında top atışları 19 kişiyi öldürdü.", "tr", 0.4, None, id="another toll of something else"
        ),
        pytest.param("Pazartesi günü Misrata yakınında top atışları 14 kişiyi öldürdü.", "tr", SAME_MIN + 0.05, None, id="another place"),
        pytest.param("Pazartesi günü Bingazi yakınında top atışlarında 14 kişi kurtarıldı, kimse ölmedi.", "tr", 0.9, None, id="a denial"),
        pytest.param("Shelling on Monday killed 14 people near Benghazi.", "en", 0.99, None, id="the same language: words decide"),
    ],
)
def test_a_statement_against_one_told(text: str, language: str, likeness: float, verdict: str | None) -> None:
    """The verdict on a statement of some likeness, by its numbers, names and ways."""
    found = translated(said(text, language), [(likeness, said(TOLD, "en", "told"))])
    if verdict is None:
        assert found is None
    else:
        assert found is not None
        assert (found.numbers or "told") == verdict
        assert found.against.id == "told"


def test_in_a_translated_article_less_is_enough() -> None:
    """In a translation of the told article a sentence needs less likeness, and with another number it is still reported."""
    text = "Bingazi yakınında pazartesi günü top mermileri 14 can aldı."
    alike = [(SAME_IN_COPY_MIN, said(TOLD, "en", "told"))]
    assert translated(said(text, "tr"), alike) is None
    assert translated(said(text, "tr"), alike, "article-told") is not None
    other = translated(said(text.replace("14", "41"), "tr"), [(0.55, said(TOLD, "en", "told"))], "article-told")
    assert other is not None
    assert other.numbers == "14 -> 41"


def test_another_topic_tells_nothing() -> None:
    """What was told in one topic is not told in another."""
    text = "Pazartesi günü Bingazi yakınında top atışları 14 kişiyi öldürdü."
    assert translated(said(text, "tr", topic="idlib"), [(0.9, said(TOLD, "en", "told"))]) is None


@pytest.mark.parametrize(
    ("counterparts", "is_translation"),
    [
        pytest.param([(0.8, 0), (0.7, 1), (0.6, 2)], True, id="each in order"),
        pytest.param([(0.8, 0), (0.7, 0), (0.6, 2)], True, id="one split in two"),
        pytest.param([(0.8, 0), (0.7, 1), (0.2, 5), (0.75, 2)], True, id="one sentence of its own"),
        pytest.param([(0.8, 3), (0.7, 1), (0.6, 0)], False, id="in another order"),
        pytest.param([(0.9, 0)], False, id="one sentence"),
        pytest.param([(0.8, 0), (0.7, 1), (0.3, 2), (0.2, 1), (0.3, 0)], False, id="two of five"),
        pytest.param([(0.46, 0), (0.46, 1)], False, id="hardly alike"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_what_is_a_translation(counterparts: list[tuple[float, int]], is_translation: bool) -> None:
    """Most sentences have a counterpart, in the same order, and mean the same on average."""
    assert (translation_score(counterparts) > 0) == is_translation
