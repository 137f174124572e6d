"""Prove that replacing seeds forgets exactly what the stale ones said, in one transaction."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from tidings.ids import article_id, make_id, statement_id
from tidings.model import Article, Decision, Figure, Novelty, Statement, Verdict
from tidings.store.database import open_memory, rows
from tidings.store.seeds import DecidedSeed, replace_seeds, seed_versions

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OF_SEEDS = ("articles", "statements", "figures")


def seed(name: str, text: str, topic: str = "idlib") -> DecidedSeed:
    id_ = article_id(f"seed:{name}")
    version = make_id("version", name, text)
    article = Article(id_, version, "", f"Seed {name}", text, "Archive", "Archive", "en", NOW, NOW, NOW, Verdict.FULL)
    figure = Figure(9.0, 9.0, "exact", "killed", "civilians", "", "9", 0, 1)
    said = Statement(statement_id(id_, text, 0), id_, version, topic, text, 0, len(text), 0, figures=(figure,))
    return DecidedSeed(
        seed_id=name, article=article, text_hash=text,
        statements=(said,), decisions=(Decision(said.id, topic, Novelty.SEED, "seed"),),
    )  # fmt: skip


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a store that knows two seeds."""
    with open_memory() as connection:
        replace_seeds(connection, [], [seed("one", "9 died in Idlib."), seed("two", "9 died in Ariha.")], now=NOW, run_id="r")
        yield connection


def counts(store: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {table: int(rows(store, f"SELECT count(*) AS n FROM core.{table}")[0]["n"]) for table in OF_SEEDS}


def test_seeds_are_articles_whose_statements_count_as_told(store: duckdb.DuckDBPyConnection) -> None:
    """Decided, each the first of a story of its own, and known by configured id and version."""
    assert seed_versions(store) == {
        "one": seed("one", "9 died in Idlib.").article.version_id,
        "two": seed("two", "9 died in Ariha.").article.version_id,
    }
    assert rows(store, "SELECT DISTINCT decided, story_id = id AS own FROM core.articles") == [{"decided": True, "own": True}]
    assert rows(store, "SELECT DISTINCT decision, reason FROM core.statements") == [{"decision": "seed", "reason": "seed"}]
    assert rows(store, "SELECT title, seeded FROM core.stories ORDER BY title") == [
        {"title": "Seed one", "seeded": True},
        {"title": "Seed two", "seeded": True},
    ]


def test_a_stale_seed_is_forgotten_and_the_others_are_not(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Half of every table goes; articles of the world stay."""
    add(store, "articles", id=make_id("x"), version_id=make_id("y"), verdict="full")
    before = counts(store)
    replace_seeds(store, ["one"], [], now=LATER, run_id="r")
    assert counts(store) == {table: (count - 1) // 2 + 1 if table == "articles" else count // 2 for table, count in before.items()}
    assert seed_versions(store).keys() == {"two"}


def test_a_changed_seed_is_the_same_article_with_other_words(store: duckdb.DuckDBPyConnection) -> None:
    """Its old words are gone, its story keeps the time it began, and gains the topic."""
    before = counts(store)
    replace_seeds(store, ["one"], [seed("one", "9 died near Tripoli.", "libya")], now=LATER, run_id="r")
    assert counts(store) == before
    assert {row["text"] for row in rows(store, "SELECT text FROM core.statements")} == {"9 died near Tripoli.", "9 died in Ariha."}
    found = rows(store, "SELECT topics, first_seen_at FROM core.stories WHERE title = 'Seed one'")
    assert found == [{"topics": ["idlib", "libya"], "first_seen_at": NOW}]


def test_replacing_is_done_whole_or_not_at_all(store: duckdb.DuckDBPyConnection) -> None:
    """When the new seed cannot be stored the old one is still there."""
    before = counts(store)
    broken = seed("one", "9 died near Tripoli.", topic=None)  # type: ignore[arg-type]
    with pytest.raises((duckdb.Error, TypeError)):
        replace_seeds(store, ["one"], [broken], now=LATER, run_id="r")
    assert counts(store) == before
    assert "9 died in Idlib." in {row["text"] for row in rows(store, "SELECT text FROM core.statements")}
