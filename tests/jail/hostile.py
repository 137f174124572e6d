"""Functions of our own that misbehave in a jailed child: slow, greedy, crashing, deep, curious."""

import ctypes
import io
import linecache
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo


def double(number: int) -> int:
    return number * 2


def answer_or_misbehave(number: int) -> int:
    if number == 1:
        time.sleep(60)
    if number == 2:
        os.abort()
    if number == 3:
        raise ValueError("three")
    return number


def sleep_long() -> int:
    time.sleep(60)
    return 0


def burn_cpu() -> int:
    number = 0
    while True:
        number += 1


def hang_in_c() -> int:
    """Stay in C code that holds the interpreter lock."""
    return len(str(9 ** (9**8)))


def eat_memory() -> int:
    kept = []
    while True:
        kept.append(bytearray(16 * 1024 * 1024))


def give_much() -> bytes:
    return b"x" * (300 * 1024 * 1024)


def recurse(depth: int) -> int:
    return recurse(depth + 1) + 1


def crash() -> int:
    os.kill(os.getpid(), signal.SIGSEGV)
    return 0


def abort() -> int:
    os.abort()


def leave() -> int:
    os._exit(0)


def lie() -> int:
    return "not a number"  # type: ignore[return-value]


def give_unpicklable() -> object:
    return lambda: 0


def pid(_: int = 0) -> int:
    return os.getpid()


def environment() -> tuple[str, ...]:
    return tuple(sorted(os.environ))


def read_stdin() -> str:
    return sys.stdin.read()


def connect(port: int) -> int:
    with socket.socket() as door:
        door.connect(("127.0.0.1", port))
    return 1


def look_up() -> int:
    socket.getaddrinfo("localhost", 80)
    return 1


def start_program() -> int:
    return subprocess.run(["true"], check=True).returncode


def start_shell() -> int:
    return os.system("true")


def write_file(path: str) -> int:
    Path(path).write_text("x")
    return 1


def read_file(path: str) -> str:
    return Path(path).read_text()


def read_by(way: str, path: str) -> int:
    """Read a file in one of the ways that Python has; return how many bytes came."""
    folder, name = os.path.split(path)
    match way:
        case "bytes":
            return len(io.FileIO(os.fsencode(path)).read())
        case "descriptor":
            return len(os.read(os.open(path, os.O_RDONLY), 100))
        case "dots":
            return len(Path(f"{Path(os.__file__).parent}/{'../' * 40}{path}").read_bytes())
        case "relative":
            return len(Path(os.path.relpath(path)).read_bytes())
        case "folder":
            return len(os.read(os.open(name, os.O_RDONLY, dir_fd=os.open(folder, os.O_RDONLY | os.O_PATH)), 100))
        case "code":
            return len(io.open_code(path).read())
        case "lines":
            return len("".join(linecache.getlines(path)).encode())
        case _:
            return len(Path(path).read_bytes())


def read_below_own_folder(path: str) -> int:
    """Read a path relative to an open folder that may be read: the file is elsewhere."""
    own = Path(os.__file__).parent
    return len(os.read(os.open(os.path.relpath(path, own), os.O_RDONLY, dir_fd=os.open(own, os.O_RDONLY)), 100))


def names_in(folder: str) -> int:
    return len(os.listdir(folder))  # noqa: PTH208 - the other way than scan


def scan(folder: str) -> int:
    return len(list(os.scandir(folder)))


def change_folder(folder: str) -> int:
    os.chdir(folder)
    return 1


def load_library() -> int:
    return ctypes.CDLL(None).getpid()


def read_memory() -> int:
    return len(ctypes.string_at(id(None), 8))


def import_late() -> str:
    import wave  # noqa: PLC0415 - late on purpose

    return wave.__name__


def time_zone() -> str:
    return str(ZoneInfo("Asia/Urumqi"))


def descriptors() -> tuple[tuple[int, int], ...]:
    """List the files behind the open descriptors, each by device and number."""
    found = []
    for number in range(4_096):
        with suppress(OSError):
            status = os.fstat(number)
            found.append((status.st_dev, status.st_ino))
    return tuple(found)


def limit_of(kind: int) -> tuple[int, int]:
    return resource.getrlimit(kind)


def open_many() -> int:
    return len([Path("/dev/null").open() for _ in range(500)])


EXPLODED: list[str] = []


def explode(word: str) -> None:
    EXPLODED.append(word)


class Bomb:
    """An object that has code run where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return explode, ("boom",)


def shout(size: int) -> bytes:
    """Answer so many bytes."""
    return b"x" * size


def door() -> int:
    """Find the pipe to the parent among the open descriptors: the one socket."""
    return next(number for number in range(3, 4_096) if _is_socket(number))


def _is_socket(number: int) -> bool:
    with suppress(OSError):
        return stat.S_ISSOCK(os.fstat(number).st_mode)
    return False


def forge(words: bytes) -> int:
    """Write to the parent directly, as code that took over the child would, and stay."""
    os.write(door(), words)
    time.sleep(60)
    return 0


def hang_up() -> int:
    """Close the pipe and live on."""
    os.close(door())
    time.sleep(60)
    return 0


def keep(size_mb: int) -> int:
    """Keep memory after the task, as a leak does."""
    KEPT.append(bytearray(size_mb * 1024 * 1024))
    return os.getpid()


KEPT: list[bytearray] = []


def die(way: str, number: int) -> int | bytes:
    """Die in one of the ways that children die, or return the number."""
    match way:
        case "cpu":
            burn_cpu()
        case "wall clock":
            time.sleep(60)
        case "memory":
            eat_memory()
        case "abort":
            os.abort()
        case "exit":
            os._exit(3)
        case "trap":
            signal.raise_signal(signal.SIGTRAP)
        case "raise":
            raise ValueError(number)
        case "output":
            return shout(2 * 1024 * 1024)
        case "hang up":
            hang_up()
        case "forge":
            forge(b"\xff" * 100)
    return number


def echo(words: bytes) -> bytes:
    return words


def pid_after(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def size_of(words: bytes) -> int:
    return len(words)
