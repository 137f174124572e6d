"""Keep the files of the archive site in a folder: written whole, left alone when unchanged, removed when no longer needed.

What the site wrote stands in a list in the folder. Only paths that are on it, and have the form of ours, are ever replaced or removed.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tidings.errors import UsageError
from tidings.render.site import Page, is_path_of_ours

LIST_NAME = ".tidings-site.json"
_PART = ".tidings-site.part"

Known = Mapping[str, tuple[str, int]]  # path -> (what it was made of, size)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """Count what was done to the files of a site."""

    folder: Path
    written: int = 0
    unchanged: int = 0
    removed: int = 0


def is_current(folder: Path, content: str) -> bool:
    """Tell whether the site in the folder was made of this content, and every file of it is as it was written."""
    listed = _read(folder)
    return (
        bool(content)
        and listed.get("content") == content
        and all(_is_there(folder / path, size) for path, (_, size) in _known(listed).items())
    )


def write_pages(folder: Path, pages: Iterable[Page], version: str, content: str) -> SiteReport:
    """Bring the folder to these pages; `version` stands for how pages are made, `content` for all that they are made of.

    Killed anywhere, the next call ends in the same files. Raises UsageError when a file of that name is there that is not ours.
    """
    known = _known(_read(folder))
    wanted = {page.path: (page, _stamp(page, version)) for page in pages if is_path_of_ours(page.path)}
    _check(folder, wanted.keys() - known.keys())
    for name in sorted({".", *(str(Path(path).parent) for path in wanted)}):
        _make(folder / name)
    # Names are claimed before the first file is written, so that a killed call does not take its own files for somebody else's.
    kept = {
        path: known[path]
        for path, (_, stamp) in wanted.items()
        if path in known and known[path][0] == stamp and _is_there(folder / path, known[path][1])
    }
    _list(folder, {**dict.fromkeys((*known, *wanted), ("", 0)), **kept}, "")
    done, written = dict(kept), 0
    for path, (page, stamp) in wanted.items():
        if path not in kept:
            data = page.write().encode()
            written += _write(folder / path, data)
            done[path] = (stamp, len(data))
    removed = [path for path in known if path not in wanted]
    for path in removed:
        (folder / path).unlink(missing_ok=True)
    _list(folder, done, content)
    return SiteReport(folder, written, len(done) - written, len(removed))


def write_file(path: Path, data: bytes) -> bool:
    """Write one file as those of a site are: whole, readable by the group, untouched when it says the same; return whether it was written."""
    _make(path.parent)
    return _write(path, data)


def _stamp(page: Page, version: str) -> str:
    return hashlib.blake2b(f"{version}\n{page.material!r}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _check(folder: Path, new: Iterable[str]) -> None:
    strangers = sorted(path for path in new if os.path.lexists(folder / path))
    if strangers:
        raise UsageError(
            f"{folder} holds {strangers[0]}, which no `tidings site` is known to have written ({LIST_NAME} there lists what it wrote):"
            " name another folder, or remove that file"
        )


def _make(folder: Path) -> None:
    if folder.is_symlink():
        raise UsageError(f"{folder} is a link to elsewhere: the site is written into folders of its own")
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o750)


def _is_there(path: Path, size: int) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return found.st_size == size and not path.is_symlink()


def _write(path: Path, data: bytes) -> bool:
    """Write to another name and rename: a reader sees the old file or the new one. The list's sizes find what a power cut took."""
    if _is_there(path, len(data)) and path.read_bytes() == data:
        return False
    part = path.with_name(_PART)
    part.unlink(missing_ok=True)
    with part.open("xb") as file:
        file.write(data)
    part.chmod(0o640)
    part.replace(path)
    return True


def _read(folder: Path) -> Mapping[str, object]:
    try:
        listed = json.loads((folder / LIST_NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return listed if isinstance(listed, dict) else {}


def _known(listed: Mapping[str, object]) -> Known:
    """Return the files on the list; what has not the form of ours is not looked at."""
    files = listed.get("files")
    found: dict[str, tuple[str, int]] = {}
    for path, entry in files.items() if isinstance(files, dict) else ():
        if (
            is_path_of_ours(path)
            and isinstance(entry, list)
            and len(entry) == 2
            and isinstance(entry[0], str)
            and isinstance(entry[1], int)
        ):
            found[path] = (entry[0], entry[1])
    return found


def _list(folder: Path, files: Known, content: str) -> None:
    text = json.dumps({"content": content, "files": {path: list(files[path]) for path in sorted(files)}}, indent=0)
    _write(folder / LIST_NAME, text.encode())
