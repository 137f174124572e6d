"""Prove what is kept of runs, and what a run counts as its own."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from tidings.store.database import open_memory, rows
from tidings.store.runs import begin, defer_unread, development_counts, duplicate_count, end, touched_entries

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty store."""
    with open_memory() as connection:
        yield connection


def outcomes(store: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return {row["id"]: row["outcome"] for row in rows(store, "SELECT id, outcome FROM core.runs")}


def test_a_run_that_never_ended_was_killed(store: duckdb.DuckDBPyConnection) -> None:
    """The next run of the same flow says so; other flows are left alone."""
    begin(store, "one", "ingest", NOW)
    begin(store, "mail", "deliver", NOW)
    begin(store, "two", "ingest", NOW)
    end(store, "two", NOW, "done", '{"entries": 3}')
    begin(store, "three", "ingest", NOW)
    assert outcomes(store) == {"one": "killed", "mail": "running", "two": "done", "three": "running"}
    assert rows(store, "SELECT ended_at, report->>'entries' AS entries FROM core.runs WHERE id = 'two'") == [
        {"ended_at": NOW, "entries": "3"}
    ]


def test_a_run_counts_what_it_touched(store: duckdb.DuckDBPyConnection, fill: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
    """Entries, developments and copies of this run, and of no other."""
    fill(store)
    assert sorted(touched_entries(store, "r1")) == [("new", ""), ("rejected", "timeout")]
    assert development_counts(store, "r1") == {"new_statement": 1}
    assert duplicate_count(store, "r1") == 2
    assert (touched_entries(store, "r2"), development_counts(store, "r2"), duplicate_count(store, "r2")) == ([], {}, 0)


def test_what_a_run_did_not_come_to_read_is_deferred(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Entries that wait for their page, its own and those that a killed run left, become its own; others stay."""
    for number, (outcome, run) in enumerate([("pending", "r1"), ("new", "r1"), ("pending", "r0")]):
        add(
            store,
            "entries",
            id=f"00000000-0000-0000-0000-00000000000{number}",
            feed_id="00000000-0000-0000-0000-000000000009",
            outcome=outcome,
            read_due=True,
            run_id=run,
        )
    defer_unread(store, "r1")
    found = rows(store, "SELECT outcome, read_due FROM core.entries ORDER BY id")
    assert [row["outcome"] for row in found] == ["deferred", "new", "deferred"]
    assert all(row["read_due"] for row in found)
