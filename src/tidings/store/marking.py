"""Mark the words of a query in a sentence as it is: by the same macro that folded both."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import duckdb

from tidings.store.rows import rows, storable

# Scripts without spaces between words: each character stands for itself. As Han, Hiragana and Katakana of search_terms.sql.
_APART = "\u3005\u3007\u3021-\u3029\u3038-\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fd-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff6f\uff71-\uff9d\U00020000-\U0003ffff"
_FALLS_AWAY = "\u00ad\u200b\u200c\u200d"


@cache
def _piece() -> re.Pattern[str]:
    """Return what finds a word, with the signs written on its letters, or one character that stands for itself."""
    marks = "".join(chr(code) for code in range(0x0300, 0x10000) if unicodedata.category(chr(code))[0] == "M")
    letter = rf"(?![{_APART}])(?:[^\W_]|[{marks}{_FALLS_AWAY}])"
    return re.compile(rf"[{_APART}]|(?:{letter})+")


def units_of(connection: duckdb.DuckDBPyConnection, lines: Sequence[str]) -> list[str]:
    """Fold each line into its units, with a space before and after each of them."""
    sql = "SELECT core.folded(line) AS units FROM (SELECT unnest($lines) AS line, generate_subscripts($lines, 1) AS place) ORDER BY place"
    return [row["units"] for row in rows(connection, sql, {"lines": [storable(line) for line in lines]})] if lines else []


def marked(connection: duckdb.DuckDBPyConnection, text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Return where the words stand in a text, as spans in order that do not touch each other."""
    pieces = [match.span() for match in _piece().finditer(text)]
    units = [one for one in zip(pieces, units_of(connection, [text[start:end] for start, end in pieces]), strict=True) if one[1].strip()]
    flat = [(span, unit) for span, folded in units for unit in folded.split()]
    hits: set[int] = set()
    for word in words:
        wanted = word.split()
        for place in range(len(flat) - len(wanted) + 1):
            if all(flat[place + offset][1] == unit for offset, unit in enumerate(wanted)):
                hits.update(range(place, place + len(wanted)))
    spans: list[tuple[int, int]] = []
    for place in sorted(hits):
        start, end = flat[place][0]
        if spans and place - 1 in hits and start >= spans[-1][1] and not text[spans[-1][1] : start].strip():
            spans[-1] = (spans[-1][0], end)  # one mark for words that follow each other
        elif not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return tuple(spans)
