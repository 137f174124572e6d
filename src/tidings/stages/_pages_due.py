"""Decide which pages are read, when one that could not be read is tried again, and when one that was read is looked at again. Pure.

Pages are edited behind entries that stay as they are, most of them without a word.

| what is known of it | who found it |
|---|---|
| of 291,666 articles, asked every 15 minutes for a day, 35 % changed, twice each on average; nearly all corrections were silent | Timmerman, Bronselaer, Van Leuven: Last update 1 hour ago (2023) |
| a headline that is changed later than ten hours after it appeared comes too late for most readers | Guo, Kondracki, Nikiforakis, Skiena: Verba Volant, Scripta Volant (WWW 2022) |
| every 15 to 30 minutes in the first day, every two hours in the first week, since the last change | NewsDiffs, website/frontend/management/commands/scraper.py |
| of 600,000 articles 165,000 changed, and 22 % of the changes altered what a paragraph says | Tsoukaladelis and others: The Times, They Are A-Changin' |

Twice in the first day (`ingest.reread_h`) finds what those edits left standing, at two requests for an article on a topic.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidings.model import Entry
from tidings.stages._outages import UNREACHABLE

# The waits before a page's next attempt, by the attempts made. With five (`ingest.attempts_max`) the last comes 73 hours after the
# first, so that a site that is down over a weekend costs nothing; only then the entry's own text stands in for the page.
PAGE_WAITS_H = (0.5, 1, 4, 20, 48)
LOOK_AGAIN_H = 4.0  # after a look to which nobody answered, or which found the page gone: that may be an accident
LOOKS_GIVEN_UP_H = 24.0  # after the last of the configured hours
REREAD_SHARE = 0.2  # of the pages that one run may ask for, and only what new pages leave of them


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
    own_sites: frozenset[str] = frozenset()  # registrable domains where the links of its feed lead
    is_foreign: bool = False  # its page turned out to be on another's site
    is_out: bool = False  # our own network is down: an attempt that reaches nobody does not count


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


def attempts(due: PageDue, reason: str) -> int:
    """Return how many attempts were made at a page with this one, which failed for a reason; our own outage is none of the page's."""
    return due.attempt_count + (0 if due.is_out and reason in UNREACHABLE else 1)


def retry_at(attempt_count: int, now: datetime) -> datetime:
    """Return when a page that could not be read is tried again: see PAGE_WAITS_H."""
    return now + timedelta(hours=PAGE_WAITS_H[min(attempt_count, len(PAGE_WAITS_H) - 1)])


def look_again_at(
    first_seen_at: datetime, published_at: datetime | None, now: datetime, hours: Sequence[float], *, settled: bool = True
) -> datetime | None:
    """Return when the page of an article is read again, so many `hours` after we first saw it; None: not any more.

    `settled`: this time it gave a text, or said why not. Hours that passed while nobody looked are one look. What was old when we
    first saw it had its edits before; the claimed time may lack its hour, so that twice the last of the hours is old.
    """
    if not hours:
        return None
    last = timedelta(hours=max(hours))
    if published_at is not None and published_at < first_seen_at - 2 * last:
        return None
    following = min((at for one in hours if (at := first_seen_at + timedelta(hours=one)) > now), default=None)
    if settled or now >= first_seen_at + last + timedelta(hours=LOOKS_GIVEN_UP_H):
        return following
    return min(filter(None, (following, now + timedelta(hours=LOOK_AGAIN_H))))


def looks_max(pages_max: int, read_count: int) -> int:
    """Return how many pages a run that has read some may read again: new pages come first."""
    return max(min(pages_max - read_count, round(pages_max * REREAD_SHARE) or 1), 0)
