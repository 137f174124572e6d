"""What pages came to, in words: every verdict and every reason of a page has some, and no word of theirs is shown."""

import pytest

from tidings.model import Verdict
from tidings.render.pages import page_words, pages_line
from tidings.render.reasons import REASONS

_OF_OTHER_STAGES = {
    "no_term", "companion_missing", "ruled_out", "not_on_topic", "in_passing", "too_short", "not_this_feed's_topic", "older_than_first_window",
    "learned", "older_than_learned", "all_told", "same_article", "exact", "near", "rewrite", "earlier_version_waits", "waits_for_next_run",
    "no_link", "not_recorded", "stage_failed",
}  # fmt: skip


def test_every_verdict_and_reason_of_a_page_has_words() -> None:
    """Only what our own stages broke off, or nobody recorded, is just not readable."""
    words = {word: page_words(word) for word in ({verdict.value for verdict in Verdict} | REASONS.keys()) - _OF_OTHER_STAGES}
    assert [word for word, said in words.items() if said == "not readable"] == []
    assert page_words("http_503") == "answered with an error"


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ([], ""),
        ([("full", 3)], "3 read in full"),
        ([("wall", 1), ("full", 1200)], "1,200 read in full, 1 behind a wall"),
        ([("dns", 2), ("connect", 1), ("timeout", 5)], "0 read in full, 5 too slow, 3 out of reach"),
        ([("<b>evil</b>", 1)], "0 read in full, 1 not readable"),
    ],
    ids=["none", "full", "a wall", "words that several share", "from outside"],
)
def test_a_line_counts_them(counts: list[tuple[str, int]], line: str) -> None:
    """Those in full come first, the others by how many they are."""
    assert pages_line(counts) == line
