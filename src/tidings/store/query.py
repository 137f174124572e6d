"""Answer one query from the published snapshot: read-only, and shut in.

The query's author may be anyone who can run the command. DuckDB reads no other file, opens no
connection and changes no setting for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import QueryError, StoreBusy, StoreDamaged, StoreError
from tidings.store.archive import ARCHIVE
from tidings.store.database import connect, rows, shut_in
from tidings.store.guard import Answer, answer, one_line
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.publish import program_version, reading_all
from tidings.store.published import attach_published

_WAIT_S = 5.0
_NO_NAME = (duckdb.BinderException, duckdb.CatalogException)
_OTHER = " was published by another version of this program: `tidings run`, or any command that writes, publishes it anew"


def is_published(folder: Path) -> bool:
    """Tell whether there is a snapshot: whether any run has ended."""
    return (folder / SNAPSHOT_NAME).exists()


@contextmanager
def open_snapshot(folder: Path, reach: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the snapshot read-only; raises StoreError when there is none yet, StoreDamaged when it cannot be read.

    `reach`: a folder of its own in which DuckDB may write (exports, what does not fit into memory); no other file can be reached.
    """
    path = folder.absolute() / SNAPSHOT_NAME
    if not path.exists():
        raise StoreError(f"nothing is published in {folder} yet: run `tidings run` first")
    connection = connect(reach / ".spill" if reach else None)
    if reach:
        connection.execute("SET threads = 1")  # with two, 1.2 GB were held to write 126,000 articles as Parquet in order; with one 0.4
    try:
        try:
            head = attach_published(connection, path.parent, "tidings", _WAIT_S)
            shut_in(connection, *filter(None, [reach]))
        except StoreBusy:
            raise
        except duckdb.Error as error:
            raise StoreDamaged(f"{path} cannot be read: {one_line(error)}. Delete it: the next run publishes it anew") from error
        try:
            yield connection
        except _NO_NAME as error:  # our own queries: those of others are caught where they run
            raise StoreError(f"{path}{_OTHER}") from error
        except QueryError as error:  # a name that this program's documentation has may be missing there
            if isinstance(error.__cause__, _NO_NAME) and (head is None or head.version != program_version()):
                raise StoreError(f"{path}{_OTHER}. What it is now says: {error}") from error
            raise
        except duckdb.IOException as error:  # it opened, but is damaged further in
            raise StoreDamaged(f"{path} cannot be read: {one_line(error)}. Delete it: the next run publishes it anew") from error
    finally:
        connection.close()


def query(folder: Path, sql: str, limit: int | None) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one statement and return the names of the columns and at most `limit` rows (None: all)."""
    found = ask(folder, sql, limit)
    return list(found.columns), found.rows


def ask(folder: Path, sql: str, limit: int | None, timeout_s: float | None = None) -> Answer:
    """Run one statement and return columns, their types and at most `limit` rows (None: all); raises QueryError, StoreError after its time."""
    with open_snapshot(folder) as connection:
        return answer(connection, sql, limit, timeout_s)


def count_rows(folder: Path) -> int:
    """Count the rows of all tables of the snapshot and its archive, reading every value; raises StoreDamaged when one cannot be read."""
    with open_snapshot(folder) as connection:
        return int(rows(connection, reading_all(connection, "tidings", ARCHIVE))[0]["n"] or 0)
