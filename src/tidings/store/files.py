"""Write files so that they are there whole or not at all, and so that they last. What all files of the store have in common."""

import os
import shutil
from pathlib import Path

from tidings.errors import StoreFull

FILE_NAME = "store.duckdb"
STORAGE = "STORAGE_VERSION 'v1.2.0'"  # of what is published: DuckDB 1.2 and later open it
UNLOGGED = "RECOVERY_MODE 'no_wal_writes'"  # for a file that is put in place when it is whole: a log of it would be written for nothing
STORE_STORAGE = "STORAGE_VERSION 'v1.4.0'"  # of stores and their copies: from there on a log knows its file, and that of another is refused
MARGIN_BYTES = 16_000_000  # besides what is written: logs, and what other programs write meanwhile


def literal(text: str) -> str:
    """Quote text for SQL, where a parameter is not taken."""
    return "'" + text.replace("'", "''") + "'"


def log_of(path: Path) -> Path:
    """Return where DuckDB keeps the log of a file: what was written and is not in the file yet."""
    return path.with_name(f"{path.name}.wal")


def put_in_place(part: Path, path: Path) -> None:
    """Make a new file durable, then give it its name in one step."""
    sync(part)
    part.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def drop(path: Path) -> None:
    """Remove a file of DuckDB and its log, where they are."""
    path.unlink(missing_ok=True)
    log_of(path).unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Return the bytes of a file; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def free_bytes(folder: Path) -> int:
    """Return what is free on the disk of a folder, or of the nearest one above it that is there."""
    there = next((one for one in (folder, *folder.parents) if one.exists()), folder)
    return shutil.disk_usage(there).free


def need_room(folder: Path, count: int, what: str) -> None:
    """Raise StoreFull, which says what for, where fewer than `count` bytes and a margin are free."""
    free = free_bytes(folder)
    if free < count + MARGIN_BYTES:
        raise StoreFull(
            f"{what} needs {megabytes(count + MARGIN_BYTES)} on the disk of {folder}, and {megabytes(free)} are free. Make room, and try again"
        )


def megabytes(count: float) -> str:
    """Write a number of bytes for people."""
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"
