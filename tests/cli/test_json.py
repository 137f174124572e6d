"""What a script asks for with --json is one JSON document on every way that ends with 0 or 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import typer.main

from tidings.cli import app
from tidings.pipeline.lock import hold
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each call that works starts children and opens a store several times

FLOOD = "http://wire.example/flood"
# command: (further words, exit code in a fresh folder, exit code after a run)
CALLS = {
    "run": ([], 0, 0),
    "ingest": ([], 0, 0),
    "learn": ([], 0, 0),
    "digest": ([], 0, 0),
    "deliver": ([], 0, 0),
    "upkeep": ([], 0, 0),
    "status": ([], 1, 0),
    "why": ([FLOOD], 1, 0),
    "query": (["SELECT 1 AS one"], 1, 0),
    "feeds": ([], 0, 0),
    "seeds": ([], 0, 0),
    "topics": ([], 0, 0),
    "topics test": (["Shells fell on Idlib."], 0, 0),
    "doctor": ([], 1, 1),
    "feeds check": (["http://wire.example/rss"], 1, 1),
    "feeds find": (["http://wire.example/"], 1, 1),
    "outbox list": ([], 1, 0),
    "mark list": ([], 1, 0),
    "site": ([], 1, 0),
    "search": (["oil"], 1, 0),
    "size": ([], 1, 0),
    "check": ([], 1, 0),
    "backup": ([], 1, 0),
}


def commands_with_json(group: Any, path: str = "") -> Iterator[str]:
    """Yield every command that has --json."""
    for name, command in group.commands.items():
        words = f"{path} {name}".strip()
        if any("--json" in parameter.opts for parameter in command.params):
            yield words
        yield from commands_with_json(command, words) if hasattr(command, "commands") else ()


# Exit 2 before there is anything to tell, or a world of their own in a test of their own.
BEFORE_THE_FIRST_RUN = {"status", "why", "query", "outbox list", "mark list", "site", "search", "size", "backup"}
ELSEWHERE = {"restore", "lake", "feeds import", "replay", "outbox resend", "outbox hold", "eval"} | {
    f"mark {name}" for name in ("not-duplicate", "same-story", "not-on-topic", "export")
}


def test_every_command_is_tried() -> None:
    """No command with --json is left out here."""
    assert set(commands_with_json(typer.main.get_command(app))) == CALLS.keys() | ELSEWHERE


@pytest.mark.parametrize("command", CALLS)
def test_in_a_fresh_folder(fresh, command: str) -> None:
    """Before the first run every command answers, or says in one line that there is nothing to ask yet."""
    words, code, _ = CALLS[command]
    answer = fresh(*command.split(), *words, "--json")
    assert (answer.code, isinstance(answer.json, dict | list)) == (code, True)
    if code and command in BEFORE_THE_FIRST_RUN:
        assert "tidings run" in answer.err
        assert len(answer.err.splitlines()) == 1
        assert answer.json == {"error": answer.err.removeprefix("tidings: ").strip()}


@pytest.mark.parametrize("command", CALLS)
def test_after_a_run(used, command: str) -> None:
    """After a run every command answers."""
    words, _, code = CALLS[command]
    answer = used(*command.split(), *words, "--json")
    assert (answer.code, isinstance(answer.json, dict | list)) == (code, True)


@pytest.mark.parametrize("command", ["run", "ingest", "learn"])
def test_while_another_ingest_is_at_work(used, command: str) -> None:
    """The report says that it was locked out; the rest of a run is done all the same."""
    with hold(used.data, "ingest"):
        answer = used(command, "--json")
    report = answer.json["run"] if command == "run" else answer.json
    assert (answer.code, report["outcome"]) == (0, "locked")


@contextmanager
def busy(desk):
    """Wait for nothing, and hold the store as another process would."""
    path = desk.config / "settings.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[store]", "[store]\nwait_s = 0"), encoding="utf-8")
    with open_store(desk.data, 1):
        yield


@pytest.mark.parametrize("command", ["run", "ingest", "learn", "digest", "deliver", "upkeep"])
def test_when_the_store_is_held(used, command: str) -> None:
    """A command that cannot have the store says why: to a person in one line, to a script in a document."""
    with busy(used):
        answer = used(command, "--json")
    assert answer.code == 1
    assert "is in use" in answer.json["error"]
    assert len(answer.err.splitlines()) == 1


def test_deliver_says_that_another_is_at_it(used) -> None:
    """A script can tell a locked outbox from an empty one."""
    path = used.config / "settings.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("[store]", "[store]\nwait_s = 0"), encoding="utf-8")
    with hold(used.data, "deliver"):
        answer = used("deliver", "--json")
    assert (answer.code, answer.json["locked"]) == (1, True)
