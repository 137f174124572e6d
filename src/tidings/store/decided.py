"""Load decided articles as the index of neighbours takes them in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tidings.model import Article, Id
from tidings.store.database import rows, stage_rows
from tidings.store.decisions import article_of_row, figures_of, statement_of
from tidings.store.indexed import StoredStatement

_TOLD = "s.decision IN ('development', 'known', 'seed')"


@dataclass(frozen=True, slots=True)
class DecidedArticle:
    """Hold what the store knows of an article that was decided, or that told something before it was opened again."""

    article: Article
    seed: bool
    decided: bool
    story_id: Id
    reported_at: datetime
    copy_of: Id
    mean_score: float | None  # of all its statements
    story_score: float | None  # None: not known, or a user's label put it into its story
    told: tuple[StoredStatement, ...]


def decided_ids(connection: duckdb.DuckDBPyConnection) -> list[Id]:
    """Return the ids of all articles that were ever decided, and of seeds."""
    return [row["id"] for row in rows(connection, "SELECT id FROM core.articles WHERE decided OR story_id IS NOT NULL ORDER BY id")]


def load_decided(connection: duckdb.DuckDBPyConnection, articles: Sequence[Id]) -> Iterator[DecidedArticle]:
    """Yield those of the articles that were decided, or told something, with what they told."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in articles])
    sql = """SELECT a.*, d.of_id, m.score AS mean_score,
            a.id IN (SELECT article_id FROM core.labels WHERE kind = 'same_story') AS placed
        FROM core.articles AS a
        SEMI JOIN given_ids ON given_ids.id = a.id
        LEFT JOIN core.duplicates AS d ON d.article_id = a.id
        LEFT JOIN (SELECT article_id, avg(score) AS score FROM core.statements WHERE article_id IN (SELECT id FROM given_ids) GROUP BY article_id)
            AS m ON m.article_id = a.id
        ORDER BY a.id"""
    found = rows(connection, sql)
    told = _told(connection)
    for row in found:
        said = told.get(row["id"], ())
        if row["decided"] or said:
            yield DecidedArticle(
                article=article_of_row(row),
                seed=bool(row["seed_id"]),
                decided=row["decided"],
                story_id=row["story_id"] or row["id"],
                reported_at=row["reported_at"],
                copy_of=row["of_id"] or "",
                mean_score=row["mean_score"],
                story_score=None if row["placed"] else row["story_score"],
                told=tuple(said),
            )


def _told(connection: duckdb.DuckDBPyConnection) -> dict[Id, list[StoredStatement]]:
    """Return what the articles of given_ids told, in order of the text; not in topics that a user took them off."""
    sql = f"""SELECT s.*, a.language, a.story_id, coalesce(a.published_at, a.first_seen_at) AS said_at, d.id AS development_id
        FROM core.statements AS s
        JOIN core.articles AS a ON a.id = s.article_id
        LEFT JOIN (SELECT id, statement_id, topic FROM core.developments WHERE article_id IN (SELECT id FROM given_ids)) AS d
            ON d.statement_id = s.id AND d.topic = s.topic
        WHERE s.article_id IN (SELECT id FROM given_ids) AND {_TOLD}
            AND (s.article_id, s.topic) NOT IN (SELECT (article_id, topic) FROM core.labels WHERE kind = 'not_on_topic')
        ORDER BY s.article_id, s.start, s.topic, s.id"""  # noqa: S608 - our own condition
    found = rows(connection, sql)
    figures = figures_of(connection, [(row["id"], row["topic"]) for row in found])
    result: dict[Id, list[StoredStatement]] = {}
    for row in found:
        one = StoredStatement(
            statement=statement_of(row, figures),
            language=row["language"],
            story_id=row["story_id"] or row["article_id"],
            development_id=row["development_id"] or "",
            said_on=row["said_at"].date().isoformat(),
        )
        result.setdefault(row["article_id"], []).append(one)
    return result
