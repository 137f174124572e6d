"""Look at all that is kept in the data folder: what of it is damaged, what takes how much room, and how long the disk lasts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tidings.config import Settings
from tidings.errors import StoreBusy, StoreError, UsageError
from tidings.pipeline.backup import backup_folder
from tidings.pipeline.room import MB
from tidings.pipeline.run import ARCHIVE
from tidings.store import neighbours
from tidings.store.backup import backups_in, verify
from tidings.store.database import FILE_NAME, way_back
from tidings.store.files import free_bytes, log_of, size_of
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.query import count_rows
from tidings.store.size import StoreSize, files_size, store_size
from tidings.store.soundness import read_store


@dataclass(frozen=True, slots=True)
class Checked:
    """Say what was read, and what is wrong with it; empty where nothing is."""

    path: Path
    what: str
    trouble: tuple[str, ...] = ()
    way: str = ""


def check_all(settings: Settings) -> tuple[Checked, ...]:
    """Read everything through; changes nothing. Raises StoreBusy while another process holds the store."""
    found = [_store(settings)]
    if (settings.data / SNAPSHOT_NAME).exists():
        found.append(_published(settings))
    found += [_backup(path) for path in backups_in(backup_folder(settings))]
    return tuple(found)


def _store(settings: Settings) -> Checked:
    path = settings.data / FILE_NAME
    try:
        read = read_store(settings.data, settings.store.wait_s)
    except StoreBusy:
        raise
    except StoreError as error:
        said, _, way = str(error).partition(". The way back: ")
        return Checked(path, "cannot be read to its end", (said,), way)
    wrong = tuple(
        f"{one.table}: {one.what}: {one.row_count} row{'' if one.row_count == 1 else 's'}{f', such as {one.example}' if one.example else ''}"
        for one in read.wrong
    )
    return Checked(path, f"{read.row_count:,} rows read", wrong, way_back(path) if wrong else "")


def _published(settings: Settings) -> Checked:
    path = settings.data / SNAPSHOT_NAME
    try:
        return Checked(path, f"{count_rows(settings.data):,} rows read")
    except (StoreError, UsageError) as error:
        way = "nothing: the next upkeep makes it anew; `tidings upkeep` does now"
        return Checked(path, "cannot be read to its end", (str(error).partition(". Delete it")[0],), way)


def _backup(path: Path) -> Checked:
    try:
        made = verify(path)
    except StoreError as error:
        return Checked(path, "cannot be read to its end", (str(error),), "delete it, and make another: `tidings backup`")
    return Checked(path, f"{made.row_count:,} rows read, as they were on {made.made_at:%Y-%m-%d %H:%M} UTC")


# ---------------------------------------------------------------- sizes


@dataclass(frozen=True, slots=True)
class FileSize:
    """Say how much room files take that belong together."""

    what: str
    file_count: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Sizes:
    """Hold what takes room, what is free, and by how much it grows in a day."""

    store: StoreSize
    files: tuple[FileSize, ...]  # the largest first, the store among them
    free_bytes: int
    free_bytes_min: int
    bytes_per_day: float

    @property
    def days_left(self) -> float | None:
        """Return in how many days less is free than should be; None where nothing grows."""
        return max(0.0, (self.free_bytes - self.free_bytes_min) / self.bytes_per_day) if self.bytes_per_day else None


def sizes(settings: Settings) -> Sizes:
    """Measure everything in the data folder, and the backups wherever they are."""
    data, store = settings.data, store_size(settings.data, settings.store.wait_s)
    published = [path for path in data.glob("tidings*.duckdb") if path.is_file()]
    aside = [path for pattern in ("store.version-*.duckdb", f"{FILE_NAME}.before-*") for path in data.glob(pattern)]
    index = [data / f"{neighbours.FILE_NAME}{end}" for end in ("", "-wal", "-shm")]
    recordings, backups = files_size(data / ARCHIVE), backups_in(backup_folder(settings))
    files = [
        FileSize("store", 1, store.bytes + store.log_bytes),
        _together("published", published),
        _together("index of neighbours", [path for path in index if path.exists()]),
        FileSize("recordings", *recordings),
        FileSize("editions", *files_size(data / "editions")),
        _together("backups", list(backups)),
        _together("stores kept aside", aside),
    ]
    # What is made of the store grows as it does; backups are as many as are kept.
    alongside = sum(one.bytes for one in files if one.what in {"published", "index of neighbours"}) / max(1, store.bytes)
    here = not settings.store.backup_folder
    growth = store.bytes_per_day * (1 + alongside + (settings.store.backups if here else 0)) + _recordings_growth(settings, recordings[1])
    files.sort(key=lambda one: -one.bytes)
    return Sizes(store, tuple(one for one in files if one.file_count), free_bytes(data), settings.store.free_mb_min * MB, growth)


def _together(what: str, paths: list[Path]) -> FileSize:
    return FileSize(what, len(paths), sum(size_of(path) + size_of(log_of(path)) for path in paths))


def _recordings_growth(settings: Settings, total: int) -> float:
    """Return what recordings grow by in a day; nothing once they are as old or as many as are kept."""
    times = [path.stat().st_mtime for path in (settings.data / ARCHIVE).glob("*.warc*") if path.is_file()]
    if not times:
        return 0.0
    days = max(1.0, (datetime.now(UTC).timestamp() - min(times)) / 86_400)
    full = days >= settings.retention.page_days or total >= settings.recording.bytes_max * 0.9
    return 0.0 if full else total / days
