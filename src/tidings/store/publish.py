"""Publish what the views show, read-only: what analysts and `tidings query` open.

Nobody but the program opens the store itself: an open reader would block the writer. What is published is made of the public columns
(tidings.store.mirror) and the public views over them. A publication writes the snapshot anew: all of it while the archive is small,
else its head alone, so that it costs what changed and not what there is. (Decision 0036.)
"""
# ruff: noqa: S608 - tables and columns are named by our own code

import hashlib
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import duckdb

from tidings.errors import StoreDamaged
from tidings.store.archive import (
    ARCHIVE,
    ARCHIVE_LAYOUT,
    ARCHIVE_NAME,
    Archive,
    Publication,
    read_archive,
    renew_archive,
    serves,
    write_archive,
)
from tidings.store.files import drop, free_bytes, literal, put_in_place, size_of, sync
from tidings.store.head import SNAPSHOT_NAME, Head, renew_head, standing_head, write_head
from tidings.store.migrate import read_migrations, row_scripts, views_version
from tidings.store.mirror import changed_since, mirror_version, small_sum
from tidings.store.rows import rows, transaction
from tidings.store.tracked import count_publication

SQL_NAME = "tidings.sql"  # for `duckdb -init`: it attaches the archive


@dataclass(frozen=True, slots=True)
class HeadMax:
    """Say how much the snapshot may hold by itself: beyond that its rows go into the archive.

    Measured (benchmarks/RESULTS.md, "Publishing"): written whole, 10,000 articles cost 8 to 10 s of CPU, and 100 changed ones among them 5;
    beside an archive 1.7, and 1 more for each thousand that changed since. Beside a million, 5 for 100 changed ones and 26 for 8,000.
    """

    articles: int = 8_000
    bytes: int = 128_000_000


HEAD_MAX = HeadMax()
UPKEEP_SHARE = 4  # the upkeep, which has time, renews from this part of the bound on: so that runs seldom have to


def publish(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, checked: bool = False, anew: bool = False, head_max: HeadMax = HEAD_MAX
) -> bool:
    """Publish the store in use into `folder`; return False when nothing changed since the last time.

    `checked` reads the new files through before they take the place of the old ones; `anew` writes all of it even where nothing changed.
    Whoever has the old ones open keeps reading the old data. The caller holds the store, so no two publish at once.
    """
    folder = folder.absolute()
    _sweep(folder)
    try:
        return _publish(connection, folder, checked=checked, anew=anew, head_max=head_max)
    except duckdb.Error:
        if anew or not any((folder / name).exists() for name in (ARCHIVE_NAME, SNAPSHOT_NAME)):
            raise
        return _publish(connection, folder, checked=checked, anew=True, head_max=head_max)  # a file in place is damaged further in
    finally:
        _sweep(folder)


def _publish(connection: duckdb.DuckDBPyConnection, folder: Path, *, checked: bool, anew: bool, head_max: HeadMax) -> bool:
    """Publish, relying on the archive in place unless all is to be made `anew`."""
    version, small = program_version(), small_sum(connection)
    archive = None if anew else _attach_archive(connection, folder)
    try:
        head = None if anew else _standing(connection, folder)
        same = head and head.version == version and head.small == small and _fits(connection, head, archive)
        if head and same and not changed_since(connection, head.publication.number):
            return False
        publication = _begin(connection)
        base = archive.publication if archive else None
        before = folder / SNAPSHOT_NAME if head and head.version == version else None
        renewed = None
        if _may_go(head, archive) and _is_full(connection, folder, archive, head_max, anew=anew, early=checked):
            renewed = _renew(connection, folder, archive, publication, before, checked=checked)
            base = publication
        part = _part(folder / SNAPSHOT_NAME)
        fresh = Head(publication, base, version, small)
        if not (head and before and head.base == base and not checked and renew_head(connection, before, part, head, fresh)):
            part.unlink(missing_ok=True)
            write_head(connection, part, fresh, before)
        if checked:
            read_through(connection, part)
        _write_sql(folder, base)
        if renewed:  # one right after the other, both on the disk already: an archive made anew does not serve the head before it
            sync(part)
            put_in_place(renewed, folder / ARCHIVE_NAME)
        put_in_place(part, folder / SNAPSHOT_NAME)
    finally:
        _detach_archive(connection)
    if not base:
        (folder / ARCHIVE_NAME).unlink(missing_ok=True)
    _forget(connection, (base or publication).number)
    return True


