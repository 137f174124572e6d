"""Write what users said as labelled files, in the forms that `tidings eval` reads."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from tidings.store.query import open_snapshot
from tidings.store.rows import rows

Row = dict[str, Any]

_SAID = "SELECT * FROM labels WHERE kind = '{kind}' ORDER BY id"
_ARTICLES = """
SELECT id, title, text, published_at, publisher, language, story_id FROM articles WHERE id IN (SELECT unnest($ids::UUID[]))
UNION ALL
SELECT article_id, title, text, published_at, publisher, language, story_id FROM seeds WHERE article_id IN (SELECT unnest($ids::UUID[]))
ORDER BY id"""
_TOPICS = "SELECT article_id, list_sort(list(DISTINCT topic)) AS topics FROM statements WHERE decision <> 'off_topic' AND article_id IN (SELECT unnest($ids::UUID[])) GROUP BY article_id"


def export_labelled(data: Path, folder: Path) -> dict[str, int]:
    """Write copies.jsonl, stories.jsonl and topics.jsonl from the published snapshot; return the lines of those that have any."""
    counts = {}
    folder.mkdir(parents=True, exist_ok=True)
    with open_snapshot(data) as connection:
        for name, lines_of in _FILES.items():
            lines = lines_of(connection)
            if lines:
                text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
                (folder / name).write_text(text, encoding="utf-8")
                counts[name] = len(lines)
    return counts


def _copies(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return pairs that are no copies: reports of one story, or of different ones."""
    said = rows(connection, _SAID.format(kind="not_duplicate"))
    found = _articles(connection, [row[side] for row in said for side in ("article_id", "other_id")])
    return [
        {
            "id": row["id"],
            "a": _text(other),
            "b": _text(article),
            "relation": "same_event" if article["story_id"] == other["story_id"] else "different",
        }
        for row in said
        if (article := found.get(row["article_id"])) and (other := found.get(row["other_id"]))
    ]


def _stories(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the articles of which it was said that they report one happening, each with its story."""
    said = rows(connection, _SAID.format(kind="same_story"))
    found = _articles(connection, [row[side] for row in said for side in ("article_id", "other_id")])
    return [{"id": row["id"], **_text(row), "story": row["story_id"]} for row in found.values() if row["story_id"]]


def _topics(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return articles with the topics that they are on: those that were found, without those of which it was said that they are not."""
    said = rows(connection, _SAID.format(kind="not_on_topic"))
    ids = [row["article_id"] for row in said]
    found = _articles(connection, ids)
    topics = {row["article_id"]: row["topics"] for row in rows(connection, _TOPICS, {"ids": ids})}
    off = {(row["article_id"], row["topic"]) for row in said}
    return [
        {
            "id": row["id"],
            "date": row["published_at"].date().isoformat() if row["published_at"] else None,
            "headings": [row["title"]],
            "text": row["text"],
            "topics": [topic for topic in topics.get(row["id"], []) if (row["id"], topic) not in off],
            "passing": [],
        }
        for row in found.values()
    ]


def _articles(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> Mapping[str, Row]:
    return {row["id"]: row for row in rows(connection, _ARTICLES, {"ids": ids})}


def _text(row: Row) -> Row:
    published = row["published_at"].isoformat() if row["published_at"] else None
    return {"title": row["title"], "text": row["text"], "published": published, "publisher": row["publisher"], "language": row["language"]}


_FILES: Mapping[str, Callable[[duckdb.DuckDBPyConnection], list[Row]]] = {
    "copies.jsonl": _copies,
    "stories.jsonl": _stories,
    "topics.jsonl": _topics,
}
