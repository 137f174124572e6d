"""Prove that no feed puts words under another publisher's address, nor keeps away what really stands there."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE, HOSTILE = "https://wire.example/rss", "https://hostile.example/rss"
LINK = "https://wire.example/flood"
FLOOD = ("Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.", "Nine tents in Idlib were lost, a nurse said.")
MADE_UP = " ".join(f"The mayor of Idlib resigned over bribe number {number} at the camp." for number in range(40))


@pytest.mark.parametrize("status", [200, 403], ids=["open", "closed to us"])
def test_a_feed_puts_no_words_under_the_address_of_another(tmp_path: Path, status: int) -> None:
    """A hostile feed links to a report first, with a long text of its own: what is told is what the publisher says, and nothing of this."""
    report = Piece(LINK, "Camp floods", FLOOD, NOW - HOUR, summary=" ".join(FLOOD), status=status)
    forged = replace(report, guid="forged", published_at=NOW - 5 * HOUR, summary=MADE_UP)
    feeds = [replace(feed(WIRE), publisher="Wire"), replace(feed(HOSTILE), publisher="Hostile")]
    one = World(settings(tmp_path, feeds), Web(feeds={HOSTILE: [forged], WIRE: [report]}))
    one.ingest()
    one.ingest(NOW + HOUR)
    assert {words for _, words in one.told()} == set(FLOOD)
    texts = [row["text"] for row in one.rows("SELECT text FROM core.articles")]
    assert texts
    assert not any("bribe" in text for text in texts)
