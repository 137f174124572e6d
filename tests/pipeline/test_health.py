"""What goes wrong in collecting is told: by the run's report, by the view, and by the coverage note; entries keep what their page was."""

from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.jail import JailFailure
from tidings.model import Coverage, OwnOutage, Recipient
from tidings.store.coverage import read_coverage
from tidings.store.database import open_store

WIRE, POST, DESK = "https://wire.example/rss", "https://post.example/rss", "https://desk.example/rss"
CAMP = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of it.",
)
SOAP = ("A soap factory in the valley has won a prize for its bars, which smell of laurel.",)
WALL = ("We and our partners use cookies. Accept all cookies to continue, or manage your privacy preferences.",)
SUMMARY = "A market near Ariha in Idlib opened again on Monday after two quiet weeks, traders said."


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give three feeds: one with pages of every kind, two without entries."""
    pieces = [
        Piece("https://wire.example/camp", "Camp floods", CAMP),
        Piece("https://wire.example/soap", "Soap wins", SOAP),
        Piece("https://wire.example/wall", "Market opens", WALL, summary=SUMMARY),
        Piece("https://wire.example/gone", "Gone", CAMP, status=404),
        Piece("https://wire.example/busy", "Busy", CAMP, status=503),
        Piece("https://wire.example/deadly", "Deadly", ("Deadly words.",)),
    ]
    web = Web({WIRE: pieces, POST: [], DESK: []})
    made = World(settings(tmp_path, [feed(WIRE), feed(POST), feed(DESK)]), web)
    made.jail.deadly["Deadly words"] = JailFailure("memory", "300 MB")
    return made


def coverage(world: World, hours: float) -> Coverage:
    """Read what an edition rests on, of the day up to then."""
    end = NOW + hours * HOUR
    with open_store(world.settings.data, 1) as connection:
        return read_coverage(connection, Recipient("desk", "file", ("idlib",), (), "UTC", "send"), end - DAY, end)


def test_pages_are_counted_by_what_they_came_to(world: World) -> None:
    """The report counts every page asked for, a killed parser among them; entries keep the verdict, on a topic or not; the note counts them, too."""
    report = world.ingest()
    assert dict(report.pages) == {"full": 2, "wall": 1, "not_found": 1, "http_503": 1, "parser_memory": 1}
    verdicts = {row["guid"].rsplit("/")[-1]: row["verdict"] for row in world.rows("SELECT guid, verdict FROM core.entries")}
    assert verdicts == {"camp": "full", "soap": "full", "wall": "wall", "gone": None, "busy": None, "deadly": None}
    assert dict(coverage(world, 1).pages) == {"full": 2, "wall": 1, "not_found": 1, "http_503": 1, "parser_memory": 1}
    [health] = world.rows(f"FROM feed_health WHERE feed = '{WIRE}'")
    assert (health["pages_read"], health["full_share"], health["wall_share"]) == (5, 0.4, 0.2)  # the busy one is tried again


def test_the_report_names_the_feeds_that_failed(world: World) -> None:
    """Each failed poll has a reason, words and a streak; the busiest feed comes first."""
    world.ingest()
    world.web.failures[WIRE] = "timeout"
    world.web.statuses[POST] = 404
    first = world.ingest(NOW + HOUR)
    assert dict(first.failures) == {"timeout": 1, "http_404": 1}
    assert [(one.feed, one.reason, one.trouble, one.failures_in_row) for one in first.failed_feeds] == [
        (WIRE, "timeout", "gives no complete answer in time", 1), (POST, "http_404", "is not there any more (404)", 1),
    ]  # fmt: skip
    again = world.ingest(NOW + 26 * HOUR)
    assert {one.feed: (one.failures_in_row, one.failing_since) for one in again.failed_feeds} == {
        WIRE: (2, NOW + HOUR),
        POST: (2, NOW + HOUR),
    }
    world.web.failures.clear()
    world.web.statuses.clear()
    assert world.ingest(NOW + 80 * HOUR).failed_feeds == ()


def test_our_own_outage_is_told(world: World) -> None:
    """When nobody can be reached the report counts whom it spared, and the coverage note says since when, and until when once it is over."""
    world.ingest()
    world.web.failures |= {WIRE: "dns", POST: "connect", DESK: "timeout"}
    assert [world.ingest(NOW + hours * HOUR).spared for hours in (1, 2)] == [3, 3]
    found = coverage(world, 2)
    assert found.own_outage == OwnOutage(2, NOW + HOUR, None)
    assert {note.state for note in found.feeds_failing} == {"not reached"}
    world.web.failures.clear()
    assert world.ingest(NOW + 3 * HOUR).spared == 0
    assert coverage(world, 3).own_outage == OwnOutage(2, NOW + HOUR, NOW + 3 * HOUR)
    assert coverage(world, 3).feeds_failing == ()
