"""The parts of a run, seen by whoever hands a step in."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from fakes import NOW, Piece, Web, World, feed, settings

from tidings.pipeline.ingest import take_in
from tidings.pipeline.run import Batches

pytestmark = pytest.mark.slow  # works on real stores

FEEDS = tuple(f"https://wire{number}.example/rss" for number in range(3))
Result = TypeVar("Result")


def world(data: Path) -> World:
    """Return three feeds of four pages each."""
    pages = {
        url: [
            Piece(f"{url}/{number}", f"Camp {number} floods", (f"Rain flooded camp {place}{number} near Saraqib in Idlib on Tuesday.",))
            for number in range(4)
        ]
        for place, url in enumerate(FEEDS)
    }
    return World(settings(data, [feed(url) for url in FEEDS]), Web(pages), batches=Batches(polls=1, pages=5, articles=4))


def test_each_batch_is_a_part(tmp_path: Path) -> None:
    """Every batch of polls, pages and articles goes through the step once, in the order of the work, and the store is that of a run without."""
    seen: list[str] = []

    def step(name: str, work: Callable[[], Result], /) -> Result:
        seen.append(name)
        return work()

    one, other = world(tmp_path / "seen"), world(tmp_path / "alone")
    take_in(replace(one.run(), step=step), publishing=True)
    take_in(other.run(), publishing=True)
    assert Counter(seen) == {"polls": 3, "pages": 3, "pages again": 1, "articles": 3, "publish": 1}
    assert list(dict.fromkeys(seen)) == ["polls", "pages", "pages again", "articles", "publish"]
    assert one.canonical() == other.canonical()


def test_what_a_part_raises_ends_the_run_as_ever(tmp_path: Path) -> None:
    """A part that raises ends the run as failed, with that error; the next run does what is left."""

    def step(name: str, work: Callable[[], Result], /) -> Result:
        if name == "articles":
            raise RuntimeError("the cable is out")
        return work()

    one, other = world(tmp_path / "broken"), world(tmp_path / "alone")
    with pytest.raises(RuntimeError, match="the cable is out"):
        take_in(replace(one.run(), step=step))
    assert [row["outcome"] for row in one.rows("SELECT outcome FROM core.runs")] == ["failed"]
    one.run_count += 1
    take_in(one.run(NOW))
    take_in(other.run())
    assert one.told() == other.told() != []
