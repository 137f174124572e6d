"""Prove that the measure of figures counts what it says, and that the reading is good enough on labelled sentences."""

import json
import os
from pathlib import Path

import pytest

from tidings.evaluation.figures import evaluate

LABEL = {"value_low": 4, "value_high": 4, "qualifier": "exact", "measure": "killed", "of": "", "words": "four"}


def write(folder: Path, *figures: dict[str, object]) -> Path:
    file = folder / "labelled.jsonl"
    file.write_text(
        json.dumps({"date": "2021-03-15", "text": "Rockfall kills four and hurts dozens.", "figures": figures}) + "\n", encoding="utf-8"
    )
    return file


def test_all_right(tmp_path: Path) -> None:
    """Labels equal to what is read give 1 at each level."""
    vague = {**LABEL, "value_low": None, "value_high": None, "qualifier": "vague", "measure": "injured", "words": "dozens"}
    assert set(evaluate([write(tmp_path, LABEL, vague)]).measures.values()) == {1.0}


def test_levels_differ(tmp_path: Path) -> None:
    """A wrong measure costs only the third level, and a label not read costs all."""
    scores = evaluate([write(tmp_path, {**LABEL, "measure": "injured"}, {**LABEL, "value_low": 9, "value_high": 9})]).measures
    assert scores == {"f1.value": 0.5, "f1.value_qualifier": 0.5, "f1.value_qualifier_measure": 0.0}


def test_nothing_to_read() -> None:
    """No files: nothing was missed."""
    assert set(evaluate([]).measures.values()) == {1.0}


@pytest.mark.skipif("TIDINGS_DATA" not in os.environ, reason="TIDINGS_DATA is not set")
def test_labelled_sentences() -> None:
    """On the labelled development sentences the reading reaches what the project asks for."""
    file = Path(os.environ["TIDINGS_DATA"]) / "figures" / "figures_dev.jsonl"
    if not file.exists():
        pytest.skip("no labelled figures there")
    scores = evaluate([file]).measures
    assert scores["f1.value"] >= 0.95
    assert scores["f1.value_qualifier"] >= 0.92
    assert scores["f1.value_qualifier_measure"] >= 0.80
