"""Keep the archive bounded by age and size, and finish the files of killed runs."""

import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tidings.recording import form
from tidings.recording.records import WarcFile
from tidings.recording.write import finished


def forget_recordings(folder: Path, before: datetime, bytes_max: int) -> int:
    """Delete the files of runs before `before`, and the oldest beyond `bytes_max` together; return how many.

    Each file stands for itself: none refers to another, so any of them can go. Files that are not named by us stay.
    """
    newest_first = sorted(((moment, path) for path in _files(folder) if (moment := form.time_in(path.name))), reverse=True)
    kept_bytes = count = 0
    for moment, path in newest_first:
        with suppress(OSError):
            kept_bytes += path.stat().st_size
            if moment < before or kept_bytes > bytes_max:
                path.unlink()
                count += 1
    return count


def settle(folder: Path) -> int:
    """Give the files of killed runs their names, cut where the last whole record ends; return how many. No run may be at work."""
    count = 0
    for path in _files(folder):
        if path.name.endswith(form.UNFINISHED) and form.time_in(path.name):
            with suppress(OSError):
                file = WarcFile(path)
                for _record in file:
                    pass
                os.truncate(path, file.whole_bytes)
                path.rename(finished(path)) if file.whole_bytes else path.unlink()
                count += 1
    return count


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_file())
    except OSError:
        return []
