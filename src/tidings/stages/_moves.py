"""Decide at which address a feed is asked: the configured one, until a permanent redirect has proved itself. Pure.

The configured URL stays the feed's identity, and what the user wrote is never changed: a move that was learned is shown, to be
written into feeds.toml.

| rule | who paid for it |
|---|---|
| learned after the same target on 3 polls over 7 days | RSSOwlnix#32: NewsBlur counts ten, others wait a week; Liferea took the first, which a hijacker needs |
| only 301 and 308, and only as far as they lead before the first other status | RFC 9110, 15.4.2 and 15.4.9; temporary ones by 15.4.3 and 15.4.8 |
| only when the poll gave a feed | Vienna#1546: a URL replaced by that of a maintenance page |
| never to another registrable domain, to a front page, or from https to http | FreshRSS#2654: URLs that changed to the worse by themselves; a lapsed domain is bought and redirected |
| one to another domain is shown all the same: publishers change theirs, and only a person can tell | - |
| never where a secret is in either address: addresses that are stored and shown hold none | SECURITY.md |
| fails the new address, the configured one is asked again, in turn | RFC 9110 calls it permanent; servers do not keep to it |
"""

from dataclasses import replace
from datetime import datetime, timedelta

from tidings.model import Feed, FeedState, Response
from tidings.text.urls import is_home, parse, registrable_domain, without_secrets

MOVED_COUNT_MIN = 3
MOVED_FOR_MIN = timedelta(days=7)
_PERMANENT = frozenset({301, 308})


def address(feed: Feed, state: FeedState) -> str:
    """Return the URL to ask: where the feed has moved, or, at every second failure there, the configured one."""
    return state.moved_url if state.moved_at and state.failures_in_row % 2 == 0 else feed.url


def with_move(feed: Feed, state: FeedState, response: Response, now: datetime) -> FeedState:
    """Return the state after a poll that gave a feed, with what its redirects say."""
    if state.moved_at and parse(response.url) == parse(state.moved_url):
        return state
    target = permanent_target(feed, response)
    if not target:  # also after a move that was learned: the feed is back
        shown = _target(feed, response, elsewhere=True)
        since = (state.moved_since if shown == state.moved_url else now) if shown else None
        return replace(state, moved_url=shown, moved_count=0, moved_since=since, moved_at=None)
    if target != state.moved_url or state.moved_since is None:
        return replace(state, moved_url=target, moved_count=1, moved_since=now, moved_at=None)
    count = state.moved_count + 1
    is_proved = count >= MOVED_COUNT_MIN and now - state.moved_since >= MOVED_FOR_MIN
    return replace(state, moved_count=count, moved_at=state.moved_at or (now if is_proved else None))


def permanent_target(feed: Feed, response: Response) -> str:
    """Return where permanent redirects lead from the configured URL, if we may learn it; else empty."""
    return _target(feed, response, elsewhere=False)


def _target(feed: Feed, response: Response, *, elsewhere: bool) -> str:
    """Return where permanent redirects lead: on the feed's own registrable domain, or `elsewhere`; empty when it is no good address."""
    target = ""
    for status, url in response.redirects:
        if status not in _PERMANENT:
            break
        target = url
    return target if target and target != feed.url and _is_good(feed, target, elsewhere=elsewhere) else ""


def _is_good(feed: Feed, target: str, *, elsewhere: bool) -> bool:
    old, new = parse(feed.url), parse(target)
    if old is None or new is None:
        return False
    is_there = (registrable_domain(old.host) != registrable_domain(new.host)) is elsewhere
    is_safe = new.scheme == "https" or (new.scheme == "http" and old.scheme == "http")
    return (
        is_there
        and is_safe
        and not is_home(target)
        and not _has_secret(feed.url)
        and not _has_secret(target)
        and feed.shown_url == feed.url
    )


def _has_secret(url: str) -> bool:
    return without_secrets(url) != url
