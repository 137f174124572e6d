"""A clock that is wrong for one run: what that run takes in is told once, as if nothing had been, and windows join."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, World, feed, settings

from tidings.model import Recipient
from tidings.pipeline.digest import compose_due

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
CLOCKS = {
    "right": 2 * DAY,
    "an hour back": 2 * DAY - HOUR,
    "a day ahead": 3 * DAY,
    "ten days ahead": 12 * DAY,
    "a day back": DAY,
    "ten days back": -8 * DAY,
    "1970": datetime(1970, 1, 1, tzinfo=UTC) - NOW,
}


@pytest.mark.parametrize("clock", CLOCKS)
def test_what_a_run_with_a_wrong_clock_takes_in_is_told_once(tmp_path: Path, clock: str) -> None:
    """Two days of editions, one run by a wrong clock that meets a new report, and the right clock again for twenty days."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.change(recipients=(DESK,))
    world.web.feeds[WIRE] = [BEFORE]
    for day in range(2):
        world.ingest(NOW + day * DAY)
        compose_due(tmp_path, world.settings, NOW + day * DAY + 2 * HOUR)
    world.web.feeds[WIRE] = [MEANWHILE, BEFORE]
    world.ingest(NOW + CLOCKS[clock])
    compose_due(tmp_path, world.settings, NOW + CLOCKS[clock])
    for day in range(2, 20):
        world.ingest(NOW + day * DAY + HOUR)
        compose_due(tmp_path, world.settings, NOW + day * DAY + 2 * HOUR)
    told = world.rows("SELECT development_id FROM core.told")
    made = world.rows("SELECT id FROM core.developments")
    assert {row["id"] for row in made} == {row["development_id"] for row in told}
    assert len(made) == len(told) > 2
    windows = world.rows("SELECT window_start, window_end FROM core.editions ORDER BY window_end")
    assert [row["window_start"] for row in windows] == [None, *(row["window_end"] for row in windows[:-1])]
    said = {row["text"] for row in world.rows("SELECT text FROM core.statements WHERE decision = 'development'")}
    assert set(MEANWHILE.paragraphs) <= said


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
