"""What DuckDB writes over in place: free parts of blocks of metadata, and nothing that the header of before uses. tidings.store.torn stands on it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import duckdb
import pytest
import store_writer as writer
from duckdb_file import touched
from test_damage import make_killed

from tidings.store.blocks import FIRST, PAGE, SUM_BYTES, File
from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.files import log_of
from tidings.store.publish import publish
from tidings.store.soundness import read_store

pytestmark = pytest.mark.slow

STEPS = 80
Work = Callable[[duckdb.DuckDBPyConnection, Random, int], object]


def create(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    key = random.choice(["", "PRIMARY KEY"])
    connection.execute(f"CREATE TABLE t{step} (a BIGINT {key}, b VARCHAR USING COMPRESSION zstd, c DOUBLE, d VARCHAR[])")


def insert(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    count, times = random.choice([(3, 300), (50, 40), (3_000, 1), (1_000, 30)])
    values = f"SELECT range + {step} * 1_000_000, repeat(md5((range * {step})::VARCHAR), {times}), range / 7, [md5(range::VARCHAR)] FROM range({count})"
    connection.execute(f"INSERT INTO {table(connection, random)} (a, b, c, d) {values}")


def update(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute(f"UPDATE {table(connection, random)} SET b = md5((a * {step})::VARCHAR) WHERE a % {random.choice([1, 7, 100])} = 0")


def delete(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute(f"DELETE FROM {table(connection, random)} WHERE (a + {step}) % {random.choice([1, 2, 3])} = 0")


def drop(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute(f"DROP TABLE {table(connection, random)}")


def view(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute(f"CREATE OR REPLACE VIEW v{random.randrange(60)} AS SELECT {step} AS one, '{'x' * random.randrange(4_000)}' AS two")


def alter(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute(f"ALTER TABLE {table(connection, random)} ADD COLUMN e{step} INTEGER DEFAULT {step}")


def checkpoint(connection: duckdb.DuckDBPyConnection, random: Random, step: int) -> None:
    connection.execute("CHECKPOINT store")


WORK: dict[Work, int] = {create: 12, insert: 25, update: 10, delete: 8, drop: 3, view: 6, alter: 3, checkpoint: 25}  # with how often


def table(connection: duckdb.DuckDBPyConnection, random: Random) -> str:
    """Return one of the tables, which is made where there is none."""
    names = [
        row["table_name"] for row in rows(connection, "SELECT table_name FROM duckdb_tables() WHERE database_name = 'store' ORDER BY 1")
    ]
    if not names:
        connection.execute("CREATE TABLE t (a BIGINT, b VARCHAR, c DOUBLE, d VARCHAR[])")
    return str(random.choice(names or ["t"]))


def opened(path: Path, version: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": "2"})
    connection.execute(f"ATTACH '{path}' AS store (STORAGE_VERSION '{version}'); USE store")
    return connection


def states(path: Path, version: str, random: Random) -> Iterator[File]:
    """Work on a file, with a new connection now and then (which ends with a checkpoint), and yield it after each step."""
    connection = opened(path, version)
    for step in range(1, STEPS):
        if random.random() < 0.08:
            connection.close()
            connection = opened(path, version)
        else:
            [work] = random.choices(list(WORK), list(WORK.values()))
            work(connection, random, step)
        yield File(path.read_bytes())
    connection.close()
    yield File(path.read_bytes())


def as_duckdb_says(path: Path) -> tuple[int, dict[int, frozenset[int]]]:
    """Return the count of free blocks, and the free parts of blocks of metadata."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS store (READ_ONLY); USE store")
        [about] = rows(connection, "SELECT free_blocks FROM pragma_database_size() WHERE database_name = 'store'")
        said = rows(connection, "SELECT block_id, free_list, total_blocks FROM pragma_metadata_info()")
    assert {row["total_blocks"] for row in said} == {64}
    return about["free_blocks"], {row["block_id"]: frozenset(row["free_list"]) for row in said}


@pytest.mark.parametrize("version", ["v1.2.0", "v1.4.0"])
@pytest.mark.parametrize("seed", range(4))
def test_of_what_is_in_use_nothing_is_written_over(tmp_path: Path, version: str, seed: int) -> None:
    """Whatever was done between: a block in use that changed before the next header is one of metadata, and its parts in use are as they were."""
    path = tmp_path / FILE_NAME
    found = states(path, version, Random(seed))
    before, checkpoints, in_place = next(found), 0, 0
    for after in found:
        changed, wrong = touched(before, after)
        assert wrong == []
        assert not changed or after.header != before.header
        checkpoints, in_place, before = checkpoints + (after.header != before.header), in_place + len(changed), after
    assert checkpoints >= 10
    assert in_place >= 10  # else nothing was shown
    assert (len(before.free), before.metadata) == as_duckdb_says(path)


