"""Keep what stood before it is changed or removed: so what was known on any day, and what was told, can be said for ever.

A table `core.earlier_x` holds rows of `core.x` as they were until `until_at`. Whoever changes or removes what was known
calls `keep_earlier` first, in the same transaction. The macros known_as_of and told_as_of read it.
"""
# ruff: noqa: S608 - tables and columns are named by our own schema; values are always parameters

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import duckdb

from tidings.ids import label_id
from tidings.model import Id, Label
from tidings.store.rows import among, column_types, rows, stage_rows

# What names a row of each table that has an earlier one.
KEYS: Mapping[str, tuple[str, ...]] = {
    "developments": ("id",),
    "articles": ("id",),
    "statements": ("id", "topic"),
    "figures": ("id",),
    "duplicates": ("article_id",),
    "stories": ("id",),
    "labels": ("id",),
}
_SHOWN = "derived.developments"  # with its words, headline and link as they are now
_OWN = frozenset({"until_at", "change"})


def keep_earlier(
    connection: duckdb.DuckDBPyConnection, table: str, which: str, until: datetime, parameters: Mapping[str, Any] = {}
) -> None:
    """Keep the rows of a table for which `which` holds as they are, until the moment `until`; of two changes at one moment the first counts."""
    columns = [name for name in column_types(connection, f"core.earlier_{table}") if name not in _OWN]
    names = ", ".join(f'now."{name}"' for name in columns)
    same = " AND ".join(f'e."{name}" = now."{name}"' for name in KEYS[table])
    source = _SHOWN if table == "developments" else f"core.{table}"
    connection.execute(
        f"""INSERT INTO core.earlier_{table} ({names.replace("now.", "")}, until_at, change)
        SELECT {names}, $until_at, core.change_now() FROM (FROM {source} WHERE {which}) AS now
        WHERE NOT EXISTS (SELECT 1 FROM core.earlier_{table} AS e WHERE {same} AND e.until_at = $until_at)""",
        {**parameters, "until_at": until},
    )


def keep_marked(connection: duckdb.DuckDBPyConnection, label: Label, now: datetime) -> None:
    """Keep what a mark, made or taken back, may change: the label, the article and those of its story, and what they said."""
    one = {"article": label.article_id}
    of_story = """article_id IN (SELECT o.id FROM core.articles AS o WHERE o.id = $article
        OR o.story_id = (SELECT a.story_id FROM core.articles AS a WHERE a.id = $article))"""
    keep_earlier(connection, "labels", "id = $label", now, {"label": label_id(label.kind, label.article_id, label.topic)})
    keep_earlier(connection, "articles", of_story.removeprefix("article_"), now, one)
    keep_earlier(connection, "developments", of_story, now, one)
    keep_earlier(connection, "statements", "article_id = $article", now, one)
    keep_earlier(connection, "duplicates", "article_id = $article", now, one)


def keep_edited(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id], now: datetime) -> None:
    """Keep what is known of those of the articles that are there: their page gave another text."""
    if not stage_rows(connection, "given_edited", {"id": "UUID"}, [(one,) for one in articles]):
        return
    if not rows(connection, "SELECT id FROM core.articles SEMI JOIN given_edited USING (id) LIMIT 1"):
        return  # nearly always: all are new, and only ids were read to see it
    keep_earlier(connection, "articles", "id IN (SELECT id FROM given_edited)", now)


def keep_returned(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id], now: datetime) -> None:
    """Keep since when those of the articles were gone whose page is there again."""
    seen = sorted(articles)
    if seen and rows(connection, f"SELECT id FROM core.articles WHERE gone_since IS NOT NULL AND {among('id', seen)} LIMIT 1"):
        keep_earlier(connection, "articles", f"gone_since IS NOT NULL AND {among('id', seen)}", now)


def keep_redecided(connection: duckdb.DuckDBPyConnection, placed: Iterable[Id], confirming: Iterable[Id], now: datetime) -> None:
    """Keep how articles that are decided again, with another text, were decided before; and confirmations that are recorded again."""
    again = sorted(placed)
    if again:
        keep_earlier(connection, "articles", f"story_id IS NOT NULL AND {among('id', again)}", now)
        keep_earlier(connection, "duplicates", among("article_id", again), now)
    there = f"SELECT id FROM core.developments WHERE kind = 'new_origin' AND {among('id', confirming)}"
    recorded = [row["id"] for row in rows(connection, there)]
    if recorded:
        keep_earlier(connection, "developments", among("id", recorded), now)


def keep_seeds(connection: duckdb.DuckDBPyConnection, stale: str, now: datetime) -> None:
    """Keep seeds that are forgotten or replaced, with all that they said; `stale` selects the ids of their articles."""
    said = f"article_id IN ({stale})"
    keep_earlier(connection, "articles", f"id IN ({stale})", now)
    keep_earlier(connection, "stories", f"id IN ({stale})", now)
    keep_earlier(connection, "statements", said, now)
    keep_earlier(connection, "figures", f"statement_id IN (SELECT s.id FROM core.statements AS s WHERE s.{said})", now)
    connection.execute(
        f"""INSERT INTO core.versions (id, article_id, title, text, first_seen_at, before_id, added, removed, added_count, removed_count, change)
        SELECT a.version_id, a.id, a.title, a.text, a.first_seen_at, NULL, [], [], 0, 0, core.change_now() FROM core.articles AS a
        WHERE a.id IN ({stale}) AND a.version_id NOT IN (SELECT v.id FROM core.versions AS v)"""
    )
