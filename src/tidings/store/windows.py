"""Read what the time of an edition depends on: windows and topics of those before it, alerts, runs. Windows run over scheduled editions only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise, takewhile
from typing import Any

import duckdb

from tidings.model import Recipient
from tidings.store.database import rows, stage_rows

FIRST_WINDOW = timedelta(days=7)  # how far back a first edition reaches
DAY = timedelta(days=1)
AHEAD_MAX = DAY  # what an edition lies ahead is waited for: then the windows join, at the price of a day's silence


def last_window_end(connection: duckdb.DuckDBPyConnection, recipient: str, now: datetime) -> datetime | None:
    """Return where the recipient's last scheduled edition ended, or None.

    One that ended more than a day after `now` was made by a clock that was ahead, and is passed over: nobody waits for that time.
    """
    return last_window_ends(connection, now).get(recipient)


def last_window_ends(connection: duckdb.DuckDBPyConnection, now: datetime) -> dict[str, datetime]:
    """Return the same of every recipient who ever had one."""
    sql = "SELECT recipient, max(window_end) AS at FROM core.editions WHERE kind = 'scheduled' AND window_end <= ? GROUP BY recipient"
    return {row["recipient"]: row["at"] for row in rows(connection, sql, [now + AHEAD_MAX])}


def owed_since(connection: duckdb.DuckDBPyConnection, recipient: Recipient, window_end: datetime) -> dict[tuple[str, str], datetime]:
    """Return from when on the recipient is owed the developments on each topic in each language; '' is any language not named.

    For a topic that is the start of the first edition that included it, for a language the start of the first from which on
    all did; for what was never or not lately included the end of the previous edition; for a first edition seven days before its end.
    """
    sql = """SELECT topics, languages, coalesce(window_start, window_end - $first) AS start_at, window_end FROM core.editions
        WHERE recipient = $recipient AND kind = 'scheduled' AND window_end <= $stop::TIMESTAMPTZ ORDER BY window_end"""
    past = rows(connection, sql, {"recipient": recipient.name, "first": FIRST_WINDOW, "stop": window_end.isoformat()})
    newest = past[-1]["window_end"] if past else window_end - FIRST_WINDOW
    topics = {topic: next((one["start_at"] for one in past if topic in one["topics"]), newest) for topic in recipient.topics}
    named = sorted({language for edition in past for language in edition["languages"]})
    languages = {language: _wanted_since(past, language, newest) for language in recipient.languages or ("", *named)}
    return {(topic, language): max(topics[topic], languages[language]) for topic in topics for language in languages}


def _wanted_since(past: Sequence[Mapping[str, Any]], language: str, newest: datetime) -> datetime:
    """Return the start of the first edition from which on all were in a language, too."""
    lately = takewhile(lambda one: not one["languages"] or language in one["languages"], reversed(past))
    return min((one["start_at"] for one in lately), default=newest)


def stage_wanted(connection: duckdb.DuckDBPyConnection, ends: Iterable[tuple[Recipient, datetime]]) -> None:
    """Put what recipients are owed at the ends of their windows, and since when, into the temporary table `wanted`, to join with."""
    columns = {"recipient": "VARCHAR", "topic": "VARCHAR", "language": "VARCHAR", "start_at": "TIMESTAMPTZ", "window_end": "TIMESTAMPTZ"}
    wanted = [
        (recipient.name, *key, start, end) for recipient, end in ends for key, start in owed_since(connection, recipient, end).items()
    ]
    stage_rows(connection, "wanted", columns, wanted)


def other_languages_count(connection: duckdb.DuckDBPyConnection, recipient: Recipient, start: datetime | None, end: datetime) -> int:
    """Count the developments of a window on the recipient's topics in languages that they do not want."""
    if not recipient.languages:
        return 0
    sql = """SELECT count(*) AS n FROM core.developments AS d JOIN core.articles AS a ON a.id = d.article_id
        WHERE list_contains($topics, d.topic) AND NOT list_contains($languages, a.language)
            AND d.recorded_at > $start::TIMESTAMPTZ AND d.recorded_at <= $stop::TIMESTAMPTZ"""
    window = {"start": (start or end - FIRST_WINDOW).isoformat(), "stop": end.isoformat()}
    found = rows(connection, sql, {"topics": list(recipient.topics), "languages": list(recipient.languages), **window})
    return int(found[0]["n"])


# ---------------------------------------------------------------- alerts


def alert_count(connection: duckdb.DuckDBPyConnection, recipient: str, now: datetime) -> int:
    """Count the alerts that the recipient had in the last 24 hours."""
    sql = "SELECT count(*) AS n FROM core.editions WHERE recipient = ? AND kind = 'alert' AND window_end > ? AND window_end <= ?"
    return int(rows(connection, sql, [recipient, now - DAY, now])[0]["n"])


def alerted_count(connection: duckdb.DuckDBPyConnection, recipient: str, since: datetime) -> int:
    """Count the developments that the recipient was told by alert since the last scheduled edition."""
    sql = """SELECT count(*) AS n FROM core.told AS t JOIN core.editions AS e ON e.id = t.edition_id
        WHERE e.recipient = ? AND e.kind = 'alert' AND e.window_end > ?"""
    return int(rows(connection, sql, [recipient, since])[0]["n"])


# ---------------------------------------------------------------- outages


def longest_pause(connection: duckdb.DuckDBPyConnection, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the longest time of a window in which no run was at work; the window's ends count as runs."""
    sql = """SELECT started_at, coalesce(ended_at, started_at) AS ended_at FROM core.runs
        WHERE flow IN ('ingest', 'learn', 'digest') AND started_at > ? AND started_at <= ? ORDER BY started_at"""
    found = [(row["started_at"], row["ended_at"]) for row in rows(connection, sql, [start, end])]
    return max(_pauses([(start, start), *found, (end, end)]), key=lambda pause: pause[1] - pause[0])


def _pauses(runs: Iterable[tuple[datetime, datetime]]) -> Iterable[tuple[datetime, datetime]]:
    return ((before[1], after[0]) for before, after in pairwise(runs))
