"""Hold what runs inside a jailed child: shutting the doors once, then one task after another.

What this stops: code that loops, eats memory, reads other files than its own, writes, calls out or starts
programs because hostile bytes led a parser there. What it does not stop: machine code injected through a hole
in a C library, nor a C library that opens a file by itself. The audit hook is a belt for Python code, not a
sandbox; run the program under its own user.
"""

import ctypes
import importlib
import logging
import os
import pickle
import resource
import signal
import struct
import sys
import sysconfig
import zoneinfo
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from math import ceil
from multiprocessing import parent_process, resource_tracker
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tidings.jail.answers import NotOfTypeError, pack, returned

EXIT_MEMORY = 77  # our own exit code: a child that met MemoryError is not used again
_PR_SET_PDEATHSIG = 1
_FILES_MAX = 64
_DETAIL_CHARS = 200
_BANNED = ("socket.", "subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "os.fork", "os.system", "os.kill", "pty.", "ctypes.",
           "os.chdir", "os.fchdir", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.chmod", "os.chown", "os.truncate", "os.utime",
           "os.putenv", "os.setxattr", "shutil.", "tempfile.", "urllib.", "http.", "ftplib.", "smtplib.", "sqlite3.", "webbrowser.")  # fmt: skip
_LISTING = ("os.listdir", "os.scandir")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


# what a child says, in frames of their length (8 bytes) and one letter
HEADER = struct.Struct("!Qc")
READY = b"r"  # it shut the doors and waits for its first task
TAKEN = b"t"  # it has read the whole of a task: from here on it is the task that may kill it
ANSWER = b"a"
RAISED = b"e"  # what the function raised, as text: an exception's class may be anything
TOO_LARGE = b"o"  # the answer is over the limit, and stays here


@dataclass(frozen=True, slots=True)
class Limits:
    """Say what one task may take. Memory counts on top of what the child holds before its first task."""

    cpu_s: float
    memory_mb: int
    answer_bytes: int = 64 * 1024 * 1024


def serve(door: Connection, limits: Limits, preload: tuple[str, ...]) -> None:
    """Be a jailed child: prepare, then run one task after another until the parent hangs up."""
    descriptor = door.fileno()
    prepare(limits, preload)
    _write(descriptor, READY)
    try:
        while header := _read(descriptor, HEADER.size):
            task = _read(descriptor, HEADER.unpack(header)[0])
            _write(descriptor, TAKEN)
            _write(descriptor, *run(task, limits))
    except MemoryError:
        os._exit(EXIT_MEMORY)


def _read(descriptor: int, length: int) -> bytes:
    """Read so many bytes; none when the other side hung up."""
    parts = bytearray()
    while len(parts) < length:
        part = os.read(descriptor, min(length - len(parts), 1 << 20))
        if not part:
            return b""
        parts += part
    return bytes(parts)


def _write(descriptor: int, kind: bytes, words: bytes = b"") -> None:
    left = memoryview(HEADER.pack(len(words), kind) + words)
    while left:
        left = left[os.write(descriptor, left) :]


def prepare(limits: Limits, preload: tuple[str, ...]) -> None:
    """Shut the doors, before the first task.

    The modules in `preload` are imported first, so that their start costs and needs are outside the limits.
    """
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group of a terminal; the parent sees to its children
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for module in preload:
        importlib.import_module(module)
    logging.disable()  # libraries log hostile strings, and the terminal would show them
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2, _tracker()):
        os.dup2(null, stream)
    os.close(null)
    sys.dont_write_bytecode = True
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _FILES_MAX)
    _limit(resource.RLIMIT_NPROC, 0)  # no thread and no program; it does not bind root
    _limit(resource.RLIMIT_AS, _bytes_held() + limits.memory_mb * 1024 * 1024)
    sys.addaudithook(partial(_refuse, _readable()))


def run(task: bytes, limits: Limits) -> tuple[bytes, bytes]:
    """Run one task; return what to say of it: an answer, what it raised, or that the answer is too large.

    The answer is written here because running out of memory while writing it must look like any other.
    """
    used_s = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (ceil(used_s + limits.cpu_s), hard))  # past it the kernel sends SIGXCPU
    try:
        function, args = pickle.loads(task)  # noqa: S301 - written by our own parent
        answer = pack(returned(function), function(*args))
    except MemoryError:
        os._exit(EXIT_MEMORY)
    except NotOfTypeError as error:
        return RAISED, f"returned another type: {error}"[:_DETAIL_CHARS].encode("utf-8", "replace")
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here and is told as a value
        return RAISED, _short(error).encode("utf-8", "replace")
    return (ANSWER, answer) if len(answer) <= limits.answer_bytes else (TOO_LARGE, str(len(answer)).encode("ascii"))


def _short(error: Exception) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:_DETAIL_CHARS]
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


def _tracker() -> int:
    """Return the pipe to the parent's resource tracker, which removes whatever it is told to remove."""
    descriptor = resource_tracker.getfd()
    assert descriptor is not None
    return descriptor


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


def _readable() -> tuple[str, ...]:
    """List what may be read from here on, resolved: Python's library, installed packages, those in use, and the zones of the clock.

    Not every entry of sys.path: one of them may be the folder where the program was started, with its configuration.
    """
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders.update(entry for entry in sys.path if _is_of_packages(Path(entry)))
    folders.update(zoneinfo.TZPATH)
    files = {os.devnull, "/etc/localtime"}
    for name, module in sys.modules.items():
        if "." not in name:
            folders.update(getattr(module, "__path__", ()))
            files.add(getattr(module, "__file__", None) or os.devnull)
    return tuple({os.path.realpath(one) + os.sep for one in folders if one} | {os.path.realpath(one) for one in files})


def _is_of_packages(folder: Path) -> bool:
    """Tell whether packages are installed into a folder: some may be imported late."""
    return folder.name in {"site-packages", "dist-packages"} or any(folder.glob("*.dist-info"))


def _may_read(readable: tuple[str, ...], path: Any) -> bool:
    """Tell whether a path, however it is spelled, leads to what may be read. A descriptor that is open may be; a relative path never may.

    A relative path belongs to a folder that only the caller knows: `os.open` takes one, and the hook does not see it.
    """
    if isinstance(path, int):
        return True
    name = os.fsdecode(path)
    if not name.startswith(os.sep):
        return False
    real = os.path.realpath(name)
    return any(f"{real}{os.sep}".startswith(one) if one.endswith(os.sep) else real == one for one in readable)


def _refuse(readable: tuple[str, ...], event: str, args: tuple[Any, ...]) -> None:
    """Raise on what no parser needs: the net, other programs, memory by address, writing, and files that are not the program's own."""
    if event == "open":
        path, mode, flags = args
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)
        if writes or not _may_read(readable, path):
            raise PermissionError("not in the jail: open")
    elif event in _LISTING:
        if not _may_read(readable, "." if args[0] is None else args[0]):
            raise PermissionError(f"not in the jail: {event}")
    elif event.startswith(_BANNED):
        raise PermissionError(f"not in the jail: {event}")
