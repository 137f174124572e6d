"""`tidings export --out` writes a whole file or leaves the one that is there."""

import pytest


@pytest.mark.parametrize(
    "words",
    [["devlopments", "--format", "csv"], ["developments", "--format", "xlsx"], ["--canonical", "--format", "csv"], []],
    ids=["a view that there is not", "a form that there is not", "a form for the canonical export", "nothing"],
)
def test_a_mistake_leaves_the_old_file(read, tmp_path, words: list[str]) -> None:
    """Exit 2, one line, and what an earlier export wrote is still there, with nothing beside it."""
    (tmp_path / "old.csv").write_text("old", encoding="utf-8")
    answer = read("export", *words, "--out", str(tmp_path / "old.csv"))
    assert (answer.code, len(answer.err.splitlines())) == (2, 1)
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["old"]


def test_a_file_takes_the_place_of_the_old(read, tmp_path) -> None:
    """What is written has a line for each row, and the head."""
    for _ in range(2):
        assert read("export", "developments", "--format", "csv", "--out", str(tmp_path / "new.csv")).code == 0
    assert len((tmp_path / "new.csv").read_text(encoding="utf-8").splitlines()) == 3
    assert len(list(tmp_path.iterdir())) == 1


def test_before_the_first_run(fresh, tmp_path) -> None:
    """There is nothing to export: one line, and no file."""
    for words in (["developments"], ["--canonical"]):
        answer = fresh("export", *words, "--out", str(tmp_path / "new.csv"))
        assert (answer.code, len(answer.err.splitlines())) == (1, 1)
        assert "tidings run" in answer.err
    assert not (tmp_path / "new.csv").exists()
