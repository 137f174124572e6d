"""Keep seeds: articles given in advance, with statements that count as told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from tidings.model import Article, Decision, Id, Statement
from tidings.store.changes import note_changes
from tidings.store.database import insert_rows, rows, stage_rows, transaction, update_rows, upsert_rows
from tidings.store.earlier import keep_seeds
from tidings.store.pages import ARTICLE, article_row, record_statements
from tidings.store.record import record_told
from tidings.store.tracked import remove_rows


@dataclass(frozen=True, slots=True)
class DecidedSeed:
    """Hold a seed as it is stored."""

    seed_id: str
    article: Article
    text_hash: str
    statements: tuple[Statement, ...]
    decisions: tuple[Decision, ...]


def seed_versions(connection: duckdb.DuckDBPyConnection) -> dict[str, Id]:
    """Return the version of each stored seed, by its configured id."""
    found = rows(connection, "SELECT seed_id, version_id FROM core.articles WHERE seed_id <> ''")
    return {row["seed_id"]: row["version_id"] for row in found}


def replace_seeds(
    connection: duckdb.DuckDBPyConnection, stale: Sequence[str], fresh: Sequence[DecidedSeed], *, now: datetime, run_id: str
) -> None:
    """Forget what stale seeds said and record the fresh ones, in one transaction."""
    with transaction(connection):
        forgotten = _forget(connection, stale, now)
        upsert_rows(
            connection,
            "core.articles",
            ARTICLE,
            [article_row(one.article, one.seed_id, None, one.text_hash, decided=True, run_id=run_id) for one in fresh],
        )
        update_rows(connection, "core.articles", ("id", "story_id"), [(one.article.id, one.article.id) for one in fresh])
        _record_stories(connection, fresh, now)
        record_statements(connection, [s for one in fresh for s in one.statements], decision="", now=now, run_id=run_id)
        record_told(connection, [d for one in fresh for d in one.decisions], now=now, run_id=run_id)
        note_changes(connection, [*forgotten, *(one.article.id for one in fresh)])


def _record_stories(connection: duckdb.DuckDBPyConnection, fresh: Sequence[DecidedSeed], now: datetime) -> None:
    """Open a story for each seed; one that is there keeps its first time and what joined it."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one.article.id,) for one in fresh])
    there = {row["id"]: row["topics"] for row in rows(connection, "SELECT id, topics FROM core.stories SEMI JOIN given_ids USING (id)")}
    said = {one.article.id: {statement.topic for statement in one.statements} for one in fresh}
    insert_rows(
        connection,
        "core.stories",
        ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at"),
        [(one.article.id, one.article.title, sorted(said[one.article.id]), True, now, now) for one in fresh if one.article.id not in there],
    )
    kept = [
        (one.article.id, one.article.title, sorted(said[one.article.id].union(there[one.article.id])))
        for one in fresh
        if one.article.id in there
    ]
    update_rows(connection, "core.stories", ("id", "title", "topics"), kept)


def _forget(connection: duckdb.DuckDBPyConnection, stale: Sequence[str], now: datetime) -> list[Id]:
    """Forget seeds with all that they said; return the ids of their articles. What they said until now is kept among what was earlier."""
    stage_rows(connection, "given_seeds", {"seed_id": "VARCHAR"}, [(one,) for one in stale])
    articles = "SELECT id FROM core.articles WHERE seed_id IN (SELECT seed_id FROM given_seeds)"
    forgotten = [row["id"] for row in rows(connection, articles)]
    keep_seeds(connection, articles, now)
    statements = f"SELECT id FROM core.statements WHERE article_id IN ({articles})"  # noqa: S608 - our own names
    for table, column, those in (
        ("figures", "statement_id", statements),
        ("statements", "article_id", articles),
    ):
        remove_rows(connection, table, f"{column} IN ({those})")
    remove_rows(connection, "articles", "seed_id IN (SELECT seed_id FROM given_seeds)")
    return forgotten
