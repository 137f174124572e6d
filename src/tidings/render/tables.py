"""Write rows as a table: in columns as wide as the terminal, one record a block where they would be too narrow or too high, or as Markdown.

Nothing is ever cut. Pure.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import zip_longest
from sys import maxsize
from typing import Any

from tidings.render.columns import isolated, wrap
from tidings.render.columns import width as cells_of
from tidings.render.escape import markdown, plain

_GAP = "  "
_NARROW = 12  # cells that a column of words has at least
_SHORT = 16  # cells up to which a value is not broken: a time is as long
_UNBROKEN_MAX = 40  # cells up to which a word is not broken, so that an id can be copied
_HIGH = 12  # lines of one row, about: more are read better as a record
_NULL = "NULL"
_BOLD, _DIM, _END = "\x1b[1m", "\x1b[2m", "\x1b[0m"

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class _Cell:
    """Hold what is shown of a value, how many cells of a terminal that takes, and how it is set."""

    text: str
    width: int
    null: bool = False


def table_lines(columns: Sequence[str], rows: Rows, width: int = maxsize, *, styled: bool = False) -> Iterator[str]:
    """Write rows in columns that fit into `width` cells of a terminal, long texts in several lines, else one record a block.

    `styled`: with the escape sequences of a terminal for bold and dim.
    """
    heads = [_cell(plain(name, maxsize)) for name in columns]
    cells = [[_cell(value) for value in row] for row in rows]
    widths = _fitting(heads, cells, width)
    if not widths:
        yield from _records(heads, cells, width, styled=styled)
        return
    right = [_is_number(column) for column in zip(*rows, strict=True)] or [False] * len(heads)
    high = any(cell.width > 2 * size for row in cells for cell, size in zip(row, widths, strict=True))
    yield from (_dressed(line, _BOLD, styled=styled) for line in _lines(heads, widths, right, styled=False))
    yield _GAP.join("-" * each for each in widths)
    for number, row in enumerate(cells):
        if high and number:
            yield ""
        yield from _lines(row, widths, right, styled=styled)


def _cell(value: Any) -> _Cell:
    if value is None:
        return _Cell(_NULL, len(_NULL), null=True)
    text = _shown(value)
    text = f'"{text}"' if text == _NULL else text  # a text that says so is none
    return _Cell(text, cells_of(text))


def _is_number(column: Sequence[Any]) -> bool:
    known = [value for value in column if value is not None]
    return bool(known) and all(isinstance(value, int | float | Decimal) and not isinstance(value, bool) for value in known)


def _fitting(heads: Sequence[_Cell], cells: Sequence[Sequence[_Cell]], width: int) -> list[int]:
    """Return how wide each column is so that all fit; nothing where they would be too narrow, or a row too high."""
    columns = list(zip(heads, *cells, strict=True))
    whole = [max(cell.width for cell in column) for column in columns]
    room = width - len(_GAP) * (len(columns) - 1)
    if sum(whole) <= room:
        return whole
    least = [min(full, max(_NARROW, *map(_unbroken, column))) for full, column in zip(whole, columns, strict=True)]
    if sum(least) > room:
        return []
    widths = _shared(least, whole, room)
    return [] if any(full > _HIGH * size for full, size in zip(whole, widths, strict=True)) else widths


def _unbroken(cell: _Cell) -> int:
    """Return the cells of the longest word that is better not broken."""
    if cell.width <= _SHORT:
        return cell.width
    return min(max((len(word) for word in cell.text.split() if word.isascii()), default=0), _UNBROKEN_MAX)


def _shared(least: Sequence[int], whole: Sequence[int], room: int) -> list[int]:
    """Share the room that is left, cell by cell, each to the column that would be highest."""
    widths = list(least)
    for _ in range(room - sum(widths)):
        highest = max(range(len(widths)), key=lambda place: whole[place] / max(widths[place], 1))
        widths[highest] += 1
    return widths


def _lines(row: Sequence[_Cell], widths: Sequence[int], right: Sequence[bool], *, styled: bool) -> Iterator[str]:
    """Write one row, in as many lines as its highest cell has."""
    pieces = [_pieces(cell, size) for cell, size in zip(row, widths, strict=True)]
    for line in zip_longest(*pieces, fillvalue=""):
        padded = []
        for piece, cell, size, to_right in zip(line, row, widths, right, strict=True):
            space = " " * (size - cells_of(piece))
            shown = _dressed(piece, _DIM, styled=styled and cell.null)
            padded.append(space + shown if to_right else shown + space)
        yield _GAP.join(padded).rstrip()


def _pieces(cell: _Cell, size: int) -> list[str]:
    text = isolated(cell.text)
    return [text] if cell.width <= size else list(wrap(text, limit=size))


def _dressed(text: str, style: str, *, styled: bool) -> str:
    return f"{style}{text}{_END}" if styled and text else text


def _records(heads: Sequence[_Cell], cells: Sequence[Sequence[_Cell]], width: int, *, styled: bool) -> Iterator[str]:
    longest = max(head.width for head in heads)
    room = max(width - longest - len(_GAP), _NARROW)
    for number, row in enumerate(cells, start=1):
        yield _dressed(f"-- {number} --", _BOLD, styled=styled)
        for head, cell in zip(heads, row, strict=True):
            name = head.text + " " * (longest - head.width)
            for piece in _pieces(cell, room):
                yield f"{name}{_GAP}{_dressed(piece, _DIM, styled=styled and cell.null)}".rstrip()
                name = " " * longest


def markdown_lines(columns: Sequence[str], rows: Rows) -> Iterator[str]:
    """Write rows as a table in Markdown; words from outside stay words."""
    yield _bars(markdown(name, maxsize) for name in columns)
    yield _bars("---" for _ in columns)
    for row in rows:
        yield _bars("" if value is None else markdown(_shown(value), maxsize) for value in row)


def _bars(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return plain(json.dumps(value, ensure_ascii=False, default=str), maxsize)
    return plain(str(value), maxsize)
