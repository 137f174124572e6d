"""Measure the memory of a soak's process: all of it, what C code and Python hold, what lies free between, what bounded caches remember."""

import ctypes
import functools
import gc
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class _Malloc(ctypes.Structure):
    """Hold what `mallinfo2` of the C library says, in bytes: what C code, DuckDB above all, holds, and what is free between that."""

    _fields_ = (
        *((name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", "mapped", "usmblks", "fsmblks")),
        *((name, ctypes.c_size_t) for name in ("in_use", "free", "keepcost")),
    )


def memory_now() -> dict[str, float]:
    """Return the memory of this process once what is free has been given back, and Python's objects; of it entries of the program's caches.

    `live_mb` is what Python's small objects take (up to 512 bytes each; larger ones are C code's), `arenas_mb` what is kept for them: an arena
    goes back only when it is empty, so one object that stays holds a megabyte that a fuller day asked for.
    """
    gc.collect()
    library = ctypes.CDLL(None)
    library.malloc_trim(0)  # what is free and only not given back is no growth
    library.mallinfo2.restype = _Malloc
    malloc = library.mallinfo2()
    memory = int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "memory_mb": memory / 1e6,
        "c_mb": (malloc.in_use + malloc.mapped) / 1e6,
        "torn_mb": malloc.free / 1e6,
        **_of_python(),
        "objects": len(gc.get_objects()),
        "cached": sum(len(one) if isinstance(one, dict) else one.cache_info().currsize for one in _caches()),
    }


def _of_python() -> dict[str, float]:
    """Read what the allocator of Python's objects says of itself, which it says to the stream for errors only."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            sys._debugmallocstats()  # noqa: SLF001 - there is no other way to ask
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        text = said.read().decode("ascii", "replace")
    live, kept_for_them = (
        int(found[1].replace(",", "")) if (found := re.search(rf"{words} *= *([\d,]+)", text)) else 0
        for words in ("bytes in allocated blocks", r"arenas \* \d+ bytes/arena")
    )
    return {"live_mb": live / 1e6, "arenas_mb": kept_for_them / 1e6}


def empty_caches() -> None:
    """Make the program forget what it remembers of words, sentences and texts. Each cache is bounded, by more than months fill."""
    for cache in list(_caches()):
        cache.clear() if isinstance(cache, dict) else cache.cache_clear()


def _caches() -> Iterator[Any]:
    """Yield the program's caches: its functions that remember, and its dictionaries that fill themselves."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):  # noqa: SLF001 - the type has no other name
            if one.__module__.startswith("tidings.") and one.cache_info().maxsize is not None:
                yield one
        elif isinstance(one, dict) and type(one).__module__.startswith("tidings.") and hasattr(type(one), "__missing__"):
            yield one
