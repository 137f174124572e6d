"""Say of which rows the archive is made, in which publication each was last changed, and which are no more.

A row of a tracked table carries the number of the publication that has to bring its present state. `tidings.store.rows` fills it in;
other SQL says `change = core.change_now()`. Rows go by `remove_rows` alone, which remembers that they were there.
"""
# ruff: noqa: S608 - tables and columns are named by our own code; values are always parameters

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from tidings.store.rows import rows

# What names a row of each table. Only those of the last two are kept unique by DuckDB, the others by whoever writes (decision 0035).
TRACKED: Mapping[str, tuple[str, ...]] = {
    "articles": ("id",),
    "versions": ("id",),
    "entries": ("id",),
    "statements": ("id", "topic"),
    "figures": ("id",),
    "duplicates": ("article_id",),
    "stories": ("id",),
    "developments": ("id",),
    "told": ("edition_id", "development_id"),
    "deliveries": ("id",),
    "runs": ("id",),
    "earlier_developments": ("id", "until_at"),
    "earlier_articles": ("id", "until_at"),
    "earlier_statements": ("id", "topic", "until_at"),
    "earlier_figures": ("id", "until_at"),
    "earlier_duplicates": ("article_id", "until_at"),
    "earlier_stories": ("id", "until_at"),
    "earlier_labels": ("id", "until_at"),
}


def remove_rows(connection: duckdb.DuckDBPyConnection, table: str, which: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """Remove the rows of a tracked table (named without its schema) for which `which` holds, and return how many there were.

    Called in the transaction of whoever asks for it: `core.removed` says for the next publication which rows they were.
    """
    key = ", ".join(f'"{name}"' for name in TRACKED[table])
    remember = f"""INSERT INTO core.removed (change, table_name, "key")
        SELECT core.change_now(), '{table}', concat_ws(' ', {key}) FROM core.{table} WHERE {which}"""
    rows(connection, remember, parameters)
    return int(rows(connection, f"DELETE FROM core.{table} WHERE {which}", parameters)[0]["Count"])


def change_number(connection: duckdb.DuckDBPyConnection) -> int:
    """Return the number of the next publication: what is changed now carries it."""
    return int(rows(connection, "SELECT core.change_now() AS number")[0]["number"])


def count_publication(connection: duckdb.DuckDBPyConnection) -> int:
    """Count up after a publication: what is changed from now on belongs to the next. Return its number."""
    connection.execute("UPDATE core.counter SET number = number + 1")
    return change_number(connection)
