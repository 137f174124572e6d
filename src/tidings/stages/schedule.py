r"""Decide which feeds to poll, what a poll meant, and which pages to read. Pure: old state, new data and now give the new state.

    new --good--> fine <--good-- failing                          good: 200 with a feed, 304 to validators that we sent
     \--bad-->    failing: 30 min, 1 h, 2 h ... 24 h, for ever     bad: everything else
    failing --410, the third within 48 h--> gone: asked weekly    gone --good--> fine; any other status --> failing
    failing, gone --our own network was down--> as it was, due at its usual time
    fine --a document of which nothing is as before--> failing with `other_feed`, its entries not taken (_owners)
    fine --301 or 308, 3 polls over 7 days--> asked at the new address --bad--> asked at the old one, in turn (_moves)

How often a feed is asked is decided in `_intervals`, whose outage it was in `_outages`; when who is asked in `_asked`;
docs/explanation/polling.md has all rules.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tidings.model import Entry, Feed, FeedState, Id, ParsedFeed, Rejection, Response
from tidings.stages import _intervals, _moves, _owners
from tidings.stages._asked import due_feeds, is_wrong_body, settled, shared
from tidings.stages._outages import Lost, is_out, just_answered, lost, not_theirs
from tidings.stages._pages_due import PAGE_WAITS_H, PageDue, attempts, due_pages, look_again_at, looks_max, retry_at

__all__ = [
    "PAGE_WAITS_H",
    "Lost",
    "PageDue",
    "Poll",
    "attempts",
    "conclude",
    "content_hash",
    "due_feeds",
    "due_pages",
    "entry_hash",
    "is_out",
    "just_answered",
    "look_again_at",
    "looks_max",
    "lost",
    "needs_parsing",
    "not_theirs",
    "read_poll",
    "retry_at",
    "shared",
    "spare",
]

GONE_COUNT_MIN, GONE_WITHIN = 3, timedelta(hours=48)
GONE_PAUSE_S = 7 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Poll:
    """Hold what one poll of a feed meant."""

    feed: Feed
    state: FeedState
    outcome: str  # polled | unchanged | failed
    detail: str
    entries: tuple[Entry, ...] = ()
    before: FeedState | None = None  # the state it began with; with the next two only of a poll that was read
    title: str = ""  # the document's own
    fresh_s: float = 0.0  # how long the answer says that it stays fresh


def content_hash(body: bytes) -> str:
    """Hash a feed's body: equal bodies are not parsed twice."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def entry_hash(entry: Entry) -> str:
    """Hash what an entry says: a change means that its page is read again."""
    parts = f"{entry.title}\x00{entry.summary}\x00{entry.content}"
    return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def needs_parsing(state: FeedState, response: Response) -> bool:
    """Tell whether a response holds a body that we have not read already."""
    return response.ok and content_hash(response.body) != state.body_hash


def read_poll(
    feed: Feed,
    state: FeedState,
    response: Response,
    parsed: ParsedFeed | Rejection | None,
    *,
    conditional: bool,
    now: datetime,
    retry_after_s: float | None = None,
) -> Poll:
    """Return what a poll meant: the feed's new state and its entries. `parsed` is None when nothing needed parsing.

    What was read is brought to its end by `conclude`, when it is known which of its entries are.
    """
    state = settled(state, now)
    if response.failure == "retry_later":
        # Nothing was sent: the host had asked us to wait, or was out of reach a moment ago. That says nothing new of this feed.
        wait_s = _intervals.asked_s(retry_after_s or 0.0)
        return Poll(feed, replace(state, next_due_at=_intervals.later(now, wait_s)), "failed", response.detail or response.failure)
    if response.status:
        state = replace(state, answered_at=now)
    if response.failure:
        return _failed(feed, state, response.failure, response.detail, now, response, retry_after_s)
    if response.status == 304:
        if not conditional:
            return _failed(feed, state, "not_modified_unasked", "304 to a request without validators", now, response, retry_after_s)
        return _unchanged(feed, state, response, "304", now)
    if not response.ok:
        return _failed(feed, _gone(state, response, now), f"http_{response.status}", "", now, response, retry_after_s)
    if parsed is None:
        return _unchanged(feed, _trusting(state, response, now, conditional=conditional), response, "same body", now)
    if isinstance(parsed, Rejection):
        return _failed(feed, state, *_told_apart(parsed, response), now, response, retry_after_s)
    return _read(feed, state, response, parsed, conditional=conditional, now=now)


