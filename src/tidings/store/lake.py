"""Bring a DuckLake up to what is published: the same tables and views once more, for many readers elsewhere.

A lake is Parquet files and a catalog in SQLite or PostgreSQL. It is written from the published files, never from the store, in one
transaction for each publication: readers see all of it or nothing. Rows go by their keys, those changed since the publication that
the lake holds; `core.held` says which that is, so a lake that was away catches up. Where counts do not agree, what is no longer
published goes, too. A lake that holds what the store does not know, as after a restore, is written anew: in one transaction as well,
so its readers see the one state and then the other, and earlier versions stay for those who ask for them.
"""
# ruff: noqa: S608 - tables and columns are named by our own schema

import json
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from tidings.store.archive import ARCHIVE, Publication
from tidings.store.head import Head
from tidings.store.migrate import published_scripts
from tidings.store.mirror import MIRRORED, Mirrored
from tidings.store.rows import rows, transaction

SOURCE = "published"  # the name under which what is published is attached
_HASH = "row_hash"  # of rows that do not say when they changed
_PUBLISHED = Mirrored("published", (), (), "derived")  # one row: when, and which number
_COMMENT = re.compile(r"\s*COMMENT\s+ON\s+(COLUMN|MACRO|FUNCTION)\b", re.IGNORECASE)  # DuckLake keeps none of these for views and macros


@dataclass(frozen=True, slots=True)
class LakeReport:
    """Say what became of a lake: which publication it holds, and how many rows were written and removed for that."""

    number: int
    written: int = 0
    removed: int = 0
    anew: bool = False  # all of it was written: it was new, or held what the store does not know


@dataclass(slots=True)
class _Step:
    """Hold what has to be done for one table: the rows that changed, and how many rows the lake has and should have."""

    table: Mirrored
    columns: dict[str, str]
    changed: str
    anew: bool  # all of it is written
    held: int = 0
    wanted: int = 0
    content: str = ""  # sum over the rows, of tables that do not say what changed


def publish_to_lake(connection: duckdb.DuckDBPyConnection, head: Head, *, anew: bool = False) -> LakeReport:
    """Bring the lake attached as `lake` to what is attached as `published`, which `head` describes; return what was done.

    With `anew` all is written. Raises duckdb.Error: then nothing of it is in the lake.
    """
    publication = head.publication
    with transaction(connection):
        held = held_publication(connection)
        same_version = held is not None and _held_version(connection) == head.version
        if held == publication and same_version and not anew:
            return LakeReport(publication.number)
        since = -1 if anew or held is None or _is_foreign(connection, held, publication) else held.number
        connection.execute("CREATE SCHEMA IF NOT EXISTS lake.core")
        connection.execute("CREATE SCHEMA IF NOT EXISTS lake.derived")
        written = removed = 0
        known = {} if since < 0 else _known(connection)
        steps = _steps(connection, since, head.base, known)
        for step in steps:
            if step.anew or [step.wanted, step.content] != known.get(step.table.path):
                more, fewer = _bring(connection, step)
                written, removed = written + more, removed + fewer
        if not same_version:
            _make_views(connection)
        _hold(connection, publication, head.version, {step.table.path: [step.wanted, step.content] for step in steps})
    return LakeReport(publication.number, written, removed, anew=since < 0)


def held_publication(connection: duckdb.DuckDBPyConnection) -> Publication | None:
    """Return which publication the lake holds; None when it is new."""
    if 'core."held"' not in _columns(connection, "lake"):
        return None
    [row] = rows(connection, "SELECT number, token FROM lake.core.held")
    return Publication(row["number"], row["token"])


