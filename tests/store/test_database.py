"""Opening the store: where it is, who may, what it reaches; and rows going in and out unharmed."""

import os
import stat
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tidings.errors import StoreBusy, StoreDamaged, StoreError
from tidings.store.database import (
    FILE_NAME,
    hold_open,
    insert_rows,
    open_memory,
    open_store,
    rows,
    stage_rows,
    transaction,
    update_rows,
    upsert_rows,
)

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
TOPIC = ("name", "title", "first_seen_at")

HOLD = """
import sys
from pathlib import Path
from tidings.store.database import open_store
with open_store(Path(sys.argv[1]), 5):
    print("held", flush=True)
    sys.stdin.readline()
"""


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the store while the body runs."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.communicate("\n", timeout=60)


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name one data folder for the tests of what is reached."""
    return tmp_path_factory.mktemp("reach") / "data"


@pytest.fixture(scope="module")
def shut_in(inside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a store in that folder."""
    with open_store(inside, 0) as connection:
        yield connection


def test_first_use_makes_a_private_store(tmp_path: Path) -> None:
    """The first opening makes a folder that our group may enter, and in it one file with all tables, for us alone."""
    folder = tmp_path / "a" / "data"
    with open_store(folder, 0) as connection:
        assert rows(connection, "SELECT count(*) AS n FROM core.entries") == [{"n": 0}]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o750
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_what_is_written_is_there_next_time(tmp_path: Path) -> None:
    """A second opening sees what the first one wrote, read-only too."""
    with open_store(tmp_path, 0) as connection:
        insert_rows(connection, "core.topics", TOPIC, [("idlib", "Idlib", NOW)])
    for read_only in (False, True):
        with open_store(tmp_path, 0, read_only=read_only) as connection:
            assert rows(connection, "FROM core.topics") == [{"name": "idlib", "title": "Idlib", "first_seen_at": NOW}]


def test_read_only_makes_and_changes_nothing(tmp_path: Path) -> None:
    """Reading a store that is not there says what to do and makes none; writing to one opened for reading is refused."""
    with pytest.raises(StoreError, match="tidings run"), open_store(tmp_path / "data", 0, read_only=True):
        pass
    assert not (tmp_path / "data").exists()
    with open_store(tmp_path, 0):
        pass
    with open_store(tmp_path, 0, read_only=True) as connection, pytest.raises(duckdb.InvalidInputException):
        insert_rows(connection, "core.topics", TOPIC, [("a", "A", NOW)])


def test_a_store_in_use_names_its_holder(tmp_path: Path) -> None:
    """While another process holds the store, the error names its id and command; when it leaves, the store opens."""
    with held_elsewhere(tmp_path) as process:
        with pytest.raises(StoreBusy) as caught, open_store(tmp_path, 0.2):
            pass
        assert f"process {process.pid} (" in str(caught.value)
        with pytest.raises(StoreBusy), open_store(tmp_path, 0, read_only=True):
            pass
    with open_store(tmp_path, 0):
        pass


def test_waits_for_the_holder_to_leave(tmp_path: Path) -> None:
    """A holder that leaves within the wait is not an error."""
    with held_elsewhere(tmp_path) as process:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        with open_store(tmp_path, 20) as connection:
            assert rows(connection, "SELECT 1 AS one") == [{"one": 1}]


def test_a_second_opening_in_this_process_is_busy_too(tmp_path: Path) -> None:
    """Two threads of one process do not write at once either."""
    with open_store(tmp_path, 0), pytest.raises(StoreBusy, match="this very process"), open_store(tmp_path, 0):
        pass


@pytest.mark.parametrize("content", [b"", b"not a database" * 1000], ids=["empty", "other bytes"])
def test_a_damaged_file_is_left_alone_and_the_way_back_named(tmp_path: Path, content: bytes) -> None:
    """A file that is no database is neither replaced nor changed; the error says what to do."""
    path = tmp_path / FILE_NAME
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match="tidings restore FILE"), open_store(tmp_path, 0):
        pass
    assert path.read_bytes() == content


