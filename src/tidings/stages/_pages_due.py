"""Decide which pages are read, and when one that could not be read is tried again. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tidings.model import Entry

# The waits before a page's next attempt, by the attempts made. With five (`ingest.attempts_max`) the last comes 73 hours after the
# first, so that a site that is down over a weekend costs nothing; only then the entry's own text stands in for the page.
PAGE_WAITS_H = (0.5, 1, 4, 20, 48)


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
