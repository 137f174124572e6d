"""What hosts ask of us holds across runs, what a run had no time for stays due, and a feed's exception for a certificate goes to its host only."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import Request, Response
from tidings.pipeline.run import Batches
from tidings.web.failures import RETRY_LATER, RUN_OVER

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE, POST = "https://wire.example/rss", "https://post.example/rss"
FLOOD = ("Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",)
PIN = "ab" * 32


def pages(count: int, host: str = "wire.example") -> list[Piece]:
    return [
        Piece(f"https://{host}/{n}", f"Camp {n}", (*FLOOD, f"Camp {n} of Idlib lost its well."), NOW - HOUR, guid=str(n))
        for n in range(count)
    ]


@dataclass(slots=True)
class ShortOfTime(Web):
    """Answer only so many pages of each run; the time for the others is over."""

    left_count: int = 0

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        for request in requests:
            if request.kind == "page" and self.left_count <= 0:
                yield Response(request.url, request.url, 0, {}, b"", now, failure=RETRY_LATER, detail=RUN_OVER)
                continue
            self.left_count -= request.kind == "page"
            yield from Web.send_all(self, [request], now)


@pytest.mark.parametrize("batches", [Batches(), Batches(1, 2, 1)], ids=["one batch", "small ones"])
def test_what_a_run_had_no_time_for_stays_due(tmp_path: Path, batches: Batches) -> None:
    """Pages that were not asked for lose no attempt: they are counted as waiting, the run says why, and the next run reads them."""
    web = ShortOfTime(feeds={WIRE: pages(5)}, left_count=3)
    one = World(settings(tmp_path, [feed(WIRE)], attempts_max=1), web, batches=batches)
    report = one.ingest()
    assert report.reasons["deferred: waits_for_next_run"] == 2
    assert any("ingest.fetch_s_max" in note for note in report.notes)
    assert one.rows("SELECT DISTINCT attempt_count AS n FROM core.entries WHERE read_due") == [{"n": 0}]
    web.left_count = 3
    report = one.ingest(NOW + HOUR)
    assert not any("ingest.fetch_s_max" in note for note in report.notes)
    assert one.rows("SELECT count(*) AS n FROM core.entries WHERE read_due OR outcome = 'rejected'") == [{"n": 0}]
    assert len([url for url in web.asked if url != WIRE]) == 5


@dataclass(slots=True)
class NoTime(Web):
    """Have no time for anything."""

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        for request in requests:
            yield Response(request.url, request.url, 0, {}, b"", now, failure=RETRY_LATER, detail=RUN_OVER)


def test_a_feed_that_a_run_had_no_time_for_has_not_failed(tmp_path: Path) -> None:
    """It stays due as it was: the run's note says so, once for all of them, and the next run polls it."""
    one = World(settings(tmp_path, [feed(WIRE), feed(POST)]), NoTime())
    report = one.ingest()
    assert report.feeds.get("failed", 0) == 0
    assert [note for note in report.notes if "feeds wait for the next run" in note] == list(report.notes)
    one.web = Web(feeds={WIRE: pages(1), POST: []})
    report = one.ingest(NOW + timedelta(minutes=1))
    assert sorted(url for url in one.web.asked if url.endswith("rss")) == [POST, WIRE]
    assert not report.notes


@pytest.mark.parametrize(
    ("headers", "hours"),
    [({"retry-after": str(5 * 3_600)}, 5.0), ({"retry-after": "60"}, 1.0), ({}, 1.0), ({"retry-after": "99999999"}, 24.0)],
    ids=["longer than our own wait", "shorter", "none", "absurd"],
)
@pytest.mark.parametrize("status", [429, 503])
def test_a_page_waits_as_long_as_its_host_asks(tmp_path: Path, status: int, headers: dict[str, str], hours: float) -> None:
    """Retry-After of a page holds in later runs: not before that time, and never more than a day."""
    page = "https://wire.example/0"
    web = Web(feeds={WIRE: pages(1)}, statuses={page: status}, headers={page: headers})
    one = World(settings(tmp_path, [feed(WIRE)]), web)
    one.ingest()
    [row] = one.rows("SELECT next_attempt_at FROM core.entries")
    assert row["next_attempt_at"] == NOW + timedelta(hours=hours)
    one.ingest(NOW + timedelta(hours=hours - 0.1))
    assert web.asked.count(page) == 1
    del web.statuses[page]
    one.ingest(NOW + timedelta(hours=hours + 0.1))
    assert web.asked.count(page) == 2
    assert one.outcomes()["0"][0] == "new"


def test_an_exception_for_a_certificate_goes_to_the_feeds_own_host(tmp_path: Path) -> None:
    """The feed's poll and its pages on its host carry the fingerprint; pages elsewhere, and other feeds, do not."""
    mixed = [*pages(1), *pages(1, "other.example"), *pages(1, "post.example")]
    mixed = [replace(piece, guid=piece.url) for piece in mixed]
    plain = replace(feed(POST))
    one = World(settings(tmp_path, [replace(feed(WIRE), tls_sha256=PIN), plain]), Web(feeds={WIRE: mixed, POST: []}))
    one.ingest()
    assert {request.url: request.tls_sha256 for request in one.web.requests} == {
        WIRE: PIN,
        POST: "",
        "https://wire.example/0": PIN,
        "https://other.example/0": "",
        "https://post.example/0": "",
    }


def test_a_page_of_two_feeds_has_the_exception_of_the_one_on_its_host(tmp_path: Path) -> None:
    """Another feed that links to the page, seen first, does not take the exception away."""
    early = replace(pages(1)[0], guid="early", published_at=NOW - 2 * HOUR)
    one = World(settings(tmp_path, [feed(POST), replace(feed(WIRE), tls_sha256=PIN)]), Web(feeds={WIRE: pages(1), POST: [early]}))
    one.ingest()
    assert [request.tls_sha256 for request in one.web.requests if request.kind == "page"] == [PIN]
