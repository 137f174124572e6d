"""Answer one query from the published snapshot: read-only, and shut in.

The query's author may be anyone who can run the command. DuckDB reads no other file, opens no
connection and changes no setting for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import StoreBusy, StoreDamaged, StoreError, UsageError
from tidings.store.database import attach, connect, plain, shut_in, storable
from tidings.store.publish import SNAPSHOT_NAME

_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_WAIT_S = 5.0
_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = 'main'"


def is_published(folder: Path) -> bool:
    """Tell whether there is a snapshot: whether any run has ended."""
    return (folder / SNAPSHOT_NAME).exists()


@contextmanager
def open_snapshot(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the snapshot read-only; raises StoreError when there is none yet, StoreDamaged when it cannot be read."""
    path = folder.absolute() / SNAPSHOT_NAME
    if not path.exists():
        raise StoreError(f"nothing is published in {folder} yet: run `tidings run` first")
    connection = connect()
    try:
        try:
            attach(connection, path, "tidings", _WAIT_S, read_only=True)
            connection.execute("USE tidings")
            shut_in(connection)
        except StoreBusy:
            raise
        except duckdb.Error as error:
            raise StoreDamaged(f"{path} cannot be read: {one_line(error)}. Delete it: the next run publishes it anew") from error
        try:
            yield connection
        except (duckdb.BinderException, duckdb.CatalogException) as error:  # our own queries: those of others are caught where they run
            raise StoreError(
                f"{path} was published by another version of this program: `tidings run`, or any command that writes, publishes it anew"
            ) from error
        except duckdb.IOException as error:  # it opened, but is damaged further in
            raise StoreDamaged(f"{path} cannot be read: {one_line(error)}. Delete it: the next run publishes it anew") from error
    finally:
        connection.close()


def query(folder: Path, sql: str, limit: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement and return the names of the columns and at most `limit` rows (None: all)."""
    with open_snapshot(folder) as connection:
        try:
            statements = connection.extract_statements(storable(sql))
            if len(statements) != 1:
                raise UsageError(f"expected one statement, found {len(statements)}")
            if statements[0].type not in _READING:
                raise UsageError(f"expected a statement that reads (SELECT, FROM, DESCRIBE, EXPLAIN), found {statements[0].type.name}")
            cursor = connection.execute(statements[0])
            found = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
        except duckdb.IOException:
            raise
        except duckdb.Error as error:
            raise UsageError(one_line(error)) from error
        return [column[0] for column in cursor.description or ()], [tuple(map(plain, row)) for row in found]


def count_rows(folder: Path) -> int:
    """Count the rows of all tables of the snapshot, reading every value; raises as `query` does when one cannot be read."""
    _, tables = query(folder, _TABLES, None)
    each = " UNION ALL ".join(f'SELECT count(*) AS n, sum(hash(one)) AS read FROM "{name}" AS one' for (name,) in tables)  # noqa: S608 - our own names
    _, found = query(folder, f"SELECT sum(n), sum(read) FROM ({each})", None)  # noqa: S608 - as above
    return int(found[0][0] or 0)


def one_line(error: Exception) -> str:
    """Return what DuckDB says as one line, without the drawing of where in the query it is."""
    lines = [line.strip() for line in str(error).split("\nLINE ")[0].splitlines()]
    return " ".join(line for line in lines if line)
