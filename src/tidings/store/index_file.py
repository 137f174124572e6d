"""Open the file of the index of neighbours, and tell one that is damaged from one that cannot be used just now."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tidings.errors import IndexDamaged, StoreError
from tidings.store.queries import query

_FORM = "5"  # of the file: another one is made anew
# What a lock, a full disk or missing permission leads to says nothing of the file: it stays. Primary result codes of SQLite.
_PASSING = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_TOOBIG,
}  # fmt: skip


@contextmanager
def border() -> Iterator[None]:
    """Turn what reading or writing a bad file raises, also what packed values raise when unpacked, into IndexDamaged or StoreError."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _PASSING:
            raise _unusable(error) from error
        raise IndexDamaged(f"the index of neighbours is damaged ({error}); the next run makes it anew") from error
    except (zlib.error, LookupError, ValueError, TypeError, OverflowError) as error:
        raise IndexDamaged(f"the index of neighbours is damaged ({type(error).__name__}); the next run makes it anew") from error


def _unusable(error: Exception) -> StoreError:
    return StoreError(
        f"the index of neighbours (neighbours.sqlite in the data folder) cannot be used: {error}; "
        "look for a full disk, missing permission, or a folder of this name or with -wal or -shm after it"
    )


def connect(path: Path | None) -> sqlite3.Connection:
    """Open the file (None: in memory), making it on first use. Raises IndexDamaged, and StoreError when it cannot be opened or made."""
    with border():
        try:
            return _connect(path)
        except OSError as error:
            raise _unusable(error) from error


def _connect(path: Path | None) -> sqlite3.Connection:
    fresh = path is None or not path.exists()
    database = sqlite3.connect(path or ":memory:", isolation_level=None)
    try:
        for setting in ("journal_mode = wal", "synchronous = normal", "cache_size = -65536", "wal_autocheckpoint = 8000"):
            database.execute(f"PRAGMA {setting}")
        if fresh and path is not None:
            path.chmod(0o600)
        if not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            database.executescript(f"BEGIN; {query('neighbours')}; INSERT INTO state VALUES ('{_FORM}', '', 0, 0); COMMIT;")  # noqa: S608
        if database.execute("SELECT form FROM state").fetchall() != [(_FORM,)]:
            raise sqlite3.DatabaseError("another form")  # noqa: TRY301 - nothing to tell apart
    except BaseException:
        database.close()
        raise
    return database


def drop(path: Path) -> None:
    """Delete the file and what SQLite keeps beside it. Raises StoreError when that cannot be done."""
    try:
        for end in ("", "-wal", "-shm", "-journal"):
            path.with_name(path.name + end).unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(error) from error
