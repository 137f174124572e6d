"""Bring a store's tables and views to the version of this program.

A fresh store gets schema.sql, which is always the newest, and every migration marked as applied.
An older one gets the migrations it lacks, each in a transaction with its row, then a checkpoint:
replaying changes of tables from the log is DuckDB's weak spot. Views are made anew when they changed.
"""
# ruff: noqa: S608 - only constants are put into queries

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

import duckdb

from tidings.errors import StoreDamaged
from tidings.store.rows import rows, transaction

_SQL = resources.files("tidings.store") / "sql"
_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_PUBLIC_SCRIPTS = ("views.sql", "views_feeds.sql", "macros.sql")
_SEARCH_SCRIPTS = ("search_terms.sql", "search.sql")
_VIEW_SCRIPTS = ("shown.sql", "origins.sql", "derived.sql", *_PUBLIC_SCRIPTS, "search_store.sql", *_SEARCH_SCRIPTS)
_ROW_SCRIPTS = ("shown.sql", "origins.sql", "derived.sql", "search_terms.sql")  # by which published rows are made
_PUBLISHED_SCRIPTS = ("shown_already.sql", "origins.sql", *_PUBLIC_SCRIPTS)  # over tables that hold what the first two of the others make
_VIEWS = 0  # the number of the row that says which views are in place


@dataclass(frozen=True, slots=True)
class Migration:
    """Hold one numbered change of the base tables."""

    number: int
    name: str
    sql: str


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column of a public view."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class View:
    """Describe a public view."""

    name: str
    comment: str
    columns: tuple[Column, ...]


def read_migrations(folder: Traversable = _SQL / "migrations") -> tuple[Migration, ...]:
    """Read NNNN_name.sql files in order of number, which starts at 1 and has no gaps."""
    found = sorted((int(match[1]), match[2], file) for file in folder.iterdir() if (match := _NAME.fullmatch(file.name)))
    assert [number for number, _, _ in found] == list(range(1, len(found) + 1)), "migrations are numbered 1, 2, 3 ..."
    return tuple(Migration(number, name, file.read_text(encoding="utf-8")) for number, name, file in found)


@cache
def _own_migrations() -> tuple[Migration, ...]:
    return read_migrations()


@cache
def _script(name: str) -> str:
    return (_SQL / name).read_text(encoding="utf-8")


def prepare(connection: duckdb.DuckDBPyConnection, schema: str | None = None, migrations: Sequence[Migration] | None = None) -> None:
    """Make or bring up to date the tables and views of the database in use. Doing it twice is doing it once."""
    schema = _script("schema.sql") if schema is None else schema
    migrations = read_migrations() if migrations is None else migrations
    if not _has_tables(connection):
        with transaction(connection):
            connection.execute(schema)
            for migration in migrations:
                _mark(connection, migration.number, migration.name)
        connection.execute("CHECKPOINT")
    _migrate(connection, migrations)
    _remake_views(connection)


