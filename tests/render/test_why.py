"""What `why` writes of an address is plain text that says on which side of its bound a score is."""

import pytest

from tidings.render.why import why_lines

SAID = {
    "topic": "idlib",
    "text": "A mill burns.",
    "kind": "",
    "evidence": "",
    "against": "",
    "against_publisher": "",
    "recipients": [],
    "days": 0,
}


@pytest.mark.parametrize(
    ("decision", "reason", "score", "shown"),
    [
        pytest.param("told", "covered", 0.5, "0.50 of 0.50 needed", id="at the bound"),
        pytest.param("development", "not_covered", 0.4996, "0.4996 of 0.50 needed", id="a hair below it"),
        pytest.param("development", "not_covered", 0.3333, "0.33 of 0.50 needed", id="far below it"),
        pytest.param("development", "nothing_near", 0.0, "0.00", id="not held against one"),
    ],
)
def test_a_score_is_never_rounded_up_to_the_bound_that_it_missed(decision: str, reason: str, score: float, shown: str) -> None:
    """Whoever asks why it was told apart must not read that it was as alike as is needed."""
    assert statement_lines(SAID | {"decision": decision, "reason": reason, "score": score})[-1].endswith(f" {shown}")


def test_the_bound_is_the_one_that_was_held() -> None:
    """What is more like something told weeks before is held to the higher one."""
    said = SAID | {"decision": "development", "reason": "not_covered", "score": 0.55, "days": 30}
    assert statement_lines(said)[-1].endswith(" 0.55 of 0.60 needed")


def statement_lines(said: dict[str, object]) -> list[str]:
    answer = {"url": "https://a.example/b", "entries": [], "labels": [], "statements": [said]}
    return list(why_lines(answer | dict.fromkeys(("feed", "seed", "article", "duplicate", "story", "placed"))))
