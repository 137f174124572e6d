"""Machines of our own for a test: network namespaces on a bridge. They reach each other and this host's end of it, and nothing else."""

import os
import shutil
import socket
import socketserver
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

import pytest

_BYTES = 65_536


@dataclass(frozen=True, slots=True)
class Machine:
    """Hold an address, and the process that keeps its network namespace; with none it is this host itself."""

    address: str
    keeper: int = 0

    @property
    def prefix(self) -> tuple[str, ...]:
        """Return what stands before a command that runs there."""
        return ("nsenter", "--net", "--target", str(self.keeper)) if self.keeper else ()

    def run(self, *command: str) -> str:
        """Run a command there; return all that it says."""
        done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr


@contextmanager
def machines(count: int) -> Iterator[tuple[Machine, ...]]:
    """Make so many machines, after this host's end of their network (198.18.0.0/15 is for tests and routed nowhere: RFC 2544); skip where one cannot.

    A namespace is kept by a process and not by a name: names are mounts below /run/netns, and that mount would stay behind for every other test.
    """
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("network namespaces are made by root, with `ip` of iproute2")
    tag = f"t{os.getpid() % 100_000}"
    network = f"198.18.{os.getpid() % 250}"
    with ExitStack() as stack:
        try:
            _ip("link", "add", tag, "type", "bridge")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no bridge can be made here: {error.stderr.strip()}")
        stack.callback(_ip, "link", "del", tag)
        _ip("addr", "add", f"{network}.1/24", "dev", tag)
        _ip("link", "set", tag, "up")
        made = [Machine(f"{network}.1")]
        for number in range(count):
            one = Machine(f"{network}.{number + 2}", stack.enter_context(_kept()))
            _ip("link", "add", f"{tag}v{number}", "type", "veth", "peer", "name", "eth0", "netns", str(one.keeper))
            stack.callback(_ip, "link", "del", f"{tag}v{number}")
            _ip("link", "set", f"{tag}v{number}", "master", tag, "up")
            _ip("addr", "add", f"{one.address}/24", "dev", "eth0", at=one)
            for device in ("lo", "eth0"):
                _ip("link", "set", device, "up", at=one)
            made.append(one)
        yield tuple(made)


@contextmanager
def _kept() -> Iterator[int]:
    """Start a process in a network namespace of its own; yield its number."""
    with subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"], stdout=subprocess.PIPE) as keeper:
        try:
            assert keeper.stdout is not None
            if not keeper.stdout.readline():
                pytest.skip("no network namespace can be made here")
            yield keeper.pid
        finally:
            keeper.kill()


def _ip(*words: str, at: Machine | None = None) -> None:
    subprocess.run([*(at.prefix if at else ()), "ip", *words], capture_output=True, text=True, check=True, timeout=60)


@contextmanager
def passed_on(address: str, port: int) -> Iterator[int]:
    """Pass on what comes to a port of this address to that port of loopback; yield the number of the first."""

    class Pair(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as behind:
                back = threading.Thread(target=_copy, args=(behind, self.request), daemon=True)
                back.start()
                _copy(self.request, behind)
                back.join()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server((address, 0), Pair) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while some := source.recv(_BYTES):
            target.sendall(some)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
