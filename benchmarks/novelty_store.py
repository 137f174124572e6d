"""Fill large stores to measure deciding on, in bulk: with what deciding the stream (novelty_stream.py) would have left, index included."""

import json
import shutil
import sqlite3
import sys
import time
import zlib
from array import array
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from novelty_stream import NOW, OTHERS, STATEMENTS, TOPICS, Halves, Stream, article_of, id_of, name_word

from tidings.model import Article, Statement
from tidings.stages._story_terms import lead_of
from tidings.store.changes import note_changes
from tidings.store.database import open_store, transaction
from tidings.store.indexed import hash_term
from tidings.store.neighbours import ARTICLES_OF_TERM_MAX, GRAMS_KEPT_MAX, TOLD_OF_TERM_MAX, open_index
from tidings.store.postings import DETAIL_MAX, WEIGHT_STEP, minute, posting
from tidings.text.terms import terms

CHUNK = 20_000

# ---------------------------------------------------------------- filling


def fill(folder: Path, count: int, halves: Halves, stream: Stream) -> None:
    """Fill a store and its index with the first `count` articles, as if each had been decided."""
    with open_store(folder, 1) as connection:
        connection.execute("INSERT INTO core.topics SELECT unnest(?), '', TIMESTAMPTZ '2010-01-01'", [list(TOPICS)])
    index = IndexFiller(folder, halves)
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count)
        made = [article_of(halves, stream, at, NOW - timedelta(seconds=float(stream.at[at]))) for at in range(first, last)]
        fill_store(folder, stream, first, made)
        index.add(stream, first, made)
        print(f"  filled {last:,} of {count:,}", file=sys.stderr, flush=True)
    with open_store(folder, 1) as connection:
        fill_editions(connection)
        with transaction(connection):
            change = note_changes(connection, ())
        connection.execute("CHECKPOINT")
    index.finish(change)


Made = list[tuple[Article, list[Statement]]]


