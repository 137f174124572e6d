"""Write into a store as runs do, round by round, and say each time what is committed: to be killed, or to fill a disk.

`python writer.py` reads one task a line (JSON), forks a process for it, and says its id and how it ended. The forking one has imported
everything and opened nothing.
"""

import json
import os
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb

from tidings.errors import StoreError, TidingsError
from tidings.store.backup import back_up, forget_backups
from tidings.store.database import insert_rows, open_store, rows, transaction
from tidings.store.publish import HeadMax, publish
from tidings.store.rows import update_rows
from tidings.store.swap import compact
from tidings.store.upkeep import Retention, tidy

EACH = 4  # articles of a round
BEGUN = datetime(2020, 2, 1, tzinfo=UTC)
HEAD = HeadMax(articles=40, bytes=3_000_000)  # so that archives come about
_EMPTY: dict[str, Any] = {"VARCHAR": "", "VARCHAR[]": [], "BOOLEAN": False, "INTEGER": 0, "BLOB": b"", "JSON": "{}"}


def uid(kind: int, number: int, part: int = 0) -> str:
    """Return the id of a row of a round."""
    return str(uuid.UUID(int=(kind << 64) + (number << 16) + part + 1))


def put(connection: duckdb.DuckDBPyConnection, table: str, found: list[dict[str, Any]], now: datetime) -> None:
    """Insert rows; what is not given is empty, and required times are `now`."""
    described = rows(connection, f"DESCRIBE core.{table}")
    empty = {
        row["column_name"]: now if row["column_type"].startswith("TIMESTAMP") and row["null"] == "NO" else _EMPTY.get(row["column_type"])
        for row in described
        if row["column_name"] != "change"
    }
    insert_rows(connection, f"core.{table}", tuple(empty), [tuple((empty | one).values()) for one in found])


def text_of(number: int, part: int) -> str:
    """Return the text of an article: about 3 kB that do not compress to nothing."""
    random = Random(number * 100 + part)
    body = " ".join("".join(random.choices("abcdefghijklmnop", k=7)) for _ in range(400))
    return f"{number} people died in town {part}. {body}."


