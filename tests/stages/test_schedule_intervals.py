"""Prove how long feeds are left alone: the law of the overlap, quiet feeds, back-off, and what a week of it loses."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polled import BODY, DAY, FEED, HOUR, NOW, REASONABLE, WHOLE, answer, entry, poll

from tidings.model import Feed, ParsedFeed, Response
from tidings.stages import _intervals
from tidings.stages.schedule import conclude, read_poll

MIN = 60.0
H = 3600.0
NORMALS = st.floats(5 * MIN, 7 * 24 * H)
SHARES = st.floats(0, 1)


@pytest.mark.parametrize(
    ("before_s", "gap_s", "overlap", "quiet_s", "fresh_s", "after_s"),
    [
        pytest.param(None, 30 * MIN, 0.0, 0, 0, 15 * MIN, id="nothing known: twice as often"),
        pytest.param(None, 30 * MIN, 0.2, 0, 0, 18.75 * MIN, id="a fifth known: half would be new in that"),
        pytest.param(None, 30 * MIN, 0.34, 0, 0, 30 * MIN, id="a third known: it stays"),
        pytest.param(10 * MIN, 10 * MIN, 0.5, 0, 0, 10 * MIN, id="half known: it stays"),
        pytest.param(10 * MIN, 10 * MIN, 0.66, 0, 0, 10 * MIN, id="almost two thirds: it stays"),
        pytest.param(10 * MIN, 10 * MIN, 0.9, 0, 0, 15 * MIN, id="nearly all known: half as long again"),
        pytest.param(10 * MIN, 10 * MIN, 0.7, 0, 0, 15 * MIN, id="a little more than two thirds"),
        pytest.param(25 * MIN, 25 * MIN, 1.0, 0, 0, 30 * MIN, id="back to the configured one, not beyond"),
        pytest.param(None, 10 * H, 0.0, 0, 0, 30 * MIN, id="nothing known after ten hours: that says nothing"),
        pytest.param(6 * MIN, 6 * MIN, 0.0, 0, 0, 5 * MIN, id="never below five minutes"),
        pytest.param(None, 30 * MIN, 0.0, 0, 20 * MIN, 20 * MIN, id="a cache answers for 20 minutes: no sooner"),
        pytest.param(None, 30 * MIN, 0.0, 0, 24 * H, 30 * MIN, id="max-age of a day does not lengthen (NetNewsWire#4478)"),
        pytest.param(None, 30 * MIN, 1.0, 8 * H, 0, 30 * MIN, id="a night without news"),
        pytest.param(None, 30 * MIN, 1.0, 24 * H, 0, 60 * MIN, id="quiet for a day: every hour"),
        pytest.param(None, 30 * MIN, 1.0, 900 * H, 0, 120 * MIN, id="quiet for weeks: at most four times"),
        pytest.param(120 * MIN, 120 * MIN, 0.95, 0, 0, 30 * MIN, id="news after weeks: as configured at once"),
    ],
)
def test_the_overlap_decides_the_interval(
    before_s: float | None, gap_s: float, overlap: float, quiet_s: float, fresh_s: float, after_s: float
) -> None:
    """Media Cloud's measure: a third to two thirds of each poll should be known. A feed that is asked every 30 minutes."""
    assert _intervals.interval_s(30 * MIN, before_s, gap_s, overlap, quiet_s, fresh_s) == pytest.approx(after_s)


@given(NORMALS, st.none() | st.floats(1, 1e7), st.floats(1, 1e7), SHARES, st.floats(0, 1e9), st.floats(0, 1e9))
def test_no_interval_is_ever_out_of_bounds(
    normal_s: float, before_s: float | None, gap_s: float, overlap: float, quiet_s: float, fresh_s: float
) -> None:
    """Five minutes to 24 hours, at most four times the configured one, and never less often than a user who asks more seldom wants."""
    found = _intervals.interval_s(normal_s, before_s, gap_s, overlap, quiet_s, fresh_s)
    assert min(normal_s, 5 * MIN) <= found <= max(normal_s, min(4 * normal_s, 24 * H))


