"""Embed with any model that `fastembed` serves: it downloads the model at first use, or reads it from a folder.

Not measured by us, and not pinned: thresholds were chosen with the model of `use.py`. docs/how-to/meaning.md says how to measure another.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from tidings.errors import MeaningError
from tidings.meaning.embedding import Vectors, rows_for

PACKAGE = "fastembed"


class FastembedMeaning:
    """Embed by one of fastembed's models. `folder` holds its files; without one they are downloaded into `cache`."""

    def __init__(self, model: str, cache: Path, folder: Path | None = None) -> None:
        self.name = f"fastembed:{model}"
        self._model, self._cache, self._folder = model, cache, folder
        self._encoder: Any = None
        self._dimension = 0

    @property
    def dimension(self) -> int:
        """Return how many numbers a vector has; loads the model, which alone knows."""
        self._load()
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text; raises MeaningError when the model is not to be had."""
        return rows_for(texts, self.dimension, self._encode)

    def _encode(self, texts: list[str]) -> Vectors:
        return np.stack([np.asarray(row, dtype=np.float32) for row in self._encoder.embed(texts)])

    def _load(self) -> None:
        if self._encoder is not None:
            return
        if find_spec("fastembed") is None:
            raise MeaningError(f"the package {PACKAGE} is not installed: pip install {PACKAGE}")
        try:
            self._encoder = self._open()
            self._dimension = int(self._encode(["one"]).shape[1])
        except Exception as error:  # fastembed, its download and its runtime each raise errors of their own
            self._encoder = None
            reason = str(error).splitlines()[0][:200] if str(error) else ""
            raise MeaningError(f"{PACKAGE} cannot load {self._model}: {type(error).__name__} {reason}".rstrip()) from error

    def _open(self) -> Any:
        from fastembed import TextEmbedding  # noqa: PLC0415 - only where the component is on

        if self._folder is None:
            self._cache.mkdir(parents=True, exist_ok=True)
            return TextEmbedding(self._model, cache_dir=str(self._cache))
        known = {one["model"].lower() for one in TextEmbedding.list_supported_models()}
        if self._model.lower() not in known:
            _introduce(self._model)
        return TextEmbedding(self._model, specific_model_path=str(self._folder))


def _introduce(model: str) -> None:
    """Make a model known to fastembed that is only in a folder: the mean over its tokens, of length 1, as sentence models have it."""
    from fastembed import TextEmbedding  # noqa: PLC0415 - as above
    from fastembed.common.model_description import ModelSource, PoolingType  # noqa: PLC0415

    TextEmbedding.add_custom_model(
        model, pooling=PoolingType.MEAN, normalization=True, sources=ModelSource(hf=model), dim=0, model_file="model.onnx"
    )
