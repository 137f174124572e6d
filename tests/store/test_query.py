"""`tidings query`: one statement over the snapshot, and no way out of it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tidings.errors import QueryError, StoreDamaged, StoreError, UsageError
from tidings.store.database import open_store
from tidings.store.publish import SNAPSHOT_NAME, publish
from tidings.store.query import query


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fill: Callable[[duckdb.DuckDBPyConnection], None]) -> Path:
    """Publish the small store once for all tests here."""
    made = tmp_path_factory.mktemp("data")
    with open_store(made, 0) as store:
        fill(store)
        publish(store, made)
    return made


@pytest.mark.parametrize(
    "sql", ["SELECT title FROM articles ORDER BY title", "FROM articles SELECT title ORDER BY title;"], ids=["plain", "from first"]
)
def test_answers_with_columns_and_rows(folder: Path, sql: str) -> None:
    """The answer is the names of the columns and the rows."""
    assert query(folder, sql, None) == (["title"], [("Camps full",), ("Copy",)])


def test_a_name_that_an_older_snapshot_lacks_is_told_as_that(folder: Path, tmp_path: Path) -> None:
    """What another version published may lack what the documentation names: that is said, with the way; a wrong name in our own is named."""
    old = tmp_path / SNAPSHOT_NAME
    shutil.copy(folder / SNAPSHOT_NAME, old)
    with duckdb.connect(old) as connection:
        connection.execute("UPDATE core.published SET version = 'another'; DROP MACRO TABLE main.timeline; DROP VIEW main.labels")
    for sql in ("FROM timeline('idlib')", "FROM labels", "SELECT titel FROM articles"):
        with pytest.raises(StoreError, match=r"was published by another version of this program: .*publishes it anew"):
            query(tmp_path, sql, None)
    assert query(tmp_path, "SELECT title FROM articles ORDER BY title", None)[1] == [("Camps full",), ("Copy",)]
    with pytest.raises(QueryError, match="did you mean title"):
        query(folder, "SELECT titel FROM articles", None)


def test_gives_no_more_rows_than_asked_for(folder: Path) -> None:
    """The limit bounds the rows, also of an endless query."""
    assert query(folder, "SELECT title FROM articles ORDER BY title", 1)[1] == [("Camps full",)]
    assert len(query(folder, "SELECT * FROM range(1000000000)", 5)[1]) == 5


def test_works_while_the_store_is_being_written(folder: Path) -> None:
    """A query needs the snapshot only: a writer does not stand in its way."""
    with open_store(folder, 0):
        assert query(folder, "SELECT count(*) FROM articles", None)[1] == [(2,)]


@pytest.mark.parametrize("sql", ["SHOW TABLES", "DESCRIBE articles", "EXPLAIN FROM articles"], ids=["show", "describe", "explain"])
def test_may_ask_what_there_is(folder: Path, sql: str) -> None:
    """Asking for tables, columns and plans is allowed."""
    assert query(folder, sql, None)[1]


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("SELECT 1; SELECT 2", "one statement, found 2"),
        ("", "one statement, found 0"),
        ("SELECT titel FROM articles", "titel"),
        ("SELEC 1", "syntax error"),
        ("SELECT '\ud800", "unterminated"),
        ("DELETE FROM articles", "a statement that reads"),
        ("CREATE TABLE mine AS SELECT 1", "a statement that reads"),
        ("COPY articles TO 'articles.csv'", "a statement that reads"),
        ("COPY articles TO '{folder}/store.duckdb'", "a statement that reads"),
        ("ATTACH '{folder}/store.duckdb' AS store", "a statement that reads"),
        ("FROM read_text('/etc/hostname')", "disabled by configuration"),
        ("FROM '/etc/hostname'", "disabled by configuration|does not exist"),
        ("FROM glob('/*')", "disabled by configuration"),
        ("SET enable_external_access = true", "a statement that reads"),
        ("INSTALL httpfs", "a statement that reads"),
        ("FROM folder", "does not exist"),
    ],
    ids=[
        "two", "none", "wrong column", "wrong word", "broken text", "delete", "create", "copy out", "copy over the store", "attach the store", "read a file",
        "read a file by name", "list files", "open up", "extension", "python variable",
    ],
)  # fmt: skip
def test_refuses_in_one_line(folder: Path, sql: str, message: str) -> None:
    """Whatever is not one reading statement on the snapshot is refused, in one line: by its kind before DuckDB sees it, or with what DuckDB says."""
    with pytest.raises(UsageError, match=message) as caught:
        query(folder, sql.format(folder=folder), 10)
    assert "\n" not in str(caught.value)


def test_says_what_to_do_when_nothing_is_published(tmp_path: Path) -> None:
    """Without a snapshot the error names the command that makes one."""
    with pytest.raises(StoreError, match="tidings run"):
        query(tmp_path, "SELECT 1", None)


def test_says_what_to_do_when_the_snapshot_is_damaged(tmp_path: Path) -> None:
    """A snapshot that cannot be read may be deleted: the error says so."""
    (tmp_path / SNAPSHOT_NAME).write_bytes(b"damaged" * 1000)
    with pytest.raises(StoreDamaged, match="Delete it"):
        query(tmp_path, "SELECT 1", None)