def poll(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Record a poll and its entries."""
    now = BEGUN + timedelta(hours=number)
    with transaction(connection):
        if not rows(connection, "SELECT 1 AS one FROM core.feeds"):
            put(
                connection,
                "feeds",
                [{"id": uid(1, 0), "shown_url": "https://feeds.example/a", "publisher": "Wire", "configured": True}],
                now,
            )
        put(connection, "feed_events", [{"feed_id": uid(1, 0), "polled_at": now, "outcome": "polled", "entry_count": EACH}], now)
        entries = [
            {
                "id": uid(2, number, part),
                "feed_id": uid(1, 0),
                "url": f"https://a.example/{number}/{part}",
                "outcome": "pending",
                "read_due": True,
            }
            for part in range(EACH)
        ]
        put(connection, "entries", entries, now)


def read(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Record the articles behind the entries."""
    now = BEGUN + timedelta(hours=number)
    articles = [
        {
            "id": uid(3, number, part),
            "version_id": uid(4, number, part),
            "text": text_of(number, part),
            "url": f"https://a.example/{number}/{part}",
            "verdict": "full",
            "entry_id": uid(2, number, part),
        }
        for part in range(EACH)
    ]
    with transaction(connection):
        put(connection, "articles", articles, now)
        put(connection, "versions", [{"id": one["version_id"], "article_id": one["id"]} for one in articles], now)
        which = ("id", "outcome", "article_id", "read_due")
        update_rows(connection, "core.entries", which, [(one["entry_id"], "new", one["id"], False) for one in articles])


def decide(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Record what the articles say: a story, statements, figures, developments."""
    now = BEGUN + timedelta(hours=number)
    first = uid(3, number)
    statements, figures, developments = [], [], []
    for part in range(EACH):
        text = text_of(number, part)
        end = text.index(".") + 1
        common = {"topic": "idlib", "article_id": uid(3, number, part)}
        place = {"text": text[:end], "start": 0, "end": end}
        statements.append({"id": uid(5, number, part), "version_id": uid(4, number, part), "decision": "development", **common, **place})
        words = str(number)
        figures.append(
            {"id": uid(6, number, part), "statement_id": uid(5, number, part), "topic": "idlib", "words": words, "end": len(words)}
        )
        developments.append(
            {"id": uid(7, number, part), "kind": "new_story", "story_id": first, "statement_id": uid(5, number, part), **common}
        )
    with transaction(connection):
        put(connection, "stories", [{"id": first, "title": "Town", "topics": ["idlib"]}], now)
        put(connection, "statements", statements, now)
        put(connection, "figures", figures, now)
        put(connection, "developments", developments, now)
        update_rows(
            connection, "core.articles", ("id", "decided", "story_id"), [(uid(3, number, part), True, first) for part in range(EACH)]
        )


def compose(connection: duckdb.DuckDBPyConnection, number: int) -> None:
    """Record an edition, what it told and its message."""
    now = BEGUN + timedelta(hours=number)
    edition = uid(8, number)
    with transaction(connection):
        put(connection, "editions", [{"id": edition, "recipient": "desk", "kind": "scheduled", "state": "composed"}], now)
        told = [
            {"edition_id": edition, "development_id": uid(7, number, part), "recipient": "desk", "position": part} for part in range(EACH)
        ]
        put(connection, "told", told, now)
        message = {
            "id": uid(9, number),
            "edition_id": edition,
            "channel": "email",
            "recipient": "desk",
            "state": "pending",
            "payload": b"x" * 5_000,
        }
        put(connection, "deliveries", [message | {"part": 1, "part_count": 1}], now)


STEPS: dict[str, Callable[[duckdb.DuckDBPyConnection, int], None]] = {"poll": poll, "read": read, "decide": decide, "compose": compose}
COUNTS = {  # what each step leaves, as a query with $low and $high ids: all of it or nothing
    "poll": ("entries", "id", 2, EACH),
    "read": ("articles", "id", 3, EACH),
    "decide": ("developments", "id", 7, EACH),
    "compose": ("told", "edition_id", 8, EACH),
}


def work(folder: Path, first: int, seed: int, steps_max: int) -> Iterator[str]:
    """Do rounds from number `first` on; yield a line after each thing that is committed, or was refused for want of room."""
    random = Random(seed)
    number = first
    for _ in range(steps_max):
        for name, step in STEPS.items():
            with open_store(folder, 30) as connection:
                step(connection, number)
                acknowledged = f"{name} {number}"
                yield acknowledged  # committed: what comes after may fail, this may not be lost
        yield from aside(folder, random.choice(["publish", "publish", "publish", "upkeep", "backup", "compact", "nothing"]), number)
        number += 1


def aside(folder: Path, what: str, number: int) -> Iterator[str]:
    """Do what is no news: publish, forget, back up, write anew."""
    now = BEGUN + timedelta(hours=number)
    if what == "publish":
        with open_store(folder, 30) as connection:
            publish(connection, folder, head_max=HEAD)
    elif what == "upkeep":
        with open_store(folder, 30) as connection:
            tidy(connection, now, Retention(feed_events_days=2))
            publish(connection, folder, checked=True, head_max=HEAD)
    elif what in {"backup", "compact"}:
        try:
            if what == "compact":
                compact(folder, 30, anyway=True)
            else:
                (folder / "backups").mkdir(exist_ok=True)
                back_up(folder, folder / "backups" / f"store-{number:08}.duckdb", 30, now)
                forget_backups(folder / "backups", 2)
        except StoreError as error:
            yield f"refused {what} {error}"
            return
    yield f"done {what}"


def main() -> None:
    """Fork a process for each task."""
    for line in sys.stdin:
        task = json.loads(line)
        pid = os.fork()
        if not pid:
            os._exit(_be(task))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def _be(task: dict[str, Any]) -> int:
    with Path(task["log"]).open("a", encoding="utf-8") as log:
        try:
            for line in work(Path(task["folder"]), task["first"], task["seed"], task["steps_max"]):
                log.write(line + "\n")
                log.flush()
        except TidingsError as error:
            log.write(f"error {type(error).__name__} {error}\n")
            return 1
        except BaseException as error:  # noqa: BLE001 - whatever it is must be seen by the test
            log.write(f"bug {type(error).__name__} {error}\n")
            return 2
    return 0


if __name__ == "__main__":
    main()
