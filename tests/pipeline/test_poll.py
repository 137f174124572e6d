"""Prove that polling asks politely, keeps entries once, and remembers what each feed did."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.jail import JailFailure
from tidings.pipeline.poll import poll_feeds
from tidings.pipeline.run import Batches
from tidings.store import polls
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE, POST, DESK, LIVE = (f"https://{host}.example/rss" for host in ("wire", "post", "desk", "live"))
ONE, TWO = (Piece(f"https://wire.example/{name}", f"Title {name}", (f"Text {name}.",)) for name in "ab")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give two feeds that nobody has polled."""
    one = World(settings(tmp_path, [feed(WIRE), feed(POST)]), Web(feeds={WIRE: [ONE, TWO], POST: []}, headers={WIRE: {"etag": '"1"'}}))
    with open_store(tmp_path, 1) as connection:
        polls.record_configuration(connection, one.settings.feeds, one.settings.topics, NOW)
    return one


def state(world: World, url: str = WIRE) -> dict[str, object]:
    return world.rows(f"SELECT * FROM core.feeds WHERE shown_url = '{url}'")[0]


def test_polling_twice(world: World) -> None:
    """First everything is read; then, asked with the validators, nothing changed; an edit touches only its entry."""
    assert poll_feeds(world.run()) == {"not_due": 0, "polled": 2}
    assert [row["title"] for row in world.rows("SELECT title FROM core.entries ORDER BY title")] == ["Title a", "Title b"]
    assert (state(world)["overlap"], state(world)["last_new_at"]) == (0.0, NOW)

    world.web.statuses[WIRE] = 304
    assert poll_feeds(world.run(NOW + HOUR)) == {"not_due": 0, "unchanged": 2}
    assert world.web.requests[-2].headers == (("if-none-match", '"1"'),)

    world.web.statuses.clear()
    world.web.feeds[WIRE] = [replace(ONE, summary="Edited."), TWO]
    before = world.rows("SELECT * FROM core.entries WHERE title = 'Title b'")
    assert poll_feeds(world.run(NOW + 2 * HOUR)) == {"not_due": 0, "polled": 1, "unchanged": 1}
    assert world.rows("SELECT * FROM core.entries WHERE title = 'Title b'") == before
    assert world.rows("SELECT summary, read_due, first_seen_at FROM core.entries WHERE title = 'Title a'") == [
        {"summary": "Edited.", "read_due": True, "first_seen_at": NOW}
    ]
    assert state(world)["overlap"] == 1.0


def test_each_of_two_feeds_at_one_address_gets_its_own_entries(world: World) -> None:
    """Answers are matched by the URL asked for, also when it is asked for twice."""
    twin = replace(feed(WIRE), id=feed(POST).id)
    world.change(feeds=(feed(WIRE), twin))
    assert poll_feeds(world.run())["polled"] == 2
    assert world.rows("SELECT count(*) AS n, count(DISTINCT feed_id) AS feeds FROM core.entries") == [{"n": 4, "feeds": 2}]


def test_what_fails_is_remembered_and_tried_later(world: World) -> None:
    """A server that asks us to wait is left alone so long; a killed parser is an outcome, with the bytes kept."""
    world.web.statuses[WIRE] = 429
    world.web.headers[WIRE] = {"retry-after": "7200"}
    world.jail.deadly["post.example"] = JailFailure("timeout", "cpu")
    assert poll_feeds(world.run()) == {"not_due": 0, "failed": 2}
    assert (state(world)["last_error"], state(world)["next_due_at"]) == ("http_429", NOW + 2 * HOUR)
    assert state(world, POST)["last_error"].startswith("parser_timeout: cpu")
    assert state(world, POST)["failures_in_row"] == 1
    assert len(list((world.settings.data / "archive" / "stalled").glob("feed-*.bin"))) == 1
    assert poll_feeds(world.run(NOW + HOUR)) == {"not_due": 1, "failed": 1}


