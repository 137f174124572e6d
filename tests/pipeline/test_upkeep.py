"""Upkeep of the data folder."""

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder
from tidings.errors import StoreBusy, StoreDamaged
from tidings.pipeline.lock import hold
from tidings.pipeline.upkeep import forget_stalled, upkeep, verify
from tidings.recording.form import RunFacts, file_name
from tidings.store.database import insert_rows, open_store
from tidings.store.publish import publish, read_through
from tidings.store.query import open_snapshot, query

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

NOW = datetime(2020, 2, 20, 3, 30, tzinfo=UTC)
BLOCK = 262_144  # bytes of a DuckDB block; the first ones hold what is read at opening


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the delivered settings, turned to a fresh data folder."""
    return replace(load(delivered_folder(), {}), data=tmp_path / "data")


@pytest.fixture
def keep(tmp_path: Path) -> Callable[[str, int, float], Path]:
    """Keep a body of some bytes that is some days old, with what is known of it."""

    def keep_one(name: str, size: int, days: float) -> Path:
        path = tmp_path / "data" / "archive" / "stalled" / f"{name}.bin"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * size)
        path.with_suffix(".json").write_text("{}", encoding="utf-8")
        at = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (at, at))
        return path

    return keep_one


def test_forgets_publishes_and_reads_through(settings: Settings, keep: Callable[[str, int, float], Path]) -> None:
    """Old runs and bodies go and are counted, young ones stay; the upkeep stands among the runs of the snapshot it published."""
    with open_store(settings.data, 5) as connection:
        old = [(f"r{days}", "ingest", NOW - timedelta(days=days), "done", "{}") for days in (1, 400)]
        insert_rows(connection, "core.runs", ("id", "flow", "started_at", "outcome", "report"), old)
    keep("old", 10, 31)
    young = keep("young", 10, 29)
    recorded = [young.parents[1] / file_name(RunFacts("ingest", f"{days:08}", NOW - timedelta(days=days))) for days in (31, 29)]
    for path in recorded:
        path.write_bytes(b"x")
    counts = upkeep(settings, NOW)
    assert counts["snapshot_rows"] >= 2
    assert counts["backup_rows"] >= 2
    assert counts | {"snapshot_rows": 0, "backup_rows": 0} == {
        "feed_events": 0,
        "runs": 1,
        "entries": 0,
        "stalled": 1,
        "recordings": 1,
        "snapshot_rows": 0,
        "snapshot_repaired": 0,
        "backup_rows": 0,
        "backups_forgotten": 0,
        "bytes_won": 0,
        "vectors": 0,
        "robots": 0,
    }
    assert sorted(path.name for path in young.parent.iterdir()) == ["young.bin", "young.json"]
    assert [path.exists() for path in recorded] == [False, True]
    assert query(settings.data, "SELECT flow, outcome FROM runs ORDER BY flow", None)[1] == [("ingest", "done"), ("upkeep", "done")]
    again = upkeep(settings, NOW + timedelta(days=1))
    assert (again["runs"], again["stalled"]) == (0, 0)


def test_the_newest_bodies_stay_within_their_bytes(tmp_path: Path, keep: Callable[[str, int, float], Path]) -> None:
    """Where young bodies together are too large, the oldest of them go, each with what is known of it."""
    paths = [keep(f"b{days}", 100, days) for days in (1, 2, 3)]
    assert forget_stalled(paths[0].parent, NOW - timedelta(days=30), bytes_max=250) == 1
    assert [path.exists() for path in paths] == [True, True, False]
    assert not paths[2].with_suffix(".json").exists()
    assert forget_stalled(tmp_path / "none", NOW) == 0


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 1000], ids=["empty", "other bytes"])
def test_a_damaged_snapshot_is_written_anew(settings: Settings, damage: bytes) -> None:
    """A snapshot that does not open is replaced, and that is counted."""
    upkeep(settings, NOW)
    (settings.data / "tidings.duckdb").write_bytes(damage)
    upkeep(settings, NOW + timedelta(days=1))
    assert query(settings.data, "SELECT count(*) FROM runs", None)[1] == [(2,)]


def _fill(settings: Settings) -> None:
    """Publish a store of many runs: long enough that their texts stand in blocks of their own."""
    with open_store(settings.data, 5) as connection:
        many = [(f"{number:032x}", "ingest", NOW, "done", json.dumps({"notes": [f"{number}" * 50]})) for number in range(2000)]
        insert_rows(connection, "core.runs", ("id", "flow", "started_at", "outcome", "report"), many)
        publish(connection, settings.data)
        connection.execute("CHECKPOINT")


def test_a_snapshot_damaged_inside_is_written_anew(settings: Settings) -> None:
    """A snapshot that opens but cannot be read to the end is found by reading it, and replaced."""
    _fill(settings)
    _spoil(settings.data / "tidings.duckdb")
    with open_snapshot(settings.data):
        pass
    rows = 2000 + 2  # and what the file says of itself, in two tables
    assert verify(settings) == {"snapshot_rows": rows, "snapshot_repaired": 1}
    assert verify(settings) == {"snapshot_rows": rows, "snapshot_repaired": 0}


def _spoil(path: Path, *, everywhere: bool = False) -> bytes:
    """Turn a byte of the last block round, or of every block behind the head; return what is there then."""
    spoiled = bytearray(path.read_bytes())
    for at in range(len(spoiled) + 1000 - BLOCK, BLOCK if everywhere else len(spoiled) - BLOCK, -BLOCK):
        spoiled[at] ^= 0xFF
    path.write_bytes(spoiled)
    return bytes(spoiled)


def test_a_damaged_store_replaces_no_snapshot(settings: Settings) -> None:
    """Where the store cannot be read through any more, what was published stays to the byte, and the upkeep fails."""
    _fill(settings)
    snapshot = settings.data / "tidings.duckdb"
    before = snapshot.read_bytes()
    _spoil(settings.data / "store.duckdb", everywhere=True)
    with pytest.raises(StoreDamaged):
        upkeep(settings, NOW + timedelta(days=1))
    assert snapshot.read_bytes() == before
    assert list(settings.data.glob("*.part*")) == []


def test_a_damaged_snapshot_stays_while_there_is_no_better(settings: Settings) -> None:
    """With store and snapshot both damaged the snapshot is not deleted: half of an answer is more than none."""
    _fill(settings)
    snapshot = settings.data / "tidings.duckdb"
    spoiled = _spoil(snapshot)
    _spoil(settings.data / "store.duckdb", everywhere=True)
    with pytest.raises(StoreDamaged):
        verify(settings)
    assert snapshot.read_bytes() == spoiled


def test_what_cannot_be_read_back_is_not_published(settings: Settings) -> None:
    """A new snapshot is read through before it takes the name; a file that is no snapshot never does."""
    _fill(settings)
    broken = settings.data / "broken.part"
    broken.write_bytes((settings.data / "tidings.duckdb").read_bytes())
    with open_store(settings.data, 5) as connection:
        assert read_through(connection, broken) >= 2000
    _spoil(broken)
    with open_store(settings.data, 5) as connection, pytest.raises(StoreDamaged, match="the one in place stays"):
        read_through(connection, broken)


def test_does_not_begin_beside_an_ingest(settings: Settings) -> None:
    """While another process holds the ingest lock, upkeep waits as long as it may, then says who is in its way, and touches nothing."""
    with hold(settings.data, "ingest") as mine:
        assert mine
        with pytest.raises(StoreBusy, match=r"an ingest is at work on .*; waited 0 s, and the upkeep was not done"):
            upkeep(settings, NOW, wait_s=0)
    assert not (settings.data / "store.duckdb").exists()
