"""Hash runs of words: what two texts share word for word."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tidings.ids import stable_hash
from tidings.text.fold import squeeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GRAM_WORDS = 3
WORDS_KEPT_MAX = 200_000  # words whose hashes are remembered


def grams(words: Sequence[str]) -> frozenset[int]:
    """Hash every run of three words (shorter texts: the whole) to signed 64-bit integers.

    Words are hashed one by one, runs are put together from these: each word is added to what came before, and the bits are mixed.
    """
    if not words:
        return frozenset()
    import numpy as np  # noqa: PLC0415 - commands that only ask import the stages' bounds, and start in half the time without it

    hashes = np.fromiter(map(_word_hashes.__getitem__, words), dtype=np.int64, count=len(words)).view(np.uint64)
    width = min(GRAM_WORDS, len(words))
    count = len(words) - width + 1
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(width):
        runs = _mixed(runs + hashes[place : place + count])
    return frozenset(runs.view(np.int64).tolist())


class _WordHashes(dict[str, int]):
    """Remember the hashes of words."""

    def __missing__(self, word: str) -> int:
        """Hash a word, and keep it; begin anew when there are too many."""
        if len(self) >= WORDS_KEPT_MAX:
            self.clear()
        found = self[word] = stable_hash(word)
        return found


_word_hashes = _WordHashes()


def _mixed(bits: "NDArray[np.uint64]") -> "NDArray[np.uint64]":
    """Spread every bit over all 64 (the finaliser of SplitMix64: Steele, Lea and Flood, 2014), so that the order of words counts."""
    number = bits.dtype.type
    bits = (bits ^ (bits >> number(30))) * number(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> number(27))) * number(0x94D049BB133111EB)
    return bits ^ (bits >> number(31))


def text_hash(text: str) -> str:
    """Hash a text so that copies that differ in case, spacing or diacritics hash alike."""
    return hashlib.blake2b(squeeze(text).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def containment(part: frozenset[int], whole: frozenset[int]) -> float:
    """Return the share of `part` that stands in `whole`, 0 to 1."""
    return len(part & whole) / len(part) if part else 0.0
