"""A clock that is wrong for one run: what that run takes in is told once, as if nothing had been, and windows join."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, World, feed, settings

from tidings.errors import StoreAhead
from tidings.model import Recipient
from tidings.pipeline.digest import compose_due
from tidings.pipeline.expected import expected
from tidings.pipeline.metrics import write_metrics
from tidings.pipeline.upkeep import upkeep, upkeep_if_due
from tidings.store.answers import status

pytestmark = pytest.mark.slow  # a history of days on a real store

WIRE = "https://wire.example/rss"
DESK = Recipient("desk", "file", ("idlib", "libya"), ("07:00",), "UTC", "send")
BEFORE = Piece(
    "https://wire.example/mill",
    "A mill in Ariha grinds again",
    (
        "A flour mill in Ariha ground the first wheat of the Idlib harvest on Monday.",
        "Bakers from nine villages stood in line before the doors of the Ariha mill at dawn.",
    ),
)
MEANWHILE = Piece(
    "https://wire.example/roof",
    "A storm takes the roof of a school in Saraqib",
    (
        "A storm tore the roof off a school in Saraqib, and carpenters measured the beams.",
        "The governor of Idlib promised timber and money for the roof of the Saraqib school.",
    ),
)
AFTER = Piece(
    "https://wire.example/well",
    "A new well for Binnish",
    (
        "Drillers in the Idlib town of Binnish struck water at a depth of ninety metres.",
        "The Idlib water office will lay pipes from the Binnish well to four streets.",
    ),
)
CLOCKS = {
    "right": 2 * DAY,
    "an hour back": 2 * DAY - HOUR,
    "an hour ahead": 2 * DAY + HOUR,
    "a day ahead": 3 * DAY,
    "ten days ahead": 12 * DAY,
    "a day back": DAY,
    "ten days back": -8 * DAY,
    "1970": datetime(1970, 1, 1, tzinfo=UTC) - NOW,
    "2099": datetime(2099, 1, 1, tzinfo=UTC) - NOW,
}


@pytest.mark.parametrize("clock", CLOCKS)
@pytest.mark.parametrize("telling", [True, False], ids=["and tells", "and only takes in"])
def test_what_a_run_with_a_wrong_clock_takes_in_is_told_once(tmp_path: Path, clock: str, telling: bool) -> None:
    """Two days of editions, one run by a wrong clock that meets a new report, and the right clock again: its news is told within two days."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.change(recipients=(DESK,))
    world.web.feeds[WIRE] = [BEFORE]
    for day in range(2):
        world.ingest(NOW + day * DAY)
        compose_due(tmp_path, world.settings, NOW + day * DAY + 2 * HOUR)
    world.web.feeds[WIRE] = [MEANWHILE, BEFORE]
    world.ingest(NOW + CLOCKS[clock])
    if telling:
        compose_due(tmp_path, world.settings, NOW + CLOCKS[clock])
    made = []
    for day in range(2, 6):
        world.ingest(NOW + day * DAY + HOUR)
        made += compose_due(tmp_path, world.settings, NOW + day * DAY + 2 * HOUR)
        if day == 3:  # by then all of it is told, and what comes later again on its own day
            assert set(MEANWHILE.paragraphs) <= _said(world)
            world.web.feeds[WIRE] = [AFTER, MEANWHILE, BEFORE]
    assert len(made) >= 3  # of four days one may have had its edition before
    assert set(AFTER.paragraphs) <= _said(world)
    told = world.rows("SELECT development_id FROM core.told")
    assert len(told) == len({row["development_id"] for row in told}) == len(world.rows("SELECT id FROM core.developments"))
    windows = world.rows("SELECT window_start, window_end FROM core.editions ORDER BY window_end")
    assert all(row["window_start"] <= before["window_end"] for before, row in pairwise(windows))  # no instant lies between
    if CLOCKS[clock] <= 3 * DAY:
        assert [row["window_start"] for row in windows] == [None, *(row["window_end"] for row in windows[:-1])]


def _said(world: World) -> set[str]:
    sql = """SELECT s.text FROM core.told AS t JOIN core.developments AS d ON d.id = t.development_id
        JOIN core.statements AS s ON s.id = d.statement_id AND s.topic = d.topic"""
    return {row["text"] for row in world.rows(sql)}


