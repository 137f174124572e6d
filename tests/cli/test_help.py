"""The help can be read by somebody who has never seen the program, on a terminal of 80 columns."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from tidings.cli import _PANELS, app, call

ROOT: Any = typer.main.get_command(app)


def every_command(group: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    for name, command in group.commands.items():
        yield (*words, name)
        if hasattr(command, "commands"):
            yield from every_command(command, *words, name)


COMMANDS = list(every_command(ROOT))


def test_every_command_stands_in_a_panel() -> None:
    """The list of commands names each once, under what it is for."""
    assert sorted(name for names in _PANELS.values() for name in names) == sorted(ROOT.commands)


def test_the_list_cuts_no_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Each command has its whole first sentence, and the first lines say where to begin."""
    assert call(["--help"]) == 0
    out = capsys.readouterr().out
    assert "..." not in out.replace("[ARGS]...", "")
    assert "Begin with" in out
    assert all(re.search(rf"^  {name} +\S", out, re.MULTILINE) for name in ROOT.commands)


@pytest.mark.parametrize("words", [(), *COMMANDS], ids=" ".join)
def test_help_fits_and_explains_everything(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """No line is longer than 80 columns; every argument and option has a word on what it does."""
    assert call([*words, "--help"]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if len(line) > 80] == []
    command = ROOT
    for word in words:
        command = command.commands[word]
    assert command.help
    assert [one.name for one in command.params if not getattr(one, "help", "") and one.name != "help"] == []


@pytest.mark.parametrize("words", [["dance"], ["run", "--dance"], ["query", "--file"], ["digest", "--now"]], ids=" ".join)
def test_a_wrong_word_is_named(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A command or option that there is not, or one that lacks its value, ends with 2 and says which."""
    assert call(words) == 2
    assert "Error: " in capsys.readouterr().err
