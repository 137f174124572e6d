"""The reference page of the configuration."""

import tomllib
from pathlib import Path

from tidings.config import reference_markdown, schema_rows

FOLDER = Path(__file__).resolve().parents[2] / "config"


def test_every_key_has_a_meaning() -> None:
    """No key is left without a word on what it does, nor without a type."""
    assert [row.key for row in schema_rows() if not row.meaning or not row.type] == []


def test_every_key_of_the_delivered_files_is_on_the_page() -> None:
    """The page names each file, each table and each key that the delivered files use."""
    page = reference_markdown()
    for path in FOLDER.glob("*.toml"):
        assert f"## {path.name}" in page
        for name, content in tomllib.loads(path.read_text(encoding="utf-8")).items():
            assert f"### `[[{name}]]`" in page or f"### `[{name}]`" in page
            for table in content if isinstance(content, list) else [content]:
                assert [key for key in table if f"| `{key}` |" not in page and f"| `{key}[]." not in page] == []


def test_the_page_is_stable() -> None:
    """Two calls write the same page, with defaults as TOML writes them."""
    assert reference_markdown() == reference_markdown()
    assert "| `robots` | true or false | `true` |" in reference_markdown()
