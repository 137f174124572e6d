"""Read a lake again and again, as somebody elsewhere would, until the input ends; write what was seen as JSON: `python reader.py LAKE`.

Every publication that the tests make says its number in many rows: one that is half there shows two numbers, or rows that are missing.
"""

import json
import sys
import threading
import time
from typing import Any

from tidings.model import Lake
from tidings.store.database import connect
from tidings.store.lake_open import lake_attached

ONE_LOOK = """SELECT (SELECT count(*) FROM lake.articles), (SELECT count(*) FROM lake.developments), (SELECT count(*) FROM lake.figures),
    (SELECT count(*) FROM lake.statements), (SELECT count(*) FROM lake.runs), (SELECT count(*) FROM lake.core.feeds),
    (SELECT count(DISTINCT title) FROM lake.topics), (SELECT max(title) FROM lake.topics), (SELECT number FROM lake.core.held)"""


def watch(lake: Lake) -> dict[str, Any]:
    """Look until the input ends. Two looks of one transaction must be the same."""
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    seen: dict[str, Any] = {"looks": 0, "torn": [], "errors": [], "numbers": []}
    connection = connect()
    with lake_attached(connection, lake):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while not over.is_set():
            try:
                connection.execute("BEGIN")
                first, second = (list(connection.execute(ONE_LOOK).fetchall()[0]) for _ in range(2))
                connection.execute("COMMIT")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is to be seen
                seen["errors"].append(str(error)[:500])
                connection.execute("ROLLBACK")
                continue
            seen["looks"] += 2
            time.sleep(0.1)  # a reader is not alone on its machine
            *counts, topics, title, number = first
            if first != second or len(set(counts)) > 1 or topics > 1 or (title or "0") != str(counts[0]):
                seen["torn"].append([first, second])
            if number not in seen["numbers"][-1:]:
                seen["numbers"].append(number)
    return seen


if __name__ == "__main__":
    json.dump(watch(Lake(**json.loads(sys.argv[1]))), sys.stdout)
