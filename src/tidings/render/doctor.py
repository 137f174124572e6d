"""Write what `tidings doctor` found, and the configuration in force, as lines of plain text for a terminal. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tidings.render.escape import plain

_LISTED = ("feeds", "topics", "seeds", "recipients")  # counted in the report; all of it with --config-only


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


def finding_lines(findings: Iterable[Mapping[str, str]]) -> Iterator[str]:
    """Write one line for each finding, and the counts."""
    states = Counter[str]()
    for one in findings:
        states[one["state"]] += 1
        what = f"{one['what']} {plain(one['subject'])}" if one["subject"] else one["what"]
        to_do = f". To do: {plain(one['to_do'])}" if one["to_do"] else ""
        yield f"{one['state']:<8} {what}: {plain(one['found'])}{to_do}"
    yield f"{states['ok']} ok, {states['warning']} warnings, {states['fault']} faults"
