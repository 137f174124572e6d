"""What a user says against a decision is honoured at once, holds for later versions, re-runs and replays, and can be taken back."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.errors import StoreError, UsageError
from tidings.model import LabelKind, Recipient
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.marks import Marked, keep_labels, mark
from tidings.pipeline.publish import republish
from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.labels import published_labels
from tidings.store.neighbours import FILE_NAME as INDEX_NAME
from tidings.store.neighbours import open_index

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE, PORT = "https://wire.example/rss", "https://port.example/rss"
LATER = NOW + HOUR

FLOOD = (
    "Heavy rain flooded a tented camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their mattresses to a school yard north of Saraqib.",
    "The Idlib health office sent two ambulances and a lorry with clean water to the school.",
    "A bridge on the road from Ariha to Saraqib was closed until the river falls.",
)
# The same report in other words, with a sentence of its own that has neither a name nor a number: it is taken for a paraphrase.
COPY = (
    "In Idlib on Tuesday a camp of tents near Saraqib was under water after heavy rain, aid workers told.",
    "Around 400 families took their mattresses to the yard of a school in the north of Saraqib.",
    "Two ambulances and a lorry of clean water came to the school from the Idlib health office.",
    "Mothers in the Saraqib camp said that nobody had warned them of the water in the night.",
    "Until the river falls the bridge on the Ariha to Saraqib road stays closed.",
)
MILL = (
    "A flour mill in Ariha ground the first wheat of the Idlib harvest on Monday.",
    "Bakers from nine villages stood in line before its doors at dawn.",
    "The miller of Ariha, Abu Karim, wants to buy a second stone.",
)
HARVEST = (
    "Growers around Saraqib expect 900 tons of wheat this year, twice as much as in the year of the drought.",
    "Lorries of the Orontes Cooperative wait at the silo of Harem, said its chairman, Walid Nasser.",
    "A kilogram of bread costs 11 lira in Idlib, and the union of bakers wants the price to be fixed until winter.",
)
# The same happening, told without a word of the mill.
OVEN = (
    "Nine hamlets of Idlib have bread again since an oven was lit on Monday.",
    "Women carried dough to it from Saraqib by donkey, and paid with eggs.",
)
OVEN_TOO = (
    "Nine hamlets of Idlib have bread again for a second day since the oven was lit.",
    "By donkey cart women carried dough to it from Saraqib, and paid with eggs and oil.",
)


def piece(name: str, sentences: tuple[str, ...], host: str = "wire", **more: object) -> Piece:
    values = {"published_at": NOW - HOUR} | more
    return Piece(f"https://{host}.example/{name}", sentences[0].rsplit(" ", 4)[0], sentences, **values)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., World]:
    """Make a world of two feeds; `told` delivers the edition of the first run."""

    def build(wire: list[Piece], port: list[Piece], *, told: bool = False) -> World:
        web = Web({WIRE: wire, PORT: port})
        world = World(settings(tmp_path / "data", [feed(WIRE), feed(PORT)]), web)
        world.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), (), "UTC", "send"),))
        world.ingest()
        if told:
            tell(world)
        return world

    return build


def tell(world: World, now=NOW) -> list[str]:
    """Compose and deliver an edition; return what it told."""
    editions = compose_due(world.settings.data, world.settings, now)
    deliver(world.settings.data, world.settings, now)
    republish(world.settings)
    return sorted(one.statement for edition in editions for story in edition.stories for one in story.developments)


def say(world: World, kind: LabelKind, url: str, other: str = "", *, undo: bool = False, now=LATER) -> Marked:
    return mark(world.settings, kind, url, other, now, undo=undo)


def copies(world: World) -> list[str]:
    return [
        row["url"] for row in world.rows("SELECT a.url FROM core.duplicates AS d JOIN core.articles AS a ON a.id = d.article_id ORDER BY 1")
    ]


def story_of(world: World, url: str) -> str:
    """Return the title of the story that an article is in."""
    sql = f"SELECT s.title FROM articles AS a JOIN stories AS s ON s.id = a.story_id WHERE a.url = '{url}' LIMIT 1"
    found = world.rows(sql)
    return found[0]["title"] if found else ""


# ---------------------------------------------------------------- not a duplicate

WARNED = COPY[3]


@pytest.fixture
def copied(make: Callable[..., World]) -> World:
    """Give a report that was told, and what was taken for its copy."""
    return make([piece("flood", FLOOD)], [piece("rain", COPY, "port", published_at=NOW)], told=True)


def test_what_was_dropped_as_copied_comes_with_the_next_edition(copied: World) -> None:
    """The link goes, the article counts as an origin of its own, and what only it says is told next."""
    assert copies(copied) == ["https://port.example/rain"]
    origin = "SELECT origin FROM articles WHERE url = 'https://port.example/rain'"
    assert copied.rows(origin) == [{"origin": "wire.example"}]
    told = {words for _, words in copied.told()}
    done = say(copied, LabelKind.NOT_DUPLICATE, "port.example/rain")
    assert copies(copied) == []
    assert copied.rows(origin) == [{"origin": "port.example"}]
    assert done.development_count == len({words for _, words in copied.told()} - told) > 0
    assert WARNED in tell(copied, LATER + DAY)


def test_it_is_no_copy_in_a_later_version_either(copied: World) -> None:
    """Neither a new version of the article nor another copy of the original makes it a copy again."""
    say(copied, LabelKind.NOT_DUPLICATE, "https://port.example/rain", "https://wire.example/flood")
    copied.web.feeds[PORT] = [
        piece("rain", (*COPY, "Carpenters from Ariha will mend the Idlib school roof."), "port", published_at=NOW, summary="Edited.")
    ]
    copied.ingest(NOW + 2 * HOUR)
    assert copies(copied) == []
    assert ("new_statement", "Carpenters from Ariha will mend the Idlib school roof.") in copied.told()


def test_taken_back_it_is_a_copy_again(copied: World) -> None:
    """Without the label all is as it was, but for the times of deciding."""
    before = (copied.told(), copies(copied), copied.outcomes())
    say(copied, LabelKind.NOT_DUPLICATE, "https://port.example/rain")
    say(copied, LabelKind.NOT_DUPLICATE, "https://port.example/rain", undo=True)
    assert (copied.told(), copies(copied), copied.outcomes()) == before
    assert copied.rows("FROM core.labels") == []


# ---------------------------------------------------------------- the same story


@pytest.fixture
def apart(make: Callable[..., World]) -> World:
    """Give two reports of one happening that were taken for two."""
    return make([piece("mill", MILL)], [piece("oven", OVEN, "port", published_at=NOW)])


def test_the_article_moves_and_later_ones_find_the_story(apart: World) -> None:
    """Story ids stay, counts are right, the emptied story is not shown, and who resembles the moved article joins it."""
    mill, oven = (story_of(apart, f"https://{one}") for one in ("wire.example/mill", "port.example/oven"))
    assert mill != oven
    done = say(apart, LabelKind.SAME_STORY, "port.example/oven", "wire.example/mill")
    assert done.moved_count == 1
    assert apart.rows("SELECT title, article_count, origin_count FROM stories") == [{"title": mill, "article_count": 2, "origin_count": 2}]
    assert {row["headline"] for row in apart.rows("SELECT headline FROM developments")} == {mill}
    apart.web.feeds[PORT] = [piece("again", OVEN_TOO, "port", published_at=NOW + DAY)]
    apart.ingest(NOW + DAY)
    assert story_of(apart, "https://port.example/again") == mill


def test_a_story_taken_back_is_two_again(apart: World) -> None:
    """What moved goes back where it was."""
    before = apart.rows("SELECT url, story_id FROM articles ORDER BY url")
    stories = apart.rows("FROM stories ORDER BY id")
    say(apart, LabelKind.SAME_STORY, "port.example/oven", "wire.example/mill")
    say(apart, LabelKind.SAME_STORY, "port.example/oven", undo=True)
    assert apart.rows("SELECT url, story_id FROM articles ORDER BY url") == before
    assert apart.rows("FROM stories ORDER BY id") == stories


# ---------------------------------------------------------------- not on the topic


@pytest.fixture
def strayed(make: Callable[..., World]) -> World:
    """Give a report that was found on a topic, and of which readers were not told yet."""
    return make([piece("mill", MILL)], [piece("flood", FLOOD, "port")])


def test_what_is_not_on_the_topic_leaves_it(strayed: World) -> None:
    """Its developments leave the views and the next edition, nothing of it counts as told, and the entry says why."""
    done = say(strayed, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib")
    assert done.development_count == 0
    assert not any(words in MILL for _, words in strayed.told())
    assert strayed.outcomes()["https://wire.example/mill"] == ("off_topic", "not_on_topic")
    assert strayed.rows(
        "SELECT DISTINCT decision FROM statements AS s JOIN articles AS a ON a.id = s.article_id WHERE a.url LIKE '%mill'"
    ) == [{"decision": "off_topic"}]
    assert story_of(strayed, "https://wire.example/mill") == ""
    assert not set(MILL) & set(tell(strayed, LATER + DAY))
    # another report, no copy of it, says the same in one sentence: that is new
    strayed.web.feeds[PORT] = [piece("own", (*HARVEST, MILL[0]), "port", published_at=NOW + DAY)]
    strayed.ingest(NOW + DAY)
    assert copies(strayed) == []
    assert MILL[0] in {words for _, words in strayed.told()}


def test_neither_its_new_version_nor_its_copy_is_on_the_topic(strayed: World) -> None:
    """What was said holds for the article whatever it says later, and for whoever copies it."""
    say(strayed, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib")
    strayed.web.feeds[WIRE] = [piece("mill", (*MILL, "A second mill in Idlib will open in March."), summary="Edited.")]
    strayed.web.feeds[PORT] = [piece("copy", MILL, "port", published_at=NOW + DAY)]
    strayed.ingest(NOW + DAY)
    assert not any("mill" in words for _, words in strayed.told())
    assert strayed.outcomes()["https://port.example/copy"] == ("off_topic", "not_on_topic")


def test_what_readers_were_told_stays_told(make: Callable[..., World]) -> None:
    """An edition that went out is not changed by a label."""
    world = make([piece("mill", MILL)], [], told=True)
    told = world.told()
    say(world, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib")
    assert world.told() == told


def test_taken_back_it_is_on_the_topic_again(strayed: World) -> None:
    """All that it says is judged anew."""
    before = (strayed.told(), strayed.outcomes(), strayed.rows("SELECT title, topic FROM stories ORDER BY ALL"))
    say(strayed, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib")
    say(strayed, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib", undo=True)
    assert (strayed.told(), strayed.outcomes(), strayed.rows("SELECT title, topic FROM stories ORDER BY ALL")) == before


# ---------------------------------------------------------------- all of them


def test_labels_hold_in_a_run_that_reads_everything_anew(copied: World, tmp_path: Path) -> None:
    """A store that knows only the labels decides as the one in which they were said."""
    say(copied, LabelKind.NOT_DUPLICATE, "port.example/rain")
    again = World(replace(copied.settings, data=tmp_path / "again"), copied.web)
    keep_labels(again.settings, published_labels(copied.settings.data), LATER)
    again.ingest()
    assert copies(again) == []
    assert again.rows("SELECT origin FROM articles WHERE url = 'https://port.example/rain'") == [{"origin": "port.example"}]


@pytest.mark.parametrize("damage", ["DROP TABLE terms", "UPDATE articles SET told = x'00'", "DELETE FROM articles"])
def test_a_damaged_index_is_made_anew_on_the_way(copied: World, damage: str) -> None:
    """What is said then is honoured as with a whole index: the article is decided again, and found by those that follow."""
    whole = replace(copied, settings=replace(copied.settings, data=copied.settings.data.with_name("whole")))
    shutil.copytree(copied.settings.data, whole.settings.data)
    with sqlite3.connect(copied.settings.data / INDEX_NAME) as database:
        database.execute(damage)
    database.close()
    for world in (whole, copied):
        say(world, LabelKind.NOT_DUPLICATE, "port.example/rain")
    assert (copies(copied), copied.canonical()) == ([], whole.canonical())
    with open_index(copied.settings.data) as index, open_index(whole.settings.data) as other:
        ids = [row["id"] for row in whole.rows("SELECT id FROM articles")]
        assert index.indexed(ids) == other.indexed(ids)


def test_saying_it_twice_is_saying_it_once(strayed: World) -> None:
    """The canonical export of the store is the same, and holds the label."""
    exports = []
    for _ in range(2):
        say(strayed, LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib")
        out = StringIO()
        with open_store(strayed.settings.data, 1) as connection:
            export_canonical(connection, out)
        exports.append(out.getvalue())
    assert exports[0] == exports[1]
    assert '"table": "labels"' in exports[0]


# what is wrong: (kind, address, other, undo, what is said)
WRONG = {
    "never seen": (LabelKind.NOT_DUPLICATE, "wire.example/mil", "", False, "never seen; the nearest that were: https://wire.example/mill"),
    "no address": (LabelKind.NOT_DUPLICATE, "the mill", "", False, "expected an address"),
    "no copy": (LabelKind.NOT_DUPLICATE, "wire.example/mill", "", False, "is no copy of anything known"),
    "itself": (LabelKind.SAME_STORY, "wire.example/mill", "https://www.wire.example/mill/", False, "expected two articles"),
    "no topic": (LabelKind.NOT_ON_TOPIC, "wire.example/mill", "lybia", False, "expected a topic, one of idlib, libya, found 'lybia'"),
    "another topic": (LabelKind.NOT_ON_TOPIC, "wire.example/mill", "libya", False, "is not on 'libya'; it is on idlib"),
    "nothing said": (LabelKind.NOT_ON_TOPIC, "wire.example/mill", "idlib", True, "nothing to take back"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "url", "other", "undo", "message"), WRONG.values(), ids=WRONG)
def test_what_makes_no_sense_is_one_clear_error(strayed: World, kind: LabelKind, url: str, other: str, undo: bool, message: str) -> None:
    """Nothing is written, and the error says what was expected."""
    with pytest.raises(UsageError, match=message.replace(".", r"\.")):
        say(strayed, kind, url, other, undo=undo)
    assert strayed.rows("FROM core.labels") == []


def test_before_the_first_run_there_is_nothing_to_mark(tmp_path: Path) -> None:
    """It says so, and makes no store."""
    with pytest.raises(StoreError, match="no store in"):
        mark(settings(tmp_path / "data", []), LabelKind.NOT_DUPLICATE, "a.example/b", "", NOW)
    assert not (tmp_path / "data").exists()
