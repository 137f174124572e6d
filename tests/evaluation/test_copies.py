"""Prove what the suite `copies` counts, on made-up pairs small enough to check by hand."""

import json
from pathlib import Path
from typing import Any

import pytest

from tidings.errors import LabelledFileError
from tidings.evaluation.copies import evaluate, read_pairs, recall_at_precision

BRIDGE = (
    "The mayor of Arden closed the old bridge on Monday after engineers found cracks in two of its nine piers. "
    "Ferries carry 400 passengers an hour across the river Soll until the spring. "
    "The council will vote on a new bridge in June, and the province pays half of what it costs."
)
MATCH = (
    "A league match in Welby ended without goals after heavy rain had fallen for five hours. "
    "The referee Ida Brandt stopped play twice because the ball no longer rolled. "
    "Both clubs keep their places in the table, and the coach blamed the pitch for a poor evening."
)
OWN_REPORT = (
    "Commuters in Arden woke to barriers across the river on Monday. "
    "Baker Tom Lind, whose shop stands at the northern end, expects to lose every second customer. "
    "Similar spans elsewhere were torn down after only a decade, a professor of engineering pointed out."
)


def write(path: Path, *rows: tuple[str, str, str]) -> Path:
    """Write (relation, a, b) rows as a labelled file."""
    lines = [
        json.dumps({"id": f"{number}", "relation": relation, "a": {"text": a}, "b": {"text": b}})
        for number, (relation, a, b) in enumerate(rows)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_copies_are_ranked_linked_and_told(tmp_path: Path) -> None:
    """An exact copy ranks above an own report and repeats everything; a changed number is reported; the own report is no copy."""
    first = write(tmp_path / "one.jsonl", ("exact", BRIDGE, BRIDGE), ("same_event", BRIDGE, OWN_REPORT))
    second = write(tmp_path / "two.jsonl", ("changed_facts", BRIDGE, BRIDGE.replace("400", "700")), ("different", BRIDGE, MATCH))
    found = evaluate([first, second])
    assert found.counts == {"pairs": 4, "changed_facts": 1, "different": 1, "exact": 1, "same_event": 1}
    assert found.measures == {
        "recall_at_p99": 1.0,
        "auc": 1.0,
        "same_event_called_copy": 0.0,
        "changed_facts_kept": 1.0,
        "new_in_exact": 0.0,
    }
    assert found.intervals["auc"] == (1.0, 1.0)
    assert list(found.errors) == []


@pytest.mark.parametrize(
    ("relation", "names"),
    [
        ("changed_facts", {"changed_facts_kept"}),
        ("different", set()),
        ("same_event", {"same_event_called_copy"}),
        ("near", {"recall_at_p99"}),
    ],
)
def test_a_measure_without_pairs_is_left_out(tmp_path: Path, relation: str, names: set[str]) -> None:
    """One file alone gives the measures that its relations allow."""
    assert evaluate([write(tmp_path / "one.jsonl", (relation, BRIDGE, BRIDGE.replace("Monday", "Friday")))]).measures.keys() == names


def test_files_with_one_name_and_null_ids_are_kept_apart(tmp_path: Path) -> None:
    """Pairs are known by file and line: the measures are those of one file with all the rows."""
    first = ("exact", BRIDGE, BRIDGE)
    second = ("changed_facts", MATCH, MATCH.replace("five", "nine"))
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
    files = [write(tmp_path / "left" / "set.jsonl", first, second), write(tmp_path / "right" / "set.jsonl", second, first)]
    one = write(tmp_path / "all.jsonl", first, second, second, first)
    assert evaluate(files).measures == evaluate([one]).measures
    assert [pair.name for pair in read_pairs(files[0], "left/set")] == ["left/set:0", "left/set:1"]
    one.write_text(one.read_text().replace('"id": "', '"id": null, "was": "'), encoding="utf-8")
    assert evaluate([one]).measures == evaluate(files).measures


def test_ties_count_against_us() -> None:
    """A copy with the score of another text is reached only together with it."""
    assert recall_at_precision([0.9, 0.5], [0.5]) == 0.5
    assert recall_at_precision([0.5], [0.5]) == 0.0
    assert recall_at_precision([0.9] * 99 + [0.5], [0.9]) == 1.0


@pytest.mark.parametrize(
    "row", [{"relation": "near", "a": {"text": "x"}}, {"a": {"text": "x"}, "b": {"text": "x"}}, {"relation": "near", "a": 1, "b": 2}]
)
def test_a_row_that_is_no_pair_is_named(tmp_path: Path, row: dict[str, Any]) -> None:
    """The error names the file and the line."""
    path = tmp_path / "bad.jsonl"
    path.write_text(json.dumps(row), encoding="utf-8")
    with pytest.raises(LabelledFileError, match=r"bad\.jsonl, line 1"):
        evaluate([path])
