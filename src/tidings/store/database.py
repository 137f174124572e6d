"""Open the store: one file, one writer, a bounded wait, and no way out of the data folder.

The file is attached as `store` to a connection in memory, so that its storage version can be chosen
and the connection can be locked down before the first byte of the file is read.
"""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tidings.errors import StoreBusy, StoreDamaged, StoreError
from tidings.store.copies import keep_copy
from tidings.store.files import FILE_NAME, STORAGE, STORE_STORAGE, literal, log_of, need_room, size_of
from tidings.store.migrate import is_current, lacking, prepare
from tidings.store.rows import (
    column_types,
    insert_rows,
    plain,
    rows,
    stage_rows,
    storable,
    transaction,
    update_lately,
    update_rows,
    upsert_rows,
)
from tidings.store.torn import mend

Connection = duckdb.DuckDBPyConnection  # for those who may not import duckdb

__all__ = [
    "FILE_NAME",
    "STORAGE",
    "Connection",
    "attach",
    "column_types",
    "connect",
    "hold_open",
    "insert_rows",
    "literal",
    "make_folder",
    "open_memory",
    "open_store",
    "plain",
    "rows",
    "shut_in",
    "stage_rows",
    "storable",
    "told_plainly",
    "transaction",
    "update_lately",
    "update_rows",
    "upsert_rows",
]

_SPILL = ".spill"  # where DuckDB puts what does not fit into memory
_RETRY_S = 0.1
_SMALL = 1_000_000_000  # bytes of a store that one thread works on: two take a fifth more of both cores, and longer (benchmarks/RESULTS.md)
_DAMAGE = (duckdb.FatalException, duckdb.SerializationException, duckdb.InternalException)
_DAMAGED = re.compile(r"not a valid DuckDB|corrupt|checksum|read file|read enough|WAL does not match", re.IGNORECASE)
_DISK = re.compile(r"Could not (write|fsync|sync|truncate)|No space left|too large")
_PID = re.compile(r"PID (\d+)")
_LOG_HEAD = bytes.fromhex("640062650002")  # how a log of DuckDB begins; the last byte is its version, which may be a later one

_held: dict[Path, duckdb.DuckDBPyConnection] = {}  # stores that this process keeps open, by path


