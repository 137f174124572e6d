"""Backups hold what the store holds, and are put back so that nothing is told twice."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import store_writer as writer

from tidings.errors import StoreDamaged, StoreError, UsageError
from tidings.store.backup import back_up, backups_in, forget_backups, next_name, verify
from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.lineage import refuse_older
from tidings.store.publish import publish
from tidings.store.restore import restore
from tidings.store.soundness import read_store
from tidings.store.swap import compact

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
LATER = datetime(2020, 2, 21, 7, 30, tzinfo=UTC)


def rounds(folder: Path, *numbers: int) -> None:
    """Let news come, be decided and composed."""
    with open_store(folder, 5) as connection:
        for number in numbers:
            for step in writer.STEPS.values():
                step(connection, number)


def count(folder: Path, table: str, which: str = "true") -> int:
    """Count rows of a table."""
    with open_store(folder, 5, read_only=True) as connection:
        return int(rows(connection, f"SELECT count(*) AS n FROM core.{table} WHERE {which}")[0]["n"])


def send(folder: Path, number: int) -> None:
    """Let the message of a round be sent, and publish that."""
    with open_store(folder, 5) as connection:
        connection.execute(
            "UPDATE core.deliveries SET state = 'sent', attempt_count = 1, sent_at = now(), change = core.change_now() WHERE id = ?",
            [writer.uid(9, number)],
        )
        publish(connection, folder)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Give a store with one round, published."""
    folder = tmp_path / "data"
    rounds(folder, 1)
    with open_store(folder, 5) as connection:
        publish(connection, folder)
    return folder


@pytest.fixture
def kept(data: Path, tmp_path: Path) -> Path:
    """Give a backup of it."""
    return back_up(data, tmp_path / "kept.duckdb", 5, NOW, '{"note": 1}').path


def test_a_backup_is_one_private_file_that_was_read_through(data: Path, tmp_path: Path) -> None:
    """It has all rows of the store, says when it was made, is closed to others, and nothing else is left in its folder."""
    made = back_up(data, tmp_path / "kept.duckdb", 5, NOW)
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert verify(made.path).row_count == made.row_count == read_store(data, 5).row_count
    assert verify(made.path).made_at == NOW
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "kept.duckdb"]


def test_a_backup_replaces_a_backup_and_nothing_else(data: Path, kept: Path, tmp_path: Path) -> None:
    """The same name again is the newer backup; a file of somebody else, the store itself and a folder are left alone."""
    rounds(data, 2)
    assert back_up(data, kept, 5, LATER).made_at == LATER
    other = tmp_path / "letter.txt"
    other.write_text("dear")
    for wrong in (other, data / FILE_NAME, tmp_path, tmp_path / "nowhere" / "kept.duckdb"):
        with pytest.raises((UsageError, StoreError)):
            back_up(data, wrong, 5, NOW)
    assert other.read_text() == "dear"
    assert count(data, "articles") == 2 * writer.EACH


def test_the_newest_backups_are_kept(data: Path, tmp_path: Path) -> None:
    """Of the scheduled ones so many as are wanted stay; files of other names are nobody's business."""
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "mine.duckdb").touch()
    for day in (1, 2, 3):
        back_up(data, folder / next_name(NOW.replace(day=day)), 5, NOW)
    assert forget_backups(folder, 2) == 1
    assert [path.name for path in backups_in(folder)] == ["store-20200203T073000Z.duckdb", "store-20200202T073000Z.duckdb"]
    assert (folder / "mine.duckdb").exists()


def test_restored_is_as_it_was(data: Path, kept: Path, tmp_path: Path) -> None:
    """On another machine: the same rows, and the note of the last answer; what waited is held, as it may have been sent since."""
    fresh = tmp_path / "fresh"
    done = restore(fresh, kept, 5, LATER)
    assert (done.made_at, done.known_from, done.held_count, done.answered, done.aside) == (NOW, "nothing", 1, '{"note": 1}', None)
    assert count(fresh, "articles") == writer.EACH
    assert count(fresh, "deliveries", "state = 'held' AND last_error LIKE 'held by a restore%'") == 1
    assert read_store(fresh, 5).wrong == ()
    assert (fresh / FILE_NAME).stat().st_mode & 0o777 == 0o600


def test_who_knows_that_nothing_was_sent_may_say_so(kept: Path, tmp_path: Path) -> None:
    """A move to another machine: nothing is held."""
    done = restore(tmp_path / "fresh", kept, 5, LATER, nothing_since=True)
    assert (done.known_from, done.held_count) == ("said", 0)
    assert count(tmp_path / "fresh", "deliveries", "state = 'pending'") == 1


def test_a_store_that_is_there_is_replaced_only_when_asked_and_kept_aside(data: Path, kept: Path) -> None:
    """Without the word it is refused; with it the old one is beside the new, whole."""
    rounds(data, 2)
    with pytest.raises(UsageError, match="--replace"):
        restore(data, kept, 5, LATER)
    done = restore(data, kept, 5, LATER, replaces=True)
    assert done.aside is not None
    assert count(data, "articles") == writer.EACH
    with duckdb.connect(done.aside, read_only=True) as old:
        assert old.execute("SELECT count(*) FROM core.articles").fetchone() == (2 * writer.EACH,)


