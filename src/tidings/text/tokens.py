"""Cut text into number, word and symbol tokens that keep their offsets."""

import re
from typing import NamedTuple

_DIGITS = r"\d+(?:[.,٬٫]\d+)*"
_VOWELS = "\u064b-\u0652\u0670"  # signs that Arabic may write on its letters; look-ups do without them
_TOKEN = re.compile(
    rf"(?P<number>{_DIGITS})|(?P<word>[^\W\d_]+(?:[{_VOWELS}]+[^\W\d_]*|['’][^\W\d_]+)*)|(?P<symbol>\S)",
)
_SIGNED = re.compile(f"[{_VOWELS}]")
# Thousands set apart by spaces: always with a no-break space, with a plain one only where that is the custom.
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[\u00a0\u202f\u2009]\d{3})+(?![\d])(?:[.,]\d+)?")
_PLAIN_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f\u2009]\d{3})+(?![\d])(?:[.,]\d+)?")
_SPACED_LANGUAGES = frozenset({"fr", "ru"})


class Token(NamedTuple):
    """Hold one token; `kind` is number, word or symbol; `lower` is folded for look-ups."""

    text: str
    lower: str
    start: int
    end: int
    kind: str

    @property
    def capital(self) -> bool:
        """Tell whether it begins with an upper-case letter."""
        return self.text[:1].isupper()


def word_set(words: str) -> frozenset[str]:
    """Make a set of the words of a string: tables stay readable as prose."""
    return frozenset(words.split())


def tokenize(text: str, language: str = "en") -> list[Token]:
    """Cut `text` into tokens in order; white space is dropped. Linear in the length of the text."""
    tokens: list[Token] = []
    at = 0
    spaced = _PLAIN_SPACED if language in _SPACED_LANGUAGES else _SPACED
    for group in spaced.finditer(text):
        tokens += _plain(text, at, group.start())
        tokens.append(Token(group.group(), group.group(), group.start(), group.end(), "number"))
        at = group.end()
    return tokens + _plain(text, at, len(text))


def _plain(text: str, start: int, end: int) -> list[Token]:
    found = []
    for match in _TOKEN.finditer(text, start, end):
        word = match.group()
        lower = word.lower() if word.isascii() else _SIGNED.sub("", word.lower()).replace("’", "'")
        found.append(Token(word, lower, match.start(), match.end(), match.lastgroup or "symbol"))
    return found


def adjacent(left: Token, right: Token) -> bool:
    """Tell whether nothing, not even a space, stands between two tokens."""
    return left.end == right.start
