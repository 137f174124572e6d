"""Prove that the counts of a run add up."""

from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Kind, Outcome
from tidings.stages.report import in_words, summarise

PAIRS = st.lists(
    st.tuples(st.sampled_from([outcome.value for outcome in Outcome]), st.sampled_from(["", "covered", "no_term"])), max_size=40
)


@given(PAIRS)
def test_every_entry_is_counted_once(pairs: list[tuple[str, str]]) -> None:
    """The outcomes add up to the entries, and the reasons to the entries that have one."""
    outcomes, reasons = summarise(pairs)
    assert sum(outcomes.values()) == len(pairs)
    assert sum(reasons.values()) == sum(bool(reason) for _, reason in pairs)
    assert all(outcomes.values())


@given(PAIRS.flatmap(lambda pairs: st.tuples(st.just(pairs), st.permutations(pairs))))
def test_the_order_of_entries_changes_nothing(both: tuple[list[tuple[str, str]], list[tuple[str, str]]]) -> None:
    """The same outcomes in another order give the same report, in the same order of words."""
    one, other = (summarise(pairs) for pairs in both)
    assert [list(part.items()) for part in one] == [list(part.items()) for part in other]


def test_a_line_says_what_happened() -> None:
    """Entries, outcomes in their order, developments by kind."""
    outcomes, _ = summarise([("off_topic", "no_term"), ("new", ""), ("off_topic", "in_passing")])
    line = in_words(3, outcomes, {Kind.CHANGED_FIGURE: 1, Kind.NEW_STORY: 2})
    assert line == "3 entries: 1 new, 2 off topic; developments: 2 new story, 1 changed figure"


def test_nothing_new_is_said_aloud() -> None:
    """A run without entries and a run without developments both say so."""
    assert "nothing new" in in_words(0, {}, {})
    assert "nothing new" in in_words(1, {"off_topic": 1}, {})
