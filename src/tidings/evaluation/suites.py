"""Name the suites of `tidings eval`: each runs the product's own stages over labelled files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold what a suite measured: counts of what it read, measures by name, their 95 % intervals, and what went wrong, a line each."""

    counts: Mapping[str, int]
    measures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    errors: Sequence[str] = ()  # examples for people, the worst first; ids and our own words, texts cut short


Suite = Callable[[Sequence[Path]], Measured]
