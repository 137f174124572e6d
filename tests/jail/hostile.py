"""Functions of our own that misbehave in a jailed child: slow, greedy, crashing, deep, curious."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path


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


def open_many() -> int:
    return len([Path("/dev/null").open() for _ in range(500)])