def fill_store(folder: Path, stream: Stream, first: int, made: Made) -> None:
    """Fill the base tables with some articles: through a file that DuckDB reads, far faster than rows."""
    path = folder / "rows.json"
    with path.open("w", encoding="utf-8") as out:
        for number, (article, statements) in enumerate(made, first):
            out.write(json.dumps({
                "n": number, "id": article.id, "v": article.version_id, "e": id_of("e", number), "url": article.url, "title": article.title,
                "text": article.text, "p": article.publisher, "seen": article.published_at.isoformat(), "story": id_of("a", stream.opener[number]),
                "opens": int(stream.opener[number]) == number, "topic": TOPICS[stream.topic[number]],
                "copied": id_of("a", stream.copy_of[number]) if stream.copy_of[number] >= 0 else None,
                "s": [{"id": s.id, "t": s.text, "b": s.start, "e": s.end, "p": s.position, "d": id_of(f"d{s.position}-", number), "f": id_of(f"f{s.position}-", number),
                       "v": int(stream.number[number, s.position])} for s in statements],
            }) + "\n")  # fmt: skip
    with open_store(folder, 1) as connection, transaction(connection):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE given AS SELECT * FROM read_json('{path}', format = 'newline_delimited', columns = {{"
            "n: 'BIGINT', id: 'UUID', v: 'UUID', e: 'UUID', url: 'VARCHAR', title: 'VARCHAR', text: 'VARCHAR', p: 'VARCHAR', seen: 'TIMESTAMPTZ', story: 'UUID',"
            "opens: 'BOOLEAN', topic: 'VARCHAR', copied: 'UUID', s: 'STRUCT(id UUID, t VARCHAR, b INTEGER, e INTEGER, p INTEGER, d UUID, f UUID, v DOUBLE)[]'}, maximum_object_size = 1000000)")  # fmt: skip
        for sql in FILL:
            connection.execute(sql)
    path.unlink()


FILL = (
    """INSERT INTO core.articles BY NAME SELECT id, '' AS seed_id, e AS entry_id, v AS version_id, url, title, text, p AS publisher, p AS origin, 'en' AS language,
        []::VARCHAR[] AS authors, seen AS published_at, 'full' AS verdict, false AS correction, seen AS fetched_at, seen AS first_seen_at, seen AS reported_at,
        md5(text) AS text_hash, true AS decided, story AS story_id, 'r' AS run_id, 0 AS change FROM given ORDER BY n""",
    "INSERT INTO core.versions BY NAME SELECT v AS id, id AS article_id, title, NULL AS text, seen AS first_seen_at, [] AS added, [] AS removed, 0 AS added_count, 0 AS removed_count, 0 AS change FROM given ORDER BY n",
    """INSERT INTO core.entries BY NAME SELECT e AS id, e AS feed_id, url AS guid, url, title, '' AS summary, '' AS content, 'en' AS language, []::VARCHAR[] AS authors,
        seen AS published_at, '' AS content_hash, seen AS first_seen_at, false AS learn, false AS read_due, 'new' AS outcome, 'new_statement' AS reason, '' AS detail,
        id AS article_id, 0 AS attempt_count, seen AS decided_at, 'r' AS run_id, 0 AS change FROM given ORDER BY n""",
    """INSERT INTO core.statements BY NAME SELECT s.id, topic, g.id AS article_id, v AS version_id, s.t AS text, s.b AS "start", s.e AS "end", s.p AS position,
        '' AS event_date, '' AS place, CASE WHEN copied IS NULL THEN 'development' ELSE 'told' END AS decision, 'not_covered' AS reason, NULL AS against_id, 0.3 AS score,
        '' AS evidence, seen AS first_seen_at, seen AS decided_at, 'r' AS run_id, 0 AS change FROM (SELECT * EXCLUDE (s), unnest(s) AS s FROM given) AS g ORDER BY n, s.p""",
    """INSERT INTO core.figures BY NAME SELECT s.f AS id, s.id AS statement_id, topic, 'other' AS measure, s.v AS value_low, s.v AS value_high, 'exact' AS qualifier, '' AS "of",
        '' AS unit, '' AS as_of, '' AS said_by, s.v::VARCHAR AS words, 0 AS "start", 1 AS "end", seen AS first_seen_at, 0 AS change FROM (SELECT * EXCLUDE (s), unnest(s) AS s FROM given) WHERE s.p % 2 = 0 ORDER BY n""",
    """INSERT INTO core.developments BY NAME SELECT s.d AS id, topic, 'new_statement' AS kind, story AS story_id, g.id AS article_id, s.id AS statement_id, '' AS origin,
        '' AS warning, seen AS recorded_at, 'r' AS run_id, 0 AS change FROM (SELECT * EXCLUDE (s), unnest(s) AS s FROM given WHERE copied IS NULL) AS g ORDER BY n, s.p""",
    """INSERT INTO core.stories BY NAME SELECT id, title, [topic] AS topics, false AS seeded, seen AS first_seen_at, seen AS last_seen_at, 0 AS change FROM given WHERE opens ORDER BY n""",
    """INSERT INTO core.duplicates BY NAME SELECT id AS article_id, copied AS of_id, 'article' AS of_kind, 'near' AS relation, 0.9 AS score, '' AS evidence,
        []::VARCHAR[] AS differs_in, 0 AS change FROM given WHERE copied IS NOT NULL""",
)


def fill_editions(connection: Any) -> None:
    """Tell a reader every third development, in one edition a day."""
    connection.execute("""INSERT INTO core.told SELECT md5(date_trunc('day', recorded_at)::VARCHAR)::UUID, id, 'desk', 1, 0 FROM core.developments
        WHERE hash(id) % 3 = 0 ORDER BY recorded_at""")


class IndexFiller:
    """Make the index of the filled articles, list by list, in numbers."""

    def __init__(self, folder: Path, halves: Halves) -> None:
        self.halves = halves
        with open_index(folder):
            pass
        self.database = sqlite3.connect(folder / "neighbours.sqlite", isolation_level=None)
        self.database.execute("PRAGMA synchronous = off")
        self.grams: list[Any] = []
        self.article_lists: list[tuple[Any, Any]] = []
        self.told_lists: list[tuple[Any, Any]] = []
        self.counts: list[tuple[Any, Any, Any]] = []
        self.articles = self.statements = 0

    def add(self, stream: Stream, first: int, made: Made) -> None:
        """Take in the filled articles of a chunk."""
        rows, grams_found, weighed, told_pairs = [], [], [], []
        in_articles: list[int] = []
        in_statements: list[int] = []
        for number, (article, statements) in enumerate(made, first):
            seen = article.first_seen_at
            at = minute(seen)
            mark = cheap_mark(self.halves, stream, number)
            kept = mark[0]
            copy = stream.copy_of[number] >= 0
            told = [] if copy else [
                [s.id, s.version_id, s.topic, s.text, s.start, s.end, s.position, "", "", [], "en", id_of(f"d{s.position}-", number), seen.date().isoformat()] for s in statements
            ]  # fmt: skip
            pack = lambda plain: zlib.compress(json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode(), 1)  # noqa: E731
            rows.append((
                number + 1, UUID(article.id).bytes, UUID(id_of("a", stream.opener[number])).bytes, article.origin,
                UUID(id_of("a", stream.copy_of[number])).bytes if copy else b"", 0.3, 0.5, at, array("q", kept).tobytes(), pack(mark[1]),
                lead_of(article), article.language, str(seen.year), pack(told),
            ))  # fmt: skip
            grams_found += [(gram, number + 1) for gram in kept]
            for term, weight in mark[2]:
                weighed.append((term, posting(at, number + 1, min(round(weight / WEIGHT_STEP), DETAIL_MAX))))
                in_articles.append(term)
            for place, each in enumerate(told):
                topic = hash_term(each[2])
                for term in statement_terms(self.halves, stream, number, place):
                    told_pairs.append((term ^ topic, posting(at, number + 1, place)))
                    in_statements.append(term)
            self.statements += len(told)
        self.articles += len(made)
        self.database.execute("BEGIN")
        self.database.executemany(f"INSERT INTO articles VALUES ({','.join('?' * 14)})", rows)
        self.database.execute("COMMIT")
        self.grams.append(np.array(grams_found, dtype=np.int64))
        self.article_lists.append(capped(*split_pairs(weighed), ARTICLES_OF_TERM_MAX))
        self.told_lists.append(capped(*split_pairs(told_pairs), TOLD_OF_TERM_MAX))
        if len(self.told_lists) >= 8:  # keep what is in memory small
            self.article_lists = [capped(*joined(self.article_lists), ARTICLES_OF_TERM_MAX)]
            self.told_lists = [capped(*joined(self.told_lists), TOLD_OF_TERM_MAX)]
        a, an = np.unique(np.array(in_articles, dtype=np.int64), return_counts=True)
        s, sn = np.unique(np.array(in_statements, dtype=np.int64), return_counts=True)
        self.counts.append((np.concatenate([a, s]), np.concatenate([an, np.zeros_like(sn)]), np.concatenate([np.zeros_like(an), sn])))

    def finish(self, change: str) -> None:
        """Write the lists."""
        keys, inverse = np.unique(np.concatenate([one[0] for one in self.counts]), return_inverse=True)
        in_articles = np.bincount(inverse, np.concatenate([one[1] for one in self.counts])).astype(int)
        in_statements = np.bincount(inverse, np.concatenate([one[2] for one in self.counts])).astype(int)
        lists = dict(as_lists(*capped(*joined(self.article_lists), ARTICLES_OF_TERM_MAX)))
        write = self.database.executemany
        self.database.execute("BEGIN")
        write(
            "INSERT INTO terms VALUES (?, ?, ?, ?)",
            ((int(k), int(a), int(s), lists.get(int(k), b"")) for k, a, s in zip(keys, in_articles, in_statements, strict=True)),
        )
        write("INSERT INTO told VALUES (?, ?)", as_lists(*capped(*joined(self.told_lists), TOLD_OF_TERM_MAX)))
        pairs = np.concatenate(self.grams)
        pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
        for first in range(0, len(pairs), 500_000):
            write("INSERT OR IGNORE INTO grams VALUES (?, ?)", pairs[first : first + 500_000].tolist())
        self.database.execute("UPDATE state SET change_id = ?, articles = ?, statements = ?", (change, self.articles, self.statements))
        self.database.execute("COMMIT")
        self.database.close()


def cheap_mark(halves: Halves, stream: Stream, number: int) -> tuple[list[int], dict[str, float], list[tuple[int, float]]]:
    """Return kept word runs and heaviest terms of an article as `dedupe.fingerprint` finds them; runs across two halves are left out."""
    counts: dict[str, float] = {}
    found: set[int] = set()
    for place in range(STATEMENTS + OTHERS):
        weight = 2.0 if place < 3 else 1.0
        for half in (stream.first[number, place], stream.second[number, place]):
            found.update(halves.gram_lists[half])
            for term in halves.words[half]:
                counts[term] = counts.get(term, 0.0) + weight
        term = name_word(stream.name[number, place]).lower()
        counts[term] = counts.get(term, 0.0) + weight
    weighed = dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:60])
    return sorted(found)[:GRAMS_KEPT_MAX], weighed, [(hash_term(term), weight) for term, weight in weighed.items()]


