"""Prove that tables without keys hold each row once, and that what is read by place is what is read by id."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import duckdb
import pytest

from tidings.store.database import insert_rows, open_memory, open_store, rows, update_rows, upsert_rows
from tidings.store.rows import rows_among

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
STORY = ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at")
VERSION = ("id", "article_id", "title", "text", "first_seen_at", "added", "removed", "added_count", "removed_count")
COUNT = 9_000  # rows: more than DuckDB reads at once


def uid(number: int) -> str:
    """Return a readable id."""
    return str(UUID(int=number))


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the store of many stories."""
    insert_rows(connection, "core.stories", STORY, [(uid(n), f"t{n}", ["a"], False, NOW, NOW) for n in range(COUNT)])


@pytest.mark.parametrize(
    "wanted",
    [[], [0], [COUNT - 1, 3], [COUNT + 5], [7, 7], list(range(0, COUNT, 1_000)), list(range(COUNT))],
    ids=["none", "one", "both ends", "absent", "twice the same", "everywhere", "all"],
)
def test_rows_by_place_are_rows_by_id(wanted: list[int]) -> None:
    """Wherever they lie, each is given once, and no other."""
    with open_memory() as connection:
        fill(connection)
        found = rows(connection, f"SELECT title FROM {rows_among(connection, 'core.stories', map(uid, wanted))}")
    assert sorted(row["title"] for row in found) == sorted({f"t{n}" for n in wanted if n < COUNT})


def test_writing_twice_is_writing_once_without_a_key() -> None:
    """Rows that are there are overwritten, lists too and wherever they lie; the others come, and no id is there twice."""
    with open_memory() as connection:
        fill(connection)
        given = [(uid(n), f"new{n}", ["a", "b"], True, NOW, NOW) for n in range(0, COUNT + 2_000, 1_000)]
        for _ in range(2):
            upsert_rows(connection, "core.stories", STORY, given)
        update_rows(connection, "core.stories", ("id", "topics"), [(uid(COUNT + 99), ["never"]), (uid(5), ["c"])])
        assert rows(connection, "SELECT count(*) AS n, count(DISTINCT id) AS ids FROM core.stories") == [{"n": COUNT + 2, "ids": COUNT + 2}]
        changed = rows(connection, "SELECT title, topics FROM core.stories WHERE topics <> ['a'] ORDER BY id")
    assert [row["title"] for row in changed] == ["new0", "t5", *(f"new{n}" for n in range(1_000, COUNT + 2_000, 1_000))]
    assert {tuple(row["topics"]) for row in changed} == {("a", "b"), ("c",)}


def test_compressed_texts_are_what_they_were(tmp_path: Path) -> None:
    """Texts of any length, in any writing, among them none at all, come back from the file as they were given."""
    texts = [None, "", "a", "نص قصير", "短文", "x" * 4_095, "x" * 4_096, "wört " * 100_000, *(f"text {n} " * n for n in range(1, 400, 7))]
    given = [(uid(n), uid(0), "", text, NOW, [], [], 0, 0) for n, text in enumerate(texts)]
    with open_store(tmp_path, 1) as connection:
        insert_rows(connection, "core.versions", VERSION, given)
        connection.execute("CHECKPOINT")
    with open_store(tmp_path, 1) as connection:
        kinds = rows(
            connection,
            "SELECT DISTINCT compression FROM pragma_storage_info('core.versions') WHERE column_name = 'text' AND segment_type = 'VARCHAR'",
        )
        found = rows(connection, "SELECT text FROM core.versions ORDER BY id")
    assert [row["text"] for row in found] == texts
    assert kinds == [{"compression": "ZSTD"}]
