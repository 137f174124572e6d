"""Find articles by words, in what is published: by its terms, with the texts looked at only where a phrase has to be held against them.

The rule of the order, to be explained in one sentence: first where most of the words stand together in one statement or in the headline,
and among those the newest. Of very many only the newest are looked at more closely, and that is said. (Decision 0038.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import UsageError
from tidings.store.asked import Asked
from tidings.store.marking import marked, units_of
from tidings.store.pages import CLOCK_BACK_MAX
from tidings.store.query import open_snapshot
from tidings.store.rows import rows
from tidings.store.seldom import Seldom, seldom_words
from tidings.text.sentences import sentences

RANKED_MAX = 2_000  # of more only the newest are ranked
_SQL = resources.files("tidings.store") / "sql"


@dataclass(frozen=True, slots=True)
class Hit:
    """Hold one thing found: an article, a seed, or an entry of which only the title is kept. `marks` are spans of `sentence`."""

    kind: str
    title: str
    publisher: str
    language: str
    published_at: datetime | None
    first_seen_at: datetime
    url: str
    article_id: str
    sentence: str
    marks: tuple[tuple[int, int], ...]
    title_marks: tuple[tuple[int, int], ...]
    decision: str  # of the statement: development, told, known, seed, off_topic; empty: the sentence is no statement
    is_statement: bool
    topics: tuple[str, ...]
    recorded_at: datetime | None  # since when it is a development
    earlier: bool  # only an earlier text of it has the words
    of: str  # what it copies, by its link or seed
    copies: tuple["Hit", ...] = field(default=())
    likeness: float | None = None  # by meaning: 1 is the same


@dataclass(frozen=True, slots=True)
class Covered:
    """Say which statements a search by meaning could find."""

    model: str
    count: int  # statements with a vector
    of_count: int  # all that were told
    lacking_until: datetime | None  # the newest without one was first seen then; None: each has one


@dataclass(frozen=True, slots=True)
class Found:
    """Hold the answer to a search."""

    count: int  # articles, seeds and entries; with a phrase, of the newest RANKED_MAX that have its words
    complete: bool  # False: there were more than RANKED_MAX, and older (by meaning: less alike) ones were not ranked
    published_at: datetime | None  # what came later is not in it
    hits: tuple[Hit, ...]
    covered: Covered | None = None  # by meaning
    seldom: tuple[Seldom, ...] = ()  # where nothing was found: the words that are to blame


def search(folder: Path, asked: Asked, limit: int) -> Found:
    """Return what is found, at most `limit` hits (copies beneath what they copy are not counted); raises UsageError without a word."""
    with open_snapshot(folder) as connection:
        words, without = _units(connection, asked.words), _units(connection, asked.without)
        if not words:
            raise UsageError("expected a word to search for: letters or digits in any script")
        check_topics(connection, asked.topics)
        count = _candidates(connection, asked, words, without)
        complete = count <= RANKED_MAX
        ranked = _ranked(connection, words, without)
        if any(" " in one.strip() for one in (*words, *without)):
            count = len(ranked)
        [about] = rows(connection, "SELECT published_at FROM published")
        shown = _folded_copies(ranked)[:limit]
        hits = tuple(_hit(connection, row, words, copies) for row, copies in shown)
        return Found(count, complete, about["published_at"], hits, seldom=() if hits else seldom_words(connection, words))


def _units(connection: duckdb.DuckDBPyConnection, words: Sequence[str]) -> list[str]:
    """Fold words and phrases; those without any letter or digit fall away."""
    found = units_of(connection, words)
    return list(dict.fromkeys(one for one in found if one.strip()))


def check_topics(connection: duckdb.DuckDBPyConnection, topics: Sequence[str]) -> None:
    """Raise UsageError for a topic that is not watched."""
    known = [row["name"] for row in rows(connection, "SELECT name FROM core.topics ORDER BY name")]
    for topic in topics:
        if topic not in known:
            raise UsageError(f"topic:{topic} is none of the topics: {', '.join(known)}")


def _terms(connection: duckdb.DuckDBPyConnection, units: Sequence[str]) -> list[int]:
    sql = "SELECT DISTINCT core.term_code(t) AS code FROM (SELECT unnest(core.sought(u)) AS t FROM (SELECT unnest($units) AS u))"
    return [row["code"] for row in rows(connection, sql, {"units": list(units)})]


def _candidates(connection: duckdb.DuckDBPyConnection, asked: Asked, words: Sequence[str], without: Sequence[str]) -> int:
    """Make the temporary table `candidate` of the newest that have all terms, and return how many there are."""
    terms = _terms(connection, words)
    ruled_out = _terms(connection, [one for one in without if " " not in one.strip()])
    sql = (_SQL / "search_candidates.sql").read_text(encoding="utf-8")
    # Terms stand in the query itself: only so DuckDB passes over the parts of the table that cannot hold them.
    sql = sql.replace("{terms}", ", ".join(map(str, terms))).replace("{ruled_out}", ", ".join(map(str, [*ruled_out, -1])))
    values = {
        "count": len(terms),
        "topics": list(asked.topics),
        "publishers": [one.casefold() for one in asked.publishers],
        "languages": [one.lower() for one in asked.languages],
        "since": asked.since,
        "until": asked.until,
        "most": RANKED_MAX,
    }
    connection.execute(f"CREATE TEMP TABLE candidate AS {sql}", values)
    found = rows(connection, "SELECT coalesce(max(count), 0) AS n FROM candidate")
    return int(found[0]["n"])


def _ranked(connection: duckdb.DuckDBPyConnection, words: Sequence[str], without: Sequence[str]) -> list[dict[str, Any]]:
    """Return the candidates that hold every phrase and none that is ruled out, in order, each with its best statement."""
    needs_text = any(" " in one.strip() for one in (*words, *without))
    sql = (_SQL / "search_ranked.sql").read_text(encoding="utf-8")
    [oldest] = rows(connection, "SELECT min(first_seen_at) AS at FROM candidate")
    if oldest["at"] is None:
        return []
    values = {"words": list(words), "without": [*without], "needs_text": needs_text, "since": (oldest["at"] - CLOCK_BACK_MAX).isoformat()}
    return rows(connection, sql, values)


def _folded_copies(ranked: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Put copies beneath what they copy, where that is found as well."""
    by_id = {row["id"]: row for row in ranked}
    beneath: dict[str, list[dict[str, Any]]] = {}
    for row in ranked:
        if row["of_id"] in by_id and row["of_id"] != row["id"]:
            beneath.setdefault(row["of_id"], []).append(row)
    hidden = {row["id"] for rows_ in beneath.values() for row in rows_}
    return [(row, _all_beneath(row["id"], beneath, set())) for row in ranked if row["id"] not in hidden]


