"""Who counts as an independent origin of a story: one answer in the views, in digests, in `why` and in the index of neighbours."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import LabelKind, Recipient
from tidings.pipeline.catch_up import catch_up
from tidings.pipeline.digest import compose_due
from tidings.pipeline.marks import mark
from tidings.pipeline.publish import republish
from tidings.pipeline.run import Batches
from tidings.render.why import why_lines
from tidings.stages.bounds import CONFIRM_MIN, SAME_STORY_MIN
from tidings.store.database import open_store
from tidings.store.neighbours import FILE_NAME, open_index
from tidings.store.why import why

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE, POST, DESK = (f"https://{host}.example/rss" for host in ("wire", "post", "desk"))
STORM = Piece(
    "https://wire.example/a",
    "Storm tears roofs off schools near Saraqib",
    (
        "A storm tore the roofs off nine schools between Saraqib and Ariha on Monday night.",
        "Teachers in Idlib held lessons in a mosque while carpenters measured the beams.",
        "The governor of Idlib promised money for timber before the end of the week.",
    ),
)
OWN_REPORT = Piece(
    "https://post.example/own",
    "Storm near Saraqib leaves schools without roofs",
    (
        "Schools between Saraqib and Ariha lost their roofs in the storm, and nine head teachers asked Idlib's governor for timber.",
        "We counted eleven desks in the open, two of them upside down beside a flooded well.",
    ),
    NOW + HOUR,
)
# Near the storm in words and places, but another happening.
SAWMILL = Piece(
    "https://desk.example/mill",
    "Sawmill of Ariha has work again",
    (
        "A sawmill in Ariha cuts planks day and night for the roofs of schools.",
        "Its owner hired twelve men from Saraqib.",
        "Oil for the engine comes by donkey over the pass.",
        "Idlib has had no other sawmill for six years.",
    ),
    NOW + 2 * HOUR,
)


def made(folder: Path, size: int) -> World:
    one = World(settings(folder, [feed(WIRE), feed(POST), feed(DESK)]), Web({WIRE: [], POST: [], DESK: []}), batches=Batches(articles=size))
    one.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), (), "UTC", "send"),))
    return one


def origins(world: World) -> dict[str, set[str]]:
    """Return who reports the only story: by the views and by the index, kept and made anew. The counts of `why` are asserted."""
    republish(world.settings)
    [counted] = world.rows("SELECT DISTINCT id, origin_count FROM stories")
    found = {}
    for name in ("kept", "anew"):
        for path in world.settings.data.glob(f"{FILE_NAME}*") if name == "anew" else ():
            path.unlink()
        with open_store(world.settings.data, 1) as connection, open_index(world.settings.data) as index:
            catch_up(connection, index)
            found[name] = set(index.origins([counted["id"]])[counted["id"]])
    assert {why(world.settings.data, STORM.url)["story"]["origin_count"], counted["origin_count"]} == {len(found["kept"])}
    return found


@pytest.mark.parametrize("size", [1, 100])
def test_who_joined_loosely_is_no_origin_anywhere(tmp_path: Path, size: int) -> None:
    """The opener and another report of the storm count; what is only near does not, in views, digest, `why` and index alike."""
    one = made(tmp_path, size)
    one.web.feeds = {WIRE: [STORM], POST: [OWN_REPORT], DESK: [SAWMILL]}
    one.ingest(NOW + 3 * HOUR)
    scores = {row["origin"]: row["story_score"] for row in one.rows("SELECT origin, story_score FROM core.articles WHERE id <> story_id")}
    assert SAME_STORY_MIN <= scores["desk.example"] < CONFIRM_MIN <= scores["post.example"]
    both = {"wire.example", "post.example"}
    assert origins(one) == {"kept": both, "anew": both}
    [edition] = compose_due(one.settings.data, one.settings, NOW + 4 * HOUR)
    [story] = edition.stories
    assert ({origin.name for origin in story.origins}, story.origin_count) == (both, 2)


BREAD = Piece(
    "https://desk.example/bread",
    "Bakers near Ariha raise price of bread",
    (
        "A bakery in Ariha raised the price of bread by forty pounds.",
        "Snow closed the road to Idlib on Friday and flour is short.",
    ),
    NOW + 2 * HOUR,
)
COPY = replace(STORM, url="https://post.example/copy", published_at=NOW + HOUR)
NEAR = "nearest wire.example: Storm tears roofs off schools near Saraqib, score "
# what is asked about: the lines that say how it came to its story
PLACED = {
    COPY.url: [f"    joined: it goes where what it copies is; {NEAR}1.00"],
    SAWMILL.url: [
        f"    joined: it reports the same happening; {NEAR}0.3",
        f"      {STORM.url}",
        "      too loosely to count as an origin: that takes 0.43",
    ],
    OWN_REPORT.url: [f"    joined: it reports the same happening; {NEAR}0.5", f"      {STORM.url}"],
    BREAD.url: [f"    opened: it reports another happening; {NEAR}0.", f"      {STORM.url}"],
    STORM.url: ["    opened: nothing of the last days comes near it"],
}


def test_why_names_what_was_nearest_however_an_article_came_to_its_story(tmp_path: Path) -> None:
    """With its address, so that whoever is in doubt can read it and mark them; and says so where an article is no origin."""
    for urls in ({WIRE: [STORM], POST: [COPY], DESK: [BREAD]}, {WIRE: [STORM], POST: [OWN_REPORT], DESK: [SAWMILL]}):
        one = made(tmp_path / str(len(urls[POST][0].paragraphs)), 100)
        one.web.feeds = urls
        one.ingest(NOW + 3 * HOUR)
        republish(one.settings)
        for piece in (piece for pieces in urls.values() for piece in pieces):
            lines = list(why_lines(why(one.settings.data, piece.url)))
            first = next(place for place, line in enumerate(lines) if line.startswith(("    joined: ", "    opened: ")))
            found = lines[first : next(place for place, line in enumerate(lines) if place > first and line.startswith("  ["))]
            assert [line[: len(start)] for line, start in zip(found, PLACED[piece.url], strict=True)] == PLACED[piece.url]


def test_edited_it_is_as_loose_as_before(tmp_path: Path) -> None:
    """A new version stays in its story with the score of the first one."""
    one = made(tmp_path, 100)
    one.web.feeds = {WIRE: [STORM], POST: [], DESK: [SAWMILL]}
    one.ingest(NOW + 3 * HOUR)
    one.web.feeds[DESK] = [replace(SAWMILL, summary="Edited.", paragraphs=(*SAWMILL.paragraphs, "A second saw for Idlib is on its way."))]
    one.ingest(NOW + 4 * HOUR)
    assert len(one.rows("SELECT 1 FROM statements WHERE text LIKE 'A second saw%'")) == 1
    assert origins(one) == {"kept": {"wire.example"}, "anew": {"wire.example"}}


def test_a_user_puts_it_there(tmp_path: Path) -> None:
    """Said to be of the story it counts, though nothing moves; taken back it does not; nor does it matter whether the index lags."""
    one = made(tmp_path, 100)
    one.web.feeds = {WIRE: [STORM], POST: [], DESK: [SAWMILL]}
    one.ingest(NOW + 3 * HOUR)
    for undo, found in ((False, {"wire.example", "desk.example"}), (True, {"wire.example"})):
        mark(one.settings, LabelKind.SAME_STORY, SAWMILL.url, "" if undo else STORM.url, NOW + 4 * HOUR, undo=undo)
        assert origins(one) == {"kept": found, "anew": found}
