"""A model of meaning in thirty lines: hashed bags of words, where a dictionary says which words of two languages are one."""

from collections.abc import Sequence

import numpy as np

from tidings.ids import stable_hash
from tidings.meaning.embedding import Vectors, rows_for
from tidings.text.terms import tokens


class WordBag:
    """Embed a text as the bag of its words, each replaced by what the dictionary has for its beginning. Counts the texts asked for."""

    def __init__(self, dictionary: dict[str, str], name: str = "word-bag") -> None:
        self.dictionary, self.name, self.dimension = dictionary, name, 256
        self.asked = 0

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return rows_for(texts, self.dimension, lambda found: np.stack([self._bag(text) for text in found]))

    def _bag(self, text: str) -> Vectors:
        row = np.zeros(self.dimension, dtype=np.float32)
        for token in tokens(text):
            word = next((meaning for start, meaning in self.dictionary.items() if token.startswith(start)), token)
            if word:
                row[stable_hash(word) % self.dimension] += 1
        return row
