"""Prove that reading pages loses nothing where entries share a page, and settles what is not worth reading."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.pipeline.run import Batches

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE, POST = "https://wire.example/rss", "https://post.example/rss"
LINK = "https://wire.example/flood"
FLOOD = ("Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.", "Nine tents in Idlib were lost, a nurse said.")
OIL = ("Haftar met engineers of the oil terminal near Misrata on Monday.",)
BATCHES = pytest.mark.parametrize(
    "batches", [pytest.param(Batches(), id="one batch"), pytest.param(Batches(1, 1, 1), id="one at a time", marks=pytest.mark.slow)]
)


@BATCHES
def test_a_page_that_one_feed_is_not_watched_for_is_read_for_the_other(tmp_path: Path, batches: Batches) -> None:
    """Two feeds link to one page; the first is watched for another topic: the second still tells it."""
    flood = Piece(LINK, "Camp floods", FLOOD, NOW - 3 * HOUR)
    web = Web(feeds={WIRE: [flood], POST: [replace(flood, published_at=NOW - HOUR, guid="post")]})
    one = World(settings(tmp_path, [feed(WIRE, topics=("libya",)), feed(POST)]), web, batches=batches)
    one.ingest()
    assert one.outcomes() == {LINK: ("off_topic", "not_this_feed's_topic"), "post": ("new", "new_story new_statement")}


@BATCHES
def test_two_texts_for_one_article_are_decided_one_after_the_other(tmp_path: Path, batches: Batches) -> None:
    """The page is closed to us, and two entries describe it differently: none stays pending, and both texts are told, a run apart."""
    closed = Piece(LINK, "Camp floods", (), NOW - 3 * HOUR, summary=FLOOD[0], status=403)
    other = replace(closed, guid="other", published_at=NOW - 2 * HOUR, summary=f"{FLOOD[0]} {FLOOD[1]}")
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: [closed, other]}), batches=batches)
    one.ingest()
    assert one.outcomes() == {LINK: ("new", "new_story"), "other": ("deferred", "earlier_version_waits")}
    one.ingest(NOW + HOUR)
    assert one.outcomes()["other"] == ("new", "new_statement")
    assert {words for _, words in one.told()} == set(FLOOD)
    assert one.rows("SELECT count(*) AS n FROM core.versions") == [{"n": 2}]


def test_entries_and_pages_of_every_kind(tmp_path: Path) -> None:
    """Without a link the entry is the article; tracking parameters and both protocols lead to one article; a redirect home is nothing."""
    pieces = [
        Piece("", "Camp floods", (), NOW - 4 * HOUR, guid="no link", summary=FLOOD[0]),
        Piece("", "Nothing", (), NOW - 4 * HOUR, guid="no link, no text", summary="Idlib."),
        Piece("https://wire.example/oil", "Oil", OIL, NOW - 3 * HOUR, guid="oil"),
        Piece("http://www.wire.example/oil?utm_source=rss", "Oil", OIL, NOW - 2 * HOUR, guid="tracked"),
    ]
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: pieces}))
    one.ingest()
    assert one.outcomes() == {
        "no link": ("new", "new_story"),
        "no link, no text": ("rejected", "no_link"),
        "oil": ("new", "new_story"),
        "tracked": ("same_article", "same_article"),
    }


def test_learning_records_what_is_young_enough_and_reads_nothing_older(tmp_path: Path) -> None:
    """`learn --days 3`: told nothing, knows the recent article; the older page is not even fetched. Its repetition later is no news."""
    recent = Piece(LINK, "Camp floods", FLOOD, NOW - HOUR)
    old = Piece("https://wire.example/oil", "Oil", OIL, NOW - 5 * DAY)
    again = Piece("https://wire.example/again", "Again", (*OIL, *FLOOD), NOW + HOUR)
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: [recent, old]}))
    report = one.ingest(learn_days=3)
    assert report.flow == "learn"
    assert one.outcomes() == {LINK: ("known", "learned"), old.url: ("known", "older_than_learned")}
    assert one.told() == []
    assert old.url not in one.web.asked
    one.web.feeds[WIRE].append(again)
    one.ingest(NOW + 2 * HOUR)
    assert {words for _, words in one.told()} == set(OIL)


def test_a_page_that_names_no_topic_comes_to_the_same_unextracted(tmp_path: Path) -> None:
    """A long page off topic is spared extraction: it is off topic for want of a term, its page was full; one that names a place is told."""
    fair = tuple(
        f"The harvest fair of the valley opened its gates for day {at} on Sunday, and farmers showed their cattle to visitors."
        for at in range(12)
    )
    pieces = [
        Piece("https://wire.example/fair", "The fair", fair, NOW - 3 * HOUR),
        Piece("https://wire.example/fair-and-camp", "The fair, and a camp", (*fair, *FLOOD), NOW - 3 * HOUR),
    ]
    one = World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: pieces}))
    one.ingest()
    assert one.outcomes()["https://wire.example/fair"] == ("off_topic", "no_term")
    assert one.rows("SELECT verdict FROM core.entries") == [{"verdict": "full"}] * 2
    assert len(one.rows("SELECT text FROM core.articles WHERE text <> ''")) == 1
