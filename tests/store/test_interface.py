"""The interface that analysts query has a version, and does not change without it."""

import re
from pathlib import Path

from tidings.store.interface import interface

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "views.md"
_ROW = re.compile(r"^\| (\d+)\.(\d+)\.(\d+) \| (?:`(\w+)`)? \| (.+) \|$", re.MULTILINE)


def test_a_change_of_views_or_macros_has_a_version() -> None:
    """The newest version on the page is that of the views, with the digest of their names, columns and types as they are."""
    shown = interface()
    newest = _ROW.findall(PAGE.read_text(encoding="utf-8"))[0]
    said = (".".join(newest[:3]), newest[3])
    assert said == (shown.version, shown.digest), (
        "raise the version in derived.sql (derived.published), and write a row with this digest into docs/reference/views.md"
    )


def test_versions_only_rise() -> None:
    """Versions on the page fall from row to row, and each says what changed."""
    found = _ROW.findall(PAGE.read_text(encoding="utf-8"))
    versions = [tuple(map(int, row[:3])) for row in found]
    assert versions == sorted(set(versions), reverse=True)
    assert all(row[4].strip() for row in found)
