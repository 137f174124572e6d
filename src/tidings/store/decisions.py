"""Give what deciding needs: undecided articles, their neighbours, what was told. What was decided is kept by `record`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from tidings.model import Article, Decision, Development, DuplicateLink, Figure, Fingerprint, Id, Statement, Verdict
from tidings.stages.stories import member_of
from tidings.store.database import rows, stage_rows
from tidings.store.indexed import Indexed, StoredStatement
from tidings.store.labels import Labels, labels_of
from tidings.store.neighbours import kept_grams
from tidings.store.pages import LATELY
from tidings.store.postings import minute
from tidings.store.queries import query
from tidings.store.rows import rows_among

_AT_ONCE_MAX = 500  # articles asked for at once: bounds how many places are named in one query
_ARTICLE = """SELECT a.id, a.version_id, a.url, a.title, a.text, a.publisher, a.origin, a.language, a.authors, a.published_at, a.verdict,
a.correction, a.fetched_at, a.first_seen_at, a.seed_id, a.story_id, a.decided FROM"""


@dataclass(frozen=True, slots=True)
class Undecided:
    """Hold an article that waits to be decided, with what its entry and feed say of it."""

    article: Article
    entry_id: Id | None
    entry_outcome: str
    learn: bool
    feed_first_polled_at: datetime | None
    reported_at: datetime
    story_id: Id | None  # filled when an earlier version was decided
    story_score: float | None  # of the earlier version
    statements: tuple[Statement, ...]  # those not decided yet
    earlier_scores: tuple[float, ...] = ()  # of those decided with an earlier version
    was_copy: bool = False  # an earlier version copied another article
    edited: bool = False  # some of what it says was decided with an earlier version
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """Hold a decided article, as far as deciding about others needs it."""

    article: Article
    of_kind: str  # seed | article
    story_id: Id
    decided: bool  # false: an edited article, or one that a label opened again, waits
    copy_of: Id = ""
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class StoredStory:
    """Hold what is known of a story when an article joins it."""

    id: Id
    seeded: bool = False
    origins: frozenset[str] = frozenset()  # of the articles decided since that report it themselves; of the others the index knows
    reported: bool | None = False  # it was in an edition; None: not looked up (is_reported)
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Decided:
    """Hold all that was decided about one article."""

    article: Article
    entry_id: Id | None
    fingerprint: Fingerprint
    outcome: str  # "": keep the entry's outcome
    reason: str
    story_id: Id
    story_is_new: bool
    topics: tuple[str, ...]
    reported_at: datetime
    duplicate: DuplicateLink | None
    decisions: tuple[Decision, ...]
    developments: tuple[Development, ...]
    told: tuple[StoredStatement, ...]  # what counts as told from now on
    mean_score: float | None = None  # of all its statements
    belongs: float | None = None  # how surely it belongs to its story; None: not known, or a user's label put it there
    story_against_id: Id = ""
    story_score: float | None = None  # None: it stays where an earlier version put it
    story_evidence: str = ""

    def indexed(self, earlier: Indexed | None) -> Indexed:
        """Lay out what the index of neighbours keeps of it; what an `earlier` version told stays told."""
        before = earlier.told if earlier else ()
        known = {(one.statement.id, one.statement.topic) for one in before}
        member = member_of(self.article, self.story_id, self.fingerprint.terms, first=False)
        return Indexed(
            id=self.article.id,
            story_id=self.story_id,
            origin=self.article.origin,
            copy_of=self.duplicate.of_id if self.duplicate else earlier.copy_of if earlier else "",
            mean_score=self.mean_score,
            story_score=self.belongs,
            at=minute(self.reported_at),
            grams=tuple(kept_grams(self.fingerprint)),
            terms=self.fingerprint.terms,
            told=before + tuple(one for one in self.told if (one.statement.id, one.statement.topic) not in known),
            lead=member.lead,
            language=member.language,
            year=member.published_year,
        )


def undecided(connection: duckdb.DuckDBPyConnection, most: int, only: Id | None = None) -> list[Undecided]:
    """Return the work list of deciding, in order; or of it `only` one article."""
    found = rows(connection, query("undecided"), {"most": most, "only": only})
    if not found:
        return []
    entries = _entries(connection, found)
    earlier = _earlier(connection, [row["id"] for row in found if row["story_id"]])
    statements = _undecided_statements(connection, found)
    labels = labels_of(connection, [row["id"] for row in found])
    return [
        Undecided(
            article=article_of_row(row),
            entry_id=row["entry_id"],
            entry_outcome=entries.get(row["entry_id"], {}).get("outcome", ""),
            learn=entries.get(row["entry_id"], {}).get("learn", False),
            feed_first_polled_at=entries.get(row["entry_id"], {}).get("first_polled_at"),
            reported_at=row["reported_at"],
            story_id=row["story_id"],
            story_score=row["story_score"],
            statements=tuple(statements.get(row["id"], ())),
            earlier_scores=tuple(earlier.get(row["id"], {}).get("scores", ())),
            was_copy=earlier.get(row["id"], {}).get("was_copy", False),
            edited=earlier.get(row["id"], {}).get("edited", False),
            labels=labels.get(row["id"], Labels()),
        )
        for row in found
    ]


def _entries(connection: duckdb.DuckDBPyConnection, articles: Sequence[Mapping[str, Any]]) -> dict[Id, dict[str, Any]]:
    """Return what the entries of articles, and their feeds, say that deciding asks for."""
    behind = {row["entry_id"]: row["first_seen_at"] for row in articles if row["entry_id"]}
    if not behind:
        return {}
    lately = min(behind.values()) - LATELY
    sql = f"""SELECT e.id, e.outcome, e.learn, f.first_polled_at
        FROM {rows_among(connection, "core.entries", behind, lately=lately)} AS e
        LEFT JOIN core.feeds AS f ON f.id = e.feed_id"""  # noqa: S608 - ids
    return {row["id"]: row for row in rows(connection, sql)}


def _earlier(connection: duckdb.DuckDBPyConnection, placed: Sequence[Id]) -> dict[Id, dict[str, Any]]:
    """Return what was decided with earlier versions of articles that are in a story; nothing was of those that a label opened anew."""
    if not placed:
        return {}
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in placed])
    sql = """SELECT g.id, coalesce(list(s.score ORDER BY s.score) FILTER (s.score IS NOT NULL), []) AS scores,
            g.id IN (SELECT article_id FROM core.duplicates) AS was_copy, coalesce(bool_or(s.decision <> ''), false) AS edited
        FROM given_ids AS g LEFT JOIN core.statements AS s ON s.article_id = g.id
        GROUP BY g.id"""
    return {row["id"]: row for row in rows(connection, sql)}


def article_of_row(row: Mapping[str, Any]) -> Article:
    """Build an article from a row of core.articles."""
    return Article(
        id=row["id"],
        version_id=row["version_id"],
        url=row["url"],
        title=row["title"],
        text=row["text"],
        publisher=row["publisher"],
        origin=row["origin"],
        language=row["language"],
        published_at=row["published_at"],
        fetched_at=row["fetched_at"],
        first_seen_at=row["first_seen_at"],
        verdict=Verdict(row["verdict"]),
        authors=tuple(row["authors"]),
        correction=row["correction"],
    )


def _undecided_statements(connection: duckdb.DuckDBPyConnection, articles: Sequence[Mapping[str, Any]]) -> dict[Id, list[Statement]]:
    """Return the statements of the articles that wait, in order of the text, with their figures."""
    if not articles:
        return {}
    # Statements and figures lie in the order in which they were first seen: what is older than their articles is not read.
    since = min(row["first_seen_at"] for row in articles)
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(row["id"],) for row in articles])
    sql = """SELECT id, article_id, version_id, topic, text, start, "end", position, event_date, place FROM core.statements
        WHERE decision = '' AND first_seen_at >= $since AND article_id IN (SELECT id FROM given_ids)
        ORDER BY article_id, start, topic"""
    found = rows(connection, sql, {"since": since})
    figures = figures_of(connection, [(row["id"], row["topic"]) for row in found], since)
    result: dict[Id, list[Statement]] = {}
    for row in found:
        result.setdefault(row["article_id"], []).append(statement_of(row, figures))
    return result


def statement_of(row: Mapping[str, Any], figures: Mapping[tuple[Id, str], tuple[Figure, ...]]) -> Statement:
    """Make a statement of its row and its figures."""
    return Statement(
        id=row["id"],
        article_id=row["article_id"],
        version_id=row["version_id"],
        topic=row["topic"],
        text=row["text"],
        start=row["start"],
        end=row["end"],
        position=row["position"],
        event_date=row["event_date"],
        place=row["place"],
        figures=figures.get((row["id"], row["topic"]), ()),
    )


def figures_of(
    connection: duckdb.DuckDBPyConnection, statements: Sequence[tuple[Id, str]], since: datetime | None = None
) -> dict[tuple[Id, str], tuple[Figure, ...]]:
    """Return the figures of statements in their topics, none of which was first seen before `since`."""
    stage_rows(connection, "given_figures_of", {"statement_id": "UUID", "topic": "VARCHAR"}, statements)
    sql = """SELECT * EXCLUDE (id, first_seen_at, change) FROM core.figures SEMI JOIN given_figures_of USING (statement_id, topic)
        WHERE first_seen_at >= coalesce($since::TIMESTAMPTZ, TIMESTAMPTZ '-infinity') ORDER BY statement_id, start, id"""
    result: dict[tuple[Id, str], list[Figure]] = {}
    for row in rows(connection, sql, {"since": since}):
        key = (row.pop("statement_id"), row.pop("topic"))
        result.setdefault(key, []).append(Figure(**row))
    return {key: tuple(values) for key, values in result.items()}


# ---------------------------------------------------------------- neighbours


def stored_articles(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> dict[Id, StoredArticle]:
    """Return decided articles and seeds by id."""
    wanted = sorted(set(ids))
    result: dict[Id, StoredArticle] = {}
    for first in range(0, len(wanted), _AT_ONCE_MAX):
        result |= _stored_articles(connection, wanted[first : first + _AT_ONCE_MAX])
    return result


def _stored_articles(connection: duckdb.DuckDBPyConnection, wanted: Sequence[Id]) -> dict[Id, StoredArticle]:
    labels = labels_of(connection, wanted)
    sql = f"SELECT article_id, of_id FROM {rows_among(connection, 'core.duplicates', wanted, 'article_id')}"  # noqa: S608 - ids
    copied = {row["article_id"]: row["of_id"] for row in rows(connection, sql)}
    return {
        row["id"]: StoredArticle(
            article=article_of_row(row),
            of_kind="seed" if row["seed_id"] else "article",
            story_id=row["story_id"] or row["id"],
            decided=row["decided"],
            copy_of=copied.get(row["id"], ""),
            labels=labels.get(row["id"], Labels()),
        )
        for row in rows(connection, f"{_ARTICLE} {rows_among(connection, 'core.articles', wanted)} AS a ORDER BY a.id")
    }


def waiting(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> frozenset[Id]:
    """Return those of the articles that are undecided: edited, or opened again by a label."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in ids])
    found = rows(connection, "SELECT id FROM core.articles WHERE NOT decided AND id IN (SELECT id FROM given_ids)")
    return frozenset(row["id"] for row in found)


def stored_stories(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> dict[Id, StoredStory]:
    """Return stories by id, and whether readers were told of them; who reports them the index knows."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in set(ids)])
    return {
        row["id"]: StoredStory(row["id"], row["seeded"], reported=row["reported"], topics=frozenset(row["topics"]))
        for row in rows(connection, query("stories_near"))
    }


def is_reported(connection: duckdb.DuckDBPyConnection, story: Id) -> bool:
    """Tell whether a development of a story was in an edition."""
    sql = """SELECT 1 FROM core.developments WHERE recorded_at >= (SELECT first_seen_at FROM core.stories WHERE id = $story)
        AND story_id = $story AND id IN (SELECT development_id FROM core.told) LIMIT 1"""
    return bool(rows(connection, sql, {"story": story}))


def topic_starts(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when each topic was first configured."""
    return {row["name"]: row["first_seen_at"] for row in rows(connection, "SELECT name, first_seen_at FROM core.topics")}
