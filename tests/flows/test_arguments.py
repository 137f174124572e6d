"""What `python -m flows` makes of the words that come with it; none of this needs a server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tidings.config.delivered import delivered_folder

pytestmark = pytest.mark.slow  # each starts a process that imports Prefect


def flows(*words: str) -> subprocess.CompletedProcess[str]:
    """Start it without the name of a server."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_API", "TIDINGS_"))}
    return subprocess.run([sys.executable, "-m", "flows", *words], capture_output=True, text=True, env=env, check=False, timeout=120)


@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_is_help(word: str) -> None:
    """Asked for help it explains itself, and asks for no server."""
    done = flows(word)
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: python -m flows" in done.stdout
    assert "PREFECT_API_URL" in done.stdout


@pytest.mark.parametrize("words", [("--serve",), ("--conf", "x"), ("one", "two")], ids=" ".join)
def test_words_that_it_does_not_know_are_refused(words: tuple[str, ...]) -> None:
    """An unknown option, or a second folder, is a mistake of the caller."""
    done = flows(*words)
    assert done.returncode == 2
    assert "unrecognized arguments" in done.stderr


def test_a_folder_is_judged_before_the_server(tmp_path: Path) -> None:
    """A configuration that is wrong is told first; with a right one the server is asked for."""
    assert "expected a configuration folder" in flows(str(tmp_path / "nowhere")).stderr
    done = flows(str(delivered_folder()))
    assert done.returncode == 2
    assert "PREFECT_API_URL" in done.stderr
