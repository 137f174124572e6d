"""A desk with a store, what it publishes, and a lake of it; rows of every kind to fill it with."""

import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tidings.model import Lake
from tidings.store.database import Connection, column_types, connect, insert_rows, open_store
from tidings.store.lake_open import lake_attached
from tidings.store.lake_process import fulfil
from tidings.store.publish import HEAD_MAX, HeadMax, publish

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)


def uid(number: int) -> str:
    """Return a readable id."""
    return str(uuid.UUID(int=number))


def add(connection: Connection, table: str, *given: dict[str, Any]) -> None:
    """Insert rows; what is not given is empty, and required times are NOW."""
    empty: dict[str, Any] = {"VARCHAR": "", "VARCHAR[]": [], "UUID[]": [], "BOOLEAN": False, "INTEGER": 0, "BLOB": b"", "JSON": "{}"}
    types = column_types(connection, f"core.{table}")
    types.pop("change", None)  # filled by whoever writes
    required = {row[0] for row in connection.execute(f"DESCRIBE core.{table}").fetchall() if row[2] == "NO"}
    row = {name: NOW if kind.startswith("TIMESTAMP") and name in required else empty.get(kind) for name, kind in types.items()}
    insert_rows(connection, f"core.{table}", tuple(types), [tuple((row | one).values()) for one in given])


def add_reports(connection: Connection, *numbers: int) -> None:
    """Tell the store, for each number, of a feed with one entry, its article, story, statement, figure and development, and of a run."""
    row: dict[str, Any]
    for table, row in {
        "feeds": {"shown_url": "https://feeds.example/{n}", "publisher": "Levant Wire", "configured": True},
        "entries": {"feed_id": 7, "url": "https://u:hush@site.example/{n}?api_key=hush", "outcome": "new", "article_id": 0, "run_id": "run{n}", "decided_at": NOW},
        "articles": {
            "entry_id": 1, "version_id": 2, "url": "https://site.example/{n}", "title": "Article {n}", "text": "The text of {n}. إدلب", "publisher": "Levant Wire",
            "origin": "Levant Wire", "language": "en", "authors": ["A. B."], "verdict": "full", "text_hash": "h", "decided": True, "story_id": 0, "run_id": "run{n}",
        },
        "stories": {"title": "Article {n}", "topics": ["idlib"]},
        "statements": {
            "topic": "idlib", "article_id": 0, "version_id": 2, "text": "The text of {n}.", "start": 0, "end": 10, "decision": "development", "score": 0.5,
            "run_id": "run{n}", "decided_at": NOW, "event_date": "2020-02-19",
        },
        "figures": {"statement_id": 3, "topic": "idlib", "measure": "killed", "value_low": 3.0, "value_high": 3.0, "qualifier": "exact", "words": "three"},
        "developments": {"topic": "idlib", "kind": "new_story", "story_id": 0, "article_id": 0, "statement_id": 3, "run_id": "run{n}"},
        "runs": {"flow": "ingest", "outcome": "done", "report": '{"entries": 1}'},
    }.items():  # fmt: skip
        add(connection, table, *(_numbered(table, row, number) for number in numbers))


_KINDS = {"articles": 0, "stories": 0, "entries": 1, "statements": 3, "figures": 4, "developments": 5, "feeds": 7}


def _numbered(table: str, row: dict[str, Any], number: int) -> dict[str, Any]:
    """Fill a number into the texts of a row, and make ids of what names them."""
    filled = {
        name: uid(number + 1_000_000 * value) if name.endswith("_id") and isinstance(value, int) else value.replace("{n}", str(number)) if isinstance(value, str) else value
        for name, value in row.items()
    }  # fmt: skip
    if table == "runs":
        return filled | {"id": f"run{number}", "started_at": NOW + timedelta(minutes=number)}
    return filled | {"id": uid(number + 1_000_000 * _KINDS[table])}


@dataclass(frozen=True, slots=True)
class Desk:
    """Hold a data folder and the lake beside it."""

    folder: Path
    lake: Lake
    head_max: HeadMax = HEAD_MAX

    @contextmanager
    def store(self) -> Iterator[Connection]:
        """Open the store, and publish it at the end."""
        with open_store(self.folder, 5) as connection:
            yield connection
            publish(connection, self.folder, head_max=self.head_max)

    def fulfil(self, *, upkeep: bool = False) -> dict[str, Any]:
        """Bring the lake up, in this process."""
        return fulfil(self.lake, self.folder, upkeep=upkeep)

    @contextmanager
    def both(self) -> Iterator[Connection]:
        """Open what is published as `published` and the lake as `lake`, side by side."""
        connection = connect()
        with lake_attached(connection, self.lake):
            connection.execute(f"ATTACH '{self.folder / 'tidings.duckdb'}' AS published (READ_ONLY)")
            if (self.folder / "tidings_archive.duckdb").exists():
                connection.execute(f"ATTACH '{self.folder / 'tidings_archive.duckdb'}' AS tidings_archive (READ_ONLY)")
            yield connection
        connection.close()


def differences(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the views of which lake and published file do not show the same rows, with the number of rows that differ. THE LAW: none."""
    sql = "SELECT view_name FROM duckdb_views() WHERE database_name = 'published' AND schema_name = 'main' ORDER BY 1"
    names = [name for (name,) in connection.execute(sql).fetchall()]
    assert {"articles", "developments", "feed_health", "told"} <= set(names)
    found = {}
    for name in names:
        one, other = (connection.execute(f'FROM {catalog}.main."{name}"').fetchall() for catalog in ("published", "lake"))
        if (
            count := (Counter(map(repr, one)) - Counter(map(repr, other))).total()
            + (Counter(map(repr, other)) - Counter(map(repr, one))).total()
        ):
            found[name] = count
    return found


def sqlite_desk(folder: Path) -> Desk:
    """Return a desk whose lake has its catalog in SQLite."""
    return Desk(folder / "data", Lake(f"sqlite:{folder / 'lake.sqlite'}", f"{folder / 'lake'}/"))
