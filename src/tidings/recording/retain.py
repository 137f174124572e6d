"""Keep the archive bounded by age and size, and finish the files of killed runs.

Whoever writes a file holds a lock of the kernel on it (flock, which ends with its process): a file at work is left alone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tidings.recording import form
from tidings.recording.records import CUT, WarcFile, holds_record
from tidings.recording.write import finished, is_there


def forget_recordings(folder: Path, before: datetime | None, bytes_max: int) -> int:
    """Delete the files of runs before `before`, and the oldest beyond `bytes_max` together; return how many.

    Each file stands for itself: none refers to another, so any of them can go. Files that are not named by us stay.
    """
    newest_first = sorted(((moment, path) for path in _files(folder) if (moment := form.time_in(path.name))), reverse=True)
    kept_bytes = count = 0
    for moment, path in newest_first:
        with suppress(OSError):
            kept_bytes += path.stat().st_size
            if (before and moment < before) or kept_bytes > bytes_max:
                with _alone(path) as alone:
                    if alone:
                        path.unlink()
                        count += 1
    return count


def settle(folder: Path) -> int:
    """Give the files of killed runs their names, without half a record at the end; return how many.

    Nothing is cut but what a kill leaves: a file that is damaged in the middle keeps every byte, and so does one that cannot be read.
    """
    count = 0
    for path in _files(folder):
        if path.name.endswith(form.UNFINISHED) and form.time_in(path.name):
            with suppress(OSError), _alone(path) as alone:
                if alone:
                    _settle(path)
                    count += 1
    return count


def _settle(path: Path) -> None:
    file = WarcFile(path)
    for _record in file:
        pass
    is_cut = file.note.startswith(CUT) and not holds_record(path, file.whole_bytes)
    if not path.stat().st_size or (is_cut and not file.whole_bytes):
        path.unlink()
        return
    if is_cut:
        os.truncate(path, file.whole_bytes)
    path.rename(finished(path))


@contextmanager
def _alone(path: Path) -> Iterator[bool]:
    """Hold the lock of a file; yield False when its writer is at work, or when it has gone meanwhile."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield is_there(path, file.fileno())


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