def test_bytes_damaged_inside_are_reported(tmp_path: Path) -> None:
    """A file whose blocks were overwritten is reported as damaged, not as a bug."""
    with open_store(tmp_path, 0) as connection:
        insert_rows(connection, "core.topics", TOPIC, [(str(number), "x" * 1000, NOW) for number in range(2000)])
    path = tmp_path / FILE_NAME
    data = bytearray(path.read_bytes())
    data[12288:] = os.urandom(len(data) - 12288)
    path.write_bytes(data)
    with pytest.raises(StoreDamaged), open_store(tmp_path, 0) as connection:
        rows(connection, "SELECT max(title) FROM core.topics")


@pytest.mark.parametrize(
    "sql",
    [
        "ATTACH '{outside}/other.duckdb' AS other",
        "COPY core.topics TO '{outside}/topics.csv'",
        "SELECT * FROM read_text('{outside}/secret.txt')",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "INSTALL fts",
        "SELECT * FROM here",
    ],
    ids=["attach", "copy", "read", "open up", "other folder", "extension", "python variable"],
)
def test_nothing_outside_the_folder_is_reached(inside: Path, shut_in: duckdb.DuckDBPyConnection, sql: str) -> None:
    """The connection refuses files outside its folder, settings, extensions and Python variables."""
    here = [1]  # what a replacement scan would find
    (inside.parent / "secret.txt").write_text("secret")
    with pytest.raises((duckdb.PermissionException, duckdb.InvalidInputException, duckdb.CatalogException)):
        shut_in.execute(sql.format(outside=inside.parent))
    assert here


def test_the_folder_itself_is_reached(inside: Path, shut_in: duckdb.DuckDBPyConnection) -> None:
    """The control: in its folder the connection attaches, copies and reads."""
    shut_in.execute(f"ATTACH '{inside}/other.duckdb' AS other; DETACH other")
    shut_in.execute(f"COPY core.topics TO '{inside}/topics.csv'")
    assert rows(shut_in, f"SELECT count(*) AS n FROM read_csv('{inside}/topics.csv')") == [{"n": 0}]


def test_settings_are_those_we_rely_on() -> None:
    """Times are UTC whatever the machine says, and threads and memory are bounded."""
    with open_memory() as connection:
        found = {row["name"]: row["value"] for row in rows(connection, "SELECT name, value FROM duckdb_settings()")}
    assert found["TimeZone"] == "UTC"
    assert found["threads"] == "2"
    assert found["memory_limit"].startswith("953")  # MiB
    assert found["lock_configuration"] == "true"


def test_killed_runs_leave_no_rubbish(tmp_path: Path) -> None:
    """Parts of a store that was never finished, and what memory spilled, are removed by the next opening."""
    (tmp_path / f"{FILE_NAME}.123.part").write_bytes(b"half")
    (tmp_path / f"{FILE_NAME}.123.part.wal").write_bytes(b"half")
    (tmp_path / ".spill").mkdir()
    (tmp_path / ".spill" / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"spilled")
    with open_store(tmp_path, 0):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


FIRST = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tidings.store.database import open_store, insert_rows
with open_store(Path(sys.argv[1]), 30) as store:
    insert_rows(store, "core.topics", ("name", "title", "first_seen_at"), [(sys.argv[2], "", datetime.now(UTC))])
