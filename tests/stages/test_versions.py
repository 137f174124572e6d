"""Which of two readings of an article stands, and what an edit changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Verdict
from tidings.stages.versions import SENTENCES_KEPT_MAX, Version, better, difference

FROM_FEED = (Verdict.WALL, Verdict.NOT_FOUND, Verdict.EMPTY, Verdict.TOO_DEEP, Verdict.TIMEOUT, Verdict.BLOCKED)


@pytest.mark.parametrize("worse", FROM_FEED)
def test_a_page_that_opens_replaces_what_the_feed_said(worse: Verdict) -> None:
    """Full text and the beginning of a text replace the feed's words, whatever stood in the way before."""
    assert better(Version(worse, 300, "A"), Version(Verdict.FULL, 3_000, "A"))
    assert better(Version(worse, 300, "A"), Version(Verdict.TEASER, 400, "A"))


@pytest.mark.parametrize("worse", [*FROM_FEED, Verdict.TEASER])
def test_nothing_replaces_a_whole_article(worse: Verdict) -> None:
    """What was read whole stays when its page breaks, moves behind a wall or goes away, however long the other text is."""
    assert not better(Version(Verdict.FULL, 3_000, "A"), Version(worse, 9_000, "B", correction=True))


@pytest.mark.parametrize("worse", FROM_FEED)
def test_the_beginning_of_a_page_gives_way_only_to_more(worse: Verdict) -> None:
    """The feed's words replace a teaser only where they are clearly longer."""
    assert not better(Version(Verdict.TEASER, 600, "A"), Version(worse, 600, "A"))
    assert better(Version(Verdict.TEASER, 600, "A"), Version(worse, 900, "A"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(Version(Verdict.TEASER, 300, "A"), Version(Verdict.FULL, 2_000, "A"), True, id="the wall is lifted"),
        pytest.param(Version(Verdict.FULL, 2_000, "A"), Version(Verdict.FULL, 2_100, "A"), True, id="an edit"),
        pytest.param(Version(Verdict.FULL, 2_000, "A"), Version(Verdict.FULL, 1_200, "A"), True, id="shortened"),
        pytest.param(Version(Verdict.FULL, 2_000, "A"), Version(Verdict.FULL, 900, "A"), False, id="most is gone"),
        pytest.param(Version(Verdict.FULL, 2_000, "A"), Version(Verdict.FULL, 200, "Withdrawn"), True, id="withdrawn under another title"),
        pytest.param(
            Version(Verdict.FULL, 2_000, "A"), Version(Verdict.FULL, 200, "A", correction=True), True, id="corrected in two lines"
        ),
        pytest.param(Version(Verdict.WALL, 500, "A"), Version(Verdict.BLOCKED, 500, "A"), True, id="the feed's words both times"),
        pytest.param(Version(Verdict.WALL, 500, "A"), Version(Verdict.EMPTY, 200, "A"), False, id="fewer of the feed's words"),
        pytest.param(Version(Verdict.EMPTY, 5_000, "A"), Version(Verdict.TEASER, 300, "A"), False, id="a page with less than the feed had"),
    ],
)
def test_length_and_title_decide_between_the_rest(before: Version, after: Version, *, expected: bool) -> None:
    """Between readings of no lower worth the later one stands, unless most of the text is gone without a word."""
    assert better(before, after) is expected


@pytest.mark.parametrize("of_page", [Verdict.FULL, Verdict.TEASER])
@pytest.mark.parametrize("of_feed", FROM_FEED)
def test_what_a_feed_says_of_anothers_page_gives_way_to_the_page(of_page: Verdict, of_feed: Verdict) -> None:
    """However short the page is, and never the reverse."""
    said = Version(of_feed, 9_000, "A", publisher="Hostile")
    read = Version(of_page, 300, "A", publisher="nobody.example")
    assert better(said, read)
    assert not better(read, said)


@given(st.sampled_from(Verdict), st.sampled_from(Verdict), st.integers(0, 9_000), st.integers(0, 9_000))
def test_no_two_readings_replace_each_other_for_ever(one: Verdict, other: Verdict, length: int, other_length: int) -> None:
    """Where worth and length both differ clearly, only one of the two directions is open."""
    first, second = Version(one, length, "A"), Version(other, other_length, "A")
    if length < 0.5 * other_length and Verdict.FULL not in (one, other):
        assert not better(second, first)


def test_an_edit_is_told_by_its_sentences() -> None:
    """Added and removed sentences are given in their words; those that moved or changed only their spaces are neither."""
    before = "Three people died. The road is shut.\n\nThe mayor spoke."
    after = "Four people died.\n\nThe  mayor spoke. The road is shut. It rained."
    changed = difference(before, after)
    assert changed.added == ("Four people died.", "It rained.")
    assert changed.removed == ("Three people died.",)
    assert (changed.added_count, changed.removed_count) == (2, 1)


def test_a_difference_is_bounded() -> None:
    """Of a text that is all new the first sentences are kept, and all are counted."""
    after = " ".join(f"Number {number} came." for number in range(100))
    changed = difference("", after)
    assert (len(changed.added), changed.added_count, changed.removed) == (SENTENCES_KEPT_MAX, 100, ())


@given(st.text(alphabet="ab. \n", max_size=60))
def test_nothing_differs_from_itself(text: str) -> None:
    """A text and its copy have no difference."""
    changed = difference(text, text)
    assert (changed.added_count, changed.removed_count) == (0, 0)
