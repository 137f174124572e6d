"""Hold what the whole pipeline makes of the sample week against what a reader would expect of it, in both directions."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tidings.demo.show import Shown, show_week
from tidings.demo.week import Expected, load_week
from tidings.ids import article_id
from tidings.store.query import query
from tidings.text.urls import identity

pytestmark = pytest.mark.slow

EXPECTED = load_week().expected
LEXICAL = [one for one in EXPECTED if not one.after]  # the others need the meaning component


@dataclass
class Made:
    """Hold what the pipeline made of one article."""

    outcomes: list[tuple[str, str | None]] = field(default_factory=list)
    duplicate: tuple[str | None, str | None] = (None, None)
    story: str | None = None
    developments: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)


@dataclass
class WeekMade:
    """Hold the store's folder, what the demo said, and what was made per article id."""

    folder: Path
    shown: Shown
    per_article: dict[str, Made]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> WeekMade:
    """Run the whole week once."""
    folder = tmp_path_factory.mktemp("week")
    shown = show_week(folder)
    per_article: dict[str, Made] = defaultdict(Made)
    for row in _rows(folder, "SELECT url, outcome, reason FROM entries ORDER BY first_seen_at, id"):
        per_article[article_id(identity(row["url"]))].outcomes.append((row["outcome"], row["reason"]))
    names = {row["id"]: row["url"] for row in _rows(folder, "SELECT id, url FROM articles")}
    for row in _rows(folder, "FROM duplicates"):
        of = f"seed:{row['of_seed_id']}" if row["of_kind"] == "seed" else names[row["of_id"]]
        per_article[row["article_id"]].duplicate = (of, row["relation"])
    for row in _rows(folder, "SELECT id, story_id FROM articles"):
        per_article[row["id"]].story = row["story_id"]
    for row in _rows(folder, "SELECT article_id, topic, kind, statement FROM developments"):
        per_article[row["article_id"]].developments[row["topic"], row["kind"], row["statement"]] += 1
    return WeekMade(folder, shown, per_article)


def _rows(folder: Path, sql: str) -> Iterator[dict[str, Any]]:
    columns, found = query(folder, sql, None)
    return (dict(zip(columns, row, strict=True)) for row in found)


def _of(made: WeekMade, expected: Expected) -> Made:
    return made.per_article[article_id(identity(expected.url))]


@pytest.mark.parametrize("expected", LEXICAL, ids=lambda one: one.url.removeprefix("http://"))
def test_each_article_ends_as_expected(made: WeekMade, expected: Expected) -> None:
    """An article of the week has the outcome, the copy link and exactly the developments that a reader expects."""
    found = _of(made, expected)
    # Other entries for the same article (an edited title, a second feed) stand behind the first.
    first = next(pair for pair in found.outcomes if pair[0] != "same_article")
    assert first[0] == expected.outcome
    if expected.reason:
        assert first[1] == expected.reason
    assert found.duplicate == (expected.duplicate_of or None, expected.relation or None)
    wanted = Counter((one.topic, one.kind, one.statement) for one in expected.developments)
    assert found.developments == wanted


def test_nothing_is_made_that_nobody_expects(made: WeekMade) -> None:
    """Every article in the store is one of the expected file: no article and no development comes from elsewhere."""
    known = {article_id(identity(one.url)) for one in EXPECTED}
    assert {one for one in made.per_article if made.per_article[one].developments} <= known
    assert set(made.per_article) <= known


def test_articles_of_one_happening_share_a_story_and_others_do_not(made: WeekMade) -> None:
    """Two articles have one story in the store exactly when they have one label in the expected file."""
    labels, stories = defaultdict(set), defaultdict(set)
    for one in LEXICAL:
        story = _of(made, one).story
        # Copies of a seed belong to the seed's story; mash-ups belong to none in particular.
        if one.story and story:
            labels[one.story].add(story)
            stories[story].add(one.story)
    assert {label: found for label, found in labels.items() if len(found) > 1} == {}
    assert {story: found for story, found in stories.items() if len(found) > 1} == {}


def test_the_mash_up_confirms_nothing(made: WeekMade) -> None:
    """The spun page of many days' sentences belongs to a story, and is neither an origin of it nor a reason for another topic."""
    sql = """SELECT s.topic, s.origin_count FROM stories AS s JOIN articles AS a ON a.story_id = s.id
        WHERE a.url LIKE '%everything-we-know'"""
    assert list(_rows(made.folder, sql)) == [{"topic": "idlib", "origin_count": 1}]


def test_the_virus_reaches_no_digest(made: WeekMade) -> None:
    """No statement of an article speaks of the virus, and no edition holds a sentence about it."""
    words = "coronavirus|epidemic|COVID|korona|koronavirüs|فيروس|病毒|疫情|肺炎"
    found = list(_rows(made.folder, f"SELECT text FROM statements WHERE seed_id IS NULL AND regexp_matches(text, '(?i){words}')"))
    assert found == []
    for edition in made.shown.editions:
        for story in edition.stories:
            for one in story.developments:
                assert "virus" not in one.statement.lower()


def test_nothing_that_only_repeats_a_seed_is_told(made: WeekMade) -> None:
    """No development has the words of a sentence that a seed says."""
    sql = (
        """SELECT d.statement FROM developments AS d JOIN statements AS s ON s.seed_id IS NOT NULL AND lower(s.text) = lower(d.statement)"""
    )
    assert list(_rows(made.folder, sql)) == []


def test_two_editions_and_the_second_repeats_nothing(made: WeekMade) -> None:
    """The week makes two editions, both with news, and no development stands in both."""
    first, second = made.shown.editions
    told_first = {one.development_id for story in first.stories for one in story.developments}
    told_second = {one.development_id for story in second.stories for one in story.developments}
    assert told_first
    assert told_second
    assert not told_first & told_second


def test_the_counts_of_every_run_add_up(made: WeekMade) -> None:
    """In each run report the outcomes add up to the entries, and none is left pending."""
    for report in made.shown.reports:
        assert sum(report.outcomes.values()) == report.entries
        assert "pending" not in report.outcomes
