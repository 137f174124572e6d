"""Prove that spans of time, years, magnitudes and the like are no figures in five languages."""

import pytest

from tidings.text.quantities import read_quantities
from tidings.text.uncounted_others import uncounted_other


@pytest.mark.parametrize(
    ("language", "text", "reason"),
    [
        ("tr", "72 saatlik ateşkes", "span"),
        ("tr", "5,8 büyüklüğünde deprem", "span"),
        ("tr", "2018 yılında", "span"),
        ("tr", "72 kişi", ""),
        ("ru", "шести годам тюрьмы", "span"),
        ("ru", "72-часовое перемирие", "adjective"),
        ("ru", "магнитудой 4,8", "label"),
        ("ru", "72 человека", ""),
        ("ru", "72 частных дома", ""),
        ("tr", "72 katılımcı", ""),
        ("tr", "4 Mayıs'ta", "span"),
        ("tr", "cerrah Salih Bin Osman", "name"),
        ("tr", "Bin kişi geldi", ""),
        ("ar", "72 عاملا", ""),
        ("zh", "判了六年", "span"),
        ("zh", "5.8级地震", "span"),
        ("zh", "六家公司", ""),
        ("ar", "ست سنوات", "span"),
        ("ar", "بقوة 5.8 درجات", "span"),
        ("ar", "ستة أشخاص", ""),
        ("fr", "six mois de prison", "span"),
        ("fr", "en 2018, le parti", "label"),
        ("fr", "six élus", ""),
    ],
)
def test_names_why(language: str, text: str, reason: str) -> None:
    """What a number stands beside tells whether it counts."""
    tokens, found = read_quantities(text, language)
    assert uncounted_other(tokens, found[0], language) == reason