def _all_beneath(one: str, beneath: dict[str, list[dict[str, Any]]], seen: set[str]) -> list[dict[str, Any]]:
    seen.add(one)
    found = []
    for row in beneath.get(one, []):
        if row["id"] not in seen:
            found += [row, *_all_beneath(row["id"], beneath, seen)]
    return found


def _hit(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], words: Sequence[str], copies: Sequence[dict[str, Any]]) -> Hit:
    sentence, earlier = row["statement"] or "", False
    if not sentence and row["kind"] != "entry":
        sentence, earlier = _from_text(connection, row, words)
    return Hit(
        kind=row["kind"],
        title=row["title"],
        publisher=row["publisher"] or "",
        language=row["language"],
        published_at=row["published_at"],
        first_seen_at=row["first_seen_at"],
        url=row["url"] or "",
        article_id=row["id"] if row["kind"] != "entry" else "",
        sentence=sentence,
        marks=marked(connection, sentence, words),
        title_marks=marked(connection, row["title"], words),
        decision=row["decision"] or "",
        is_statement=bool(row["statement"]),
        topics=tuple(row["topics"] or ()),
        recorded_at=row["recorded_at"],
        earlier=earlier,
        of=row["of"] or "",
        copies=tuple(_hit(connection, one, words, ()) for one in copies),
    )


def _from_text(connection: duckdb.DuckDBPyConnection, row: dict[str, Any], words: Sequence[str]) -> tuple[str, bool]:
    """Return the sentence of the text, or of one that it had before, with most of the words; and whether it is of an earlier one."""
    sql = """SELECT text, 0 AS age FROM core.articles WHERE id = $id
             UNION ALL SELECT text, 1 FROM core.versions WHERE article_id = $id AND text IS NOT NULL ORDER BY age"""
    for one in rows(connection, sql, {"id": row["id"]}):
        found = [one["text"][span.start : span.end] for span in sentences(one["text"], row["language"])]
        word_counts = [sum(word in line for word in words) for line in units_of(connection, found)]
        if most := max(word_counts, default=0):
            return found[word_counts.index(most)], bool(one["age"])
    return "", False
