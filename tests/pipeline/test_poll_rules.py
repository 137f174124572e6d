"""Prove that the rules of polling hold from the answer to the store: moves, foreign feeds, storms, outages, documents over the limit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.errors import UsageError
from tidings.model import Response
from tidings.pipeline.accept import accept
from tidings.pipeline.poll import poll_feeds
from tidings.store import polls
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE, POST, DESK, NEW = (f"https://{host}.example/rss" for host in ("wire", "post", "desk", "feeds.wire"))
PIECES = [
    Piece(f"https://wire.example/{n}", f"The bridge of the town number {n} is open again to carts", (f"Text {n}.",)) for n in range(8)
]
STATE = "SELECT * EXCLUDE (id, shown_url) FROM core.feeds ORDER BY shown_url DESC LIMIT 1"


class Redirecting(Web):
    """Lead from one address to another, permanently."""

    def _answer(self, request, now) -> Response:
        answer = super()._answer(replace(request, url=self.leads.get(request.url, request.url)), now)
        hops = ((301, self.leads[request.url]),) if request.url in self.leads else ()
        return replace(answer, url=request.url, redirects=hops)


Redirecting.leads = {WIRE: NEW}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a feed of eight entries that was polled once."""
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: PIECES}, headers={WIRE: {"etag": '"1"'}}))
    with open_store(tmp_path, 1) as connection:
        polls.record_configuration(connection, one.settings.feeds, one.settings.topics, NOW)
    poll_feeds(one.run())
    return one


def entry_count(world: World) -> int:
    return world.rows("SELECT count(*) AS n FROM core.entries")[0]["n"]


def test_a_feed_that_moved_is_asked_at_its_new_address(world: World) -> None:
    """After three polls over seven days; its entries stay its own, as it keeps its identity. When the new one fails the old one is asked."""
    world.web = Redirecting(feeds={NEW: PIECES})
    for days in (1, 4, 8, 9):
        assert poll_feeds(world.run(NOW + days * DAY)) in ({"not_due": 0, "polled": 1}, {"not_due": 0, "unchanged": 1})
    assert world.web.asked == [WIRE, WIRE, WIRE, NEW]
    [state] = world.rows(STATE)
    assert (state["moved_url"], state["moved_count"], state["moved_at"]) == (NEW, 3, NOW + 8 * DAY)
    world.web.failures[NEW] = "timeout"
    poll_feeds(world.run(NOW + 10 * DAY))
    poll_feeds(world.run(NOW + 11 * DAY))
    assert world.web.asked[-2:] == [NEW, WIRE]
    assert entry_count(world) == 8


def test_changed_ids_bring_nothing_new(world: World) -> None:
    """A site moves from http to https and writes all its ids anew: eight known entries, none to read, and the storm is noted."""
    world.rows("UPDATE core.entries SET read_due = false RETURNING id")
    world.web.feeds[WIRE] = [replace(piece, url=piece.url.replace("wire.example/", "wire.example/archive/")) for piece in PIECES]
    assert poll_feeds(world.run(NOW + HOUR)) == {"not_due": 0, "polled": 1}
    assert world.rows("SELECT count(*) AS n, count(*) FILTER (read_due) AS due FROM core.entries") == [{"n": 8, "due": 0}]
    assert world.rows("SELECT count(*) AS n FROM core.entries WHERE url LIKE '%/archive/%'") == [{"n": 8}]
    [state] = world.rows(STATE)
    assert (state["storm_at"], state["overlap"]) == (NOW + HOUR, 1.0)
    assert poll_feeds(world.run(NOW + 2 * HOUR)) == {"not_due": 0, "unchanged": 1}


FOREIGN = b"<rss version='2.0'><channel><title>Cheap Shoes</title><item><title>Buy</title><link>https://shoes.example/1</link></item></channel></rss>"


def test_a_feed_of_somebody_else_is_held_until_a_person_says_that_it_is_right(world: World) -> None:
    """Nothing of it reaches the entries, however long it goes on; after `accept` the next poll takes it, and is no sign of lost entries. Twice there is nothing to accept."""
    world.web.bodies[WIRE] = FOREIGN
    for days in range(1, 30):
        assert poll_feeds(world.run(NOW + days * DAY)) == {"not_due": 0, "failed": 1}
    [state] = world.rows(STATE)
    assert (state["failure"], state["failures_in_row"], state["etag"], entry_count(world)) == ("other_feed", 29, '"1"', 8)
    assert world.web.requests[-1].headers == ()
    accept(world.settings, WIRE, NOW + 30 * DAY)
    assert poll_feeds(world.run(NOW + 30 * DAY)) == {"not_due": 0, "polled": 1}
    [state] = world.rows(STATE)
    assert (entry_count(world), state["overlap"], state["interval_s"]) == (9, None, None)
    for url in (WIRE, POST):
        with pytest.raises(UsageError, match=r"nothing to accept|no feed with this URL"):
            accept(world.settings, url, NOW + 30 * DAY)


def test_a_log_in_page_of_our_own_network_puts_no_feed_off(world: World) -> None:
    """The same page from three hosts, again and again: each is asked at its usual time, and is fine when the page is gone."""
    world.change(feeds=(feed(WIRE), feed(POST), feed(DESK)))
    world.web.feeds |= {POST: [], DESK: []}
    world.ingest(NOW + HOUR)
    world.web.bodies |= dict.fromkeys((WIRE, POST, DESK), b"<html><title>Hotel</title>Log in")
    for hours in range(2, 8):
        assert poll_feeds(world.run(NOW + hours * HOUR)) == {"not_due": 0, "failed": 3, "spared": 3}
    world.web.bodies.clear()
    counts = poll_feeds(world.run(NOW + 8 * HOUR))
    assert counts["not_due"] == 0
    assert "failed" not in counts


def test_a_document_over_the_limit_is_read_in_parts(world: World) -> None:
    """4,500 entries where 2,000 are taken at once: three polls have them all, and none is hidden behind an ETag."""
    items = [{"id": f"part-{n}", "url": f"https://wire.example/part/{n}", "title": f"Report of the day, number {n}"} for n in range(4_500)]
    world.web.bodies[WIRE] = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": items}).encode()
    seen = []
    for hours in (1, 2, 3):
        poll_feeds(world.run(NOW + hours * HOUR))
        seen.append(entry_count(world) - len(PIECES))
    assert seen == [2_000, 4_000, 4_500]
    assert world.rows("SELECT etag, failure, dropped_count FROM core.feeds") == [{"etag": "", "failure": "dropped", "dropped_count": 2_500}]
    assert all(request.headers == () for request in world.web.requests[-2:])


def test_one_address_in_two_spellings_is_asked_for_once(world: World) -> None:
    """Each feed gets its entries from the one answer."""
    twin = replace(feed(POST), url="https://WIRE.example:443/rss#all")
    world.web.feeds[twin.url] = PIECES
    world.change(feeds=(feed(WIRE), twin))
    with open_store(world.settings.data, 1) as connection:
        polls.record_configuration(connection, world.settings.feeds, world.settings.topics, NOW)
    count = len(world.web.asked)
    assert poll_feeds(world.run(NOW + HOUR)) == {"not_due": 0, "unchanged": 1, "polled": 1}
    assert len(world.web.asked) == count + 1
    assert world.rows("SELECT count(DISTINCT feed_id) AS feeds, count(*) AS n FROM core.entries") == [{"feeds": 2, "n": 16}]
