"""Keep a mark and bring what was decided in line with it; take one back; take over those of a later store. In the caller's transaction."""

from datetime import datetime

import duckdb

from tidings.model import Label, LabelKind
from tidings.store import labels
from tidings.store.earlier import keep_marked
from tidings.store.rows import rows

# Of one mark the last word counts, in either store: that it was made, or that it was taken back.
_MADE = """
    SELECT l.id, l.kind, l.article_id, l.other_id, l.topic, l.labelled_at AS said_at FROM {later}.core.labels AS l LEFT JOIN core.labels AS o ON o.id::UUID = l.id::UUID
    WHERE (o.id IS NULL OR o.labelled_at < l.labelled_at)
        AND NOT EXISTS (SELECT 1 FROM core.earlier_labels AS e WHERE e.id::UUID = l.id::UUID AND e.until_at > l.labelled_at)
"""
_TAKEN_BACK = """
    SELECT o.id, o.kind, o.article_id, o.other_id, o.topic, (SELECT max(e.until_at) FROM {later}.core.earlier_labels AS e WHERE e.id::UUID = o.id) AS said_at
    FROM core.labels AS o WHERE o.id NOT IN (SELECT l.id::UUID FROM {later}.core.labels AS l) AND said_at > o.labelled_at
"""
_EARLIER = """
    INSERT INTO core.earlier_labels (id, kind, article_id, other_id, topic, labelled_at, until_at, change)
    SELECT e.id::UUID, e.kind, e.article_id::UUID, e.other_id::UUID, e.topic, e.labelled_at, e.until_at, core.change_now() FROM {later}.core.earlier_labels AS e
    WHERE NOT EXISTS (SELECT 1 FROM core.earlier_labels AS o WHERE o.id = e.id::UUID AND o.until_at = e.until_at)
"""


def keep_mark(connection: duckdb.DuckDBPyConnection, label: Label, now: datetime) -> int:
    """Write a label down and bring what was decided in line; return how many articles moved."""
    if not labels.stands(connection, label):  # said twice it changes nothing that was known
        keep_marked(connection, label, now)
    before = labels.story_of(connection, label.article_id)
    move = labels.Move()
    match label.kind:
        case LabelKind.NOT_DUPLICATE:
            labels.reopen(connection, label.article_id, story=True)
        case LabelKind.NOT_ON_TOPIC:
            labels.take_off_topic(connection, label.article_id, label.topic, now)
        case LabelKind.SAME_STORY:
            take_back_mark(connection, Label(label.kind, label.article_id), now)
            before = labels.story_of(connection, label.article_id)
            move = labels.move_to_story(connection, label.article_id, labels.story_of(connection, label.other_id))
    labels.keep_labels(connection, [(label, move)], now)
    labels.recount_stories(connection, {before, labels.story_of(connection, label.article_id)})
    return len(move.articles)


def take_back_mark(connection: duckdb.DuckDBPyConnection, label: Label, now: datetime) -> int | None:
    """Remove a label and let what it touched be decided without it; return how many articles moved back, None where there was no such label."""
    keep_marked(connection, label, now)
    before = labels.story_of(connection, label.article_id)
    found = labels.take_label(connection, label.kind, label.article_id, label.topic)
    if found is None:
        return None
    _, move = found
    match label.kind:
        case LabelKind.NOT_DUPLICATE:
            labels.reopen(connection, label.article_id, story=True)
        case LabelKind.NOT_ON_TOPIC:
            labels.reopen(connection, label.article_id, label.topic)
        case LabelKind.SAME_STORY:
            labels.place(connection, move.articles, before, move.from_id)
    labels.recount_stories(connection, {before, labels.story_of(connection, label.article_id)})
    return len(move.articles)


def take_over_marks(connection: duckdb.DuckDBPyConnection, later: str) -> int:
    """Bring in what the attached database `later` knows of marks made or taken back since; return how many of both.

    A mark on an article that is not known here yet is kept, and holds when the article comes back. What was published by an older
    program does not say enough: then none.
    """
    if not _has_marks(connection, later):
        return 0
    said = [(row, True) for row in rows(connection, _MADE.format(later=later))]
    said += [(row, False) for row in rows(connection, _TAKEN_BACK.format(later=later))]
    for row, made in sorted(said, key=lambda one: (one[0]["said_at"], str(one[0]["id"]))):
        label = Label(LabelKind(row["kind"]), str(row["article_id"]), str(row["other_id"] or ""), row["topic"])
        known = rows(connection, "SELECT 1 AS one FROM core.articles WHERE id = ?", [label.article_id])
        if not made:
            take_back_mark(connection, label, row["said_at"])
        elif known:
            keep_mark(connection, label, row["said_at"])
        else:
            labels.keep_labels(connection, [(label, labels.Move())], row["said_at"])
    connection.execute(_EARLIER.format(later=later))
    return len(said)


def _has_marks(connection: duckdb.DuckDBPyConnection, later: str) -> bool:
    sql = """SELECT count(*) AS n FROM duckdb_tables() WHERE database_name = ? AND schema_name = 'core' AND table_name IN ('labels', 'earlier_labels')"""
    return bool(rows(connection, sql, [later])[0]["n"] == 2)
