"""The answer to a query reaches its reader whole, in each form."""

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

LONG = "SELECT repeat('word ', 60) || 'end' AS long, 'سراقب 中文' AS other, 7 AS n"


def test_a_pipe_gets_csv(read) -> None:
    """Without a terminal the answer is CSV: one line a row, all of it, nothing else."""
    answer = read("query", LONG)
    assert answer.code == 0
    assert list(csv.reader(io.StringIO(answer.out))) == [["long", "other", "n"], ["word " * 60 + "end", "سراقب 中文", "7"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x"])
def test_no_cell_is_a_formula(read, text: str) -> None:
    """A text that a spreadsheet would run has a ' before it, in the head of a column too; numbers stay numbers."""
    answer = read("query", f"""SELECT '{text}' AS "{text}", -1 AS n""")
    assert answer.out.splitlines() == [f"'{text},n", f"'{text},-1"]


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_a_terminal_is_never_too_narrow(used_folder: Path, width: int) -> None:
    """On a terminal of any width every word of a cell is shown, in lines that fit, in columns or one record a block."""
    lines = on_terminal(used_folder, width, LONG).splitlines()
    assert sum(line.split().count("word") for line in lines) == 60
    assert all(any(word in line for line in lines) for word in ("end", "سراقب", "中文", "7"))
    assert max(cell_len(line) for line in lines) <= width
    assert lines[-1] == "(1 row)"
    assert (lines[0] == "-- 1 --") == (width == 40)


def on_terminal(folder: Path, width: int, *words: str, **env: str) -> str:
    """Return what a query shows on a terminal of a width."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "tidings", "query", *words, "--config", str(folder / "config")]
    process = subprocess.Popen(command, stdout=theirs, env={**os.environ, "COLUMNS": str(width), "NO_COLOR": "1", **env})
    os.close(theirs)
    shown = b""
    while piece := _read(ours):
        shown += piece
    os.close(ours)
    assert process.wait(60) == 0
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 10_000)
    except OSError:  # the other end was closed
        return b""


def test_columns_line_up(read) -> None:
    """What fits stands in columns that line up, wide characters counted as two, numbers to the right."""
    answer = read("query", "FROM (VALUES ('中文', 1), ('abcdef', 20)) AS t(name, n)", "--format", "table")
    assert answer.out.splitlines() == ["name     n", "------  --", "中文     1", "abcdef  20", "(2 rows)"]


def test_markdown_keeps_words_words(read) -> None:
    """A bar or a link in a cell does not break the table, nor become a link."""
    answer = read("query", "SELECT 'a|b' AS x, '[c](http://d.example)' AS y", "--format", "markdown")
    assert answer.out.splitlines()[:2] == ["| x | y |", "| --- | --- |"]
    assert r"a\|b" in answer.out
    assert r"\[c\]" in answer.out


def test_json_holds_every_column(read) -> None:
    """Two columns of one name are both there; what JSON has no word for is null; times are ISO."""
    answer = read("query", "SELECT 1 AS a, 2 AS a, 'nan'::DOUBLE AS x, {'k': [1]} AS s, TIMESTAMPTZ '2020-02-19 06:00:00Z' AS t", "--json")
    assert answer.json == [{"a": 1, "a_1": 2, "x": None, "s": {"k": [1]}, "t": "2020-02-19T06:00:00+00:00"}]


def test_the_limit_is_told_only_when_it_cut(read) -> None:
    """Ten rows of ten are all; ten of eleven are not, and the error output says so."""
    assert read("query", "FROM range(10)", "--limit", "10").err == ""
    answer = read("query", "FROM range(11)", "--limit", "10", "--format", "json")
    assert len(answer.json) == 10
    assert "more rows than the 10 shown" in answer.err


def test_two_forms_are_one_too_many(read) -> None:
    """--json beside another form is a mistake of the caller; so is a form that there is not."""
    assert read("query", "SELECT 1", "--json", "--format", "csv").code == 2
    assert read("query", "SELECT 1", "--format", "xlsx").code == 2
