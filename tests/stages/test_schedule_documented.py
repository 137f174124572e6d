"""Prove that the page about polling names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_OF_RUNS = ("poll", "poll_rules", "look_again", "pages_in_outages")


def test_each_rule_of_polling_names_tests_that_there_are() -> None:
    """Every test named in docs/explanation/polling.md is defined under tests/stages or tests/pipeline."""
    page = (ROOT / "docs" / "explanation" / "polling.md").read_text(encoding="utf-8")
    pipeline = ROOT / "tests" / "pipeline"
    files = [*(ROOT / "tests" / "stages").glob("test_schedule*.py"), *(pipeline / f"test_{name}.py" for name in _OF_RUNS)]
    defined = {name for file in files for name in re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE)}
    named = set(re.findall(r"`(test_\w+)`", page))
    assert len(named) > 30
    assert named <= defined
