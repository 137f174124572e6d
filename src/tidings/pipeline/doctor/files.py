"""Try what a run will open and make: each file is opened as a run opens it and left as it is; no lock is taken, nothing written.

One run as another user (`sudo tidings run`) leaves files that the next one cannot open, in a folder that it can write to.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from tidings.pipeline.doctor.finding import Finding, fault, ok
from tidings.pipeline.doctor.folder import JOBS, unwritable
from tidings.pipeline.run import ARCHIVE
from tidings.store.database import FILE_NAME

EDITIONS = "editions"  # the folder of the file channel, in the data folder
NO_FILE, NO_FOLDER = "it is no file", "it is no folder"
_OPENED = (*(f"{job}.lock" for job in JOBS), FILE_NAME, f"{FILE_NAME}.wal")


def file_findings(data: Path, *, keeps_recordings: bool) -> Iterator[Finding]:
    """Name every file and folder in the data folder that a run could not open or make."""
    bad = False
    for name in _OPENED:
        if trouble := unopenable(data / name):
            bad = True
            to_do = "move it aside" if trouble == NO_FILE else _owner(data / name)
            yield fault("files", f"no run can open it: {trouble}", to_do, str(data / name))
    if keeps_recordings and (trouble := unusable(data / ARCHIVE)):
        bad = True
        to_do = f"{_way(data / ARCHIVE)}, or set `recording.keep = false`"
        yield fault("files", f"no answer can be kept: {trouble}", to_do, str(data / ARCHIVE))
    if not bad:
        yield ok("files", "a run can open and make them all")


def channel_finding(data: Path) -> Finding:
    """Say whether the file channel can write its editions."""
    folder = data / EDITIONS
    if trouble := unusable(folder):
        return fault("file", f"no edition can be written: {trouble}", _way(folder), str(folder))
    return ok("file", "editions can be written" if folder.exists() else "not there yet; the first edition makes it", str(folder))


def unopenable(path: Path) -> str:
    """Return why an existing file cannot be opened for reading and writing; empty when it can, or is not there.

    Only opening it tells: modes say nothing of mounts, lists of rights and containers' users. What is no plain file is not opened.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return NO_FILE
        os.close(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC))
    except (FileNotFoundError, NotADirectoryError):
        return ""  # whether it can be made is asked of the data folder
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def unusable(folder: Path) -> str:
    """Return why no file can be made in a folder; empty when one can, or where the folder itself is still to be made."""
    if not os.path.lexists(folder):
        return ""  # whether it can be made is asked of the data folder
    return unwritable(folder) if folder.is_dir() else NO_FOLDER


def _way(path: Path) -> str:
    return _owner(path) if path.is_dir() else f"move {path} aside"


def _owner(path: Path) -> str:
    return f"give it to the user who runs tidings (chown), and never run it as another: now it belongs to {_user(path)}"


def _user(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return f"user {path.stat().st_uid}" if path.exists() else "nobody known"
