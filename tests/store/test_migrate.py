"""Old stores become new ones, and end up the same as fresh ones."""

import re
import subprocess
import sys
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidings.errors import StoreDamaged
from tidings.store.database import open_memory, open_store, rows
from tidings.store.migrate import is_current, prepare, public_views, read_migrations

SQL = resources.files("tidings.store") / "sql"
SCHEMA = (SQL / "schema.sql").read_text(encoding="utf-8")

# A made-up next version: two migrations, and what schema.sql would then end with.
NEXT = {
    "0001_add_note.sql": "ALTER TABLE core.topics ADD COLUMN note VARCHAR; UPDATE core.topics SET note = 'old';",
    "0002_add_places.sql": "CREATE TABLE core.places (id UUID PRIMARY KEY, name VARCHAR NOT NULL CHECK (name <> ''));",
}
NEXT_SCHEMA = SCHEMA.replace(
    "    first_seen_at TIMESTAMPTZ NOT NULL\n);\n\nCREATE TABLE core.feeds",
    "    first_seen_at TIMESTAMPTZ NOT NULL,\n    note VARCHAR\n);\n"
    "CREATE TABLE core.places (id UUID PRIMARY KEY, name VARCHAR NOT NULL CHECK (name <> ''));\n\nCREATE TABLE core.feeds",
)


def folder_of(tmp_path: Path, files: dict[str, str]) -> Path:
    """Write a folder of migrations."""
    for name, sql in files.items():
        (tmp_path / name).write_text(sql, encoding="utf-8")
    return tmp_path