def differing_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Name the tables whose rows in the lake are not the published ones: by their count, and a sum over keys and changes, or whole rows."""
    found = []
    for table in MIRRORED:
        names = ", ".join(f'"{name}"' for name in (*table.key, "change"))
        here, there = (names, names) if table.key and not table.made_of else ("one", _HASH)
        hashed = f"SELECT hash({here}) AS content FROM {SOURCE}.{table.path} AS one"
        held = f"SELECT {there if there == _HASH else f'hash({there})'} AS content FROM lake.{table.path}"
        sums = [rows(connection, f"SELECT count(*) AS n, sum(content)::VARCHAR AS content FROM ({one})") for one in (hashed, held)]
        if sums[0] != sums[1]:
            found.append(table.path)
    return found


def _held_version(connection: duckdb.DuckDBPyConnection) -> str:
    return str(rows(connection, "SELECT version FROM lake.core.held")[0]["version"])


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """Return how many rows each table of the lake has, and their sum, as its last publication left it: counting them means reading all files."""
    [row] = rows(connection, "FROM lake.core.held")
    return dict(json.loads(row.get("known") or "{}"))


def _hold(connection: duckdb.DuckDBPyConnection, publication: Publication, version: str, known: dict[str, list[Any]]) -> None:
    """Remember what the lake holds from now on."""
    if "known" not in _columns(connection, "lake").get('core."held"', ()):
        connection.execute("DROP TABLE IF EXISTS lake.core.held")
        connection.execute("CREATE TABLE lake.core.held (number BIGINT, token VARCHAR, version VARCHAR, known VARCHAR)")
    connection.execute("DELETE FROM lake.core.held")
    given = [publication.number, publication.token, version, json.dumps(known)]
    connection.execute("INSERT INTO lake.core.held VALUES (?, ?, ?, ?)", given)


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, dict[str, str]]:
    """Return the tables of a catalog by their paths, each with its columns and their types."""
    sql = f"""SELECT schema_name || '."' || table_name || '"' AS path, column_name, data_type FROM duckdb_columns()
              WHERE database_name = '{catalog}' AND schema_name IN ('core', 'derived') ORDER BY path, column_index"""
    found: dict[str, dict[str, str]] = {}
    for row in rows(connection, sql):
        found.setdefault(row["path"], {})[row["column_name"]] = row["data_type"]
    return found


def _is_foreign(connection: duckdb.DuckDBPyConnection, held: Publication, publication: Publication) -> bool:
    """Tell whether the lake holds what the store does not know: it is another store's, or the store is one of before that was restored.

    Then it is ahead, or another publication of the same number, or the last run that it knows is none of the store's.
    """
    if held.number >= publication.number:
        return held != publication
    sql = f"""SELECT count(*) AS n FROM (SELECT id FROM lake.core.runs ORDER BY started_at DESC, id LIMIT 1) AS last
              WHERE id NOT IN (SELECT id FROM {SOURCE}.core.runs)"""
    return bool(rows(connection, sql)[0]["n"])


def _steps(connection: duckdb.DuckDBPyConnection, since: int, base: Publication | None, known: dict[str, list[Any]]) -> list[_Step]:
    """Look at all published tables at once, and say what there may be to do for each: all of it with a negative `since`."""
    published, there = _columns(connection, SOURCE), _columns(connection, "lake")
    steps = []
    for table in (*MIRRORED, _PUBLISHED):
        columns = published[table.path] | ({} if "change" in published[table.path] else {_HASH: "UBIGINT"})
        anew = since < 0 or columns != there.get(table.path) or table.path not in known
        held = 0 if anew else known[table.path][0]
        steps.append(_Step(table, columns, _changed(table, columns, -1 if anew else since, base), anew, held))
    apart = _replaced_tables(connection) if base else frozenset()
    sums = " UNION ALL ".join(
        f"SELECT {number} AS place, ({_count_of(step.table, base, apart)}) AS wanted, ({_sum_of(step, base)}) AS content"
        for number, step in enumerate(steps)
    )
    for row in rows(connection, sums):
        step = steps[row["place"]]
        step.wanted, step.content = row["wanted"], row["content"]
    return steps


def _replaced_tables(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Name the tables of which the snapshot replaces rows of the archive."""
    sql = f"SELECT table_name FROM duckdb_tables() WHERE database_name = '{SOURCE}' AND schema_name = 'replaced'"
    return frozenset(row["table_name"] for row in rows(connection, sql))


def _count_of(table: Mirrored, base: Publication | None, replaced: frozenset[str]) -> str:
    """Return the SELECT of how many rows are published; where the archive has most of them none is read for that."""
    if not (base and table.key):
        return f"SELECT count(*) FROM {SOURCE}.{table.path}"
    less = f" - (SELECT count(*) FROM {SOURCE}.replaced.{table.store_name})" if table.store_name in replaced else ""
    archived = f"(SELECT count(*) FROM {ARCHIVE}.{base.schema}.{table.store_name})"
    return f"SELECT {archived} + (SELECT count(*) FROM {SOURCE}.recent.{table.store_name}){less}"


