"""Prove that an outage of our own network uses up no attempt at a page."""

from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Batches, Piece, Web, World, feed, settings

pytestmark = pytest.mark.slow  # each test works on a real store

FEEDS = [f"https://{name}.example/rss" for name in ("wire", "post", "echo", "news")]
LINK = "https://wire.example/camp"
TEXT = ("Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",)


def waiting_world(tmp_path: Path, batches: Batches | None = None) -> World:
    """Give a world of four feeds, one of whose pages gave no answer at the first attempt of two."""
    web = Web(feeds={url: [] for url in FEEDS}, failures={LINK: "timeout"})
    web.feeds[FEEDS[0]] = [Piece(LINK, "Camp floods", TEXT, summary="Camp.")]
    one = World(settings(tmp_path, [feed(url) for url in FEEDS], attempts_max=2), web, batches=batches or Batches())
    one.ingest()
    assert one.outcomes() == {LINK: ("deferred", "timeout")}
    return one


@pytest.mark.parametrize("reason", ["dns", "connect", "timeout", "tls"])
def test_an_outage_of_our_own_uses_up_no_attempt(tmp_path: Path, reason: str) -> None:
    """However often it is tried while nobody can be reached, the last attempt is left; when we are back the page is read."""
    one = waiting_world(tmp_path)
    one.web.failures = dict.fromkeys([*FEEDS, LINK], reason)
    for hours in (2, 4, 6):
        assert one.ingest(NOW + hours * HOUR).spared == 4
        assert one.outcomes() == {LINK: ("deferred", reason)}
        assert one.rows("SELECT attempt_count FROM core.entries") == [{"attempt_count": 1}]
    one.web.failures.clear()
    one.ingest(NOW + 8 * HOUR)
    assert one.outcomes()[LINK][0] == "new"


def test_the_outage_of_one_site_uses_up_its_attempts(tmp_path: Path) -> None:
    """The control: while others answer, the page that does not is given up after its attempts."""
    one = waiting_world(tmp_path)
    one.web.failures = dict.fromkeys([FEEDS[0], LINK], "dns")
    one.ingest(NOW + 2 * HOUR)
    assert one.outcomes()[LINK] == ("rejected", "dns")


def test_what_a_site_says_itself_counts_in_an_outage_too(tmp_path: Path) -> None:
    """A server that answers with an error was reached."""
    one = waiting_world(tmp_path)
    one.web.failures = dict.fromkeys(FEEDS, "dns")
    one.web.statuses[LINK] = 500
    one.ingest(NOW + DAY)
    assert one.outcomes()[LINK] == ("rejected", "http_500")


def test_a_run_that_goes_on_after_a_kill_knows_of_the_outage(tmp_path: Path) -> None:
    """The polls of the killed run are recorded: the next one, at the same time, asks no feed, and still knows."""
    one = waiting_world(tmp_path)
    one.web.failures = dict.fromkeys(FEEDS, "dns") | {LINK: "dns"}
    one.ingest(NOW + 2 * HOUR)
    with_attempt = one.rows("SELECT attempt_count, next_attempt_at FROM core.entries")
    one.rows("UPDATE core.entries SET next_attempt_at = TIMESTAMPTZ '2020-02-19 07:00:00+00' RETURNING 1 AS one")
    report = one.ingest(NOW + 2 * HOUR)
    assert report.feeds["not_due"] == 4
    assert one.rows("SELECT attempt_count, next_attempt_at FROM core.entries") == with_attempt
