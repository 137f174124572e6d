"""Publish a read-only snapshot of the public views: what analysts and `tidings query` open.

Nobody but the program opens the store itself: an open reader would block the writer. The snapshot
holds what the views show as plain tables under the same names, so it is self-contained under any
name it is attached as, and nothing that a view does not show can be in it.
"""
# ruff: noqa: S608 - tables and columns are named by our own schema

import hashlib
import os
import time
from pathlib import Path

import duckdb

from tidings.errors import StoreDamaged
from tidings.store.database import STORAGE, literal, rows
from tidings.store.migrate import View, public_views, views_version

SNAPSHOT_NAME = "tidings.duckdb"
_PART = f"{SNAPSHOT_NAME}.*.part*"  # being written, or left by a run that was killed

# Texts that an id or a hash beside them stands for: left out of the stamp, which makes it cheap.
_STANDS_ELSEWHERE = {
    ("articles", "text"),
    ("versions", "text"),
    ("statements", "text"),
    ("entries", "summary"),
    ("entries", "content"),
    ("deliveries", "payload"),
}
_NOT_SHOWN = {"migrations", "index_changes", "feed_events", "robots", "counter", "removed"}


def publish(connection: duckdb.DuckDBPyConnection, folder: Path, *, checked: bool = False, anew: bool = False) -> bool:
    """Write `folder/tidings.duckdb` anew from the store in use; return False when nothing changed since the last time.

    `checked` reads the new file through before it takes the place of the old one; `anew` writes it even where nothing changed.
    Whoever has the old one open keeps reading the old data. The caller holds the store, so no two publish at once.
    """
    folder = folder.absolute()
    for leftover in folder.glob(_PART):
        leftover.unlink()
    stamp = content_stamp(connection)
    if not anew and published_stamp(connection, folder / SNAPSHOT_NAME) == stamp:
        return False
    part = folder / f"{SNAPSHOT_NAME}.{time.time_ns()}.part"
    try:
        _write(connection, part, stamp)
        if checked:
            read_through(connection, part)
        _put_in_place(part, folder / SNAPSHOT_NAME)
    finally:
        for piece in (part, part.with_name(f"{part.name}.wal")):
            piece.unlink(missing_ok=True)
    return True


def content_stamp(connection: duckdb.DuckDBPyConnection) -> str:
    """Name the content of all base tables that views show, without reading the long texts (their ids come from them)."""
    sql = """SELECT table_name, column_name FROM duckdb_columns()
             WHERE schema_name = 'core' AND database_name = current_database() ORDER BY table_name, column_index"""
    columns: dict[str, list[str]] = {}
    for row in rows(connection, sql):
        if row["table_name"] not in _NOT_SHOWN and (row["table_name"], row["column_name"]) not in _STANDS_ELSEWHERE:
            columns.setdefault(row["table_name"], []).append(f'"{row["column_name"]}"')
    sums = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS n, coalesce(sum(hash({', '.join(names)})), 0)::VARCHAR AS content FROM core.{table}"
        for table, names in columns.items()
    )
    parts = [views_version(), duckdb.__version__, *(str(sorted(row.items())) for row in rows(connection, f"{sums} ORDER BY name"))]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def published_stamp(connection: duckdb.DuckDBPyConnection, path: Path) -> str:
    """Return the stamp of the snapshot in place; empty when there is none that can be read."""
    if not path.exists():
        return ""
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS published (READ_ONLY)")
    except duckdb.Error:
        return ""  # damaged, or open elsewhere in this process: a new one puts it right
    try:
        return str(rows(connection, "SELECT stamp FROM published.core.published")[0]["stamp"])
    except (duckdb.Error, IndexError):
        return ""
    finally:
        connection.execute("DETACH published")


def _write(connection: duckdb.DuckDBPyConnection, part: Path, stamp: str) -> None:
    """Write all views and their comments into the file `part`."""
    connection.execute(f"ATTACH {literal(str(part))} AS snapshot ({STORAGE})")
    try:
        part.chmod(0o640)
        for view in public_views(connection):
            _copy(connection, view)
        connection.execute("CREATE SCHEMA snapshot.core")
        connection.execute("CREATE TABLE snapshot.core.published AS SELECT ? AS stamp", [stamp])
        connection.execute("CHECKPOINT snapshot")
    finally:
        connection.execute("DETACH snapshot")


def read_through(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Read every value of a snapshot that is not in place yet and return its rows; raises StoreDamaged when one cannot be read."""
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS fresh (READ_ONLY)")
        try:
            names = rows(
                connection, "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = 'fresh' AND schema_name = 'main'"
            )
            each = " UNION ALL ".join(
                f"""SELECT count(*) AS n, sum(hash(one)) AS read FROM fresh.main."{row["name"]}" AS one""" for row in names
            )
            return int(rows(connection, f"SELECT sum(n) AS n, sum(read) AS read FROM ({each})")[0]["n"])
        finally:
            connection.execute("DETACH fresh")
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        raise StoreDamaged(
            f"the snapshot just written to {path.parent} cannot be read back: {line}. It was not published; the one in place stays"
        ) from error


def _copy(connection: duckdb.DuckDBPyConnection, view: View) -> None:
    """Copy what one view shows, with its comments."""
    table = f'snapshot.main."{view.name}"'
    connection.execute(f'CREATE TABLE {table} AS FROM main."{view.name}"')
    comments = [f"COMMENT ON TABLE {table} IS {literal(view.comment)}"]
    comments += [f'COMMENT ON COLUMN {table}."{column.name}" IS {literal(column.comment)}' for column in view.columns]
    connection.execute("; ".join(comments))


def _put_in_place(part: Path, path: Path) -> None:
    """Make the new file durable, then give it the fixed name in one step."""
    _sync(part)
    part.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
