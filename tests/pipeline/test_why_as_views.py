"""`why` finds by ids what the views say of all: it must say the same."""

from pathlib import Path

import pytest
from fakes import DAY, NOW, Piece, World, feed, settings

from tidings.demo.show import polls, show_edition, week_settings
from tidings.pipeline.ingest import ingest
from tidings.pipeline.publish import republish
from tidings.pipeline.run import open_doors
from tidings.store.database import rows
from tidings.store.query import open_snapshot
from tidings.store.why import why

pytestmark = pytest.mark.slow

WIRE = "https://wire.example/rss"
TEXTS = (
    "A flour mill in Ariha ground the first wheat of the Idlib harvest on Monday.",
    "Bakers from nine villages stood in line before the doors of the Idlib mill at dawn.",
)
PLACED = "SELECT outcome, reason, score, evidence, against_id FROM decisions WHERE subject_kind = 'article' AND stage = 'story' AND subject_id = ?::UUID"
STATEMENTS = """
SELECT s.topic, s.text, n.text AS against FROM statements AS s
LEFT JOIN core.statements AS c ON c.id = s.id AND c.topic = s.topic
LEFT JOIN (SELECT DISTINCT ON (id) id, text FROM statements ORDER BY id, topic) AS n ON n.id = c.against_id AND c.decision <> ''
WHERE s.article_id = ?::UUID ORDER BY s.start, s.topic"""


def as_views_say(folder: Path) -> int:
    """Compare the answer on every article with the views; return how many statements have one that they were compared with."""
    with open_snapshot(folder) as snapshot:
        articles = rows(snapshot, "FROM articles ORDER BY id")
        placed = {one["id"]: rows(snapshot, PLACED, [one["id"]]) for one in articles}
        statements = {one["id"]: rows(snapshot, STATEMENTS, [one["id"]]) for one in articles}
    count = 0
    for one in articles:
        said = why(folder, one["url"])
        assert said["article"] == one
        assert [{key: said["placed"][key] for key in row} for row in placed[one["id"]]] == placed[one["id"]]
        assert [{key: row[key] for key in ("topic", "text", "against")} for row in said["statements"]] == statements[one["id"]]
        count += sum(row["against"] is not None for row in said["statements"])
    return count


def test_of_the_sample_week(tmp_path: Path) -> None:
    """Each article, how it was placed, and what each of its statements was compared with."""
    with week_settings(tmp_path) as (configured, server), open_doors(configured) as doors:
        for now in list(polls())[:4]:
            server.now = now
            ingest(configured, now, doors=doors)
            show_edition(configured, now)
    assert as_views_say(tmp_path) > 20


def test_of_what_was_said_long_before(tmp_path: Path) -> None:
    """A report that repeats what was told two months ago, and nothing of the last one, is shown beside those words."""
    world = World(settings(tmp_path, [feed(WIRE)]))
    world.web.feeds[WIRE] = [Piece("https://wire.example/mill", "The Ariha mill", TEXTS)]
    world.ingest(NOW)
    world.web.feeds[WIRE] = [Piece("https://wire.example/again", "The Ariha mill, again", TEXTS, published_at=NOW + 59 * DAY)]
    world.ingest(NOW + 60 * DAY)
    republish(world.settings)
    assert as_views_say(tmp_path) >= len(TEXTS)
    assert {row["against"] for row in why(tmp_path, "https://wire.example/again")["statements"]} == set(TEXTS)
