"""Keep the archive: the file that holds every published row up to some publication, so that the snapshot need hold only what came since.

It is never changed in place. It is renewed seldom: the file is copied by the kernel, the rows changed since are brought in, and the copy
takes its name in one step. A renewed archive still serves the snapshots of the archive before it, from which it kept the rows that it
replaced: whoever opens a snapshot and then the archive has one publication before him, or an error. (Decision 0036.)
"""
# ruff: noqa: S608 - tables and columns are named by our own code

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import duckdb

from tidings.store.files import STORAGE, literal
from tidings.store.mirror import GROWING, Mirrored, make_table
from tidings.store.rows import rows, transaction
from tidings.store.terms import bring_in_terms, terms_of

ARCHIVE_NAME = "tidings_archive.duckdb"
ARCHIVE = ARCHIVE_NAME.removesuffix(".duckdb")  # what DuckDB calls it by itself; the views of the snapshot name it so
ARCHIVE_LAYOUT = "1"  # to be counted up when this module or tidings.store.terms writes something else: then all archives are made anew
_FICLONE = 0x40049409  # linux/fs.h: let one file have the blocks of another until either is changed
_COPY_BYTES_MAX = 64_000_000  # of one call to the kernel


@dataclass(frozen=True, slots=True)
class Publication:
    """Name a publication: its number, and a token that no other one has, not even of the same number in another life of the store."""

    number: int
    token: str

    @property
    def schema(self) -> str:
        """Return the schema of the archive in which its rows stand."""
        return f"publication_{self.number}_{self.token}"


@dataclass(frozen=True, slots=True)
class Archive:
    """Describe an archive that is in place: up to which publication, and for which program it was made."""

    publication: Publication
    version: str


def read_archive(connection: duckdb.DuckDBPyConnection, name: str = ARCHIVE) -> Archive:
    """Describe the attached archive; raises duckdb.Error where it is none."""
    [row] = rows(connection, f"SELECT number, token, version FROM {name}.archived.published")
    return Archive(Publication(row["number"], row["token"]), row["version"])


def serves(connection: duckdb.DuckDBPyConnection, publication: Publication) -> bool:
    """Tell whether the attached archive holds the rows of that publication."""
    sql = "SELECT 1 AS one FROM duckdb_schemas() WHERE database_name = ? AND schema_name = ?"
    return bool(rows(connection, sql, [ARCHIVE, publication.schema]))


