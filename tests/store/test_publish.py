"""The snapshot: whole, self-contained, without secrets, and never half there."""

import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import insert_rows, open_store, rows
from tidings.store.migrate import public_views
from tidings.store.publish import SNAPSHOT_NAME, SQL_NAME, HeadMax, publish, read_through
from tidings.store.tracked import TRACKED

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
TOPIC = ("name", "title", "first_seen_at")
Fill = Callable[[duckdb.DuckDBPyConnection], None]


def titles(path: Path) -> list[str]:
    """Read the topics of a snapshot as any reader would."""
    with duckdb.connect(path, read_only=True) as connection:
        return [row["title"] for row in rows(connection, "SELECT title FROM topics ORDER BY title")]


def test_the_snapshot_shows_what_the_views_show(tmp_path: Path, fill: Fill) -> None:
    """Every view is there under its name with the same rows, types and comments, whatever name the file is attached as."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        assert publish(store, tmp_path)
        views = public_views(store)
        content = {view.name: rows(store, f'FROM main."{view.name}" ORDER BY ALL') for view in views}
    with duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        reader.execute(f"ATTACH '{tmp_path / SNAPSHOT_NAME}' AS other (READ_ONLY)")
        sql = "SELECT comment FROM duckdb_views() WHERE database_name = 'other' AND schema_name = 'main' AND view_name = ?"
        columns = """SELECT column_name, data_type, comment FROM duckdb_columns()
                     WHERE database_name = 'other' AND schema_name = 'main' AND table_name = ? ORDER BY column_index"""
        for view in views:
            if view.name == "published":
                continue  # says itself when that was
            assert rows(reader, f'FROM other.main."{view.name}" ORDER BY ALL') == content[view.name]
            assert rows(reader, sql, [view.name]) == [{"comment": view.comment}]
            found = [(row["column_name"], row["data_type"], row["comment"]) for row in rows(reader, columns, [view.name])]
            assert found == [(column.name, column.type, column.comment) for column in view.columns]


def test_the_file_holds_no_secret_and_is_for_the_group_to_read(tmp_path: Path, fill: Fill) -> None:
    """Not even the raw bytes hold an address, a tag or a guid; the mode is 0640; nothing else is left in the folder."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path)
    assert b"hush" in (tmp_path / "store.duckdb").read_bytes()
    assert b"hush" not in (tmp_path / SNAPSHOT_NAME).read_bytes()
    assert stat.S_IMODE((tmp_path / SNAPSHOT_NAME).stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.duckdb", SNAPSHOT_NAME, SQL_NAME]


def test_readable_since_duckdb_1_2(tmp_path: Path, fill: Fill) -> None:
    """The files have the storage version that DuckDB 1.2 wrote (the number follows the four magic bytes)."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=HeadMax(articles=1))
    for name in (ARCHIVE_NAME, SNAPSHOT_NAME):
        header = (tmp_path / name).read_bytes()[:20]
        assert header[8:12] == b"DUCK"
        assert int.from_bytes(header[12:20], "little") == 65


def test_publishes_again_only_what_changed(tmp_path: Path, fill: Fill) -> None:
    """Nothing changed, nothing written; any change of a row shows, also one that changes no count, and a lost file is made anew."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        assert publish(store, tmp_path)
        before = (tmp_path / SNAPSHOT_NAME).stat().st_ino
        assert not publish(store, tmp_path)
        assert (tmp_path / SNAPSHOT_NAME).stat().st_ino == before
        store.execute("UPDATE core.deliveries SET state = 'held', change = core.change_now()")
        assert publish(store, tmp_path)
        assert not publish(store, tmp_path)
        (tmp_path / SNAPSHOT_NAME).unlink()
        assert publish(store, tmp_path)
        (tmp_path / SNAPSHOT_NAME).write_bytes(b"damaged")
        assert publish(store, tmp_path)


def test_a_snapshot_damaged_anywhere_is_written_whole(tmp_path: Path, fill: Fill) -> None:
    """Whichever of its blocks cannot be read, the next publication comes to its end, and a checked one leaves no damage."""
    began = tmp_path / "began"
    with open_store(began, 0) as store:
        fill(store)
        publish(store, began)
    assert not (began / ARCHIVE_NAME).exists()
    sound = (began / SNAPSHOT_NAME).read_bytes()
    for number, at in enumerate(range(3 * 4096, len(sound), 256 * 1024)):
        folder = tmp_path / str(number)
        shutil.copytree(began, folder)
        (folder / SNAPSHOT_NAME).write_bytes(sound[: at + 1024] + b"\xa5" * 4096 + sound[at + 5120 :])
        with open_store(folder, 0) as store:
            for checked in (False, True):
                for table in TRACKED:
                    store.execute(f"UPDATE core.{table} SET change = core.change_now()")
                assert publish(store, folder, checked=checked)
            read_through(store, folder / SNAPSHOT_NAME)


def test_open_readers_keep_the_old_data(tmp_path: Path) -> None:
    """A session opened before keeps its data while new ones see the new."""
    with open_store(tmp_path, 0) as store:
        insert_rows(store, "core.topics", TOPIC, [("a", "A", NOW)])
        publish(store, tmp_path)
    script = "import duckdb, sys; c = duckdb.connect(sys.argv[1], read_only=True); print(1, flush=True); input(); print(c.sql('FROM topics').fetchall())"
    command = [sys.executable, "-c", script, str(tmp_path / SNAPSHOT_NAME)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdout is not None
        reader.stdout.readline()
        with open_store(tmp_path, 0) as store:
            insert_rows(store, "core.topics", TOPIC, [("b", "B", NOW)])
            assert publish(store, tmp_path)
        seen, _ = reader.communicate("\n", timeout=60)
    assert "'A'" in seen
    assert "'B'" not in seen
    assert titles(tmp_path / SNAPSHOT_NAME) == ["A", "B"]


PUBLISH = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tidings.store.database import open_store
from tidings.store.publish import publish
folder = Path(sys.argv[1])
with open_store(folder, 5) as store:
    store.execute("INSERT INTO core.topics SELECT 'b' || range, repeat(md5(range::VARCHAR), 20), now() FROM range(20000)")
    store.execute("CHECKPOINT")
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the kernel kills whoever writes a file beyond the limit
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
    publish(store, folder)
"""


@pytest.mark.slow
def test_killed_while_publishing_the_old_one_stays(tmp_path: Path) -> None:
    """A kill in mid-write leaves the old snapshot whole; the next publish leaves the new one and no rubbish."""
    with open_store(tmp_path, 0) as store:
        insert_rows(store, "core.topics", TOPIC, [("a", "A", NOW)])
        publish(store, tmp_path)
    assert subprocess.run([sys.executable, "-c", PUBLISH, str(tmp_path)], check=False).returncode == -signal.SIGXFSZ
    assert list(tmp_path.glob("*.part")), "the kill came in mid-write"
    assert titles(tmp_path / SNAPSHOT_NAME) == ["A"]
    with open_store(tmp_path, 0) as store:
        assert publish(store, tmp_path)
    assert len(titles(tmp_path / SNAPSHOT_NAME)) == 20_001
    assert sorted(path.name for path in tmp_path.iterdir()) == ["store.duckdb", SNAPSHOT_NAME, SQL_NAME]
