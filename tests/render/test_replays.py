"""Prove that two replays are compared by what was told, and that replays and comparisons read well on a terminal."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.render.replays import compare_told, comparison_lines, comparison_plain, replay_lines

AT = datetime(2020, 2, 20, 6, 0, tzinfo=UTC)


def row(statement_id, topic="idlib", kind="new_statement", **more):
    """Make a told development as the store gives it."""
    values = {
        "topic": topic, "kind": kind, "headline": "Road reopened", "statement": f"Words of {statement_id}.", "statement_id": statement_id,
        "story_id": "s1", "origin": "Harbour", "publisher": "Harbour", "url": "http://harbour.example/1", "published_at": AT,
        "first_seen_at": AT, "told_at": AT,
    }  # fmt: skip
    return {**values, **more}


def shape(compared):
    """Return what is in a comparison, by topic."""
    return {
        one.topic: tuple([row["statement_id"] or row["origin"] for row in side] for side in (one.both, one.only_first, one.only_second))
        for one in compared
    }


CASES = {
    "nothing": ([], [], {}),
    "the same": ([row("a")], [row("a")], {"idlib": (["a"], [], [])}),
    "each its own": ([row("a"), row("b")], [row("b"), row("c")], {"idlib": (["b"], ["a"], ["c"])}),
    "a topic of one": ([row("a"), row("b", "libya")], [row("a")], {"idlib": (["a"], [], []), "libya": ([], ["b"], [])}),
    "of another kind": ([row("a", kind="new_story")], [row("a")], {"idlib": (["a"], [], [])}),
    "one statement of two topics": (
        [row("a"), row("a", "libya")],
        [row("a", "libya")],
        {"idlib": ([], ["a"], []), "libya": (["a"], [], [])},
    ),
    "confirmations": (
        [row(None, kind="new_origin", statement=None)],
        [row(None, kind="new_origin", statement=None, origin="Courier")],
        {"idlib": ([], ["Harbour"], ["Courier"])},
    ),
    "one statement in two editions": ([row("a"), row("a")], [row("a")], {"idlib": (["a"], [], [])}),
}


@pytest.mark.parametrize(("first", "second", "expected"), CASES.values(), ids=CASES)
def test_told_by_both_or_one(first, second, expected):
    """What counts as the same is topic and statement, or, where there is none, story and origin."""
    assert shape(compare_told(first, second)) == expected


@given(first=st.lists(st.sampled_from("abcdef")), second=st.lists(st.sampled_from("abcdef")))
def test_every_development_is_on_one_side(first, second):
    """Of all that is told each stands once, on the right side, and swapping the two swaps the sides."""
    compared = compare_told(map(row, first), map(row, second))
    for one in compared:
        sides = [{row["statement_id"] for row in side} for side in (one.both, one.only_first, one.only_second)]
        assert sides == [{*first} & {*second}, {*first} - {*second}, {*second} - {*first}]
        assert sum(map(len, sides)) == len(one.both) + len(one.only_first) + len(one.only_second)
    swapped = compare_told(map(row, second), map(row, first))
    assert [one.only_first for one in swapped] == [one.only_second for one in compared]


def test_a_comparison_in_words():
    """Counts by topic come first, then what only one told, with headline, publisher, words, day and edition; hostile text is escaped."""
    first = [row("a"), row("b", "libya", headline="Oil\x1b[31m", statement="Ports \x1b]closed. " + "x" * 400)]
    lines = list(comparison_lines(compare_told(first, [row("a")]), "config", "new"))
    assert lines[:2] == ["idlib: 1 told by both, 0 only by config, 0 only by new", "libya: 0 told by both, 1 only by config, 0 only by new"]
    assert lines[2] == "\nonly by config, libya:"
    assert lines[3].startswith("  2020-02-20 Oil")
    assert lines[3].endswith("(Harbour)")
    assert lines[4].endswith("x…")
    assert lines[5:] == ["      edition of 2020-02-20 06:00 UTC"]
    assert "\x1b" not in "".join(lines)


def test_nothing_told_is_said():
    """When neither told anything, that is one line."""
    assert list(comparison_lines((), "a", "b")) == ["neither told anything"]


def test_a_confirmation_without_words_names_who_confirms():
    """A development without a statement is shown by who confirms the story."""
    lines = list(comparison_lines(compare_told([row(None, kind="new_origin", statement=None, publisher=None)], []), "a", "b"))
    assert any("confirmed by Harbour" in line for line in lines)


def test_a_comparison_is_plain_json():
    """A script gets counts and rows."""
    [topic] = json.loads(json.dumps(comparison_plain(compare_told([row("a")], [row("b")])), default=str))["topics"]
    assert (topic["topic"], topic["both_count"], topic["only_first_count"], topic["only_second_count"]) == ("idlib", 0, 1, 1)
    assert topic["only_second"][0]["statement"] == "Words of b."


def test_a_replay_in_words():
    """What was not recorded, not configured or could not be read is said, each in its own line; what is in order is not."""
    report = {
        "runs": 3, "first": AT, "last": AT, "feeds": 2, "outcomes": {"off_topic": 4}, "developments": {}, "entries": 4, "editions": 1, "told": 0,
        "answers": {"as_recorded": 4}, "feeds_ignored": (), "feeds_not_recorded": (), "notes": (), "into": "data/replay/archive",
    }  # fmt: skip
    assert list(replay_lines(report)) == [
        "3 runs from 2020-02-20 06:00 to 2020-02-20 06:00 UTC, 2 feeds",
        "4 entries: 4 off topic",
        "developments: none; 1 editions tell 0",
        "store: data/replay/archive/tidings.duckdb, editions: data/replay/archive/editions",
    ]
    answers = {"from_another_run": 1, "not_recorded": 2, "unchanged_since_before": 3}
    more = {**report, "answers": answers, "feeds_ignored": ("x", "y"), "feeds_not_recorded": ("http://a/",), "notes": ("bad\x1b",)}
    notes = [line for line in replay_lines(more) if line.startswith("note: ")]
    assert len(notes) == 6
    assert "\x1b" not in "".join(notes)
    assert len(set(notes)) == 6
