"""Tell whether a feed is still its publisher's: domains lapse, are parked, and are bought by somebody else. Pure.

What a stranger writes at a publisher's old address must not be told as this publisher's. So a feed of which nothing is as before is
held: it fails with the reason `other_feed` at every poll, its entries are not taken, and it stays so until the old feed is back or a
person says that it is right (`tidings feeds accept URL`). It is never accepted by the mere passing of time: whoever bought the
domain can wait, too.

| rule | who paid for it |
|---|---|
| no entry is known, the title shares no word with the last one, and no link leads where links led: held | pythondotorg#2787: a FeedBurner feed that was taken over overnight, and told of shoes |
| the same after 7 days of failures, wherever the links lead: held | a lapsed domain serves its buyer's feed at the old address, with links to itself |
| a page that offers the domain for sale is no feed: reason `parked` | intelmq#1031 |

A title or a link host in common, or one entry that is known under any id, is enough to be believed: feeds are redesigned, renamed and
moved far more often than they are bought. Feeds that link to many publishers have no host of their own: they are judged by title, and
only after an interruption. What cannot be seen: a buyer who copies the title, or
carries the same headlines at the same times.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from tidings.model import Entry, FeedState, Response
from tidings.text.urls import host_of, registrable_domain

INTERRUPTED_MIN = timedelta(days=7)
HOSTS_MAX = 8
HOST_SHARE_MIN = 0.2  # of the links of a poll: less is passing, and what everybody links to says nothing
LINKS_MIN = 5  # with fewer the hosts known before are kept beside those of the poll
_WORD = re.compile(r"\w{2,}")
# fmt: off
_EMPTY_WORDS = frozenset((
    "rss", "feed", "feeds", "atom", "xml", "the", "and", "of", "for", "from", "news", "latest", "headlines", "all", "home", "page", "blog",
    "site", "web", "www", "com", "org", "net", "top", "stories", "posts", "articles", "comments", "online", "daily", "full", "text", "new",
    "updates",
))
# fmt: on
_UNSPACED = "\u2e80"  # the first sign of scripts without spaces
_PARKED = re.compile(
    rb"domain (?:name )?(?:is |may be |has )?(?:for sale|expired|parked)|buy this domain|sedoparking|parkingcrew|domain (?:name )?is available"
)
_PARKED_BYTES_MAX = 65_536


def link_hosts(entries: Iterable[Entry], before: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the registrable domains that a good part of the entries link to, the most frequent first; after few links, those known before, too."""
    hosts = Counter(host for entry in entries if (host := host_of(entry.url)))
    domains: Counter[str] = Counter()
    for host, count in hosts.items():
        domains[registrable_domain(host)] += count
    ranked = sorted(domains.items(), key=lambda item: (-item[1], item[0]))
    own = [domain for domain, count in ranked if count >= HOST_SHARE_MIN * hosts.total()]
    return tuple(dict.fromkeys((*own, *(before if hosts.total() < LINKS_MIN else ()))))[:HOSTS_MAX]


def is_other(before: FeedState, title: str, entries: Sequence[Entry], known_count: int, now: datetime) -> bool:
    """Tell whether a document, of whose entries so many are known, is not the feed that we knew `before`.

    After an interruption a document without entries is held, too, unless its title is as before: new owners begin with an empty one.
    """
    if known_count or not (before.title or before.hosts):
        return False
    old, new = _words(before.title), _words(title)
    if old & new:
        return False
    hosts = link_hosts(entries)
    elsewhere = bool(hosts and before.hosts) and not set(hosts) & set(before.hosts)
    interrupted = before.failing_since is not None and now - before.failing_since >= INTERRUPTED_MIN
    says_nothing = not old or (not new and bool(entries))  # a title of empty words speaks neither for nor against
    return elsewhere or (interrupted and not says_nothing)


def is_parked(response: Response) -> bool:
    """Tell whether a page that is no feed offers its domain for sale, or says that it has expired."""
    return bool(_PARKED.search(response.body[:_PARKED_BYTES_MAX].lower()))


def led_to(response: Response) -> str:
    """Return the host that redirects led to, if it is of another registrable domain than the one asked; else empty."""
    asked, final = host_of(response.url), host_of(response.final_url)
    return final if final and registrable_domain(asked) != registrable_domain(final) else ""


def _words(title: str) -> frozenset[str]:
    """Return the words of a title that say something; of Chinese and Japanese, which has no spaces, the pairs of signs."""
    words = [word for word in _WORD.findall(title.casefold()) if not word.isdecimal()]
    pairs = (word[n : n + 2] for word in words if max(word) >= _UNSPACED for n in range(len(word) - 1))
    return (frozenset(words) | frozenset(pairs)) - _EMPTY_WORDS