def _sum_of(step: _Step, base: Publication | None) -> str:
    """Return the SELECT of what differs when a row of the table differs: the number of the last change, or a sum over the rows."""
    table = step.table
    recent = f"{SOURCE}.recent.{table.store_name}" if base and table.key else f"{SOURCE}.{table.path}"
    if _HASH not in step.columns:
        return f"SELECT coalesce(max(change), -1)::VARCHAR FROM {recent}"
    of_base = f"{base.number} {base.token} " if base and table.key else ""
    return f"SELECT '{of_base}' || coalesce(sum(hash(one)), 0) FROM {recent} AS one"


def _changed(table: Mirrored, columns: dict[str, str], since: int, base: Publication | None) -> str:
    """Return the SELECT of the rows that changed after the publication `since`: by their number, or as the lake has none like them."""
    source = f"{SOURCE}.{table.path}"
    if table.key and base and since >= base.number:  # the snapshot has the rows apart that changed since then, or may have
        source = f"{SOURCE}.recent.{table.store_name}"
    if _HASH not in columns:
        return f"SELECT * FROM {source} WHERE change > {since:d}"
    if since < 0:
        return f"SELECT *, hash(given) AS {_HASH} FROM {source} AS given"
    return f"SELECT *, hash(given) AS {_HASH} FROM {source} AS given WHERE hash(given) NOT IN (SELECT {_HASH} FROM lake.{table.path})"


def _bring(connection: duckdb.DuckDBPyConnection, step: _Step) -> tuple[int, int]:
    """Make one table of the lake hold what is published; return how many rows were written, and how many went without another in their place."""
    table, target, source = step.table, f"lake.{step.table.path}", f"{SOURCE}.{step.table.path}"
    if step.anew:
        connection.execute(f"DROP TABLE IF EXISTS {target}")
        shape = ", ".join(f'"{name}" {kind}' for name, kind in step.columns.items())
        connection.execute(f"CREATE TABLE {target} ({shape})")
        return _count(connection, f"INSERT INTO {target} {step.changed}"), 0
    count = _count(connection, f"CREATE OR REPLACE TEMP TABLE changed AS {step.changed}")
    gone = replaced = 0
    if table.key:
        same = " AND ".join(f'held."{name}" = given."{name}"' for name in table.key)
        replaced = _count(connection, f"DELETE FROM {target} AS held USING changed AS given WHERE {same}") if count else 0
        if step.held - replaced + count != step.wanted:  # they had the same rows when the lake was written last: the keys tell
            gone = _count(connection, f"DELETE FROM {target} AS held WHERE NOT EXISTS (SELECT 1 FROM {source} AS given WHERE {same})")
    else:
        gone = _count(connection, f"DELETE FROM {target} WHERE {_HASH} NOT IN (SELECT hash(given) FROM {source} AS given)")
        gone = max(0, gone - count)
    if count:
        connection.execute(f"INSERT INTO {target} FROM changed")
    return count, gone


def _make_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the public views and macros anew. A lake keeps comments of views but not of their columns: these are in a table."""
    mine = "database_name = 'lake' AND schema_name = 'main' AND NOT internal"
    connection.execute("USE lake")
    try:
        for view in rows(connection, f"SELECT view_name FROM duckdb_views() WHERE {mine}"):
            connection.execute(f'DROP VIEW lake.main."{view["view_name"]}"')
        for macro in rows(
            connection, f"SELECT DISTINCT function_name FROM duckdb_functions() WHERE {mine} AND function_type = 'table_macro'"
        ):
            connection.execute(f'DROP MACRO TABLE lake.main."{macro["function_name"]}"')
        for statement in connection.extract_statements(published_scripts()):
            if not _COMMENT.match(statement.query):
                connection.execute(statement)
    finally:
        connection.execute("USE memory")
    connection.execute("CREATE TABLE IF NOT EXISTS lake.core.comments (view_name VARCHAR, column_name VARCHAR, comment VARCHAR)")
    connection.execute("DELETE FROM lake.core.comments")
    comments = f"FROM duckdb_columns() WHERE database_name = '{SOURCE}' AND schema_name = 'main' AND comment IS NOT NULL"
    connection.execute(f"INSERT INTO lake.core.comments SELECT table_name, column_name, comment {comments} ORDER BY ALL")


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """Execute a statement that changes rows and return how many."""
    return int(rows(connection, sql)[0]["Count"])
