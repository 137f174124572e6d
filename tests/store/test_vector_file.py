"""The file of vectors gives back what was put in, and what a kill or another model left in it is no trouble."""

import fcntl
from pathlib import Path

import numpy as np

from tidings.store.vector_file import add_vectors, numbers, read_vectors, records_of

ONE, TWO = "00000000-0000-0000-0000-0000000000a1", "f7f00000-0000-0001-0000-0000000000a2"
MADE = records_of([(ONE, b"\x01\x02\x03"), (TWO, b"\xff\x00\x7f")], 3)


def test_what_was_added_is_read(tmp_path: Path) -> None:
    """Ids, vectors with their signs, and numbers of 60 bits come back, over two additions; whoever may read the snapshot may read the file."""
    path = tmp_path / "vectors"
    assert len(read_vectors(path, "model", 3)) == 0
    assert add_vectors(path, "model", 3, MADE[:1])
    assert add_vectors(path, "model", 3, MADE[1:])
    found = read_vectors(path, "model", 3)
    assert [one.tobytes().hex() for one in found["id"]] == [ONE.replace("-", ""), TWO.replace("-", "")]
    assert found["vector"].tolist() == [[1, 2, 3], [-1, 0, 127]]
    assert numbers(found).tolist() == [0, 0xF7F000000000000]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_torn_end_is_written_over(tmp_path: Path) -> None:
    """Half a record, or half a head, that a kill left is passed over, and overwritten by the next addition."""
    path = tmp_path / "vectors"
    add_vectors(path, "model", 3, MADE)
    path.write_bytes(path.read_bytes()[:-5])
    assert len(read_vectors(path, "model", 3)) == 1
    add_vectors(path, "model", 3, MADE[1:])
    assert np.array_equal(read_vectors(path, "model", 3), MADE)
    path.write_bytes(path.read_bytes()[:100])
    assert len(read_vectors(path, "model", 3)) == 0
    add_vectors(path, "model", 3, MADE)
    assert np.array_equal(read_vectors(path, "model", 3), MADE)


def test_vectors_of_another_model_are_not_read(tmp_path: Path) -> None:
    """Of another model, or dimension, nothing is returned, and the next addition takes the place of all."""
    path = tmp_path / "vectors"
    add_vectors(path, "model", 3, MADE)
    assert len(read_vectors(path, "other", 3)) == len(read_vectors(path, "model", 4)) == 0
    add_vectors(path, "other", 3, MADE[:1])
    assert (len(read_vectors(path, "model", 3)), len(read_vectors(path, "other", 3))) == (0, 1)


def test_two_do_not_write_at_once(tmp_path: Path) -> None:
    """While another process writes nothing is added, and that is said."""
    path = tmp_path / "vectors"
    add_vectors(path, "model", 3, MADE)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert not add_vectors(path, "model", 3, MADE)
    assert len(read_vectors(path, "model", 3)) == 2
