"""Keep vectors of statements for searching, in a file beside the store: appended to, read as it lies, made anew where it is missing.

It is made of what is published and is in no backup. After a head (form, dimension, model) comes one record for each statement: its id of
16 bytes and a signed byte for each dimension. What a kill tore off at the end is written over; zeros that a loss of power left are the
id of no statement, whose vector is then made again. What a vector means only `pipeline.by_meaning` knows. (Decision 0045.)
"""

import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tidings.model import Id
from tidings.store.indexed import packed_id

FILE_NAME = "vectors.bin"
_FORM, _HEAD_SIZE = "tidings vectors 1", 512

Records = NDArray[Any]  # of the fields `id` (16 bytes) and `vector`


def records_of(vectors: Sequence[tuple[Id, bytes]], dimension: int) -> Records:
    """Lay out vectors as the file has them."""
    return np.frombuffer(b"".join(packed_id(one) + vector for one, vector in vectors), dtype=_shape(dimension))


def read_vectors(path: Path, model: str, dimension: int) -> Records:
    """Return what the file has of the model: nothing where there is none that can be read, or one of another model."""
    shape = _shape(dimension)
    try:
        with path.open("rb") as file:
            count = (os.fstat(file.fileno()).st_size - _HEAD_SIZE) // shape.itemsize
            if file.read(_HEAD_SIZE) == _head(model, dimension) and count > 0:
                return np.memmap(file, dtype=shape, mode="r", offset=_HEAD_SIZE, shape=(count,))
    except OSError:  # missing, or not ours to read: vectors are made again
        pass
    return np.empty(0, dtype=shape)


def add_vectors(path: Path, model: str, dimension: int, records: Records) -> bool:
    """Append records, in place of all of another model; return False, and do nothing, while another process writes. Raises OSError."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        head, size = _head(model, dimension), _shape(dimension).itemsize
        if file.read(_HEAD_SIZE) != head:
            os.fchmod(handle, 0o640)  # as the snapshot: whoever may read that may search
            file.truncate(0)
            file.seek(0)
            file.write(head)
        whole = max(0, os.fstat(handle).st_size - _HEAD_SIZE) // size
        file.seek(_HEAD_SIZE + whole * size)
        file.truncate()
        file.write(records.tobytes())
        file.flush()
        os.fsync(handle)
    return True


def numbers(records: Records) -> NDArray[np.int64]:
    """Return the first 60 bits of each id: by these they are held against the statements that are published."""
    first = np.ascontiguousarray(records["id"]).view(np.uint8).reshape(-1, 16)[:, :8].copy()
    return (first.view(">u8").reshape(-1) >> np.uint64(4)).astype(np.int64)


def _shape(dimension: int) -> np.dtype[Any]:
    return np.dtype([("id", "V16"), ("vector", "i1", (dimension,))])


def _head(model: str, dimension: int) -> bytes:
    return f"{_FORM}\n{dimension}\n{model}\n".encode()[:_HEAD_SIZE].ljust(_HEAD_SIZE, b"\0")
