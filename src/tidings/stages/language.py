"""Tell the language of a text: by its script where that is enough, else by py3langid."""

import re
from functools import cache
from typing import Any

HINT_LETTERS_MAX = 60  # below this a guess from the text is worth less than what the feed says
_CHARS_LOOKED_AT = 4_000
_LETTER = re.compile(r"[^\W\d_]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_ARABIC_SCRIPT = frozenset({"ar", "fa", "ur", "ps", "ug", "ku"})
_UYGHUR = re.compile(r"[\u06d0\u06d5\u06c6-\u06c8\u06cb]")
_UYGHUR_SHARE = 0.08  # vowels that Uyghur writes and Arabic has not; Persian and Urdu hardly use them
_TAG = re.compile(r"[a-z]{2,3}(?=[-_]|$)")


def identify(text: str, hint: str = "") -> str:
    """Return the two-letter language code of a text; empty when it has no letters and there is no hint.

    `hint` is what the feed says of itself; it decides only for texts of fewer than 60 letters (Han: 20).
    """
    tag = _TAG.match(hint.strip().lower())
    sample = text[:_CHARS_LOOKED_AT]
    letters = len(_LETTER.findall(sample))
    by_script = _by_script(sample, letters)
    if by_script == "zh":
        return by_script
    if letters < HINT_LETTERS_MAX and tag:
        return tag[0]
    return by_script or (_classify(sample) if letters else "")


def _by_script(text: str, letters: int) -> str:
    """Name the language when its script, or the classifier within the script, decides; else empty."""
    if not letters:
        return ""
    if len(_KANA.findall(text)) * 10 > letters:
        return "ja"
    if len(_HANGUL.findall(text)) * 2 > letters:
        return "ko"
    if len(_HAN.findall(text)) * 3 > letters:
        return "zh"
    if len(_ARABIC.findall(text)) * 2 > letters:
        if len(_UYGHUR.findall(text)) > letters * _UYGHUR_SHARE:
            return "ug"
        guess = _classify(text)
        return guess if guess in _ARABIC_SCRIPT else "ar"
    return ""


def _classify(text: str) -> str:
    return str(_identifier().classify(text)[0])


@cache
def _identifier() -> Any:
    """Load the model at the first use, once a process; our own, since the library's shared one can be reconfigured."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - it brings numpy, which a run without pages can do without

    return LanguageIdentifier.from_model_file(MODEL_FILE)
