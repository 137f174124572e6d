"""Read sets of labelled pages: an archive (or a folder) of `pages.jsonl` with the pages that its lines name beside it."""

import io
import posixpath
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from tidings.errors import LabelledFileError

LABELS = "pages.jsonl"
_MAGIC_AT, _MAGIC = 257, b"ustar"
HEAD_BYTES = _MAGIC_AT + len(_MAGIC)


def is_archive(head: bytes) -> bool:
    """Tell whether a file whose first bytes (unzipped) these are is a tar archive (POSIX.1-1988, ustar)."""
    return head[_MAGIC_AT:HEAD_BYTES] == _MAGIC


def open_labels(path: Path) -> TextIO:
    """Open the labels of an archive as text. Raises LabelledFileError where it holds none."""
    with tarfile.open(path) as archive:
        for member in archive:
            if posixpath.basename(member.name) == LABELS and (found := archive.extractfile(member)):
                return io.StringIO(found.read().decode("utf-8-sig"))
    raise LabelledFileError(f"{path}: an archive without {LABELS}")


def read_bodies(path: Path, rows: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Give each row with the bytes of the page that its `file` names, in the order of the rows. Raises LabelledFileError."""
    try:
        if not tarfile.is_tarfile(path):
            for row in rows:
                yield row, (path.parent / row["file"]).read_bytes()
            return
        with tarfile.open(path) as archive:
            bodies = {posixpath.normpath(one.name): one for one in archive if one.isfile()}
            root = next((posixpath.dirname(name) for name in bodies if posixpath.basename(name) == LABELS), "")
            for row in rows:
                member = bodies.get(posixpath.normpath(posixpath.join(root, row["file"])))
                found = archive.extractfile(member) if member else None
                if found is None:
                    raise LabelledFileError(f"{path}: {row['file']} is not in it")
                yield row, found.read()
    except (OSError, EOFError, tarfile.TarError, zlib.error) as error:
        raise LabelledFileError(f"{path}: cannot be read: {error}") from error