@contextmanager
def open_store(folder: Path, wait_s: float, *, read_only: bool = False, also: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open `folder/store.duckdb`, made on first use, and brought up to this program's version; files of `also` are in reach, too.

    Raises StoreBusy when another process still holds it after `wait_s` seconds, StoreDamaged when it cannot be read.
    """
    path = folder.absolute() / FILE_NAME
    if path in _held and not also:
        with told_plainly(path), _held[path].cursor() as session:
            session.execute("USE store")
            yield session
        return
    if not path.exists():
        if read_only:
            raise StoreError(f"there is no store in {folder} yet: run `tidings run` first")
        _make(path)
    connection = connect(path.with_name(_SPILL), threads=1 if size_of(path) < _SMALL else 2)
    try:
        shut_in(connection, path.parent, also)
        with told_plainly(path):
            _look_at_log(path)
            mend(path)
            attach(connection, path, "store", wait_s, read_only=read_only)
            connection.execute("USE store")
            if not read_only:
                _sweep(path)
            if not is_current(connection):
                if read_only:
                    lacking(connection)  # says so where the program is the older one
                    raise StoreError(f"{path} is of an older version: any command that writes brings it up to date, for one `tidings run`")
                _keep_before(connection, path)
                prepare(connection)
            yield connection
    finally:
        connection.close()


@contextmanager
def hold_open(folder: Path, wait_s: float) -> Iterator[None]:
    """Keep a store open: meanwhile each `open_store` of this process is a session of it, with temporary tables of its own.

    For a store that nobody else works on, such as a replay's: opening costs as much as all questions of a quiet run. Others wait.
    """
    path = folder.absolute() / FILE_NAME
    with open_store(folder, wait_s) as connection:
        _held[path] = connection
        try:
            yield
        finally:
            del _held[path]


@contextmanager
def open_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an empty store in memory: the same tables, views and settings, gone when closed."""
    connection = connect()
    try:
        shut_in(connection)
        connection.execute("ATTACH ':memory:' AS store")
        connection.execute("USE store")
        prepare(connection)
        yield connection
    finally:
        connection.close()


def connect(spill: Path | None = None, *, threads: int = 2) -> duckdb.DuckDBPyConnection:
    """Open a connection in memory; what does not fit there goes to the folder `spill`, or fails. Follow with `shut_in`."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "threads": threads,
            "memory_limit": "1GB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "python_enable_replacements": "false",  # a table name never reads a Python variable
            "dynamic_or_filter_threshold": "5000",  # so many rows are asked for one by one in a join; 50 unless told: benchmarks/RESULTS.md
            "temp_directory": str(spill) if spill else "",
        },
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")  # for further sessions, too
    return connection


def shut_in(connection: duckdb.DuckDBPyConnection, *folders: Path | None) -> None:
    """Let the connection reach files of these folders (none: no further file) and nothing else, for good."""
    if reached := [literal(f"{folder}/") for folder in folders if folder]:
        connection.execute(f"SET allowed_directories = [{', '.join(reached)}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def attach(connection: duckdb.DuckDBPyConnection, path: Path, name: str, wait_s: float, *, read_only: bool = False) -> None:
    """Attach a file, waiting at most `wait_s` seconds for another process (or thread) to leave it."""
    deadline = time.monotonic() + wait_s
    while True:
        before = _identity(path)
        try:
            connection.execute(f"ATTACH {literal(str(path))} AS {name}{' (READ_ONLY)' if read_only else ''}")
        except duckdb.Error as error:  # its class differs between versions
            holder = _holder(str(error))
            if not holder:
                raise
            if time.monotonic() >= deadline:
                raise StoreBusy(f"{path} is in use by {holder}; waited {wait_s:g} s") from error
            time.sleep(min(_RETRY_S, max(0.0, deadline - time.monotonic())))
        else:
            if _identity(path) == before:
                return
            connection.execute(f"DETACH {name}")  # meanwhile another file took its place (tidings.store.swap): that is the one meant


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _look_at_log(path: Path) -> None:
    """Raise StoreDamaged where what lies beside a store as its log is none: DuckDB passes over such a file, and what it held is lost."""
    try:
        with log_of(path).open("rb") as file:
            head = file.read(len(_LOG_HEAD))
    except OSError:
        return
    if not _LOG_HEAD[:-1].startswith(head[: len(_LOG_HEAD) - 1]):
        raise StoreDamaged(
            f"{log_of(path)}, the log of the store, is damaged: it does not begin as one. The way back: {way_back(path)}. To go on without "
            "what was written last, move the log aside (do not delete it)"
        )


def _keep_before(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Before tables are changed keep a copy of a store of an older version, beside it and named with the version; older ones go."""
    number = lacking(connection)
    if number is None:
        return
    size = size_of(path) + size_of(log_of(path))
    need_room(path.parent, 3 * size, f"bringing {path} from version {number} of its tables to this program's (a copy is kept before)")
    kept = path.with_name(f"store.version-{number}.duckdb")
    keep_copy(connection, kept)
    for older in path.parent.glob("store.version-*.duckdb"):
        if older != kept:
            older.unlink()


def make_folder(folder: Path) -> None:
    """Make the data folder: the group may enter, to read what is published; the store itself is closed to it."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o750)


def _make(path: Path) -> None:
    """Make the store under another name and put it in place whole, so that a kill leaves no half of one."""
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.{time.time_ns()}.part")
    try:
        with told_plainly(path), duckdb.connect(":memory:") as connection:
            connection.execute(f"ATTACH {literal(str(part))} AS store ({STORE_STORAGE})")
            connection.execute("USE store")
            prepare(connection)
        part.chmod(0o600)
        path.hardlink_to(part)  # unlike a rename, refuses to replace what another process made meanwhile
    except (FileExistsError, FileNotFoundError):
        assert path.exists(), "only whoever holds a finished store removes the parts of others"
    finally:
        for piece in (part, part.with_name(f"{part.name}.wal")):
            piece.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove what killed runs left. Whoever holds the store for writing is alone, so nothing of it is in use."""
    for names in (f"{FILE_NAME}.*.part*", "store.version-*.part*"):
        for leftover in path.parent.glob(names):
            leftover.unlink(missing_ok=True)
    shutil.rmtree(path.with_name(_SPILL), ignore_errors=True)


def _holder(message: str) -> str:
    """Name who holds the file, from DuckDB's message; empty when that is not the trouble."""
    if "already attached" in message:
        return "this very process"
    if "Could not set lock" not in message and "being used by another process" not in message:
        return ""
    found = _PID.search(message)
    if not found:
        return "another process"
    try:
        name = Path(f"/proc/{found[1]}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        name = ""
    return f"process {found[1]}" + (f" ({name})" if name else "")


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what DuckDB says of a damaged file or a failing disk into our errors; others are bugs and pass."""
    try:
        yield
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        if is_disk_trouble(line):
            raise StoreError(f"{path} could not be written: {line.rpartition(': ')[2]}") from error
        if not isinstance(error, _DAMAGE) and not _DAMAGED.search(line):
            if isinstance(error, duckdb.IOException):
                raise StoreError(f"{path}: {line}") from error
            raise
        raise StoreDamaged(f"{path} cannot be read: {line}. The way back: {way_back(path)}") from error


def is_disk_trouble(line: str) -> bool:
    """Tell whether DuckDB complains of a disk that takes no more."""
    return bool(_DISK.search(line))


def way_back(path: Path) -> str:
    """Say what can be done about a damaged store."""
    return (
        f"`tidings restore FILE --replace` with a backup (the scheduled ones are in {path.parent / 'backups'}); it moves {path.name} and "
        f"{path.name}.wal aside. Without any backup: move both aside (delete neither), start empty and run `tidings learn`"
    )
