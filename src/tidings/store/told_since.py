"""Take over from a later store, or from what it published, which editions were made and what became of their messages.

Ids come from content. So what a restored store does not know yet, and finds again in the feeds, has the id under which it was told.
"""
# ruff: noqa: S608 - tables and columns are named by our own schema

from datetime import datetime

import duckdb

from tidings.store.rows import column_types, rows

_OPEN = "('pending', 'sending', 'uncertain')"
_OF_ITS_OWN = {"owed_from", "owed_for"}  # numbers of change mean nothing in another life of the store
_FILLERS = {"VARCHAR": "''", "BLOB": "''::BLOB", "INTEGER": "0", "BIGINT": "0", "BOOLEAN": "false"}


def take_over(connection: duckdb.DuckDBPyConnection, later: str) -> tuple[int, tuple[str, ...]]:
    """Bring in what the attached database `later` knows of editions; return how many, and those whose messages are gone, in words.

    An edition of which nothing went out yet, and whose messages are gone, is not brought in: the next run composes it anew.
    """
    whole = "payload" in column_types(connection, _place(connection, later, "deliveries"))
    _find_editions(connection, later, whole=whole)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE messages_since AS FROM {_place(connection, later, 'deliveries')}")
    _update_messages(connection)
    for table in ("editions", "told", "corrected", "deliveries"):
        given = _place(connection, later, table)
        if given:
            edition = "id" if table == "editions" else "edition_id"
            which = f"{edition}::UUID IN (SELECT id FROM editions_since)"
            _bring(connection, given, table, which + ("" if whole or table != "deliveries" else " AND state = 'sent'"))
    _count_on(connection, later)
    lost = () if whole else _lost(connection, later)
    [row] = rows(connection, "SELECT count(*) AS n FROM editions_since")
    return int(row["n"]), lost


def hold_open(connection: duckdb.DuckDBPyConnection, made_at: datetime | None) -> int:
    """Hold what waits in the outbox, as it may have been sent since; return how many messages."""
    of = f" of {made_at:%Y-%m-%d %H:%M} UTC" if made_at else ""
    words = f"held by a restore from a backup{of}: it may have been sent since"
    changed = ", change = core.change_now()" if "change" in column_types(connection, "core.deliveries") else ""
    found = rows(
        connection,
        f"UPDATE core.deliveries SET state = 'held', last_error = ?, lease_until = NULL{changed} WHERE state IN {_OPEN}",
        [words],
    )
    return int(found[0]["Count"])


def _place(connection: duckdb.DuckDBPyConnection, later: str, table: str) -> str:
    """Return where a database has a table: a store in `core`, what is published perhaps only in `main`; empty where it has none."""
    sql = """SELECT schema_name, table_name FROM duckdb_columns() WHERE database_name = ? AND
             (schema_name, table_name) IN (('core', ?), ('main', ?)) ORDER BY schema_name LIMIT 1"""
    found = rows(connection, sql, [later, table, "corrections" if table == "corrected" else table])
    return f"{later}.{found[0]['schema_name']}.{found[0]['table_name']}" if found else ""


def _find_editions(connection: duckdb.DuckDBPyConnection, later: str, *, whole: bool) -> None:
    editions, messages = _place(connection, later, "editions"), _place(connection, later, "deliveries")
    went_out = f"""state = 'skipped' OR EXISTS (SELECT 1 FROM {messages} AS d
                   WHERE d.edition_id::UUID = e.id::UUID AND NOT (d.state = 'pending' AND d.attempt_count = 0))"""
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE editions_since AS SELECT id::UUID AS id FROM {editions} AS e
            WHERE id::UUID NOT IN (SELECT id FROM core.editions) AND ({"true" if whole else went_out})"""
    )


def _update_messages(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the messages that both know the state that the later one knows."""
    theirs = column_types(connection, "messages_since")
    names = [
        name
        for name in ("state", "attempt_count", "uncertain_count", "next_attempt_at", "last_error", "sent_at", "receipt")
        if name in theirs
    ]
    changes = ", ".join(f"{name} = " + ("coalesce(s.last_error, '')" if name == "last_error" else f"s.{name}") for name in names)
    connection.execute(
        f"""UPDATE core.deliveries SET {changes}, change = core.change_now() FROM messages_since AS s WHERE deliveries.id = s.id::UUID
            AND (deliveries.state <> s.state OR deliveries.attempt_count <> s.attempt_count)"""
    )


def _bring(connection: duckdb.DuckDBPyConnection, given: str, table: str, which: str) -> None:
    """Insert rows of another database; what it does not show is empty."""
    theirs, mine = column_types(connection, given), rows(connection, f"DESCRIBE core.{table}")
    values = []
    for row in mine:
        name, kind, required = row["column_name"], row["column_type"], row["null"] == "NO"
        empty = _FILLERS.get(kind, "NULL") if required else "NULL"
        value = f'coalesce("{name}"::{kind}, {empty})' if name in theirs and name not in _OF_ITS_OWN else empty
        values.append("core.change_now()" if name == "change" else value)
    names = ", ".join(f'"{row["column_name"]}"' for row in mine)
    connection.execute(f"INSERT INTO core.{table} ({names}) SELECT {', '.join(values)} FROM {given} WHERE {which}")


def _count_on(connection: duckdb.DuckDBPyConnection, later: str) -> None:
    """Let publications be numbered after those of the later store: two with one number would be taken for one."""
    if not _place(connection, "store", "counter") or not (given := _place(connection, later, "counter")):
        return
    connection.execute(f"UPDATE core.counter SET number = greatest(number, (SELECT max(number) FROM {given}) + 1)")


def _lost(connection: duckdb.DuckDBPyConnection, later: str) -> tuple[str, ...]:
    sql = f"""
        SELECT DISTINCT d.recipient, d.state, e.window_end FROM messages_since AS d JOIN {_place(connection, later, "editions")} AS e
            ON e.id::UUID = d.edition_id::UUID
        WHERE d.edition_id::UUID IN (SELECT id FROM editions_since) AND d.state <> 'sent' ORDER BY ALL
    """
    return tuple(
        f"the edition of {row['window_end']:%Y-%m-%d %H:%M} UTC for {row['recipient']} was {row['state']}, and its message is gone: it is not sent again"
        for row in rows(connection, sql)
    )
