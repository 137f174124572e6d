"""Prove that the words qualifying a number are read, in English and a few more languages."""

import pytest

from tidings.text.qualifiers import read_qualifier
from tidings.text.qualifiers_others import read_other_qualifier
from tidings.text.quantities import read_quantities


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("at least 30 ships", "at_least"),
        ("no fewer than 30 ships", "at_least"),
        ("more than 30 ships", "more_than"),
        ("over $30 million", "more_than"),
        ("in excess of 30 ships", "more_than"),
        ("some 30 ships", "about"),
        ("an estimated 30 ships", "about"),
        ("as many as 30 ships", "up_to"),
        ("no more than 30 ships", "up_to"),
        ("nearly 30 ships", "nearly"),
        ("close to 30 ships", "nearly"),
        ("fewer than 30 ships", "less_than"),
        ("at least some 30 ships", "at_least"),
        ("30 or more ships", "at_least"),
        ("30+ ships", "more_than"),
        ("in the run-up to 30 votes", "exact"),
        ("another 30 ships", "exact"),
        ("dozens of ships", "vague"),
    ],
)
def test_english(text: str, qualifier: str) -> None:
    """Each phrase names its qualifier; no phrase is exact."""
    tokens, found = read_quantities(text)
    assert read_qualifier(tokens, found[0])[0] == qualifier


@pytest.mark.parametrize(
    ("language", "before", "qualifier"),
    [("ar", "أكثر من ", "more_than"), ("tr", "en az ", "at_least"), ("zh", "至少", "at_least"), ("ru", "около ", "about"), ("fr", "près de ", "nearly"), ("fr", "les ", "exact"), ("xx", "", "exact")],
)  # fmt: skip
def test_others(language: str, before: str, qualifier: str) -> None:
    """The words right before a number qualify it in other languages too."""
    assert read_other_qualifier(before + "30", len(before), len(before) + 2, language) == qualifier
