"""Every outcome and reason of the glossary has a sentence for those who ask about one article."""

import re
from pathlib import Path

import pytest

from tidings.model import Outcome, Relation, Verdict
from tidings.render.reasons import DECISIONS, OUTCOMES, REASONS, sentence
from tidings.stages import novelty

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
_TABLE = GLOSSARY.partition("Reasons, where the word alone")[2].partition("\n### ")[0]
IN_GLOSSARY = sorted(
    {reason for row in re.findall(r"^\| `\w.*", _TABLE, re.MULTILINE) for reason in re.findall(r"`([^`]+)`", row.split("|")[2])}
)


def test_the_glossary_was_read() -> None:
    """The table of reasons was found."""
    assert len(IN_GLOSSARY) > 25


@pytest.mark.parametrize("reason", IN_GLOSSARY)
def test_every_reason_of_the_glossary_has_a_sentence(reason: str) -> None:
    """The reason's own sentence comes after that of the outcome."""
    said = sentence("rejected", reason.replace("<status>", "418"))
    assert said.startswith(OUTCOMES["rejected"])
    assert len(said) > len(OUTCOMES["rejected"]) + 10


def test_every_outcome_relation_and_verdict_has_a_sentence() -> None:
    """So have the values that stand as a reason."""
    assert set(OUTCOMES) == set(Outcome)
    assert set(REASONS) >= set(Relation) | (set(Verdict) - {Verdict.FULL})


def test_every_reason_of_a_decision_on_a_statement_has_words_and_is_in_the_glossary() -> None:
    """What the stages give as a reason for told or new is said in words by `why`."""
    stages = "\n".join((ROOT / "src/tidings/stages" / f"{name}.py").read_text(encoding="utf-8") for name in ("novelty", "_copied"))
    given = (
        set(re.findall(r'(?:Judged|Verdict)\([^"()]*"(\w+)"', stages)) | set(re.findall(r'\breason="(\w+)"', stages)) | novelty.DIFFERENCES
    )
    assert given >= {"covered", "not_covered", "nothing_near", "too_short", "no_fact", "same_meaning", "says_little", "day"}
    assert given - set(DECISIONS) == set()
    assert [reason for reason in sorted(given) if f"`{reason}`" not in GLOSSARY] == []


def test_a_reason_nobody_knows_is_no_error() -> None:
    """A reason of a later version leaves the outcome's sentence."""
    assert sentence("rejected", "gremlins") == OUTCOMES["rejected"]
    assert sentence("new", "new_story new_statement") == OUTCOMES["new"]
