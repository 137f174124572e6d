"""Prove the whole way once, quickly: from a feed to an edition in a file. The rest of this folder is slow."""

from pathlib import Path

from fakes import HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import Recipient
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due

FEED = "https://wire.example/rss"
TEXTS = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
)


def test_from_a_feed_to_an_edition(tmp_path: Path) -> None:
    """What a feed says newly is read, decided, told in an edition, and told once."""
    one = World(settings(tmp_path, [feed(FEED)]), Web({FEED: [Piece("https://wire.example/flood", "Camp near Saraqib floods", TEXTS)]}))
    one.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), ("07:00",), "UTC", "send"),))
    assert one.ingest().outcomes == {"new": 1}
    (edition,) = compose_due(tmp_path, one.settings, NOW)
    assert [d.statement for story in edition.stories for d in story.developments] == list(TEXTS)
    assert deliver(tmp_path, one.settings, NOW).counts == {"sent": 1}
    assert TEXTS[0] in next((tmp_path / "editions").glob("*.md")).read_text(encoding="utf-8")
    assert compose_due(tmp_path, one.settings, NOW + HOUR / 2) == ()