def _read(feed: Feed, before: FeedState, response: Response, parsed: ParsedFeed, *, conditional: bool, now: datetime) -> Poll:
    defect = _defect(before, parsed, response)
    state = replace(
        _moves.with_move(feed, _good(before, now), response, now),
        failure=defect.partition(":")[0],
        last_error=defect,
        entries_per_day=_rate(parsed.entries),
        dropped_count=parsed.entries_dropped,
        # What is over the limit is read by the next polls, part by part. The last part is followed by the first.
        read_from=before.read_from + len(parsed.entries) if parsed.entries_dropped > before.read_from else 0,
    )
    # Validators of an incomplete body would hide the lost entries behind 304 for good.
    unset = replace(state, etag="", last_modified="", body_hash="")
    state = unset if defect else _trusting(state, response, now, conditional=conditional)
    fresh_s = _intervals.fresh_s(response.headers)
    state = replace(state, next_due_at=_intervals.later(now, _intervals.decided_s(feed, state)))
    return Poll(feed, state, "polled", defect.partition(":")[0], parsed.entries, before, parsed.title[:200], fresh_s)


def _defect(before: FeedState, parsed: ParsedFeed, response: Response) -> str:
    """Say what keeps a body from being whole; empty when it is."""
    if parsed.cut:
        return "cut: the document ends too early"
    if parsed.entries_dropped or before.read_from:
        return f"dropped: {parsed.entries_dropped} entries over the limit, read part by part"
    return "" if response.status == 200 else f"partial: answered with status {response.status}"


def _told_apart(parsed: Rejection, response: Response) -> tuple[str, str]:
    """Name what came instead of a feed."""
    if parsed.reason != "not_a_feed":
        return parsed.reason, parsed.detail
    host = _owners.led_to(response)
    detail = f"{parsed.detail}; led to {host}" if host and parsed.detail else parsed.detail or (f"led to {host}" if host else "")
    return ("parked" if _owners.is_parked(response) else "not_a_feed"), detail


def conclude(poll: Poll, known: frozenset[Id], now: datetime, *, storm: bool = False) -> Poll:
    """Return a poll that was read, now that it is known which of its entries are: whose feed it is, its overlap, when it is due.

    Below a third known, some may have scrolled away (Media Cloud's measure). `storm`: (nearly) all came under other ids than before.
    """
    before = poll.before
    if before is None:
        return poll
    known_count = sum(entry.id in known for entry in poll.entries)
    was_accepted = before.failure == "other_feed" and not (before.title or before.hosts)
    if _owners.is_other(before, poll.title, poll.entries, known_count, now):
        detail = "none of its entries and no word of its title is as before"
        return _failed(poll.feed, before, "other_feed", detail, now)
    if not poll.entries:
        return poll
    overlap = None if was_accepted else known_count / len(poll.entries)  # that nothing of a new feed is known says nothing of its pace
    state = replace(
        poll.state,
        overlap=overlap,
        last_new_at=now if known_count < len(poll.entries) else poll.state.last_new_at,
        storm_at=now if storm else poll.state.storm_at,
        title=poll.title or before.title,
        hosts=_owners.link_hosts(poll.entries, before.hosts),
    )
    if overlap is not None and before.last_success_at is not None and not state.dropped_count and not before.dropped_count:
        state = _with_interval(poll.feed, state, before.last_success_at, overlap, now, poll.fresh_s)
    return replace(poll, state=state)


