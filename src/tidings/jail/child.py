"""Hold what runs inside a jailed child: shutting the doors once, then one task after another.

What this stops: code that loops, eats memory, writes, calls out or starts programs because hostile bytes led
a parser there. What it does not stop: machine code injected through a hole in a C library. The audit hook is
a fence for Python code, not a sandbox; run the program under its own user.
"""

import ctypes
import importlib
import logging
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

EXIT_MEMORY = 77  # our own exit code: a child that met MemoryError is not used again
_PR_SET_PDEATHSIG = 1
_FILES_MAX = 64
_KEPT_VARIABLES = ("PATH", "LANG", "TZ")
_BANNED = ("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.system", "os.kill", "pty.", "ctypes.dlopen",
           "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "os.utime",
           "os.putenv", "os.setxattr", "shutil.", "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "sqlite3.", "webbrowser.")  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass(frozen=True, slots=True)
class Limits:
    """Say what one task may take. Memory counts on top of what the child holds before its first task."""

    cpu_s: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Raised:
    """Tell the parent of an exception without sending the exception: its class may be anything."""

    detail: str


def prepare(limits: Limits, preload: tuple[str, ...]) -> None:
    """Shut the doors, before the first task: pebble calls this once in every new child.

    The modules in `preload` are imported first, so that their start costs and needs are outside the limits.
    """
    _die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's own handler waits for C code to return
    for module in preload:
        importlib.import_module(module)
    _forget_environment()
    logging.disable()  # libraries log hostile strings, and the terminal would show them
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)
    sys.dont_write_bytecode = True
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES_MAX)
    _limit(resource.RLIMIT_AS, _bytes_held() + limits.memory_mb * 1024 * 1024)
    sys.addaudithook(_refuse)


def run(function: Callable[..., Any], args: tuple[Any, ...], cpu_s: float) -> bytes:
    """Run one task and return its pickled result, or a pickled `Raised`.

    The result is pickled here because running out of memory while pickling must look like any other.
    """
    used_s = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(used_s + cpu_s), hard))  # past it the kernel sends SIGXCPU
    try:
        return pickle.dumps(function(*args), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here and is told as a value
        return pickle.dumps(Raised(_short(error)))


def _short(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:200]
    except Exception:  # noqa: BLE001 - an exception's own text may fail, too
        return type(error).__name__


def _die_with_parent() -> None:
    """Ask the kernel to kill this child when the thread that started it ends (Linux)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    parent = parent_process()
    if parent is not None and os.getppid() != parent.pid:
        os._exit(1)  # it died before we asked


def _forget_environment() -> None:
    for name in list(os.environ):
        if name not in _KEPT_VARIABLES and not name.startswith(("PYTHON", "LC_")):
            del os.environ[name]


def _limit(kind: int, value: int) -> None:
    """Lower a limit for good; systems that know it not (macOS: RLIMIT_AS) go without."""
    _, hard = resource.getrlimit(kind)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with suppress(ValueError, OSError):
        resource.setrlimit(kind, (value, value))


def _bytes_held() -> int:
    """Tell the size of this process's address space; elsewhere than on Linux a generous guess."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        return 1 << 30


def _is_of_processes(path: Any) -> bool:
    """Tell whether a path leads to /proc, however it is spelled: there the environment of the parent can be read."""
    if isinstance(path, int) or path is None:
        return False
    return f"{os.path.realpath(os.fsdecode(path))}/".startswith("/proc/")


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Raise on what no parser needs: the net, other programs, writing, and the files of /proc."""
    if event == "open":
        path, mode, flags = args
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)
        if writes or _is_of_processes(path):
            raise PermissionError("not in the jail: open")
    elif event.startswith(_BANNED):
        raise PermissionError(f"not in the jail: {event}")
