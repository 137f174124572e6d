"""Silence is judged by a feed's own habit: nights and weekends come back, outages and holidays do not."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest
from feed_row import DAY, FEED, HOUR, NOW, USUAL, health

from tidings.store.database import insert_rows

Add = Callable[..., None]


def polled(times: Iterable[datetime], new: Callable[[datetime], bool], failed: Callable[[datetime], bool] = lambda _: False) -> list[tuple]:
    """Make the polls of a feed: when it was asked, and whether it had something new then."""
    return [(at, "failed" if failed(at) else "polled", 0 if failed(at) else int(new(at))) for at in times]


def every(step: timedelta, days: float, *, until: datetime = NOW) -> list[datetime]:
    """Return the times of polls in steps, back from `until`."""
    return [until - step * number for number in range(int(days * DAY / step), -1, -1)]


def workday(at: datetime) -> bool:
    """Tell whether an office works at a time."""
    return at.weekday() < 5 and 8 <= at.hour < 18


def quiet_from(moment: datetime, usual: Callable[[datetime], bool]) -> Callable[[datetime], bool]:
    """Return the habit of a feed that falls silent at a moment."""
    return lambda at: at < moment and usual(at)


MONDAY = datetime(2020, 2, 17, 7, 0, tzinfo=UTC)
HABITS: dict[str, tuple[list[tuple], dict[str, Any], str]] = {
    "hourly, quiet for 20 hours": (polled(every(HOUR, 30), quiet_from(NOW - 20 * HOUR, lambda _: True)), {}, "fine"),
    "hourly, quiet for 26 hours": (polled(every(HOUR, 30), quiet_from(NOW - 26 * HOUR, lambda _: True)), {}, "silent"),
    "daily, quiet for 30 hours": (polled(every(HOUR, 30), lambda at: at.hour == 1 and at < NOW - 24 * HOUR), {}, "fine"),
    "daily, quiet for 3 days": (polled(every(HOUR, 30), quiet_from(NOW - 3 * DAY, lambda at: at.hour == 7)), {}, "silent"),
    "on workdays, over a weekend": (polled(every(HOUR, 30, until=MONDAY), workday), {}, "fine"),
    "on workdays, quiet from Friday to Wednesday": (
        polled(every(HOUR, 30, until=MONDAY + 2 * DAY), quiet_from(MONDAY - 2 * DAY, workday)), {}, "silent",
    ),
    "on workdays, watched for 11 days": (polled(every(HOUR, 11, until=MONDAY), workday), {}, "fine"),
    "weekly, quiet for 3 days": (polled(every(HOUR, 30), lambda at: at.weekday() == 0 and at.hour == 7), {"entries_per_day": 1 / 7}, "fine"),
    "weekly, quiet for 8 days": (
        polled(every(HOUR, 30), quiet_from(NOW - 8 * DAY, lambda at: at.weekday() == 2 and at.hour == 7)), {"entries_per_day": 1 / 7}, "fine",
    ),
    "weekly, quiet for 12 days": (
        polled(every(HOUR, 30), quiet_from(NOW - 12 * DAY, lambda at: at.weekday() == 5 and at.hour == 7)), {"entries_per_day": 1.0}, "silent",
    ),
    "asked once a day": (polled(every(DAY, 30), lambda _: True), {}, "fine"),
    "new, quiet over its first weekend": (
        polled(every(HOUR, 3, until=MONDAY), quiet_from(MONDAY - 62 * HOUR, lambda _: True)), {"first_polled_at": MONDAY - 3 * DAY}, "fine",
    ),
    "new, of a rare feed": (polled(every(HOUR, 6), lambda at: at == NOW - 6 * DAY), {"first_polled_at": NOW - 6 * DAY, "entries_per_day": 0.2}, "fine"),
    "new, of a busy feed": (polled(every(HOUR, 6), lambda at: at == NOW - 6 * DAY), {"first_polled_at": NOW - 6 * DAY, "entries_per_day": 40.0}, "silent"),
    "new, without dates": (polled(every(HOUR, 6), lambda at: at == NOW - 6 * DAY), {"first_polled_at": NOW - 6 * DAY, "entries_per_day": None}, "silent"),
    "hourly, down for five days, quiet for 26 hours": (
        polled(every(HOUR, 30), quiet_from(NOW - 26 * HOUR, lambda _: True), lambda at: NOW - 9 * DAY < at < NOW - 4 * DAY), {}, "silent",
    ),
    "hourly, one holiday of four days, quiet for 26 hours": (
        polled(every(HOUR, 30), quiet_from(NOW - 26 * HOUR, lambda at: not NOW - 9 * DAY < at < NOW - 5 * DAY)), {}, "silent",
    ),
    "hourly, this machine was off for five days": (
        polled([at for at in every(HOUR, 30) if not NOW - 9 * DAY < at < NOW - 4 * DAY], quiet_from(NOW - 40 * HOUR, lambda _: True)), {}, "silent",
    ),
    "no poll is kept any more": ([], {"last_new_at": NOW - 31 * DAY}, "silent"),
    "no poll is kept any more, rare": ([], {"last_new_at": NOW - 31 * DAY, "entries_per_day": 0.1}, "fine"),
}  # fmt: skip


@pytest.mark.parametrize(("polls", "feed", "state"), HABITS.values(), ids=HABITS.keys())
def test_silence_is_judged_by_the_feeds_own_habit(
    store: duckdb.DuckDBPyConnection, add: Add, polls: list[tuple], feed: dict[str, Any], state: str
) -> None:
    """A feed is silent when it is quiet for longer than it usually is: nights and weekends are habits, outages and holidays are not."""
    tell(store, polls)
    times = {"polled_at": polls[-1][0], "last_success_at": polls[-1][0], "next_due_at": polls[-1][0] + HOUR} if polls else {}
    new = max((at for at, _, count in polls if count), default=None)
    add(store, "feeds", **(USUAL | times | {"last_new_at": new} | feed))
    found = health(store)
    assert found["state"] == state
    assert found["silent_since"] == ((new or feed["last_new_at"]) if state == "silent" else None)


def tell(store: duckdb.DuckDBPyConnection, polls: list[tuple]) -> None:
    """Write polls down, a feed in silence included."""
    columns = ("feed_id", "polled_at", "outcome", "detail", "entry_count", "new_count", "run_id")
    insert_rows(store, "core.feed_events", columns, [(FEED, at, outcome, "", new, new, "r") for at, outcome, new in polls])


@pytest.mark.parametrize(
    ("step", "usual", "gap_h"),
    [(HOUR, lambda _: True, 1.0), (HOUR, lambda at: at.hour == 7, 24.0), (HOUR, workday, 63.0), (DAY, lambda _: True, 24.0)],
    ids=["hourly", "daily", "on workdays", "asked once a day"],
)
def test_the_usual_gap_is_the_longest_that_comes_back(
    store: duckdb.DuckDBPyConnection, add: Add, step: timedelta, usual: Callable[[datetime], bool], gap_h: float
) -> None:
    """Over a month the usual gap of a feed that sleeps at weekends is a weekend's."""
    add(store, "feeds", **USUAL)
    tell(store, polled(every(step, 30), usual))
    assert health(store)["usual_gap_h"] == gap_h


def test_what_is_usual_is_said(store: duckdb.DuckDBPyConnection, add: Add) -> None:
    """The note of a silent feed says what is usual: by its habit, or until that is known by the dates it claims."""
    polls = polled(every(HOUR, 30), quiet_from(NOW - 26 * HOUR, lambda _: True))
    tell(store, polls)
    add(store, "feeds", **(USUAL | {"last_new_at": NOW - 27 * HOUR}))
    assert health(store)["note"] == "answers, but gives nothing new; usually something comes within 1 h"
    store.execute("DELETE FROM core.feed_events; UPDATE core.feeds SET last_new_at = TIMESTAMPTZ '2020-02-10 00:00:00Z'")
    assert health(store)["note"] == "answers, but gives nothing new; usually 4.0 a day"
    store.execute("UPDATE core.feeds SET entries_per_day = 0.5, last_new_at = TIMESTAMPTZ '2020-01-01 00:00:00Z'")
    assert health(store)["note"] == "answers, but gives nothing new; usually one in 2 days"
