"""Answer what became of an address, from the published snapshot, however the address is written."""
# ruff: noqa: S608 - queries are put together from our own words; values are always parameters

import difflib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from tidings.errors import UsageError
from tidings.ids import article_id
from tidings.model import Id
from tidings.store.database import rows, storable
from tidings.store.query import open_snapshot
from tidings.text.urls import identity, parse, without_secrets

_STATEMENTS_MAX = 200
_ENTRIES_MAX = 200
_NEAREST_MAX = 5
_LATELY = timedelta(days=31)
_EVER = datetime(1, 1, 2, tzinfo=UTC)
_CANDIDATES_MAX = 20_000  # addresses of one host that are compared

Row = dict[str, Any]


def why(folder: Path, address: str) -> Row:
    """Return all that is known of an address: feed, seed, entries, article, copy link, statements with what each was compared with.

    The address may lack its scheme, and be the http, www, port or AMP twin of the one that was seen. `seen` says whether it ever
    was; where not, `nearest` holds the known addresses of the same host that are written most like it. Raises UsageError for what is none.
    """
    same = _identity(address)
    shown = without_secrets(storable(address if "://" in address else f"https://{address}"))
    with open_snapshot(folder) as connection:
        entries = _entries(connection, same, article_id(same))
        wanted = next((row["article_id"] for row in entries if row["article_id"]), article_id(same))
        article = _article(connection, wanted)
        answer = {
            "url": shown,
            "seen": True,
            "feed": _feed(connection, same),
            "seed": _alike(rows(connection, "SELECT * EXCLUDE (text) FROM seeds ORDER BY id"), "url", same),
            "entries": entries,
            "article": article,
        }
        if not any(answer[name] for name in ("feed", "seed", "entries", "article")):
            return {"url": shown, "seen": False, "nearest": _nearest(connection, same)}
        return answer | {
            "duplicate": _with_other(connection, _DUPLICATE, wanted, "of"),
            "story": _story(connection, article),
            "placed": _with_other(connection, _PLACED, wanted, "against"),
            "labels": labels_said(connection, wanted),
            "versions": _versions(connection, wanted),
            "statements": _statements(connection, wanted),
        }