def test_a_machine_that_slept_three_days_tells_all_of_them_at_once(tmp_path: Path) -> None:
    """One edition stands for the three that nobody made, begins where the last ended, and holds what came meanwhile; then all goes on daily."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.change(recipients=(DESK,))
    world.web.feeds[WIRE] = [BEFORE]
    editions = []
    for day, pieces in ((0, [BEFORE]), (1, [BEFORE]), (4, [AFTER, MEANWHILE, BEFORE]), (5, [AFTER, MEANWHILE, BEFORE])):
        world.web.feeds[WIRE] = pieces
        world.ingest(NOW + day * DAY + HOUR)
        editions += compose_due(tmp_path, world.settings, NOW + day * DAY + 2 * HOUR)
    assert [one.window_start for one in editions] == [None, *(one.window_end for one in editions[:-1])]
    assert [one.overdue.edition_count if one.overdue else 1 for one in editions] == [1, 1, 3, 1]
    assert [one.development_count > 0 for one in editions] == [True, False, True, False]
    assert set(MEANWHILE.paragraphs) | set(AFTER.paragraphs) <= _said(world)


def test_what_is_missed_shows_after_a_clock_that_was_years_ahead(tmp_path: Path) -> None:
    """A run, an upkeep and an edition of 2099 do not count as the last: what should come next is told by those before."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.change(recipients=(DESK,))
    world.web.feeds[WIRE] = [BEFORE]
    for at in (NOW + 2 * HOUR, NOW + CLOCKS["2099"]):
        world.ingest(at)
        compose_due(tmp_path, world.settings, at)
        upkeep(world.settings, at)
    seen = status(tmp_path, NOW + 9 * DAY)["watched"]
    assert (seen.ingest_at, seen.upkeep_at, seen.window_ends) == (NOW + 2 * HOUR, NOW + 2 * HOUR, {"desk": NOW + 2 * HOUR})
    assert all(one.missed_at < NOW + 9 * DAY for one in expected(world.settings, seen))
    assert not write_metrics(world.settings, NOW + 9 * DAY)
    assert f"{(NOW + 2 * HOUR).timestamp():.0f}" in (tmp_path / "tidings.prom").read_text()


def test_an_upkeep_by_a_clock_years_ahead_forgets_no_more_than_a_week_would(tmp_path: Path) -> None:
    """What is kept for thirty days is still there after one upkeep in 2099, and the next upkeep is due a day after the right time."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.web.feeds[WIRE] = [BEFORE]
    world.ingest(NOW)
    upkeep(world.settings, NOW + HOUR)
    before = len(world.rows("SELECT 1 FROM core.feed_events")), len(world.rows("SELECT 1 FROM core.runs"))
    upkeep(world.settings, NOW + CLOCKS["2099"])
    assert (len(world.rows("SELECT 1 FROM core.feed_events")), len(world.rows("SELECT 1 FROM core.runs")) - 1) == before
    assert upkeep_if_due(world.settings, NOW + DAY)


def test_an_upkeep_by_a_clock_before_the_first_run_says_so_and_leaves_no_trace(tmp_path: Path) -> None:
    """Else its run would be the first, and an ingest by the same clock no longer be refused."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.web.feeds[WIRE] = [BEFORE]
    world.ingest(NOW)
    with pytest.raises(StoreAhead, match="this machine's clock says 1970-01-01 00:00 UTC, before the first run"):
        upkeep(world.settings, datetime(1970, 1, 1, tzinfo=UTC))
    assert world.ingest(datetime(1970, 1, 1, tzinfo=UTC)).outcome == "failed"


def test_nobody_gets_a_first_edition_of_a_time_before_the_first_run(tmp_path: Path) -> None:
    """A recipient who was added while the clock is wrong gets the first edition when it is right."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.web.feeds[WIRE] = [BEFORE]
    world.ingest(NOW)
    world.change(recipients=(DESK,))
    assert not compose_due(tmp_path, world.settings, datetime(1970, 1, 1, tzinfo=UTC))
    [edition] = compose_due(tmp_path, world.settings, NOW + 2 * HOUR)
    assert edition.development_count


def test_a_clock_before_the_first_run_is_told_and_takes_in_nothing(tmp_path: Path) -> None:
    """The run fails with the reason, asks nobody, and leaves no trace that a second such run would take for the first."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.web.feeds[WIRE] = [BEFORE]
    world.ingest(NOW)
    before, asked = world.canonical(), len(world.web.asked)
    for _ in range(2):
        report = world.ingest(datetime(1970, 1, 1, tzinfo=UTC))
        assert report.outcome == "failed"
        assert report.notes[0].startswith("this machine's clock says 1970-01-01 00:00 UTC, before the first run (2020-02-19 06:00 UTC)")
    assert world.canonical() == before
    assert len(world.web.asked) == asked
