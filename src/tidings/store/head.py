"""Write the snapshot: the file that everybody opens first.

While the archive is small it is whole by itself. Beyond that it is the head of the archive: the small tables, the rows that changed
since the archive was renewed, the keys of the rows that they stand for, and views that put both together. The public views are the same.

A snapshot is written whole once a day, by the upkeep. In between it is a copy of the one before with what changed since. (Decision 0050.)
"""
# ruff: noqa: S608 - tables and columns are named by our own code

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tidings.store.archive import ARCHIVE, Publication, copy_file, stage_touched, using
from tidings.store.files import STORAGE, UNLOGGED, literal
from tidings.store.migrate import published_scripts, search_scripts
from tidings.store.mirror import GROWING, MIRRORED, SMALL, Mirrored, changed_since, make_table, small_changed, to_bring
from tidings.store.rows import rows, transaction
from tidings.store.terms import bring_in_terms, make_search_views, terms_of

SNAPSHOT_NAME = "tidings.duckdb"
_BLOCKS_MIN = 64  # of 256 KB: in a smaller file free room does not matter
_read: dict[str, Any] = {}  # the file that was last described, and how


@dataclass(frozen=True, slots=True)
class Head:
    """Describe a snapshot: its publication, that of the archive which it needs, for which program, and the sum of its small tables."""

    publication: Publication
    base: Publication | None  # None: whole by itself
    version: str
    small: str


def read_head(connection: duckdb.DuckDBPyConnection, name: str) -> Head:
    """Describe the snapshot attached as `name`; raises duckdb.Error where it is none, or one of an older program."""
    [row] = rows(connection, f"SELECT number, token, base_number, base_token, version, small FROM {name}.core.published")
    base = Publication(row["base_number"], row["base_token"]) if row["base_token"] else None
    return Head(Publication(row["number"], row["token"]), base, row["version"], row["small"])


def standing_head(connection: duckdb.DuckDBPyConnection, path: Path) -> Head | None:
    """Describe the snapshot at `path`; None where none is there that can be read and is of this program's form.

    Every step of a run asks, and the file seldom changes, so the last answer is remembered with the file that it was given of.
    """
    try:
        about = path.stat()
    except OSError:
        return None
    file = (path, about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns)
    if _read.get("file") != file:
        head = _read_at(connection, path)
        if head is None:
            return None
        _read.update(file=file, head=head)
    return _read["head"]  # type: ignore[no-any-return]


def _read_at(connection: duckdb.DuckDBPyConnection, path: Path) -> Head | None:
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS published (READ_ONLY)")
    except duckdb.Error:
        return None  # damaged, or open elsewhere in this process: a new one puts it right
    try:
        return read_head(connection, "published")
    except (duckdb.Error, ValueError):
        return None  # of an older program
    finally:
        connection.execute("DETACH published")


def write_head(connection: duckdb.DuckDBPyConnection, part: Path, head: Head, before: Path | None = None) -> None:
    """Write a snapshot of the store in use into the new file `part`; the archive that it needs is attached.

    `before`: a snapshot of the same store and program, whose terms are taken over.
    """
    connection.execute(f"ATTACH {literal(str(part))} AS snapshot ({STORAGE}, {UNLOGGED})")
    try:
        part.chmod(0o640)
        with terms_of(connection, before) as known, transaction(connection):  # one, as each waits for the disk
            _fill(connection, head, known)
        connection.execute("CHECKPOINT snapshot")
    finally:
        connection.execute("DETACH snapshot")


def renew_head(connection: duckdb.DuckDBPyConnection, path: Path, part: Path, before: Head, head: Head) -> bool:
    """Copy the snapshot at `path`, which is `before`, to `part`, and bring in what changed in the store in use since.

    Both are of one program and need the same archive, which is attached. Returns False where more than half of the copy is room that
    nothing fills, or most documents of the search are former ones: then the snapshot should be written whole.
    """
    copy_file(path, part)
    part.chmod(0o640)
    connection.execute(f"ATTACH {literal(str(part))} AS snapshot ({STORAGE}, {UNLOGGED})")
    try:
        with transaction(connection):  # one, as each waits for the disk
            for table in small_changed(before.small, head.small):
                connection.execute(f"DELETE FROM snapshot.{table.path}")
                connection.execute(f"INSERT INTO snapshot.{table.path} {table.select()}")
            for table in to_bring(changed_since(connection, before.publication.number)):
                _bring_in(connection, table, before.publication.number, head.base)
            connection.execute("DROP TABLE snapshot.core.published; DROP TABLE snapshot.derived.published")
            _write_published(connection, head)
            bring_in_terms(connection, "snapshot", before.publication.number)
        connection.execute("CHECKPOINT snapshot")
        is_lean = _is_lean(connection)
    finally:
        connection.execute("DETACH snapshot")
    return is_lean


