"""Keep a lake bounded: small files become large ones, old versions and what only they need go."""

import duckdb

from tidings.store.rows import rows

_REWRITE = 0.2  # of a file removed: then it is written anew without that
_KEEP_DAYS_MIN = 1  # whatever is asked for: nobody looks for so long, and what looks at a version that goes gets an error at best
_GRACE = "INTERVAL 1 DAY"  # files that nobody needs stay so long for queries in flight, and what is being written is no older


def tidy_lake(connection: duckdb.DuckDBPyConnection, keep_days: int) -> dict[str, int]:
    """Tidy up the lake attached as `lake`; return counts, and its size in files and bytes.

    Versions of the last `keep_days` days stay, and those of the last day in any case.
    """
    keep_days = max(keep_days, _KEEP_DAYS_MIN)
    steps = {
        "lake_flushed": "ducklake_flush_inlined_data('lake')",
        "lake_merged": "ducklake_merge_adjacent_files('lake')",
        "lake_rewritten": f"ducklake_rewrite_data_files('lake', delete_threshold => {_REWRITE})",
        "lake_versions": f"ducklake_expire_snapshots('lake', older_than => now() - INTERVAL {keep_days:d} DAY)",
        "lake_removed": f"ducklake_cleanup_old_files('lake', older_than => now() - {_GRACE})",
        "lake_orphans": f"ducklake_delete_orphaned_files('lake', older_than => now() - {_GRACE})",
    }
    counts = {name: len(rows(connection, f"CALL {call}")) for name, call in steps.items()}
    return counts | lake_size(connection)


def lake_size(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return of how many files the present version of the lake is, and their bytes together."""
    sql = """SELECT sum(file_count + delete_file_count) AS files, sum(file_size_bytes + delete_file_size_bytes) AS bytes
             FROM ducklake_table_info('lake')"""
    [row] = rows(connection, sql)
    return {"lake_files": int(row["files"] or 0), "lake_bytes": int(row["bytes"] or 0)}