@given(NORMALS, st.none() | st.floats(1, 1e6), st.floats(1, 1e6), SHARES, SHARES)
def test_more_overlap_never_means_sooner(normal_s: float, before_s: float | None, gap_s: float, one: float, other: float) -> None:
    """The law is monotone: the more was known, the longer the wait."""
    low, high = (_intervals.interval_s(normal_s, before_s, gap_s, overlap, 0) for overlap in sorted((one, other)))
    assert low <= high


def lost_in_a_week(per_day: float, shown_count: int, *, adaptive: bool) -> tuple[int, int, float]:
    """Return how many entries of a steady feed were never seen, how many polls that took, and the last overlap."""
    state, now, seen, lost, polls = REASONABLE, NOW, 0, 0, 0
    while now < NOW + 7 * DAY:
        count = int((now - NOW) / DAY * per_day) + shown_count
        shown = [entry(n) for n in range(count - shown_count, count)]
        lost += max(0, count - shown_count - seen) if polls else 0
        known = frozenset(one.id for one in shown if int(one.id.removeprefix("entry-")) < seen)
        response = answer(200, str(count).encode())
        state = conclude(poll(state, response, ParsedFeed("rss20", "The Wire", tuple(shown)), now=now), known, now).state
        seen, polls = count, polls + 1
        assert state.next_due_at is not None
        now = state.next_due_at if adaptive else now + timedelta(seconds=FEED.every_s)
    return lost, polls, state.overlap or 0.0


@pytest.mark.parametrize(
    ("per_day", "shown_count"),
    [
        pytest.param(10, 20, id="10 a day, 20 shown"),
        pytest.param(200, 20, id="200 a day, 20 shown"),
        pytest.param(960, 10, id="960 a day, 10 shown: half are lost at 30 minutes"),
        pytest.param(1440, 15, id="one a minute, 15 shown"),
    ],
)
def test_a_busy_feed_is_asked_until_nothing_scrolls_away(per_day: float, shown_count: int) -> None:
    """After the first polls nothing is lost any more, and what was lost before is said: at 30 minutes up to half of it."""
    before, polls_before, _ = lost_in_a_week(per_day, shown_count, adaptive=False)
    after, polls, overlap = lost_in_a_week(per_day, shown_count, adaptive=True)
    assert after <= max(2 * shown_count, before / 50)
    if before:
        assert 0.25 <= overlap <= 0.75
        assert polls <= polls_before * 7
    else:
        assert polls <= polls_before + 1


def waits(count: int, response: Response, feed: Feed = FEED, **more: float) -> list[float]:
    """Return the seconds to the next poll after each of so many failures in a row."""
    state, found = REASONABLE, []
    for _ in range(count):
        state = read_poll(feed, state, response, None, conditional=True, now=NOW, **more).state
        assert state.next_due_at is not None
        found.append((state.next_due_at - NOW).total_seconds())
    return found


def test_back_off_doubles_up_to_a_day() -> None:
    """Feeds come back (Media Cloud gave up after 4, 10, 30 failures, then never): up to 24 hours, less up to a quarter to keep them apart."""
    doubled = [1800, 3600, 7200, 14400, 28800, 57600, 86400, 86400, 86400]
    found = waits(9, answer(503))
    assert found[0] == 1800
    assert all(0.75 * most <= wait <= most for wait, most in zip(found, doubled, strict=True))
    assert 64800 <= waits(400, answer(404))[-1] <= 86400


def test_a_feed_that_is_asked_seldom_does_not_fail_more_often() -> None:
    """Back-off never undercuts the configured interval, even beyond a day."""
    assert waits(3, answer(500), replace(FEED, every_s=7 * 86400.0)) == [7 * 86400] * 3


