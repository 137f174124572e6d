"""Say what every model of the component is to the rest: a name, a dimension, and texts to vectors.

Vectors are float32 rows of length 1, so their product is the cosine; a text that says nothing has the zero vector, which is
like no other. Nothing that comes from outside makes `embed` fail: what a model cannot read is replaced or cut before.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from tidings.errors import MeaningError

Vectors = NDArray[np.float32]

# A sentence of news has 100 to 300 characters; title and lead of an article have at most about 700. What is longer costs time, not meaning.
TEXT_MAX = 1_000
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_LETTER = re.compile(r"\w")


class Meaning(Protocol):
    """Turn texts into vectors that are near to each other when the texts say the same, in whatever languages.

    The same list of texts gives the same vectors, to the last bit, on one machine. In another list a text's vector may differ in the
    seventh digit.
    """

    @property
    def name(self) -> str:
        """Name the model and its version: vectors of another name cannot be compared."""
        ...

    @property
    def dimension(self) -> int:
        """Return how many numbers a vector has."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text; loads the model at the first call, raises MeaningError when it cannot be loaded."""
        ...


def rows_for(texts: Sequence[str], dimension: int, encode: Callable[[list[str]], Any]) -> Vectors:
    """Embed what can be read of the texts by `encode`, and return a row of length 1, or of zeros, for each of them."""
    result = np.zeros((len(texts), dimension), dtype=np.float32)
    readable = [(place, text) for place, text in enumerate(map(readable_part, texts)) if text]
    if readable:
        found = np.asarray(encode([text for _, text in readable]), dtype=np.float32)
        result[[place for place, _ in readable]] = unit_rows(found)
    return result


def readable_part(text: str) -> str:
    """Return the beginning of a text without what is no text; empty when there is no letter or digit in it."""
    text = " ".join(_UNREADABLE.sub(" ", text[: 4 * TEXT_MAX]).split())[:TEXT_MAX]
    return text if _LETTER.search(text) else ""


def unit_rows(rows: Vectors) -> Vectors:
    """Scale each row to length 1; a row that is zero, or not finite, becomes zero."""
    rows = np.where(np.isfinite(rows).all(axis=1, keepdims=True), rows, np.float32(0))
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Vectors = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 1e-12)
    return scaled


def check_file(path: Path, sha256: str, package: str) -> None:
    """Raise MeaningError unless the file has the content that was measured: another model gives other vectors under the same name."""
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MeaningError(f"{package}: {path.name} cannot be read ({error.strerror}): install {package} anew") from error
    if found != sha256:
        raise MeaningError(f"{package}: {path.name} is not the file that was measured (sha256 {found[:12]}…, expected {sha256[:12]}…)")
