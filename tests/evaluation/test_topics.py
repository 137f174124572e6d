"""Prove that the suite `topics` measures what the stage says of labelled sentences."""

import json
from pathlib import Path

import pytest

from tidings.errors import LabelledFileError
from tidings.evaluation.topics import Judged, evaluate, measure

ROWS = [
    {"id": "1", "date": "2020-02-01", "headings": [], "text": "Shells fell on Saraqib and Idlib overnight, doctors said.", "topics": ["idlib"], "passing": []},
    {"id": "2", "date": "2020-02-01", "headings": ["War in Libya"], "text": "Shells hit the port of Tripoli, killing three.", "topics": ["libya"], "passing": []},
    {"id": "3", "date": "2020-02-01", "headings": [], "text": "A library was opened in Lyon by the mayor.", "topics": ["xinjiang"], "passing": []},
    {"id": "4", "date": "2020-02-01", "headings": [], "text": "Fires burned in the hills above Athens.", "topics": ["wildfires"], "passing": ["libya"]},
]  # fmt: skip


def written(folder: Path, rows: list[dict[str, object]]) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_measures_carry_the_names_of_the_suite(tmp_path: Path) -> None:
    """Each topic, configured or labelled, has F1, precision and recall; the mean F1 counts a topic that nobody configured as 0."""
    measured = evaluate([written(tmp_path, ROWS)])
    assert measured.measures["f1.idlib"] == measured.measures["f1.libya"] == 1
    assert measured.measures["recall.xinjiang"] == measured.measures["f1.wildfires"] == 0
    assert measured.measures["f1.macro"] == pytest.approx(0.5)
    assert set(measured.intervals) == set(measured.measures)


def test_counts_say_what_was_measured(tmp_path: Path) -> None:
    """Sentences, labels and findings are counted, and topics that only one side knows."""
    counts = evaluate([written(tmp_path, ROWS)]).counts
    assert (counts["sentences"], counts["topics_not_configured"], counts["topics_not_labelled"]) == (4, 1, 0)
    assert (counts["about.libya"], counts["passing.libya"], counts["found.libya"]) == (1, 1, 1)


def test_errors_name_what_was_missed(tmp_path: Path) -> None:
    """A line says which sentence, which topic and why."""
    errors = evaluate([written(tmp_path, ROWS)]).errors
    assert [error.split(":")[0] for error in errors] == ["3", "4"]
    assert "xinjiang missed (no_term)" in errors[0]


def test_what_is_only_mentioned_is_not_about() -> None:
    """A topic found where it is labelled as passing costs precision."""
    judged = [
        Judged("a", about=frozenset({"x"}), passing=frozenset(), found=frozenset({"x"}), reason="", text=""),
        Judged("b", about=frozenset(), passing=frozenset({"x"}), found=frozenset({"x"}), reason="", text=""),
    ]
    assert measure(judged, ["x"])["precision.x"] == pytest.approx(0.5)
    assert measure(judged, ["x"])["recall.x"] == 1


@pytest.mark.parametrize(
    ("about", "found", "macro"),
    [("x", "x", 1.0), ("x", "", 0.0), ("", "y", 0.0), ("", "", 1.0), ("x", "y", 0.0)],
    ids=["right", "missed", "nothing labelled", "nothing at all", "another found"],
)
def test_the_mean_is_over_what_is_labelled(about: str, found: str, macro: float) -> None:
    """A topic that nobody labelled adds no 1 to the mean; where nothing is labelled, what is found counts."""
    judged = [Judged("a", frozenset(filter(None, [about])), frozenset(), frozenset(filter(None, [found])), "", "")]
    assert measure(judged, ["x", "y", "z"])["f1.macro"] == macro


def test_nothing_to_find_is_found(tmp_path: Path) -> None:
    """An empty file measures 1 and counts 0, and a file that is none is named in the error."""
    assert evaluate([written(tmp_path, [])]).measures["f1.macro"] == 1
    with pytest.raises(LabelledFileError, match="missing"):
        evaluate([tmp_path / "missing.jsonl"])
