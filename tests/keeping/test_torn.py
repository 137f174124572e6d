"""A kill in the middle of writing a block over leaves the store as it was; other damage is not mended."""

import re
from pathlib import Path
from random import Random

import duckdb
import pytest
import store_writer as writer
from test_damage import make_killed

from tidings.errors import StoreDamaged
from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.soundness import read_store

pytestmark = pytest.mark.slow

BLOCK, FIRST = 262_144, 12_288


def metadata_blocks(path: Path) -> dict[int, list[int]]:
    """Return the blocks of metadata, and which of the 64 parts of each are free."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS store (READ_ONLY); USE store")
        return {row["block_id"]: row["free_list"] for row in rows(connection, "SELECT block_id, free_list FROM pragma_metadata_info()")}


def tear(path: Path, block: int, parts: list[int]) -> None:
    """Write over some free parts of a block, as a checkpoint does, and be killed before the rest is written: the checksum is another."""
    content = bytearray(path.read_bytes())
    begin = FIRST + block * BLOCK
    size = (BLOCK - 8) // 64 // 8 * 8
    for part in parts:
        content[begin + 8 + part * size : begin + 8 + part * size + 500] = Random(part).randbytes(500)
    content[begin : begin + 8] = Random(block).randbytes(8)
    path.write_bytes(content)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a store whose writer was killed."""
    return make_killed(tmp_path / "data")


def test_a_torn_block_is_mended_and_nothing_is_lost(data: Path) -> None:
    """What was committed before the kill is there, in the file and in the log; nothing is left behind."""
    path = data / FILE_NAME
    block, free = next((block, free) for block, free in metadata_blocks(path).items() if free)
    tear(path, block, free[:3])
    with duckdb.connect() as connection, pytest.raises(duckdb.Error, match="checksum"):
        connection.execute(f"ATTACH '{path}' AS store; FROM store.core.entries")
    assert read_store(data, 5).wrong == ()
    with open_store(data, 5) as connection:
        assert rows(connection, "SELECT count(*) AS n FROM core.articles") == [{"n": writer.EACH}]
    assert read_store(data, 5).wrong == ()
    assert not [one.name for one in data.iterdir() if re.search("torn", one.name)]


def test_a_damaged_block_of_values_is_not(data: Path) -> None:
    """Where values were changed the store is named as damaged, with every byte as it was, though its writer was killed, too."""
    path = data / FILE_NAME
    metadata = metadata_blocks(path)
    content = bytearray(path.read_bytes())
    for block in range((len(content) - FIRST) // BLOCK):
        if block not in metadata:
            content[FIRST + block * BLOCK + 2_000] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(StoreDamaged):
        read_store(data, 5)
    assert path.read_bytes() == bytes(content)
