"""Prove what confirms a story that readers know, and what does not: copies, mash-ups, an origin heard before."""

from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings
from storm import DESK, OWN_REPORT, POST, STORM, WIRE, report

from tidings.pipeline.run import Batches

pytestmark = pytest.mark.slow  # each test works on a real store


def test_an_independent_report_confirms_what_readers_were_told(tmp_path: Path) -> None:
    """Only after readers know the story, once an origin, and never by a copy."""
    one = World(
        settings(tmp_path, [feed(WIRE), feed(POST), feed(DESK)]),
        Web(feeds={WIRE: [Piece("https://wire.example/a", "Storm tears roofs off schools near Saraqib", STORM)], POST: [], DESK: []}),
    )
    one.ingest()
    copy = Piece("https://desk.example/copy", "Storm tears roofs off schools", STORM, NOW + HOUR)
    own = Piece("https://post.example/own", "Storm near Saraqib leaves schools without roofs", OWN_REPORT, NOW + HOUR)
    report(one)
    one.web.feeds |= {POST: [own], DESK: [copy]}
    one.ingest(NOW + 2 * HOUR)
    confirmed = [words for kind, words in one.told() if kind == "new_origin"]
    assert confirmed == ["post.example"]
    assert one.outcomes()[copy.url] == ("duplicate", "exact")
    assert one.rows("SELECT count(*) AS n FROM core.stories") == [{"n": 1}]
    origins = one.rows("SELECT publisher, origin FROM core.articles ORDER BY publisher")
    assert [row["origin"] for row in origins if row["publisher"] == "desk.example"] == ["wire.example"]


def test_a_copy_of_a_copy_has_the_origin_of_the_first(tmp_path: Path) -> None:
    """The second copy is closer to the first copy than to the original, and all three have the original's origin."""
    longer = (*STORM, "Carpenters from Ariha offered to work without pay until every school has a roof again.")
    one = World(
        settings(tmp_path, [feed(WIRE), feed(POST), feed(DESK)]),
        Web(
            feeds={
                WIRE: [Piece("https://wire.example/a", "Storm tears roofs off schools near Saraqib", STORM, NOW - 3 * HOUR)],
                DESK: [Piece("https://desk.example/copy", "Storm tears roofs off schools", longer, NOW - 2 * HOUR)],
                POST: [Piece("https://post.example/again", "Roofs torn off schools near Saraqib", longer, NOW - HOUR)],
            }
        ),
    )
    one.ingest()
    assert [row["origin"] for row in one.rows("SELECT origin FROM core.articles")] == ["wire.example"] * 3
    links = one.rows(
        "SELECT c.publisher AS copy, a.publisher AS original FROM core.duplicates AS l"
        " JOIN core.articles AS c ON c.id = l.article_id JOIN core.articles AS a ON a.id = l.of_id ORDER BY copy"
    )
    assert [(row["copy"], row["original"]) for row in links] == [("desk.example", "wire.example"), ("post.example", "desk.example")]


OIL = (
    "Haftar met engineers of the oil terminal near Misrata and seven tribal elders on Tuesday.",
    "Libya exported nine tankers of oil in January, the smallest number since the war began.",
    "Pipelines across the desert of Libya leak at eleven places, the engineers wrote to Haftar.",
    "Tribal elders near Misrata asked for schools and a paved road before any valve is opened.",
)
FLOUR = (
    "Trucks carried forty tons of flour to Ariha through deep snow on Wednesday morning.",
    "Bakers in Ariha sold every loaf within an hour, a miller said by telephone.",
    "Another convoy for Idlib waits at the border until the plough returns from the pass.",
    "Children of Ariha cleared the street in front of the mill with shovels and trays.",
)
WELLS = (
    "Four wells in Saraqib ran dry after a shell cut the power line to the pumps.",
    "Engineers laid nine kilometres of cable from Idlib in two nights without lamps.",
    "Water sellers in Saraqib doubled their price and then gave away what was left.",
    "A plumber in Saraqib keeps the old hand pump of his grandfather in good order.",
)


def test_a_mash_up_of_told_sentences_is_no_origin_and_adds_no_topic(tmp_path: Path) -> None:
    """A page that splices told sentences of several days, slightly reworded, joins a story without confirming it or widening it."""
    pieces = [
        ("a", "Storm tears roofs off schools near Saraqib", (*STORM, *OWN_REPORT[1:])),
        ("b", "Haftar near Misrata", OIL),
        ("c", "Flour for Ariha", FLOUR),
        ("d", "Wells run dry in Saraqib", WELLS),
    ]
    wire = [Piece(f"https://wire.example/{name}", title, texts) for name, title, texts in pieces]
    one = World(settings(tmp_path, [feed(WIRE), feed(POST)]), Web(feeds={WIRE: wire, POST: []}))
    one.ingest()
    report(one)
    spliced = (STORM[0].replace("Monday night", "Monday evening"), OIL[0].replace("seven", "some seven"), FLOUR[2], WELLS[1])
    mash = Piece("https://post.example/mash", "Storm tears roofs off schools near Saraqib, and more", spliced, NOW + HOUR)
    one.web.feeds[POST] = [mash]
    one.ingest(NOW + 2 * HOUR)
    assert one.outcomes()[mash.url] == ("nothing_new", "all_told")
    assert "new_origin" not in {kind for kind, _ in one.told()}
    sql = "SELECT s.topic, s.origin_count FROM main.stories AS s JOIN core.articles AS a ON a.story_id::VARCHAR = s.id WHERE a.url LIKE '%mash'"
    assert one.rows(sql) == [{"topic": "idlib", "origin_count": 1}]


@pytest.mark.parametrize("size", [1, 100])
def test_an_origin_confirms_once_in_batches_of_any_size(tmp_path: Path, size: int) -> None:
    """What later articles of a batch know of a story's origins and topics is what the store would tell them."""
    wire = [Piece("https://wire.example/a", "Storm tears roofs off schools near Saraqib", STORM)]
    one = World(
        settings(tmp_path, [feed(WIRE), feed(POST), feed(DESK)]),
        Web(feeds={WIRE: wire, POST: [], DESK: []}),
        batches=Batches(articles=size),
    )
    one.ingest()
    report(one)
    title = "Storm near Saraqib leaves schools without roofs"
    one.web.feeds[DESK] = [Piece("https://desk.example/copy", title, STORM, NOW + HOUR)]
    one.web.feeds[POST] = [Piece(f"https://post.example/{n}", title, OWN_REPORT[n:], NOW + (2 + n) * HOUR) for n in range(2)]
    one.ingest(NOW + 5 * HOUR)
    assert [words for kind, words in one.told() if kind == "new_origin"] == ["post.example"]
