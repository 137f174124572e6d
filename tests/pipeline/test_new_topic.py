"""Prove what happens when a topic is added to a store that has read pages already."""

from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, TOPICS, Piece, Web, World, feed, settings

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

FEED = "https://wire.example/rss"
OIL = (
    "Engineers in Libya restarted two pumps at an oil terminal east of Misrata on Monday.",
    "The Libyan operator expects tankers to load there again within ten days.",
)
BOTH = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
    "In Libya the same storm sank three fishing boats off Misrata, the coast guard said.",
    "The Libyan coast guard looked for two sailors from Misrata until dark.",
)
OLD = ("The port of Misrata in Libya opened a second pier for cargo ships.", "Libya paid for the pier over nine years.")


def world(data: Path) -> World:
    pieces = [
        Piece("https://wire.example/oil", "Pumps restart east of Misrata", OIL, NOW - 5 * HOUR),
        Piece("https://wire.example/storm", "Storm hits Idlib and Libya", BOTH, NOW - 3 * HOUR),
        Piece("https://wire.example/old", "Misrata opens a pier", OLD, NOW - 4 * DAY),
    ]
    return World(settings(data, [feed(FEED)], topics=TOPICS[:1]), Web({FEED: pieces}))


def test_a_new_topic_reads_the_pages_of_the_last_days_again(tmp_path: Path) -> None:
    """Entries judged without the topic are read once more: fresh ones give developments, old ones are recorded as known."""
    one = world(tmp_path)
    one.ingest()
    before = one.told()
    assert one.outcomes()["https://wire.example/oil"] == ("off_topic", "no_term")
    one.change(topics=TOPICS)
    one.ingest(NOW + HOUR)
    libya = one.rows("SELECT s.text FROM core.developments AS d JOIN core.statements AS s ON s.id = d.statement_id WHERE d.topic = 'libya'")
    assert {row["text"] for row in libya} == {*OIL, *BOTH[2:]}
    assert one.outcomes()["https://wire.example/oil"][0] == "new"
    assert one.outcomes()["https://wire.example/old"] == ("known", "older_than_first_window")
    assert set(before) <= set(one.told())


def test_nothing_is_read_again_when_no_topic_is_new(tmp_path: Path) -> None:
    """The same topics in the next run ask for no page a second time."""
    one = world(tmp_path)
    one.ingest()
    asked = len([url for url in one.web.asked if url != FEED])
    one.ingest(NOW + HOUR)
    assert len([url for url in one.web.asked if url != FEED]) == asked
