"""Copy the store in use into another file, whole, and prove that the copy holds the same.

The copy is made row by row and not byte by byte, so a copy that was made has read every row; it leaves out what was deleted.
"""
# ruff: noqa: S608 - tables are named by our own schema

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import StoreDamaged
from tidings.store.blocks import wrong_blocks
from tidings.store.files import STORE_STORAGE, drop, literal, put_in_place
from tidings.store.rows import rows

Sums = dict[str, tuple[int, str]]  # table -> rows, and a sum over all their values

_TABLES = """SELECT schema_name || '."' || table_name || '"' AS name FROM duckdb_tables()
             WHERE database_name = $database AND schema_name NOT IN ('about_backup', 'temp') AND NOT internal ORDER BY 1"""


def sums(connection: duckdb.DuckDBPyConnection, database: str) -> Sums:
    """Read every value of a database through and return rows and sum of each table; by the sum two of one DuckDB can be compared."""
    names = [row["name"] for row in rows(connection, _TABLES, {"database": database})]
    found = {}
    for name in names:
        [row] = rows(connection, f"SELECT count(*) AS n, coalesce(sum(hash(one)), 0)::VARCHAR AS content FROM {database}.{name} AS one")
        found[name] = (int(row["n"]), str(row["content"]))
    return found


def write_copy(connection: duckdb.DuckDBPyConnection, part: Path, about: Mapping[str, Any] | None = None) -> Sums:
    """Copy the database in use to the new file `part`, mode 0600, with `about` it in a table of its own; return the sums of the source.

    The file is not proved yet and not durable: follow with `prove` and `put_in_place`. The caller holds the store.
    """
    [row] = rows(connection, "SELECT current_database() AS name")
    connection.execute(f"ATTACH {literal(str(part))} AS copied ({STORE_STORAGE})")
    try:
        part.chmod(0o600)
        connection.execute(f"COPY FROM DATABASE {row['name']} TO copied")
        source = sums(connection, row["name"])
        if about is not None:
            connection.execute("CREATE SCHEMA copied.about_backup")
            connection.execute("CREATE TABLE copied.about_backup.facts AS SELECT ?::JSON AS facts", [json.dumps({**about, "sums": source})])
        connection.execute("CHECKPOINT copied")
    finally:
        connection.execute("DETACH copied")
    return source


def prove(connection: duckdb.DuckDBPyConnection, part: Path, source: Sums) -> None:
    """Read a copy from its beginning to its end; raises StoreDamaged where it does not hold what `source` says."""
    try:
        connection.execute(f"ATTACH {literal(str(part))} AS proved (READ_ONLY)")
        try:
            found = sums(connection, "proved")
        finally:
            connection.execute("DETACH proved")
        blocks = wrong_blocks(part, 0)
    except duckdb.Error as error:
        raise StoreDamaged(
            f"the copy just written to {part.parent} cannot be read back: {str(error).splitlines()[0]}. It was not kept"
        ) from error
    if blocks:
        raise StoreDamaged(f"the copy just written to {part.parent} is wrong in block {', '.join(map(str, blocks))}. It was not kept")
    if found != source:
        wrong = sorted(name for name in {*found, *source} if found.get(name) != source.get(name))
        raise StoreDamaged(f"the copy just written to {part.parent} differs from the store in {', '.join(wrong)}. It was not kept")


def keep_copy(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Copy the database in use to `path`, proved and durable, in the place of what was there before."""
    part = path.with_name(f"{path.name}.part")  # the caller is alone: what one left that was killed is replaced
    drop(part)
    try:
        prove(connection, part, write_copy(connection, part))
        put_in_place(part, path)
    finally:
        drop(part)
