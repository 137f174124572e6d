"""Look at the data folder: what it lies on, who may read it, who is at work in it, and whether the store and the snapshot open."""

import fcntl
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tidings.errors import StoreBusy, StoreDamaged, StoreError
from tidings.pipeline.doctor.finding import Finding, fault, ok, warning
from tidings.pipeline.run import ARCHIVE
from tidings.store.database import FILE_NAME
from tidings.store.head import SNAPSHOT_NAME
from tidings.store.query import count_rows
from tidings.store.standing import Standing, published_standing, stored_standing

FREE_BYTES_MIN = 200_000_000
STORE_WAIT_S_MAX = 5.0
JOBS = ("ingest", "deliver")  # the names of the locks
_SHARED = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.sshfs", "fuse.glusterfs", "virtiofs"}
_FLEETING = {"tmpfs", "ramfs"}
_ARCHIVE_FILES_MAX = 200_000
_OCTAL = re.compile(r"\\([0-7]{3})")  # how the table of mounts writes spaces
_OPEN = stat.S_IROTH | stat.S_IWOTH


def folder_findings(data: Path, mounts: str | None = None) -> Iterator[Finding]:
    """Say whether the data folder can be used. `mounts` replaces the system's table of mounts."""
    if not data.exists():
        parent = existing(data)
        if not parent.is_dir():
            yield fault("data folder", f"cannot be made: {parent} is a file", f"move {parent} aside, or change `store.data`", str(data))
        elif trouble := unwritable(parent):
            yield fault(
                "data folder", f"cannot be made: {parent}: {trouble}", f"let this user write to {parent}, or change `store.data`", str(data)
            )
        else:
            yield ok("data folder", "not there yet; the first run makes it", str(data))
    elif not data.is_dir():
        yield fault("data folder", "is a file", "move it aside, or change `store.data`", str(data))
        return
    elif trouble := unwritable(data):
        yield fault(
            "data folder",
            f"cannot be written to: {trouble}",
            "let this user write to it (owner, mode, mount), or change `store.data`",
            str(data),
        )
    else:
        yield _readers(data)
    yield _file_system(existing(data), _read(Path("/proc/self/mountinfo")) if mounts is None else mounts)


def existing(path: Path) -> Path:
    """Return the path, or the nearest folder above it that is there."""
    return next((one for one in (path, *path.parents) if os.path.lexists(one)), path)


def unwritable(folder: Path) -> str:
    """Return why no file can be made and locked in a folder; empty when one can. The file has no name, and is gone at once."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _readers(data: Path) -> Finding:
    """Say whether others than this user and its group can read what is kept: what is watched, and by whom, is secret."""
    files = [data / name for name in (FILE_NAME, f"{FILE_NAME}.wal", SNAPSHOT_NAME)]
    shown = [path.name for path in files if path.exists() and path.stat().st_mode & _OPEN]
    if shown and data.stat().st_mode & stat.S_IXOTH:
        return fault(
            "data folder", f"any user of this machine can read {', '.join(shown)}", f"chmod o-rwx {data} {data}/*.duckdb", str(data)
        )
    if shown or data.stat().st_mode & _OPEN:
        return warning("data folder", "writable; others may look into it", f"chmod o-rwx {data}", str(data))
    return ok("data folder", "writable, locks work, closed to others", str(data))


def _file_system(path: Path, mounts: str) -> Finding:
    kind = file_system(path, mounts)
    if kind in _SHARED:
        said, to_do = f"{kind}: shared with other machines", "put `store.data` on a disk of this machine: locks and the store rely on it"
        return warning("file system", said, to_do)
    if kind in _FLEETING:
        return warning("file system", f"{kind}: in memory, gone at the next start", "put `store.data` on a disk")
    return ok("file system", f"{kind}, of this machine" if kind else "not known on this system")


def file_system(path: Path, mounts: str) -> str:
    """Name the file system that a path lies on, by a table as in /proc/self/mountinfo; empty when that does not say."""
    path, found = path.resolve(), (-1, "")
    for line in mounts.splitlines():
        head, _, tail = line.partition(" - ")
        fields = head.split()
        point = Path(_OCTAL.sub(lambda found: chr(int(found[1], 8)), fields[4])) if len(fields) > 4 else None
        if point and tail and path.is_relative_to(point) and len(point.parts) >= found[0]:  # of two at one place the later is seen
            found = (len(point.parts), tail.split()[0])
    return found[1]


def lock_findings(data: Path, locks: str | None = None) -> Iterator[Finding]:
    """Say who is at work. Asks the kernel's table, not for the lock itself: a run that began right then would find it taken."""
    table = _read(Path("/proc/locks")) if locks is None else locks
    if not table and not Path("/proc/locks").exists():
        yield ok("locks", "who is at work cannot be told on this system")
        return
    held = {job: holder for job in JOBS if (holder := lock_holder(data / f"{job}.lock", table))}
    if not held:
        yield ok("locks", "no ingest and no delivery is at work")
    for job, holder in held.items():
        yield ok("locks", f"held by process {holder}, which is at work", job)


