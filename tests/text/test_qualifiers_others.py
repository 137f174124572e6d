"""Prove that qualifiers of five languages are read before and after a number, as whole words."""

import pytest

from tidings.text.qualifiers_others import read_other_qualifier


@pytest.mark.parametrize(
    ("language", "text", "qualifier"),
    [
        ("ar", "ما لا يقل عن 30 شخصا", "at_least"),
        ("ar", "30 شخصا", "exact"),
        ("ar", "وأكثر من 30 شخصا", "more_than"),
        ("tr", "en az 30 kişi", "at_least"),
        ("tr", "30'dan fazla kişi", "more_than"),
        ("tr", "30'a yakın kişi", "nearly"),
        ("tr", "30 kadar kişi", "about"),
        ("zh", "至少30人", "at_least"),
        ("zh", "不超过30人", "up_to"),
        ("zh", "人数约为30人", "about"),
        ("zh", "30余人", "more_than"),
        ("zh", "30人以上", "at_least"),
        ("ru", "не менее 30 человек", "at_least"),
        ("ru", "не более 30 человек", "up_to"),
        ("ru", "до 30 человек", "up_to"),
        ("ru", "стадо 30 голов", "exact"),
        ("fr", "au moins 30 personnes", "at_least"),
        ("fr", "moins de 30 personnes", "less_than"),
        ("fr", "les 30 personnes", "exact"),
        ("de", "mindestens 30", "exact"),
    ],
)
def test_reads_qualifiers(language: str, text: str, qualifier: str) -> None:
    """The longest phrase next to the number counts; the end of a longer word does not."""
    start = text.index("30")
    assert read_other_qualifier(text, start, start + 2, language) == qualifier
