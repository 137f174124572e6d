"""PostgreSQL as Debian has it, started on loopback with a password, for tests that want a real one."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tidings.model import Lake

PASSWORD = "op3n'sesame\\ x"  # a quote, a backslash and a blank: what quoting gets wrong
_START_S = 30.0


@dataclass(frozen=True, slots=True)
class Postgres:
    """Hold a server that runs here, and what speaks to it."""

    port: int
    programs: Path

    def lake(self, name: str, data_path: Path) -> Lake:
        """Make a database and return the lake in it."""
        self.ask("postgres", f"CREATE DATABASE {name}")
        return Lake(f"postgres:host=127.0.0.1 port={self.port} dbname={name} user=tidings", f"{data_path}/", password=PASSWORD)

    def ask(self, database: str, sql: str) -> str:
        """Run a statement with psql and return what it answers."""
        words = [self.programs / "psql", "-XAtq", "-h", "127.0.0.1", "-p", str(self.port), "-U", "tidings", database, "-c", sql]
        return subprocess.run(words, env={"PGPASSWORD": PASSWORD}, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    other = shutil.which("postgres")
    return found[-1].parent if found else Path(other).resolve().parent if other else None


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Start a server on a free port of this machine, and stop it; skip the test where it is not installed."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("postgresql is not installed (apt.txt)")
    user: dict[str, Any] = (
        {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    )  # it refuses to run as root
    folder = Path(tempfile.mkdtemp())  # not below the folder of the tests, where that user may not go
    (folder / "password").write_text(PASSWORD, encoding="utf-8")
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, "postgres")
    make = [programs / "initdb", "-D", folder / "db", "-U", "tidings", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--pwfile"]
    subprocess.run([*make, folder / "password"], check=True, capture_output=True, timeout=120, cwd=folder, **user)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [programs / "postgres", "-D", folder / "db", "-p", str(port), "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **user,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + _START_S
        ready = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        while subprocess.run(ready, check=False, timeout=10).returncode:
            assert time.monotonic() < deadline, "PostgreSQL did not start"
            time.sleep(0.1)
        yield Postgres(port, programs)
    finally:
        server.send_signal(signal.SIGINT)  # its "fast": on SIGTERM it would wait for connections that a failed test left open
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
