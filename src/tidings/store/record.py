"""Keep what was decided about articles, and what finds them later."""

from collections.abc import Sequence
from datetime import datetime

import duckdb

from tidings.model import Decision, Id, Kind, Novelty
from tidings.store.changes import note_changes
from tidings.store.database import rows, stage_rows, transaction, update_lately, update_rows, upsert_rows
from tidings.store.decisions import Decided
from tidings.store.earlier import keep_redecided
from tidings.store.pages import CLOCK_BACK_MAX, LATELY


def record_decisions(
    connection: duckdb.DuckDBPyConnection,
    batch: Sequence[Decided],
    *,
    now: datetime,
    run_id: str,
) -> str:
    """Record what was decided about a batch of articles, in one transaction; return the name of the change, for the index."""
    with transaction(connection):
        keep_redecided(
            connection,
            [one.article.id for one in batch if one.story_score is None],
            [d.id for one in batch for d in one.developments if d.kind is Kind.NEW_ORIGIN],
            now,
        )
        _record_stories(connection, batch, now)
        update_rows(
            connection,
            "core.articles",
            ("id", "decided", "story_id", "origin", "run_id"),
            [(one.article.id, True, one.story_id, one.article.origin, run_id) for one in batch],
        )
        update_rows(
            connection,
            "core.articles",
            ("id", "story_against_id", "story_score", "story_evidence"),
            [
                (one.article.id, one.story_against_id or None, one.story_score, one.story_evidence)
                for one in batch
                if one.story_score is not None
            ],
        )
        update_lately(
            connection,
            "core.entries",
            ("id", "outcome", "reason", "decided_at", "run_id"),
            [(one.entry_id, one.outcome, one.reason, now, run_id) for one in batch if one.entry_id and one.outcome],
            now - LATELY,
        )
        links = [one.duplicate for one in batch if one.duplicate]
        upsert_rows(
            connection,
            "core.duplicates",
            ("article_id", "of_id", "of_kind", "relation", "score", "evidence", "differs_in"),
            [(d.article_id, d.of_id, d.of_kind, d.relation.value, d.score, d.evidence, list(d.differs_in)) for d in links],
            key=("article_id",),
        )
        since = min((one.article.first_seen_at for one in batch), default=now) - CLOCK_BACK_MAX
        record_told(connection, [one for each in batch for one in each.decisions], now=now, run_id=run_id, since=since)
        upsert_rows(
            connection,
            "core.developments",
            (
                "id", "topic", "kind", "story_id", "article_id", "statement_id", "origin", "warning", "replaces_id", "recorded_at",
                "run_id",
            ),
            [
                (
                    d.id, d.topic, d.kind.value, d.story_id, d.article_id, d.statement_id or None, d.origin, d.warning,
                    d.replaces_id or None, now, run_id,
                )
                for one in batch for d in one.developments
            ],
        )  # fmt: skip
        return note_changes(connection, [one.article.id for one in batch])


def record_told(
    connection: duckdb.DuckDBPyConnection, decisions: Sequence[Decision], *, now: datetime, run_id: str, since: datetime | None = None
) -> None:
    """Record the decision on each statement. None was first seen before `since`: they lie in that order, and what is older is not read."""
    columns = ("id", "topic", "decision", "reason", "against_id", "score", "evidence", "decided_at", "run_id")
    values = [
        (d.statement_id, d.topic, d.novelty.value, d.reason, d.against_id or None, d.score, d.evidence, now, run_id) for d in decisions
    ]
    newer = f" AND statements.first_seen_at >= '{since.isoformat()}'::TIMESTAMPTZ" if since else ""
    which = f"statements.decision = ''{newer}"
    update_rows(connection, "core.statements", columns, values, key=("id", "topic"), which=which)


def _record_stories(connection: duckdb.DuckDBPyConnection, batch: Sequence[Decided], now: datetime) -> None:
    opened = [one for one in batch if one.story_is_new]
    upsert_rows(
        connection,
        "core.stories",
        ("id", "title", "topics", "seeded", "first_seen_at", "last_seen_at"),
        [(one.story_id, one.article.title, list(one.topics), False, now, now) for one in opened],
    )
    joined: dict[Id, set[str]] = {}
    for one in batch:
        joined.setdefault(one.story_id, set()).update(one.topics)
    stage_rows(
        connection, "given_joined", {"id": "UUID", "topics": "VARCHAR[]"}, [(story, sorted(topics)) for story, topics in joined.items()]
    )
    seen = "UPDATE core.stories SET last_seen_at = $now, change = core.change_now() WHERE id IN (SELECT id FROM given_joined)"
    connection.execute(seen, {"now": now})
    widened = rows(
        connection,
        """SELECT s.id, list_sort(list_distinct(list_concat(s.topics, given.topics))) AS topics
        FROM core.stories AS s JOIN given_joined AS given ON s.id = given.id WHERE NOT list_has_all(s.topics, given.topics)""",
    )
    update_rows(connection, "core.stories", ("id", "topics"), [(row["id"], row["topics"]) for row in widened])


def is_told(novelty: Novelty) -> bool:
    """Tell whether a statement counts as told after this decision (one that was told before adds nothing)."""
    return novelty in {Novelty.DEVELOPMENT, Novelty.KNOWN, Novelty.SEED}
