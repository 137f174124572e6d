"""`tidings export`: any view, macro or query, in a form by the file's name, whole or not at all."""

import json
import stat
from pathlib import Path

import duckdb
import pytest


@pytest.mark.parametrize(
    "words",
    [
        ["devlopments", "--format", "csv"],
        ["developments", "--format", "xlsx"],
        ["--canonical", "--format", "csv"],
        [],
        ["developments", "--query", "FROM topics"],
        ["developments", "--topic", "libia"],
        ["developments", "--since", "yesterday"],
        ["--query", "SELECT 1; SELECT 2"],
    ],
    ids=[
        "a view that there is not",
        "a form that there is not",
        "a form for the canonical export",
        "nothing",
        "two things",
        "topic",
        "time",
        "two statements",
    ],
)
def test_a_mistake_leaves_the_old_file(read, tmp_path, words: list[str]) -> None:
    """Exit 2, one line, and what an earlier export wrote is still there, with nothing beside it."""
    (tmp_path / "old.csv").write_text("old", encoding="utf-8")
    answer = read("export", *words, "--out", str(tmp_path / "old.csv"))
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]


def test_a_file_takes_the_place_of_the_old(read, tmp_path) -> None:
    """What is written has a line for each row, and the head; its group may read it."""
    for _ in range(2):
        assert read("export", "developments", "--format", "csv", "--out", str(tmp_path / "new.csv")).code == 0
    assert len((tmp_path / "new.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()] == [0o640]


@pytest.mark.parametrize(("name", "begins"), [("a.csv", b"id,"), ("a.jsonl", b'{"id"'), ("a.parquet", b"PAR1"), ("a.txt", b'{"id"')])
def test_the_name_says_the_form(read, tmp_path, name: str, begins: bytes) -> None:
    """Without --format the end of the name decides; JSON Lines where it says nothing. The rows are counted on the error output."""
    answer = read("export", "developments", "--out", str(tmp_path / name))
    assert (answer.code, answer.out, answer.err) == (0, "", "2 rows\n")
    assert (tmp_path / name).read_bytes().startswith(begins)


def test_the_standard_output(read) -> None:
    """Without --out rows go to the standard output; Parquet, which is no text, is refused there."""
    rows = [json.loads(line) for line in read("export", "developments").out.splitlines()]
    assert [row["id"] for row in rows] == [row["id"] for row in read("query", "FROM developments", "--json").json]
    assert list(rows[0])[:3] == ["id", "topic", "kind"]  # in the order of the view
    answer = read("export", "developments", "--format", "parquet")
    assert (answer.code, answer.out) == (2, "")
    assert "--out" in answer.err


def test_macros_and_queries(read, tmp_path) -> None:
    """A macro with its arguments, and any statement that reads, are exported like a view."""
    [topic] = {row["topic"] for row in read("query", "FROM developments", "--json").json}
    answer = read("export", f"what_changed('{topic}', '2000-01-01')", "--topic", topic, "--since", "2000-01-01")
    assert (answer.code, len(answer.out.splitlines())) == (0, 2)
    assert read("export", "--query", "SELECT '=1' AS a", "--format", "csv").out == "a\n'=1\n"
    assert read("export", "developments", "--since", "2100-01-01T00:00:00Z").out == ""


def test_all(read, tmp_path) -> None:
    """`all` writes every view as Parquet into a folder, with a manifest; without a folder it is a mistake."""
    target = tmp_path / "all"
    assert read("export", "all", "--out", str(target)).code == 0
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    assert {"developments.parquet", "told.parquet"} <= {one["file"] for one in manifest["files"]}
    assert len(list(target.iterdir())) == len(manifest["files"]) + 1
    assert duckdb.sql(f"SELECT count(*) FROM '{target}/developments.parquet'").fetchall() == [(2,)]
    assert read("export", "all").code == 2
    assert read("export", "all", "--topic", "x", "--out", str(target)).code == 2


def test_before_the_first_run(fresh, tmp_path) -> None:
    """There is nothing to export: one line, and no file."""
    for words in (["developments"], ["--canonical"], ["all"]):
        answer = fresh("export", *words, "--out", str(tmp_path / "new.csv"))
        assert (answer.code, len(answer.err.splitlines())) == (1, 1)
        assert "tidings run" in answer.err
    assert not list(Path(tmp_path).glob("*new.csv*"))
