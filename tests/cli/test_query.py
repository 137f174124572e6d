"""The answer to a query reaches its reader whole, in each form."""

import csv
import io
import os
import pty
import signal
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


@pytest.mark.parametrize("words", [["--csv"], ["--format", "csv"]], ids=" ".join)
def test_csv_tells_null_from_nothing(read, words: list[str]) -> None:
    """NULL is an empty cell, an empty text a quoted one."""
    assert read("query", "SELECT NULL AS a, '' AS b, 1 AS c", *words).out == 'a,b,c\n,"",1\n'


def test_json_lines(read) -> None:
    """Each row is an object on a line of its own."""
    assert read("query", "FROM range(2)", "--jsonl").out.splitlines() == ['{"range": 0}', '{"range": 1}']


def test_a_time_without_a_zone_is_not_moved(read, monkeypatch) -> None:
    """A TIMESTAMP is shown as it is, whatever the zone of the machine; only times with a zone are said to be UTC."""
    monkeypatch.setenv("TZ", "Asia/Urumqi")
    answer = read("query", "SELECT TIMESTAMP '2020-02-19 06:00:00' AS t", "--format", "table")
    assert answer.out.splitlines()[2:] == ["2020-02-19 06:00", "(1 row)"]
    answer = read("query", "SELECT TIMESTAMPTZ '2020-02-19 06:00:00+08' AS t", "--format", "table")
    assert answer.out.splitlines()[2:] == ["2020-02-18 22:00", "(1 row; times are UTC)"]


def test_null_is_shown_and_is_no_text(read) -> None:
    """NULL is a word of ours; a text that says so stands in quotes."""
    answer = read("query", "SELECT NULL AS a, 'NULL' AS b, '' AS c", "--format", "table")
    assert answer.out.splitlines()[2] == 'NULL  "NULL"'


def test_a_table_says_that_there_is_more(read) -> None:
    """Below a table stands that there are more rows than the limit."""
    assert read("query", "FROM range(9)", "--limit", "2", "--format", "table").out.endswith(
        "(the first 2 rows; there are more: see --limit)\n"
    )


def test_without_a_statement_it_lists_what_there_is(read) -> None:
    """Views and macros, each with its comment; of one view, the columns with theirs."""
    answer = read("query", "--json")
    kinds = {row["name"].partition("(")[0]: row["kind"] for row in answer.json}
    assert (kinds["developments"], kinds["what_changed"]) == ("view", "macro")
    assert all(row["comment"] for row in answer.json if row["kind"] == "view")
    answer = read("query", "developments", "--json")
    assert {"statement", "url", "recorded_at"} <= {row["column"] for row in answer.json}
    assert all(row["comment"] and row["type"] for row in answer.json)
    assert {"change", "statement"} <= {row["column"] for row in read("query", "what_changed", "--json").json}
    lines = read("query", "what_changed", "--format", "table").out.splitlines()
    assert lines[0].startswith("what_changed(topic, since): ")
    assert max(map(len, lines)) <= 120
    assert read("query", "nonesuch").code == 2


def test_a_statement_from_a_file_or_the_standard_input(read, tmp_path: Path, monkeypatch) -> None:
    """--file reads a file, - the standard input; what is no text, or two places at once, is a mistake of the caller."""
    path = tmp_path / "query.sql"
    path.write_text("-- how many\nSELECT 7 AS n;\n", encoding="utf-8")
    assert read("query", "--file", str(path)).out == "n\n7\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"SELECT 8 AS n")))
    assert read("query", "-").out == "n\n8\n"
    path.write_bytes(b"\xff\xfe")
    assert "UTF-8" in read("query", "--file", str(path)).err
    path.write_bytes(b" \n")
    assert "no statement" in read("query", "--file", str(path)).err
    assert read("query", "SELECT 1", "--file", str(path)).code == 2


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("SELECT headline FROM devlopments", ["line 1: SELECT headline FROM devlopments", " " * 29 + "^", "did you mean developments?"]),
        ("SELECT id,\n  hedline FROM developments", ["line 2:   hedline FROM developments", " " * 10 + "^", "did you mean headline?"]),
        ("SELEC 1", ["line 1: SELEC 1", " " * 8 + "^", "syntax error"]),
        ("FROM what_chnged('libya', '2020-02-01')", ["did you mean what_changed"]),
        ("SELECT 1; SELECT 2", ["expected one statement, found 2"]),
        ("PIVOT developments ON topic USING count(*)", ["name the values"]),
    ],
    ids=["view", "column", "syntax", "macro", "two", "pivot"],
)
def test_a_mistake_is_shown_in_its_place(read, sql: str, said: list[str]) -> None:
    """The line of the query with a mark below it, then what is wrong and which name is near; exit 2."""
    answer = read("query", sql)
    assert (answer.code, answer.out) == (2, "")
    lines = answer.err.splitlines()
    assert all(any(one in line for line in lines) for one in said)
    assert "tidings: " in lines[-1]


ENDLESS = (
    "SELECT a.range FROM range(100000000000) AS a WHERE hash(a.range) % 500000000 = 1"  # rows seldom come: it is stopped while fetching
)


def test_a_query_is_stopped_after_its_time(read) -> None:
    """What takes too long is interrupted, wherever it is; exit 1, and the error says which option gives it more."""
    answer = read("query", ENDLESS, "--timeout", "0.2")
    assert (answer.code, answer.out) == (1, "")
    assert "after 0.2 s" in answer.err
    assert "--timeout" in answer.err


@pytest.mark.slow
def test_more_memory_than_there_is_fails_plainly(read) -> None:
    """A query that wants more memory than it may have is one clear error."""
    answer = read("query", "SELECT list(range) FROM range(300000000)")
    assert answer.code == 1
    assert "memory" in answer.err


@pytest.mark.slow
@pytest.mark.parametrize("sql", [ENDLESS, "SELECT count(*) FROM range(100000000000)"], ids=["fetching", "before the first row"])
def test_ctrl_c_ends_it(used_folder: Path, sql: str) -> None:
    """SIGINT ends a query at once: one line, no traceback, the code of a program that was interrupted."""
    words = [sys.executable, "-m", "tidings", "query", sql, "--timeout", "0", "--config", str(used_folder / "config")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=4)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=15)
    assert (process.returncode, out, err) == (130, b"", b"tidings: stopped\n")


@pytest.mark.slow
def test_colours_only_on_a_terminal(used_folder: Path, read) -> None:
    """Escape sequences go to a terminal, and not there where NO_COLOR is set, nor into a pipe."""
    sql = "SELECT NULL AS a"
    assert "\x1b[" not in read("query", sql, "--format", "table").out
    assert "\x1b[" not in on_terminal(used_folder, 80, sql)
    assert "\x1b[2mNULL" in on_terminal(used_folder, 80, sql, NO_COLOR="", TERM="xterm")