"""


@pytest.mark.slow
def test_first_use_by_many_at_once_makes_one_store(tmp_path: Path) -> None:
    """Processes that all find no store make one together, and none writes into a file that another one replaces."""
    names = [str(number) for number in range(4)]
    processes = [subprocess.Popen([sys.executable, "-c", FIRST, str(tmp_path / "data"), name]) for name in names]
    assert [process.wait(timeout=60) for process in processes] == [0] * 4
    with open_store(tmp_path / "data", 0) as connection:
        assert [row["name"] for row in rows(connection, "FROM core.topics ORDER BY name")] == names


def test_a_transaction_is_all_or_nothing() -> None:
    """What a failing body wrote is gone; what a finished one wrote stays."""
    with open_memory() as connection:
        with transaction(connection):
            insert_rows(connection, "core.topics", TOPIC, [("kept", "", NOW)])
        with pytest.raises(duckdb.ConstraintException), transaction(connection):  # noqa: PT012 - the second insert is what fails
            insert_rows(connection, "core.topics", TOPIC, [("lost", "", NOW)])
            insert_rows(connection, "core.topics", TOPIC, [("kept", "", NOW)])
        assert [row["name"] for row in rows(connection, "FROM core.topics")] == ["kept"]


@pytest.mark.slow
def test_killed_in_mid_transaction_nothing_of_it_stays(tmp_path: Path) -> None:
    """A process killed with an open transaction loses that one and no acknowledged row."""
    script = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from tidings.store.database import open_store, insert_rows, transaction
now = datetime.now(UTC)
with open_store(Path({str(tmp_path)!r}), 5) as connection:
    with transaction(connection):
        insert_rows(connection, "core.topics", {TOPIC}, [("kept", "", now)])
    connection.begin()
    insert_rows(connection, "core.topics", {TOPIC}, [("lost", "", now)])
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    with open_store(tmp_path, 0) as connection:
        assert [row["name"] for row in rows(connection, "FROM core.topics")] == ["kept"]


# ---------------------------------------------------------------- rows

TYPES = {
    "id": "UUID",
    "words": "VARCHAR",
    "list": "VARCHAR[]",
    "at": "TIMESTAMPTZ",
    "big": "BIGINT",
    "number": "DOUBLE",
    "bytes": "BLOB",
    "flag": "BOOLEAN",
    "json": "JSON",
}
WORDS = st.text(st.characters(), max_size=20) | st.sampled_from(
    ["\0", "a\0b", "😀", 'it\'s "so"', "\\", "{}", "\ud83d", "null", "\u2028", "é\udfff"]
)
ROWS = st.lists(
    st.tuples(
        st.uuids().map(str),
        st.none() | WORDS,
        st.none() | st.lists(st.none() | WORDS, max_size=3),
        st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them bare
        st.none() | st.integers(-(2**63), 2**63 - 1),
        st.none() | st.floats(allow_nan=False, allow_infinity=False),
        st.none() | st.binary(max_size=20),
        st.none() | st.booleans(),
        st.none() | st.sampled_from(['{"a":1}', "[]", '"x"']),
    ),
    max_size=4,
)


def as_stored(value: object) -> object:
    """Say what comes back: lone surrogates are replaced, everything else is the same."""
    if isinstance(value, str):
        return "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in value)
    return [as_stored(element) for element in value] if isinstance(value, list) else value


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_rows_come_back_as_they_went_in(values: list[tuple[object, ...]]) -> None:
    """Text with NUL, quotes, emoji and surrogates, None, lists, times, numbers and bytes survive the way in and out."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        assert stage_rows(connection, "given", TYPES, values) == len(values)
        found = rows(connection, "FROM given ORDER BY rowid")
    assert [tuple(row.values()) for row in found] == [tuple(map(as_stored, row)) for row in values]


def test_a_time_in_another_zone_is_the_same_instant() -> None:
    """Aware times of any zone come back as the same instant in UTC."""
    with open_memory() as connection:
        insert_rows(connection, "core.topics", TOPIC, [("a", "", NOW.astimezone(timezone(timedelta(hours=3))))])
        found = rows(connection, "FROM core.topics")[0]["first_seen_at"]
    assert found == NOW
    assert found.tzinfo is UTC


def test_no_rows_and_many_rows() -> None:
    """Nothing at all and more than one batch both go in."""
    with open_memory() as connection:
        assert insert_rows(connection, "core.index_changes", ("number", "change_id", "article_id"), []) == 0
        assert (
            insert_rows(
                connection,
                "core.index_changes",
                ("number", "change_id", "article_id"),
                ((number, "", str(uuid.UUID(int=number))) for number in range(12_000)),
            )
            == 12_000
        )
        assert rows(connection, "SELECT count(DISTINCT number) AS n FROM core.index_changes") == [{"n": 12_000}]


def test_an_insert_never_hides_a_key_that_is_there() -> None:
    """A second row with the same key is an error, and none of the batch stays."""
    with open_memory() as connection:
        insert_rows(connection, "core.topics", TOPIC, [("a", "", NOW)])
        with pytest.raises(duckdb.ConstraintException):
            insert_rows(connection, "core.topics", TOPIC, [("b", "", NOW), ("a", "", NOW)])
        assert [row["name"] for row in rows(connection, "FROM core.topics")] == ["a"]


def test_a_wrong_value_is_an_error_and_not_null() -> None:
    """A value that does not fit its column fails the call: it does not become NULL silently."""
    with open_memory() as connection, pytest.raises(duckdb.Error):
        insert_rows(connection, "core.index_changes", ("number", "change_id", "article_id"), [("many", "", str(uuid.UUID(int=1)))])


