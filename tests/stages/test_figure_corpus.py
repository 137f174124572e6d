"""Prove that figures of two languages agree where sentences say the same, and differ where a number was changed."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tidings.model import Figure
from tidings.stages.figures import differs, read_figures, same_quantity

CORPUS = Path(__file__).parents[1] / "corpus"
# Share of sentences that say the same in which all values, and all values with their measures, agree; and are comparable.
REACHED = {"ar": (0.95, 0.95, 0.69), "tr": (0.95, 0.90, 0.60), "zh": (0.95, 0.95, 0.70), "ru": (0.95, 0.95, 0.64)}


def rows(language: str, *why: str) -> Iterator[tuple[tuple[Figure, ...], tuple[Figure, ...]]]:
    """Give the figures of each English sentence and of its counterpart, where there are any."""
    for line in (CORPUS / f"statements_{language}.jsonl").read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        told, text = read_figures(row["told"], "en"), read_figures(row["text"], language)
        if row["why"] in why and (told or (text and why != ("other_number",))):
            yield told, text


def values(figures: Sequence[Figure], *, measured: bool) -> Counter[object]:
    return Counter((one.value_low, one.value_high, one.measure if measured else "") for one in figures)


def agree(told: Sequence[Figure], text: Sequence[Figure]) -> bool:
    return all(any(same_quantity(one, other) and not differs(one, other) for other in text) for one in told)


@pytest.mark.parametrize("language", sorted(REACHED))
def test_the_same_in_other_words_has_the_same_figures(language: str) -> None:
    """Values, and values with measures, agree in at least the share of sentences that was reached when this was written."""
    pairs = list(rows(language, "translated", "paraphrased"))
    value, measure, comparable = REACHED[language]
    assert sum(values(told, measured=False) == values(text, measured=False) for told, text in pairs) >= value * len(pairs)
    assert sum(values(told, measured=True) == values(text, measured=True) for told, text in pairs) >= measure * len(pairs)
    assert sum(agree(told, text) for told, text in pairs) >= comparable * len(pairs)


@pytest.mark.parametrize("language", sorted(REACHED))
def test_another_number_is_another_figure(language: str) -> None:
    """Where only a number was changed, no such sentence has the figures of the English one."""
    pairs = list(rows(language, "other_number"))
    assert pairs
    assert all(values(told, measured=False) != values(text, measured=False) for told, text in pairs)
