"""Prove that what a seed says counts as told, and what happens when seeds change."""

from dataclasses import replace
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, TOPICS, Piece, Web, World, feed, settings

from tidings.model import Seed
from tidings.pipeline.seeds import learn_seeds
from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE = "https://wire.example/rss"
BEEKEEPERS = (
    "Beekeepers around Saraqib lost half of their 240 hives to frost, the growers' union of Idlib said on Sunday.",
    "Idlib honey fetched a record price at the winter fair in Ariha, where eleven traders bid for the last jars.",
    "The Idlib union asked charities for sugar and wooden frames, so that the surviving swarms reach the almond blossom.",
)
OIL = (
    "Engineers in Libya restarted two pumps at an oil terminal east of Misrata on Monday.",
    "The Libyan operator expects tankers there again within ten days.",
)
NEWS = "A lorry with sugar for the swarms arrived in Saraqib from the coast last night."
SEED = Seed("bees", "Frost kills hives", "Archive", NOW - 20 * DAY, "en", "https://archive.example/bees", "\n\n".join(BEEKEEPERS))
OIL_SEED = replace(SEED, id="oil", title="Pumps restart", url="https://archive.example/oil", text="\n\n".join(OIL))


def piece(name: str, *paragraphs: str) -> Piece:
    return Piece(f"https://wire.example/{name}", f"{name.capitalize()}: {paragraphs[0][:40]}", paragraphs, NOW - HOUR)


def learn(world: World) -> bool:
    """Bring the seeds to what is configured; return whether anything changed."""
    with open_store(world.settings.data, 1) as connection:
        return learn_seeds(world.run(), connection)


def seed_words(world: World) -> set[str]:
    return {row["text"] for row in world.rows("SELECT text FROM core.statements WHERE decision = 'seed'")}


def test_what_a_seed_says_is_told_and_its_copy_is_linked(tmp_path: Path) -> None:
    """From the first run on: the copy of a seed tells nothing but what it adds, and joins the seed's story, which is not new."""
    one = World(
        settings(tmp_path, [feed(WIRE)], seeds=(SEED,)), Web(feeds={WIRE: [piece("bees", *BEEKEEPERS), piece("sugar", *BEEKEEPERS, NEWS)]})
    )
    one.ingest()
    assert one.told() == [("new_statement", NEWS)]
    assert one.outcomes()["https://wire.example/bees"] == ("duplicate", "exact")
    links = one.rows(
        "SELECT of_kind, count(*) AS n FROM core.duplicates WHERE of_id IN (SELECT id FROM core.articles WHERE seed_id = 'bees') GROUP BY ALL"
    )
    assert {link["of_kind"] for link in links} == {"seed"}
    assert one.rows("SELECT seeded FROM core.stories") == [{"seeded": True}]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Give a world with one seed that is known."""
    one = World(settings(tmp_path, [feed(WIRE)], seeds=(SEED,)), Web(feeds={WIRE: []}))
    assert learn(one)
    return one


def test_a_known_seed_is_not_read_again(world: World) -> None:
    """Nothing changes while its text, its data and the topics stay."""
    assert seed_words(world) == set(BEEKEEPERS)
    before = world.canonical()
    assert not learn(world)
    assert world.canonical() == before


def test_a_seed_added_later_is_told_from_then_on(world: World) -> None:
    """The others are left alone."""
    world.change(seeds=(SEED, OIL_SEED))
    assert learn(world)
    assert seed_words(world) == {*BEEKEEPERS, *OIL}


def test_a_changed_seed_says_only_what_it_says_now(world: World) -> None:
    """Its old sentences, figures and marks are gone, and it is still one article and one story."""
    world.change(seeds=(replace(SEED, text="\n\n".join(OIL)),))
    assert learn(world)
    assert seed_words(world) == set(OIL)
    assert world.rows("SELECT 1 FROM core.figures WHERE statement_id NOT IN (SELECT id FROM core.statements)") == []
    assert world.rows("SELECT count(*) AS n FROM core.articles") == [{"n": 1}]
    assert world.rows("SELECT count(*) AS n FROM core.stories") == [{"n": 1}]


def test_a_removed_seed_is_forgotten(world: World) -> None:
    """What it said is not told any more: an article that says it is news again."""
    world.change(seeds=())
    assert learn(world)
    left = world.rows("SELECT (SELECT count(*) FROM core.statements) AS statements, (SELECT count(*) FROM core.articles) AS articles")
    assert left == [{"statements": 0, "articles": 0}]
    world.web.feeds[WIRE] = [piece("bees", *BEEKEEPERS)]
    world.ingest()
    assert {words for _, words in world.told()} == set(BEEKEEPERS)


def test_a_topic_added_later_finds_what_the_seeds_say_of_it(tmp_path: Path) -> None:
    """Seeds are matched anew when the topics' words change."""
    both = replace(SEED, text="\n\n".join((*BEEKEEPERS, *OIL)))
    one = World(settings(tmp_path, [feed(WIRE)], topics=TOPICS[:1], seeds=(both,)))
    assert learn(one)
    assert seed_words(one) == set(BEEKEEPERS)
    one.change(topics=TOPICS)
    assert learn(one)
    assert seed_words(one) == {*BEEKEEPERS, *OIL}


def test_a_story_keeps_what_joined_it_when_its_seed_changes(tmp_path: Path) -> None:
    """The first time, the topics and the articles of a story outlive a new text of the seed that opened it."""
    one = World(settings(tmp_path, [feed(WIRE)], seeds=(SEED,)), Web(feeds={WIRE: [piece("sugar", *BEEKEEPERS, *OIL)]}))
    one.ingest()
    before = one.rows("SELECT id, topics, first_seen_at, seeded FROM core.stories")
    assert [story["topics"] for story in before] == [["idlib", "libya"]]
    one.change(seeds=(replace(SEED, title="Frost kills hives (edited)"),))
    one.ingest(NOW + HOUR)
    assert one.rows("SELECT id, topics, first_seen_at, seeded FROM core.stories") == before


def test_a_seed_on_no_topic_says_nothing(tmp_path: Path) -> None:
    """It is kept, so that its copies are found, and tells nothing."""
    one = World(settings(tmp_path, [], seeds=(replace(SEED, text="A soap factory in the valley has won a prize for its lavender bars."),)))
    assert learn(one)
    assert seed_words(one) == set()
    assert one.rows("SELECT seed_id FROM core.articles") == [{"seed_id": "bees"}]
    assert not learn(one)
