"""Put a backup in the place of the store, and take over what was told and marked since, so that nobody is told or has to say it twice.

What was told and marked is known from the store that goes, where it can be read, else from what was last published. Where neither is there
(a new machine) nobody knows what was sent since: what waits in the outbox is held for a person, and the next editions say so.
"""

import json
import shutil
import uuid
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import StoreBusy, StoreDamaged, UsageError
from tidings.store.backup import differing, facts_in
from tidings.store.blocks import wrong_blocks
from tidings.store.copies import sums, write_copy
from tidings.store.database import FILE_NAME, attach, connect, make_folder, shut_in
from tidings.store.files import drop, log_of, need_room, size_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.marks import take_over_marks
from tidings.store.migrate import prepare
from tidings.store.rows import insert_rows, rows, transaction
from tidings.store.swap import UNFINISHED, swap
from tidings.store.told_since import hold_open, take_over

PART = f"{FILE_NAME}.restoring"  # what a restore that was killed leaves
_ANEW = ".anew"
_AFTER = "take an older backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """Say what was put in place: when it was made (None: a plain copy, which does not say), and what was taken over."""

    made_at: datetime | None
    row_count: int
    aside: Path | None  # where the store is that was there
    known_from: str  # store | published | said | nothing: how it is known what was told since
    edition_count: int = 0  # editions taken over, so that nothing in them is told again
    mark_count: int = 0  # marks taken over, made or taken back since
    held_count: int = 0  # messages held, as they may have been sent since
    lost: tuple[str, ...] = ()  # editions of which nobody knows whether they arrived, and whose messages are gone
    unread: tuple[str, ...] = ()  # what is there and could not be read, and why: it is not known what they knew
    answered: str = ""


def restore(folder: Path, file: Path, wait_s: float, now: datetime, *, replaces: bool = False, nothing_since: bool = False) -> Restored:
    """Put the backup `file` in the place of the store; it is read through before. Raises UsageError, StoreDamaged, StoreBusy, StoreFull.

    With `replaces` a store that is there is moved aside, else it is refused; `nothing_since`: the user says that nothing was sent since
    the backup was made. Also takes a plain copy of a store, with its log beside it. The caller keeps runs away.
    """
    folder, file = folder.absolute(), file.absolute()
    path, part = folder / FILE_NAME, folder / PART
    _refuse(path, file, replaces=replaces)
    make_folder(folder)
    need_room(folder, 2 * (size_of(file) + size_of(log_of(file))), f"putting {file} in place")
    drop(part)
    try:
        _fetch(file, part)
        _write_anew(part)
        done = _make_ready(folder, part, file, now, nothing_since=nothing_since)
        aside = path.with_name(f"{FILE_NAME}.before-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}") if path.exists() else None
        if aside and aside.exists():
            raise UsageError(f"{aside} is there already: move it away first")
        swap(part, path, aside, wait_s)
    finally:
        drop(part)
    return replace(done, aside=aside)


def forget_unfinished(folder: Path) -> None:
    """Remove what a restore or a compacting that was killed left. The caller keeps others of them away."""
    for name in (PART, f"{PART}{_ANEW}", UNFINISHED):
        drop(folder / name)


def _refuse(path: Path, file: Path, *, replaces: bool) -> None:
    if not file.is_file():
        raise UsageError(f"there is no file {file}")
    if path.exists() and file.samefile(path):
        raise UsageError(f"{file} is the store itself: move it to another name first")
    if path.exists() and not replaces:
        raise UsageError(f"there is a store in {path.parent}: with --replace it is moved aside, and {file.name} takes its place")


def _fetch(file: Path, part: Path) -> None:
    for source, target in ((file, part), (log_of(file), log_of(part))):
        if source.exists():
            target.touch(mode=0o600)
            shutil.copyfile(source, target)
            target.chmod(0o600)


def _write_anew(part: Path) -> None:
    """Where blocks are damaged that rows are not read from, make a copy of the rows: indexes are made anew. Rows are proved afterwards."""
    if not wrong_blocks(part, 0):
        return
    anew = part.with_name(f"{part.name}{_ANEW}")
    drop(anew)
    try:
        with (
            closing(connect(part.with_name(".spill"))) as connection,
            suppress(duckdb.Error),
        ):  # damaged in rows, too: that is said when they are proved
            shut_in(connection, part.parent)
            attach(connection, part, "damaged", 0, read_only=True)
            connection.execute("USE damaged")
            write_copy(connection, anew)
            connection.execute("USE memory")
            connection.execute("DETACH damaged")
            drop(part)
            anew.replace(part)
    finally:
        drop(anew)


def _make_ready(folder: Path, part: Path, file: Path, now: datetime, *, nothing_since: bool) -> Restored:
    """Prove the copy, bring it up to this program's version and take over what was told since."""
    connection = connect(folder / ".spill")
    try:
        shut_in(connection, folder)
        try:
            attach(connection, part, "store", 0)
            connection.execute("USE store")
            about = facts_in(connection, "store") or {}
            count = _prove(connection, file, about)
            connection.execute("DROP SCHEMA IF EXISTS about_backup CASCADE")
            prepare(connection)
        except duckdb.Error as error:
            raise StoreDamaged(f"{file} cannot be read: {str(error).splitlines()[0]}. It was not put in place: {_AFTER}") from error
        made_at = datetime.fromisoformat(about["made_at"]) if about else None
        done = Restored(made_at, count, None, "said" if nothing_since else "nothing", answered=str(about.get("answered", "")))
        done = _settle(connection, folder, done, now)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()
    return done


