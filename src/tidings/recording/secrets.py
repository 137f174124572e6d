"""Keep the secrets of feed addresses out of recordings: their values go in as `${NAME}`, and come back when a replay knows them."""

import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from tidings.model import Feed
from tidings.text.spellings import anchor_of, pattern_of, spellings
from tidings.text.urls import parse

_REFERENCE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
CHARS_MIN = 6  # a shorter value would be found everywhere
_OTHER = ":other"  # a spelling that has no name: it comes back as an address writes it


class Secrets:
    """Hide values in texts and bytes, however they are spelled, and fill them in again.

    `fill(hide(x)) == x` unless x itself says `${NAME}`, or mixes spellings (`%2F` and `/` in one value).
    """

    def __init__(self, values: Mapping[str, str], chars_min: int = 1) -> None:
        self._values = {name: value for name, value in values.items() if len(value) >= chars_min}
        kept = sorted(self._values.items(), key=lambda one: (-len(one[1]), one))
        self._anchors = [anchor_of(value) for _, value in kept]
        self._names = [name for name, _ in kept]
        self._sources = [pattern_of(value) for _, value in kept]
        self._marks: dict[str, dict[str, str]] = {}  # name -> spelling -> mark
        self._spelled: dict[str, str] = {}  # mark -> spelling
        for name, value in kept:
            known = spellings(value)
            marks = self._marks[name] = {}
            for style, spelling in known.items():
                marks.setdefault(spelling, f"${{{name}{style}}}")
            self._spelled |= {f"${{{name}{style}}}": spelling for style, spelling in known.items()}
            self._spelled[f"${{{name}{_OTHER}}}"] = known[":query"]
        self._fill = re.compile("|".join(map(re.escape, self._spelled)) or r"(?!)")
        self._found: dict[tuple[int, ...], re.Pattern[str]] = {}

    def without(self, left_out: Callable[[str], bool]) -> "Secrets":
        """Return the same secrets but for the values that are left out."""
        return Secrets({name: value for name, value in self._values.items() if not left_out(value)})

    def without_half(self, text: str) -> str:
        """Return a text that was cut somewhere without what it ends with of a value: half of one is not found by `hide`."""
        for form in self._spelled.values():
            if form[:CHARS_MIN] in text[-len(form) :]:
                for length in range(len(form) - 1, CHARS_MIN - 1, -1):
                    if text.endswith(form[:length]):
                        return text[:-length] + "…"
        return text

    def hide(self, text: str) -> str:
        """Return the text with `${NAME}` where a value stood."""
        present = tuple(at for at, anchor in enumerate(self._anchors) if anchor in text)
        return self._pattern(present).sub(lambda found: self._mark(found, present), text) if present else text

    def fill(self, text: str) -> str:
        """Return the text with the values where `${NAME}` stood."""
        return self._fill.sub(lambda found: self._spelled[found[0]], text)

    def hide_bytes(self, data: bytes) -> bytes:
        """Do as `hide`, in UTF-8; other bytes stay as they are."""
        if not any(anchor.encode() in data for anchor in self._anchors):
            return data
        return _text(self.hide, data)

    def fill_bytes(self, data: bytes) -> bytes:
        """Do as `fill`, in UTF-8; other bytes stay as they are."""
        return _text(self.fill, data) if b"${" in data else data

    def hide_within(self, value: Any) -> Any:
        """Hide in every text of plain values, names of keys included."""
        return _within(value, self.hide)

    def fill_within(self, value: Any) -> Any:
        """Fill in every text of plain values, names of keys included."""
        return _within(value, self.fill)

    def _pattern(self, present: tuple[int, ...]) -> re.Pattern[str]:
        """Return one expression for these values, so that none is looked for in the mark of another."""
        if present not in self._found:
            self._found[present] = re.compile("|".join(f"({self._sources[at]})" for at in present))
        return self._found[present]

    def _mark(self, found: re.Match[str], present: tuple[int, ...]) -> str:
        name = self._names[present[(found.lastindex or 1) - 1]]
        return self._marks[name].get(found[0], f"${{{name}{_OTHER}}}")


def _text(change: Callable[[str], str], data: bytes) -> bytes:
    """Change bytes as text; any bytes survive the way there and back."""
    return change(data.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")


def _within(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_within(one, change) for one in value]
    if isinstance(value, dict):
        return {_within(key, change): _within(one, change) for key, one in value.items()}
    return value


def secrets_of(feeds: Iterable[Feed], chars_min: int = 1) -> Secrets:
    """Return what the feeds' addresses got from the environment: where `shown_url` says `${NAME}`, `url` has the value.

    And the same in base64 and hexadecimal, as programs show what they were sent; user name and password together as HTTP sends them.
    """
    values: dict[str, str] = {}
    for feed in feeds:
        found = filled_in(feed)
        values.update(found)
        for name, value in found.items():
            values.update(_encoded(name, value) | _encoded(f"{name}:plain", unquote(value)))
        userinfo = parse(feed.url)
        if found and userinfo and userinfo.userinfo:
            values.update(_encoded(next(iter(found)) + ":user", unquote(userinfo.userinfo)))
    return Secrets(values, chars_min)


def _encoded(name: str, value: str) -> dict[str, str]:
    return {f"{name}:{alphabet}": encoded for alphabet, encoded in encodings(value).items()}


def encodings(value: str) -> dict[str, str]:
    """Return a value in the alphabets of base64 and hexadecimal; none of a short one, where they would be no more secret than any word."""
    data = value.encode("utf-8", "surrogateescape")
    if len(data) < CHARS_MIN:
        return {}
    plain, safe = (encode(data).decode("ascii").rstrip("=") for encode in (b64encode, urlsafe_b64encode))
    return {"base64": plain, "base64url": safe, "hex": data.hex(), "HEX": data.hex().upper()}


def filled_in(feed: Feed) -> dict[str, str]:
    """Return what the environment put into a feed's address, by the names of the variables."""
    names = _REFERENCE.findall(feed.shown_url)
    literals = _REFERENCE.sub("\0", feed.shown_url).split("\0")
    pattern = "(.*?)".join(map(re.escape, literals))
    found = re.fullmatch(pattern, feed.url, re.DOTALL) if names else None
    return dict(zip(names, found.groups(), strict=True)) if found else {}
