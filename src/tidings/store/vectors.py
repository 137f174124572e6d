"""Keep the vectors by which statements are compared across languages: bounded in time and number, made again when they are lost.

A vector is bytes here, one signed byte for each dimension; what they mean only `pipeline.comparison` knows. Each carries the name of
the model that made it: those of another model are never returned.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tidings.model import Id
from tidings.store.database import rows, stage_rows, transaction, upsert_rows
from tidings.store.decisions import figures_of, statement_of
from tidings.store.indexed import StoredStatement

_TOLD = "s.decision IN ('development', 'known', 'seed')"


@dataclass(frozen=True, slots=True)
class ToldVector:
    """Hold the vector of a told statement in one of its topics, and what decides whether it is compared."""

    statement_id: Id
    topic: str
    language: str
    first_seen_at: datetime | None  # None: a seed, which does not age
    vector: bytes


@dataclass(frozen=True, slots=True)
class Unembedded:
    """Hold the told statements of one article that have no vector of the model, in order of the text."""

    article_id: Id
    statements: tuple[tuple[Id, str], ...]  # (id, text)


def told_vectors(connection: duckdb.DuckDBPyConnection, model: str, since: datetime, most: int) -> list[ToldVector]:
    """Return the vectors of what seeds say and of what was told since a time: the newest `most` of them, newest last."""
    found = rows(
        connection,
        f"""SELECT v.statement_id, s.topic, a.language, a.seed_id <> '' AS seeded, s.first_seen_at, v.vector
        FROM core.statement_vectors AS v
        JOIN core.statements AS s ON s.id = v.statement_id
        JOIN core.articles AS a ON a.id = s.article_id
        WHERE v.model = $model AND {_TOLD} AND (a.seed_id <> '' OR s.first_seen_at >= $since)
        ORDER BY seeded DESC, s.first_seen_at DESC, s.id, s.topic
        LIMIT $most""",  # noqa: S608 - our own condition
        {"model": model, "since": since, "most": most},
    )
    return [
        ToldVector(row["statement_id"], row["topic"], row["language"], None if row["seeded"] else row["first_seen_at"], row["vector"])
        for row in reversed(found)
    ]


def unembedded(connection: duckdb.DuckDBPyConnection, model: str, since: datetime, most: int) -> list[Unembedded]:
    """Return told statements without a vector of the model, of seeds and since a time, by article: the newest `most` of them."""
    found = rows(
        connection,
        f"""SELECT DISTINCT a.seed_id <> '' AS seeded, s.first_seen_at, s.article_id, s.start, s.id, s.text
        FROM core.statements AS s
        JOIN core.articles AS a ON a.id = s.article_id
        WHERE {_TOLD} AND (a.seed_id <> '' OR s.first_seen_at >= $since)
            AND NOT EXISTS (SELECT 1 FROM core.statement_vectors AS v WHERE v.statement_id = s.id AND v.model = $model)
        ORDER BY seeded DESC, s.first_seen_at DESC, s.article_id, s.start, s.id
        LIMIT $most""",  # noqa: S608 - our own condition
        {"model": model, "since": since, "most": most},
    )
    by_article: dict[Id, list[tuple[Id, str]]] = {}
    for row in found:
        by_article.setdefault(row["article_id"], []).append((row["id"], row["text"]))
    return [Unembedded(article_id, tuple(statements)) for article_id, statements in by_article.items()]


def stored_vectors(connection: duckdb.DuckDBPyConnection, model: str, statements: Iterable[Id]) -> dict[Id, bytes]:
    """Return the vectors that statements have of the model."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in statements])
    sql = "SELECT statement_id, vector FROM core.statement_vectors WHERE model = ? AND statement_id IN (SELECT id FROM given_ids)"
    return {row["statement_id"]: row["vector"] for row in rows(connection, sql, [model])}


def keep_vectors(connection: duckdb.DuckDBPyConnection, model: str, vectors: Sequence[tuple[Id, bytes]]) -> None:
    """Keep the vectors of statements, in place of those of another model, in one transaction."""
    with transaction(connection):
        upsert_rows(
            connection,
            "core.statement_vectors",
            ("statement_id", "model", "vector"),
            [(statement, model, vector) for statement, vector in vectors],
            key=("statement_id",),
        )


def told_statements(connection: duckdb.DuckDBPyConnection, told: Sequence[tuple[Id, str]]) -> list[StoredStatement]:
    """Return told statements by (id, topic), with what comparing needs."""
    stage_rows(connection, "given_told", {"id": "UUID", "topic": "VARCHAR"}, told)
    sql = """SELECT s.*, a.language, a.story_id, d.id AS development_id
        FROM core.statements AS s
        JOIN given_told AS g ON g.id = s.id AND g.topic = s.topic
        JOIN core.articles AS a ON a.id = s.article_id
        LEFT JOIN core.developments AS d ON d.statement_id = s.id AND d.topic = s.topic
        ORDER BY s.topic, s.id"""
    found = rows(connection, sql)
    figures = figures_of(connection, told)
    return [
        StoredStatement(statement_of(row, figures), row["language"], row["story_id"] or row["article_id"], row["development_id"] or "")
        for row in found
    ]