def test_small_batches_record_the_same(world: World) -> None:
    """One poll a transaction: the same feeds, the same entries."""
    world.batches = Batches(polls=1)
    assert poll_feeds(world.run()) == {"not_due": 0, "polled": 2}
    assert len(world.rows("SELECT * FROM core.entries")) == 2
    assert len(world.rows("SELECT * FROM core.feed_events")) == 2


def test_a_feed_that_left_the_configuration_is_not_polled(world: World) -> None:
    """Its history stays."""
    poll_feeds(world.run())
    world.change(feeds=(feed(POST),))
    poll_feeds(world.run(NOW + DAY))
    assert world.web.asked.count(WIRE) == 1
    assert len(world.rows("SELECT * FROM core.feeds")) == 2


def test_when_our_network_is_down_no_feed_is_put_off(world: World) -> None:
    """Six times no host can be reached: each feed is asked at its usual time, each failure counts, and the run says what it did."""
    world.change(feeds=(*world.settings.feeds, feed(DESK)))
    world.web.feeds[DESK] = []
    world.ingest()
    world.web.failures |= {WIRE: "dns", POST: "connect", DESK: "timeout"}
    for hours in range(1, 7):
        assert poll_feeds(world.run(NOW + hours * HOUR)) == {"not_due": 0, "failed": 3, "spared": 3}
    assert [(row["failures_in_row"], row["next_due_at"]) for row in world.rows("SELECT * FROM core.feeds")] == [(6, NOW + 6.5 * HOUR)] * 3
    report = world.ingest(NOW + 7 * HOUR)
    assert report.feeds == {"not_due": 0, "failed": 3}
    assert any("none is put off" in note for note in report.notes)
    del world.web.failures[POST]
    assert world.ingest(NOW + 8 * HOUR).notes == ()
    assert state(world)["failures_in_row"] == 8


def test_dead_feeds_beside_one_that_is_polled_seldom_back_off(world: World) -> None:
    """Two, and of three all but for the first day: what answers elsewhere shows that the network is fine."""
    world.change(feeds=(*world.settings.feeds, feed(DESK), feed(LIVE, every_s=4 * 3600)))
    world.web.feeds |= {DESK: [], LIVE: []}
    world.ingest()
    world.web.failures |= {WIRE: "dns", POST: "dns", DESK: "dns"}
    spared = [hours for hours in range(1, 60) if poll_feeds(world.run(NOW + hours * HOUR)).get("spared")]
    assert max(spared) <= 28
    assert world.web.asked.count(WIRE) < 1 + 28 + 3


def test_a_kill_between_answers_and_losses_changes_nothing(world: World) -> None:
    """Five hosts answer and are recorded, three are lost; killed between, the next run finds only the lost ones due, and judges the same."""
    hosts = [f"https://h{n}.example/rss" for n in range(8)]
    world.change(feeds=tuple(feed(url) for url in hosts))
    world.web.feeds |= {url: [] for url in hosts}
    world.ingest()
    world.web.failures |= dict.fromkeys(hosts[5:], "dns")
    world.batches = Batches(polls=1)
    run = world.run(NOW + HOUR)

    def killed(requests, now):
        yield from world.web.send_all([request for request in requests if request.url in hosts[:5]], now)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        poll_feeds(replace(run, client=SimpleNamespace(send_all=killed)))
    assert poll_feeds(world.run(NOW + HOUR)) == {"not_due": 5, "failed": 3}


def test_a_kill_while_nobody_answers_changes_nothing(world: World) -> None:
    """What reached nobody is recorded at the end, in one piece: a run killed before leaves every feed due as it was."""
    before = [state(world, url) for url in (WIRE, POST)]
    world.web.failures |= {WIRE: "dns", POST: "connect"}
    world.batches = Batches(1, 1, 1)
    run = world.run()

    def killed(requests, now):
        yield next(iter(world.web.send_all(requests, now)))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        poll_feeds(replace(run, client=SimpleNamespace(send_all=killed)))
    assert [state(world, url) for url in (WIRE, POST)] == before