def _with_interval(feed: Feed, state: FeedState, last_at: datetime, overlap: float, now: datetime, fresh_s: float = 0.0) -> FeedState:
    gap_s = max((now - last_at).total_seconds(), 1.0)
    quiet_s = _intervals.quiet_s(state, now)
    wait_s = _intervals.interval_s(feed.every_s, state.interval_s, gap_s, overlap, quiet_s, fresh_s)
    return replace(state, interval_s=None if wait_s == feed.every_s else wait_s, next_due_at=_intervals.later(now, wait_s))


def _trusting(state: FeedState, response: Response, now: datetime, *, conditional: bool) -> FeedState:
    if response.status != 200:  # RFC 9110, 15.3.7: a part has the validator of the whole
        return replace(state, etag="", last_modified="")
    return replace(
        state,
        etag=response.headers.get("etag", "")[:500],
        last_modified=response.headers.get("last-modified", "")[:100],
        body_hash=content_hash(response.body),
        unconditional_at=state.unconditional_at if conditional else now,
    )


def _good(state: FeedState, now: datetime) -> FeedState:
    """Return the state after a poll that gave a feed, or said that it is as it was."""
    return replace(
        state,
        polled_at=now,
        first_polled_at=state.first_polled_at or now,
        last_success_at=now,
        failures_in_row=0,
        failing_since=None,
        gone_count=0,
        gone_since=None,
    )


def _unchanged(feed: Feed, before: FeedState, response: Response, detail: str, now: datetime) -> Poll:
    """Return what "nothing new" meant: a 304 must not clear what was wrong with the last body; the whole body that we read before does."""
    state = _moves.with_move(feed, _good(before, now), response, now)
    if detail != "304" or not is_wrong_body(state.failure):
        state = replace(state, failure="", last_error="")
    state = _with_interval(feed, replace(state, overlap=1.0), before.last_success_at or now, 1.0, now, _intervals.fresh_s(response.headers))
    return Poll(feed, state, "unchanged", detail)


def _gone(state: FeedState, response: Response, now: datetime) -> FeedState:
    """Count 410s: three within 48 hours mean that it is meant. Another answer ends that; no answer says nothing."""
    if response.status != 410:
        return replace(state, gone_count=0, gone_since=None)
    is_same = state.gone_since is not None and (state.gone_count >= GONE_COUNT_MIN or now - state.gone_since <= GONE_WITHIN)
    if is_same:
        return replace(state, gone_count=state.gone_count + 1)
    return replace(state, gone_count=1, gone_since=now)


def _failed(
    feed: Feed,
    state: FeedState,
    reason: str,
    detail: str,
    now: datetime,
    response: Response | None = None,
    retry_after_s: float | None = None,
) -> Poll:
    failures = state.failures_in_row + 1
    wait_s = _intervals.back_off_s(feed, failures, status=response.status if response else 0, retry_after_s=retry_after_s)
    text = (f"{reason}: {detail}" if detail else reason)[:300]
    state = replace(
        state,
        polled_at=now,
        failures_in_row=failures,
        failing_since=state.failing_since or now,
        failure=reason,
        last_error=text,
        next_due_at=_intervals.later(now, max(wait_s, GONE_PAUSE_S) if state.gone_count >= GONE_COUNT_MIN else wait_s),
    )
    return Poll(feed, state, "failed", text)


def spare(poll: Poll, now: datetime) -> Poll:
    """Return the poll with a state that does not put the feed off: the failure was not its own. What is gone waits all the same."""
    if poll.state.gone_count >= GONE_COUNT_MIN:
        return poll
    return replace(poll, state=replace(poll.state, next_due_at=_intervals.later(now, _intervals.decided_s(poll.feed, poll.state))))


def _rate(entries: Sequence[Entry]) -> float | None:
    """Return how many entries a day the feed gives, by the claimed times of those it shows."""
    times = sorted(entry.published_at for entry in entries if entry.published_at)
    if len(times) < 3:
        return None
    days = (times[-1] - times[0]).total_seconds() / 86400
    return round(len(times) / max(days, 1 / 24), 3)
