"""Keep what users say of decisions, and give back to deciding what a label touches.

Labels are asked before anything is decided (tidings.pipeline.decide), so they hold for later versions, re-runs and replays too.
What was decided before a label is brought in line here, in the caller's transaction; what an edition told stays told.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from tidings.ids import label_id
from tidings.model import Id, Label, LabelKind
from tidings.store.changes import note_changes
from tidings.store.query import is_published, open_snapshot
from tidings.store.rows import rows, stage_rows, update_rows, upsert_rows
from tidings.store.tracked import remove_rows

NOT_ON_TOPIC = "not_on_topic"  # the reason of statements, and of entries, that a label takes off a topic
_UNDELIVERED = "id NOT IN (SELECT development_id FROM core.told)"


@dataclass(frozen=True, slots=True)
class Labels:
    """Hold all that was said of one article, as far as deciding about it asks."""

    never_copy: bool = False
    not_copy_of: frozenset[Id] = frozenset()  # those of which it was said that they are no copy of this one
    same_story: frozenset[Id] = frozenset()  # on either side of the label
    placed: bool = False  # that label was put on this one
    off_topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Move:
    """Hold what a label moved from one story to another."""

    articles: tuple[Id, ...] = ()
    from_id: Id = ""


def labels_of(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id]) -> dict[Id, Labels]:
    """Return what was said of articles, on either side of a label; those of which nothing was said are left out."""
    stage_rows(connection, "given_labelled", {"id": "UUID"}, [(one,) for one in articles])
    sql = """SELECT kind, article_id, other_id, topic FROM core.labels
        WHERE article_id IN (SELECT id FROM given_labelled) OR other_id IN (SELECT id FROM given_labelled) ORDER BY id"""
    found = rows(connection, sql)
    result: dict[Id, Labels] = {}
    for one in {row[side] for row in found for side in ("article_id", "other_id") if row[side]}:
        own = [row for row in found if row["article_id"] == one]
        others = [row for row in found if row["other_id"] == one]
        result[one] = Labels(
            never_copy=any(row["kind"] == LabelKind.NOT_DUPLICATE for row in own),
            not_copy_of=frozenset(row["article_id"] for row in others if row["kind"] == LabelKind.NOT_DUPLICATE),
            same_story=frozenset(row["other_id"] for row in own if row["kind"] == LabelKind.SAME_STORY)
            | frozenset(row["article_id"] for row in others if row["kind"] == LabelKind.SAME_STORY),
            placed=any(row["kind"] == LabelKind.SAME_STORY for row in own),
            off_topics=frozenset(row["topic"] for row in own if row["kind"] == LabelKind.NOT_ON_TOPIC),
        )
    return result


def keep_labels(connection: duckdb.DuckDBPyConnection, labels: Sequence[tuple[Label, Move]], now: datetime) -> None:
    """Write labels down; one that says the same of the same article takes the place of the one before."""
    upsert_rows(
        connection,
        "core.labels",
        ("id", "kind", "article_id", "other_id", "topic", "labelled_at", "moved_ids", "moved_from_id"),
        [
            (
                label_id(one.kind, one.article_id, one.topic), one.kind, one.article_id, one.other_id or None, one.topic, now,
                list(move.articles), move.from_id or None,
            )
            for one, move in labels
        ],
    )  # fmt: skip
    note_changes(connection, [one.article_id for one, _ in labels])


def take_label(connection: duckdb.DuckDBPyConnection, kind: LabelKind, article: Id, topic: str = "") -> tuple[Label, Move] | None:
    """Remove a label and return it with what it moved; None: there is none."""
    key = [label_id(kind, article, topic)]
    found = rows(connection, "SELECT * FROM core.labels WHERE id = ?", key)
    connection.execute("DELETE FROM core.labels WHERE id = ?", key)
    if not found:
        return None
    note_changes(connection, [article])
    row = found[0]
    label = Label(kind, article, row["other_id"] or "", row["topic"])
    return label, Move(tuple(row["moved_ids"]), row["moved_from_id"] or "")


def published_labels(folder: Path) -> list[Label]:
    """Return the labels of the published snapshot; none where nothing is published, or an older program published it."""
    if not is_published(folder):
        return []
    with open_snapshot(folder) as connection:
        if not rows(connection, "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = 'main' AND table_name = 'labels'"):
            return []
        found = rows(connection, "FROM labels ORDER BY id")
    return [Label(LabelKind(row["kind"]), row["article_id"], row["other_id"] or "", row["topic"] or "") for row in found]


def story_of(connection: duckdb.DuckDBPyConnection, article: Id) -> Id:
    """Return the story that an article belongs to, or nothing."""
    found = rows(connection, "SELECT story_id FROM core.articles WHERE id = ?", [article])
    return (found[0]["story_id"] or "") if found else ""


def copied_by(connection: duckdb.DuckDBPyConnection, article: Id) -> Id:
    """Return what an article is linked with as its copy, or nothing."""
    found = rows(connection, "SELECT of_id FROM core.duplicates WHERE article_id = ?", [article])
    return found[0]["of_id"] if found else ""


def said_of(connection: duckdb.DuckDBPyConnection, kind: LabelKind, article: Id) -> Id:
    """Return the other article of a label, or nothing."""
    found = rows(connection, "SELECT other_id FROM core.labels WHERE id = ?", [label_id(kind, article, "")])
    return (found[0]["other_id"] or "") if found else ""


def stands(connection: duckdb.DuckDBPyConnection, label: Label) -> bool:
    """Tell whether the very same was said before, and not taken back."""
    key = [label_id(label.kind, label.article_id, label.topic), label.other_id or None]
    return bool(rows(connection, "SELECT id FROM core.labels WHERE id = ? AND other_id IS NOT DISTINCT FROM ?", key))


def topics_of(connection: duckdb.DuckDBPyConnection, article: Id) -> list[str]:
    """Return the topics on which an article says something."""
    found = rows(connection, "SELECT DISTINCT topic FROM core.statements WHERE article_id = ? ORDER BY topic", [article])
    return [row["topic"] for row in found]


def undelivered_count(connection: duckdb.DuckDBPyConnection, article: Id) -> int:
    """Count the developments of an article that no edition has told."""
    sql = f"SELECT count(*) AS n FROM core.developments WHERE article_id = ? AND {_UNDELIVERED}"  # noqa: S608 - our own words
    return int(rows(connection, sql, [article])[0]["n"])


# ---------------------------------------------------------------- bring what was decided in line


def reopen(connection: duckdb.DuckDBPyConnection, article: Id, topic: str = "", *, story: bool = False) -> None:
    """Put an article back on the work list of deciding, with all that it says (in one topic) that no edition has told.

    Its copy link goes; with `story` its place in another's story too: both are decided again.
    """
    _forget(connection, article, topic)
    one = {"article": article, "topic": topic}
    connection.execute(
        """UPDATE core.statements SET decision = '', reason = '', against_id = NULL, score = NULL, evidence = '', decided_at = NULL, change = core.change_now()
        WHERE article_id = $article AND $topic IN ('', topic) AND (id, topic) NOT IN
            (SELECT (statement_id, topic) FROM core.developments WHERE article_id = $article AND statement_id IS NOT NULL)""",
        one,
    )
    connection.execute(  # what an edition told is told again
        f"UPDATE core.statements SET decision = 'development', reason = '', change = core.change_now() WHERE article_id = $article AND reason = '{NOT_ON_TOPIC}' AND $topic IN ('', topic)",  # noqa: S608
        one,
    )
    connection.execute(
        """UPDATE core.articles SET origin = publisher, change = core.change_now() WHERE id = $article AND origin IN
            (SELECT o.origin FROM core.duplicates AS d JOIN core.articles AS o ON o.id = d.of_id WHERE d.article_id = $article)""",
        {"article": article},
    )
    remove_rows(connection, "duplicates", "article_id = ?", [article])
    sql = "UPDATE core.developments SET warning = '', change = core.change_now() WHERE article_id = ? AND starts_with(warning, 'copies ')"
    connection.execute(sql, [article])
    connection.execute(
        """UPDATE core.articles SET decided = false, change = core.change_now(),
            story_id = CASE WHEN $story AND story_id <> id THEN NULL ELSE story_id END
        WHERE id = $article""",
        {"article": article, "story": story},
    )
    connection.execute(
        """UPDATE core.entries SET outcome = 'pending', reason = '', change = core.change_now() WHERE id IN (SELECT entry_id FROM core.articles WHERE id = $article)
            AND NOT EXISTS (SELECT 1 FROM core.developments WHERE article_id = $article)""",
        {"article": article},
    )


def take_off_topic(connection: duckdb.DuckDBPyConnection, article: Id, topic: str, now: datetime) -> None:
    """Take what an article says off a topic: what no edition has told goes, and nothing of it counts as told."""
    _forget(connection, article, topic)
    one = {"article": article, "topic": topic}
    connection.execute(
        f"""UPDATE core.statements SET decision = 'told', reason = '{NOT_ON_TOPIC}', against_id = NULL, score = NULL, evidence = '', decided_at = $now, change = core.change_now()
        WHERE article_id = $article AND topic = $topic""",  # noqa: S608 - our own word
        one | {"now": now},
    )
    connection.execute(
        f"""UPDATE core.entries SET decided_at = $now, change = core.change_now(),
            outcome = CASE WHEN s.others THEN 'nothing_new' ELSE 'off_topic' END,
            reason = CASE WHEN s.others THEN 'all_told' ELSE '{NOT_ON_TOPIC}' END
        FROM (SELECT count(*) > 0 AS others FROM core.statements WHERE article_id = $article AND reason <> '{NOT_ON_TOPIC}') AS s
        WHERE id IN (SELECT entry_id FROM core.articles WHERE id = $article) AND (outcome = 'new' OR NOT s.others)
            AND NOT EXISTS (SELECT 1 FROM core.developments WHERE article_id = $article)""",  # noqa: S608 - as above
        {"article": article, "now": now},
    )


def _forget(connection: duckdb.DuckDBPyConnection, article: Id, topic: str) -> None:
    """Forget an article's developments (in one topic) that no edition has told; the index learns what that leaves told."""
    one = {"article": article, "topic": topic}
    remove_rows(connection, "developments", f"article_id = $article AND $topic IN ('', topic) AND {_UNDELIVERED}", one)
    note_changes(connection, [article])