def is_current(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether tables and views are those of this program: one question, for each opening of a store asks it."""
    try:
        applied = _applied(connection)
    except duckdb.CatalogException:  # not made yet
        return False
    return max(applied, default=0) == len(_own_migrations()) and applied.get(_VIEWS) == views_version()


def lacking(connection: duckdb.DuckDBPyConnection) -> int | None:
    """Return the number of the last migration of a store that lacks later ones; None: it lacks none, or is not made yet."""
    migrations = read_migrations()
    done = _done(connection, migrations) if _has_tables(connection) else len(migrations)
    return done if done < len(migrations) else None


@cache
def views_version() -> str:
    """Name the content of the scripts that make the views."""
    return "views " + hashlib.blake2b(view_scripts().encode(), digest_size=8).hexdigest()


def row_scripts() -> str:
    """Return the SQL by which published rows are made: links without secrets, tables made of several, terms."""
    return "\n".join(map(_script, _ROW_SCRIPTS))


def published_scripts() -> str:
    """Return the SQL that makes the public views and macros in a published file, over its own tables `core.x` and `derived.x`.

    Their links and lines must have gone through core.shown_url and core.shown_text: the views there hide nothing any more.
    """
    return "\n".join(map(_script, _PUBLISHED_SCRIPTS))


def search_scripts() -> str:
    """Return the SQL that makes what search needs in a published file, over its own `core.documents` and `core.postings`."""
    return "\n".join(map(_script, _SEARCH_SCRIPTS))


def view_scripts() -> str:
    """Return the SQL that makes the public views, and the macros that they use."""
    return "\n".join(map(_script, _VIEW_SCRIPTS))


def _migrate(connection: duckdb.DuckDBPyConnection, migrations: Sequence[Migration]) -> None:
    for migration in migrations[_done(connection, migrations) :]:
        with transaction(connection):
            connection.execute(migration.sql)
            _mark(connection, migration.number, migration.name)
        connection.execute("CHECKPOINT")


def _done(connection: duckdb.DuckDBPyConnection, migrations: Sequence[Migration]) -> int:
    """Return the number of the last migration applied; raises StoreDamaged when this program does not know it."""
    done = max(_applied(connection), default=0)
    if done > len(migrations):
        raise StoreDamaged(
            f"the store is of a newer version (migration {done}) than this program ({len(migrations)}): use the newer program"
        )
    return done


def _remake_views(connection: duckdb.DuckDBPyConnection) -> None:
    if _applied(connection).get(_VIEWS) == views_version():
        return
    with transaction(connection):
        for view in public_views(connection):
            connection.execute(f'DROP VIEW main."{view.name}"')
        for macro in _public_macros(connection):
            connection.execute(f'DROP MACRO TABLE main."{macro}"')
        make_views(connection)
        connection.execute("DELETE FROM core.migrations WHERE number = ?", [_VIEWS])
        _mark(connection, _VIEWS, views_version())
    connection.execute("CHECKPOINT")


def make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the public views, and the macros, of the database in use, whose base tables are there under their names."""
    connection.execute(view_scripts())


def public_views(connection: duckdb.DuckDBPyConnection) -> tuple[View, ...]:
    """Describe the views of the database in use, in alphabetical order."""
    here = "schema_name = 'main' AND NOT internal AND database_name = current_database()"
    columns: dict[str, list[Column]] = {}
    sql = f"SELECT table_name, column_name, data_type, comment FROM duckdb_columns() WHERE {here} ORDER BY table_name, column_index"
    for row in rows(connection, sql):
        columns.setdefault(row["table_name"], []).append(Column(row["column_name"], row["data_type"], row["comment"] or ""))
    views = rows(connection, f"SELECT view_name, comment FROM duckdb_views() WHERE {here} ORDER BY view_name")
    return tuple(View(row["view_name"], row["comment"] or "", tuple(columns[row["view_name"]])) for row in views)


def _public_macros(connection: duckdb.DuckDBPyConnection) -> list[str]:
    sql = """SELECT DISTINCT function_name AS name FROM duckdb_functions()
             WHERE schema_name = 'main' AND function_type = 'table_macro' AND NOT internal AND database_name = current_database() ORDER BY 1"""
    return [row["name"] for row in rows(connection, sql)]


def _has_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    sql = "SELECT count(*) AS n FROM duckdb_tables() WHERE schema_name = 'core' AND table_name = 'migrations' AND database_name = current_database()"
    return bool(rows(connection, sql)[0]["n"])


def _applied(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    return {row["number"]: row["name"] for row in rows(connection, "SELECT number, name FROM core.migrations")}


def _mark(connection: duckdb.DuckDBPyConnection, number: int, name: str) -> None:
    connection.execute("INSERT INTO core.migrations (number, name, run_id) VALUES (?, ?, ?)", [number, name, metadata.version("tidings")])
