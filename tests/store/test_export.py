"""What the store holds as text: the same knowledge gives the same bytes, and no spreadsheet runs it."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tidings.errors import StoreError, UsageError
from tidings.store.database import insert_rows, open_memory, open_store
from tidings.store.export import export_canonical
from tidings.store.exported import export_table
from tidings.store.publish import publish

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
TOPIC = ("name", "title", "first_seen_at")
Fill = Callable[[duckdb.DuckDBPyConnection], None]


def canonical(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the canonical export."""
    out = io.StringIO()
    count = export_canonical(connection, out)
    assert count == out.getvalue().count("\n")
    return out.getvalue()


def table(folder: Path, view: str, kind: str) -> str:
    """Return a view as text."""
    out = io.StringIO(newline="")
    export_table(folder, view, kind, out)
    return out.getvalue()


def test_same_knowledge_same_bytes(fill: Fill) -> None:
    """The order of writing, runs, leases and feed events do not show; anything known does."""
    with open_memory() as one, open_memory() as other:
        fill(one)
        fill(other)
        insert_rows(one, "core.topics", TOPIC, [("b", "B", NOW), ("a", "A", NOW)])
        insert_rows(other, "core.topics", TOPIC, [("a", "A", NOW), ("b", "B", NOW)])
        other.execute("UPDATE core.runs SET id = 'r9'; UPDATE core.entries SET run_id = 'r9'; DELETE FROM core.feed_events")
        other.execute("UPDATE core.deliveries SET lease_until = now()")
        assert canonical(one) == canonical(other)
        other.execute("UPDATE core.deliveries SET state = 'held'")
        assert canonical(one) != canonical(other)


def test_canonical_lines_are_json_with_sorted_keys(fill: Fill) -> None:
    """Each line names its table; keys are sorted, times are ISO in UTC, messages are only a hash, every table of what is known is there."""
    with open_memory() as connection:
        fill(connection)
        lines = canonical(connection).splitlines()
        found = [json.loads(line) for line in lines]
        sql = "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core' AND estimated_size > 0"
        tables = {row[0] for row in connection.execute(sql).fetchall()}
    assert all(list(row) == sorted(row) for row in found)
    assert {row["table"] for row in found} == tables - {"runs", "feed_events", "counter"}
    assert not any(key in {"run_id", "change"} or key.startswith("lease_") for row in found for key in row)
    delivery = next(row for row in found if row["table"] == "deliveries")
    assert delivery["payload"].startswith("sha256:")
    assert delivery["sent_at"] == "2020-02-20T07:30:00+00:00"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fill: Fill) -> Path:
    """Publish the small store once for all tests here."""
    made = tmp_path_factory.mktemp("data")
    with open_store(made, 0) as store:
        fill(store)
        dangerous = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx", "\nx", "＝1", "safe = 1", 'say "x", y']
        insert_rows(store, "core.topics", TOPIC, [(str(number), title, NOW) for number, title in enumerate(dangerous)])
        publish(store, made)
    return made


def test_csv_runs_nowhere_and_keeps_every_row(folder: Path) -> None:
    """Text that a spreadsheet would run gets an apostrophe; other text, numbers and lists stay what they are."""
    found = list(csv.DictReader(io.StringIO(table(folder, "topics", "csv"), newline="")))
    titles = {row["name"]: row["title"] for row in found}
    assert [titles[str(number)] for number in range(10)] == [
        "'=1+1", "'+1", "'-1", "'@sum", "'\tx", "'\rx", "'\nx", "'＝1", "safe = 1", 'say "x", y',
    ]  # fmt: skip
    duplicate = next(csv.DictReader(io.StringIO(table(folder, "duplicates", "csv"), newline="")))
    assert (duplicate["score"], duplicate["differs_in"]) == ("0.4", '["toll"]')


def test_jsonl_is_one_object_a_row(folder: Path) -> None:
    """JSON Lines keep text as it is, and types."""
    found = [json.loads(line) for line in table(folder, "topics", "jsonl").splitlines()]
    assert {"name": "0", "title": "=1+1", "first_seen_at": "2020-02-20T07:30:00+00:00"} in found
    assert json.loads(table(folder, "figures", "jsonl"))["as_of"] == "2020-02-19"


@pytest.mark.parametrize(
    ("view", "kind", "message"),
    [("topic", "csv", "topics"), ("topics; DROP TABLE x", "csv", "articles"), ("topics", "xlsx", "csv, jsonl")],
    ids=["unknown view", "sql as name", "unknown format"],
)
def test_a_wrong_name_is_told_the_right_ones(folder: Path, view: str, kind: str, message: str) -> None:
    """Unknown views and formats are refused with the known ones."""
    with pytest.raises(UsageError, match=message):
        table(folder, view, kind)


def test_without_a_snapshot(tmp_path: Path) -> None:
    """Nothing published: the error says what to run."""
    with pytest.raises(StoreError, match="tidings run"):
        table(tmp_path, "topics", "csv")
