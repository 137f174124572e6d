"""Fold spelling: case, diacritics, Arabic letter variants, apostrophes and invisible characters.

So that Erdoğan is Erdogan, İdlib is idlib, إدلب is ادلب. For comparing only: folding changes
lengths, so offsets into folded text mean nothing in the text itself.
"""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans(
    {
        "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        # Arabic: carriers of hamza and final forms are written both ways
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ی": "ي", "ک": "ك", "ھ": "ه",
        "ـ": "",
        "’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "`": "'", "´": "'", "ʻ": "'", "＇": "'",
        "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-",
        "\u200b": "", "\u200c": "", "\u200d": "", "\u200e": "", "\u200f": "", "\u2060": "", "\ufeff": "", "\u00ad": "",
        "\u202a": "", "\u202b": "", "\u202c": "", "\u202d": "", "\u202e": "", "\u2066": "", "\u2067": "", "\u2068": "", "\u2069": "",
    }
)  # fmt: skip
_MARKS = re.compile(r"[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u1ab0-\u1aff\u20d0-\u20ff]")


_OTHERS = re.compile(r"([^\x00-\x7f]+)")
_RUN_MAX = 32  # characters of a run that is remembered: a word, a quotation mark


def fold(text: str) -> str:
    """Fold case, diacritics and letter variants; digits of all scripts become 0-9."""
    if text.isascii():
        return _plain(text)
    # Nothing below reaches from one run over ASCII to the next, and most runs of a text are old acquaintances: quotation marks, words.
    runs = _OTHERS.split(text)
    runs[::2] = map(_plain, runs[::2])
    runs[1::2] = [_known_run(run) if len(run) <= _RUN_MAX else _run(run) for run in runs[1::2]]
    return "".join(runs)


def _plain(text: str) -> str:
    return text.lower().replace("`", "'")


def _run(text: str) -> str:
    # Before normalising too: NFKC takes an acute accent that stands for an apostrophe (Ma´arat) apart.
    text = unicodedata.normalize("NFKC", text.translate(_LETTERS)).translate(_LETTERS).casefold()
    text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text).translate(_LETTERS).translate(_DIGITS)


_known_run = lru_cache(maxsize=20_000)(_run)


def tables() -> tuple[dict[str, str], str, dict[str, str]]:
    """Return letters and what stands for them, the class of marks that fall away, and digits: for those who fold elsewhere, such as in a browser."""
    return {chr(code): to for code, to in _LETTERS.items()}, _MARKS.pattern, {chr(code): to for code, to in _DIGITS.items()}


def squeeze(text: str) -> str:
    """Collapse white space and fold: the form in which two sentences count as the same words."""
    return " ".join(fold(text).split())


_DIGITS = {
    code: str(unicodedata.digit(chr(code))) for start in (0x0660, 0x06F0, 0x0966, 0x09E6, 0xFF10) for code in range(start, start + 10)
}
