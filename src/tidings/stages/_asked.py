"""Decide which feeds are asked now, under which address, and what is sent along. Pure.

| rule | who paid for it |
|---|---|
| validators are not sent once in 7 days | NetNewsWire drops its own every 8 days after #3191, a server that said 304 for ever; so does capyreader#2201 |
| nor after a body that was wrong: a 304 would hide it | Media Cloud: conditional fetch became a setting, off by default (rss-fetcher 0.12.12) |
| one URL in two spellings is asked for once; a feed that is late by many intervals, too | politeness: servers count requests (rachelbythebay.com, feed reader scores) |
| what is due within a minute is due, unless a failure set the time | cron starts a second early or late: every other run would find nothing due |
| who waited longest comes first | where a run has no time for all, those at the end of feeds.toml would never be asked |
| times that lie ahead were set by a wrong clock, and bind nobody | - |
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from tidings.model import Feed, FeedState, Id, Request
from tidings.stages import _moves
from tidings.stages._intervals import EARLY_S
from tidings.stages._outages import UNREACHABLE
from tidings.text.urls import parse

UNCONDITIONAL_EVERY = timedelta(days=7)
PAUSE_MAX = timedelta(days=15)  # longer than any that we decide: a time beyond was set by a clock that was wrong
_TIMES = ("polled_at", "last_success_at", "last_new_at", "unconditional_at", "failing_since", "gone_since", "answered_at", "moved_since")


def due_feeds(feeds: Iterable[Feed], states: Mapping[Id, FeedState], now: datetime) -> list[Request]:
    """Return a request for each feed that is due, once however late it is: those that have waited longest come first."""
    due = [(feed, state) for feed in feeds if _is_due(state := states.get(feed.id, FeedState(feed.id)), now)]
    due.sort(key=lambda one: one[1].next_due_at.timestamp() if one[1].next_due_at else 0.0)
    return [_request(feed, settled(state, now), now) for feed, state in due]


def _request(feed: Feed, state: FeedState, now: datetime) -> Request:
    """Ask for a feed, with validators where they can be trusted. An accepted certificate is one of the configured address only."""
    url = _moves.address(feed, state)
    pin = feed.tls_sha256 if url == feed.url else ""
    return Request(url=url, kind="feed", headers=_validators(state, now), subject_id=feed.id, tls_sha256=pin)


def shared(requests: Iterable[Request]) -> list[tuple[Request, tuple[Id, ...]]]:
    """Return what is sent, with the feeds that each answer is for: one URL in two spellings is asked for once.

    Where they hold different validators none is sent, and no certificate is accepted that only one of them accepts: the answer must
    serve them all.
    """
    groups: dict[str, list[Request]] = {}
    for request in requests:
        groups.setdefault(_spelling(request.url), []).append(request)
    sent = []
    for group in groups.values():
        headers = group[0].headers if len({request.headers for request in group}) == 1 else ()
        pin = group[0].tls_sha256 if len({request.tls_sha256 for request in group}) == 1 else ""
        sent.append((replace(group[0], headers=headers, tls_sha256=pin), tuple(request.subject_id for request in group)))
    return sent


@lru_cache(maxsize=4096)  # the same feeds run after run
def _spelling(url: str) -> str:
    parts = parse(url)
    return f"{parts.userinfo}@{parts}" if parts else url


def _is_due(state: FeedState, now: datetime) -> bool:
    """Tell whether the time has come. Schedulers do not start on the second; but nobody is asked before the time a failure set."""
    if state.next_due_at is None or state.next_due_at - now > PAUSE_MAX:
        return True
    if state.polled_at is not None and state.polled_at > now:
        return True  # a poll in the future was made by a clock that was wrong: it must not keep us waiting for that day
    return state.next_due_at - now <= timedelta(seconds=0 if state.failures_in_row else EARLY_S)


def settled(state: FeedState, now: datetime) -> FeedState:
    """Bring times of the past that lie ahead of us to now: a clock was wrong, then or now, and no rule may wait for that day."""
    ahead: dict[str, Any] = {name: now for name in _TIMES if (at := getattr(state, name)) is not None and at > now}
    return replace(state, **ahead) if ahead else state


def _validators(state: FeedState, now: datetime) -> tuple[tuple[str, str], ...]:
    """Return the validators to send: none once in a while, none after a body that was wrong, none when the address may change."""
    is_stale = state.unconditional_at is None or now - state.unconditional_at >= UNCONDITIONAL_EVERY
    if is_stale or is_wrong_body(state.failure) or (state.moved_at and state.failures_in_row):
        return ()
    headers = []
    if state.etag:
        headers.append(("if-none-match", state.etag))
    if state.last_modified:
        headers.append(("if-modified-since", state.last_modified))
    return tuple(headers)


def is_wrong_body(failure: str) -> bool:
    """Tell whether a failure was in what the server sent: a later 304 says nothing against that."""
    return bool(failure) and failure not in UNREACHABLE and not failure.startswith("http_")
