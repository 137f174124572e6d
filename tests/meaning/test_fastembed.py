"""Fastembed behind the same protocol, with a model that the test makes: a table of word vectors as an ONNX file of half a kilobyte.

Real models of fastembed were not measured: they are downloaded, and the tests have no network.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from tidings.errors import MeaningError
from tidings.meaning.fastembed import FastembedMeaning

WORDS = ("[PAD]", "[UNK]", "bus", "otobüs", "river", "nehir", "bank")
VECTORS = np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0], [1, 0.1, 0], [0, 1, 0], [0, 1, 0.1], [0, 0, 1]], dtype=np.float32)


def field(number: int, value: int | bytes | str) -> bytes:
    """Write one field of a protocol buffer."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def shaped(name: str, kind: int, *axes: str | int) -> bytes:
    """Describe an input or output: its name, type of element and axes."""
    dims = b"".join(field(1, field(1, axis) if isinstance(axis, int) else field(2, axis)) for axis in axes)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dims)))


def onnx_model() -> bytes:
    """Write a model of one step: look the words up in the table."""
    floats, integers = 1, 7
    table = field(1, len(VECTORS)) + field(1, 3) + field(2, floats) + field(8, "table") + field(9, VECTORS.tobytes())
    step = field(1, "table") + field(1, "input_ids") + field(2, "last_hidden_state") + field(4, "Gather")
    graph = (
        field(1, step)
        + field(2, "words")
        + field(5, table)
        + field(11, shaped("input_ids", integers, "texts", "words"))
        + field(12, shaped("last_hidden_state", floats, "texts", "words", 3))
    )
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder of a model as fastembed expects it."""
    tokenizers = pytest.importorskip("tokenizers", reason="fastembed is not installed (pip install fastembed)")
    pytest.importorskip("fastembed", reason="fastembed is not installed (pip install fastembed)")
    tokenizer = tokenizers.Tokenizer(
        tokenizers.models.WordLevel(vocab={word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"model_max_length": 64, "pad_token": "[PAD]"}))
    (tmp_path / "config.json").write_text(json.dumps({"pad_token_id": 0}))
    (tmp_path / "model.onnx").write_bytes(onnx_model())
    return tmp_path


@pytest.mark.slow
def test_a_model_from_a_folder_is_one_like_any_other(folder: Path) -> None:
    """Rows of length 1 in the model's dimension, near for words that mean the same, zero for nothing; nothing is downloaded."""
    model = FastembedMeaning("tests/words", folder / "cache", folder)
    rows = model.embed(["bus river", "otobüs nehir", "bank", "", "\ud800"])
    assert model.name == "fastembed:tests/words"
    assert (rows.shape, rows.dtype) == ((5, 3), np.float32)
    assert rows[0] @ rows[1] > 0.98
    assert abs(rows[0] @ rows[2]) < 0.1
    assert not rows[3:].any()
    assert np.array_equal(rows, model.embed(["bus river", "otobüs nehir", "bank", "", "\ud800"]))
    assert not (folder / "cache").exists()


def test_a_model_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    """A folder without a model, or no fastembed at all: an error that names the package."""
    with pytest.raises(MeaningError, match="fastembed"):
        FastembedMeaning("tests/missing", tmp_path, tmp_path / "nowhere").embed(["bus"])
