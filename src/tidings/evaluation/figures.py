"""Measure the reading of figures against labelled sentences."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tidings.model import Figure
from tidings.stages.figures import read_figures

Key = tuple[object, ...]
LEVELS = {"f1.value": 0, "f1.value_qualifier": 1, "f1.value_qualifier_measure": 2}


def evaluate(files: Sequence[Path]) -> dict[str, float]:
    """Give the micro F1 over each sentence's multiset of figures: by value, with its qualifier, and with its measure too.

    Each file holds one JSON object a line: `text`, `date` and `figures`. A vague figure is known by its words.
    """
    hits, said, expected = Counter[str](), Counter[str](), Counter[str]()
    for record in read_records(files):
        found = read_figures(record["text"], "en", date.fromisoformat(record["date"]))
        for name, depth in LEVELS.items():
            ours = Counter(found_key(figure)[: depth + 1] for figure in found)
            theirs = Counter(labelled_key(figure)[: depth + 1] for figure in record["figures"])
            hits[name] += (ours & theirs).total()
            said[name] += ours.total()
            expected[name] += theirs.total()
    return {name: 2 * hits[name] / (said[name] + expected[name]) if said[name] + expected[name] else 1.0 for name in LEVELS}


def read_records(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Read the labelled sentences of JSON-lines files."""
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def found_key(figure: Figure) -> Key:
    """Give what of a read figure is compared: value (words where vague), qualifier, measure."""
    return _key(figure.value_low, figure.value_high, figure.words, figure.qualifier, figure.measure)


def labelled_key(figure: Mapping[str, Any]) -> Key:
    """Give what of a labelled figure is compared, in the form of `found_key`."""
    return _key(figure["value_low"], figure["value_high"], figure["words"], figure["qualifier"], figure["measure"])


def _key(low: float | None, high: float | None, words: str, qualifier: str, measure: str) -> Key:
    value = words if low is None or high is None else (float(low), float(high))
    return value, qualifier, measure
