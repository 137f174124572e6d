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


NOBODY = "https://nobody.example/flood"
LONG = " ".join(f"Aid worker number {number} of Idlib told of the camp and its nine tents." for number in range(40))


def test_what_is_configured_by_family_is_the_sites_of_a_publisher_too(tmp_path: Path) -> None:
    """The family's other domain has no feed of its own: a feed that links there puts no words under it either."""
    forged = Piece("https://wire-news.example/flood", "Camp floods", FLOOD, NOW - HOUR, summary=MADE_UP, status=403)
    feeds = [replace(feed(WIRE), publisher="Wire"), replace(feed(HOSTILE), publisher="Hostile")]
    one = World(settings(tmp_path, feeds), Web(feeds={HOSTILE: [forged], WIRE: []}))
    one.change(families={"wire.example": "Wire", "wire-news.example": "Wire"})
    one.ingest()
    assert one.outcomes() == {forged.url: ("rejected", "blocked")}


@pytest.mark.parametrize("elsewhere", range(2))
def test_the_text_of_a_page_is_its_publishers(tmp_path: Path, elsewhere: int) -> None:
    """An aggregator links to the page of a configured publisher, and to one of nobody's: each text is by whom it stands with."""
    link, name = ((LINK, "Wire"), (NOBODY, "nobody.example"))[elsewhere]
    own = [Piece(f"https://hostile.example/{n}", f"Own report {n}", (f"Nothing of note happened in town {n}.",)) for n in range(5)]
    feeds = [replace(feed(WIRE), publisher="Wire"), replace(feed(HOSTILE), publisher="Hostile")]
    one = World(settings(tmp_path, feeds), Web(feeds={HOSTILE: [*own, Piece(link, "Camp floods", FLOOD, summary=LONG)], WIRE: []}))
    one.ingest()
    assert one.rows("SELECT publisher, origin, verdict, text FROM core.articles") == [
        {"publisher": name, "origin": name, "verdict": "full", "text": "\n\n".join(FLOOD)}
    ]


def test_a_feeds_words_for_a_page_of_nobodys_are_its_own_and_give_way_to_the_page(tmp_path: Path) -> None:
    """While the page is closed its long text stands in, under its name; when the page opens, that stands, however short, and by its publisher."""
    own = [Piece(f"https://hostile.example/{n}", f"Own report {n}", (f"Nothing of note happened in town {n}.",)) for n in range(5)]
    closed = Piece(NOBODY, "Camp floods", FLOOD, summary=LONG, status=403)
    one = World(settings(tmp_path, [replace(feed(HOSTILE), publisher="Hostile")]), Web(feeds={HOSTILE: [*own, closed]}))
    one.ingest()
    assert one.rows("SELECT publisher, verdict, text FROM core.articles") == [{"publisher": "Hostile", "verdict": "blocked", "text": LONG}]
    one.web.feeds[HOSTILE] = [*own, replace(closed, status=200, summary=f"{LONG} The road is closed.")]
    one.ingest(NOW + HOUR)
    opened = [{"publisher": "nobody.example", "verdict": "full", "text": "\n\n".join(FLOOD)}]
    assert one.rows("SELECT publisher, verdict, text FROM core.articles") == opened
    one.web.feeds[HOSTILE] = [*own, replace(closed, summary=f"{LONG} The road is open.")]
    one.ingest(NOW + 2 * HOUR)
    assert one.rows("SELECT publisher, verdict, text FROM core.articles") == opened
