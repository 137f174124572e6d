"""Be the child process that writes a lake: `python -m tidings.store.lake_process`, with one order as JSON on its input.

A server that hangs can hold up no run, for whoever gave the order can end this process at any moment: what it writes is one
transaction. The order brings the secrets, so that neither the arguments nor the environment of a process show them.
"""

import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import LakeError, TidingsError
from tidings.model import Lake
from tidings.store.archive import ARCHIVE, ARCHIVE_NAME
from tidings.store.database import connect
from tidings.store.files import literal
from tidings.store.head import SNAPSHOT_NAME, Head, read_head
from tidings.store.lake import SOURCE, differing_tables, publish_to_lake
from tidings.store.lake_open import lake_attached
from tidings.store.lake_upkeep import tidy_lake

_SPILL = ".lake_spill"  # where DuckDB puts what does not fit into memory


def fulfil(lake: Lake, folder: Path, *, upkeep: bool = False) -> dict[str, Any]:
    """Bring the lake up to what is published in `folder`, and return what was done as plain values.

    With `upkeep` its rows are compared with the published ones first, and it is tidied up. Raises LakeError.
    """
    shutil.rmtree(folder / _SPILL, ignore_errors=True)  # of a process that was ended; only one at a time is at this
    connection = connect(folder / _SPILL)
    try:
        head = _attach_published(connection, folder)
        with lake_attached(connection, lake):
            report = publish_to_lake(connection, head)
            if not upkeep:
                return asdict(report)
            if differing_tables(connection):
                report = publish_to_lake(connection, head, anew=True)
            return asdict(report) | {"counts": tidy_lake(connection, lake.keep_days)}
    finally:
        connection.close()


def _attach_published(connection: duckdb.DuckDBPyConnection, folder: Path) -> Head:
    """Attach what is published: the snapshot first, then the archive that it may need, which then serves it whatever happens meanwhile."""
    try:
        connection.execute(f"ATTACH {literal(str(folder / SNAPSHOT_NAME))} AS {SOURCE} (READ_ONLY)")
        head = read_head(connection, SOURCE)
        if head.base:
            connection.execute(f"ATTACH {literal(str(folder / ARCHIVE_NAME))} AS {ARCHIVE} (READ_ONLY)")
    except duckdb.Error as error:
        raise LakeError(f"what is published in {folder} cannot be read: {str(error).splitlines()[0]}") from error
    return head


def main() -> int:
    """Read the order, fulfil it, and write the answer: what was done, or the error in one line."""
    order = json.load(sys.stdin)
    try:
        answer = fulfil(Lake(**order["lake"]), Path(order["folder"]), upkeep=order["upkeep"])
    except TidingsError as error:
        answer = {"error": str(error)}
    json.dump(answer, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