# Step by step, each for the few ids of the one before: joined as they stand, the views of 100,000 articles fill a gigabyte, and those of
# a million take seconds.
_DUPLICATE = "SELECT * EXCLUDE (of_url, of_publisher) FROM duplicates WHERE article_id = $article::UUID"
_STORY = "SELECT * FROM stories WHERE id = $story::UUID ORDER BY topic LIMIT 1"
# As the view of decisions says it, which joins all articles with themselves.
_PLACED = """
WITH one AS MATERIALIZED (
    SELECT id, story_id, story_against_id, story_score, story_evidence FROM core.articles
    WHERE id = $article::UUID AND seed_id = '' AND decided AND story_id IS NOT NULL
)
SELECT
    CASE WHEN id = story_id THEN 'opened' ELSE 'joined' END AS outcome,
    CASE
        WHEN EXISTS (SELECT 1 FROM core.labels WHERE kind = 'same_story' AND article_id = $article::UUID) THEN 'same_story'
        WHEN id <> story_id AND EXISTS (SELECT 1 FROM core.duplicates WHERE article_id = $article::UUID) THEN 'copy'
        WHEN id <> story_id THEN 'alike'
        WHEN story_against_id IS NULL THEN 'nothing_near'
        ELSE 'not_alike'
    END AS reason,
    story_score AS score, nullif(story_evidence, '') AS evidence, story_against_id AS against_id
FROM one"""
_ARTICLE = "FROM articles WHERE id = $article::UUID AND first_seen_at = $at::TIMESTAMPTZ"
_OTHER = """
SELECT url, title, publisher FROM articles WHERE id = $other::UUID
UNION ALL SELECT url, title, publisher FROM seeds WHERE article_id = $other::UUID"""
# The view of decisions joins all statements with all articles to name seeds: what was decided stands in the row itself.
_OWN = """
own AS MATERIALIZED (
    SELECT id, topic, text, start, article_id, CASE WHEN reason = 'not_on_topic' THEN 'off_topic' ELSE nullif(decision, '') END AS decision,
        nullif(reason, '') AS reason, score, nullif(evidence, '') AS evidence, against_id, decision <> '' AS decided
    FROM core.statements WHERE article_id = $article::UUID AND first_seen_at BETWEEN $since::TIMESTAMPTZ AND $until::TIMESTAMPTZ
    ORDER BY start, topic LIMIT $most
)"""
# Looked for among all by what is short; their words are read where they lie: a search that reads the words, too, reads those of all.
_AGAINST = """
SELECT CASE WHEN decision <> '' THEN against_id END AS against_id, first_seen_at FROM core.statements WHERE article_id = $article::UUID"""
_NEAR = """
SELECT DISTINCT ON (id) id, topic, first_seen_at FROM core.statements
WHERE id IN (SELECT unnest($ids::UUID[])) AND first_seen_at >= $since::TIMESTAMPTZ ORDER BY id, topic"""
_WORDS = """
SELECT id, topic, text, article_id FROM core.statements
WHERE first_seen_at = $at::TIMESTAMPTZ AND id IN (SELECT unnest($ids::UUID[]))"""
_STATEMENTS = f"""
WITH {_OWN}, near AS MATERIALIZED (
    SELECT unnest($ids::UUID[]) AS id, unnest($texts::VARCHAR[]) AS text, unnest($articles::UUID[]) AS article_id
), meant AS MATERIALIZED (
    SELECT article_id AS id FROM near UNION SELECT $article::UUID
), said AS MATERIALIZED (
    SELECT id, publisher, coalesce(published_at, first_seen_at) AS said_at FROM articles WHERE id IN (SELECT id FROM meant)
    UNION ALL SELECT article_id, publisher, published_at FROM seeds WHERE article_id IN (SELECT id FROM meant)
), newly AS MATERIALIZED (
    SELECT id, statement_id, topic, kind FROM developments WHERE statement_id IN (SELECT id FROM own)
), shown AS MATERIALIZED (
    SELECT development_id, list_sort(list(DISTINCT recipient)) AS recipients FROM core.told
    WHERE development_id IN (SELECT id FROM newly) GROUP BY development_id
)
SELECT s.topic, s.text, s.decision, CASE WHEN s.decided THEN s.reason END AS reason, CASE WHEN s.decided THEN s.score END AS score,
    CASE WHEN s.decided THEN s.evidence END AS evidence, n.text AS against, na.publisher AS against_publisher, v.kind, e.recipients,
    coalesce(abs(date_diff('day', na.said_at AT TIME ZONE 'UTC', own_said.said_at AT TIME ZONE 'UTC')), 0) AS days
FROM own AS s
LEFT JOIN said AS own_said ON own_said.id = s.article_id
LEFT JOIN near AS n ON n.id = s.against_id AND s.decided
LEFT JOIN said AS na ON na.id = n.article_id
LEFT JOIN newly AS v ON v.statement_id = s.id AND v.topic = s.topic
LEFT JOIN shown AS e ON e.development_id = v.id
ORDER BY s.start, s.topic LIMIT $most"""
_FORMER = """
SELECT 1 AS one FROM core.versions
WHERE article_id = $article::UUID AND id NOT IN (SELECT version_id FROM core.articles WHERE id = $article::UUID AND version_id IS NOT NULL) LIMIT 1"""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """Hold an article that an address leads to."""

    id: Id
    url: str
    seed_id: str  # empty for an article


def known_article(connection: duckdb.DuckDBPyConnection, address: str) -> KnownArticle:
    """Return the article that an address leads to, in any spelling; raises UsageError that names the nearest known addresses."""
    same = _identity(address)
    led = [row["article_id"] for row in _entries(connection, same, article_id(same)) if row["article_id"]]
    found = rows(connection, "SELECT id, url, '' AS seed_id FROM articles WHERE id = ?", [led[0] if led else article_id(same)])
    if found:
        return KnownArticle(**found[0])
    seed = _alike(rows(connection, "SELECT * EXCLUDE (text) FROM seeds ORDER BY id"), "url", same)
    if seed:
        return KnownArticle(seed["article_id"], seed["url"], seed["id"])
    entry = next(iter(_entries(connection, same, article_id(same))), None)
    if entry:
        raise UsageError(
            f"{address} led to no article on a topic ({entry['outcome']}: {entry['reason'] or 'not read yet'}): see `tidings why`"
        )
    nearest = _nearest(connection, same)
    hint = f"; the nearest that were: {', '.join(nearest)}" if nearest else ""
    raise UsageError(f"{address} was never seen{hint}")


