"""The README of the faults says what the tables say."""

from faults import readme


def test_the_readme_is_up_to_date() -> None:
    """`python tests/faults/readme.py` writes it anew."""
    assert (readme.HERE / "README.md").read_text(encoding="utf-8") == readme.text()
