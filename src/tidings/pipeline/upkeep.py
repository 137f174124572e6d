"""Keep the data folder bounded, and prove that what analysts open can be read."""

import json
import uuid
from datetime import datetime, timedelta
from pathlib import Path

from tidings.config import Settings
from tidings.errors import StoreAhead, StoreBusy, StoreDamaged, UsageError
from tidings.pipeline.backup import backup_by_schedule
from tidings.pipeline.by_meaning import make_vectors
from tidings.pipeline.clock import clock_trouble
from tidings.pipeline.lock import holder
from tidings.pipeline.publish import republish
from tidings.pipeline.room import MB
from tidings.pipeline.run import ARCHIVE
from tidings.pipeline.wait import hold_within
from tidings.recording.retain import forget_recordings
from tidings.store import runs
from tidings.store.database import Connection, open_store
from tidings.store.publish import publish
from tidings.store.query import count_rows
from tidings.store.restore import forget_unfinished
from tidings.store.swap import compact
from tidings.store.upkeep import Retention, tidy

EVERY = timedelta(days=1)
AGED_MAX = timedelta(days=7)  # from one upkeep to the next nothing ages by more; after a long sleep some upkeeps forget what one would have
STALLED_BYTES_MAX = 200_000_000  # of bodies kept because a jailed child did not survive them; the newest stay


def upkeep(settings: Settings, now: datetime, *, wait_s: float | None = None) -> dict[str, int]:
    """Forget what retention says, publish what can be read back, and read the snapshot through; return what was done, as counts.

    Waits `wait_s` seconds (`store.wait_s` where left out) for an ingest that is at work; raises StoreBusy when it is still there.
    """
    wait_s = settings.store.wait_s if wait_s is None else wait_s
    with hold_within(settings.data, "ingest", wait_s) as alone:
        if not alone:
            raise StoreBusy(
                f"an ingest is at work on {settings.data} ({holder(settings.data, 'ingest')}); waited {wait_s:g} s, and the upkeep was not done"
            )
        return _upkeep(settings, now)


def upkeep_if_due(settings: Settings, now: datetime) -> dict[str, int]:
    """Do the upkeep when the last was a day ago or more; for those who have no schedule but `tidings run`. Return {} when none is due."""
    with open_store(settings.data, settings.store.wait_s) as connection:
        since = runs.last_end(connection, "upkeep") or runs.first_start(connection)
    return upkeep(settings, now) if since is not None and abs(now - since) >= EVERY else {}  # since may lie ahead: a clock was wrong


def _upkeep(settings: Settings, now: datetime) -> dict[str, int]:
    run_id = uuid.uuid4().hex
    retention = Retention(**settings.retention.model_dump())
    with open_store(settings.data, settings.store.wait_s) as connection:
        if trouble := clock_trouble(connection, now):
            raise StoreAhead(trouble)
        old_by = _old_by(connection, now)
        runs.begin(connection, run_id, "upkeep", now)
        counts = tidy(connection, old_by, retention)
    before = old_by - timedelta(days=retention.page_days)
    counts["stalled"] = forget_stalled(settings.data / ARCHIVE / "stalled", before)
    counts["recordings"] = forget_recordings(settings.data / ARCHIVE, before, settings.recording.bytes_max)
    forget_unfinished(settings.data)
    counts["bytes_won"] = compact(settings.data, settings.store.wait_s, free_bytes_min=settings.store.free_mb_min * MB)
    with open_store(settings.data, settings.store.wait_s) as connection:
        runs.end(connection, run_id, now, "done", json.dumps(counts))
        publish(connection, settings.data, checked=True)  # a snapshot that is good is replaced only by one that is
    return counts | verify(settings) | backup_by_schedule(settings, now) | make_vectors(settings)


def _old_by(connection: Connection, now: datetime) -> datetime:
    """Return the time by which things are old: hardly after the last upkeep, so that one run by a clock that is years ahead forgets little."""
    last = runs.last_end(connection, "upkeep")
    return min(now, last + AGED_MAX) if last else now


def forget_stalled(folder: Path, before: datetime, bytes_max: int = STALLED_BYTES_MAX) -> int:
    """Delete kept bodies that are older than `before`, or beyond `bytes_max` together, oldest first; return how many."""
    newest_first = sorted(((path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.bin")), reverse=True)
    kept_bytes = count = 0
    for modified, size, path in newest_first:
        kept_bytes += size
        if modified < before.timestamp() or kept_bytes > bytes_max:
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink()
            count += 1
    return count


def verify(settings: Settings) -> dict[str, int]:
    """Read the snapshot through; one that is damaged is written anew. Return its rows, and whether it was."""
    try:
        return {"snapshot_rows": count_rows(settings.data), "snapshot_repaired": 0}
    except (StoreDamaged, UsageError):  # it does not open, or cannot be read to its end
        republish(settings, repair=True)
        return {"snapshot_rows": count_rows(settings.data), "snapshot_repaired": 1}
