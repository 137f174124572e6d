"""Open what is published: the snapshot first, then the archive that it needs, so that both are of one publication."""
# ruff: noqa: S608 - tables are named by our own code

import time
from pathlib import Path

import duckdb

from tidings.errors import StoreDamaged
from tidings.store.archive import ARCHIVE, ARCHIVE_NAME, serves
from tidings.store.database import attach, rows
from tidings.store.head import SNAPSHOT_NAME, Head, read_head
from tidings.store.mirror import GROWING, Mirrored

_TRIES_MAX = 5  # the archive was renewed twice while we opened: never seen, and then once more is enough
_PAUSE_S = 0.05  # one that is made anew comes into place a moment before its head


def attach_published(connection: duckdb.DuckDBPyConnection, folder: Path, name: str, wait_s: float) -> Head | None:
    """Attach the snapshot read-only as `name`, use it, and attach the archive where it needs one; describe it (None: of an older program).

    Raises StoreDamaged when the archive is missing or of another publication, duckdb.Error when a file cannot be read.
    """
    for _ in range(_TRIES_MAX):
        attach(connection, folder / SNAPSHOT_NAME, name, wait_s, read_only=True)
        connection.execute(f"USE {name}")
        try:
            head = read_head(connection, name)
        except (duckdb.CatalogException, duckdb.BinderException):
            return None
        if head.base is None:
            return head
        if (folder / ARCHIVE_NAME).exists():
            attach(connection, folder / ARCHIVE_NAME, ARCHIVE, wait_s, read_only=True)
            if serves(connection, head.base):
                return head
            connection.execute(f"DETACH {ARCHIVE}")
        connection.execute("USE memory")
        connection.execute(f"DETACH {name}")
        time.sleep(_PAUSE_S)
    raise StoreDamaged(
        f"{folder / ARCHIVE_NAME} is missing, or of another publication than {SNAPSHOT_NAME}: the next run publishes both anew"
    )


def count_of(connection: duckdb.DuckDBPyConnection, table: Mirrored, name: str = "tidings") -> str:
    """Return the SELECT of how many rows of a table the snapshot attached as `name` gives; where an archive has most of them none is read."""
    base = read_head(connection, name).base
    if base is None or table not in GROWING or not table.key:
        return f"SELECT count(*) FROM {name}.{table.path}"
    replaced = f"SELECT 1 AS one FROM duckdb_tables() WHERE database_name = '{name}' AND schema_name = 'replaced' AND table_name = ?"
    less = f" - (SELECT count(*) FROM {name}.replaced.{table.store_name})" if rows(connection, replaced, [table.store_name]) else ""
    archived = f"(SELECT count(*) FROM {ARCHIVE}.{base.schema}.{table.store_name})"
    return f"SELECT {archived} + (SELECT count(*) FROM {name}.recent.{table.store_name}){less}"