def lock_holder(path: Path, table: str) -> str:
    """Return the process that holds a file's flock, by a table as in /proc/locks; empty when nobody does."""
    try:
        about = path.stat()
    except OSError:
        return ""
    device = f"{os.major(about.st_dev):02x}:{os.minor(about.st_dev):02x}"
    rows = [fields for line in table.splitlines() if len(fields := line.split()) > 5 and fields[1] == "FLOCK"]
    same = [row for row in rows if row[5].rpartition(":")[2] == str(about.st_ino)]
    exact = [row for row in same if row[5].rpartition(":")[0] == device]  # btrfs and overlays name another device here than to stat
    return next((row[4] for row in exact or same), "")


def store_findings(data: Path, wait_s: float) -> tuple[list[Finding], Standing | None]:
    """Open the store and the snapshot; return what was found, and how the store stands (by the snapshot where it does not open)."""
    findings: list[Finding] = []
    standing: Standing | None = None
    try:
        standing, version = stored_standing(data, min(wait_s, STORE_WAIT_S_MAX))
        findings.append(ok("store", f"opens, {_size((data / FILE_NAME).stat().st_size)}, version {version} of its tables"))
    except StoreBusy as error:
        findings.append(_busy(data, str(error)))
    except StoreError as error:
        findings.append(_closed(data, error))
    if not (data / SNAPSHOT_NAME).exists():
        findings.append(ok("snapshot", "not there yet; the first run publishes it"))
        return findings, standing
    try:
        count = count_rows(data)
        published = datetime.fromtimestamp((data / SNAPSHOT_NAME).stat().st_mtime, UTC)
        size = _size((data / SNAPSHOT_NAME).stat().st_size)
        findings.append(ok("snapshot", f"can be read to its end, {count} rows, {size}, published {published:%Y-%m-%d %H:%M} UTC"))
        standing = standing or published_standing(data)
    except Exception as error:  # noqa: BLE001 - however a damaged file shows
        said = str(error).partition(". Delete it")[0][:300]
        closed = "Permission denied" in said
        findings.append(fault("snapshot", said, "let this user read it" if closed else "delete it: the next run publishes it anew"))
    return findings, standing


def _busy(data: Path, said: str) -> Finding:
    if any(lock_holder(data / f"{job}.lock", _read(Path("/proc/locks"))) for job in JOBS):
        return ok("store", f"{said}: a run is at work")
    return fault("store", said, "end that program: whoever asks questions opens the snapshot, tidings.duckdb, and not the store")


def _closed(data: Path, error: StoreError) -> Finding:
    """Say why the store does not open; what our errors know to do about it comes first."""
    if not (data / FILE_NAME).exists():
        return ok("store", "not there yet; the first run makes it")
    found, _, way = str(error).partition(". The way back: ")
    if isinstance(error, StoreDamaged):
        return fault("store", found, way or "use the newer program, or restore a backup")
    if "older version" in found:
        return warning("store", "of an older version", "nothing: the next run brings it up to date")
    return fault("store", found, f"let this user read and write {data / FILE_NAME}, and see its disk")


def disk_findings(data: Path, free_bytes: int | None = None) -> Iterator[Finding]:
    """Say whether there is room. Publishing writes a whole new snapshot beside the old one. `free_bytes` replaces what the disk says."""
    free = shutil.disk_usage(existing(data)).free if free_bytes is None else free_bytes
    snapshot = data / SNAPSHOT_NAME
    snapshot_bytes = snapshot.stat().st_size if snapshot.exists() else 0
    archive_bytes = sum(_sizes(data / ARCHIVE))
    said = f"{_size(free)} free; the archive takes {_size(archive_bytes)}, the snapshot {_size(snapshot_bytes)}"
    least = max(FREE_BYTES_MIN, 2 * snapshot_bytes)
    if free < least:
        yield fault("disk", said, f"make room: at least {_size(least)} are needed to publish the next snapshot")
    elif free < 2 * least:
        yield warning("disk", said, f"make room soon: below {_size(least)} it is a fault")
    else:
        yield ok("disk", said)


def _sizes(folder: Path) -> Iterator[int]:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > _ARCHIVE_FILES_MAX:
                return
            yield os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118 - hundreds of thousands


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB" if count >= 1e5 else f"{count / 1e3:.0f} kB"


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
