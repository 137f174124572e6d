"""Measure the reading of figures against labelled sentences: `{"id", "date", "text", "figures"}`, one a line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidings.evaluation.measures import bootstrap, names_of, numbered_rows, time_of
from tidings.evaluation.suites import Measured
from tidings.model import Figure
from tidings.stages.figures import read_figures

Key = tuple[object, ...]
LEVELS = {"f1.value": 0, "f1.value_qualifier": 1, "f1.value_qualifier_measure": 2}
SHOWN_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """Hold what a labelled sentence reports and what was read from it, a key each."""

    id: str
    text: str
    labelled: tuple[Key, ...]
    found: tuple[Key, ...]

    def hits(self, depth: int) -> int:
        """Count the figures read right, as a multiset, by the first `depth + 1` parts of their keys."""
        return (_cut(self.labelled, depth) & _cut(self.found, depth)).total()


def evaluate(files: Sequence[Path]) -> Measured:
    """Give the micro F1 over each sentence's multiset of figures: by value, with its qualifier, and with its measure too.

    A vague figure is known by its words. Intervals are over sentences. Raises LabelledFileError.
    """
    sentences = [
        read(row, f"{name}, line {number}")
        for file, name in zip(files, names_of(files), strict=True)
        for number, row in numbered_rows(file)
    ]
    wrong = sorted((one for one in sentences if _mistakes(one)), key=lambda one: (-_mistakes(one), one.id))
    return Measured(
        counts={
            "sentences": len(sentences),
            "figures": sum(len(one.labelled) for one in sentences),
            "found": sum(len(one.found) for one in sentences),
        },
        measures=measure(sentences),
        intervals=bootstrap(sentences, measure) if sentences else {},
        errors=[_line(one) for one in wrong],
    )


def read(row: Mapping[str, Any], place: str = "") -> Sentence:
    """Let the stage read one labelled sentence; without an id it is called by its place."""
    said_at = time_of(row.get("date"))
    found = read_figures(row["text"], row.get("language") or "en", said_at.date() if said_at else None)
    return Sentence(
        place if row.get("id") is None else str(row["id"]),
        row["text"],
        tuple(map(labelled_key, row["figures"])),
        tuple(map(found_key, found)),
    )


def measure(sentences: Sequence[Sentence]) -> dict[str, float]:
    """Return the F1 at each level; nothing to read and nothing read is 1."""
    said = sum(len(one.labelled) + len(one.found) for one in sentences)
    return {name: 2 * sum(one.hits(depth) for one in sentences) / said if said else 1.0 for name, depth in LEVELS.items()}


def found_key(figure: Figure) -> Key:
    """Give what of a read figure is compared: value (words where vague), qualifier, measure."""
    return _key(figure.value_low, figure.value_high, figure.words, figure.qualifier, figure.measure)


def labelled_key(figure: Mapping[str, Any]) -> Key:
    """Give what of a labelled figure is compared, in the form of `found_key`."""
    return _key(figure["value_low"], figure["value_high"], figure["words"], figure["qualifier"], figure["measure"])


def _key(low: float | None, high: float | None, words: str, qualifier: str, measure: str) -> Key:
    value = words if low is None or high is None else (float(low), float(high))
    return value, qualifier, measure


def _cut(keys: Sequence[Key], depth: int) -> Counter[Key]:
    return Counter(key[: depth + 1] for key in keys)


def _mistakes(one: Sentence) -> int:
    return len(one.labelled) + len(one.found) - 2 * one.hits(2)


def _line(one: Sentence) -> str:
    missed, extra = Counter(one.labelled) - Counter(one.found), Counter(one.found) - Counter(one.labelled)
    parts = [f"{word} {key}" for word, keys in (("missed", missed), ("read", extra)) for key in keys.elements()]
    return f"{one.id}: {'; '.join(parts)}: {one.text[:SHOWN_CHARACTERS]}"