def _identity(address: str) -> str:
    """Return what all spellings of an address have in common; raises UsageError for what is none."""
    address = storable(address)
    same = identity(address if "://" in address else f"https://{address}")
    if not same:
        raise UsageError("expected an address, such as https://news.example/report; a text is tried by `tidings topics test`")
    return same


def labels_said(connection: duckdb.DuckDBPyConnection, article: str = "") -> list[Row]:
    """Return what users said, of one article on either side or of all, the latest last; nothing where an older program published the snapshot.

    A seed on the other side has its name as `other_seed_id`: it may have no link.
    """
    if not rows(connection, "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = 'main' AND table_name = 'labels'"):
        return []
    if article and not rows(
        connection, "SELECT 1 AS one FROM core.labels WHERE $article::UUID IN (article_id, other_id)", {"article": article}
    ):
        return []  # as nearly always: the view joins all articles twice
    return rows(
        connection,
        """SELECT l.*, s.id AS other_seed_id FROM labels AS l LEFT JOIN seeds AS s ON s.article_id = l.other_id
        WHERE $article = '' OR $article IN (l.article_id::VARCHAR, l.other_id::VARCHAR) ORDER BY l.labelled_at, l.id DESC""",
        {"article": article},
    )


def _versions(connection: duckdb.DuckDBPyConnection, article: str) -> list[Row]:
    """Return the texts that an article had before; the view, which knows what each edit changed, is asked only where there are any."""
    if not rows(connection, _FORMER, {"article": article}):
        return []
    return rows(connection, "SELECT * EXCLUDE (text) FROM versions WHERE article_id = ?::UUID ORDER BY first_seen_at", [article])


# Each by itself, and the rarer part of an address first: DuckDB skips what it can only where one column decides.
_ENTRIES = """
FROM (
    FROM entries WHERE article_id = $article::UUID
    UNION ALL
    FROM entries WHERE article_id IS DISTINCT FROM $article::UUID AND CASE WHEN contains(url, $tail) THEN contains(lower(url), $host) END
)
ORDER BY first_seen_at, id LIMIT $most"""
# As the view of decisions says it, which is of five tables.
_DETAILS = """SELECT id, core.shown_text(detail) AS detail FROM core.entries
WHERE outcome <> 'pending' AND id IN (SELECT unnest($ids::UUID[])) AND first_seen_at BETWEEN $since::TIMESTAMPTZ AND $until::TIMESTAMPTZ"""


def _statements(connection: duckdb.DuckDBPyConnection, article: str) -> list[Row]:
    """Return the statements of an article in their order, each with what it was compared with."""
    own = rows(connection, _AGAINST, {"article": article})
    if not own:
        return []
    lying: dict[datetime, set[tuple[str, str]]] = {}
    for row in _near(connection, [row for row in own if row["against_id"]]):
        lying.setdefault(row["first_seen_at"], set()).add((row["id"], row["topic"]))
    near: list[Row] = []
    for at, wanted in lying.items():
        found = rows(connection, _WORDS, {"at": at.isoformat(), "ids": [one for one, _ in wanted]})
        near += [row for row in found if (row["id"], row["topic"]) in wanted]
    words = {"ids": [row["id"] for row in near], "texts": [row["text"] for row in near], "articles": [row["article_id"] for row in near]}
    return rows(connection, _STATEMENTS, {"article": article, "most": _STATEMENTS_MAX, **words, **_seen(own)})


def _seen(found: list[Row]) -> dict[str, str]:
    """Return between which times rows were first seen: rows lie in that order, so that of a table little more than they is read."""
    times = [row["first_seen_at"] for row in found]
    return {"since": min(times).isoformat(), "until": max(times).isoformat()}


