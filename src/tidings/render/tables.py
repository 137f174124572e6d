"""Write rows as a table: in columns where they fit, one record a block where they do not, or as Markdown. Nothing is ever cut. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from sys import maxsize
from typing import Any

from rich.cells import cell_len

from tidings.render.escape import markdown, plain

_GAP = "  "

Rows = Sequence[Sequence[Any]]


def table_lines(columns: Sequence[str], rows: Rows, width: int = maxsize) -> Iterator[str]:
    """Write rows in columns when they fit into `width` cells of a terminal, else one record a block."""
    names = [plain(name, maxsize) for name in columns]
    cells = [[_shown(value) for value in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(names, *cells, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
        yield from _records(names, cells)
        return
    right = [all(isinstance(value, int | float) for value in column) and bool(column) for column in zip(*rows, strict=True)]
    yield _line(names, widths, right)
    yield _GAP.join("-" * each for each in widths)
    yield from (_line(row, widths, right) for row in cells)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """Pad by what a terminal shows: a Chinese character takes two cells, a combining mark none. Numbers go to the right."""
    padded = []
    for position, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        padded.append(space + cell if right and right[position] else cell + space)
    return _GAP.join(padded).rstrip()


def _records(names: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    longest = max(map(cell_len, names))
    for number, row in enumerate(cells, start=1):
        yield f"-- {number} --"
        for name, cell in zip(names, row, strict=True):
            yield f"{name}{' ' * (longest - cell_len(name))}{_GAP}{cell}".rstrip()


def markdown_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """Write rows as a table in Markdown; words from outside stay words."""
    yield _bars(markdown(name, maxsize) for name in columns)
    yield _bars("---" for _ in columns)
    for row in rows:
        yield _bars(markdown(_shown(value), maxsize) for value in row)


def _bars(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return plain(str(value), maxsize)
