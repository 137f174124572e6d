"""Write what `tidings doctor` found, and the configuration in force, as lines of plain text for a terminal. Pure."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tidings.render.escape import plain

_LISTED = ("feeds", "topics", "seeds", "recipients")  # counted in the report; all of it with --config-only
_FOLDED = {"feed": "feeds fine", "robots": "sites let us read their articles"}  # one line together, where they are more than a few
_FEW = 5
_WIDTH_MIN = 40  # columns; narrower, wrapping helps nobody


def configuration_lines(hidden: Mapping[str, Any], *, whole: bool) -> Iterator[str]:
    """Write a configuration whose secrets are left out, one key a line; of its long lists, unless `whole`, the count."""
    for name, value in hidden.items():
        if isinstance(value, list) and name in _LISTED and not whole:
            yield f"  {name}: {len(value)}"
        else:
            yield from _lines(f"  {name}", value)


def _lines(name: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, inner in value.items():
            yield from _lines(f"{name}.{plain(str(key))}", inner)
    elif isinstance(value, list) and any(isinstance(inner, Mapping) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _lines(f"{name}[{number}]", inner)
    elif isinstance(value, list):
        yield f"{name} = {', '.join(plain(str(inner)) for inner in value) or '(none)'}"
    elif isinstance(value, bool):
        yield f"{name} = {str(value).lower()}"
    else:
        yield f"{name} = {plain(str(value)) if value not in (None, '', {}) else '(none)'}"


def finding_lines(findings: Sequence[Mapping[str, str]], *, whole: bool = False, width: int = 0) -> Iterator[str]:
    """Write one line for each finding, wrapped where a width in columns is given, and the counts.

    Where many feeds or sites are fine, they are one line, unless `whole`.
    """
    states = Counter(one["state"] for one in findings)
    fine = Counter(one["what"] for one in findings if one["state"] == "ok")
    folded = set[str]()
    for one in findings:
        what = one["what"]
        if whole or one["state"] != "ok" or what not in _FOLDED or fine[what] <= _FEW:
            yield from _wrapped(_finding_line(one), width)
        elif what not in folded:
            folded.add(what)
            yield from _wrapped(f"{'ok':<8} {what}: {fine[what]} {_FOLDED[what]} (--verbose names them)", width)
    yield f"{states['ok']} ok, {states['warning']} warnings, {states['fault']} faults"


def _finding_line(one: Mapping[str, str]) -> str:
    what = f"{one['what']} {plain(one['subject'])}" if one["subject"] else one["what"]
    to_do = f". To do: {plain(one['to_do'])}" if one["to_do"] else ""
    return f"{one['state']:<8} {what}: {plain(one['found'])}{to_do}"


def _wrapped(line: str, width: int) -> list[str]:
    """Break a line between words, its rest under the first word after the state; addresses stay whole, to be copied."""
    if width < _WIDTH_MIN or len(line) <= width:
        return [line]
    return textwrap.wrap(line, width, subsequent_indent=" " * 9, break_long_words=False, break_on_hyphens=False)
