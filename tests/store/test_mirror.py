"""What is published of the base tables: the columns that views read, and no others."""

import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tidings.store.archive import ARCHIVE
from tidings.store.database import open_store, rows
from tidings.store.migrate import view_scripts
from tidings.store.mirror import MIRRORED
from tidings.store.publish import HeadMax, publish
from tidings.store.query import open_snapshot

Fill = Callable[[duckdb.DuckDBPyConnection], None]

# Of tables that are published: what is not. A new column has to be written here or into the mirror.
KEPT_BACK = {
    "articles": {"fetched_at", "reported_at", "text_hash", "text_key", "look_again_at"},
    "deliveries": {"message_id", "payload", "uncertain_count", "lease_until", "receipt"},
    "editions": {"owed_from", "owed_for"},
    "entries": {"guid", "summary", "content", "authors", "content_hash", "read_due", "guid_key", "title_key", "link_key"},
    "feed_events": {"detail", "entry_count", "run_id"},
    "feeds": {
        "country", "etag", "last_modified", "body_hash", "unconditional_at", "gone_count", "gone_since", "answered_at", "moved_since", "title", "hosts",
        "read_from",
    },
}  # fmt: skip
NOT_PUBLISHED = {
    "figures",
    "developments",
    "migrations",
    "counter",
    "removed",
    "publications",
    "robots",
    "index_changes",
    "statement_vectors",
}


def test_each_column_is_public_or_kept_back(empty: duckdb.DuckDBPyConnection) -> None:
    """No column of the store is forgotten: it is published, or named here as one that is not."""
    sql = """SELECT table_name AS t, column_name AS c FROM duckdb_columns()
             WHERE schema_name = 'core' AND database_name = current_database() AND table_name IN (SELECT table_name FROM duckdb_tables())"""
    public = {table.name: {*table.columns} for table in MIRRORED if not table.made_of}
    kept_back: dict[str, set[str]] = {}
    for row in rows(empty, sql):
        if row["t"] in public and row["c"] not in public[row["t"]] | {"change"}:
            kept_back.setdefault(row["t"], set()).add(row["c"])
        else:
            assert row["t"] in public or row["t"] in NOT_PUBLISHED, row
    assert kept_back == KEPT_BACK


@pytest.mark.parametrize("table", [table for table in MIRRORED if not table.made_of], ids=lambda table: str(table.name))
def test_each_column_is_read_by_a_view(table: object) -> None:
    """What no view, macro or search names is not published."""
    words = set(re.findall(r"\w+", re.sub(r"(?m)^\s*--.*$|^COMMENT .*$", "", view_scripts())))
    assert set(getattr(table, "columns")) - words == set()  # noqa: B009 - the parameter has no type


@pytest.mark.slow
def test_no_column_of_the_files_holds_a_secret(tmp_path: Path, fill: Fill) -> None:
    """Read value by value, also what compression hides from a search of the bytes, neither file holds a tag, a guid, a password or an address."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=HeadMax(articles=0))
        store.execute("UPDATE core.entries SET detail = 'https://u:hush@site.example/b', change = core.change_now()")
        store.execute("UPDATE core.feeds SET last_error = 'tls: https://u:hush@site.example/', moved_url = 'https://u:hush@site.example/'")
        publish(store, tmp_path)
    with open_snapshot(tmp_path) as snapshot:
        sql = "SELECT database_name AS d, schema_name AS s, table_name AS t FROM duckdb_tables() WHERE list_contains(?, database_name)"
        found = rows(snapshot, sql, [["tidings", ARCHIVE]])
        said = {(row["d"], row["s"], row["t"]): repr(rows(snapshot, f'FROM "{row["d"]}"."{row["s"]}"."{row["t"]}"')) for row in found}
    assert len(said) > 50
    assert "Camps are full" in said[ARCHIVE, "archived", "articles"]
    assert [name for name, text in said.items() if "hush" in text or "desk.example" in text] == []
