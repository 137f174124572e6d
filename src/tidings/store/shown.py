"""Describe what a snapshot shows: its public views with their columns, and its table macros."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from tidings.store.database import Connection, rows
from tidings.store.migrate import Column, View

_HERE = "schema_name = 'main' AND NOT internal AND database_name = current_database()"
_NEAREST_MAX = 3


@dataclass(frozen=True, slots=True)
class Macro:
    """Describe a public table macro: `FROM name(parameters)`."""

    name: str
    parameters: tuple[str, ...]
    comment: str


def shown_views(connection: Connection) -> tuple[View, ...]:
    """Return the public views of the database in use, in alphabetical order; a table under a public name counts as one."""
    columns: dict[str, list[Column]] = {}
    sql = f"SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE {_HERE} ORDER BY table_name, column_index"  # noqa: S608 - a constant
    for row in rows(connection, sql):
        columns.setdefault(row["table_name"], []).append(Column(row["column_name"], row["data_type"], row["comment"] or ""))
    sql = f"""SELECT view_name AS name, comment FROM duckdb_views() WHERE {_HERE}
              UNION ALL SELECT table_name, comment FROM duckdb_tables() WHERE {_HERE} ORDER BY name"""  # noqa: S608 - as above
    return tuple(View(row["name"], row["comment"] or "", tuple(columns.get(row["name"], ()))) for row in rows(connection, sql))


def shown_macros(connection: Connection) -> tuple[Macro, ...]:
    """Return the public table macros of the database in use, in alphabetical order; of several forms of one, that with most parameters."""
    sql = f"""SELECT function_name, parameters, comment FROM duckdb_functions()
              WHERE {_HERE} AND function_type = 'table_macro' ORDER BY function_name, len(parameters)"""  # noqa: S608 - as above
    found = {
        row["function_name"]: Macro(row["function_name"], tuple(row["parameters"]), row["comment"] or "") for row in rows(connection, sql)
    }
    return tuple(found.values())


def nearest(word: str, known: Iterable[str]) -> str:
    """Say which of the known names are meant, as words to put behind an error; all of them where none is near."""
    names = sorted(set(known))
    near = get_close_matches(word.lower(), names, n=_NEAREST_MAX, cutoff=0.6)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
