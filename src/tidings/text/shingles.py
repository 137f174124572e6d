"""Hash runs of words: what two texts share word for word."""

import hashlib
from collections.abc import Sequence

from tidings.ids import stable_hash
from tidings.text.fold import squeeze

GRAM_WORDS = 3


def grams(words: Sequence[str]) -> frozenset[int]:
    """Hash every run of three words (shorter texts: the whole) to signed 64-bit integers."""
    if not words:
        return frozenset()
    runs = max(1, len(words) - GRAM_WORDS + 1)
    return frozenset(stable_hash(" ".join(words[i : i + GRAM_WORDS])) for i in range(runs))


def text_hash(text: str) -> str:
    """Hash a text so that copies that differ in case, spacing or diacritics hash alike."""
    return hashlib.blake2b(squeeze(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def containment(part: frozenset[int], whole: frozenset[int]) -> float:
    """Return the share of `part` that stands in `whole`, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0
