"""Read what an edition rests on: feeds that fail, are silent, lose entries or show only parts, and what became of entries and pages.

The words are fixed templates of ours with names, counts and dates; what a server said stands in `feed_health`, not in a digest.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any

import duckdb

from tidings.model import NOT_REACHED, Coverage, FeedNote, Id, OwnOutage, Recipient
from tidings.store.database import rows
from tidings.store.outbox import undelivered
from tidings.store.own_notes import own_notes
from tidings.store.queries import query

_QUIET_FROM_H = 24  # no feed is silent sooner: views_feeds.sql
_HEALTH = "feed_id, publisher, feed, state, trouble, failing_since, silent_since, tls_exception"
PAGES_MIN = 3  # of a feed in a window: fewer tell nothing of the feed

Row = Mapping[str, Any]
# Feeds in order of what readers should know first: what fails before what is silent, a busy feed before a rare one.
GRAVEST = """
    coalesce(list_position(
        ['failing', 'silent', 'new', 'flawed', 'losing', 'wall', 'teaser', 'empty', 'not_found', 'moved', 'renamed', 'unchecked'], concern
    ), 99),
    coalesce(entries_per_day, 0) DESC, publisher, feed"""
_THIN = (  # what most of a feed's pages were: (words of the page, what is said)
    (frozenset({"wall", "blocked", "robots"}), "{} of its {} pages were behind a wall or closed to us: only the feed's own text was read"),
    (frozenset({"teaser"}), "{} of its {} pages showed only a part: that, or the feed's own text, was read"),
)
_UNREAD = "{} of its {} pages could not be read: only the feed's own text was, where there is any"


def read_feeds(connection: duckdb.DuckDBPyConnection, columns: str) -> list[dict[str, Any]]:
    """Return columns of `feed_health`, not usual_gap_h: the gravest first. The polls of no feed are read that brought something within a day."""
    judged = f"SELECT {columns} FROM {{}} ORDER BY {GRAVEST}"  # noqa: S608 - our own words
    try:
        return rows(connection, judged.format(f"core.feeds_judged({_QUIET_FROM_H})"))
    except duckdb.CatalogException:  # a snapshot of an older program
        return rows(connection, judged.format("main.feed_health"))


def read_coverage(connection: duckdb.DuckDBPyConnection, recipient: Recipient, start: datetime | None, end: datetime) -> Coverage:
    """Return what an edition for `recipient`, of the window from `start` (None: the first) to `end`, rests on."""
    return Grounds(connection).coverage(recipient, start, end)


class Grounds:
    """Read what editions that are composed together rest on: how feeds do once for all of them, the rest once a window."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._of_window: dict[tuple[datetime | None, datetime], Coverage] = {}

    def coverage(self, recipient: Recipient, start: datetime | None, end: datetime) -> Coverage:
        """Return what the edition for one recipient rests on."""
        window = (start, end)
        if window not in self._of_window:
            self._of_window[window] = _read(
                self._connection, self._health, {"start": start.isoformat() if start else None, "stop": end.isoformat()}
            )
        return replace(self._of_window[window], delivery_notes=undelivered(self._connection, recipient, end))

    @cached_property
    def _health(self) -> list[dict[str, Any]]:
        return read_feeds(self._connection, _HEALTH)


def _read(connection: duckdb.DuckDBPyConnection, health: Sequence[Row], window: Mapping[str, Any]) -> Coverage:
    outage = read_own_outage(connection, window)
    pages = rows(connection, f"WITH window_entries AS ({query('entries_of_window')}) {query('pages_of_feeds')}", window)
    words: Counter[str] = Counter()
    for row in pages:
        words[row["word"]] += row["n"]
    named = _once(
        {
            "failing": _failing(health, outage),
            "silent": _silent(health),
            "losing": {row["feed_id"]: _note(row, "fine", None) for row in health if row["state"] == "fine" and row["trouble"]},
            "thin": dict(_thin(health, pages)),
            "recovered": _recovered(connection, health, window),
        }
    )
    return Coverage(
        feeds_fine=len(health) - len(named["failing"]) - len(named["silent"]),
        feeds_failing=named["failing"],
        feeds_silent=named["silent"],
        funnel=tuple(sorted(_outcomes(connection, window).items())),
        feeds_losing=named["losing"],
        feeds_recovered=named["recovered"],
        feeds_thin=named["thin"],
        pages=tuple(words.most_common()),
        feeds_unchecked=tuple(row["publisher"] for row in health if row["tls_exception"]),
        own_outage=outage,
        own_notes=own_notes(connection, window),
    )


