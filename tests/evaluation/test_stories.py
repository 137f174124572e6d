"""Prove what the suite `stories` counts, on made-up streams small enough to check by hand."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from tidings.errors import LabelledFileError
from tidings.evaluation.stories import evaluate

BRIDGE = (
    "A footbridge over the canal in Arden collapsed on Monday and nine schoolchildren were pulled from the water by divers.",
    "Divers pulled nine schoolchildren from the canal in Arden after the footbridge collapsed on Monday, the mayor said.",
)
HARVEST = (
    "Olive growers near Welby counted the smallest harvest in twenty years and blame a beetle that eats the buds.",
    "The smallest olive harvest in twenty years was counted near Welby, where growers blame a beetle.",
)


def write(path: Path, *rows: tuple[str, str]) -> Path:
    """Write (story, text) rows as a labelled file."""
    lines = [
        json.dumps({"id": f"{story}-{place}", "title": None, "text": text, "story": story}) for place, (story, text) in enumerate(rows)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def stream(path: Path, labels: Sequence[str] = "aabb") -> Path:
    """Write two reports of the bridge and two of the harvest under the given labels."""
    return write(path, *zip(labels, (*BRIDGE, *HARVEST), strict=True))


def test_a_stream_put_right_in_every_order_measures_one(tmp_path: Path) -> None:
    """Two happenings, two reports each: all orders give the gold stories, and everything is 1."""
    found = evaluate([stream(tmp_path / "small.jsonl")])
    assert found.counts["articles"] == 4
    assert found.counts["stories"] == 2
    for measure in ("bcubed_f1", "ari", "bcubed_f1.worst", "ari.worst", "bcubed_f1.small", "ari.small.shuffle_3"):
        assert found.measures[measure] == pytest.approx(1.0)
    assert found.errors == []


def test_what_is_joined_though_apart_and_apart_though_one_is_counted(tmp_path: Path) -> None:
    """With the labels crossed, precision and recall are one half, and each wrong place is named."""
    found = evaluate([stream(tmp_path / "crossed.jsonl", "abab")])
    assert found.measures["bcubed_precision"] == pytest.approx(0.5)
    assert found.measures["bcubed_recall"] == pytest.approx(0.5)
    assert sorted(line.split(" (")[0] for line in found.errors) == ["joined a", "joined a", "opened another story"]


def test_several_files_are_streams_of_their_own(tmp_path: Path) -> None:
    """The measure is the mean over files, the worst the least of all orders, and one file's articles never meet the other's."""
    found = evaluate([stream(tmp_path / "right.jsonl"), stream(tmp_path / "crossed.jsonl", "abab")])
    assert found.measures["bcubed_f1"] == pytest.approx(0.75)
    assert found.measures["bcubed_f1.worst"] == pytest.approx(0.5)
    low, high = found.intervals["bcubed_f1"]
    assert low <= found.measures["bcubed_f1"] <= high


def test_files_with_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    """The measures of each carry the folder's name, and the mean is over both."""
    for name in ("left", "right"):
        (tmp_path / name).mkdir()
    found = evaluate([stream(tmp_path / "left" / "set.jsonl"), stream(tmp_path / "right" / "set.jsonl", "abab")]).measures
    assert (found["bcubed_f1.left/set"], found["bcubed_f1.right/set"]) == pytest.approx((1.0, 0.5))
    assert found["bcubed_f1"] == pytest.approx(0.75)


@pytest.mark.parametrize("row", ['{"id": "1", "story": "a"}', '{"id": "1", "text": "Rain."}', ""], ids=["no text", "no story", "no rows"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, row: str) -> None:
    """A row without text or story, or a file without rows, is a clear error that names the file."""
    path = tmp_path / "bad.jsonl"
    path.write_text(row, encoding="utf-8")
    with pytest.raises(LabelledFileError, match=r"bad\.jsonl"):
        evaluate([path])