def shape(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Describe all tables: columns, types and constraints, whatever the order they were made in."""
    here = "database_name = current_database() AND schema_name = 'core'"
    columns = f"SELECT table_name, column_name, data_type, is_nullable, column_default FROM duckdb_columns() WHERE {here} ORDER BY ALL"
    constraints = (
        f"SELECT table_name, constraint_type, constraint_column_names, expression FROM duckdb_constraints() WHERE {here} ORDER BY ALL"
    )
    return {"columns": rows(connection, columns), "constraints": rows(connection, constraints)}


def test_the_made_up_schema_differs(tmp_path: Path) -> None:
    """The control: without its migrations the old shape is not the new one."""
    with duckdb.connect() as old, duckdb.connect() as new:
        prepare(old, SCHEMA, [])
        prepare(new, NEXT_SCHEMA, [])
        assert shape(old) != shape(new)


def test_migrated_is_fresh(tmp_path: Path) -> None:
    """A store of the old shape, migrated, has the tables and numbers of one made afresh."""
    migrations = read_migrations(folder_of(tmp_path, NEXT))
    with duckdb.connect() as migrated, duckdb.connect() as fresh:
        prepare(migrated, SCHEMA, [])
        prepare(migrated, SCHEMA, migrations)
        prepare(fresh, NEXT_SCHEMA, migrations)
        assert shape(migrated) == shape(fresh)
        applied = "SELECT number, name FROM core.migrations ORDER BY number"
        assert rows(migrated, applied) == rows(fresh, applied)
        assert [row["number"] for row in rows(fresh, applied)] == [0, 1, 2]


def test_the_real_migrations_lead_to_the_real_schema() -> None:
    """Our own migrations, run on the tables as first released, give schema.sql."""
    migrations = read_migrations()
    base = SQL / "migrations" / "base.sql"
    assert base.is_file() or not migrations, "keep schema.sql as it was before the first migration as migrations/base.sql"
    with duckdb.connect() as migrated, duckdb.connect() as fresh:
        migrated.execute(base.read_text(encoding="utf-8") if base.is_file() else SCHEMA)
        prepare(migrated, SCHEMA, migrations)
        prepare(fresh, SCHEMA, migrations)
        assert shape(migrated) == shape(fresh)


def filler(name: str, kind: str, checks: str) -> str:
    """Give a value, as SQL, that a column takes."""
    if allowed := re.search(rf"\b{name}\W+IN\W+'(\w+)'", checks):
        return f"'{allowed[1]}'"
    simple = {"UUID": "uuid()", "BLOB": "'x'::BLOB", "JSON": "'{}'", "BOOLEAN": "true", "VARCHAR": "'x'"}
    return simple.get(kind) or ("[]" if kind.endswith("[]") else "'2020-02-19'" if "TIME" in kind or kind == "DATE" else "1")


def test_a_store_that_holds_something_in_every_table_can_be_migrated() -> None:
    """DuckDB alters empty tables in ways that it refuses for others: each table of the first release has rows, and keeps them."""
    with duckdb.connect() as old:
        old.execute((SQL / "migrations" / "base.sql").read_text(encoding="utf-8"))
        tables = [row["table_name"] for row in rows(old, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'")]
        for table in tables:
            found = rows(
                old, "SELECT constraint_text FROM duckdb_constraints() WHERE table_name = ? AND constraint_type = 'CHECK'", [table]
            )
            checks = " ".join(row["constraint_text"] for row in found)
            columns = {row["column_name"]: row["column_type"] for row in rows(old, f"DESCRIBE core.{table}")}
            values = [filler(name, kind, checks) for name, kind in columns.items()] if table != "migrations" else ["0", "'base'", "NULL"]
            for _ in range(3 if "uuid()" in values else 1):
                old.execute(f"INSERT INTO core.{table} VALUES ({', '.join(values)})")
        counts = {table: rows(old, f"SELECT count(*) AS n FROM core.{table}") for table in tables if table != "migrations"}
        prepare(old)
        there = [row["table_name"] for row in rows(old, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'core'")]
        kept = {table: rows(old, f"SELECT count(*) AS n FROM core.{table}") for table in counts if table in there}
        assert len(kept) > 12
        assert kept == {table: counts[table] for table in kept}


def test_what_was_delivered_before_there_were_parts_is_one_part() -> None:
    """A delivery of an old store, with the view of that time on it, is part 1 of 1 afterwards, and otherwise as it was."""
    with duckdb.connect() as old:
        old.execute((SQL / "migrations" / "base.sql").read_text(encoding="utf-8"))
        old.execute("CREATE VIEW main.deliveries AS SELECT id, state FROM core.deliveries")
        old.execute(
            "INSERT INTO core.deliveries VALUES (uuid(), uuid(), 'email', 'desk', '<m>', 'x'::BLOB, 'held', 2, 2, now(), NULL, NULL, 'no', NULL)"
        )
        prepare(old)
        [row] = rows(old, "SELECT state, part, part_count, last_error FROM main.deliveries")
        assert row == {"state": "held", "part": 1, "part_count": 1, "last_error": "no"}


def test_editions_before_there_were_kinds_are_scheduled_in_all_languages() -> None:
    """An edition of an old store still ends the window from which the next one runs."""
    with duckdb.connect() as old:
        old.execute((SQL / "migrations" / "base.sql").read_text(encoding="utf-8"))
        old.execute(
            "INSERT INTO core.editions VALUES (uuid(), 'desk', ['idlib'], NULL, '2020-02-19', 3, true, 0, 'composed', '2020-02-19')"
        )
        prepare(old)
        [row] = rows(old, "SELECT recipient, kind, topics, languages, development_count FROM main.editions")
        assert row == {"recipient": "desk", "kind": "scheduled", "topics": ["idlib"], "languages": [], "development_count": 3}


def test_a_feed_that_failed_before_there_was_a_word_for_it_still_fails() -> None:
    """The word is that of its error, and it has failed since it last answered; a feed that was fine is as it was."""
    with duckdb.connect() as old:
        old.execute((SQL / "migrations" / "base.sql").read_text(encoding="utf-8"))
        columns = "(id, shown_url, publisher, language, country, configured, etag, last_modified, body_hash, polled_at, last_success_at, failures_in_row, last_error, gone_count)"
        for count, error, gone_count in ((0, "", 0), (3, "http_410", 3), (2, "not_a_feed: text/html", 0)):
            old.execute(
                f"INSERT INTO core.feeds {columns} VALUES (uuid(), 'u', 'p', '', '', true, '', '', '', '2020-02-19', '2020-02-18', ?, ?, ?)",
                [count, error, gone_count],
            )
        prepare(old)
        found = rows(
            old, "SELECT failure, failing_since = '2020-02-18' AS since, gone_since IS NULL AS here FROM core.feeds ORDER BY failure"
        )
        assert [tuple(row.values()) for row in found] == [("", None, True), ("http_410", True, False), ("not_a_feed", True, True)]


def test_doing_it_twice_is_doing_it_once(tmp_path: Path) -> None:
    """A store that is up to date is not touched: migrations that would fail a second time do not run."""
    migrations = read_migrations(folder_of(tmp_path, NEXT))
    with duckdb.connect() as connection:
        prepare(connection, SCHEMA, [])
        prepare(connection, SCHEMA, migrations)
        before = rows(connection, "FROM core.migrations ORDER BY number")
        prepare(connection, SCHEMA, migrations)
        assert rows(connection, "FROM core.migrations ORDER BY number") == before


def test_a_failing_migration_leaves_nothing_behind(tmp_path: Path) -> None:
    """A migration that fails halfway leaves the tables as they were and no row; put right, it runs."""
    bad = [*read_migrations(folder_of(tmp_path, NEXT | {"0002_add_places.sql": "CREATE TABLE core.places (id UUID); SELECT broken;"}))]
    with duckdb.connect() as connection:
        prepare(connection, SCHEMA, [])
        with pytest.raises(duckdb.Error):
            prepare(connection, SCHEMA, bad)
        assert rows(connection, "SELECT number FROM core.migrations ORDER BY number") == [{"number": 0}, {"number": 1}]
        prepare(connection, SCHEMA, read_migrations(folder_of(tmp_path, NEXT)))
        assert len(rows(connection, "FROM core.migrations")) == 3


KILLED = """
import os, signal, sys
from pathlib import Path
import duckdb
from tidings.store.migrate import prepare, read_migrations
folder, migrations, when = Path(sys.argv[1]), read_migrations(Path(sys.argv[2])), sys.argv[3]
with duckdb.connect(folder / "store.duckdb") as connection:
    prepare(connection, migrations=[])
    for migration in migrations:
        connection.begin()
        connection.execute(migration.sql)
        if when == "before":
            break
        connection.execute("INSERT INTO core.migrations (number, name) VALUES (?, ?)", [migration.number, migration.name])
        connection.commit()
        if when == "after":
            break
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_halfway_recovers(tmp_path: Path, when: str) -> None:
    """A migration killed before its commit is undone, one killed after it (checkpoint missing) stands; the rest follows."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "data").mkdir()
    files = folder_of(tmp_path / "sql", NEXT)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "data"), str(files), when], check=False)
    assert killed.returncode == -9
    with duckdb.connect(tmp_path / "data" / "store.duckdb") as connection:
        assert len(rows(connection, "FROM core.migrations WHERE number > 0")) == (1 if when == "after" else 0)
        prepare(connection, SCHEMA, read_migrations(files))
        with duckdb.connect() as fresh:
            prepare(fresh, NEXT_SCHEMA, read_migrations(files))
            assert shape(connection) == shape(fresh)


@pytest.mark.slow
def test_killed_while_making_views_recovers(tmp_path: Path) -> None:
    """Views, macros and comments that are only in the log are replayed after a kill."""
    script = f"""
import os, signal
from pathlib import Path
from tidings.store.database import open_store
from tidings.store import migrate
with open_store(Path({str(tmp_path)!r}), 5) as connection:
    connection.begin()
    for view in migrate.public_views(connection):
        connection.execute('DROP VIEW main."' + view.name + '"')
    connection.execute(migrate.view_scripts())
    connection.commit()
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -9
    assert (tmp_path / "store.duckdb.wal").stat().st_size > 0
    with open_store(tmp_path, 0) as connection, open_memory() as fresh:
        assert public_views(connection) == public_views(fresh)


def test_a_newer_store_is_refused(tmp_path: Path) -> None:
    """A store that a newer program changed is not opened, for reading neither, and not changed."""
    with open_store(tmp_path, 0) as connection:
        connection.execute("INSERT INTO core.migrations (number, name) VALUES (9000, 'from_the_future')")
    with pytest.raises(StoreDamaged, match="newer"), open_store(tmp_path, 0):
        pass
    with pytest.raises(StoreDamaged, match="newer"), open_store(tmp_path, 0, read_only=True):
        pass


def test_old_views_are_made_anew(tmp_path: Path) -> None:
    """A store with views of another version gets those of this program, and the old ones are gone."""
    with open_store(tmp_path, 0) as connection:
        connection.execute("CREATE VIEW main.gone AS SELECT 1 AS one")
        connection.execute("DROP VIEW main.told")
        connection.execute("UPDATE core.migrations SET name = 'views of before' WHERE number = 0")
        assert not is_current(connection)
    with open_store(tmp_path, 0) as connection:
        assert is_current(connection)
        names = {view.name for view in public_views(connection)}
    assert "told" in names
    assert "gone" not in names


def test_numbers_have_no_gap(tmp_path: Path) -> None:
    """A missing number is noticed when the migrations are read."""
    with pytest.raises(AssertionError, match="numbered"):
        read_migrations(folder_of(tmp_path, {"0002_late.sql": "SELECT 1"}))