def read_through(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Read every value of a file that is not in place yet and return its rows; raises StoreDamaged when one cannot be read."""
    try:
        connection.execute(f"ATTACH {literal(str(path))} AS fresh (READ_ONLY)")
        try:
            return int(rows(connection, reading_all(connection, "fresh"))[0]["n"])
        finally:
            connection.execute("DETACH fresh")
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        raise StoreDamaged(
            f"the snapshot just written to {path.parent} cannot be read back: {line}. It was not published; the one in place stays"
        ) from error


def reading_all(connection: duckdb.DuckDBPyConnection, *names: str) -> str:
    """Return the query that counts the rows of all tables of attached databases, as `n`, reading every value."""
    sql = "SELECT database_name AS db, schema_name AS schema, table_name AS name FROM duckdb_tables() WHERE list_contains(?, database_name)"
    each = " UNION ALL ".join(
        f"""SELECT count(*) AS n, sum(hash(one)) AS read FROM "{row["db"]}"."{row["schema"]}"."{row["name"]}" AS one"""
        for row in rows(connection, sql, [list(names)])
    )
    return f"SELECT sum(n) AS n, sum(read) AS read FROM ({each})"


def program_version() -> str:
    """Name what the snapshot is made by: what its rows are made by, views, and the programs."""
    parts = (_rows_version(), views_version(), metadata.version("tidings"), duckdb.__version__)
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _rows_version() -> str:
    """Name what the rows of the archive are made by. It has no views of ours: where only they, or a program, changed it stays good.

    A migration may change rows without saying so: then, too, all is made anew.
    """
    parts = (ARCHIVE_LAYOUT, mirror_version(), row_scripts(), str(len(read_migrations())))
    return "rows " + hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _begin(connection: duckdb.DuckDBPyConnection) -> Publication:
    """Begin a publication: what is changed from now on belongs to the next. One that is killed leaves a number that nobody uses."""
    token = secrets.token_hex(4)
    with transaction(connection):
        number = count_publication(connection) - 1
        connection.execute("INSERT INTO core.publications VALUES (?, ?)", [number, token])
    return Publication(number, token)


def _forget(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Forget publications before `number`, and which rows went up to it: no file in place needs to hear of them any more."""
    with transaction(connection):
        connection.execute("DELETE FROM core.publications WHERE number < ?", [number])
        connection.execute("DELETE FROM core.removed WHERE change <= ?", [number])


def _is_known(connection: duckdb.DuckDBPyConnection, publication: Publication) -> bool:
    """Tell whether the store remembers the publication: one restored from an older copy of itself does not."""
    sql = "SELECT 1 AS one FROM core.publications WHERE number = ? AND token = ?"
    return bool(rows(connection, sql, [publication.number, publication.token]))


def _standing(connection: duckdb.DuckDBPyConnection, folder: Path) -> Head | None:
    """Describe the snapshot in place; None when there is none that can be read, or it is of another life of the store."""
    head = standing_head(connection, folder / SNAPSHOT_NAME)
    return head if head and _is_known(connection, head.publication) else None


def _attach_archive(connection: duckdb.DuckDBPyConnection, folder: Path) -> Archive | None:
    """Attach the archive in place and describe it; None when there is none of this store and program that can be read."""
    path = folder / ARCHIVE_NAME
    if not path.exists():
        return None
    with suppress(duckdb.Error, ValueError):
        connection.execute(f"ATTACH {literal(str(path))} AS {ARCHIVE} (READ_ONLY)")
        archive = read_archive(connection)
        if archive.version == _rows_version() and _is_known(connection, archive.publication):
            return archive
    _detach_archive(connection)
    return None


def _detach_archive(connection: duckdb.DuckDBPyConnection) -> None:
    with suppress(duckdb.FatalException):
        connection.execute(f"DETACH DATABASE IF EXISTS {ARCHIVE}")


def _fits(connection: duckdb.DuckDBPyConnection, head: Head, archive: Archive | None) -> bool:
    """Tell whether the snapshot in place has what it needs."""
    return head.base is None or (archive is not None and serves(connection, head.base))


def _may_go(head: Head | None, archive: Archive | None) -> bool:
    """Tell whether the archive in place may be renewed: not while the head is one behind it, as a publication that was killed leaves it.

    A renewed archive serves the head of the one before, and no older one: killed again, readers would be left with nothing.
    """
    return not (head and archive and head.base and head.base != archive.publication)


def _is_full(
    connection: duckdb.DuckDBPyConnection, folder: Path, archive: Archive | None, head_max: HeadMax, *, anew: bool, early: bool
) -> bool:
    """Tell whether what changed since the archive has to go into it; `early` (the upkeep) at a part of the bound."""
    share = UPKEEP_SHARE if early and archive else 1
    since = archive.publication.number if archive else -1
    changed = rows(connection, "SELECT count(*) AS n FROM core.articles WHERE change > ?", [since])[0]["n"]
    size = 0 if anew else size_of(folder / SNAPSHOT_NAME)
    full = bool(changed * share > head_max.articles or size * share > head_max.bytes)
    return full and (archive is None or free_bytes(folder) > 2 * size_of(folder / ARCHIVE_NAME))


def _renew(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    archive: Archive | None,
    publication: Publication,
    head: Path | None,
    *,
    checked: bool,
) -> Path:
    """Write an archive that holds all up to `publication`, to be put in place, and attach it."""
    path, part = folder / ARCHIVE_NAME, _part(folder / ARCHIVE_NAME)
    _detach_archive(connection)
    if archive:
        renew_archive(connection, path, part, publication, head)
    else:
        write_archive(connection, part, publication, _rows_version(), head)
    if checked:
        read_through(connection, part)
    connection.execute(f"ATTACH {literal(str(part))} AS {ARCHIVE} (READ_ONLY)")
    return part


def _write_sql(folder: Path, base: Publication | None) -> None:
    """Write the script that attaches the archive, where there is one, for `duckdb -init`."""
    text = f"-- duckdb -readonly -init {SQL_NAME} {SNAPSHOT_NAME}\n"
    if base:
        text += f"ATTACH IF NOT EXISTS {literal(str(folder / ARCHIVE_NAME))} AS {ARCHIVE} (READ_ONLY);\n"
    path = folder / SQL_NAME
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    part = _part(path)
    part.write_text(text, encoding="utf-8")
    part.chmod(0o640)
    put_in_place(part, path)


def _part(path: Path) -> Path:
    return path.with_name(f"{path.name}.{time.time_ns()}.part")


def _sweep(folder: Path) -> None:
    """Remove what killed publications left."""
    for name in (SNAPSHOT_NAME, ARCHIVE_NAME, SQL_NAME):
        for leftover in folder.glob(f"{name}.*.part*"):
            drop(leftover)
