"""Give what deciding needs: undecided articles, their neighbours, what was told. What was decided is kept by `record`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import duckdb

from tidings.model import Article, Decision, Development, DuplicateLink, Figure, Fingerprint, Id, Labels, Statement, Verdict
from tidings.store.database import rows, stage_rows
from tidings.store.labels import labels_of
from tidings.store.queries import query

COMMON_MIN = 2_000  # told statements that hold a term, from which on the term finds nothing
SHARED_GRAMS_MIN = 2  # articles that share fewer are not near (near_by_grams.sql)

_ARTICLE = """SELECT a.id, a.version_id, a.url, a.title, a.text, a.publisher, a.origin, a.language, a.authors, a.published_at, a.verdict,
a.correction, a.fetched_at, a.first_seen_at, a.seed_id, a.story_id FROM core.articles AS a SEMI JOIN given_ids USING (id) ORDER BY a.id"""


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
    copy_of: Id = ""
    labels: Labels = field(default_factory=Labels)


@dataclass(frozen=True, slots=True)
class StoredStory:
    """Hold what is known of a story when an article joins it."""

    id: Id
    seeded: bool = False
    origins: frozenset[str] = frozenset()  # of the articles that report it themselves (story_origins.sql)
    reported: bool = False  # it was in an edition
    topics: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """Hold a told statement."""

    statement: Statement
    language: str
    story_id: Id
    development_id: Id


@dataclass(frozen=True, slots=True)
class Frequencies:
    """Hold how many articles or statements hold each term (by hash), and how many there are in all."""

    total: int
    counts: Mapping[int, int]


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
    told_terms: tuple[tuple[int, Id, str], ...]  # (term, statement, topic) of what counts as told from now on
    story_against_id: Id = ""
    story_score: float | None = None  # None: it stays where an earlier version put it
    story_evidence: str = ""


def undecided(connection: duckdb.DuckDBPyConnection, most: int, only: Id | None = None) -> list[Undecided]:
    """Return the work list of deciding, in order; or of it `only` one article."""
    found = rows(connection, query("undecided"), {"most": most, "only": only})
    statements = _statements(connection, [row["id"] for row in found], "s.decision = ''")
    labels = labels_of(connection, [row["id"] for row in found])
    edited = _edited(connection, [row["id"] for row in found if row["story_id"]])
    return [
        Undecided(
            article=_article(row),
            entry_id=row["entry_id"],
            entry_outcome=row["entry_outcome"] or "",
            learn=bool(row["learn"]),
            feed_first_polled_at=row["first_polled_at"],
            reported_at=row["reported_at"],
            story_id=row["story_id"],
            statements=tuple(statements.get(row["id"], ())),
            earlier_scores=tuple(row["earlier_scores"]),
            was_copy=row["was_copy"],
            edited=row["id"] in edited,
            labels=labels.get(row["id"], Labels()),
        )
        for row in found
    ]


def _edited(connection: duckdb.DuckDBPyConnection, placed: Sequence[Id]) -> frozenset[Id]:
    """Return those of the articles of which something was decided with an earlier version: not those that a label opened anew."""
    if not placed:
        return frozenset()
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in placed])
    sql = "SELECT DISTINCT article_id FROM core.statements WHERE decision <> '' AND article_id IN (SELECT id FROM given_ids)"
    return frozenset(row["article_id"] for row in rows(connection, sql))


def _article(row: Mapping[str, Any]) -> Article:
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


def _statements(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id], which: str) -> dict[Id, list[Statement]]:
    """Return the statements of the articles, in order of the text, with their figures."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in articles])
    sql = f"""SELECT s.* FROM core.statements AS s JOIN given_ids AS g ON g.id = s.article_id
        WHERE {which} ORDER BY s.article_id, s.start, s.topic"""  # noqa: S608 - `which` is one of our own conditions
    found = rows(connection, sql)
    figures = figures_of(connection, [(row["id"], row["topic"]) for row in found])
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


def figures_of(connection: duckdb.DuckDBPyConnection, statements: Sequence[tuple[Id, str]]) -> dict[tuple[Id, str], tuple[Figure, ...]]:
    """Return the figures of statements by (statement, topic)."""
    stage_rows(connection, "given_figures_of", {"statement_id": "UUID", "topic": "VARCHAR"}, statements)
    found = rows(
        connection, "SELECT * FROM core.figures SEMI JOIN given_figures_of USING (statement_id, topic) ORDER BY statement_id, start, id"
    )
    result: dict[tuple[Id, str], list[Figure]] = {}
    for row in found:
        key = (row.pop("statement_id"), row.pop("topic"))
        row.pop("id")
        result.setdefault(key, []).append(Figure(**row))
    return {key: tuple(values) for key, values in result.items()}


# ---------------------------------------------------------------- neighbours


def near_articles(
    connection: duckdb.DuckDBPyConnection,
    marks: Mapping[Id, tuple[Fingerprint, Mapping[int, float], datetime]],
    *,
    total: int,
    most: int,
    window_days: int,
) -> dict[Id, tuple[frozenset[Id], frozenset[Id]]]:
    """Return, per article at hand, told articles near by word runs and near by terms. `marks`: fingerprint, hashed terms, reported_at."""
    stage_rows(
        connection,
        "given_grams",
        {"article_id": "UUID", "gram": "BIGINT"},
        [(one, gram) for one, (mark, _, _) in marks.items() for gram in mark.grams],
    )
    stage_rows(
        connection,
        "given_terms",
        {"article_id": "UUID", "term": "BIGINT", "weight": "FLOAT", "reported_at": "TIMESTAMPTZ"},
        [(one, term, weight, reported) for one, (_, terms, reported) in marks.items() for term, weight in terms.items()],
    )
    by_grams: dict[Id, set[Id]] = {}
    for row in rows(connection, query("near_by_grams"), {"most": most, "least": SHARED_GRAMS_MIN}):
        by_grams.setdefault(row["article_id"], set()).add(row["of_id"])
    by_terms: dict[Id, set[Id]] = {}
    for row in rows(connection, query("near_by_terms"), {"most": most, "total": total, "window_days": window_days}):
        by_terms.setdefault(row["article_id"], set()).add(row["of_id"])
    return {one: (frozenset(by_grams.get(one, ())), frozenset(by_terms.get(one, ()))) for one in marks}