@contextmanager
def using(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[None]:
    """Let names mean those of the attached database `name`, which is how views have to be made that work wherever it is attached."""
    [here] = rows(connection, "SELECT current_database() AS name")
    connection.execute(f"USE {name}")
    try:
        yield
    finally:
        connection.execute(f"USE {here['name']}")


def write_archive(
    connection: duckdb.DuckDBPyConnection, part: Path, publication: Publication, version: str, before: Path | None = None
) -> None:
    """Write all rows of the store in use into the new file `part`; `before`: a snapshot of it whose terms are taken over."""
    connection.execute(f"ATTACH {literal(str(part))} AS renewed ({STORAGE})")
    try:
        part.chmod(0o640)
        with transaction(connection):
            connection.execute("CREATE SCHEMA renewed.archived; CREATE SCHEMA renewed.replaced")
            for table in GROWING:
                make_table(connection, f"renewed.archived.{table.store_name}", _archived(table, publication.number))
            connection.execute("CREATE TABLE renewed.archived.published (number BIGINT, token VARCHAR, version VARCHAR)")
            _name_publication(connection, publication, version, None)
        with terms_of(connection, before) as known:
            bring_in_terms(connection, "renewed", -1, *known)
        connection.execute("CHECKPOINT renewed")
    finally:
        connection.execute("DETACH renewed")


def renew_archive(
    connection: duckdb.DuckDBPyConnection, path: Path, part: Path, publication: Publication, head: Path | None = None
) -> None:
    """Copy the archive at `path` to `part`, and bring in what changed in the store in use since; `head`: its snapshot, for the terms."""
    copy_file(path, part)
    part.chmod(0o640)
    connection.execute(f"ATTACH {literal(str(part))} AS renewed ({STORAGE})")
    try:
        before = read_archive(connection, "renewed")
        with transaction(connection):  # one, as each waits for the disk
            for table in GROWING:
                _bring_in(connection, table, before.publication.number, publication.number)
            _name_publication(connection, publication, before.version, before.publication)
        with terms_of(connection, head) as known:
            bring_in_terms(connection, "renewed", before.publication.number, *known)
        connection.execute("CHECKPOINT renewed")
    finally:
        connection.execute("DETACH renewed")


def stage_touched(connection: duckdb.DuckDBPyConnection, table: Mirrored, recent: str, since: int) -> int:
    """Make the temporary table `touched` of the keys of `recent` rows, and of those that went; return how many."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE touched AS SELECT {table.key_names()} FROM {recent}")
    connection.execute(f"INSERT INTO touched {table.gone(since)}")
    return int(rows(connection, "SELECT count(*) AS n FROM touched")[0]["n"])


def _bring_in(connection: duckdb.DuckDBPyConnection, table: Mirrored, since: int, number: int) -> None:
    """Replace the rows of one table that changed, and keep those that they replace."""
    archived, replaced = f"renewed.archived.{table.store_name}", f"renewed.replaced.{table.store_name}"
    connection.execute(f"DROP TABLE IF EXISTS {replaced}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE recent AS {_archived(table, number, since)}")
    if stage_touched(connection, table, "recent", since):
        same = " AND ".join(f'{archived}."{name}" = touched."{name}"' for name in table.key)
        make_table(connection, replaced, f"SELECT a.* FROM {archived} AS a SEMI JOIN touched USING ({table.key_names()})")
        connection.execute(f"DELETE FROM {archived} USING touched WHERE {same}")
        connection.execute(f"INSERT INTO {archived} BY NAME FROM recent")
    connection.execute("DROP TABLE recent")


def _archived(table: Mirrored, number: int, since: int | None = None) -> str:
    """Return the SELECT of rows as the archive keeps them: each with the publication that brought it, also where it is made of several."""
    return f"SELECT *, {number:d}::BIGINT AS change FROM ({table.select(since)})" if table.made_of else table.select(since)


def _name_publication(connection: duckdb.DuckDBPyConnection, publication: Publication, version: str, before: Publication | None) -> None:
    """Make the views under which snapshots find the rows of `publication` and of the one `before`; drop those of older ones."""
    sql = "SELECT schema_name AS name FROM duckdb_schemas() WHERE database_name = 'renewed' AND starts_with(schema_name, 'publication_')"
    with using(connection, "renewed"):
        for row in rows(connection, sql):
            connection.execute(f'DROP SCHEMA renewed."{row["name"]}" CASCADE')
        for one in filter(None, (publication, before)):
            connection.execute(f"CREATE SCHEMA renewed.{one.schema}")
            for table in GROWING:
                connection.execute(f"CREATE VIEW {one.schema}.{table.store_name} AS {_rows_of(connection, table, one, before)}")
        connection.execute("DELETE FROM archived.published")
        connection.execute("INSERT INTO archived.published VALUES (?, ?, ?)", [publication.number, publication.token, version])


def _rows_of(connection: duckdb.DuckDBPyConnection, table: Mirrored, publication: Publication, before: Publication | None) -> str:
    """Return the SELECT of the rows of one table in a publication."""
    columns = "* EXCLUDE (change)" if table.made_of else "*"
    if publication != before:
        return f"SELECT {columns} FROM archived.{table.store_name}"
    kept = f"SELECT {columns} FROM archived.{table.store_name} WHERE change <= {publication.number:d}"
    sql = "SELECT 1 AS one FROM duckdb_tables() WHERE database_name = 'renewed' AND schema_name = 'replaced' AND table_name = ?"
    return f"{kept} UNION ALL SELECT {columns} FROM replaced.{table.store_name}" if rows(connection, sql, [table.store_name]) else kept


def copy_file(source: Path, target: Path) -> None:
    """Copy a file with as little work as the file system allows: shared blocks, else inside the kernel, else by hand."""
    with source.open("rb") as from_file, target.open("wb") as to_file:
        with suppress(OSError):
            ioctl(to_file.fileno(), _FICLONE, from_file.fileno())
            return
        size, done = os.fstat(from_file.fileno()).st_size, 0
        with suppress(OSError, AttributeError):  # not between all file systems; not on every system
            while done < size and (count := os.copy_file_range(from_file.fileno(), to_file.fileno(), _COPY_BYTES_MAX, done, done)):
                done += count
        if done < size:
            from_file.seek(0)
            to_file.truncate(0)
            shutil.copyfileobj(from_file, to_file, _COPY_BYTES_MAX)
