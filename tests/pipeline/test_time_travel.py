"""What was known, and told, on any day can be asked for ever: a scripted history, held against what was written down on each day."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import LabelKind, Recipient
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.marks import mark
from tidings.store.database import Connection, open_store, rows
from tidings.store.publish import publish
from tidings.store.query import open_snapshot
from tidings.store.upkeep import Retention, tidy

pytestmark = pytest.mark.slow  # a history of days on a real store

WIRE, PORT = "https://wire.example/rss", "https://port.example/rss"
FLOOD = (
    "Heavy rain flooded a tented camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their mattresses to a school yard north of Saraqib.",
    "The Idlib health office sent two ambulances and a lorry with clean water to the school.",
    "A bridge on the road from Ariha to Saraqib was closed until the river falls.",
)
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
OVEN = (
    "Nine hamlets of Idlib have bread again since an oven was lit on Monday.",
    "Women carried dough to it from Saraqib by donkey, and paid with eggs.",
)
OVEN_TOO = (
    "Nine hamlets of Idlib have bread again for a second day since the oven was lit.",
    "By donkey cart women carried dough to it from Saraqib, and paid with eggs and oil.",
)
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
CAMP = Piece("https://wire.example/camp", "Camp near Saraqib floods", BEFORE)
FLOODED, HARVESTED, GROUND = ("https://wire.example/" + name for name in ("flood", "harvest", "mill"))
COPIED, BAKED = "https://port.example/flood", "https://port.example/oven"

_SHOWN = """id, topic, kind, story_id, headline, statement_id, statement, article_id, publisher, url, language, published_at, first_seen_at, recorded_at,
    warning, replaces_id, origin, version_id, "start", "end", event_date, place, replaced_by_id, replaced_at, reworded_at, gone_since"""
# On the day itself, from the plain views.
KNOWN_NOW = f"""SELECT d.*, l.labelled_at AS off_topic_since FROM (SELECT {_SHOWN} FROM developments) AS d
    LEFT JOIN labels AS l ON l.kind = 'not_on_topic' AND l.article_id = d.article_id AND l.topic = d.topic ORDER BY d.id"""
TOLD_NOW = """SELECT t.recipient, e.composed_at AS told_at, t.delivered_at, t.development_id, c.how AS corrected_how, c.words AS corrected_words
    FROM told AS t JOIN editions AS e ON e.id = t.edition_id
    LEFT JOIN corrections AS c ON c.development_id = t.development_id AND c.recipient = t.recipient ORDER BY ALL"""
TOLD_THEN = (
    "SELECT recipient, told_at, delivered_at, development_id, corrected_how, corrected_words FROM told_as_of('desk', '{at}') ORDER BY ALL"
)
KNOWN_THEN = f"SELECT {_SHOWN}, off_topic_since FROM known_as_of('{{at}}') ORDER BY id"


def piece(name: str, sentences: tuple[str, ...], host: str = "wire", **more: Any) -> Piece:
    values = {"published_at": NOW - HOUR} | more
    return Piece(f"https://{host}.example/{name}", sentences[0].rsplit(" ", 4)[0], sentences, **values)


Day = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]


class History:
    """Do one thing at a time, and write down what is known and told after each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.days: dict[datetime, Day] = {}
        self.words_told: dict[tuple[str, datetime], tuple[str, str, str]] = {}

    def step(self, at: datetime, *things: Callable[[datetime], object]) -> None:
        """Do things at a moment; what is known a minute later is what was known then."""
        for thing in things:
            thing(at)
        moment = at + timedelta(minutes=1)
        told_then = TOLD_THEN.format(at=moment.isoformat())
        self.days[moment] = (self.world.rows(KNOWN_NOW), self.world.rows(TOLD_NOW), self.world.rows(told_then))
        for row in self.world.rows("SELECT t.development_id, e.composed_at, d.kind, d.story_id, d.headline FROM told AS t "
                                   "JOIN editions AS e ON e.id = t.edition_id JOIN developments AS d ON d.id = t.development_id"):  # fmt: skip
            self.words_told.setdefault((row["development_id"], row["composed_at"]), (row["kind"], row["story_id"], row["headline"]))

    def ingest(self, at: datetime) -> None:
        self.world.ingest(at)

    def tell(self, at: datetime) -> None:
        compose_due(self.world.settings.data, self.world.settings, at)
        deliver(self.world.settings.data, self.world.settings, at)

    def show(self, url: str, paragraphs: tuple[str, ...]) -> Callable[[datetime], None]:
        """Change a page and leave its feed as it is."""
        return lambda _: self.world.web.feeds.update(
            {
                name: [replace(one, paragraphs=paragraphs) if one.url == url else one for one in pieces]
                for name, pieces in self.world.web.feeds.items()
            }
        )

    def mark(self, kind: LabelKind, url: str, other: str = "", *, undo: bool = False) -> Callable[[datetime], object]:
        return lambda at: mark(self.world.settings, kind, url, other, at, undo=undo)

    def status(self, url: str, status: int) -> Callable[[datetime], object]:
        return lambda _: self.world.web.statuses.update({url: status})


