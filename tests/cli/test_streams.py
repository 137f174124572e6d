"""What the commands write reaches the reader whole, or ends quietly when there is none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ARABIC = "SELECT chr(1587) || chr(1585) AS place"


def start(folder: Path, *words: str, **env: str) -> subprocess.Popen[bytes]:
    """Start a command with other variables in the environment."""
    return subprocess.Popen(
        [sys.executable, "-m", "tidings", *words, "--config", str(folder / "config")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | env,
    )


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}], ids=["C locale", "ascii"]
)
def test_a_pipe_gets_utf_8_whatever_the_locale(used_folder: Path, env: dict[str, str]) -> None:
    """Words outside ASCII go into a pipe as UTF-8, under a locale that knows none of them too."""
    process = start(used_folder, "query", ARABIC, "--json", **env)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    assert "سر" in out.decode("utf-8")


@pytest.mark.parametrize(
    "words",
    [("query", "SELECT * FROM range(500000)"), ("export", "--canonical"), ("status",), ("feeds", "--json")],
    ids=lambda words: words[0],
)
def test_a_reader_who_goes_away_ends_it_quietly(used_folder: Path, words: tuple[str, ...]) -> None:
    """As with `| head`: no message, and the code of a program that SIGPIPE ended (141), whether one line was written or many."""
    process = start(used_folder, *words)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    err = process.stderr.read()
    assert (process.wait(60), err) == (141, b"")
