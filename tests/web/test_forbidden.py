"""Forbidden addresses as they may be written, asked for directly: as a feed, as a page, and for the robots.txt of a page."""

import pytest
from connections import connections
from spellings import SPELLINGS

from tidings.model import Request
from tidings.web.client import Client

every_spelling = pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
WAYS = [("feed", False), ("page", False), ("page", True)]  # (kind, whether robots.txt is asked first)


def ask(trap, spelling, kind, robots, *, allowed=False):
    """Send one request; return the response and the connections begun. Where all is allowed, names lead to the trap."""
    resolver = trap.resolve if allowed else spelling.resolve
    limits = trap.limits(allow_private=trap.pairs if allowed else frozenset(), robots=robots)
    with connections() as seen, Client(limits, resolver=resolver) as client:
        response = client.send(Request(spelling.at(trap.port), kind), trap.now)
    return response, seen


def test_there_are_enough_spellings():
    """Far more than 45 ways are tried, each another."""
    assert len({(spelling.url, spelling.answers) for spelling in SPELLINGS.values()}) == len(SPELLINGS) >= 120


@every_spelling
def test_no_forbidden_address_is_connected_to(trap, spelling):
    """However it is written: no connection is begun, neither for the address itself nor for its robots.txt."""
    for kind, robots in WAYS:
        response, seen = ask(trap, spelling, kind, robots)
        assert (response.failure, seen) == ("refused_address", [])


@every_spelling
def test_the_same_address_is_reached_where_it_is_allowed(trap, spelling):
    """Positive control: what is an address of the web at all is reached in the same spelling, the others as plain numbers."""
    for kind, robots in WAYS:
        before = trap.heard()
        response, seen = ask(trap, trap.control(spelling), kind, robots, allowed=True)
        assert (response.body, response.failure) == (b"trapped", "")
        assert trap.heard() - before == len(seen) == 1 + robots
        assert set(seen) <= trap.pairs