def _near(connection: duckdb.DuckDBPyConnection, own: list[Row]) -> list[Row]:
    """Return where the statements lie that an article's were compared with: mostly among those of the month before, which are few."""
    ids = sorted({row["against_id"] for row in own})
    found: list[Row] = []
    for since in (min(row["first_seen_at"] for row in own) - _LATELY, _EVER) if own else ():
        if len(found) < len(ids):
            found = rows(connection, _NEAR, {"ids": ids, "since": since.isoformat()})
    return found


def _article(connection: duckdb.DuckDBPyConnection, article: str) -> Row | None:
    """Return an article as the view shows it: first when it was seen, then, by that, the row: a search by the id alone looks at every column."""
    seen = _first(rows(connection, "SELECT first_seen_at FROM core.articles WHERE id = $article::UUID", {"article": article}))
    return _first(rows(connection, _ARTICLE, {"article": article, "at": seen["first_seen_at"].isoformat()})) if seen else None


def _story(connection: duckdb.DuckDBPyConnection, article: Row | None) -> Row | None:
    """Return the story of an article, by its id: one that is known beforehand is looked for where it can be only."""
    return _first(rows(connection, _STORY, {"story": article["story_id"]})) if article and article["story_id"] else None


def _with_other(connection: duckdb.DuckDBPyConnection, sql: str, article: str, prefix: str) -> Row | None:
    """Return the row that says what an article was held against, with what is known of that; found by ids, one after the other."""
    row = _first(rows(connection, sql, {"article": article}))
    if row is None:
        return None
    other = _first(rows(connection, _OTHER, {"other": row[f"{prefix}_id"]})) or {}
    return row | {f"{prefix}_{name}": other.get(name) for name in ("url", "title", "publisher")}


def _entries(connection: duckdb.DuckDBPyConnection, same: str, article: str) -> list[Row]:
    """Return the entries that led to the article, or whose link is another spelling of the address."""
    parts = parse(same)
    host = parts.host if parts else same
    tail = parts.path.rpartition("/")[2] if parts else ""
    named = {"article": article, "host": host, "tail": tail, "most": _CANDIDATES_MAX}
    found = rows(connection, _ENTRIES, named)
    ids = {"ids": [row["id"] for row in found]}
    said = {row["id"]: row["detail"] for row in rows(connection, _DETAILS, ids | _seen(found))} if found else {}
    found = [row | {"detail": said.get(row["id"])} for row in found]
    return [row for row in found if row["article_id"] == article or identity(row["url"] or "") == same][:_ENTRIES_MAX]


def _feed(connection: duckdb.DuckDBPyConnection, same: str) -> Row | None:
    """Return the health of the feed of the address: only of that one, for the view reads every poll of the last weeks."""
    named = rows(connection, "SELECT shown_url AS feed, id::VARCHAR AS feed_id FROM core.feeds WHERE configured ORDER BY shown_url")
    found = _alike(named, "feed", same)
    return _first(rows(connection, "FROM feed_health WHERE feed_id = ?", [found["feed_id"]])) if found else None


def _alike(found: list[Row], column: str, same: str) -> Row | None:
    """Return the row whose address is the same, or is the same but for its query where only one is."""
    exact = [row for row in found if row[column] and identity(row[column]) == same]
    close = [row for row in found if row[column] and identity(row[column]).partition("?")[0] == same]
    return exact[0] if exact else close[0] if len(close) == 1 else None


def _nearest(connection: duckdb.DuckDBPyConnection, same: str) -> list[str]:
    """Return the known addresses of the host that are written most like the one that is not known."""
    parts = parse(same)
    if parts is None:
        return []
    sql = """SELECT DISTINCT url FROM (SELECT url FROM entries UNION ALL SELECT url FROM articles UNION ALL SELECT shown_url FROM core.feeds WHERE configured)
             WHERE contains(lower(url), $host) ORDER BY url LIMIT $most"""
    known = [row["url"] for row in rows(connection, sql, {"host": parts.host, "most": _CANDIDATES_MAX})]
    ours = {url: found.path for url in known if (found := parse(identity(url))) and found.host == parts.host}
    names = difflib.get_close_matches(parts.path, ours.values(), n=_NEAREST_MAX, cutoff=0.6)
    return list(dict.fromkeys(url for name in names for url, path in ours.items() if path == name))[:_NEAREST_MAX]


def _first(found: list[Row]) -> Row | None:
    return found[0] if found else None
