"""Mend the one thing that a kill can break: a block of metadata that was being written over when its process ended.

DuckDB writes a checkpoint into free blocks and then changes the header, but free parts of blocks of metadata it fills in place, before
the header changes (seen by strace on 1.5.5, at each checkpoint, with storage of 1.2 and 1.4). A kill in the middle of that write leaves
the parts in use as they were, some free parts new and some old, and the checksum over all of them wrong: the file is refused, though
nothing that counts is damaged, and the log beside it holds what was not in the file yet. So the checksum is made that of what is
there, and then everything is read. Seen once in 160 kills on a busy machine.

That parts in use are never written over is proved by tests/keeping/test_in_place.py, for the DuckDB at hand: over checkpoints of mixed
work the parts in use by the header of before are byte for byte the same, nothing else in use changed, and a checkpoint broken off at any
page of such a block loses no row.

Done only where a log shows that a process was killed, and undone unless the block is one of metadata and all else can be read.
"""
# ruff: noqa: S608 - tables are named by our own schema

import fcntl
import json
import os
import re
from pathlib import Path

import duckdb

from tidings.store.blocks import FIRST, SUM_BYTES
from tidings.store.files import literal, log_of, size_of, sync
from tidings.store.rows import rows

_WRONG = re.compile(r"computed checksum (\d+) does not match stored checksum (\d+) in block at location (\d+)")
_BLOCKS_MAX = 4
_TABLES = "SELECT schema_name || '.' || table_name AS name FROM duckdb_tables() WHERE database_name = 'torn'"

Mended = dict[int, int]  # where a block begins -> the checksum that stood there


def mend(path: Path) -> None:
    """Mend a store whose writer was killed, where that is needed and can be proved; else leave every byte as it is."""
    if not size_of(log_of(path)):
        return
    mended = _noted(path)
    checked = bool(mended)
    while (found := _wrong_block(path)) and len(mended) < _BLOCKS_MAX:
        computed, stored, place = found
        if place < FIRST or place in mended:
            break
        mended[place] = stored
        _note(path, mended)
        if not _put(path, place, stored, computed):
            return  # somebody else is at work
        checked = True
    if not checked:
        return
    if not _is_whole(path, mended):
        for place, stored in mended.items():
            _put(path, place, None, stored)
    _note_of(path).unlink(missing_ok=True)


def _wrong_block(path: Path) -> tuple[int, int, int] | None:
    """Read all metadata; return computed checksum, stored checksum and place of the first block that is not as its checksum says."""
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(str(path))} AS torn (READ_ONLY)")
            for row in rows(connection, _TABLES):
                connection.execute(f"SELECT count(*) FROM pragma_storage_info('torn.{row['name']}')").fetchall()
    except duckdb.Error as error:
        found = _WRONG.search(str(error))
        return (int(found[1]), int(found[2]), int(found[3])) if found else None
    return None


def _is_whole(path: Path, mended: Mended) -> bool:
    """Read every value of every table; tell whether that can be done, and the mended blocks hold metadata."""
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH {literal(str(path))} AS torn (READ_ONLY); USE torn")
            for row in rows(connection, _TABLES):
                connection.execute(f"SELECT sum(hash(one)) FROM torn.{row['name']} AS one").fetchall()
            [about] = rows(connection, "SELECT block_size FROM pragma_database_size() WHERE database_name = 'torn'")
            blocks = {row["block_id"] for row in rows(connection, "SELECT block_id FROM pragma_metadata_info()")}
    except duckdb.Error:
        return False
    return all((place - FIRST) // about["block_size"] in blocks for place in mended)


def _put(path: Path, place: int, expected: int | None, checksum: int) -> bool:
    """Write a checksum, if `expected` stands there and nobody holds the file (DuckDB locks it in the same way); tell whether it was."""
    handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if expected is not None and int.from_bytes(os.pread(handle, SUM_BYTES, place), "little") != expected:
            return False
        os.pwrite(handle, checksum.to_bytes(SUM_BYTES, "little"), place)
        os.fsync(handle)
    except BlockingIOError:
        return False
    finally:
        os.close(handle)
    return True


def _note_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.torn")


def _note(path: Path, mended: Mended) -> None:
    """Write down what stood there before it is changed: who is killed in between is followed by one who looks again."""
    note = _note_of(path)
    note.touch(mode=0o600)
    note.write_text(json.dumps(mended), encoding="utf-8")
    sync(note)


def _noted(path: Path) -> Mended:
    try:
        return {int(place): int(stored) for place, stored in json.loads(_note_of(path).read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError):
        return {}
