"""Read a lake again and again, as somebody elsewhere would, until the input ends; write what was seen as JSON: `python reader.py STATEMENTS`.

STATEMENTS is a JSON list, what `tidings lake --sql` tells a reader to execute. Every publication that the tests make says its number in
many rows: one that is half there shows two numbers, or rows that are missing.
"""

import json
import re
import sys
import threading
import time
from typing import Any

import duckdb

from tidings.store.extensions import extension_path

ONE_LOOK = """SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM developments), (SELECT count(*) FROM figures),
    (SELECT count(*) FROM statements), (SELECT count(*) FROM runs), (SELECT count(*) FROM core.feeds),
    (SELECT count(DISTINCT title) FROM topics), (SELECT max(title) FROM topics), (SELECT number FROM core.held)"""
_PACKAGES = {"sqlite": "sqlite_scanner", "postgres": "postgres_scanner"}


def opened(statements: list[str]) -> duckdb.DuckDBPyConnection:
    """Attach the lake by the words a reader is told, in a plain DuckDB; only where the extensions come from is ours: nothing is downloaded."""
    connection = duckdb.connect()
    for statement in statements:
        here = re.sub(r"INSTALL \w+;", "", statement)
        here = re.sub(r"LOAD (\w+);", lambda found: f"LOAD '{extension_path(_PACKAGES.get(found[1], found[1]))}';", here)
        connection.execute(here)
    return connection


def watch(statements: list[str]) -> dict[str, Any]:
    """Look until the input ends. Two looks of one transaction must be the same."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    seen: dict[str, Any] = {"looks": 0, "torn": [], "errors": [], "numbers": []}
    connection = opened(statements)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while not over.is_set():
        start = time.monotonic()
        try:
            connection.execute("BEGIN")
            first, second = (list(connection.execute(ONE_LOOK).fetchall()[0]) for _ in range(2))
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is to be seen
            seen["errors"].append(str(error)[:500])
            connection.execute("ROLLBACK")
            continue
        seen["looks"] += 2
        *counts, topics, title, number = first
        if first != second or len(set(counts)) > 1 or topics > 1 or (title or "0") != str(counts[0]):
            seen["torn"].append([first, second])
        if number not in seen["numbers"][-1:]:
            seen["numbers"].append(number)
        time.sleep(time.monotonic() - start)  # half of the time: a reader is not alone on its machine
    return seen


if __name__ == "__main__":
    json.dump(watch(json.loads(sys.argv[1])), sys.stdout)
