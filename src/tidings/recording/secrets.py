"""Keep the secrets of feed addresses out of recordings: their values go in as `${NAME}`, and come back when a replay knows them."""

import re
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import quote

from tidings.model import Feed

_REFERENCE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
CHARS_MIN = 6  # a shorter value would be found everywhere


class Secrets:
    """Hide values in texts and bytes, and fill them in again. `fill(hide(x)) == x` unless x itself says `${NAME}`."""

    def __init__(self, values: Mapping[str, str], chars_min: int = 1) -> None:
        marks: dict[str, str] = {}
        for name, value in values.items():
            if len(value) >= chars_min:
                # As it is, as an address writes it, as HTML writes it: feeds like to name their own address.
                for form, mark in ((value, ""), (quote(value, safe=""), "%"), (escape(value), "&")):
                    marks.setdefault(form, f"${{{name}{mark}}}")
        longest_first = sorted(marks, key=lambda form: (-len(form), form))
        self._marks = {form: marks[form] for form in longest_first}

    def hide(self, text: str) -> str:
        """Return the text with `${NAME}` where a value stood."""
        for form, mark in self._marks.items():
            text = text.replace(form, mark)
        return text

    def fill(self, text: str) -> str:
        """Return the text with the values where `${NAME}` stood."""
        for form, mark in self._marks.items():
            text = text.replace(mark, form)
        return text

    def hide_bytes(self, data: bytes) -> bytes:
        """Do as `hide`, in UTF-8."""
        for form, mark in self._marks.items():
            data = data.replace(form.encode(), mark.encode())
        return data

    def fill_bytes(self, data: bytes) -> bytes:
        """Do as `fill`, in UTF-8."""
        for form, mark in self._marks.items():
            data = data.replace(mark.encode(), form.encode())
        return data

    def hide_within(self, value: Any) -> Any:
        """Hide in every text of plain values, names of keys included."""
        return _within(value, self.hide)

    def fill_within(self, value: Any) -> Any:
        """Fill in every text of plain values, names of keys included."""
        return _within(value, self.fill)


def _within(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_within(one, change) for one in value]
    if isinstance(value, dict):
        return {_within(key, change): _within(one, change) for key, one in value.items()}
    return value


def secrets_of(feeds: Iterable[Feed], chars_min: int = 1) -> Secrets:
    """Return what the feeds' addresses got from the environment: where `shown_url` says `${NAME}`, `url` has the value."""
    values: dict[str, str] = {}
    for feed in feeds:
        values.update(_values(feed))
    return Secrets(values, chars_min)


def _values(feed: Feed) -> dict[str, str]:
    names = _REFERENCE.findall(feed.shown_url)
    literals = _REFERENCE.sub("\0", feed.shown_url).split("\0")
    pattern = "(.*?)".join(map(re.escape, literals))
    found = re.fullmatch(pattern, feed.url, re.DOTALL) if names else None
    return dict(zip(names, found.groups(), strict=True)) if found else {}
