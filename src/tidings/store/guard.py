"""Let one reading statement through to the snapshot, within its time, and say plainly what is wrong with it.

The query runs in a thread of its own: DuckDB does not look at signals while it fetches, so that Ctrl-C
would wait for the end of a chunk (45 s were seen on 1.5.5). The caller's thread waits and interrupts.
"""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, TypeVar

import duckdb

from tidings.errors import QueryError, StoreError, UsageError
from tidings.store.database import storable
from tidings.store.forms import as_known
from tidings.store.shown import nearest, shown_macros, shown_views

_READING = frozenset({duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN})
_LISTEN_S = 0.2  # between two looks at signals, which may reach another thread
_AGAIN_S = 0.05  # between two interrupts, until the query heard one
_PLACE = re.compile(r"\n+LINE (\d+): ([^\n]*)\n([ ]*\^+)\s*$")
_NO_TABLE = re.compile(
    r"(?:Table|View|Table Function|Scalar Function) with name \"?([^\s\"!]+)\"? (?:does not exist|is not in the catalog)"
)
_NO_COLUMN = re.compile(r'Referenced column "([^"]+)" not found|does not have a column named "([^"]+)"')
_PIVOT = re.compile(r"\bPIVOT(_WIDER)?\b", re.IGNORECASE)
_LOOKED_UP = (["CREATE", "SELECT"], ["MULTI"])  # what DuckDB makes of PIVOT where it looks the values up first, before 2.0 and since
_WORD = re.compile(r"\w+")
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a query gave: names and DuckDB's types of the columns, and rows."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def answer(connection: duckdb.DuckDBPyConnection, sql: str, limit: int | None, timeout_s: float | None) -> Answer:
    """Run one reading statement and return at most `limit` rows (None: all); raises QueryError, StoreError after `timeout_s`."""

    def run() -> Answer:
        cursor = connection.execute(reading(connection, sql))
        found = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
        columns, types = described(cursor)
        return Answer(columns, types, [tuple(map(as_known, row)) for row in found])

    with_care = told(connection, sql, run)
    return interruptible(connection, with_care, timeout_s)


def described(cursor: duckdb.DuckDBPyConnection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names and the types of the columns of a result."""
    columns = cursor.description or ()
    return tuple(str(column[0]) for column in columns), tuple(str(column[1]) for column in columns)


def reading(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the one statement of a text; raises UsageError when it is none, several, or does more than read."""
    statements = connection.extract_statements(storable(sql))
    if [one.type.name for one in statements] in _LOOKED_UP and _PIVOT.search(sql):
        raise UsageError("PIVOT: name the values, as in PIVOT developments ON topic IN ('libya', 'idlib') USING count(*)")
    if len(statements) != 1:
        raise UsageError(f"expected one statement, found {len(statements)}")
    if statements[0].type not in _READING:
        raise UsageError(f"expected a statement that reads (SELECT, FROM, DESCRIBE, EXPLAIN), found {statements[0].type.name}")
    return statements[0]


def interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[], _T], timeout_s: float | None) -> _T:
    """Do the work on a connection in a thread; a signal or the end of its time interrupts it. Raises StoreError after `timeout_s`."""
    end = None if timeout_s is None else time.monotonic() + timeout_s
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        try:
            while not future.done() and (end is None or time.monotonic() < end):
                wait([future], _LISTEN_S if end is None else min(_LISTEN_S, max(0.0, end - time.monotonic())))
            late = not future.done()
        finally:  # a signal, too
            while not future.done():
                connection.interrupt()
                wait([future], _AGAIN_S)
        if late and future.exception():
            raise StoreError(f"the query was stopped after {timeout_s:g} s: ask for less, or give it more time with --timeout")
        return future.result()


def told(connection: duckdb.DuckDBPyConnection, sql: str, work: Callable[[], _T], lines_before: int = 0) -> Callable[[], _T]:
    """Return the work with what DuckDB says of the query turned into our errors; what it says of files passes.

    `lines_before`: how many lines of ours stand before the query in what is run.
    """

    def run() -> _T:
        try:
            return work()
        except duckdb.IOException:
            raise
        except duckdb.InterruptException:
            raise  # told by who interrupted it
        except duckdb.OutOfMemoryException as error:
            raise StoreError("the query needs more memory than it may have (1 GB): ask for fewer columns or rows at once") from error
        except duckdb.Error as error:
            raise _query_error(connection, sql, error, lines_before) from error

    return run


def one_line(error: Exception) -> str:
    """Return what DuckDB says as one line, without the drawing of where in the query it is."""
    lines = [line.strip() for line in str(error).split("\nLINE ")[0].splitlines()]
    return " ".join(line for line in lines if line)


def _query_error(connection: duckdb.DuckDBPyConnection, sql: str, error: duckdb.Error, lines_before: int) -> QueryError:
    said, excerpt = str(error), _excerpt(str(error), lines_before)
    if name := _NO_TABLE.search(said):
        return QueryError(_no_name(connection, name[1], scalar="Scalar Function" in name[0]) or one_line(error), excerpt)
    if column := _NO_COLUMN.search(said):
        return QueryError(_no_column(connection, sql, column[1] or column[2]), excerpt)
    return QueryError(one_line(error), excerpt)


def _excerpt(said: str, lines_before: int) -> tuple[str, ...]:
    """Return the line of the query that DuckDB shows, and the mark below it; nothing where it shows none."""
    place = _PLACE.search(said)
    if not place or int(place[1]) <= lines_before:
        return ()
    name = f"line {int(place[1]) - lines_before}: "
    return name + place[2], " " * (len(name) - len(f"LINE {place[1]}: ")) + place[3]


def _no_name(connection: duckdb.DuckDBPyConnection, name: str, *, scalar: bool) -> str:
    """Say that a view, macro or function does not exist, and which is near; nothing for a function that is none of ours."""
    if scalar:
        return ""  # DuckDB knows its own functions better
    known = [*(view.name for view in shown_views(connection)), *(macro.name for macro in shown_macros(connection))]
    return f'a view or macro "{name}" does not exist: {nearest(name, known)}'


def _no_column(connection: duckdb.DuckDBPyConnection, sql: str, name: str) -> str:
    """Say that a column does not exist, and which of the views that the query names is near."""
    words = {word.lower() for word in _WORD.findall(sql)}
    views = [view for view in shown_views(connection) if view.name in words]
    columns = [column.name for view in views for column in view.columns]
    if not columns:
        return f'a column "{name}" does not exist here'
    return f'a column "{name}" does not exist: {nearest(name, columns)}'