def _prove(connection: duckdb.DuckDBPyConnection, file: Path, about: Mapping[str, Any]) -> int:
    """Read all of it, and compare it with what it held when it was made; return its rows."""
    if not rows(
        connection,
        "SELECT 1 AS one FROM duckdb_tables() WHERE schema_name = 'core' AND table_name = 'migrations' AND database_name = 'store'",
    ):
        raise StoreDamaged(f"{file} is a DuckDB file, and no store of ours. It was not put in place")
    found = sums(connection, "store")
    if about and (wrong := differing(found, about)):
        raise StoreDamaged(f"{file} does not hold what was written into it: {', '.join(wrong)} differ. It was not put in place: {_AFTER}")
    return sum(count for count, _ in found.values())


def _settle(connection: duckdb.DuckDBPyConnection, folder: Path, done: Restored, now: datetime) -> Restored:
    """Take over what was told since from the first that can be read of the store that goes and what was published."""
    for name, kind in ((FILE_NAME, "store"), (SNAPSHOT_NAME, "published")):
        if not (folder / name).exists():
            continue
        try:
            attach(connection, folder / name, "later", 0, read_only=True)
        except StoreBusy:
            raise
        except duckdb.Error as error:  # damaged: the next best
            done = _unread(done, name, error)
            continue
        try:
            with transaction(connection):
                edition_count, lost = take_over(connection, "later")
                known = replace(
                    done, known_from=kind, edition_count=edition_count, mark_count=take_over_marks(connection, "later"), lost=lost
                )
                _note(connection, known, now)
            return known  # noqa: TRY300 - the next one is tried where this one fails
        except duckdb.Error as error:  # damaged further in
            done = _unread(done, name, error)
            continue
        finally:
            connection.execute("DETACH later")
    with transaction(connection):
        if done.known_from != "said":
            done = replace(done, held_count=hold_open(connection, done.made_at))
        _note(connection, done, now)
    return done


def _unread(done: Restored, name: str, error: duckdb.Error) -> Restored:
    return replace(done, unread=(*done.unread, f"{name} could not be read: {str(error).splitlines()[0]}"))


def _note(connection: duckdb.DuckDBPyConnection, done: Restored, now: datetime) -> None:
    """Leave a trace among the runs: from it the next editions know what to say. What is published is of another life of the store."""
    connection.execute("DELETE FROM core.publications")
    report = {
        "backup_of": done.made_at.isoformat() if done.made_at else "",
        "known_from": done.known_from,
        "editions": done.edition_count,
        "marks": done.mark_count,
        "held": done.held_count,
        "notes": [*done.unread, *done.lost],
    }
    insert_rows(
        connection,
        "core.runs",
        ("id", "flow", "started_at", "ended_at", "outcome", "report"),
        [(uuid.uuid4().hex, "restore", now, now, "done", json.dumps(report))],
    )