def move_to_story(connection: duckdb.DuckDBPyConnection, article: Id, story: Id) -> Move:
    """Move an article to another story, with its copies there; whoever opened a story moves with all of it."""
    found = rows(connection, "SELECT story_id FROM core.articles WHERE id = ?", [article])
    before = found[0]["story_id"] if found else None
    if not before or not story or before == story:
        return Move()
    sql = """SELECT id FROM core.articles WHERE story_id = $before AND seed_id = '' AND (
            $before = $article OR id = $article OR id IN (SELECT article_id FROM core.duplicates WHERE of_id = $article)) ORDER BY id"""
    moved = tuple(row["id"] for row in rows(connection, sql, {"before": before, "article": article}))
    place(connection, moved, before, story)
    return Move(moved, before)


def place(connection: duckdb.DuckDBPyConnection, articles: Sequence[Id], before: Id, story: Id) -> None:
    """Put those of the articles that are still in the story `before` into another, with their developments."""
    stage_rows(connection, "given_moved", {"id": "UUID"}, [(one,) for one in articles])
    both = {"before": before, "story": story}
    connection.execute(
        """UPDATE core.developments SET story_id = $story, change = core.change_now(), kind = CASE
            WHEN kind = 'new_story' AND $story <> article_id AND id NOT IN (SELECT development_id FROM core.told) THEN 'new_statement' ELSE kind END
        WHERE story_id = $before AND article_id IN (SELECT id FROM given_moved)""",
        both,
    )
    connection.execute(
        """UPDATE core.articles SET story_id = $story, change = core.change_now()
        WHERE story_id = $before AND id IN (SELECT id FROM given_moved)""",
        both,
    )
    note_changes(connection, articles)


def recount_stories(connection: duckdb.DuckDBPyConnection, stories: Iterable[Id]) -> None:
    """Bring the topics of stories in line: all of the first article's, of the others those in which they said something untold."""
    wanted = sorted(set(stories) - {""})
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in wanted])
    sql = """SELECT a.story_id, list_sort(list(DISTINCT s.topic)) AS topics
        FROM core.articles AS a LEFT JOIN core.statements AS s ON s.article_id = a.id
        WHERE a.story_id IN (SELECT id FROM given_ids) AND s.reason <> 'not_on_topic'
            AND (a.id = a.story_id OR s.decision IN ('development', 'known', 'seed'))
        GROUP BY a.story_id"""
    found = {row["story_id"]: row for row in rows(connection, sql)}
    update_rows(connection, "core.stories", ("id", "topics"), [(one, found[one]["topics"] if one in found else []) for one in wanted])
