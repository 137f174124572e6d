"""What pages do to us over time: one wall behind every entry, silent edits, and walls that close over what was read."""

from dataclasses import replace
from pathlib import Path

from fakes import HOUR, NOW, Batches, Piece, Web, World, feed, settings

from tidings.render.why import why_lines
from tidings.store.database import open_store
from tidings.store.publish import publish
from tidings.store.why import why

WIRE = "https://wire.example/rss"
LINK = "https://wire.example/camp"
WALL = (
    "The desk in Idlib works around the clock, and our members are the first to learn what it finds.",
    "Join them today and have every report from Saraqib and Ariha on your phone.",
)
HEADLINES = ("Camp near Saraqib floods", "Bakery in Ariha burns", "School in Idlib reopens", "Road to Idlib closed")


def walled(number: int, **more: object) -> Piece:
    return replace(Piece(f"https://wire.example/{number}", HEADLINES[number], WALL, NOW - (9 - number) * HOUR), **more)  # type: ignore[arg-type]


def world(tmp_path: Path, *pieces: Piece, **more: Batches) -> World:
    return World(settings(tmp_path, [feed(WIRE)]), Web(feeds={WIRE: list(pieces)}), **more)


def test_the_same_short_text_behind_three_entries_is_a_wall(tmp_path: Path) -> None:
    """What was taken for an article before stays; from the third on it is a wall, and the feed's own words stand in where there are any."""
    said = "Snow closed the road from Ariha to Idlib on Tuesday, and forty lorries with flour wait at the bridge."
    pieces = [walled(0), walled(1), walled(2), walled(3, summary=said)]
    one = world(tmp_path, *pieces)
    one.ingest()
    assert one.outcomes()[pieces[0].url][0] == "new"
    assert one.outcomes()[pieces[1].url][0] == "duplicate"
    assert one.outcomes()[pieces[2].url] == ("rejected", "same_text")
    assert one.rows("SELECT a.verdict, a.text FROM core.articles AS a WHERE a.url LIKE '%/3'") == [{"verdict": "wall", "text": said}]
    assert said in {words for _, words in one.told()}


def test_it_is_a_wall_however_the_work_is_divided(tmp_path: Path) -> None:
    """One page at a time, or all at once: the outcomes are the same."""
    whole, single = (
        world(tmp_path / name, *map(walled, range(3)), batches=batches) for name, batches in (("a", Batches()), ("b", Batches(1, 1, 1)))
    )
    whole.ingest()
    single.ingest()
    assert whole.outcomes() == single.outcomes()


BEFORE = (
    "A flood swept through the camp near Saraqib on Tuesday, and 12 people drowned in their tents.",
    "Rescue workers pumped water out of the clinic of Saraqib, and the governor blamed the rain.",
    "The road from Saraqib to Ariha stayed open for lorries with blankets all day.",
)
AFTER = (
    "A flood swept through the camp near Saraqib on Tuesday, and 31 people drowned in their tents.",
    "The governor of Idlib admitted that the wall of a reservoir had been cracked since last winter.",
    BEFORE[2],
)
CLOSED = ("We and our partners use cookies on your device.", "Accept all cookies, or manage options and your consent, to read on.")


def test_a_silent_edit_is_kept_with_its_difference_and_told_once(tmp_path: Path) -> None:
    """Under one title a sentence and a figure change: a new version with what it added and removed; the changes are told once.

    Then the page closes behind a wall: the text that was read stands, and nothing more is told.
    """
    piece = Piece(LINK, "Camp near Saraqib floods", BEFORE, summary="Water in the camp of Saraqib.")
    one = world(tmp_path, piece)
    one.ingest()
    assert {words for _, words in one.told()} == set(BEFORE)
    for hours, paragraphs in ((3, AFTER), (6, AFTER), (9, CLOSED)):
        # the feed's words change a little each time: that is when a page is read again
        one.web.feeds[WIRE] = [replace(piece, paragraphs=paragraphs, summary=f"Water in the camp of Saraqib since {hours} hours.")]
        one.ingest(NOW + hours * HOUR)
        assert one.web.asked.count(LINK) == 1 + hours // 3
        assert sorted(words for _, words in one.told()) == sorted({*BEFORE, *AFTER})
    assert one.rows("SELECT text, verdict FROM core.articles") == [{"text": "\n\n".join(AFTER), "verdict": "full"}]
    assert one.rows("SELECT added, removed, added_count, removed_count FROM main.versions WHERE replaced_at IS NOT NULL") == [
        {"added": list(AFTER[:2]), "removed": list(BEFORE[:2]), "added_count": 2, "removed_count": 2}
    ]
    with open_store(one.settings.data, 1) as connection:
        publish(connection, one.settings.data)
    said = "\n".join(why_lines(why(one.settings.data, LINK)))
    assert "2 sentences added, 2 removed" in said
    assert f"+ {AFTER[0]}" in said
    assert f"- {BEFORE[0]}" in said
