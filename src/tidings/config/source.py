"""Read one TOML file and remember on which line each key stands, which tomllib does not tell."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tidings.errors import Problem

Loc = tuple[str | int, ...]  # ("feed", 3, "url"): the way to a value

FILE_BYTES_MAX = 5_000_000
_HEADER = re.compile(r"^\s*(\[\[?)\s*([A-Za-z0-9_.\-]+)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"""^\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')\s*=""")


@dataclass(frozen=True, slots=True)
class Source:
    """Hold one configuration file: its name, its content as plain values, and its lines."""

    name: str
    raw: Mapping[str, Any] = field(default_factory=dict)
    text: tuple[str, ...] = ()
    lines: Mapping[Loc, int] = field(default_factory=dict)

    def tables(self, key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield the tables of an array of tables, skipping what is none: its own check speaks of that."""
        value = self.raw.get(key)
        if isinstance(value, list):
            yield from ((index, table) for index, table in enumerate(value) if isinstance(table, dict))

    def problem(self, loc: Loc, expected: str, found: str = "", nearest: str = "", *, value: object = None) -> Problem:
        """Make the problem of the value at `loc`; `value` finds its line inside a list."""
        return Problem(self.name, shown(loc), expected, found, nearest, self.line(loc, value))

    def line(self, loc: Loc, value: object = None) -> int:
        """Find the line of a key, or of the nearest table or key around it; 0 when there is none."""
        for length in range(len(loc), 0, -1):
            start = self.lines.get(loc[:length])
            if start is None:
                continue
            if length < len(loc) and isinstance(loc[-1], int) and isinstance(value, str):
                return self._line_of(value, start) or start
            return start
        return 0

    def _line_of(self, value: str, start: int) -> int:
        quoted = (f'"{value}"', f"'{value}'")
        for number, line in enumerate(self.text[start - 1 :], start):
            if number > start and (_HEADER.match(line) or _KEY.match(line)):
                return 0
            if any(form in line for form in quoted):
                return number
        return 0


def shown(loc: Loc) -> str:
    """Write a path as people read it: `feed[3].url`, counted from 1."""
    text = ""
    for part in loc:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def read(path: Path) -> Source | Problem:
    """Read a file, or say why that is not possible."""
    try:
        with path.open("rb") as file:
            return parse(path.name, file.read(FILE_BYTES_MAX + 1))
    except OSError as error:
        return Problem(path.name, "", "a file that can be read", error.strerror or type(error).__name__)


def parse(name: str, content: bytes) -> Source | Problem:
    """Read a file's content, or say why that is not possible."""
    if len(content) > FILE_BYTES_MAX:
        return Problem(name, "", f"a file of at most {FILE_BYTES_MAX} bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Problem(name, "", "a file in UTF-8", f"other bytes at offset {error.start}")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = re.fullmatch(r"(.*?) \(at (?:line (\d+), column \d+|end of document)\)", str(error), re.DOTALL)
        line = int(said[2]) if said and said[2] else len(text.splitlines())
        what = (said[1] if said else str(error))[:200]
        hint = " (texts in quotes, true and false in small letters)" if what == "Invalid value" else ""
        return Problem(name, "", f"valid TOML{hint}", what, line=line)
    except RecursionError:
        return Problem(name, "", "valid TOML", "tables nested too deep")
    rows = tuple(text.split("\n"))
    return Source(name, raw, rows, _lines(rows))


def _lines(rows: tuple[str, ...]) -> dict[Loc, int]:
    """Map the way to each table and key to its line. Only as good as one regular expression a line: it serves messages."""
    lines: dict[Loc, int] = {}
    counts: dict[Loc, int] = {}
    here: Loc = ()
    for number, row in enumerate(rows, 1):
        if header := _HEADER.match(row):
            here = _enter(header[2].split("."), counts, is_array=header[1] == "[[")
            lines.setdefault(here, number)
        elif key := _KEY.match(row):
            lines.setdefault((*here, key[1].strip("\"'")), number)
    return lines


def _enter(parts: list[str], counts: dict[Loc, int], *, is_array: bool) -> Loc:
    """Find the table a header opens, inside the last table of each array it passes."""
    here: Loc = ()
    for position, part in enumerate(parts, 1):
        here = (*here, part)
        if is_array and position == len(parts):
            counts[here] = counts.get(here, 0) + 1
        if here in counts:
            here = (*here, counts[here] - 1)
    return here
