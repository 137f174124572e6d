"""Tell our own outage from theirs: when most hosts fail at once the fault is ours, and no feed is put off for it. Pure.

| rule | who paid for it |
|---|---|
| of the hosts that answered within a day of the last answer of any, at least 4 of 5 are out of reach, and 3 hosts in all | Media Cloud counts temporary DNS errors less than others (rss-fetcher 0.12.3): its own resolver had failed |
| dead feeds are told by their past: they did not answer lately, however many are asked at once | - |
| at least 3 hosts answer with one page, or lead to one host, and it is no feed: a log-in page of our own network | ruTorrent#1024; RFC 6585, 6 (status 511) |
| whoever asked for time, or is gone, waits all the same | RFC 9110, 10.2.3 |
| a page that reaches nobody meanwhile has its attempt left | - |
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidings.model import Feed, FeedState, Id, Response
from tidings.text.urls import host_of

UNREACHABLE = frozenset({"dns", "connect", "timeout", "tls"})
_NO_FEED = frozenset({"not_a_feed", "empty_body", "http_511", "parked"})
HOSTS_MIN = 3  # at once; two may well be dead
SHARE_MIN = 0.8  # of the hosts that answered lately
ANSWERED_NOW = timedelta(minutes=10)  # by a run that was killed, say: its answers count as those of this one
ANSWERED_LATELY = timedelta(days=1)  # about as often as a feed is asked at least


@dataclass(frozen=True, slots=True)
class Lost:
    """Hold a poll that reached nobody, or was answered with a page that is no feed, until the end of the run tells whose fault it was."""

    feed_id: str
    host: str
    reason: str
    page: str = ""  # hash of the page that answered
    final_host: str = ""  # other than `host`
    last_success_at: datetime | None = None
    waits: bool = False  # the server asked for time, or the feed is gone


def lost(before: FeedState, state: FeedState, response: Response) -> Lost | None:
    """Describe a poll of which only the end of the run tells what it meant; None when it is clear."""
    if not (state.failures_in_row or response.failure):
        return None
    host, final = host_of(response.url), host_of(response.final_url)
    reason = response.failure or state.failure
    if response.failure not in UNREACHABLE and response.failure != "retry_later" and (response.failure or reason not in _NO_FEED):
        return None
    page = hashlib.blake2b(response.body, digest_size=16).hexdigest() if response.body and not response.failure else ""
    waits = "retry-after" in response.headers or response.failure == "retry_later"
    return Lost(before.feed_id, host, reason, page, final if final != host else "", before.last_success_at, waits)


def just_answered(feeds: Iterable[Feed], states: Mapping[Id, FeedState], now: datetime) -> frozenset[str]:
    """Return the hosts that answered minutes ago, in a run before this one."""
    times = ((feed, states[feed.id].answered_at) for feed in feeds if feed.id in states)
    return frozenset(host_of(feed.url) for feed, at in times if at is not None and timedelta(0) <= now - at <= ANSWERED_NOW)


def not_theirs(losses: Collection[Lost], answered: Collection[str], states: Iterable[FeedState]) -> frozenset[str]:
    """Return the feeds, by id, that failed because our own network did; `answered` are the hosts that gave a proper answer in this run."""
    ours = [one for one in losses if one.reason in UNREACHABLE] + _at_one_door(losses)
    caught = {one.feed_id for one in ours}
    fine = set(answered) | {one.host for one in losses if one.reason in _NO_FEED and one.feed_id not in caught}
    hosts = {one.host for one in ours} - fine
    if len(hosts) < HOSTS_MIN:
        return frozenset()
    latest = max((state.last_success_at for state in states if state.last_success_at), default=None)
    if latest is None:
        lately = hosts  # nothing ever answered
    else:
        lately = {one.host for one in ours if one.last_success_at and one.last_success_at >= latest - ANSWERED_LATELY} & hosts
    if not lately or len(lately) < SHARE_MIN * (len(lately) + len(fine)):
        return frozenset()
    return frozenset(one.feed_id for one in ours if not one.waits)


def _at_one_door(losses: Iterable[Lost]) -> list[Lost]:
    """Return what was answered by one page or led to one host, asked for several."""
    doors: dict[tuple[str, str], list[Lost]] = defaultdict(list)
    for one in losses:
        if one.reason in _NO_FEED:
            for door in (("page", one.page), ("host", one.final_host), ("status", one.reason if one.reason == "http_511" else "")):
                if door[1]:
                    doors[door].append(one)
    caught = [one for found in doors.values() if len({loss.host for loss in found}) >= HOSTS_MIN for one in found]
    return list(dict.fromkeys(caught))


def is_out(feeds: Iterable[Feed], states: Mapping[Id, FeedState], now: datetime) -> bool:
    """Tell from the polls of the last minutes, as they are recorded, whether our own network is down."""
    feeds = list(feeds)
    of_feeds = [(feed, states[feed.id]) for feed in feeds if feed.id in states]
    losses = [
        Lost(feed.id, host_of(feed.url), state.failure, last_success_at=state.last_success_at)
        for feed, state in of_feeds
        if state.failures_in_row
        and state.failure in UNREACHABLE
        and state.polled_at
        and timedelta(0) <= now - state.polled_at <= ANSWERED_NOW
    ]
    return bool(not_theirs(losses, just_answered(feeds, states, now), states.values()))
