"""Write what the store holds as text: all of it in one canonical form, or one view for a spreadsheet."""
# ruff: noqa: S608 - tables and columns are named by our own schema, views are checked against it

import csv
import hashlib
import json
import math
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import duckdb

from tidings.errors import UsageError
from tidings.store.database import rows
from tidings.store.query import open_snapshot

FORMATS = ("csv", "jsonl")
_ROWS_MAX = 1_000  # held in memory at once
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# About runs, not about what is known: they differ between a run that was killed and one that was not.
_ABOUT_RUNS = {"runs", "feed_events", "index_changes", "counter", "removed"}
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


def export_table(folder: Path, view: str, kind: str, out: TextIO) -> int:
    """Write one public view of the snapshot as csv or jsonl, and return how many rows. `out` is opened with newline=""."""
    if kind not in FORMATS:
        raise UsageError(f"expected one of {', '.join(FORMATS)} as format, found {kind!r}")
    with open_snapshot(folder) as connection:
        known = [
            row["name"] for row in rows(connection, "SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1")
        ]
        if view not in known:
            raise UsageError(f"expected one of {', '.join(known)}, found {view!r}")
        columns = [row["column_name"] for row in rows(connection, f'DESCRIBE "{view}"')]
        found = _stream(connection, f'FROM "{view}"')
        return _csv(columns, found, out) if kind == "csv" else _jsonl(columns, found, out)


def _canonical_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return the columns that are exported of each core table."""
    sql = """SELECT table_name, column_name FROM duckdb_columns()
             WHERE schema_name = 'core' AND database_name = current_database() ORDER BY table_name, column_index"""
    tables: dict[str, list[str]] = {}
    for row in rows(connection, sql):
        name = row["column_name"]
        about_run = name in {"run_id", "receipt", "change"} or name.startswith("lease_") or name.endswith("_duration_s")
        if row["table_name"] not in _ABOUT_RUNS | _MADE_AGAIN and not about_run:
            tables.setdefault(row["table_name"], []).append(name)
    return tables


def _stream(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[tuple[Any, ...]]:
    cursor = connection.execute(sql)
    while batch := cursor.fetchmany(_ROWS_MAX):
        yield from batch


def _jsonl(columns: list[str], found: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    count = 0
    for count, row in enumerate(found, start=1):  # noqa: B007 - the count is what is returned
        out.write(_line(dict(zip(columns, row, strict=True))))
    return count


def _csv(columns: list[str], found: Iterator[tuple[Any, ...]], out: TextIO) -> int:
    writer = csv.writer(out)
    writer.writerow(columns)
    count = 0
    for count, row in enumerate(found, start=1):  # noqa: B007 - as above
        writer.writerow([csv_cell(value) for value in row])
    return count


def _line(row: dict[str, Any]) -> str:
    return json.dumps({name: json_value(value) for name, value in row.items()}, ensure_ascii=False, sort_keys=True) + "\n"


def json_value(value: Any) -> Any:
    """Turn a value from DuckDB into what JSON carries, always the same way."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, bytes):
        return "sha256:" + hashlib.sha256(value).hexdigest()  # a message holds addresses; equal is all that matters
    if isinstance(value, list):
        return [json_value(element) for element in value]
    if isinstance(value, dict):
        return {str(name): json_value(element) for name, element in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def csv_cell(value: Any) -> Any:
    """Turn a value into a cell that no spreadsheet runs as a formula; numbers stay numbers."""
    plain = json_value(value)
    if isinstance(plain, list | dict):
        plain = json.dumps(plain, ensure_ascii=False)
    if isinstance(plain, str) and plain.startswith(_FORMULA):
        return "'" + plain
    return "" if plain is None else plain
