"""Read a file of DuckDB block by block and compare each one in use with its checksum.

Reading every row leaves out the blocks of indexes (seen on 1.5.5): DuckDB looks at them when it writes, a part at a time. So damage
there would be found by a run and not by `tidings check`. Which blocks are in use the header says: a list of free ones, and of each block
of metadata a bit for each of its 64 parts (single_file_block_manager.cpp, metadata_manager.cpp and checksum.cpp of DuckDB).
"""

import fcntl
import mmap
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tidings.errors import StoreBusy

FIRST = 12_288  # after three headers, which are no blocks
SUM_BYTES = 8  # before the content of each block
PARTS = 64
PAGE = 4_096
_VERSIONS = range(64, 69)  # of the file, in its first header: those of storage 1.0 to 1.5, whose layout is known here
_NOWHERE = 2**64 - 1
_BLOCK = (1 << 56) - 1  # of a pointer to metadata; the byte above it is the part
_RETRY_S = 0.1


@dataclass(frozen=True)
class File:
    """Hold the bytes of a file, as the header that counts describes them: that of the last checkpoint."""

    content: bytes | mmap.mmap

    @cached_property
    def header(self) -> tuple[int, ...]:
        """Return iteration, first part of the catalogue and of the free list, count of blocks, and the bytes of one; raises ValueError."""
        if self.content[SUM_BYTES : SUM_BYTES + 4] != b"DUCK" or struct.unpack_from("<Q", self.content, SUM_BYTES + 4)[0] not in _VERSIONS:
            raise ValueError
        return max(struct.unpack_from("<5Q", self.content, PAGE * number + SUM_BYTES) for number in (1, 2))

    @property
    def block_size(self) -> int:
        """Return the bytes of a block with its checksum."""
        return self.header[4]

    @property
    def block_count(self) -> int:
        """Return how many blocks there are, free ones among them."""
        return self.header[3]

    @property
    def part_size(self) -> int:
        """Return the bytes of one of the parts of a block of metadata."""
        return (self.block_size - SUM_BYTES) // PARTS // 8 * 8

    def block(self, number: int) -> bytes:
        """Return a block, its checksum before it; less where the file ends before."""
        begin = FIRST + number * self.block_size
        return self.content[begin : begin + self.block_size]

    def part(self, number: int, part: int) -> bytes:
        """Return a part of a block of metadata."""
        begin = SUM_BYTES + part * self.part_size
        return self.block(number)[begin : begin + self.part_size]

    def is_whole(self, number: int) -> bool:
        """Tell whether a block is all there and as its checksum says."""
        block = self.block(number)
        return len(block) == self.block_size and checksum(block[SUM_BYTES:]) == int.from_bytes(block[:SUM_BYTES], "little")

    @property
    def free(self) -> frozenset[int]:
        """Return the free blocks."""
        return self._lists[0]

    @property
    def metadata(self) -> dict[int, frozenset[int]]:
        """Return the blocks of metadata, and the free parts of each."""
        return self._lists[1]

    @cached_property
    def _lists(self) -> tuple[frozenset[int], dict[int, frozenset[int]]]:
        if self.header[2] == _NOWHERE:
            return frozenset(), {}
        said = self._chain(self.header[2])
        (count,), at = struct.unpack_from("<Q", said), 8
        free = frozenset(struct.unpack_from(f"<{count}q", said, at))
        at += 8 * count
        at += 8 + 12 * struct.unpack_from("<Q", said, at)[0]  # blocks that several columns share, and how many
        (count,), at = struct.unpack_from("<Q", said, at), at + 8
        pairs = [struct.unpack_from("<qQ", said, at + 16 * number) for number in range(count)]
        return free, {block: frozenset(part for part in range(PARTS) if bits >> part & 1) for block, bits in pairs}

    def _chain(self, pointer: int) -> bytes:
        """Return what a chain of parts says; each begins with a pointer to the next."""
        said, seen = [], set()
        while pointer != _NOWHERE:
            if pointer in seen:
                raise ValueError
            seen.add(pointer)
            part = self.part(pointer & _BLOCK, pointer >> 56)
            (pointer,) = struct.unpack_from("<Q", part)
            said.append(part[8:])
        return b"".join(said)


def checksum(content: bytes) -> int:
    """Return DuckDB's checksum of the content of a block, whose length is a multiple of eight."""
    import numpy as np  # noqa: PLC0415 - commands that only ask open a snapshot, and start in half the time without it

    with np.errstate(over="ignore"):
        products = np.frombuffer(content, dtype="<u8") * np.uint64(0xBF58476D1CE4E5B9)
    return 5381 ^ int(np.bitwise_xor.reduce(products))


def wrong_blocks(path: Path, wait_s: float) -> tuple[int, ...]:
    """Return the blocks in use that are not as their checksums say. What is no file of a known version is left to DuckDB to refuse.

    Raises StoreBusy when a writer still has the file after `wait_s` seconds. Nothing of this process may have it open: closing a file
    gives up all locks that a process has on it.
    """
    return _held(path, wait_s, _wrong)


def _wrong(content: mmap.mmap) -> tuple[int, ...]:
    file = File(content)
    try:
        return tuple(number for number in range(file.block_count) if number not in file.free and not file.is_whole(number))
    except (struct.error, ValueError, IndexError):
        return ()


def _held(path: Path, wait_s: float, read: Callable[[mmap.mmap], tuple[int, ...]]) -> tuple[int, ...]:
    """Read a file while no writer of DuckDB has it, which locks it in the same way."""
    deadline = time.monotonic() + wait_s
    with path.open("rb") as file:
        while True:
            try:
                fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise StoreBusy(f"{path} is in use by another process; waited {wait_s:g} s") from None
                time.sleep(_RETRY_S)
        try:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return read(content)
        except ValueError:  # an empty file
            return ()
