"""`init` and `demo` in a folder that is full, closed, somebody else's or half done: one clear line each."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts the program, some the whole demo


def start(folder: Path, *words: str, bytes_max: int | None = None) -> subprocess.Popen[str]:
    """Start a command in a folder; with `bytes_max` no file may become longer, as on a disk that is full."""

    def fill() -> None:
        if bytes_max is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

    return subprocess.Popen(
        [sys.executable, "-m", "tidings", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=fill,  # noqa: PLW1509 - no thread of ours is at work here
        env={name: value for name, value in os.environ.items() if name != "TIDINGS_CONFIG"},
    )


def end(process: subprocess.Popen[str]) -> tuple[int, list[str]]:
    """Wait for it; return its exit code and the lines of its error output."""
    _, err = process.communicate(timeout=180)
    return process.returncode, err.splitlines()


@pytest.mark.parametrize("bytes_max", [50_000, 3_000_000], ids=["no room for a store", "no room for a snapshot"])
def test_a_full_disk_is_one_line(tmp_path: Path, bytes_max: int) -> None:
    """Where the disk is full the demo ends with 1, says which file could not be written, and leaves no part of one."""
    code, said = end(start(tmp_path, "demo", "--quiet", bytes_max=bytes_max))
    assert (code, len(said)) == (1, 1)
    assert "could not be written: File too large" in said[0]
    assert list(tmp_path.rglob("*.part*")) == []


def test_init_on_a_full_disk_leaves_no_half_of_a_file(tmp_path: Path) -> None:
    """What was copied is whole, so that `init` can go on later; the file that did not fit is named."""
    code, said = end(start(tmp_path, "init", "config", bytes_max=5_000))
    assert (code, len(said)) == (1, 1)
    assert "config/feeds.toml could not be written" in said[0]
    assert [path.name for path in (tmp_path / "config").iterdir()] == ["channels.toml"]
    assert end(start(tmp_path, "init", "config")) == (0, [])


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    """The demo empties nothing that it did not make."""
    (tmp_path / "data" / "demo").mkdir(parents=True)
    (tmp_path / "data" / "demo" / "diary.txt").write_text("mine", encoding="utf-8")
    code, said = end(start(tmp_path, "demo"))
    assert (code, len(said)) == (2, 1)
    assert "no earlier demo" in said[0]
    assert (tmp_path / "data" / "demo" / "diary.txt").read_text(encoding="utf-8") == "mine"


def test_a_file_in_the_way_is_one_line(tmp_path: Path) -> None:
    """Where a file stands in the place of a folder, it is named."""
    (tmp_path / "data").write_text("", encoding="utf-8")
    assert end(start(tmp_path, "demo")) == (1, ["tidings: data/demo: Not a directory"])


def test_a_stopped_demo_can_be_run_again(tmp_path: Path) -> None:
    """Ctrl-C in the middle ends it with one line and no promise; run again, and again, it makes the same two editions."""
    process = start(tmp_path, "demo")
    while not (tmp_path / "data" / "demo" / "store.duckdb").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    assert end(process) == (130, ["tidings: stopped"])
    made = []
    for _ in range(2):
        assert end(start(tmp_path, "demo", "--quiet")) == (0, [])
        made.append(sorted(path.name for path in (tmp_path / "data" / "demo" / "editions").iterdir()))
    assert made[0] == made[1]
    assert sum(name.endswith(".md") for name in made[0]) == 2
