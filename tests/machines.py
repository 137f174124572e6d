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
    """Hold the name of a network namespace, and its address; nothing in the name is this host itself."""

    address: str
    name: str = ""

    @property
    def prefix(self) -> tuple[str, ...]:
        """Return what stands before a command that runs there."""
        return ("ip", "netns", "exec", self.name) if self.name else ()

    def run(self, *command: str) -> str:
        """Run a command there; return all that it says."""
        done = subprocess.run([*self.prefix, *command], capture_output=True, text=True, timeout=60, check=False)
        return done.stdout + done.stderr


@contextmanager
def machines(count: int) -> Iterator[tuple[Machine, ...]]:
    """Make so many machines, after this host's end of their network (198.18.0.0/15 is for tests and routed nowhere: RFC 2544); skip where one cannot."""
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
            one = Machine(f"{network}.{number + 2}", f"{tag}n{number}")
            _ip("netns", "add", one.name)
            stack.callback(_ip, "netns", "del", one.name)
            _ip("link", "add", f"{tag}v{number}", "type", "veth", "peer", "name", "eth0", "netns", one.name)
            stack.callback(_ip, "link", "del", f"{tag}v{number}")
            _ip("link", "set", f"{tag}v{number}", "master", tag, "up")
            _ip("-n", one.name, "addr", "add", f"{one.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                _ip("-n", one.name, "link", "set", device, "up")
            made.append(one)
        yield tuple(made)


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, text=True, check=True, timeout=60)


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
