"""Keep backups of the store: one file each, made while the store is held, and read through before it counts as one."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import StoreDamaged, StoreFull, UsageError
from tidings.store.blocks import wrong_blocks
from tidings.store.copies import Sums, prove, sums, write_copy
from tidings.store.database import FILE_NAME, connect, is_disk_trouble, open_store
from tidings.store.files import drop, literal, log_of, need_room, put_in_place, size_of
from tidings.store.migrate import read_migrations
from tidings.store.rows import rows

FOLDER = "backups"  # in the data folder, where the configuration names no other
_NAMES = "store-*.duckdb"


@dataclass(frozen=True, slots=True)
class Backup:
    """Describe a backup: when it was made, of which version of the tables, and what it holds."""

    path: Path
    made_at: datetime
    version: int
    row_count: int
    bytes: int
    answered: str = ""  # the note of the last answer of a channel (pipeline.answered), as it was


def back_up(folder: Path, target: Path, wait_s: float, now: datetime, answered: str = "") -> Backup:
    """Write the store of `folder` to the file `target`, mode 0600, whole or not at all, and prove it by reading it through.

    A backup that is there is replaced; any other file is not. Raises StoreFull, StoreBusy, StoreDamaged and UsageError.
    """
    target = target.absolute()
    store = folder.absolute() / FILE_NAME
    _refuse(target)
    need_room(target.parent, size_of(store) + size_of(log_of(store)), "a backup")
    part = target.with_name(f".{target.name}.{time.time_ns()}.part")
    about = {
        "made_at": now.isoformat(),
        "version": len(read_migrations()),
        "program": metadata.version("tidings"),
        "duckdb": duckdb.__version__,
        "answered": answered,
    }
    try:
        with open_store(folder, wait_s, read_only=True, also=target.parent) as connection, _disk_named(target):
            source = write_copy(connection, part, about)
        with closing(connect()) as connection:
            prove(connection, part, source)
        put_in_place(part, target)
    finally:
        drop(part)
    return Backup(target, now, int(str(about["version"])), sum(count for count, _ in source.values()), size_of(target), answered)


def _refuse(target: Path) -> None:
    if not target.parent.is_dir():
        raise UsageError(f"there is no folder {target.parent} for the backup: make it first")
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file in it")
    if target.exists() and read_about(target) is None:
        raise UsageError(f"{target} is there and is no backup of ours: it is not replaced")


@contextmanager
def _disk_named(target: Path) -> Iterator[None]:
    """Say of a disk that refuses a backup which file it was; what is wrong with the store itself passes."""
    try:
        yield
    except duckdb.Error as error:
        line = str(error).splitlines()[0]
        if not is_disk_trouble(line):
            raise
        raise StoreFull(f"{target} could not be written: {line.rpartition(': ')[2]}. There is no new backup") from error


def read_about(path: Path) -> dict[str, Any] | None:
    """Return what a backup says of itself; None for a file that is none, whatever it is."""
    try:
        with closing(connect()) as connection:
            connection.execute(f"ATTACH {literal(str(path))} AS backup (READ_ONLY)")
            return facts_in(connection, "backup")
    except duckdb.Error:
        return None


def facts_in(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, Any] | None:
    """Return what an attached backup says of itself; None for another file."""
    try:
        [row] = rows(connection, f"SELECT facts FROM {database}.about_backup.facts")  # noqa: S608 - our own name
        found = json.loads(row["facts"])
        return found if isinstance(found, dict) and isinstance(found.get("sums"), dict) else None
    except (duckdb.Error, ValueError, KeyError):
        return None


def verify(path: Path) -> Backup:
    """Read a backup to its end and compare it with what it held when it was made; raises StoreDamaged."""
    try:
        with closing(connect()) as connection:
            connection.execute(f"ATTACH {literal(str(path))} AS backup (READ_ONLY)")
            about = facts_in(connection, "backup")
            found = sums(connection, "backup")
    except duckdb.Error as error:
        raise StoreDamaged(f"{path} cannot be read: {str(error).splitlines()[0]}") from error
    if about is None:
        raise StoreDamaged(f"{path} is no backup of ours")
    if wrong := differing(found, about):
        raise StoreDamaged(f"{path} does not hold what was written into it: {', '.join(wrong)} differ")
    if blocks := wrong_blocks(path, 0):
        raise StoreDamaged(
            f"{path} is damaged in what is made of its rows (indexes; block {', '.join(map(str, blocks))}); a restore makes that anew"
        )
    rows_read = sum(count for count, _ in found.values())
    return Backup(path, datetime.fromisoformat(about["made_at"]), int(about["version"]), rows_read, size_of(path))


def differing(found: Sums, about: Mapping[str, Any]) -> list[str]:
    """Name the tables that do not hold what a backup says of itself. Sums of two versions of DuckDB may differ: then counts are compared."""
    noted: Sums = {name: (int(count), str(content)) for name, (count, content) in about["sums"].items()}
    same = about.get("duckdb") == duckdb.__version__
    return sorted(name for name in {*found, *noted} if found.get(name, ())[: 1 + same] != noted.get(name, ())[: 1 + same])


# ---------------------------------------------------------------- the scheduled ones


def backups_in(folder: Path) -> tuple[Path, ...]:
    """Return the backups that lie in a folder under the names we give, the newest first."""
    return tuple(sorted((path for path in folder.glob(_NAMES) if path.is_file()), reverse=True))


def next_name(now: datetime) -> str:
    """Name a backup after its time."""
    return f"store-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.duckdb"


def forget_backups(folder: Path, kept_count: int) -> int:
    """Delete all but the newest `kept_count` backups of a folder, and what killed ones left; return how many."""
    for leftover in folder.glob(f".{_NAMES}.*.part*"):
        leftover.unlink(missing_ok=True)
    older = backups_in(folder)[kept_count:]
    for path in older:
        path.unlink(missing_ok=True)
    return len(older)


def make_folder(folder: Path) -> None:
    """Make the folder of backups, for its owner only."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o700)
