"""Keep, in published files, which words stand in which documents: so that a search looks them up and reads no text.

A document is an article (title, text and the texts it had before) or an entry that led to none (its title), with the `change` that its
row had: when that is another one, the document counts no more. Terms are made by the macros of search_terms.sql and kept as numbers
of 48 bits, sorted within each batch, so that DuckDB reads only the parts of the table that can hold a term. (Decision 0038.)
"""
# ruff: noqa: S608 - tables and files are named by our own code

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tidings.store.files import literal
from tidings.store.rows import STRETCHES_MAX, rows, stretches

BATCH_MAX = 20_000  # documents whose terms are sorted together: about 300 MB of memory

_WANTED = """
    SELECT 'article' AS kind, id, change, rowid AS place FROM core.articles WHERE change > $since
    UNION ALL
    SELECT 'entry' AS kind, id, change, rowid AS place FROM core.entries WHERE change > $since AND article_id IS NULL AND trim(title) <> ''"""
# Where the lines of documents lie, and what a line is.
_SOURCES = (
    ("core.articles", "SELECT number, place FROM wanted WHERE kind = 'article'", "t.title || chr(10) || t.text"),
    (
        "core.versions",
        "SELECT w.number, v.rowid AS place FROM wanted AS w JOIN core.versions AS v ON v.article_id = w.id WHERE w.kind = 'article' AND v.text IS NOT NULL",
        "t.title || chr(10) || t.text",
    ),
    ("core.entries", "SELECT number, place FROM wanted WHERE kind = 'entry'", "t.title"),
)


@contextmanager
def terms_of(connection: duckdb.DuckDBPyConnection, path: Path | None) -> Iterator[tuple[str, ...]]:
    """Attach a published file of the same store and program to take terms from; yield its name, or nothing where it cannot be read."""
    try:
        if path:
            connection.execute(f"ATTACH {literal(str(path))} AS terms_before (READ_ONLY)")
    except duckdb.Error:  # damaged, or open elsewhere in this process: then the texts are read again
        path = None
    try:
        yield ("terms_before",) if path else ()
    finally:
        if path:
            connection.execute("DETACH terms_before")


def bring_in_terms(connection: duckdb.DuckDBPyConnection, target: str, since: int, *known: str) -> int:
    """Write into the attached database `target` the terms of what changed in the store in use after publication `since` (-1: all).

    `known` are attached databases that may have them already: of the same store and the same program. Returns how many documents
    were read for it.
    """
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {target}.search")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {target}.search.documents (number INTEGER, kind VARCHAR, id UUID, change BIGINT)")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {target}.search.postings (term BIGINT, number INTEGER)")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE missing AS {_WANTED}", {"since": since})
    connection.execute(f"DELETE FROM missing USING {target}.search.documents AS d WHERE d.id = missing.id AND d.change = missing.change")
    for one in known:
        _carry(connection, target, one)
    return _read(connection, target)


def _carry(connection: duckdb.DuckDBPyConnection, target: str, known: str) -> None:
    """Take the terms of documents that another file has, numbered anew."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT any_value(d.number) AS before, d.kind, d.id, d.change, row_number() OVER (ORDER BY any_value(d.number)) + {_last(connection, target)} AS number
        FROM {known}.search.documents AS d SEMI JOIN missing USING (id, change) GROUP BY d.kind, d.id, d.change"""
    )
    connection.execute(f"INSERT INTO {target}.search.documents SELECT number, kind, id, change FROM wanted ORDER BY number")
    connection.execute(
        f"""INSERT INTO {target}.search.postings
        SELECT p.term, w.number FROM {known}.search.postings AS p JOIN wanted AS w ON w.before = p.number ORDER BY 1, 2"""
    )
    connection.execute("DELETE FROM missing USING wanted WHERE wanted.id = missing.id AND wanted.change = missing.change")


def _read(connection: duckdb.DuckDBPyConnection, target: str) -> int:
    """Make the terms of documents that no file has, in the order in which they lie in the store, so that each batch reads its part of it."""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE wanted AS
        SELECT kind, id, change, place, row_number() OVER (ORDER BY kind, place) + {_last(connection, target)} AS number FROM missing"""
    )
    connection.execute(f"INSERT INTO {target}.search.documents SELECT number, kind, id, change FROM wanted ORDER BY number")
    for table, lying, line in _SOURCES:
        places = connection.execute(f"SELECT number, place FROM ({lying}) ORDER BY place").fetchnumpy()["place"]
        for first in range(0, len(places), BATCH_MAX):
            _read_batch(connection, target, table, lying, line, places[first : first + BATCH_MAX].tolist())
    count = int(rows(connection, "SELECT count(*) AS n FROM wanted")[0]["n"])
    connection.execute("DROP TABLE wanted; DROP TABLE missing")
    return count


def _read_batch(connection: duckdb.DuckDBPyConnection, target: str, table: str, lying: str, line: str, places: list[int]) -> None:
    """Make the terms of the lines that lie at some places, which are in order. A term that two lines of a document have stands twice."""
    found = stretches(places)
    among = found if len(places) < (places[-1] - places[0]) / 10 and len(found) <= STRETCHES_MAX else [(places[0], places[-1])]
    lines = " UNION ALL ".join(
        f"SELECT t.rowid AS place, {line} AS line FROM {table} AS t WHERE t.rowid BETWEEN {first} AND {last}" for first, last in among
    )
    connection.execute(
        f"""INSERT INTO {target}.search.postings
        SELECT core.term_code(t.term) AS term, t.number
        FROM (
            SELECT number, unnest(list_distinct(core.terms(units))) AS term
            FROM (
                SELECT w.number, core.folded(l.line) AS units
                FROM ({lines}) AS l JOIN ({lying}) AS w ON w.place = l.place
                WHERE w.place BETWEEN {places[0]} AND {places[-1]}
            )
        ) AS t
        WHERE t.term <> '' ORDER BY 1, 2"""
    )


def _last(connection: duckdb.DuckDBPyConnection, target: str) -> int:
    return int(rows(connection, f"SELECT coalesce(max(number), 0) AS n FROM {target}.search.documents")[0]["n"])


def make_search_views(connection: duckdb.DuckDBPyConnection, archive: str = "") -> None:
    """Make `core.documents` and `core.postings` of the database in use: its own, and those of the archive that it needs.

    `part` tells them apart: numbers begin anew in each file.
    """
    for table, columns in (("documents", "number, kind, id, change"), ("postings", "term, number")):
        sql = f"SELECT 0 AS part, {columns} FROM search.{table}"
        if archive:
            sql += f" UNION ALL SELECT 1 AS part, {columns} FROM {archive}.search.{table}"
        connection.execute(f"CREATE VIEW core.{table} AS {sql}")
