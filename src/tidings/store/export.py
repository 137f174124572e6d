"""Write all that the store holds as text in one canonical form. Views for other programs: `exported`."""
# ruff: noqa: S608 - tables and columns are named by our own schema

import hashlib
import json
from collections.abc import Iterator
from typing import Any, TextIO

import duckdb

from tidings.store.database import rows
from tidings.store.forms import json_value

_ROWS_MAX = 1_000  # held in memory at once

# About runs, not about what is known: they differ between a run that was killed and one that was not.
_ABOUT_RUNS = {"runs", "feed_events", "index_changes", "counter", "removed", "publications"}
# Made from the statements whenever it is missing, by a model whose last digits are those of its machine.
# What sites said of themselves is asked for again after a day.
_MADE_AGAIN = {"statement_vectors", "robots"}


def export_canonical(connection: duckdb.DuckDBPyConnection, out: TextIO) -> int:
    """Write every core table as JSON Lines, and return how many lines.

    Two stores that know the same give the same bytes: tables and rows are sorted, keys too, and columns about
    runs, leases, durations, publications and what other servers said are left out, as are the tables `runs` and `feed_events`, which are only about runs.
    """
    count = 0
    for table, columns in _canonical_tables(connection).items():
        names = ", ".join(f'"{name}"' for name in columns)
        for row in _stream(connection, f"SELECT {names} FROM core.{table} ORDER BY ALL"):
            out.write(_line({"table": table, **dict(zip(columns, row, strict=True))}))
            count += 1
    return count


def _canonical_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the columns that are exported of each core table."""
    sql = """SELECT table_name, column_name FROM duckdb_columns()
             WHERE schema_name = 'core' AND database_name = current_database() ORDER BY table_name, column_index"""
    tables: dict[str, list[str]] = {}
    for row in rows(connection, sql):
        name = row["column_name"]
        about_run = name in {"run_id", "receipt", "change", "owed_from"} or name.startswith("lease_") or name.endswith("_duration_s")
        if row["table_name"] not in _ABOUT_RUNS | _MADE_AGAIN and not about_run:
            tables.setdefault(row["table_name"], []).append(name)
    return tables


def _stream(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.execute(sql)
    while batch := cursor.fetchmany(_ROWS_MAX):
        yield from batch


def _line(row: dict[str, Any]) -> str:
    return json.dumps({name: _known(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True) + "\n"


def _known(value: Any) -> Any:
    """Turn a value into what JSON carries; a message holds addresses, and that it is equal is all that matters."""
    return "sha256:" + hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else json_value(value)
