"""Prove what two texts share word for word."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.text.shingles import GRAM_WORDS, containment, grams, text_hash

WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f"]), max_size=12)
SETS = st.frozensets(st.integers(0, 20))


def test_every_run_of_three_words_is_hashed() -> None:
    """Five words hold three runs; order matters."""
    assert len(grams(["one", "two", "three", "four", "five"])) == 3
    assert grams(["one", "two", "three"]) != grams(["three", "two", "one"])


def test_a_text_shorter_than_a_run_is_one_run() -> None:
    """Two words give one hash, none gives none."""
    assert len(grams(["one", "two"])) == 1
    assert grams([]) == frozenset()


def test_hashes_are_the_same_in_every_process() -> None:
    """The stored hashes of yesterday find today's copies: signed 64 bits, from content alone."""
    assert grams(["aid", "convoy", "arrives"]) == {-4364104896600931761}


@given(WORDS, WORDS)
def test_a_part_is_contained_in_the_whole(part: list[str], rest: list[str]) -> None:
    """A text that goes on after another holds all of its runs."""
    if len(part) >= GRAM_WORDS:
        assert containment(grams(part), grams(part + rest)) == 1.0


@given(SETS, SETS)
def test_containment_is_a_share(part: frozenset[int], whole: frozenset[int]) -> None:
    """It lies between 0 and 1; 1 exactly for a subset that is not empty; 0 for nothing."""
    share = containment(part, whole)
    assert 0.0 <= share <= 1.0
    assert (share == 1.0) == (bool(part) and part <= whole)


def test_the_hash_of_a_text_ignores_case_spaces_and_accents() -> None:
    """Copies that differ only in layout and spelling of letters hash alike; one other word does not."""
    assert text_hash("Çavuşoğlu:\n\nall  fled") == text_hash("cavusoglu: ALL fled")
    assert text_hash("all fled") != text_hash("most fled")
