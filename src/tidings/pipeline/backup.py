"""Make backups, and put one back, while no run is at work."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from tidings.config import Settings
from tidings.errors import StoreBusy
from tidings.pipeline import answered
from tidings.pipeline.publish import republish
from tidings.pipeline.room import ensure_room
from tidings.pipeline.wait import hold_within
from tidings.store import backup as files
from tidings.store import index_file, neighbours
from tidings.store.backup import Backup
from tidings.store.files import FILE_NAME, log_of, size_of
from tidings.store.restore import Restored
from tidings.store.restore import restore as put_back


def backup_folder(settings: Settings) -> Path:
    """Return where the scheduled backups are kept."""
    named = settings.store.backup_folder
    return (settings.folder.parent / named).absolute() if named else settings.data / files.FOLDER


def make_backup(settings: Settings, now: datetime, file: Path | None = None) -> Backup:
    """Back the store up to `file`, or under a name of its own into the folder of backups. Raises StoreError and UsageError.

    What was answered last is in it too (pipeline.answered). The index of neighbours is not: it is made of the store.
    """
    if file is None:
        folder = backup_folder(settings)
        files.make_folder(folder)
        file = folder / files.next_name(now)
    store = settings.data / FILE_NAME
    ensure_room(settings, size_of(store) + size_of(log_of(store)), "a backup", at=file.absolute().parent)
    return files.back_up(settings.data, file, settings.store.wait_s, now, answered.read(settings.data))


def backup_by_schedule(settings: Settings, now: datetime) -> dict[str, int]:
    """Make the backup of the day and forget older ones than `store.backups` wants; return counts, {} where none are wanted."""
    if not settings.store.backups:
        return {}
    made = make_backup(settings, now)
    return {"backup_rows": made.row_count, "backups_forgotten": files.forget_backups(backup_folder(settings), settings.store.backups)}


def restore(settings: Settings, file: Path, now: datetime, *, replaces: bool = False, nothing_since: bool = False) -> Restored:
    """Put a backup in the place of the store and publish it; see `store.restore`. Raises StoreBusy while a run is at work."""
    with _alone(settings):
        done = put_back(settings.data, file, settings.store.wait_s, now, replaces=replaces, nothing_since=nothing_since)
        if done.known_from in {"said", "nothing"} and done.answered:
            answered.write(settings.data, done.answered)
        index_file.drop(settings.data / neighbours.FILE_NAME)  # of another store: it is made anew
        republish(settings, repair=True)
        return done


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    wait_s = settings.store.wait_s
    with hold_within(settings.data, "ingest", wait_s) as no_ingest, hold_within(settings.data, "deliver", wait_s) as no_delivery:
        if not (no_ingest and no_delivery):
            raise StoreBusy(f"a run is at work on {settings.data}; waited {wait_s:g} s. Stop the schedule first")
        yield