def later(hours: int) -> datetime:
    """Return a moment after the beginning."""
    return NOW + hours * HOUR


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Play three days of edits, corrections, marks, marks taken back, a page that went and came back, and one that went for good."""
    web = Web({
        WIRE: [piece("flood", FLOOD), piece("mill", MILL), CAMP, piece("harvest", HARVEST)],
        PORT: [piece("flood", COPY, "port"), piece("oven", OVEN, "port")],
    })  # fmt: skip
    world = World(settings(tmp_path_factory.mktemp("travel"), [feed(WIRE), feed(PORT)]), web)
    world.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), (), "UTC", "send"),))
    one = History(world)
    one.step(NOW, one.ingest)
    one.step(later(1), one.tell)
    one.step(later(3), one.mark(LabelKind.NOT_DUPLICATE, COPIED), one.ingest)  # untold news of a copy
    one.step(later(7), one.show(CAMP.url, AFTER), one.ingest)  # a told figure is corrected by its own report
    one.step(later(9), one.mark(LabelKind.NOT_DUPLICATE, COPIED, undo=True), one.ingest)
    gone = [one.status(FLOODED, 410), one.status(HARVESTED, 404)]
    one.step(later(25), one.show(CAMP.url, BEFORE), *gone, one.ingest, one.tell)  # an earlier text comes back, two pages go
    one.step(later(27), one.mark(LabelKind.NOT_ON_TOPIC, GROUND, "idlib"))  # told, and now against it
    one.step(later(32), lambda _: web.statuses.pop(FLOODED), one.ingest)
    one.step(later(34), one.mark(LabelKind.SAME_STORY, BAKED, GROUND), one.tell)
    one.step(later(50), one.mark(LabelKind.NOT_ON_TOPIC, GROUND, "idlib", undo=True), one.ingest)
    web.feeds[PORT] = [*web.feeds[PORT], piece("oven-too", OVEN_TOO, "port", published_at=NOW + 2 * DAY)]
    one.step(later(52), one.ingest)
    one.step(later(72), one.mark(LabelKind.SAME_STORY, BAKED, undo=True), one.ingest)
    one.step(later(73), one.tell)
    return one


def held_against(history: History, connection: Connection) -> None:
    """Assert that each day's answers are what was written down on that day."""
    for moment, (known, told, told_fully) in history.days.items():
        assert rows(connection, KNOWN_THEN.format(at=moment.isoformat())) == known, moment
        assert rows(connection, TOLD_THEN.format(at=moment.isoformat())) == told, moment
        assert told_fully == told, moment


def test_each_day_is_answered_as_on_that_day(history: History) -> None:
    """known_as_of and told_as_of of every moment give what the plain views gave at that moment, from the store and from what is published."""
    with open_store(history.world.settings.data, 1) as connection:
        held_against(history, connection)
        publish(connection, history.world.settings.data)
    with open_snapshot(history.world.settings.data) as connection:
        held_against(history, connection)


def test_former_texts_that_were_let_go_make_nothing_false(history: History, tmp_path: Path) -> None:
    """Where retention lets former texts go, each day is answered as before, as what edits took away stays; the view says that they went."""
    shutil.copytree(history.world.settings.data, tmp_path / "data")
    with open_store(tmp_path / "data", 1) as connection:
        former = rows(connection, "SELECT count(*) AS n FROM versions WHERE text IS NOT NULL")[0]["n"]
        gone = tidy(connection, later(73) + 400 * DAY, Retention(former_texts_days=30))["former_texts"]
        assert gone == former
        assert gone > 0
        assert rows(connection, "SELECT DISTINCT text FROM versions") == [{"text": None}]
        held_against(history, connection)


def test_the_history_has_every_kind_of_change(history: History) -> None:
    """The test above proves something: words were reworded, marked, replaced, gone and back; developments went that nobody was told of."""
    every = [known for known, _, _ in history.days.values()]
    ever = {row["id"] for known in every for row in known}
    for column in ("replaced_by_id", "reworded_at", "gone_since", "off_topic_since"):
        ids = [{row["id"] for row in known if row[column]} for known in every]
        assert any(ids), column
        if column in {"gone_since", "off_topic_since"}:
            assert any(before - after for before, after in pairwise(ids)), f"{column} was taken back"
    assert ever - {row["id"] for row in every[-1]}, "one was withdrawn"
    stories = [{row["id"]: row["story_id"] for row in known} for known in every]
    assert any(before.get(one) not in {None, story} for before, after in pairwise(stories) for one, story in after.items())
    assert any(row["corrected_how"] for _, told, _ in history.days.values() for row in told)


def test_what_was_told_is_as_it_was_told(history: History) -> None:
    """A told development keeps the kind, story and headline that it had when its edition was composed, whatever became of them."""
    told = history.world.rows("FROM told_as_of(NULL, '2030-01-01')")
    assert {(row["development_id"], row["told_at"]): (row["kind"], row["story_id"], row["headline"]) for row in told} == history.words_told


def test_every_row_leads_to_the_exact_words(history: History) -> None:
    """Of each row that quotes, version, start and end cut the quoted words out of a text that is kept."""
    with open_store(history.world.settings.data, 1) as connection:
        texts = {
            row["id"]: row["text"]
            for row in rows(connection, "SELECT version_id AS id, text FROM articles UNION ALL SELECT id, text FROM versions")
        }
        asked = ["known_as_of('2030-01-01')", "told_as_of(NULL, '2030-01-01')", "what_changed(NULL, '2000-01-01')", "timeline('idlib')",
                 *(f"known_as_of('{moment.isoformat()}')" for moment in history.days)]  # fmt: skip
        for question in asked:
            found = rows(connection, f"FROM {question}")
            assert found, question
            for row in found:
                if row["statement"]:
                    assert texts[row["version_id"]][row["start"] : row["end"]] == row["statement"], question


def test_earlier_rows_are_only_added() -> None:
    """No statement of ours changes or removes a row of what stood before."""
    sources = Path(__file__).resolve().parents[2] / "src" / "tidings"
    texts = {file: file.read_text(encoding="utf-8") for file in [*sources.rglob("*.py"), *sources.rglob("*.sql")]}
    for verb in ("UPDATE core.earlier", "DELETE FROM core.earlier", "DROP TABLE core.earlier"):
        assert [file.name for file, text in texts.items() if verb in text] == []