def test_nor_in_a_store_at_work(tmp_path: Path) -> None:
    """The same of the store: rounds of polls, articles, decisions and editions, and publications, each ended by a checkpoint."""
    before, in_place = None, 0
    for number in range(1, 6):
        for step in (*writer.STEPS.values(), lambda connection, _: publish(connection, tmp_path, head_max=writer.HEAD)):
            with open_store(tmp_path, 5) as connection:
                step(connection, number)
            after = File((tmp_path / FILE_NAME).read_bytes())
            if before:
                changed, wrong = touched(before, after)
                assert wrong == []
                in_place += len(changed)
            before = after
    assert in_place >= 5


def test_the_control_what_is_in_use_and_changed_is_seen(tmp_path: Path) -> None:
    """A byte of a value, or of a part of metadata that is in use, is named; one of a free part is not wrong."""
    with open_store(tmp_path, 5) as connection:
        writer.poll(connection, 1)
    before = File((tmp_path / FILE_NAME).read_bytes())
    block, free = next((block, free) for block, free in before.metadata.items() if free)
    values = next(number for number in range(before.block_count) if number not in before.metadata and number not in before.free)
    begin = FIRST + block * before.block_size + SUM_BYTES

    def flipped(place: int) -> File:
        return File(before.content[:place] + bytes([before.content[place] ^ 0xFF]) + before.content[place + 1 :])

    used = next(part for part in range(64) if part not in free)
    assert touched(before, flipped(FIRST + values * before.block_size + 1_000))[1] == [f"block {values} holds values"]
    assert touched(before, flipped(begin + used * before.part_size + 9))[1] == [f"part {used} of block {block} was in use"]
    assert touched(before, flipped(begin + min(free) * before.part_size + 9)) == ([block], [])


def broken_off(path: Path) -> File:
    """Let a checkpoint write everything but the header, and end there, as a kill at that moment does; the log stays."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{path}' AS store")
        connection.execute("PRAGMA debug_checkpoint_abort = 'after_free_list_write'")
        with pytest.raises(duckdb.Error, match="aborted after free list write"):
            connection.execute("CHECKPOINT store")
    return File(path.read_bytes())


def torn(before: File, after: File, block: int) -> Iterator[bytes]:
    """Yield the block as a write in place leaves it that was broken off between two pages, or of which some pages are there; each once."""
    old, new = before.block(block), after.block(block)
    pages = len(old) // PAGE
    random = Random(block)
    written = [set(range(count)) for count in range(pages + 1)] + [set(range(count, pages)) for count in range(0, pages, 7)]
    written += [set(random.sample(range(pages), random.randrange(pages))) for _ in range(5)]
    seen = set()
    for those in written:
        content = b"".join((new if page in those else old)[page * PAGE : (page + 1) * PAGE] for page in range(pages))
        if content not in seen:
            seen.add(content)
            yield content


def test_a_write_that_was_broken_off_anywhere_loses_nothing(tmp_path: Path) -> None:
    """Of a checkpoint that was killed in the middle of a block written in place, at each boundary of pages: every row is there, and can be read."""
    path = make_killed(tmp_path / "data") / FILE_NAME
    before = File(path.read_bytes())
    after = broken_off(path)
    log = log_of(path).read_bytes()
    assert after.header == before.header
    changed, wrong = touched(before, after)
    assert changed
    assert wrong == []
    mended = 0
    for block in changed:
        begin, end = FIRST + block * before.block_size, FIRST + (block + 1) * before.block_size
        for content in torn(before, after, block):
            path.write_bytes(after.content[:begin] + content + after.content[end:])
            log_of(path).write_bytes(log)
            if is_refused(path):
                mended += 1
                assert read_store(tmp_path / "data", 5).wrong == ()
            with open_store(tmp_path / "data", 5) as connection:
                counts = [
                    rows(connection, f"SELECT count(*) AS n FROM core.{name}")[0]["n"] for name in ("entries", "articles", "versions")
                ]
            assert counts == [writer.EACH] * 3
            assert sorted(one.name for one in path.parent.iterdir()) == [FILE_NAME]
    assert mended >= 5


def is_refused(path: Path) -> bool:
    """Tell whether DuckDB by itself refuses a file."""
    try:
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{path}' AS store (READ_ONLY); FROM store.core.entries")
    except duckdb.Error:
        return True
    return False
