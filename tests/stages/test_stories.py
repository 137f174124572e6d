"""Prove which story an article joins, and that the order of the members does not matter."""

from collections.abc import Sequence
from datetime import UTC, datetime
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Article, Verdict
from tidings.stages.dedupe import fingerprint
from tidings.stages.stories import SAME_STORY_MIN, Assignment, Member, assign, similarity

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)

BRIDGE = "A footbridge over the canal in Ariha collapsed on Monday and nine schoolchildren were pulled from the water by divers."
BRIDGE_LATER = "Divers searched the canal in Ariha for two more schoolchildren after the footbridge collapsed, the mayor said on Tuesday."
BRIDGE_AFTER = "The mayor of Ariha promised an inquiry into the footbridge after divers left the canal."
HARVEST = "Olive growers near Misrata counted the smallest harvest in twenty years and blame a beetle that eats the buds."
HARVEST_LATER = "The beetle that ruined the olive harvest near Misrata has reached the groves of Tarhuna, growers said."


def article(name: str, text: str) -> Article:
    return Article(name, f"{name}-1", f"https://wire.example/{name}", text[:30], text, "Wire", "Wire", "en", NOW, NOW, NOW, Verdict.FULL)


def member(name: str, text: str, story: str = "") -> Member:
    return Member(name, story or name, not story, fingerprint(article(name, text)).terms)


OPEN = [member("bridge", BRIDGE), member("harvest", HARVEST), member("later", BRIDGE_LATER, "bridge")]


def idf(term: str) -> float:
    return log(52 / (1 + sum(term in one.terms for one in OPEN)))


def place(name: str, text: str, members: Sequence[Member] = OPEN, copy_of: str = "") -> Assignment:
    one = article(name, text)
    return assign(one, fingerprint(one), members, idf, copy_of)


def test_what_reports_the_same_happening_joins() -> None:
    """The third report of the bridge joins its story; the nearest member is named."""
    found = place("new", BRIDGE_AFTER)
    assert (found.story_id, found.is_new) == ("bridge", False)
    assert found.nearest_id in {"bridge", "later"}
    assert found.score >= SAME_STORY_MIN


def test_what_reports_something_else_opens_a_story() -> None:
    """A new story has the article's own id; how near it came to another is kept."""
    found = place("new", "The library of Benghazi lent its millionth book to a fisherman's daughter on Sunday.")
    assert (found.story_id, found.is_new) == ("new", True)
    assert found.score < SAME_STORY_MIN


def test_the_first_article_opens_the_first_story() -> None:
    """Without any open story there is nothing to join."""
    assert place("new", BRIDGE, []) == Assignment("new", is_new=True, score=0.0)


def test_a_copy_follows_its_original() -> None:
    """Whatever its words are most like, a copy goes where its original is."""
    assert place("new", HARVEST_LATER, copy_of="later") == Assignment("bridge", is_new=False, score=1.0, nearest_id="later")


def test_a_copy_whose_original_is_not_at_hand_is_placed_by_its_words() -> None:
    """An original that the store did not give changes nothing."""
    assert place("new", BRIDGE_AFTER, copy_of="unknown").story_id == "bridge"


def test_an_article_is_not_compared_with_itself() -> None:
    """A member with the article's own id is passed over."""
    assert place("bridge", BRIDGE, [member("bridge", BRIDGE)]).is_new


def test_no_story_is_joined_by_a_chain_alone() -> None:
    """A member that drifted away from the story's first article does not pull in what is only like the member."""
    drifted = [member("bridge", BRIDGE), member("drifted", HARVEST, "bridge")]
    near = place("new", HARVEST_LATER, [member("harvest", HARVEST)])
    assert not near.is_new
    assert place("new", HARVEST_LATER, drifted).score == pytest.approx(near.score / 2, abs=0.02)


TEXTS = st.sampled_from([BRIDGE, BRIDGE_LATER, BRIDGE_AFTER, HARVEST, HARVEST_LATER, "Idlib.", ""])


@given(TEXTS, st.lists(st.tuples(TEXTS, st.sampled_from(["", "m0", "m1"])), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_members_changes_nothing(text: str, given_members: list[tuple[str, str]], random) -> None:
    """Whatever order the store gives them in, the article joins the same story with the same score."""
    members = [member(f"m{number}", words, story if story != f"m{number}" else "") for number, (words, story) in enumerate(given_members)]
    assert place("new", text, members) == place("new", text, random.sample(members, len(members)))


VECTORS = st.dictionaries(st.sampled_from("abcde"), st.floats(0.5, 9), max_size=5)


@given(VECTORS, VECTORS)
def test_similarity_is_a_mutual_share(one: dict[str, float], other: dict[str, float]) -> None:
    """Cosine: between 0 and 1, the same both ways, 1 with itself, 0 with nothing in common."""
    found = similarity(one, other, idf)
    assert 0.0 <= found <= 1.0 + 1e-9
    assert found == pytest.approx(similarity(other, one, idf))
    assert (found == 0.0) == (not one.keys() & other.keys())
    if one:
        assert similarity(one, one, idf) == pytest.approx(1.0)
