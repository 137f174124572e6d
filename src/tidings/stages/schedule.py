"""Decide which feeds to poll, what a poll meant, and which pages to read. Pure: old state, new data and now give the new state."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from tidings.model import Entry, Feed, FeedState, Id, ParsedFeed, Rejection, Request, Response

# A server's validators lie both ways (same ETag, new body), so every so often we ask without them. NetNewsWire drops its
# validators every 8 days for the same reason.
UNCONDITIONAL_EVERY = timedelta(days=7)
BACK_OFF_MAX_S = 24 * 3600.0  # back off, never give up: feeds come back (Media Cloud ended at "never" too)
RETRY_AFTER_MIN_S, RETRY_AFTER_MAX_S = 60.0, 24 * 3600.0
# The waits before a page's next attempt, by the attempts made. With five (`ingest.attempts_max`) the last comes 73 hours after the
# first, so that a site that is down over a weekend costs nothing; only then the entry's own text stands in for the page.
PAGE_WAITS_H = (0.5, 1, 4, 20, 48)
# What a request fails with when our own network is down (or a hotel's log-in page answers for everybody).
_UNREACHABLE = frozenset({"dns", "connect", "timeout", "tls"})
NETWORK_HOSTS_MIN = 3  # hosts out of reach at once; two may well be dead
ANSWERED_LATELY = timedelta(days=1)  # about as often as a feed is asked at least
GONE_PAUSE_S = 7 * 24 * 3600.0  # 410 three times: probe weekly


@dataclass(frozen=True, slots=True)
class Poll:
    """Hold what one poll of a feed meant."""

    feed: Feed
    state: FeedState
    outcome: str  # polled | unchanged | failed
    detail: str
    entries: tuple[Entry, ...] = ()


def content_hash(body: bytes) -> str:
    """Hash a feed's body: equal bodies are not parsed twice."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def entry_hash(entry: Entry) -> str:
    """Hash what an entry says: a change means that its page is read again."""
    parts = f"{entry.title}\x00{entry.summary}\x00{entry.content}"
    return hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def due_feeds(feeds: Iterable[Feed], states: Mapping[Id, FeedState], now: datetime) -> list[Request]:
    """Return a request for each feed that is due, with validators where they can be trusted."""
    requests = []
    for feed in feeds:
        state = states.get(feed.id, FeedState(feed.id))
        # A poll in the future was made by a clock that was wrong: it must not keep us waiting for that day.
        if state.next_due_at is not None and state.next_due_at > now and (state.polled_at is None or state.polled_at <= now):
            continue
        requests.append(Request(url=feed.url, kind="feed", headers=_validators(state, now), subject_id=feed.id))
    return requests


