"""Which modules can open a socket, start a program or load code by name: each by name, and why."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from test_sockets import can_connect, imported, modules

SOCKETS = {
    "web/": {"client", "exchange", "handshake", "network", "pins", "resolve", "tunnel"},  # the door in: every connection is judged
    "channels/": {"deadline", "email", "exchange", "slack"},  # the door out: to configured destinations only
    "demo/": {"server"},  # listens on loopback
}
# What could go around the doors: other programs, C libraries, connections between processes.
AROUND = ("_socket", "_ssl", "cffi", "ctypes", "dns", "grpc", "multiprocessing", "nntplib", "paramiko", "pty", "pycurl", "select", "selectors",
          "subprocess", "webbrowser")  # fmt: skip
STARTERS = ("execl", "execv", "execve", "execvp", "fork", "forkpty", "popen", "posix_spawn", "spawnv", "spawnve", "startfile", "system")
LOADERS = ("__import__", "eval", "exec", "import_module", "run_module", "run_path", "spec_from_file_location")
# They start the children and lock them in; the lake's starts Python with a module of ours, to be ended when its time is over (decision 0040).
PROCESSES = {"jail/child.py", "jail/keeper.py", "jail/pool.py", "jail/start.py", "pipeline/lake.py"}
BY_NAME = {"evaluation/reference.py", "evaluation/suites.py", "jail/child.py"}  # modules of our own, and functions handed to a child


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return every name that a module refers to, alone or as part of another."""
    nodes = list(ast.walk(tree(path)))
    parts = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id != "re"}
    return frozenset(parts | {node.id for node in nodes if isinstance(node, ast.Name)})


def used(path: Path, names: tuple[str, ...]) -> set[str]:
    """Return which of the names a module calls or refers to."""
    return names_in(path) & set(names)


@cache
def around(path: Path) -> set[str]:
    """Return what of a module could open a connection without importing anything made for it."""
    names = {name for name in imported(tree(path)) for able in AROUND if name == able or name.startswith(f"{able}.")}
    return names | {word for word in used(path, STARTERS) if "os" in imported(tree(path))}


def found_by(look) -> set[str]:
    return {name for name, path in modules().items() if look(path)}


def test_these_modules_can_open_a_socket_and_no_others():
    """The list of doors is complete: whoever adds a module that can connect adds it here, too."""
    listed = {f"{folder}{name}.py" for folder, names in SOCKETS.items() for name in names}
    assert found_by(can_connect) == listed


def test_only_the_jail_starts_programs_or_calls_c():
    """No other module than these and the lake's imports what starts processes, calls C or speaks between processes: no curl, no raw sockets."""
    assert found_by(around) <= PROCESSES
    assert "jail/start.py" in found_by(around)  # the control


def test_only_these_load_code_by_its_name():
    """What is imported is written out, so that it can be read; three modules load by name what is our own."""
    assert found_by(lambda path: used(path, LOADERS)) <= BY_NAME
    assert "jail/child.py" in found_by(lambda path: used(path, LOADERS))  # the control


@pytest.mark.parametrize("word", ["install", "load", "httpfs", "s3", "https?://"])
def test_no_statement_lets_the_database_connect(word):
    """DuckDB can read addresses once an extension is there: no SQL of ours loads one or names an address."""
    root = modules()["model.py"].parent
    statements = [path.read_text(encoding="utf-8") for path in (root / "store" / "sql").rglob("*.sql")]
    without_comments = [re.sub(r"--.*|COMMENT ON .*", "", text) for text in statements]
    assert len(statements) > 10
    assert [text for text in without_comments if re.search(rf"^\s*{word}\b|read_\w+\('{word}", text, re.IGNORECASE | re.MULTILINE)] == []


# name: a module's source that must be seen as able to connect
ABLE = {
    "socket by another name": "import socket as plug\nplug.socket()",
    "inside a function": "def f():\n    from urllib.request import urlopen\n    urlopen('http://x')",
    "asyncio": "import asyncio\nasyncio.open_connection('x', 1)",
    "the C module": "import _socket",
    "ctypes": "from ctypes import CDLL",
    "curl": "import subprocess\nsubprocess.run(['curl', 'x'])",
    "a shell": "import os\nos.system('curl x')",
    "another process": "from multiprocessing.connection import Client",
    "a downloader": "import trafilatura\ntrafilatura.fetch_url('http://x')",
}


@pytest.mark.parametrize("source", ABLE.values(), ids=ABLE.keys())
def test_what_can_connect_is_seen(tmp_path, source):
    """Positive control: each of these ways is found by the same search."""
    path = tmp_path / "module.py"
    path.write_text(source, encoding="utf-8")
    assert can_connect(path) or around(path)
