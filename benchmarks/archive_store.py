"""Build a store of N articles as years of runs would have left it, in a few minutes: what the benchmarks of the archive measure on.

`python benchmarks/archive_store.py FOLDER [--articles N] [--per-day N]`: texts of some 3 KB in made-up words (some of them Arabic and
Chinese letters) that are as frequent as words are, ten statements an article, figures, developments, copies, stories, entries on and
off topic, editions, deliveries and runs. Nothing of it was ever said. Written through the product's own connection, within its memory.
"""

import argparse
import random
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from tidings.store.database import Connection, insert_rows, open_store, stage_rows, transaction

LAST_AT = datetime(2026, 10, 1, 12, tzinfo=UTC)  # of the last run
TOPICS = ("harbour", "grain", "rivers", "elections", "railways", "hospitals")
CLAUSES, WORDS, LETTERS = 60_000, 24_000, ("abcdefghijklmnoprstuvwyz", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "")
A_BATCH, A_TRANSACTION = 20_480, 245_760  # articles: bounded by memory, and by how much the last row group is written again
_SQL = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")


def main() -> None:
    """Build and say what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--per-day", type=int, default=700)
    given = parser.parse_args()
    start = time.monotonic()
    build(given.folder, given.articles, given.per_day)
    size = sum(file.stat().st_size for file in given.folder.glob("store.duckdb*"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.articles:,} articles: {size / 1e6:,.0f} MB in {time.monotonic() - start:.0f} s, at most {peak:,.0f} MB of memory")


def build(folder: Path, articles: int, per_day: int = 700) -> None:
    """Make the store of `folder` and fill it; there must be none yet."""
    assert not (folder / "store.duckdb").exists(), f"there is a store in {folder} already"
    fixed = {"articles": articles, "per_day": per_day, "topics": list(TOPICS), "clauses": CLAUSES, "last_at": int(LAST_AT.timestamp())}
    with open_store(folder, 10) as connection:
        connection.execute(part("macros", **fixed))
        stage_rows(connection, "clauses", {"pool": "INTEGER", "number": "INTEGER", "first": "VARCHAR", "words": "VARCHAR"}, clauses())
        for begin in range(0, articles, A_TRANSACTION):
            with transaction(connection):
                for first in range(begin, min(begin + A_TRANSACTION, articles), A_BATCH):
                    connection.execute(part("articles", **fixed, first=first, last=min(first + A_BATCH, articles)))
            connection.execute("CHECKPOINT")
        with transaction(connection):
            connection.execute(part("rest", **fixed))
            add_seeds(connection)
        connection.execute("CHECKPOINT")


def part(name: str, **values: object) -> str:
    """Return one part of the script with its values filled in."""
    text = _SQL.split(f"-- part: {name}\n")[1].split("-- part: ")[0]
    for key, value in values.items():
        text = text.replace("{" + key + "}", str(value))
    return text.replace("{{", "{").replace("}}", "}")


def clauses() -> Iterator[tuple[int, int, str, str]]:
    """Make the pools of word runs that sentences are put together of: (pool, number, with a capital, words)."""
    chance = random.Random(7)
    for pool, letters in enumerate(LETTERS):
        words = [word(chance, letters) for _ in range(WORDS)]
        weights = list(accumulate(1 / (rank + 3) for rank in range(WORDS)))  # as in prose: few words make up most of it (Zipf)
        for number in range(CLAUSES):
            run = ("" if not letters else " ").join(chance.choices(words, cum_weights=weights, k=chance.randint(5, 9)))
            yield pool, number, run[:1].upper() + run[1:], run


def word(chance: random.Random, letters: str) -> str:
    """Make up a word: of letters, or of one or two Chinese characters."""
    if not letters:
        return "".join(chr(0x4E00 + chance.randrange(3_000)) for _ in range(chance.randint(1, 2)))
    return "".join(chance.choices(letters, k=min(2 + int(chance.expovariate(0.28)), 14)))


def add_seeds(connection: Connection) -> None:
    """Turn the first two articles into seeds, as if they had been given in advance."""
    connection.execute(
        """UPDATE core.articles SET seed_id = 'seed-' || left(id::VARCHAR, 4), entry_id = NULL
        WHERE id IN (SELECT id FROM core.stories ORDER BY first_seen_at, id LIMIT 2)"""
    )
    insert_rows(connection, "core.index_changes", ("number", "change_id", "article_id"), [(1, "made", None)])


if __name__ == "__main__":
    main()
