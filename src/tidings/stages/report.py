"""Summarise what became of everything that entered a run. The counts add up, or the report says that they do not."""

from collections import Counter
from collections.abc import Iterable, Mapping

from tidings.model import Kind, Outcome


def summarise(outcomes: Iterable[tuple[str, str]]) -> tuple[dict[str, int], dict[str, int]]:
    """Count (outcome, reason) pairs: per outcome in the order of the enumeration, and per outcome and reason."""
    pairs = Counter(outcomes)
    per_outcome: Counter[str] = Counter()
    for (outcome, _), count in pairs.items():
        per_outcome[outcome] += count
    ordered = {outcome.value: per_outcome[outcome.value] for outcome in Outcome if per_outcome[outcome.value]}
    reasons = {f"{outcome}: {reason}": count for (outcome, reason), count in sorted(pairs.items()) if reason}
    return ordered, reasons


def in_words(entries: int, outcomes: Mapping[str, int], developments: Mapping[str, int]) -> str:
    """Write one line for the terminal and the log."""
    if not entries:
        return "nothing new: no feed had an entry that was not known"
    parts = [f"{count} {outcome.replace('_', ' ')}" for outcome, count in outcomes.items()]
    kinds = [f"{developments[kind]} {kind.value.replace('_', ' ')}" for kind in Kind if developments.get(kind)]
    line = f"{entries} entries: {', '.join(parts)}"
    return f"{line}; developments: {', '.join(kinds)}" if kinds else f"{line}; nothing new"
