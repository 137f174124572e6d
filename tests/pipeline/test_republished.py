"""Prove that a feed which brings its archive again, with today's dates and at new addresses, tells nobody anything."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

WIRE = "https://wire.example/rss"
ARCHIVE = [
    Piece(
        "https://wire.example/roofs",
        "Storm tears roofs off schools",
        (
            "A storm tore the roofs off nine schools between Saraqib and Ariha on Monday.",
            "Teachers in Idlib held lessons in a mosque yesterday while carpenters measured the beams.",
        ),
    ),
    Piece(
        "https://wire.example/oil",
        "Libya exports oil",
        (
            "Libya exported three tankers of oil on Sunday, the port of Misrata said.",
            "Today Haftar opened a road from Misrata to the oil fields.",
        ),
    ),
]


@pytest.mark.slow
def test_an_archive_with_todays_dates_is_told(tmp_path: Path) -> None:
    """Months later each article is an exact copy of its own; "on Monday", "yesterday" and "today" are the days that they were."""
    world = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: list(ARCHIVE)}))
    world.ingest()
    told = world.told()
    assert len(told) == 4
    later = NOW + 90 * DAY
    world.web.feeds[WIRE] = [replace(one, url=f"{one.url}-again", published_at=later - HOUR) for one in ARCHIVE]
    world.ingest(later)
    assert world.told() == told
    assert {world.outcomes()[f"{one.url}-again"] for one in ARCHIVE} == {("duplicate", "exact")}
