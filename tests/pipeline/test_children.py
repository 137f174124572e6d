"""The jail's children in a run: their number and the order in which they end change nothing of what is known after it."""

from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

from tidings.jail import Jail
from tidings.pipeline.run import Batches

pytestmark = pytest.mark.slow  # each test works on a real store, and waits for real children

SITES = ("wire", "post", "coast")
PLACES = ("Saraqib", "Binnish", "Ariha", "Jisr al-Shughur", "Maarat Misrin")


def web(*, backwards: bool) -> Web:
    """Return three feeds of five pages; one page stands in two of them, some are missing, short or closed."""
    feeds = {}
    for number, site in enumerate(SITES):
        feeds[f"https://{site}.example/rss"] = [
            Piece(
                f"https://{site}.example/{place.split()[0].lower()}",
                f"Rain in {place}",
                (
                    f"Heavy rain flooded {number + 3} camps near {place} in Idlib on Tuesday, aid workers of {site} said." * (at != 3),
                    "Idlib.",
                ),
                NOW - (at + 1) * HOUR,
                status=404 if (number, at) == (1, 1) else 403 if (number, at) == (2, 2) else 200,
            )
            for at, place in enumerate(PLACES)
        ]
    feeds["https://post.example/rss"].append(feeds["https://wire.example/rss"][0])
    return Web(feeds=feeds, order=lambda requests: requests[::-1] if backwards else requests)


def known_after(data: Path, children: int, batches: Batches, *, backwards: bool = False) -> list[str]:
    """Run twice with so many children, and return the whole store."""
    with Jail(children=children) as jail:
        world = World(
            settings(data, [feed(f"https://{site}.example/rss") for site in SITES]), web(backwards=backwards), jail, batches=batches
        )  # type: ignore[arg-type]
        world.ingest()
        world.ingest(NOW + HOUR)
        assert len(world.told()) > len(PLACES)
        return world.canonical()


def test_the_number_of_children_changes_nothing(tmp_path: Path) -> None:
    """One, two or four children, in batches of any size, with answers in any order, leave the same store, to the byte."""
    alone = known_after(tmp_path / "1", 1, Batches())
    for children, batches in ((2, Batches()), (4, Batches()), (4, Batches(1, 3, 2))):
        assert known_after(tmp_path / f"{children}-{batches.pages}", children, batches, backwards=children == 4) == alone
