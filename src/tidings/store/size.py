"""Say what takes how much room: each table of the store, and the files beside it; and how fast it grows."""
# ruff: noqa: S608 - tables and columns are named by our own schema

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tidings.store.database import FILE_NAME, open_store, rows
from tidings.store.files import log_of, size_of

GROWTH_DAYS = 14  # of which the growth is the mean
# When a row came, for the tables that grow with the archive.
_CAME = {
    "entries": "first_seen_at", "articles": "first_seen_at", "versions": "first_seen_at", "statements": "first_seen_at", "figures": "first_seen_at",
    "stories": "first_seen_at", "developments": "recorded_at", "editions": "composed_at", "deliveries": "created_at", "runs": "started_at",
    "feed_events": "polled_at",
}  # fmt: skip
_KINDS = {
    "entries": "outcome",
    "articles": "CASE WHEN seed_id = '' THEN verdict ELSE 'seed' END",
    "statements": "decision",
    "developments": "kind",
}


@dataclass(frozen=True, slots=True)
class TableSize:
    """Say how much of the store a table is; bytes are those of its blocks, a block that tables share is divided among them."""

    name: str
    row_count: int
    bytes: int
    rows_per_day: float  # of the last days; 0 for tables that do not grow
    kinds: Mapping[str, int]  # rows by kind, where the table has kinds


@dataclass(frozen=True, slots=True)
class StoreSize:
    """Hold the sizes of a store."""

    tables: tuple[TableSize, ...]  # the largest first
    bytes: int  # of the file
    free_bytes: int  # of these: what was deleted, and is filled again before the file grows
    log_bytes: int
    days: float  # over which growth was counted

    @property
    def bytes_per_day(self) -> float:
        """Return by how much the store grows in a day, from the rows of the last days and what a row takes."""
        return sum(one.rows_per_day * one.bytes / one.row_count for one in self.tables if one.row_count)


def store_size(folder: Path, wait_s: float) -> StoreSize:
    """Measure the store."""
    with open_store(folder, wait_s, read_only=True) as connection:
        names = [
            row["name"]
            for row in rows(
                connection, "SELECT table_name AS name FROM duckdb_tables() WHERE database_name = 'store' AND schema_name = 'core'"
            )
        ]
        taken = _bytes_of(connection, names)
        last: datetime | None = rows(connection, "SELECT max(first_seen_at) AS at FROM core.entries")[0]["at"]
        first: datetime | None = rows(connection, "SELECT min(first_seen_at) AS at FROM core.entries")[0]["at"]
        days = min(GROWTH_DAYS, max(1.0, (last - first).total_seconds() / 86_400)) if last and first else 0.0
        tables = [
            TableSize(name, _count(connection, name), taken[name], _per_day(connection, name, last, days), _kinds(connection, name))
            for name in names
        ]
        [about] = rows(connection, "SELECT free_blocks * block_size AS free FROM pragma_database_size() WHERE database_name = 'store'")
    path = folder / FILE_NAME
    tables.sort(key=lambda one: (-one.bytes, one.name))
    return StoreSize(tuple(tables), size_of(path), int(about["free"]), size_of(log_of(path)), days)


def _bytes_of(connection: duckdb.DuckDBPyConnection, names: list[str]) -> Mapping[str, int]:
    """Divide the blocks among the tables whose values they hold."""
    holders: dict[int, Counter[str]] = {}
    for name in names:
        for row in rows(connection, f"SELECT block_id, additional_block_ids FROM pragma_storage_info('core.{name}')"):
            for block in [row["block_id"], *(row["additional_block_ids"] or [])]:
                if block is not None and block >= 0:
                    holders.setdefault(block, Counter())[name] += 1
    [about] = rows(connection, "SELECT block_size FROM pragma_database_size() WHERE database_name = 'store'")
    taken: Counter[str] = Counter()
    for shares in holders.values():
        for name, count in shares.items():
            taken[name] += int(about["block_size"] * count / shares.total())
    return taken


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    return int(rows(connection, f"SELECT count(*) AS n FROM core.{name}")[0]["n"])


def _per_day(connection: duckdb.DuckDBPyConnection, name: str, last: datetime | None, days: float) -> float:
    if name not in _CAME or last is None or not days:
        return 0.0
    sql = f"SELECT count(*) AS n FROM core.{name} WHERE {_CAME[name]} > $last::TIMESTAMPTZ - to_seconds($seconds::DOUBLE)"
    return float(rows(connection, sql, {"last": last.isoformat(), "seconds": days * 86_400})[0]["n"]) / days


def _kinds(connection: duckdb.DuckDBPyConnection, name: str) -> Mapping[str, int]:
    if name not in _KINDS:
        return {}
    found = rows(connection, f"SELECT {_KINDS[name]} AS kind, count(*) AS n FROM core.{name} GROUP BY 1 ORDER BY n DESC, kind")
    return {row["kind"] or "undecided": int(row["n"]) for row in found}


def files_size(folder: Path, names_max: int = 200_000) -> tuple[int, int]:
    """Return count and bytes of the files in a folder and below it, or of one file; 0 where there is none."""
    if folder.is_file():
        return 1, size_of(folder)
    count = total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count, total = count + 1, total + size_of(Path(place, name))
            if count >= names_max:
                return count, total
    return count, total