def test_feeds_that_failed_together_do_not_come_back_together() -> None:
    """500 feeds after a night without their hosting company: no minute gets more than a few of them."""
    times = [waits(8, answer(500), replace(FEED, id=f"feed-{n}"))[-1] for n in range(500)]
    busiest = max(sum(at // 60 == minute for at in times) for minute in {at // 60 for at in times})
    assert busiest <= 10
    assert times == [waits(8, answer(500), replace(FEED, id=f"feed-{n}"))[-1] for n in range(500)]


@pytest.mark.parametrize(
    ("status", "retry_after_s", "wait_s"),
    [
        pytest.param(429, -5, 1800, id="past"),
        pytest.param(429, 1, 1800, id="shorter than our own"),
        pytest.param(429, 7200, 7200, id="longer"),
        pytest.param(503, 7200, 7200, id="longer, unavailable"),
        pytest.param(429, 1e12, 86400, id="absurd"),
        pytest.param(429, None, 3600, id="too many requests, and no word of how long"),
        pytest.param(503, None, 1800, id="unavailable"),
    ],
)
def test_retry_after_can_only_lengthen_the_wait_up_to_a_day(status: int, retry_after_s: float | None, wait_s: float) -> None:
    """FreshRSS#7571: feeds that ended in 429 for good. The wish counts between a minute and 24 hours, and never shortens our own wait."""
    more = {} if retry_after_s is None else {"retry_after_s": retry_after_s}
    assert waits(1, answer(status), **more) == [wait_s]


def test_success_ends_back_off_at_once() -> None:
    """The first good answer brings the usual interval back."""
    failing = replace(REASONABLE, failures_in_row=9, failing_since=NOW - 9 * DAY, failure="http_500", last_error="http_500")
    for response, parsed in ((answer(), WHOLE), (answer(304, b""), None), (answer(200, BODY), None)):
        state = poll(failing, response, parsed).state
        assert (state.failures_in_row, state.failing_since, state.failure, state.last_error) == (0, None, "", "")
        assert state.next_due_at == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("value", "fresh_s"),
    [
        ("max-age=600", 600), ("public, max-age=600, must-revalidate", 600), ('max-age="600"', 600), ("s-maxage=9", 0), ("x-max-age=9", 0),
        ("max-age=-1", 0), ("max-age=99999999999999", 0), ("no-store", 0), ("", 0),
    ],
)  # fmt: skip
def test_max_age_is_read(value: str, fresh_s: float) -> None:
    """RFC 9111, 5.2.2.1; nonsense is nothing."""
    assert _intervals.fresh_s({"cache-control": value}) == fresh_s


def test_a_poll_carries_max_age_to_the_interval() -> None:
    """Asked every hour, nothing known: half an hour, but a cache that answers for 50 minutes would only repeat itself."""
    feed = replace(FEED, every_s=H)
    headers = {"cache-control": "max-age=3000"}
    found = conclude(poll(REASONABLE, answer(headers=headers), WHOLE, feed=feed), frozenset(), NOW).state
    assert found.interval_s == 3000
    assert conclude(poll(REASONABLE, answer(), WHOLE, feed=feed), frozenset(), NOW).state.interval_s == 1800


def test_a_first_poll_and_a_cut_one_decide_nothing() -> None:
    """Nothing can be known at a first poll; of a document over the limit each poll sees another part."""
    assert conclude(poll(replace(REASONABLE, last_success_at=None), answer(), WHOLE), frozenset(), NOW).state.interval_s is None
    over = replace(WHOLE, entries_dropped=5)
    assert conclude(poll(REASONABLE, answer(), over), frozenset(), NOW).state.interval_s is None


def test_a_quiet_feed_is_asked_less_often_and_at_once_again() -> None:
    """After a quiet day of 304 every hour; with the first new entry every half hour."""
    state = replace(REASONABLE, last_new_at=NOW - DAY)
    state = poll(state, answer(304, b"")).state
    assert (state.interval_s, state.next_due_at) == (3600, NOW + HOUR)
    later = NOW + HOUR
    state = conclude(poll(state, answer(), WHOLE, now=later), frozenset({"entry-1"}), later).state
    assert (state.interval_s, state.next_due_at) == (None, later + HOUR / 2)


def test_a_changed_configuration_counts_at_once() -> None:
    """An interval that was decided for another setting is brought within what the setting allows now."""
    state = replace(REASONABLE, interval_s=300)
    assert _intervals.decided_s(replace(FEED, every_s=24 * H), state) == 300
    assert _intervals.decided_s(FEED, replace(state, interval_s=9e9)) == 2 * H


def test_times_of_quiet_lie_behind() -> None:
    """A feed that never gave anything is quiet since its first poll."""
    assert _intervals.quiet_s(replace(REASONABLE, last_new_at=None), NOW) == 30 * 86400
    future: datetime = NOW + DAY
    assert _intervals.quiet_s(replace(REASONABLE, last_new_at=future), NOW) == 0
