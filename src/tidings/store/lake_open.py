"""Open a DuckLake: load its extensions, and attach its catalog with what it takes to be let in.

The one place of the store from which connections go out, to PostgreSQL and to object storage, and only where settings.toml names
them (decision 0040). Secrets go into secrets of the connection in memory: no statement that is kept, and no error, shows them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tidings.errors import LakeError
from tidings.model import Lake
from tidings.store.extensions import load_extensions
from tidings.store.files import literal
from tidings.store.rows import rows

# Else DuckDB reads each table of a SQLite catalog over a connection of its own, so each as it stands at another moment: a query beside
# the upkeep then misses rows without an error, or mixes two versions (decision 0044). A DuckDB without this setting refuses it.
ONE_MOMENT = "SET GLOBAL sqlite_disable_multithreaded_scans = true"
_CONNECT_S = 10  # for reaching PostgreSQL
_SECRET_NAMES = {"host": "HOST", "port": "PORT", "dbname": "DATABASE", "user": "USER"}


@contextmanager
def lake_attached(connection: duckdb.DuckDBPyConnection, lake: Lake) -> Iterator[None]:
    """Attach the lake as `lake` while the body runs, made on first use.

    Raises LakeError, without a secret in it, when it cannot be reached, read or written: then nothing was written.
    """
    on_sqlite, at_s3 = lake.catalog.startswith("sqlite:"), lake.data_path.startswith("s3:")
    load_extensions(connection, ["sqlite_scanner" if on_sqlite else "postgres_scanner", *(["httpfs"] if at_s3 else []), "ducklake"])
    try:
        if on_sqlite:
            connection.execute(ONE_MOMENT)
        if at_s3:
            connection.execute(_storage_secret(lake))
        else:
            Path(lake.data_path).mkdir(parents=True, exist_ok=True, mode=0o750)
        connection.execute(_attachment(connection, lake))
        _refuse_others(connection, lake)
        yield
    except duckdb.Error as error:
        raise LakeError(_told(error, lake)) from None  # the chain would show what was executed
    except OSError as error:
        raise LakeError(f"the lake cannot be used: {error.filename}: {error.strerror}") from error


def _attachment(connection: duckdb.DuckDBPyConnection, lake: Lake) -> str:
    """Return the statement that attaches the lake; a password goes into a secret beside it."""
    kind, _, where = lake.catalog.partition(":")
    options = f"DATA_PATH {literal(lake.data_path)}"
    if kind == "sqlite":
        # Without a log beside it, a reader in the middle of a transaction would hold up the writer (SQLite's own rule).
        return f"ATTACH {literal(f'ducklake:sqlite:{where}')} AS lake ({options}, META_JOURNAL_MODE 'WAL')"
    parts = dict(part.split("=", 1) for part in where.split())
    named = ", ".join(f"{_SECRET_NAMES[name]} {literal(value)}" for name, value in parts.items() if name in _SECRET_NAMES)
    password = f", PASSWORD {literal(lake.password)}" if lake.password else ""
    connection.execute(f"CREATE SECRET lake_catalog (TYPE postgres, {named}{password})")
    others = " ".join(f"{name}={value}" for name, value in parts.items() if name not in _SECRET_NAMES)
    ways = f"connect_timeout={_CONNECT_S} application_name=tidings {others}".strip()
    return f"ATTACH {literal(f'ducklake:postgres:{ways}')} AS lake ({options}, META_SECRET 'lake_catalog')"


def _storage_secret(lake: Lake) -> str:
    """Return the statement that lets this connection into object storage, at the lake's own prefix and nowhere else."""
    scheme, _, place = lake.s3_endpoint.partition("://")
    at = f", ENDPOINT {literal(place)}, URL_STYLE 'path', USE_SSL {str(scheme == 'https').lower()}" if place else ""
    region = f", REGION {literal(lake.s3_region)}" if lake.s3_region else ""
    keys = f"KEY_ID {literal(lake.s3_key)}, SECRET {literal(lake.s3_secret)}"
    return f"CREATE SECRET lake_storage (TYPE s3, {keys}{at}{region}, SCOPE {literal(lake.data_path)})"


def _refuse_others(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Refuse a new lake among Parquet files that it does not know: its upkeep would remove them as left over."""
    if rows(connection, "SELECT 1 AS one FROM duckdb_tables() WHERE database_name = 'lake' LIMIT 1"):
        return
    if rows(connection, f"SELECT 1 AS one FROM glob({literal(lake.data_path + '**/*.parquet')}) LIMIT 1"):  # noqa: S608 - a literal
        raise LakeError(
            f"{lake.data_path} holds Parquet files that are not the lake's: a lake that begins needs a place of its own; name another in "
            "lake.data_path, or empty this one if it is what is left of an earlier lake"
        )


def _told(error: duckdb.Error, lake: Lake) -> str:
    """Put what DuckDB says into one line without secrets."""
    line = " ".join(str(error).split("\nLINE ")[0].split())
    for secret in lake.secrets:
        line = line.replace(secret, "…")
    return f"the lake cannot be used: {line[:400]}"
