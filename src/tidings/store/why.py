"""Answer what became of an address, from the published snapshot, however the address is written."""

import difflib
from dataclasses import dataclass
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
        answer = {
            "url": shown,
            "seen": True,
            "feed": _feed(connection, same),
            "seed": _alike(rows(connection, "SELECT * EXCLUDE (text) FROM seeds ORDER BY id"), "url", same),
            "entries": entries,
            "article": _first(rows(connection, "FROM articles WHERE id = ?", [wanted])),
        }
        if not any(answer[name] for name in ("feed", "seed", "entries", "article")):
            return {"url": shown, "seen": False, "nearest": _nearest(connection, same)}
        return answer | {
            "duplicate": _first(rows(connection, _DUPLICATE, [wanted])),
            "story": _first(rows(connection, _STORY, [wanted])),
            "placed": _first(rows(connection, _PLACED, [wanted])),
            "labels": labels_said(connection, wanted),
            "versions": rows(connection, "SELECT * EXCLUDE (text) FROM versions WHERE article_id = ? ORDER BY first_seen_at", [wanted]),
            "statements": rows(connection, _STATEMENTS, {"article": wanted, "most": _STATEMENTS_MAX}),
        }


_DUPLICATE = """
SELECT d.*, coalesce(a.url, s.url) AS of_url, coalesce(a.title, s.title) AS of_title, coalesce(a.publisher, s.publisher) AS of_publisher
FROM duplicates AS d LEFT JOIN articles AS a ON a.id = d.of_id LEFT JOIN seeds AS s ON s.article_id = d.of_id WHERE d.article_id = ?"""
_STORY = "SELECT s.* FROM stories AS s JOIN articles AS a ON a.story_id = s.id WHERE a.id = ? ORDER BY s.topic LIMIT 1"
_PLACED = """
SELECT d.outcome, d.reason, d.score, d.evidence, d.against_id, coalesce(a.title, s.title) AS against_title,
    coalesce(a.publisher, s.publisher) AS against_publisher, coalesce(a.url, s.url) AS against_url
FROM decisions AS d LEFT JOIN articles AS a ON a.id = d.against_id LEFT JOIN seeds AS s ON s.article_id = d.against_id
WHERE d.subject_kind = 'article' AND d.stage = 'story' AND d.subject_id = ?"""
# Step by step, each for the few ids of the one before: joined as they stand, the views of 100,000 articles fill a gigabyte.
_STATEMENTS = """
WITH own AS MATERIALIZED (
    SELECT id, topic, text, start, article_id, decision FROM statements WHERE article_id = $article ORDER BY start, topic LIMIT $most
), judged AS MATERIALIZED (
    SELECT subject_id, topic, reason, score, evidence, against_id FROM decisions
    WHERE subject_kind = 'statement' AND subject_id IN (SELECT id FROM own)
), near AS MATERIALIZED (
    SELECT DISTINCT ON (id) id, text, article_id FROM statements WHERE id IN (SELECT against_id FROM judged) ORDER BY id, topic
), meant AS MATERIALIZED (
    SELECT article_id AS id FROM near UNION SELECT $article
), said AS MATERIALIZED (
    SELECT id, publisher, coalesce(published_at, first_seen_at) AS said_at FROM articles WHERE id IN (SELECT id FROM meant)
    UNION ALL SELECT article_id, publisher, published_at FROM seeds WHERE article_id IN (SELECT id FROM meant)
), newly AS MATERIALIZED (
    SELECT id, statement_id, topic, kind FROM developments WHERE statement_id IN (SELECT id FROM own)
), shown AS MATERIALIZED (
    SELECT development_id, list_sort(list(DISTINCT recipient)) AS recipients FROM told
    WHERE development_id IN (SELECT id FROM newly) GROUP BY development_id
)
SELECT s.topic, s.text, s.decision, d.reason, d.score, d.evidence, n.text AS against, na.publisher AS against_publisher, v.kind, e.recipients,
    coalesce(abs(date_diff('day', na.said_at AT TIME ZONE 'UTC', own_said.said_at AT TIME ZONE 'UTC')), 0) AS days
FROM own AS s
LEFT JOIN said AS own_said ON own_said.id = s.article_id
LEFT JOIN judged AS d ON d.subject_id = s.id AND d.topic = s.topic
LEFT JOIN near AS n ON n.id = d.against_id
LEFT JOIN said AS na ON na.id = n.article_id
LEFT JOIN newly AS v ON v.statement_id = s.id AND v.topic = s.topic
LEFT JOIN shown AS e ON e.development_id = v.id
ORDER BY s.start, s.topic LIMIT $most"""


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
    return rows(
        connection,
        """SELECT l.*, s.id AS other_seed_id FROM labels AS l LEFT JOIN seeds AS s ON s.article_id = l.other_id
        WHERE $article = '' OR $article IN (l.article_id::VARCHAR, l.other_id::VARCHAR) ORDER BY l.labelled_at, l.id DESC""",
        {"article": article},
    )


def _entries(connection: duckdb.DuckDBPyConnection, same: str, article: str) -> list[Row]:
    """Return the entries that led to the article, or whose link is another spelling of the address."""
    parts = parse(same)
    host = parts.host if parts else same
    tail = parts.path.rpartition("/")[2] if parts else ""
    found = rows(
        connection,
        """SELECT e.*, d.evidence AS detail FROM entries AS e LEFT JOIN decisions AS d ON d.subject_kind = 'entry' AND d.subject_id = e.id
        WHERE e.article_id = $article OR (contains(lower(e.url), $host) AND contains(e.url, $tail)) ORDER BY e.first_seen_at, e.id LIMIT $most""",
        {"article": article, "host": host, "tail": tail, "most": _CANDIDATES_MAX},
    )
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