def _is_lean(connection: duckdb.DuckDBPyConnection) -> bool:
    [blocks] = rows(connection, "SELECT free_blocks, total_blocks FROM pragma_database_size() WHERE database_name = 'snapshot'")
    [documents] = rows(connection, "SELECT count(*) AS n, count(DISTINCT id) AS of_now FROM snapshot.search.documents")
    is_full = 2 * blocks["free_blocks"] <= max(blocks["total_blocks"], _BLOCKS_MIN)
    return bool(is_full and documents["n"] <= 2 * documents["of_now"])


def _bring_in(connection: duckdb.DuckDBPyConnection, table: Mirrored, since: int, base: Publication | None) -> None:
    """Replace the rows of one table that changed or went after publication `since`."""
    path = f"snapshot.recent.{table.store_name}" if base else f"snapshot.{table.path}"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE recent AS {table.select(since)}")
    if stage_touched(connection, table, "recent", since):
        same = " AND ".join(f'{path}."{name}" = touched."{name}"' for name in table.key)
        connection.execute(f"DELETE FROM {path} USING touched WHERE {same}")
        connection.execute(f"INSERT INTO {path} BY NAME FROM recent")
        if base:
            _replace(connection, table, base)
            _make_view(connection, table, base)
    connection.execute("DROP TABLE recent")


def _fill(connection: duckdb.DuckDBPyConnection, head: Head, known: tuple[str, ...]) -> None:
    """Write tables, views and macros."""
    connection.execute("CREATE SCHEMA snapshot.core; CREATE SCHEMA snapshot.derived")
    for table in SMALL if head.base else MIRRORED:
        make_table(connection, f"snapshot.{table.path}", table.select())
    if head.base:
        connection.execute("CREATE SCHEMA snapshot.recent; CREATE SCHEMA snapshot.replaced")
        for table in GROWING:
            _put_together(connection, table, head.base)
    _write_published(connection, head)
    bring_in_terms(connection, "snapshot", head.base.number if head.base else -1, *known)
    with using(connection, "snapshot"):
        connection.execute(published_scripts())
        make_search_views(connection, ARCHIVE if head.base else "")
        connection.execute(search_scripts())


def _put_together(connection: duckdb.DuckDBPyConnection, table: Mirrored, base: Publication) -> None:
    """Write the recent rows of one table, and make its view."""
    recent = f"snapshot.recent.{table.store_name}"
    make_table(connection, recent, table.select(base.number))
    names = table.key_names()
    connection.execute(f"CREATE TABLE snapshot.replaced.{table.store_name} AS SELECT {names} FROM {recent} LIMIT 0")
    if stage_touched(connection, table, recent, base.number):
        _replace(connection, table, base)
    _make_view(connection, table, base)


def _replace(connection: duckdb.DuckDBPyConnection, table: Mirrored, base: Publication) -> None:
    """Note which rows of the archive the `touched` ones stand for."""
    names, replaced = table.key_names(), f"snapshot.replaced.{table.store_name}"
    connection.execute(
        f"""INSERT INTO {replaced} SELECT {names} FROM {ARCHIVE}.{base.schema}.{table.store_name} SEMI JOIN touched USING ({names})
        ANTI JOIN {replaced} AS known USING ({names})"""
    )


def _make_view(connection: duckdb.DuckDBPyConnection, table: Mirrored, base: Publication) -> None:
    """Make the view of one table: the rows of the archive without those that were replaced, and the recent ones."""
    archived, names = f"{ARCHIVE}.{base.schema}.{table.store_name}", table.key_names()
    recent, replaced = f"recent.{table.store_name}", f"replaced.{table.store_name}"
    kept = f"SELECT * FROM {archived}"
    if rows(connection, f"SELECT count(*) AS n FROM snapshot.{replaced}")[0]["n"]:
        kept = f"SELECT a.* FROM {archived} AS a ANTI JOIN {replaced} AS r USING ({names})"
    with using(connection, "snapshot"):
        connection.execute(f"CREATE OR REPLACE VIEW {table.path} AS {kept} UNION ALL SELECT * FROM {recent}")


def _write_published(connection: duckdb.DuckDBPyConnection, head: Head) -> None:
    """Say in the file which publication it is."""
    connection.execute(
        """CREATE TABLE snapshot.core.published AS SELECT ?::BIGINT AS number, ? AS token, ?::BIGINT AS base_number,
           ?::VARCHAR AS base_token, ? AS version, ? AS small""",
        [
            head.publication.number,
            head.publication.token,
            head.base.number if head.base else None,
            head.base.token if head.base else None,
            head.version,
            head.small,
        ],
    )
    connection.execute(
        "CREATE TABLE snapshot.derived.published AS SELECT * REPLACE (?::TIMESTAMPTZ AS published_at, ?::BIGINT AS number) FROM derived.published",
        [datetime.now(UTC), head.publication.number],
    )