def test_upsert_overwrites_and_the_last_of_a_batch_wins() -> None:
    """Rows whose key is there are overwritten, new ones are inserted, and of two with one key the later counts."""
    with open_memory() as connection:
        upsert_rows(connection, "core.topics", TOPIC, [("a", "first", NOW)], key=("name",))
        upsert_rows(connection, "core.topics", TOPIC, [("b", "new", NOW), ("a", "second", NOW), ("a", "third", NOW)], key=("name",))
        assert rows(connection, "SELECT name, title FROM core.topics ORDER BY name") == [
            {"name": "a", "title": "third"},
            {"name": "b", "title": "new"},
        ]


def test_upsert_in_one_transaction_twice() -> None:
    """The same row with a list column can be overwritten again and again within one transaction."""
    story = ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at")
    one = str(uuid.UUID(int=1))
    with open_memory() as connection, transaction(connection):
        for topics in (["a"], ["a", "b"], []):
            upsert_rows(connection, "core.stories", story, [(one, "t", topics, False, NOW, NOW)])
            assert rows(connection, "SELECT topics FROM core.stories") == [{"topics": topics}]


def test_update_touches_given_columns_of_rows_that_are_there() -> None:
    """An update changes only the named columns, and inserts nothing."""
    with open_memory() as connection:
        insert_rows(connection, "core.topics", TOPIC, [("a", "first", NOW)])
        update_rows(connection, "core.topics", ("name", "title"), [("a", "second"), ("b", "none")], key=("name",))
        assert rows(connection, "FROM core.topics") == [{"name": "a", "title": "second", "first_seen_at": NOW}]


FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from tidings.errors import StoreDamaged, StoreError
from tidings.store.database import open_store, insert_rows, transaction
resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
now = datetime.now(UTC)
try:
    with open_store(Path(sys.argv[1]), 5) as store, transaction(store):
        insert_rows(store, "core.topics", ("name", "title", "first_seen_at"), [(str(n), str(n) * 200, now) for n in range(20_000)])
except StoreError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.slow
def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    """A file that cannot grow is not called damaged: the error says it could not be written, and what was there stays."""
    with open_store(tmp_path, 0) as connection:
        insert_rows(connection, "core.topics", TOPIC, [("kept", "", NOW)])
    told = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)
    assert told.stdout.startswith("StoreError")
    assert "could not be written" in told.stdout
    with open_store(tmp_path, 0) as connection:
        assert [row["name"] for row in rows(connection, "FROM core.topics")] == ["kept"]


def test_a_store_that_is_held_open_is_opened_in_sessions(tmp_path: Path) -> None:
    """What one session commits the next reads; its temporary tables are its own, times stay UTC, and what breaks off is undone."""
    with hold_open(tmp_path, 5):
        with open_store(tmp_path, 0) as first, transaction(first):
            first.execute("CREATE TEMP TABLE topics AS SELECT 'in the way' AS name")
            insert_rows(first, "core.topics", TOPIC, [("idlib", "Idlib", NOW)])
        with pytest.raises(duckdb.Error), open_store(tmp_path, 0) as second, transaction(second):
            insert_rows(second, "core.topics", TOPIC, [("libya", "Libya", NOW)]) and second.execute("SELECT error('broken off')")
        with open_store(tmp_path, 0, read_only=True) as third:
            assert rows(third, "FROM topics") == [{"name": "idlib", "title": "Idlib", "first_seen_at": NOW}]
            assert rows(third, "SELECT current_setting('TimeZone') AS zone") == [{"zone": "UTC"}]
        with pytest.raises(duckdb.Error), open_store(tmp_path, 0) as fourth:
            fourth.execute("SET threads = 1")
    with held_elsewhere(tmp_path), pytest.raises(StoreBusy), open_store(tmp_path, 0):
        pytest.fail("it was let go of when the holding ended")


def test_a_store_that_is_held_open_keeps_others_out(tmp_path: Path) -> None:
    """Another process waits until the holding ends."""
    with hold_open(tmp_path, 5):
        done = subprocess.run(
            [sys.executable, "-c", HOLD.replace(", 5)", ", 0)"), str(tmp_path)], check=False, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert "is in use by process" in done.stderr
