"""Move rows between Python and DuckDB: bulk writes by id, and reads as plain values.

Rows go in as one JSON parameter, read by DuckDB against the types of the columns. Measured on 1.5.5
with 9 columns: 140,000 rows a second; list parameters through `unnest(?)` gave 900, executemany less.
"""
# ruff: noqa: S608 - tables and columns are named by our own code; values are always parameters

import json
import re
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib.util import find_spec
from math import isfinite
from typing import Any
from uuid import UUID

import duckdb

# For each parameter DuckDB asks twice whether it is of pandas (1.5.5): where that is not installed, each time along the whole path of
# imports, which takes four times as long as a small query. None says at once that there is none.
if "pandas" not in sys.modules and find_spec("pandas") is None:
    sys.modules["pandas"] = None  # type: ignore[assignment]

_BATCH_MAX = 5_000  # rows in one parameter: bounds the memory a parsed batch takes
_VECTOR = 2_048  # rows that DuckDB reads at once
STRETCHES_MAX = 200  # named in one query; of more the whole table is read
_NOT_PLAIN = {
    "uuid",
    "list",
    "timestamp",
    "timestamp with time zone",
    "timestamp_s",
    "timestamp_ms",
    "timestamp_ns",
}  # types, as DuckDB names them
_SURROGATE = re.compile("[\ud800-\udfff]")


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Run the body in one transaction: all of it is kept, or nothing."""
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def rows(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[dict[str, Any]]:
    """Return the result as dicts by column name: ids as str, datetimes aware UTC, lists as lists."""
    cursor = connection.execute(sql, parameters)
    columns = cursor.description or ()
    names = [column[0] for column in columns]
    found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for name in (
        column[0] for column in columns if column[1].id in _NOT_PLAIN
    ):  # asking each value for its type takes half as long as the query
        for row in found:
            row[name] = plain(row[name])
    return found


def plain(value: Any) -> Any:
    """Turn a value as DuckDB gives it into the one the program uses."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [plain(element) for element in value]
    return value


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert all rows and return how many; a row that breaks a key or a check fails the whole call."""
    select, carried = _stamped(connection, table, columns)
    return _write(connection, f"INSERT INTO {table} ({_quoted(carried)}) {select}", columns, list(rows))


def upsert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    key: Sequence[str] = ("id",),
    which: str = "true",
) -> int:
    """Insert rows, and overwrite the given columns of those whose key is there; of rows with one key the last wins.

    The table needs no key for it: who is there is read from its key columns alone. `which` says of what kind those are, as for
    `update_rows`; a row that is there and not of that kind would be inserted a second time.
    """
    given = _last_by_key(columns, rows, key)
    there = {tuple(one[:-1]) for one in _lying(connection, table, columns, given, key, which)}
    places = [columns.index(name) for name in key]
    old = [row for row in given if tuple(row[place] for place in places) in there]
    fresh = [row for row in given if tuple(row[place] for place in places) not in there]
    insert_rows(connection, table, columns, fresh)
    update_rows(connection, table, columns, old, key, which)
    return len(given)


def update_lately(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], lately: datetime
) -> int:
    """Overwrite as `update_rows` does, by `id`, rows that were probably first seen `lately`: only if one was not, are older ones looked at."""
    given = _last_by_key(columns, rows, ("id",))
    if not given:
        return 0
    newer = f"{table}.first_seen_at >= '{lately.isoformat()}'::TIMESTAMPTZ"
    there = {one[0] for one in _lying(connection, table, columns, given, ("id",), newer)}
    place = columns.index("id")
    update_rows(connection, table, columns, [row for row in given if row[place] in there], which=newer)
    update_rows(connection, table, columns, [row for row in given if row[place] not in there])
    return len(given)


def update_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    key: Sequence[str] = ("id",),
    which: str = "true",
) -> int:
    """Overwrite the given columns of the rows that are there, and return how many rows were given; others are not inserted.

    `which` says of what kind the rows are, where that spares DuckDB from looking at all of a long table. A change of a list makes
    DuckDB write the whole row anew and read all columns for it: of the places where the rows lie, and no others.
    """
    given = _last_by_key(columns, rows, key)
    if not given:
        return 0
    types = column_types(connection, table)
    select, carried = _stamped(connection, table, columns)
    sql = f"UPDATE {table} SET {_changes(carried, key)} FROM ({select}) AS given WHERE {_same(table, key)} AND {which}"
    if not any(types[name].endswith("[]") for name in columns):
        return _write(connection, sql, columns, given)
    lying = stretches([one[-1] for one in _lying(connection, table, columns, given, key, which)])
    for first, last in reversed(lying):  # rows that are written anew come last
        _write(connection, f"{sql} AND {table}.rowid BETWEEN {first} AND {last}", columns, given)
    return len(given)


def _lying(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Sequence[str],
    given: Sequence[Sequence[Any]],
    key: Sequence[str],
    which: str,
) -> list[tuple[Any, ...]]:
    """Return the keys of the given rows that are in the table, each with where it lies."""
    select = _source(column_types(connection, table), key)
    named = ", ".join(f'{table}."{name}"' for name in key)
    places = [columns.index(name) for name in key]
    found: list[tuple[Any, ...]] = []
    for first in range(0, len(given), _BATCH_MAX):
        batch = [dict(zip(key, (_json_value(row[place]) for place in places), strict=True)) for row in given[first : first + _BATCH_MAX]]
        sql = f"SELECT {named}, {table}.rowid FROM {table} JOIN ({select}) AS given ON {_same(table, key)} WHERE {which}"
        found += connection.execute(sql, [json.dumps(batch, ensure_ascii=False)]).fetchall()
    return [tuple(map(plain, row)) for row in found]


def stretches(places: Iterable[int]) -> list[tuple[int, int]]:
    """Put row numbers into stretches of what DuckDB reads at once: reading one row of it costs as much as reading all."""
    found: list[tuple[int, int]] = []
    for place in sorted(places):
        if found and place - found[-1][0] < _VECTOR:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def rows_among(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    ids: Iterable[str],
    column: str = "id",
    since: datetime | None = None,
    lately: datetime | None = None,
) -> str:
    """Return, to stand after FROM, the rows whose id is among some: only those parts of the table are read where they lie.

    A table without a key is searched by its ids alone, which is 16 MB a million. Left to itself DuckDB reads all other columns of
    all rows beside them, texts too. Where all were first seen `since` a time, what is older is not searched: rows lie in that order.
    Where they were probably seen `lately`, and an id has no more than one row, what is older is searched only if one is not found there.
    Valid until the next write, or the next call for that table.
    """
    given = f"among_{table.partition('.')[2]}"
    count = stage_rows(connection, given, {"id": "UUID"}, [(one,) for one in sorted(set(ids))])
    lying = f"SELECT rowid AS place FROM {table} WHERE {column} IN (SELECT id FROM {given})"
    for bound in dict.fromkeys((since or lately, since)):
        newer, values = ("", []) if bound is None else (" AND first_seen_at >= ?", [bound])
        [found] = connection.execute(f"CREATE OR REPLACE TEMP TABLE {given}_at AS {lying}{newer}", values).fetchall()
        if found[0] == count:
            break
    return f"(SELECT * FROM {table} WHERE rowid IN (SELECT place FROM {given}_at))"


def rows_found(connection: duckdb.DuckDBPyConnection, table: str, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> str:
    """Return, to stand after FROM, the rows whose `rowid` a query gives: as `rows_among`, where something else than ids finds them."""
    given = f"found_{table.partition('.')[2]}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {given}_at AS SELECT rowid AS place FROM ({sql}) AS found", parameters)
    return f"(SELECT * FROM {table} WHERE rowid IN (SELECT place FROM {given}_at))"


def among(column: str, ids: Iterable[str]) -> str:
    """Write that an id is among some, as a list in the query."""
    listed = ", ".join(f"'{UUID(one)}'::UUID" for one in sorted(set(ids)))
    return f"{column} IN ({listed})" if listed else "false"


def stage_rows(connection: duckdb.DuckDBPyConnection, name: str, types: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Make the temporary table `name` of the rows, to join with: far faster than a list parameter."""
    columns = tuple(types)
    shape = ", ".join(f'"{column}" {kind}' for column, kind in types.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({shape})")
    return _write(connection, f"INSERT INTO {name} ({_quoted(columns)}) {_source(types, columns)}", columns, list(rows))


def column_types(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Return the type of each column of a table."""
    return {row[0]: row[1] for row in connection.execute(f"DESCRIBE {table}").fetchall()}


def _stamped(connection: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> tuple[str, list[str]]:
    """Return the SELECT that reads rows for a table, and its columns: where the table has it, the present number of change among them."""
    types = column_types(connection, table)
    select = _source(types, columns)
    if "change" not in types or "change" in columns:
        return select, list(columns)
    return f"SELECT *, core.change_now() AS change FROM ({select}) AS plain", [*columns, "change"]


def _changes(columns: Iterable[str], key: Sequence[str]) -> str:
    return ", ".join(f'"{name}" = given."{name}"' for name in columns if name not in key)


def _same(table: str, key: Iterable[str]) -> str:
    return " AND ".join(f'{table}."{name}" = given."{name}"' for name in key)


def _source(types: Mapping[str, str], columns: Sequence[str]) -> str:
    """Return the SELECT that reads the rows from the one JSON parameter."""
    shape = json.dumps([{name: _carried(types[name]) for name in columns}])
    casts = ", ".join(_cast(f'given."{name}"', types[name]) for name in columns)
    source = f"SELECT unnest(json_transform_strict(?::JSON, '{shape}')) AS given"
    return f"SELECT {casts} FROM ({source}) AS source"


def _carried(kind: str) -> str | list[str]:
    """Name the type that carries a column inside JSON; what JSON cannot carry goes as text."""
    if kind.endswith("[]"):
        return [kind.removesuffix("[]")]
    return "VARCHAR" if kind in {"BLOB", "JSON"} else kind


def _cast(value: str, kind: str) -> str:
    """Turn the carried value into the column's type, under the column's name."""
    name = value.removeprefix("given.")
    if kind == "BLOB":
        return f"from_base64({value}) AS {name}"
    return f"{value}::{kind} AS {name}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _write(connection: duckdb.DuckDBPyConnection, sql: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> int:
    """Send the rows in batches; nothing is done where there are none."""
    for first in range(0, len(rows), _BATCH_MAX):
        batch = [dict(zip(columns, map(_json_value, row), strict=True)) for row in rows[first : first + _BATCH_MAX]]
        connection.execute(sql, [json.dumps(batch, ensure_ascii=False, allow_nan=False)])
    return len(rows)


def _last_by_key(columns: Sequence[str], rows: Iterable[Sequence[Any]], key: Sequence[str]) -> list[Sequence[Any]]:
    """Keep the last of the rows that share a key: DuckDB would keep one of them without saying which."""
    places = [columns.index(name) for name in key]
    return list({tuple(row[place] for place in places): row for row in rows}.values())


def storable(text: str) -> str:
    """Replace lone surrogates, which DuckDB refuses, by U+FFFD."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)


def _json_value(value: Any) -> Any:
    """Turn a value into what JSON carries."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, tuple | list | set | frozenset):
        return [_json_value(element) for element in value]
    return value
