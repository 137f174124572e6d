"""Readers and runs do not get in each other's way: a short form of `benchmarks/publish_readers.py`, or all of it."""

import os
from pathlib import Path

import pytest
from publish_readers import prove

pytestmark = pytest.mark.slow  # real processes read while a real store publishes


def test_readers_and_runs_do_not_meet(tmp_path: Path) -> None:
    """While runs publish, with renewals among them, processes with plain DuckDB ask: no error on either side, and no torn view.

    The whole proof, 10,000 queries during 200 runs: `python benchmarks/publish_readers.py FOLDER`, or TIDINGS_PROOF=full here.
    """
    full = os.environ.get("TIDINGS_PROOF") == "full"
    found = prove(tmp_path, *((200, 10_000, 4, 60) if full else (5, 200, 2, 15)))
    assert found["reader_errors"] == []
    assert found["writer_errors"] == []
    assert found["torn"] == 0
    assert found["renewals"] >= 2
    assert found["publications_seen"] >= 3
    assert found["queries"] >= 200
