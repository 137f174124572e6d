"""Write values from DuckDB as JSON and CSV, always the same way. Pure.

A text that a spreadsheet would run as a formula gets an apostrophe before it in CSV; so does one that begins with apostrophes and
then such a sign, so that taking one apostrophe away gives every text back (`unguarded`). NULL is an empty cell, an empty text is "".
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

_SIGNS = "=+-@\t\r\n＝＋－＠"
_FIRST = frozenset("'" + _SIGNS)
_FORMULA = re.compile(f"'*[{re.escape(_SIGNS)}]")
_GUARDED = re.compile(f"'+[{re.escape(_SIGNS)}]")
_QUOTED = re.compile(r'[",\r\n]|^\s|\s$|^$')
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})
_TEXT_TYPES = (UUID, time, timedelta)


def as_known(value: Any) -> Any:
    """Turn a value as DuckDB gives it into the one the program uses: ids as text, times with a zone in UTC, others as they are."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC) if value.tzinfo else value
    if isinstance(value, list):
        return [as_known(element) for element in value]
    return value


def json_value(value: Any) -> Any:
    """Turn a value from DuckDB into what JSON carries; what it has no word for (NaN, infinity) is null."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, _TEXT_TYPES):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list | tuple):
        return [json_value(element) for element in value]
    if isinstance(value, dict):
        return {str(json_value(name)): json_value(element) for name, element in value.items()}
    return str(value)


def json_of(kind: str) -> Callable[[Any], Any]:
    """Return what turns values of one of DuckDB's types into what JSON carries: a document of JSON becomes one, not a text that holds one."""
    return _document if kind == "JSON" else json_value


def _document(value: Any) -> Any:
    if not isinstance(value, str):
        return json_value(value)
    try:
        return json_value(json.loads(value))
    except ValueError:
        return value


def json_line(columns: Sequence[str], turns: Sequence[Callable[[Any], Any]], row: Sequence[Any]) -> str:
    """Write a row as one line of JSON, its keys in the order of the columns."""
    return json.dumps({name: turn(value) for name, turn, value in zip(columns, turns, row, strict=True)}, ensure_ascii=False) + "\n"


def csv_line(row: Sequence[Any]) -> str:
    """Write a row as one line of CSV (RFC 4180, but for the line's end: a line feed)."""
    cells = [_cell(value) for value in row]
    return (",".join(cells) if cells != [""] else '""') + "\n"  # an empty line would be no row


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is int:
        return str(value)
    text = csv_text(value)
    return '"' + text.replace('"', '""') + '"' if _QUOTED.search(text) else text


def csv_text(value: Any) -> str:
    """Turn a value into the text of a cell that no spreadsheet runs as a formula; numbers stay numbers, lists are JSON."""
    if type(value) is not str:
        value = json_value(value)
        if value is None:
            return ""
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
    return "'" + value if value[:1] in _FIRST and _FORMULA.match(value) else value


def unguarded(text: str) -> str:
    """Give back the text that a cell of CSV was made of."""
    return text[1:] if _GUARDED.match(text) else text


def distinct(columns: Iterable[str]) -> list[str]:
    """Give columns of the same name names of their own, as DuckDB does in a subquery: an object of JSON holds each once."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    return names
