"""Prove that readers and runs do not get in each other's way: analysts ask while runs publish.

    python benchmarks/publish_readers.py FOLDER [--runs 200] [--queries 10000] [--readers 4] [--bound 60]

Each run writes articles, takes some away, changes others, and notes in a small table what the sums must be: in one publication the
tables must agree with the note, whichever file they come from. The readers are plain DuckDB processes that open the files read-only as
an analyst would; some keep a session for many runs. Prints counts of queries, publications, renewals, errors and torn views.
"""

import argparse
import json
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import Connection, column_types, insert_rows, open_store, rows, transaction
from tidings.store.publish import HeadMax, publish
from tidings.store.tracked import remove_rows

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
_EMPTY: dict[str, Any] = {"VARCHAR": "", "VARCHAR[]": [], "BOOLEAN": False, "INTEGER": 0}

READER = """
import json, os, random, sys, time
import duckdb
folder, wanted, seed, stop = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
chance = random.Random(seed)
count = torn = sessions = 0
errors, seen, connection, left = [], set(), None, 0
SUMS = '''SELECT (SELECT title FROM topics WHERE name = 'ledger'),
    (SELECT count(*) || ' ' || sum(length(title)) FROM articles) || ' ' || (SELECT count(*) || ' ' || coalesce(sum(length(statement)), 0) FROM developments)'''
while count < wanted or not os.path.exists(stop):
    try:
        if left == 0:
            if connection:
                connection.close()
            connection = duckdb.connect(os.path.join(folder, "tidings.duckdb"), read_only=True)
            if seed % 2:
                time.sleep(chance.random() * 0.05)
            with open(os.path.join(folder, "tidings.sql")) as script:
                connection.execute(script.read())
            sessions += 1
            left, before = (chance.randint(20, 120) if seed % 2 else chance.randint(1, 6)), None
        left -= 1
        count += 1
        note, found = connection.execute(SUMS).fetchone()
        seen.add(note)
        torn += note != found or (before is not None and before != note)
        before = note
        connection.execute("SELECT title FROM articles ORDER BY first_seen_at DESC LIMIT 3").fetchall()
        if count >= wanted:
            time.sleep(0.02)
    except Exception as error:
        errors.append(f"{type(error).__name__}: {error}"[:300])
        left = 0
print(json.dumps({"queries": count, "torn": torn, "sessions": sessions, "publications": len(seen), "errors": errors}))
"""


def main() -> None:
    """Run the proof and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--bound", type=int, default=60)
    given = parser.parse_args()
    print(json.dumps(prove(given.folder, given.runs, given.queries, given.readers, given.bound), indent=1))


def prove(folder: Path, runs: int, queries: int, readers: int, bound: int) -> dict[str, Any]:
    """Publish `runs` times while `readers` processes ask `queries` questions in all; return the counts."""
    folder.mkdir(parents=True, exist_ok=True)
    stop = folder / "stop"
    head_max = HeadMax(articles=bound)
    with open_store(folder, 5) as store:
        one_run(store, 0)
        publish(store, folder, head_max=head_max)
    command = [sys.executable, "-c", READER, str(folder), str(queries // readers)]
    asked = [subprocess.Popen([*command, str(seed), str(stop)], stdout=subprocess.PIPE, text=True) for seed in range(readers)]
    renewals, errors, archive = 0, [], (folder / ARCHIVE_NAME)
    start, last = time.monotonic(), 0
    try:
        done = 0
        for number in range(1, runs + 1):
            if stop.exists():  # made by hand: end early, and count what was done
                break
            done = number
            try:
                with open_store(folder, 5) as store:
                    one_run(store, number)
                    publish(store, folder, head_max=head_max)
            except Exception as error:  # noqa: BLE001 - counted
                errors.append(f"{type(error).__name__}: {error}"[:300])
            inode = archive.stat().st_ino if archive.exists() else 0
            renewals, last = renewals + (inode != last), inode
    finally:
        stop.touch()
        said = [json.loads(one.communicate(timeout=600)[0].splitlines()[-1]) for one in asked]
    return {
        "runs": done,
        "renewals": renewals,
        "seconds": round(time.monotonic() - start, 1),
        "queries": sum(one["queries"] for one in said),
        "sessions": sum(one["sessions"] for one in said),
        "publications_seen": max(one["publications"] for one in said),
        "torn": sum(one["torn"] for one in said),
        "reader_errors": [error for one in said for error in one["errors"]],
        "writer_errors": errors,
    }


def one_run(store: Connection, number: int) -> None:
    """Write what a run would, and the note of what must be true of it."""
    with transaction(store):
        for place in range(8):
            add_article(store, number, place)
        store.execute(
            "UPDATE core.articles SET title = title || '+', change = core.change_now() WHERE abs(hash(id)::HUGEINT) % 7 = ?", [number % 7]
        )
        gone = [row["id"] for row in rows(store, "SELECT id FROM core.articles ORDER BY hash(id, ?) LIMIT 2", [number])]
        for table, key in (("developments", "article_id"), ("statements", "article_id"), ("articles", "id")):
            remove_rows(store, table, f"list_contains(?::VARCHAR[], {key}::VARCHAR)", [gone])
        store.execute("DELETE FROM core.topics WHERE name = 'ledger'")
        store.execute(
            """INSERT INTO core.topics (name, title, first_seen_at) SELECT 'ledger',
               (SELECT count(*) || ' ' || sum(length(title)) FROM core.articles) || ' ' || (SELECT count(*) || ' ' || sum(length(text)) FROM core.statements), ?""",
            [NOW],
        )


def add_article(store: Connection, number: int, place: int) -> None:
    """Add an article with a statement and a development."""
    article, statement = str(uuid.uuid4()), str(uuid.uuid4())
    words = "word " * (number % 5 + place)
    add(
        store,
        "articles",
        id=article,
        version_id=str(uuid.uuid4()),
        title=f"{number} {place}",
        text=words * 40,
        verdict="full",
        decided=True,
    )
    add(store, "statements", id=statement, topic="a", article_id=article, version_id=article, text=words, decision="development")
    add(
        store,
        "developments",
        id=str(uuid.uuid4()),
        topic="a",
        kind="new_story",
        story_id=article,
        article_id=article,
        statement_id=statement,
    )


def add(store: Connection, table: str, **values: Any) -> None:
    """Insert one row; what is not given is empty."""
    types = {name: kind for name, kind in column_types(store, f"core.{table}").items() if name != "change"}
    needed = {row[0] for row in store.execute(f"DESCRIBE core.{table}").fetchall() if row[2] == "NO"}
    empty = {name: NOW if kind.startswith("TIMESTAMP") else _EMPTY.get(kind) for name, kind in types.items() if name in needed}
    row = {name: values.get(name, empty.get(name)) for name in types}
    insert_rows(store, f"core.{table}", tuple(types), [tuple(row.values())])


if __name__ == "__main__":
    main()
