"""Keep room on the disk: what is refused in time leaves nothing half-written."""

from pathlib import Path

from tidings.config import Settings
from tidings.errors import StoreFull
from tidings.store.files import free_bytes, megabytes

MB = 1_000_000
NO_ROOM = "no room"  # how the note of a run begins that did not read for want of room; editions look for it (store.coverage)


def room_trouble(settings: Settings) -> str:
    """Say that less is free than `store.free_mb_min`; empty where there is room."""
    free, least = free_bytes(settings.data), settings.store.free_mb_min * MB
    if free >= least:
        return ""
    return (
        f"{NO_ROOM}: {megabytes(free)} are free on the disk of {settings.data}, less than the {megabytes(least)} that store.free_mb_min wants. "
        "Nothing is read from the feeds until there is room; `tidings size` says what takes it"
    )


def ensure_room(settings: Settings, count: int, what: str, at: Path | None = None) -> None:
    """Raise StoreFull where writing `count` bytes would leave less free than `store.free_mb_min`."""
    place = at or settings.data
    free, least = free_bytes(place), settings.store.free_mb_min * MB
    if free - count < least:
        raise StoreFull(
            f"no room for {what}: it takes {megabytes(count)}, {megabytes(free)} are free on the disk of {place}, and store.free_mb_min leaves "
            f"{megabytes(least)} free. Make room, or lower that"
        )
