"""Check what a run promises: every entry ends in exactly one outcome, and the counts add up."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tidings.model import Edition, Outcome, RunReport
from tidings.store.query import query

FINAL = frozenset(outcome.value for outcome in Outcome) - {Outcome.PENDING.value}


class BrokenPromiseError(Exception):
    """Say which promise a run broke."""


def select(data: Path, sql: str) -> list[tuple[Any, ...]]:
    """Ask the published snapshot."""
    return query(data, sql, None)[1]


def check_report(report: RunReport) -> None:
    """Raise BrokenPromiseError unless the run's outcomes are final and add up to its entries."""
    if report.outcome != "done":
        raise BrokenPromiseError(f"the run ended as {report.outcome}: {report.notes}")
    total = sum(report.outcomes.values())
    if total != report.entries:
        raise BrokenPromiseError(f"{report.entries} entries, {total} outcomes")
    if set(report.outcomes) - FINAL:
        raise BrokenPromiseError(f"an outcome that is not final: {dict(report.outcomes)}")


def check_outcomes(data: Path, expected: int) -> None:
    """Raise BrokenPromiseError unless the snapshot holds `expected` entries, each once, with a final outcome and a reason where one is due."""
    found = select(data, "SELECT id, outcome, reason FROM entries")
    if len(found) != expected or len({row[0] for row in found}) != expected:
        raise BrokenPromiseError(f"{expected} entries were served, {len(found)} are known")
    for entry, outcome, reason in found:
        if outcome not in FINAL or not reason:
            raise BrokenPromiseError(f"entry {entry}: outcome {outcome!r}, reason {reason!r}")


def check_funnels(editions: Iterable[Edition], served: Iterable[int]) -> None:
    """Raise BrokenPromiseError unless each edition's funnel adds up to the entries served in its window."""
    for edition, count in zip(editions, served, strict=True):
        total = sum(number for _, number in edition.coverage.funnel)
        if total != count:
            raise BrokenPromiseError(f"the edition of {edition.window_end:%Y-%m-%d} counts {total} entries, {count} were served")
