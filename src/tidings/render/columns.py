"""Break text into lines of 72 columns, whatever its script: wide characters, no spaces, right to left."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 72
# Unicode's isolates (UAX 9): what stands between turns nothing around it. They take no room.
LEFT, RIGHT, END = "\u2066", "\u2067", "\u2069"
_FROM_RIGHT = frozenset({"R", "AL"})
_ISOLATES = {LEFT, RIGHT, END}
# No line begins with these (UAX 14, class CL and the like): they stay with what is before them.
_CLOSING = frozenset("。，、；：！？」』）〉》】〕〗．,.;:!?)]}”’")


def isolated(text: str) -> str:
    """Set text apart that runs from right to left, so that it and its punctuation read right in a line of ours; other text stays as it is.

    Text from outside holds no isolates of its own (`escape.plain` takes them out).
    """
    if not any(unicodedata.bidirectional(char) in _FROM_RIGHT for char in text):
        return text
    return f"{RIGHT if direction(text) == 'rtl' else LEFT}{text}{END}"


def direction(text: str) -> str:
    """Return `rtl` where at least half of the letters run from right to left, else `ltr`."""
    classes = [unicodedata.bidirectional(char) for char in text]
    right = sum(one in _FROM_RIGHT for one in classes)
    return "rtl" if right and right >= classes.count("L") else "ltr"


def wrap(text: str, first: str = "", rest: str | None = None, limit: int = WIDTH) -> Iterator[str]:
    """Break text at spaces into lines of at most `limit` columns; scripts without spaces break between characters.

    What is isolated is so on each of its lines: every line is a paragraph to the program that shows it.
    """
    rest = first if rest is None else rest
    line, taken, empty, opened = first, width(first), True, ""
    for word in text.split(" "):
        for piece in _pieces(word, limit - max(width(first), width(rest))):
            gap = 0 if empty else (1 if piece.starts else 0)
            if not empty and taken + gap + piece.width > limit:
                yield line.rstrip() + (END if opened else "")
                line, taken, gap = rest + opened, width(rest), 0
            line += " " * gap + piece.text
            taken += gap + piece.width
            empty = False
            opened = _open_isolate(piece.text, opened)
    yield line.rstrip()


def _open_isolate(text: str, before: str) -> str:
    """Return the isolate that is open behind a text."""
    for char in text:
        if char in _ISOLATES:
            before = "" if char == END else char
    return before


@dataclass(frozen=True, slots=True)
class _Piece:
    """Hold a part of a word that is not broken, and whether a space stands before it."""

    text: str
    width: int
    starts: bool


def _pieces(word: str, room: int) -> Iterator[_Piece]:
    """Cut a word into pieces that fit; wide characters (Chinese, Japanese, Korean) are pieces of their own, closing marks with them."""
    start, text, taken, wide_before = True, "", 0, False
    for char in word:
        size = char_width(char)
        joins = size == 0 or (wide_before and char in _CLOSING)
        if text and not (joins and taken + size <= room) and (size == 2 or wide_before or taken + size > room):
            yield _Piece(text, taken, start)
            start, text, taken, wide_before = False, "", 0, False
        text += char
        taken += size
        wide_before = wide_before or size == 2
    yield _Piece(text, taken, start)


def char_width(char: str) -> int:
    """Return how many columns a character takes: 0, 1 or 2."""
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in {"W", "F"} else 1


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(char_width, text))
