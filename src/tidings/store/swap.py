"""Put another file in the place of the store, so that nobody writes into the one that goes.

The old file is held for writing until the new one has its name; whoever opened the old one meanwhile notices (`database.attach`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tidings.errors import StoreBusy
from tidings.store.copies import prove, write_copy
from tidings.store.database import FILE_NAME, attach, connect, open_store, shut_in, told_plainly
from tidings.store.files import drop, free_bytes, log_of, need_room, put_in_place, size_of, sync

UNFINISHED = f"{FILE_NAME}.compacted"
COMPACT_SHARE_MIN = 0.3  # of the file that is free: less is filled again soon
COMPACT_BYTES_MIN = 64_000_000


def swap(part: Path, path: Path, aside: Path | None, wait_s: float) -> None:
    """Give the file `part` the name of the store `path`; the old one is kept as `aside`, where that is given, with its log.

    Raises StoreBusy when another process still holds the old one after `wait_s` seconds.
    """
    with _held(path, wait_s):
        if aside:
            for old, new in ((path, aside), (log_of(path), log_of(aside))):
                if old.exists():
                    os.link(old, new)
            sync(path.parent)
        log_of(path).unlink(missing_ok=True)  # of the old one: it must not be taken for that of the new one
        put_in_place(part, path)


@contextmanager
def _held(path: Path, wait_s: float) -> Iterator[None]:
    """Hold a store for writing with its log brought in; one that cannot be read nobody can hold."""
    if not path.exists():
        yield
        return
    connection = connect()
    try:
        shut_in(connection, path.parent)
        try:
            attach(connection, path, "store", wait_s)
            connection.execute("CHECKPOINT store")
        except StoreBusy:
            raise
        except duckdb.Error:
            pass  # damaged: that is why it goes
        yield
    finally:
        connection.close()


def compact(folder: Path, wait_s: float, *, free_bytes_min: int = 0, anyway: bool = False) -> int:
    """Write the store anew without the space of what was deleted, where that is much, and return the bytes won.

    The new file is read through before it takes the place of the old one. Where the disk has no room for both nothing is done.
    """
    path = folder.absolute() / FILE_NAME
    part = path.with_name(UNFINISHED)
    drop(part)
    before = size_of(path)
    if not anyway and not _is_loose(path, wait_s):
        return 0
    if free_bytes(folder) < before + free_bytes_min:
        if anyway:
            need_room(folder, before + free_bytes_min, "writing the store anew")
        return 0
    try:
        with told_plainly(path), _whole(folder, wait_s) as connection:
            prove(connection, part, write_copy(connection, part))
            log_of(path).unlink(missing_ok=True)
            put_in_place(part, path)  # still held: nobody else has the old one, and who waits for it gets the new one
    finally:
        drop(part)
    return before - size_of(path)


@contextmanager
def _whole(folder: Path, wait_s: float) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_store(folder, wait_s) as connection:
        connection.execute("CHECKPOINT")
        yield connection


def _is_loose(path: Path, wait_s: float) -> bool:
    if size_of(path) < COMPACT_BYTES_MIN:
        return False
    with open_store(path.parent, wait_s) as connection:
        found = connection.execute(
            "SELECT free_blocks * block_size, total_blocks * block_size FROM pragma_database_size() WHERE database_name = 'store'"
        )
        free, total = found.fetchone() or (0, 1)
    return bool(free >= COMPACT_BYTES_MIN and free >= COMPACT_SHARE_MIN * total)
