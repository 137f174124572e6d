"""Measure the memory of a soak's process: all of it, what C code holds, what lies free between, what bounded caches remember."""

import ctypes
import functools
import gc
import os
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
    """Return the memory of this process once what is free has been given back, and Python's objects; of it entries of the program's caches."""
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
        "objects": len(gc.get_objects()),
        "cached": sum(len(one) if isinstance(one, dict) else one.cache_info().currsize for one in _caches()),
    }


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