def _once(found: Mapping[str, Mapping[Id, FeedNote]]) -> dict[str, tuple[FeedNote, ...]]:
    """Name each feed once, where its gravest trouble is, with all that is the matter; `found` has the gravest first."""
    notes: dict[Id, list[str]] = {}
    for of_kind in found.values():
        for feed, one in of_kind.items():
            notes.setdefault(feed, []).append(one.note)
    named: set[Id] = set()
    told: dict[str, tuple[FeedNote, ...]] = {}
    for kind, of_kind in found.items():
        told[kind] = tuple(replace(one, note="; ".join(filter(None, notes[feed]))) for feed, one in of_kind.items() if feed not in named)
        named |= of_kind.keys()
    return told


def _note(row: Row, state: str, since: datetime | None) -> FeedNote:
    return FeedNote(row["publisher"], row["feed"], state, since, row["trouble"])


def _failing(health: Iterable[Row], outage: OwnOutage | None) -> dict[Id, FeedNote]:
    notes = {row["feed_id"]: _note(row, "failing", row["failing_since"]) for row in health if row["state"] == "failing"}
    if outage is None or outage.until is not None:
        return notes
    ours = {feed for feed, note in notes.items() if note.since is not None and note.since >= outage.since}
    return {feed: replace(note, state=NOT_REACHED) if feed in ours else note for feed, note in notes.items()}


def _silent(health: Sequence[Row]) -> dict[Id, FeedNote]:
    silent = {row["feed_id"]: _note(row, "silent", row["silent_since"]) for row in health if row["state"] == "silent"}
    fresh = {row["feed_id"]: FeedNote(row["publisher"], row["feed"], "not polled yet", None, "") for row in health if row["state"] == "new"}
    return silent | fresh


# ---------------------------------------------------------------- our own network

# Runs that asked any feed, in order.
_RUNS = """
    SELECT started_at, coalesce(try_cast(report ->> '$.spared' AS BIGINT), 0) > 0 AS reached_nobody FROM main.runs
    WHERE flow IN ('ingest', 'learn') AND outcome = 'done' AND feeds > 0 AND started_at <= $stop::TIMESTAMPTZ
        AND ($start::TIMESTAMPTZ IS NULL OR started_at > $start::TIMESTAMPTZ)
    ORDER BY started_at
"""


def read_own_outage(connection: duckdb.DuckDBPyConnection, window: Mapping[str, Any]) -> OwnOutage | None:
    """Return the latest outage of our own in a window (`start`, `stop`) from the store or the snapshot."""
    return own_outage(rows(connection, _RUNS, window))


def own_outage(runs: Iterable[Row]) -> OwnOutage | None:
    """Return the latest outage of our own among runs in order, with how many reached nobody in all; None when each reached somebody."""
    count, since, until = 0, None, None
    was_down = False
    for run in runs:
        if run["reached_nobody"]:
            since, until = (since if was_down else run["started_at"]), None
            count += 1
        elif was_down:
            until = run["started_at"]
        was_down = run["reached_nobody"]
    return OwnOutage(count, since, until) if since else None


# ---------------------------------------------------------------- feeds in the window


def _recovered(connection: duckdb.DuckDBPyConnection, health: Sequence[Row], window: Mapping[str, Any]) -> dict[Id, FeedNote]:
    """Name the feeds that failed for a part of the window, and for how long until they answered again."""
    down = {row["feed_id"]: row["down_s"] for row in rows(connection, query("feeds_down"), window)}
    return {
        row["feed_id"]: FeedNote(row["publisher"], row["feed"], "recovered", None, f"failed for {_hours(down[row['feed_id']])}")
        for row in health
        if row["state"] != "failing" and row["feed_id"] in down
    }


def _hours(seconds: float) -> str:
    return f"{round(seconds / 3600)} h" if seconds >= 3600 else f"{max(round(seconds / 60), 1)} min"


def _thin(health: Sequence[Row], pages: Sequence[Row]) -> Iterator[tuple[Id, FeedNote]]:
    """Name the feeds of whose pages in the window at least half were not whole: what was read of them is less than they published."""
    counts: dict[Id, Counter[str]] = {}
    for row in pages:
        counts.setdefault(row["feed_id"], Counter())[row["word"]] = row["n"]
    for row in health:
        of_feed = counts.get(row["feed_id"], Counter())
        total = of_feed.total()
        if total < PAGES_MIN or of_feed["full"] * 2 > total:
            continue
        parts = [(sum(of_feed[word] for word in words), said) for words, said in _THIN]
        parts.append((total - of_feed["full"] - sum(count for count, _ in parts), _UNREAD))
        count, said = max(parts, key=lambda part: part[0])
        yield row["feed_id"], FeedNote(row["publisher"], row["feed"], "read in part", None, said.format(count, total))


def _outcomes(connection: duckdb.DuckDBPyConnection, window: Mapping[str, Any]) -> dict[str, int]:
    """Count the entries of the window by outcome: each counts when it was decided, or seen while undecided."""
    sql = f"SELECT outcome, count(*) AS n FROM ({query('entries_of_window')}) GROUP BY outcome"  # noqa: S608 - our own query
    return {row["outcome"]: row["n"] for row in rows(connection, sql, window)}