def stored_articles(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> dict[Id, StoredArticle]:
    """Return decided articles and seeds by id."""
    wanted = set(ids)
    labels = labels_of(connection, wanted)
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in wanted])
    sql = "SELECT article_id, of_id FROM core.duplicates WHERE article_id IN (SELECT id FROM given_ids)"
    copied = {row["article_id"]: row["of_id"] for row in rows(connection, sql)}
    return {
        row["id"]: StoredArticle(
            article=_article(row),
            of_kind="seed" if row["seed_id"] else "article",
            story_id=row["story_id"] or row["id"],
            copy_of=copied.get(row["id"], ""),
            labels=labels.get(row["id"], Labels()),
        )
        for row in rows(connection, _ARTICLE)
    }


def stored_stories(connection: duckdb.DuckDBPyConnection, ids: Iterable[Id]) -> dict[Id, StoredStory]:
    """Return stories by id, with the origins of the articles that report them and whether readers were told of them."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in set(ids)])
    origins: dict[Id, set[str]] = {}
    for row in rows(connection, query("story_origins")):
        origins.setdefault(row["story_id"], set()).add(row["origin"])
    sql = """SELECT s.id, s.seeded, s.topics,
            EXISTS (SELECT 1 FROM core.developments AS d JOIN core.told AS t ON t.development_id = d.id WHERE d.story_id = s.id) AS reported
        FROM core.stories AS s SEMI JOIN given_ids USING (id)"""
    return {
        row["id"]: StoredStory(row["id"], row["seeded"], frozenset(origins.get(row["id"], ())), row["reported"], frozenset(row["topics"]))
        for row in rows(connection, sql)
    }


def near_told(
    connection: duckdb.DuckDBPyConnection, terms: Iterable[tuple[Id, str, int]], *, total: int, most: int
) -> list[StoredStatement]:
    """Return told statements near those at hand, given as (statement, topic, term) rows."""
    stage_rows(connection, "given_statement_terms", {"statement_id": "UUID", "topic": "VARCHAR", "term": "BIGINT"}, list(terms))
    near = [
        (row["of_id"], row["topic"]) for row in rows(connection, query("near_told"), {"most": most, "total": total, "common": COMMON_MIN})
    ]
    stage_rows(connection, "given_told", {"id": "UUID", "topic": "VARCHAR"}, near)
    sql = """SELECT s.*, a.language, a.story_id, d.id AS development_id
        FROM core.statements AS s
        JOIN given_told AS g ON g.id = s.id AND g.topic = s.topic
        JOIN core.articles AS a ON a.id = s.article_id
        LEFT JOIN core.developments AS d ON d.statement_id = s.id AND d.topic = s.topic
        ORDER BY s.topic, s.id"""
    found = rows(connection, sql)
    figures = figures_of(connection, near)
    return [
        StoredStatement(statement_of(row, figures), row["language"], row["story_id"] or row["article_id"], row["development_id"] or "")
        for row in found
    ]


def article_frequencies(connection: duckdb.DuckDBPyConnection, terms: Iterable[int]) -> Frequencies:
    """Return how many decided articles hold each of the terms."""
    return _frequencies(connection, "core.article_terms", "article_id", terms)


def statement_frequencies(connection: duckdb.DuckDBPyConnection, terms: Iterable[int]) -> Frequencies:
    """Return how many told statements hold each of the terms."""
    return _frequencies(connection, "core.statement_terms", "(statement_id, topic)", terms)


def _frequencies(connection: duckdb.DuckDBPyConnection, table: str, owner: str, terms: Iterable[int]) -> Frequencies:
    stage_rows(connection, "given_terms_at_hand", {"term": "BIGINT"}, [(term,) for term in set(terms)])
    total = rows(connection, f"SELECT count(DISTINCT {owner}) AS total FROM {table}")[0]["total"]  # noqa: S608 - our own names
    counts = rows(connection, f"SELECT term, count(*) AS n FROM {table} SEMI JOIN given_terms_at_hand USING (term) GROUP BY term")  # noqa: S608
    return Frequencies(total, {row["term"]: row["n"] for row in counts})


def kept_terms(connection: duckdb.DuckDBPyConnection, articles: Iterable[Id]) -> dict[Id, frozenset[int]]:
    """Return the terms (by hash) by which decided articles are found."""
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in articles])
    sql = (
        "SELECT article_id, list(term) AS terms FROM core.article_terms WHERE article_id IN (SELECT id FROM given_ids) GROUP BY article_id"
    )
    return {row["article_id"]: frozenset(row["terms"]) for row in rows(connection, sql)}


def topic_starts(connection: duckdb.DuckDBPyConnection) -> dict[str, datetime]:
    """Return when each topic was first configured."""
    return {row["name"]: row["first_seen_at"] for row in rows(connection, "SELECT name, first_seen_at FROM core.topics")}