def statement_terms(halves: Halves, stream: Stream, number: int, place: int) -> set[int]:
    """Return the hashed terms of a statement."""
    own = (hashed(name_word(stream.name[number, place])), hashed(str(stream.number[number, place])))
    return {
        *halves.term_lists[stream.first[number, place]],
        *halves.term_lists[stream.second[number, place]],
        *own[0],
        *own[1],
        *hashed("near"),
        *hashed("times"),
    }


HASHED: dict[str, tuple[int, ...]] = {}


def hashed(words: str) -> tuple[int, ...]:
    """Return the hashed terms of words."""
    if words not in HASHED:
        HASHED[words] = tuple(hash_term(term) for term in terms(words))
    return HASHED[words]


def split_pairs(pairs: list[tuple[int, int]]) -> tuple[Any, Any]:
    """Return keys and postings as two rows of numbers."""
    return np.array([one[0] for one in pairs], dtype=np.int64), np.array([one[1] for one in pairs], dtype=np.uint64)


def joined(lists: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Join rows of keys and postings."""
    return np.concatenate([one[0] for one in lists]), np.concatenate([one[1] for one in lists])


def capped(keys: Any, found: Any, most: int) -> tuple[Any, Any]:
    """Keep the newest postings of each key."""
    order = np.lexsort((found, keys))[::-1]
    keys, found = keys[order], found[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    rank = np.arange(len(keys)) - np.repeat(starts, np.diff(np.concatenate([starts, [len(keys)]])))
    return keys[rank < most], found[rank < most]


def as_lists(keys: Any, found: Any) -> Iterator[tuple[int, bytes]]:
    """Yield each key with its postings, oldest first, as the index keeps them; keys ascending."""
    keys, found = keys[::-1], found[::-1]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    ends = np.concatenate([starts[1:], [len(keys)]])
    for start, end in zip(starts, ends, strict=True):
        yield int(keys[start]), found[start:end].tobytes()


def build(folder: Path, size: int) -> None:
    """Build the store of a size, unless it is there."""
    target = folder / f"store_{size}"
    if (target / "done").exists():
        return
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    begun = time.monotonic()
    fill(target, size, Halves.make(), Stream.make(size + 3000))
    (target / "done").write_text("")
    print(f"built {size:,} in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