def _validators(state: FeedState, now: datetime) -> tuple[tuple[str, str], ...]:
    if state.unconditional_at is None or now - state.unconditional_at >= UNCONDITIONAL_EVERY:
        return ()
    headers = []
    if state.etag:
        headers.append(("if-none-match", state.etag))
    if state.last_modified:
        headers.append(("if-modified-since", state.last_modified))
    return tuple(headers)


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
    """Return what a poll meant: the feed's new state and its entries. `parsed` is None when nothing needed parsing."""
    if response.failure == "retry_later":
        # Nothing was sent: the host had asked us to wait, or was out of reach a moment ago. That says nothing new of this feed.
        wait_s = min(max(retry_after_s or RETRY_AFTER_MIN_S, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S)
        return Poll(feed, replace(state, next_due_at=now + timedelta(seconds=wait_s)), "failed", response.detail or response.failure)
    if response.failure:
        return _failed(feed, state, response.failure, response.detail, now, retry_after_s)
    if response.status == 304:
        if not conditional:
            return _failed(feed, state, "not_modified_unasked", "304 to a request without validators", now, retry_after_s)
        return _unchanged(feed, state, "304", now)
    if not response.ok:
        if response.status == 410:
            state = replace(state, gone_count=state.gone_count + 1)
        return _failed(feed, state, f"http_{response.status}", "", now, retry_after_s)
    if parsed is None:
        return _unchanged(feed, _trusting(state, response, now, conditional=conditional), "same body", now)
    if isinstance(parsed, Rejection):
        return _failed(feed, state, parsed.reason, parsed.detail, now, retry_after_s)
    return _read(feed, state, response, parsed, conditional=conditional, now=now)


def _read(feed: Feed, state: FeedState, response: Response, parsed: ParsedFeed, *, conditional: bool, now: datetime) -> Poll:
    whole = not parsed.cut and not parsed.entries_dropped
    state = replace(
        state,
        polled_at=now,
        first_polled_at=state.first_polled_at or now,
        last_success_at=now,
        failures_in_row=0,
        gone_count=0,
        last_error="" if whole else "cut: the document ends too early",
        next_due_at=now + timedelta(seconds=feed.every_s),
        entries_per_day=_rate(parsed.entries),
    )
    # Validators of an incomplete body would hide the lost entries behind 304 for good.
    unset = replace(state, etag="", last_modified="", body_hash="")
    state = _trusting(state, response, now, conditional=conditional) if whole else unset
    return Poll(feed, state, "polled", "" if whole else "cut", parsed.entries)


def with_overlap(poll: Poll, known: frozenset[Id], now: datetime) -> FeedState:
    """Return a poll's state with the share of its entries that were known: below a third, some may have scrolled away."""
    if not poll.entries:
        return poll.state
    fresh = sum(entry.id not in known for entry in poll.entries)
    return replace(poll.state, overlap=1 - fresh / len(poll.entries), last_new_at=now if fresh else poll.state.last_new_at)


def _trusting(state: FeedState, response: Response, now: datetime, *, conditional: bool) -> FeedState:
    return replace(
        state,
        etag=response.headers.get("etag", "")[:500],
        last_modified=response.headers.get("last-modified", "")[:100],
        body_hash=content_hash(response.body),
        unconditional_at=state.unconditional_at if conditional else now,
    )


def _unchanged(feed: Feed, state: FeedState, detail: str, now: datetime) -> Poll:
    # A 304 says that the server answers; it must not clear what was wrong with the last body we read.
    state = replace(
        state,
        polled_at=now,
        first_polled_at=state.first_polled_at or now,
        last_success_at=now,
        failures_in_row=0,
        gone_count=0,
        next_due_at=now + timedelta(seconds=feed.every_s),
        overlap=1.0,
    )
    return Poll(feed, state, "unchanged", detail)


def _failed(feed: Feed, state: FeedState, reason: str, detail: str, now: datetime, retry_after_s: float | None) -> Poll:
    failures = state.failures_in_row + 1
    wait_s = min(feed.every_s * 2 ** min(failures - 1, 10), BACK_OFF_MAX_S)
    if retry_after_s is not None:
        wait_s = max(wait_s, min(max(retry_after_s, RETRY_AFTER_MIN_S), RETRY_AFTER_MAX_S))
    if state.gone_count >= 3:
        wait_s = GONE_PAUSE_S
    text = f"{reason}: {detail}" if detail else reason
    state = replace(state, polled_at=now, failures_in_row=failures, last_error=text[:300], next_due_at=now + timedelta(seconds=wait_s))
    return Poll(feed, state, "failed", text[:300])


def is_lost(response: Response) -> bool:
    """Tell whether a host was not reached, or not asked: whose fault that is can only be told at the end of a run."""
    return response.failure in _UNREACHABLE or response.failure == "retry_later"


def network_is_down(lost: Iterable[tuple[Poll, Response]], states: Iterable[FeedState]) -> bool:
    """Tell whether our own network failed, when nothing but `lost` came of a run: then the fault is ours, not theirs.

    Several hosts were asked, and at least one of them answered about when any feed did last (`states` are all we know): while others
    answer, dead feeds are dead, however many of them are asked at once.
    """
    asked = [(poll, response) for poll, response in lost if response.failure in _UNREACHABLE]
    if len({urlsplit(response.url).hostname for _, response in asked}) < NETWORK_HOSTS_MIN:
        return False
    latest = max((state.last_success_at for state in states if state.last_success_at), default=None)
    answered = (poll.state.last_success_at for poll, _ in asked)
    return latest is None or any(at is not None and at >= latest - ANSWERED_LATELY for at in answered)


def spare(poll: Poll, response: Response, now: datetime) -> Poll:
    """Return the poll with a state that does not put the feed off, unless its server asked for that: the failure was not the feed's."""
    if response.failure not in _UNREACHABLE or poll.state.gone_count >= 3 or "retry-after" in response.headers:
        return poll
    return replace(poll, state=replace(poll.state, next_due_at=now + timedelta(seconds=poll.feed.every_s)))


def _rate(entries: Sequence[Entry]) -> float | None:
    """Return how many entries a day the feed gives, by the claimed times of those it shows."""
    times = sorted(entry.published_at for entry in entries if entry.published_at)
    if len(times) < 3:
        return None
    days = (times[-1] - times[0]).total_seconds() / 86400
    return round(len(times) / max(days, 1 / 24), 3)


@dataclass(frozen=True, slots=True)
class PageDue:
    """Hold an entry that waits for its page, with what we know of it."""

    entry: Entry
    publisher: str
    language: str
    first_seen_at: datetime
    attempt_count: int
    known_title: str | None  # title of the article at its URL, when that was read already
    reread: bool  # an article behind it was decided: that stands unless a new version, or a new topic, says more


def due_pages(waiting: Sequence[PageDue]) -> tuple[list[PageDue], list[PageDue]]:
    """Divide waiting entries into those whose page is read and those that another entry stands for, in the order given.

    An entry for an article that is known, under the same title, is not read again. Of several entries that lead to one URL
    each is read: what the one gives nothing for (its feed is not watched for the topic) the other may.
    """
    to_read: list[PageDue] = []
    stood_for: list[PageDue] = []
    for due in waiting:
        known = due.known_title is not None and due.known_title == due.entry.title
        (stood_for if known and not due.reread else to_read).append(due)
    return to_read, stood_for


def retry_at(attempt_count: int, now: datetime) -> datetime:
    """Return when a page that could not be read is tried again: see PAGE_WAITS_H."""
    return now + timedelta(hours=PAGE_WAITS_H[min(attempt_count, len(PAGE_WAITS_H) - 1)])
