"""`tidings topics test` takes a text, a file or the standard input, and never one for the other."""

import subprocess
import sys
from pathlib import Path

import pytest

TEXT = "Shells fell on Saraqeb in Idlib overnight. The cat sat on the mat."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        pytest.param("nowhere.txt", "nowhere.txt: no such file", id="a file that is not there"),
        pytest.param("articles/first", "articles/first: no such file", id="a path that is not there"),
        pytest.param("/", "a folder", id="a folder"),
        pytest.param("http://wire.example/flood", "`tidings why`", id="an address"),
        pytest.param("", "found nothing", id="nothing"),
        pytest.param("  ", "found nothing", id="blanks"),
    ],
)
def test_what_is_no_text_is_refused(read, given: str, said: str) -> None:
    """What looks like a file and is none is a mistake, said in one line."""
    answer = read("topics", "test", given)
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (2, "", 1)
    assert said in answer.err


@pytest.mark.parametrize("text", ["Idlib", TEXT, "Idlib/Aleppo road closed", "伊德利卜", "x" * 5000, "Idlib\0"])
def test_a_text_is_taken_as_it_is(read, text: str) -> None:
    """A word, a sentence with a slash in it, a text without blanks, one too long for a name."""
    assert read("topics", "test", text).code == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"\xff\xfe\x00", "expected a text in UTF-8, found other bytes at offset 0", id="not UTF-8"),
        pytest.param(b"a" * 3_000_001, "larger than a page may be: 3000000 bytes", id="too large"),
        pytest.param(b" \n", "holds no text", id="empty"),
    ],
)
def test_a_file_that_holds_no_text_is_refused(read, tmp_path: Path, content: bytes, said: str) -> None:
    """A file of other bytes, or of too many, is one clear line."""
    (tmp_path / "note").write_bytes(content)
    answer = read("topics", "test", str(tmp_path / "note"))
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_a_file_and_the_standard_input_are_read(read, tmp_path: Path) -> None:
    """Both give what the text itself gives."""
    (tmp_path / "my note.txt").write_text(TEXT, encoding="utf-8")
    said = read("topics", "test", TEXT).out
    assert "[idlib] Shells fell" in said
    assert read("topics", "test", str(tmp_path / "my note.txt")).out == said
    words = [sys.executable, "-m", "tidings", "topics", "test", "-", "--config", str(read.config)]
    piped = subprocess.run(words, input=TEXT.encode(), capture_output=True, check=False, timeout=60)
    assert (piped.returncode, piped.stdout.decode()) == (0, said)
