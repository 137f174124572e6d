"""Prove that the usual spellings of a value are among those that its pattern finds."""

import re

from hypothesis import given
from hypothesis import strategies as st

from tidings.text.spellings import anchor_of, pattern_of, spellings


@given(value=st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=12))  # no address has control signs
def test_the_pattern_finds_every_usual_spelling(value):
    """Whatever signs a value has, each of its usual spellings is found whole, and has the anchor in it."""
    for spelling in spellings(value).values():
        assert re.search(pattern_of(value), spelling)
        assert anchor_of(value) in spelling


def test_what_is_alike_is_not_found():
    """Another value is none: the signs between the letters count."""
    assert not re.search(pattern_of("ab/cd"), "ab-cd ab%2Ccd ab&#48;cd abcd AB/CD")
