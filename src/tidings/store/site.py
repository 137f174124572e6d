"""Read what the archive site shows from the published snapshot: its public views and nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from tidings.model import Correcting, Coverage, Edition, EditionKind, Figure, Id, Kind, ReportedDevelopment, ReportedStory
from tidings.stages.archive import (
    Archive,
    ArchivedArticle,
    ArchivedCorrection,
    ArchivedDevelopment,
    ArchivedStory,
    ArchivedTopic,
    FigurePoint,
)
from tidings.store.database import rows
from tidings.store.queries import query
from tidings.store.reported import copied_ids, read_reported

_NOTHING = Coverage(0, (), (), ())  # what an edition rested on is not in the views: the edition as it was sent says it


@dataclass(frozen=True, slots=True)
class Shown:
    """Say what of the store is shown: whose editions, which topics besides theirs, and in which time zones."""

    recipients: tuple[str, ...]  # empty: all
    topics: Mapping[str, str]  # configured titles by name; shown even while they hold nothing
    time_zones: Mapping[str, str]  # of recipients
    time_zone: str  # of everybody else


def read_stamp(connection: duckdb.DuckDBPyConnection) -> str:
    """Return what names the publication in use: its number, and the token that no other life of the store has."""
    [row] = rows(connection, "SELECT number, token FROM core.published")
    return f"{row['number']} {row['token']}"


def read_archive(connection: duckdb.DuckDBPyConnection, shown: Shown) -> Archive:
    """Return all that the site shows. With recipients named, topics of others stay out."""
    edition_rows = _edition_rows(connection, shown.recipients)
    titles = {row["name"]: row["title"] for row in rows(connection, "SELECT name, title FROM main.topics")} | dict(shown.topics)
    names = list(dict.fromkeys([*shown.topics, *(name for row in edition_rows for name in row["topics"])]))
    if not shown.recipients:
        names += sorted(set(titles) - set(names))
    corrections = _corrections(connection, shown.recipients)
    developments = tuple(
        replace(one, corrections=tuple(corrections.get(one.reported.development_id, ()))) for one in _developments(connection, names)
    )
    stories = {row["id"]: _story(row) for row in rows(connection, query("site_stories"), {"topics": names})}
    articles: dict[Id, list[ArchivedArticle]] = {}
    for row in rows(connection, query("site_articles"), {"topics": names}):
        articles.setdefault(row["story_id"], []).append(ArchivedArticle(**{**row, "differs_in": tuple(row["differs_in"])}))
    editions = _editions(connection, edition_rows, shown, titles, developments, stories)
    told_in: dict[Id, list[Id]] = {}
    for edition in editions:
        for story in edition.stories:
            for one in story.developments:
                told_in.setdefault(one.development_id, []).append(edition.id)
    return Archive(
        topics=tuple(ArchivedTopic(name, titles.get(name) or name) for name in names),
        editions=editions,
        stories=stories,
        developments=developments,
        articles={story: tuple(members) for story, members in articles.items()},
        points=tuple(FigurePoint(**row) for row in rows(connection, query("site_points"), {"topics": names})),
        told_in={one: tuple(ids) for one, ids in told_in.items()},
    )


def read_sent_files(connection: duckdb.DuckDBPyConnection, shown: Shown, most: int) -> Archive:
    """Return the latest `most` editions of each recipient that were written as files, with what they told and nothing else."""
    sent = {
        row["edition_id"] for row in rows(connection, "SELECT edition_id FROM main.deliveries WHERE channel = 'file' AND state = 'sent'")
    }
    latest: dict[str, list[dict[str, Any]]] = {}
    for row in _edition_rows(connection, shown.recipients):
        if row["id"] in sent and len(latest.setdefault(row["recipient"], [])) < most:
            latest[row["recipient"]].append(row)
    wanted = [row for each in latest.values() for row in each]
    titles = {row["name"]: row["title"] for row in rows(connection, "SELECT name, title FROM main.topics")} | dict(shown.topics)
    names = sorted({name for row in wanted for name in row["topics"]})
    developments = _developments(connection, names, [row["id"] for row in wanted]) if wanted else ()
    stories = {row["id"]: _story(row) for row in rows(connection, query("site_stories"), {"topics": names})}
    return Archive((), _editions(connection, wanted, shown, titles, developments, stories), stories, developments)


# ---------------------------------------------------------------- editions


def _edition_rows(connection: duckdb.DuckDBPyConnection, recipients: Sequence[str]) -> list[dict[str, Any]]:
    """Return the editions that were composed for the recipients (empty: for anybody), newest first."""
    sql = """
        SELECT id, recipient, kind, topics, window_start, window_end, known_count
        FROM main.editions
        WHERE state <> 'skipped' AND (len($names) = 0 OR list_contains($names, recipient))
        ORDER BY window_end DESC, recipient, id
    """
    return rows(connection, sql, {"names": list(recipients)})


def _corrections(connection: duckdb.DuckDBPyConnection, recipients: Sequence[str]) -> dict[Id, list[ArchivedCorrection]]:
    """Return what editions of the recipients (empty: anybody's) said of developments told before."""
    sql = """
        SELECT development_id, min_by(edition_id, e.window_end) AS edition_id, c.how, coalesce(c.words, '') AS words
        FROM main.corrections AS c
        JOIN main.editions AS e ON e.id = c.edition_id
        WHERE len($names) = 0 OR list_contains($names, c.recipient)
        GROUP BY development_id, c.how, c.words
        ORDER BY min(e.window_end), development_id, c.how, c.words
    """
    found: dict[Id, list[ArchivedCorrection]] = {}
    for row in rows(connection, sql, {"names": list(recipients)}):
        found.setdefault(row["development_id"], []).append(ArchivedCorrection(row["edition_id"], Correcting(row["how"]), row["words"]))
    return found


def _editions(
    connection: duckdb.DuckDBPyConnection,
    found: Iterable[Mapping[str, Any]],
    shown: Shown,
    titles: Mapping[str, str],
    developments: Iterable[ArchivedDevelopment],
    stories: Mapping[Id, ArchivedStory],
) -> tuple[Edition, ...]:
    told = _told(connection)
    by_id = {one.reported.development_id: one for one in developments}
    return tuple(_edition(row, shown, titles, [by_id[one] for one in told.get(row["id"], ()) if one in by_id], stories) for row in found)


def _told(connection: duckdb.DuckDBPyConnection) -> dict[Id, list[Id]]:
    """Return what each edition told, in its order."""
    told: dict[Id, list[Id]] = {}
    for row in rows(connection, 'SELECT edition_id, development_id FROM main.told ORDER BY edition_id, "position"'):
        told.setdefault(row["edition_id"], []).append(row["development_id"])
    return told


def _edition(
    row: Mapping[str, Any],
    shown: Shown,
    titles: Mapping[str, str],
    told: Iterable[ArchivedDevelopment],
    stories: Mapping[Id, ArchivedStory],
) -> Edition:
    """Put an edition together again: the same developments in the same order, its stories as they stand now."""
    parts: dict[tuple[str, Id], list[ReportedDevelopment]] = {}
    for one in told:
        parts.setdefault((one.topic, one.story_id), []).append(one.reported)
    return Edition(
        id=row["id"],
        recipient=row["recipient"],
        topics=tuple((name, titles.get(name) or name) for name in row["topics"]),
        window_start=row["window_start"],
        window_end=row["window_end"],
        time_zone=shown.time_zones.get(row["recipient"], shown.time_zone),
        stories=tuple(_reported_story(topic, story, stories.get(story), members) for (topic, story), members in parts.items()),
        coverage=_NOTHING,
        known_count=row["known_count"],
        kind=EditionKind(row["kind"]),
    )


def _reported_story(topic: str, story_id: Id, story: ArchivedStory | None, members: list[ReportedDevelopment]) -> ReportedStory:
    return ReportedStory(
        story_id=story_id,
        topic=topic,
        headline=story.title if story else "",
        headline_language=story.language if story else "",
        article_count=story.article_count if story else 1,
        origin_count=story.origin_count if story else 1,
        languages=(),
        is_new=any(one.kind is Kind.NEW_STORY for one in members),
        developments=tuple(members),
    )


def _story(row: Mapping[str, Any]) -> ArchivedStory:
    return ArchivedStory(**{**row, "title": row["title"] or "", "topics": tuple(row["topics"])})


# ---------------------------------------------------------------- developments


def _developments(
    connection: duckdb.DuckDBPyConnection, topics: Sequence[str], editions: Sequence[Id] = ()
) -> tuple[ArchivedDevelopment, ...]:
    """Return the developments of the topics, those that the editions told where some are named."""
    found = rows(connection, query("site_developments"), {"topics": list(topics), "editions": list(editions)})
    figures = _figures(connection, topics)
    copied = copied_ids(found)
    publishers = {
        row["id"]: row["publisher"]
        for row in rows(
            connection, "SELECT id, publisher FROM main.articles WHERE id IN (SELECT unnest($ids::UUID[]))", {"ids": sorted(copied)}
        )
    }
    return tuple(_one(row, figures, publishers) for row in found)


def _one(row: Mapping[str, Any], figures: Mapping[tuple[Id, str], Sequence[Figure]], publishers: Mapping[Id, str]) -> ArchivedDevelopment:
    reported = read_reported(row, figures, publishers)
    reported = replace(reported, figures=tuple(figure for figure in reported.figures if figure.previous_words))
    return ArchivedDevelopment(
        row["topic"], row["story_id"] or "", row["article_id"], reported, row["replaces_id"], row["replaces_story_id"]
    )


def _figures(connection: duckdb.DuckDBPyConnection, topics: Sequence[str]) -> dict[tuple[Id, str], list[Figure]]:
    """Return the figures of statements that change one, or are changed."""
    sql = """
        WITH changed AS (
            SELECT d.topic, d.statement_id, coalesce(r.statement_id, d.replaces_id, n.against_id) AS previous_id
            FROM main.developments AS d
            LEFT JOIN main.developments AS r ON r.id = d.replaces_id
            LEFT JOIN main.decisions AS n ON n.subject_kind = 'statement' AND n.subject_id = d.statement_id AND n.topic = d.topic
            WHERE d.kind = 'changed_figure' AND d.topic IN (SELECT unnest($topics))
        )
        SELECT f.statement_id, f.topic, f.value_low, f.value_high, f.qualifier, f.measure, coalesce(f."of", '') AS "of", coalesce(f.unit, '') AS unit,
            f.words, f."start", f."end", coalesce(f.as_of::VARCHAR, '') AS as_of, coalesce(f.said_by, '') AS said_by
        FROM main.figures AS f
        SEMI JOIN (SELECT topic, statement_id AS id FROM changed UNION SELECT topic, previous_id FROM changed) AS c ON c.id = f.statement_id AND c.topic = f.topic
        ORDER BY f.statement_id, f.topic, f."start", f.id
    """
    found: dict[tuple[Id, str], list[Figure]] = {}
    for row in rows(connection, sql, {"topics": list(topics)}):
        key = (row.pop("statement_id"), row.pop("topic"))
        found.setdefault(key, []).append(Figure(**row))
    return found
