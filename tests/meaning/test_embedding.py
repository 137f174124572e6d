"""Whatever comes in, vectors come out: of length 1, or zero where there is nothing to read."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from meaning_fakes import WordBag

from tidings.errors import MeaningError
from tidings.meaning.besides import besides
from tidings.meaning.choose import choose_meaning
from tidings.meaning.embedding import TEXT_MAX, check_file, readable_part, rows_for, unit_rows


@given(st.lists(st.text(), max_size=5))
def test_any_text_has_a_row(texts: list[str]) -> None:
    """One row a text, each of length 1 or zero; the model is never given surrogates, control characters or more than its length."""
    given_texts: list[str] = []

    def encode(readable: list[str]) -> np.ndarray:
        given_texts.extend(readable)
        return np.array([[len(text), 1.0] for text in readable], dtype=np.float32)

    rows = rows_for(texts, 2, encode)
    assert rows.shape == (len(texts), 2)
    assert rows.dtype == np.float32
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-5) | (lengths == 0))
    for text in given_texts:
        assert len(text) <= TEXT_MAX
        text.encode("utf-8")
        assert "\x00" not in text


@pytest.mark.parametrize("text", ["", " \n", "\ud800", "…!?", "\u200f\u202e"], ids=["empty", "blank", "surrogate", "marks", "directions"])
def test_what_says_nothing_is_zero(text: str) -> None:
    """A text without a letter or a digit is not given to the model, and is like no other."""
    assert not readable_part(text)
    assert not rows_for([text], 3, lambda _: pytest.fail("asked the model")).any()


def test_rows_that_are_not_numbers_are_zero() -> None:
    """A model that answers with infinities or nothing does not spoil the others."""
    rows = unit_rows(np.array([[3, 4], [np.inf, 1], [np.nan, 1], [0, 0]], dtype=np.float32))
    assert np.allclose(rows, [[0.6, 0.8], [0, 0], [0, 0], [0, 0]])


def test_a_file_that_is_not_the_measured_one_is_refused(tmp_path: Path) -> None:
    """The file with the right content passes; a changed one and a missing one are one clear error each."""
    file = tmp_path / "weights.npz"
    file.write_bytes(b"weights")
    right = sha256(b"weights").hexdigest()
    check_file(file, right, "some-package")
    with pytest.raises(MeaningError, match=r"some-package: weights.npz is not the file that was measured"):
        check_file(file, sha256(b"other").hexdigest(), "some-package")
    with pytest.raises(MeaningError, match="cannot be read"):
        check_file(tmp_path / "gone.npz", right, "some-package")


def test_off_is_nothing(tmp_path: Path) -> None:
    """The setting `off` gives no model, and naming one loads nothing yet."""
    assert choose_meaning("off", tmp_path) is None
    for setting, name in (("use", "use-multilingual-3"), ("fastembed:owner/model", "fastembed:owner/model")):
        model = choose_meaning(setting, tmp_path)
        assert model is not None
        assert model.name == name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "other", "most"),
    [
        pytest.param("A court jailed the minister.", "A court jailed the minister.", 0.0, id="the same"),
        pytest.param("A court jailed the minister.", "A court jailed the minister and his brother.", 0.0, id="less"),
        pytest.param("", "A court jailed the minister.", 0.0, id="nothing"),
    ],
)
def test_nothing_is_said_besides(text: str, other: str, most: float) -> None:
    """A sentence that says the same or less means no more with some of its words left out."""
    assert besides(WordBag({}), text, other) <= most


def test_what_is_added_is_said_besides() -> None:
    """A sentence with three words more means the other one better without them; one enormous sentence costs no more than its beginning."""
    assert besides(WordBag({}), "A court jailed the minister and his brother.", "A court jailed the minister.") > 0.1
    model = WordBag({})
    besides(model, "word " * 50_000, "A court jailed the minister.")
    assert model.asked < 200
