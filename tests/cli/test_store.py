"""`tidings backup`, `restore`, `check` and `size`; a disk with too little room."""

import os

from tidings.store.database import FILE_NAME, open_store
from tidings.store.head import SNAPSHOT_NAME


def test_a_backup_is_made_and_put_back(used, tmp_path) -> None:
    """The commands say what was written and put in place; a store that is there is replaced only when asked."""
    file = tmp_path / "kept.duckdb"
    made = used("backup", str(file), "--json").json
    assert made["row_count"] > 10
    assert "answered" not in made
    assert used("restore", str(file)).code == 2
    done = used("restore", str(file), "--replace")
    assert done.code == 0
    assert f"{made['row_count']:,} rows, read through, and published" in done.out
    assert "0 editions and 0 marks taken over" in done.out
    assert used("check").out.splitlines()[-1] == "everything can be read, and nothing contradicts itself"


def test_a_backup_without_a_name_goes_where_the_scheduled_ones_are(used) -> None:
    """Under the time it was made; the upkeep makes one too, and keeps the newest two."""
    assert used("backup", "--now", "2020-02-19T08:00:00Z").code == 0
    assert used("backup", "--now", "2020-02-20T08:00:00Z").code == 0
    assert "rows in the backup of today" in used("upkeep", "--now", "2020-02-21T08:00:00Z").out
    folder = used.data / "backups"
    assert sorted(path.name for path in folder.iterdir()) == ["store-20200220T080000Z.duckdb", "store-20200221T080000Z.duckdb"]
    assert folder.stat().st_mode & 0o777 == 0o700
    assert used("check").out.count("ok ") == 4


def test_check_names_what_is_damaged_and_the_way_back(used) -> None:
    """A store, what is published and a backup that cannot be read: each by name, exit code 1, no traceback, and what to do."""
    used("backup", "--now", "2020-02-19T08:00:00Z")
    backup = used.data / "backups" / "store-20200219T080000Z.duckdb"
    for path in (used.data / FILE_NAME, used.data / SNAPSHOT_NAME, backup):
        os.truncate(path, path.stat().st_size // 2)
    answer = used("check")
    assert answer.code == 1
    assert answer.out.count("WRONG ") == 3
    assert "The way back: `tidings restore FILE --replace`" in answer.out
    assert [one["trouble"] != [] for one in used("check", "--json").json] == [True] * 3
    said = used("run")
    assert said.code == 1
    assert "tidings restore FILE --replace" in said.err


def test_rows_that_contradict_each_other_are_shown(used) -> None:
    """What cannot be right is named with its table and one row, and the exit code says so."""
    with open_store(used.data, 1) as connection:
        connection.execute("DELETE FROM core.stories")
    answer = used("check")
    assert answer.code == 1
    assert "articles: decided, and its story is not there" in answer.out


def test_size_says_what_takes_room(used) -> None:
    """Each table with rows and share, the files beside the store, and for how long there is room."""
    out = used("size").out
    for words in ("entries ", "articles ", "store ", "published ", "free on the disk", "room for"):
        assert words in out
    found = used("size", "--json").json
    tables = {one["name"]: one for one in found["store"]["tables"]}
    assert tables["articles"]["row_count"] == 5
    assert tables["entries"]["kinds"]["off_topic"] >= 1
    assert sum(one["bytes"] for one in tables.values()) <= found["store"]["bytes"]


def test_without_room_nothing_is_read_and_everybody_is_told(used) -> None:
    """Below the floor a run reads no feed, is recorded as failed and exits with 1; status says so, and the edition that is due, too."""
    settings = used.config / "settings.toml"
    settings.write_text(settings.read_text().replace("[store]\n", "[store]\nfree_mb_min = 10000000\n"))
    answer = used("run", "--now", "2020-02-20T06:10:00Z")
    assert answer.code == 1
    assert "no room: " in answer.out
    assert "edition for desk: nothing new" in answer.out
    edition = max((used.data / "editions").glob("2020-02-20*.md")).read_text(encoding="utf-8")
    assert "The disk of this desk is nearly full: since 2020-02-20 06:10 UTC no feed was asked" in edition
    status = used("status")
    assert status.code == 1
    assert "warning: no room: " in status.out
    assert "run 2020-02-20 06:10 UTC ingest: failed" in status.out
    assert used("backup").code == 1
    assert "no room for a backup" in used("backup").err


def test_a_restore_that_knows_nothing_is_said_in_the_next_edition_only(used, tmp_path) -> None:
    """Neither the old store nor what was published is there: the next edition says that it may repeat; the one after does not."""
    file = tmp_path / "kept.duckdb"
    used("backup", str(file), "--now", "2020-02-19T08:00:00Z")
    (used.data / FILE_NAME).unlink()
    (used.data / SNAPSHOT_NAME).unlink()
    done = used("restore", str(file), "--now", "2020-02-19T20:00:00Z")
    assert "what was sent since the backup was made is not known here" in done.out
    used("run", "--now", "2020-02-20T06:10:00Z")
    used("run", "--now", "2020-02-21T06:10:00Z")
    first, second = (next((used.data / "editions").glob(f"{day}*.md")).read_text(encoding="utf-8") for day in ("2020-02-20", "2020-02-21"))
    assert "put back from a backup of 2020-02-19 08:00 UTC on 2020-02-19 20:00 UTC" in first
    assert "put back" not in second


def test_what_the_restore_finds_published_is_enough_to_say_nothing(used, tmp_path) -> None:
    """The control: where what was told is known, no edition speaks of it."""
    file = tmp_path / "kept.duckdb"
    used("backup", str(file), "--now", "2020-02-19T08:00:00Z")
    (used.data / FILE_NAME).unlink()
    used("restore", str(file), "--now", "2020-02-19T20:00:00Z")
    used("run", "--now", "2020-02-20T06:10:00Z")
    assert "put back" not in next((used.data / "editions").glob("2020-02-20*.md")).read_text(encoding="utf-8")
