"""A long life costs no memory: a short form of `benchmarks/memory.py`, with a generous bound."""

from pathlib import Path

import pytest
from memory import ROWS, Row, made_up, measure, slope_mb, table

pytestmark = pytest.mark.slow  # hundreds of polls of a real store, and real children

POLLS = 800
GROWN_MB_MAX = 15.0  # what an allocator may keep; a leak of one answer a poll would be more


def test_hundreds_of_polls_and_pages_leave_the_memory_as_it_was(tmp_path: Path) -> None:
    """After warming up, neither this process nor a child keeps what it read."""
    rows = measure(POLLS, made_up(tmp_path))
    assert rows[-1].polls >= POLLS
    assert rows[-1].pages >= POLLS // 2
    warm = rows[ROWS // 2]
    assert rows[-1].parent_mb - warm.parent_mb < GROWN_MB_MAX, table(rows)
    assert max(row.children_mb for row in rows) < 1_000, table(rows)


def test_a_leak_is_seen() -> None:
    """The measure itself: a process that grows by a kilobyte a poll has a slope of 10 MB in 10,000."""
    rows = [Row(n * 100, n * 100, 100 + n * 0.1, 50.0, 1.0) for n in range(1, ROWS + 1)]
    assert slope_mb(rows, "parent_mb") == pytest.approx(10)
    assert slope_mb(rows, "children_mb") == pytest.approx(0, abs=1e-6)
    assert "+10.00" in table(rows)
