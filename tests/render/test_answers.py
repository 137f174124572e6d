"""Prove in which words a label is shown."""

import pytest

from tidings.render.answers import label_words

SAID = {"url": "http://a.example/1", "article_id": "1", "other_url": None, "other_id": None, "other_seed_id": None, "topic": None}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({"kind": "not_duplicate", "other_id": "2", "other_url": "http://b.example/2"}, "not duplicate of http://b.example/2", id="of a report"),
        pytest.param({"kind": "not_duplicate", "other_id": "2", "other_seed_id": "storm"}, "not duplicate of seed storm", id="of a seed without a link"),
        pytest.param({"kind": "same_story", "other_id": "2"}, "same story as 2", id="of what is gone"),
        pytest.param({"kind": "not_on_topic", "topic": "idlib"}, "not on topic idlib", id="a topic"),
    ],
)  # fmt: skip
def test_a_label_says_against_what(more: dict[str, str], words: str) -> None:
    """The other side has its link, or the name of the seed; an id only where nothing else is known."""
    assert label_words(SAID | more) == f"http://a.example/1  {words}"
