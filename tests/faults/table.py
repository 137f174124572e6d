"""Gather the faults of all families."""

from faults.bodies import BOMBS, CUTS
from faults.fault import Fault
from faults.feeds import CONTENTS, LOSSES, NO_FEEDS
from faults.headers import HEADERS, REDIRECTS, STATUSES
from faults.pages import PAGES
from faults.transport import CONNECTION, NAMES, TLS

FAULTS: tuple[Fault, ...] = (*CONNECTION, *TLS, *NAMES, *STATUSES, *HEADERS, *REDIRECTS, *BOMBS, *CUTS, *NO_FEEDS, *LOSSES, *CONTENTS)
LOUD = tuple(fault for fault in FAULTS if not fault.absorbed)
ABSORBED = tuple(fault for fault in FAULTS if fault.absorbed)

# What `status`, the coverage note and `why` say of a feed that failed for a reason: a part of the sentence.
WORDS = {
    "timeout": "in time",
    "incomplete": "breaks off",
    "cut": "breaks off",
    "partial": "a part of itself",
    "dropped": "more entries than",
    "tls": "certificate or encryption",
    "dns": "host name that is not found",
    "refused_address": "not public",
    "protocol": "proper HTTP",
    "too_large": "network.feed_bytes_max",
    "too_many_redirects": "in a circle, or too often",
    "not_modified_unasked": "nothing changed",
    "empty_body": "answers with nothing",
    "not_a_feed": "no feed",
    "parked": "for sale",
    "parser_timeout": "too long to read",
    "http_401": "user name and password",
    "http_403": "refuses us",
    "http_404": "not there",
    "http_410": "gone for good",
    "http_429": "too often",
    "http_500": "trouble with its server",
    "http_503": "trouble with its server",
}


def words_of(fault: Fault) -> str:
    """Return the words by which a fault is told to the people at the desk."""
    return WORDS.get(fault.reason, fault.reason.removeprefix("http_"))


__all__ = ["ABSORBED", "FAULTS", "LOUD", "PAGES", "words_of"]
