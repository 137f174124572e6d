"""Answer questions about what became of things, from the published snapshot: a running ingest is never in the way."""

from pathlib import Path
from typing import Any

from tidings.ids import article_id
from tidings.store.database import rows
from tidings.store.query import open_snapshot
from tidings.text.urls import identity, without_secrets

_STATEMENTS_MAX = 200

Row = dict[str, Any]


def why(folder: Path, url: str) -> Row | None:
    """Return all that is known of a URL: feed, entries, article, copy link, statements with what each was compared with. None: never seen."""
    shown, target = without_secrets(url), article_id(identity(url) or url)
    with open_snapshot(folder) as connection:
        feed = rows(connection, "FROM feed_health WHERE feed = ?", [shown])
        entries = rows(
            connection,
            """FROM entries WHERE url = $url OR article_id = $article
                OR (starts_with(url, $start) AND NOT $start = '') ORDER BY first_seen_at, id LIMIT 200""",
            {"url": shown, "article": target, "start": _without_query(shown)},
        )
        entries = [
            row for row in entries if row["article_id"] == target or identity(row["url"] or "") == identity(url) or row["url"] == shown
        ]
        wanted = next((row["article_id"] for row in entries if row["article_id"]), target)
        article = rows(connection, "FROM articles WHERE id = ?", [wanted])
        seed = rows(connection, "FROM seeds WHERE url = ?", [url])
        if not (feed or entries or article or seed):
            return None
        return {
            "url": shown,
            "feed": feed[0] if feed else None,
            "seed": seed[0] if seed else None,
            "entries": entries,
            "article": article[0] if article else None,
            "duplicate": _first(
                rows(
                    connection,
                    """SELECT d.*, coalesce(a.url, s.url) AS of_url, coalesce(a.title, s.title) AS of_title, coalesce(a.publisher, s.publisher) AS of_publisher
                    FROM duplicates AS d LEFT JOIN articles AS a ON a.id = d.of_id LEFT JOIN seeds AS s ON s.id = d.of_id WHERE d.article_id = ?""",
                    [wanted],
                )
            ),
            "story": _first(
                rows(connection, "SELECT s.* FROM stories AS s JOIN articles AS a ON a.story_id = s.id WHERE a.id = ? LIMIT 1", [wanted])
            ),
            "statements": rows(
                connection,
                """SELECT s.topic, s.text, s.decision, d.reason, d.score, d.evidence, n.text AS against, na.publisher AS against_publisher,
                    v.kind, e.recipients
                FROM statements AS s
                LEFT JOIN decisions AS d ON d.subject_kind = 'statement' AND d.subject_id = s.id AND d.topic = s.topic
                LEFT JOIN (SELECT DISTINCT ON (id) id, text, article_id FROM statements ORDER BY id, topic) AS n ON n.id = d.against_id
                LEFT JOIN (SELECT id, publisher FROM articles UNION ALL SELECT article_id, publisher FROM seeds) AS na ON na.id = n.article_id
                LEFT JOIN developments AS v ON v.statement_id = s.id AND v.topic = s.topic
                LEFT JOIN (SELECT development_id, list_sort(list(DISTINCT recipient)) AS recipients FROM told GROUP BY development_id) AS e
                    ON e.development_id = v.id
                WHERE s.article_id = $article ORDER BY s.start, s.topic LIMIT $most""",
                {"article": wanted, "most": _STATEMENTS_MAX},
            ),
        }


def _first(found: list[Row]) -> Row | None:
    return found[0] if found else None


def _without_query(url: str) -> str:
    return url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0]


def status(folder: Path) -> Row:
    """Return how the store, the feeds and the deliveries stand."""
    with open_snapshot(folder) as connection:
        return {
            "counts": rows(
                connection,
                """SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM statements) AS statements,
                    (SELECT count(DISTINCT id) FROM stories) AS stories, (SELECT count(*) FROM developments) AS developments,
                    (SELECT count(*) FROM seeds) AS seeds""",
            )[0],
            "runs": rows(
                connection,
                "SELECT flow, started_at, ended_at, outcome, entries, developments FROM runs ORDER BY started_at DESC, id LIMIT 5",
            ),
            "feeds": {
                row["state"]: row["n"]
                for row in rows(connection, "SELECT state, count(*) AS n FROM feed_health GROUP BY state ORDER BY state")
            },
            "ailing": rows(
                connection,
                """SELECT publisher, feed, state, last_success_at, failures_in_row, note FROM feed_health
                WHERE state IN ('failing', 'silent') ORDER BY state, publisher, feed""",
            ),
            "editions": rows(
                connection,
                "SELECT recipient, window_end, state, development_count FROM editions ORDER BY window_end DESC, recipient LIMIT 5",
            ),
            "undelivered": rows(
                connection,
                """SELECT recipient, channel, state, attempt_count, last_error FROM deliveries
                WHERE state IN ('refused', 'held', 'expired', 'uncertain') OR (state = 'pending' AND attempt_count > 0) ORDER BY recipient, id""",
            ),
        }


def feed_health(folder: Path) -> list[Row]:
    """Return the health of each configured feed."""
    with open_snapshot(folder) as connection:
        return rows(connection, "FROM feed_health ORDER BY state, publisher, feed")


def seed_counts(folder: Path) -> dict[str, int]:
    """Return how many statements each stored seed tells."""
    with open_snapshot(folder) as connection:
        sql = "SELECT s.id, count(t.id) AS n FROM seeds AS s LEFT JOIN statements AS t ON t.article_id = s.article_id AND t.decision = 'seed' GROUP BY s.id"
        return {row["id"]: row["n"] for row in rows(connection, sql)}


def seen_of(folder: Path, feed_id: str, entry_ids: list[str], article_ids: list[str]) -> Row:
    """Return whether a feed was polled, and what is known of these entries and articles, by id."""
    with open_snapshot(folder) as connection:
        return {
            "polled": bool(rows(connection, "SELECT 1 FROM feed_health WHERE feed_id = ? AND last_success_at IS NOT NULL", [feed_id])),
            "entries": {
                row["id"]: row
                for row in rows(connection, "SELECT id, outcome, reason FROM entries WHERE id IN (SELECT unnest(?))", [entry_ids])
            },
            "articles": {
                row["id"]: row
                for row in rows(
                    connection, "SELECT id, publisher, first_seen_at FROM articles WHERE id IN (SELECT unnest(?))", [article_ids]
                )
            },
        }
