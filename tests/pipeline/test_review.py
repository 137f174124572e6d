"""Prove what an independent review found wrong: news that was lost for good, each case with its own small world."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

pytestmark = pytest.mark.slow  # each test works on a real store

FEED, OTHER = "https://wire.example/rss", "https://other.example/rss"
URL = "https://wire.example/camp"
TEXTS = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
)
PIECE = Piece(URL, "Camp near Saraqib floods", TEXTS)


def world(data: Path, *pieces: Piece, **ingest: int) -> World:
    return World(settings(data, [feed(FEED)], **ingest), Web({FEED: list(pieces)}))


def told(one: World) -> set[str]:
    return {words for _, words in one.told()}


def test_a_date_in_running_text_does_not_make_news_old(tmp_path: Path) -> None:
    """A page without a date of its own, whose text names a day years ago, was published when its feed says."""
    text = "Residents of Ariha in Idlib marked the uprising of 17 February 2011 with a march through the rain."
    one = world(tmp_path, Piece(URL, "Ariha marches", (text, *TEXTS)))
    one.ingest()
    assert text in told(one)


def test_an_old_date_on_what_appears_later_hides_nothing(tmp_path: Path) -> None:
    """A month after a feed's first poll an entry that claims to be of last year is news to us, and is reported."""
    one = world(tmp_path)
    one.ingest()
    one.web.feeds[FEED] = [replace(PIECE, published_at=NOW - 200 * DAY)]
    one.ingest(NOW + 30 * DAY)
    assert told(one) == set(TEXTS)


def test_a_live_page_under_one_title_is_read_again(tmp_path: Path) -> None:
    """A new guid for a known link and title, with another summary, is read: live pages keep their title."""
    one = world(tmp_path, replace(PIECE, guid="live#0", summary="first"))
    one.ingest()
    more = "The mayor of Saraqib in Idlib was killed when a wall of the town hall fell, his office said."
    one.web.feeds[FEED] = [replace(PIECE, guid="live#1", summary="second", paragraphs=(*TEXTS, more), published_at=NOW)]
    one.ingest(NOW + 2 * HOUR)
    assert more in told(one)


def test_a_short_correction_replaces_a_long_report(tmp_path: Path) -> None:
    """A report that is withdrawn in two lines is not kept because it was longer."""
    long = (*TEXTS, *(f"Witness number {number} in Saraqib told of water that rose to the knee within an hour." for number in range(8)))
    one = world(tmp_path, replace(PIECE, paragraphs=long))
    one.ingest()
    withdrawn = "Correction: no camp near Saraqib in Idlib was flooded, and the earlier report is withdrawn."
    one.web.feeds[FEED] = [Piece(URL, "Correction: camp near Saraqib", (withdrawn,), guid="two", published_at=NOW)]
    one.ingest(NOW + 2 * HOUR)
    assert withdrawn in told(one)


def test_one_feed_does_not_starve_another(tmp_path: Path) -> None:
    """Feeds take turns: one that gives more than a run may read, all dated long ago, leaves room for the others."""
    flood = [Piece(f"https://wire.example/{n}", f"Old {n}", (f"Old thing {n} in Idlib.", *TEXTS), NOW - 400 * DAY) for n in range(12)]
    one = world(tmp_path, *flood, pages_per_run_max=4)
    news = "Engineers in Libya restarted two pumps at an oil terminal east of Misrata on Monday."
    one.web.feeds[OTHER] = [Piece("https://other.example/oil", "Pumps restart", (news,))]
    one.change(feeds=(*one.settings.feeds, feed(OTHER)))
    one.ingest()
    assert news in told(one)


def test_a_clock_that_was_ahead_silences_nothing(tmp_path: Path) -> None:
    """After one run by a clock a year ahead, the next run at the right time polls as usual."""
    one = world(tmp_path)
    one.ingest(NOW - DAY)
    one.ingest(NOW + 400 * DAY)
    one.web.feeds[FEED] = [PIECE]
    one.ingest(NOW)
    assert told(one) == set(TEXTS)


def test_what_an_edit_adds_after_learning_is_told(tmp_path: Path) -> None:
    """A page that was learned, or was old at the start, is changed a day later: what is new in it is told, what was learned is not."""
    more = "The mayor of Saraqib in Idlib was killed when a wall of the town hall fell, his office said."
    for name, published_at, learn_days in (("learned", NOW - HOUR, 3), ("old", NOW - 20 * DAY, 0)):
        piece = replace(PIECE, published_at=published_at)
        one = world(tmp_path / name, piece)
        one.ingest(learn_days=learn_days)
        assert told(one) == set()
        one.web.feeds[FEED] = [replace(piece, summary="updated", paragraphs=(*TEXTS, more))]
        one.ingest(NOW + DAY)
        assert told(one) == {more}


def test_an_edit_that_is_learned_is_not_told(tmp_path: Path) -> None:
    """`learn` tells nothing, new versions included."""
    one = world(tmp_path, PIECE)
    one.ingest(learn_days=3)
    one.web.feeds[FEED] = [
        replace(PIECE, summary="updated", paragraphs=(*TEXTS, "A nurse in Saraqib lost her house in the flood, she said."))
    ]
    one.ingest(NOW + HOUR, learn_days=3)
    assert told(one) == set()