@pytest.mark.parametrize("known_from", ["store", "published"])
def test_what_was_told_since_is_not_told_again(data: Path, kept: Path, known_from: str) -> None:
    """An edition sent after the backup is known after the restore, from the old store or, where that is damaged, from what was published."""
    send(data, 1)
    rounds(data, 2)
    send(data, 2)
    if known_from == "published":
        (data / FILE_NAME).write_bytes(b"damaged" * 1000)
    done = restore(data, kept, 5, LATER, replaces=True)
    assert (done.known_from, done.edition_count, done.held_count, done.lost) == (known_from, 1, 0, ())
    assert [one.split()[0] for one in done.unread] == ([f"{FILE_NAME}"] if known_from == "published" else [])
    assert count(data, "told") == 2 * writer.EACH
    assert count(data, "deliveries", "state = 'sent'") == 2
    assert count(data, "articles") == writer.EACH  # they come back with the feeds, under the same ids
    assert read_store(data, 5).wrong == ()


def test_what_was_composed_and_not_sent_is_composed_anew(data: Path, kept: Path) -> None:
    """Known from what was published only: an edition of which nothing went out is forgotten; one that was refused is not, and named."""
    rounds(data, 2, 3)
    with open_store(data, 5) as connection:
        connection.execute(
            "UPDATE core.deliveries SET state = 'refused', attempt_count = 1, change = core.change_now() WHERE id = ?", [writer.uid(9, 3)]
        )
        publish(connection, data)
    (data / FILE_NAME).unlink()
    done = restore(data, kept, 5, LATER)
    assert (done.known_from, done.edition_count) == ("published", 1)
    assert "for desk was refused" in done.lost[0]
    assert count(data, "told", f"edition_id = '{writer.uid(8, 2)}'") == 0
    assert count(data, "told", f"edition_id = '{writer.uid(8, 3)}'") == writer.EACH


def flipped(path: Path, at: float) -> None:
    """Change some bytes of a file."""
    content = bytearray(path.read_bytes())
    place = int(len(content) * at)
    content[place : place + 64] = bytes(byte ^ 0xFF for byte in content[place : place + 64])
    path.write_bytes(content)


@pytest.mark.parametrize("damage", ["head", "middle", "end", "cut", "empty", "text", "other file"])
def test_a_damaged_backup_takes_nobodys_place(data: Path, kept: Path, damage: str) -> None:
    """It is named, the store that is there stays, and nothing is left behind."""
    match damage:
        case "head":
            flipped(kept, 0.0001)
        case "middle":
            for tenth in range(1, 10):
                flipped(kept, tenth / 10)
        case "end":
            flipped(kept, 0.97)
            flipped(kept, 0.6)
        case "cut":
            os.truncate(kept, kept.stat().st_size // 2)
        case "empty":
            os.truncate(kept, 0)
        case "text":
            kept.write_text("a letter\n" * 1000)
        case _:
            kept.unlink()
            with duckdb.connect(kept) as other:
                other.execute("CREATE TABLE one AS SELECT 1 AS one")
    before = sorted(path.name for path in data.iterdir())
    with pytest.raises(StoreDamaged, match=r"kept\.duckdb"):
        restore(data, kept, 5, LATER, replaces=True)
    assert sorted(path.name for path in data.iterdir()) == before
    assert count(data, "articles") == writer.EACH


def test_a_plain_copy_of_a_store_with_its_log_is_taken_too(data: Path, tmp_path: Path) -> None:
    """Whoever copied the files while nothing ran has a backup; it does not say when it was made."""
    copied = tmp_path / "copy.duckdb"
    shutil.copy(data / FILE_NAME, copied)
    done = restore(tmp_path / "fresh", copied, 5, LATER)
    assert done.made_at is None
    assert count(tmp_path / "fresh", "articles") == writer.EACH


def test_a_copy_put_back_by_hand_is_noticed(data: Path, tmp_path: Path) -> None:
    """A store older than what it published is refused, with the way that takes over what was told; the right one is not."""
    shutil.copy(data / FILE_NAME, tmp_path / "copy.duckdb")
    rounds(data, 2)
    with open_store(data, 5) as connection:
        publish(connection, data)
        refuse_older(connection, data)
    shutil.copy(tmp_path / "copy.duckdb", data / FILE_NAME)
    with open_store(data, 5) as connection, pytest.raises(StoreError, match="tidings restore"):
        refuse_older(connection, data)
    (data / FILE_NAME).rename(data / "copy.duckdb")
    restore(data, data / "copy.duckdb", 5, LATER)
    with open_store(data, 5) as connection:
        refuse_older(connection, data)
        publish(connection, data, anew=True)
        refuse_older(connection, data)


def test_what_a_restore_did_stays_among_the_runs(data: Path, kept: Path) -> None:
    """When, from which backup and how it is known what was told."""
    restore(data, kept, 5, LATER, replaces=True)
    with open_store(data, 5) as connection:
        [row] = rows(connection, "SELECT report, started_at FROM core.runs WHERE flow = 'restore'")
    report = json.loads(row["report"])
    assert row["started_at"] == LATER
    assert (report["backup_of"], report["known_from"]) == (NOW.isoformat(), "store")


def test_a_store_written_anew_holds_the_same_in_less(data: Path) -> None:
    """Space of what was deleted comes back to the disk; every row is there, and the file is as private as before."""
    rounds(data, *range(2, 8))
    with open_store(data, 5) as connection:
        connection.execute(
            "CREATE TABLE core.bulk AS SELECT md5(range::VARCHAR) AS one, md5((range * 7)::VARCHAR) AS two FROM range(200_000)"
        )
        connection.execute("CHECKPOINT")
        connection.execute("DROP TABLE core.bulk")
    before = read_store(data, 5)
    won = compact(data, 5, anyway=True)
    after = read_store(data, 5)
    assert won > 1_000_000
    assert after.bytes == before.bytes - won
    assert (after.row_count, after.wrong) == (before.row_count, ())
    assert (data / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert compact(data, 5) == 0  # a small file is left alone
