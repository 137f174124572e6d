"""Prove what deciding is given (work list, neighbours, frequencies) and how what was decided is kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tidings.ids import article_id, development_id, statement_id, version_id
from tidings.model import Article, Decision, Development, DuplicateLink, Fingerprint, Kind, Novelty, Outcome, Relation, Statement, Verdict
from tidings.store import decisions as store_of
from tidings.store import record
from tidings.store.database import open_memory, rows
from tidings.store.decisions import Decided
from tidings.store.indexed import StoredStatement
from tidings.store.pages import Read, record_reads

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED, ENTRY, NOBODY = (f"00000000-0000-0000-0000-00000000000{number}" for number in range(3))


def article(name: str, published_at: datetime = NOW) -> Article:
    url = f"https://wire.example/{name}"
    id_ = article_id(url)
    return Article(id_, version_id(id_, name), url, name, f"Text {name}.", "Wire", "Wire", "en", published_at, NOW, NOW, Verdict.FULL)


def statement(one: Article, text: str = "Rain fell on Idlib.", topic: str = "idlib") -> Statement:
    return Statement(statement_id(one.id, text, 0), one.id, one.version_id, topic, text, 0, len(text), 0)


def mark(one: Article, grams: range = range(0), **terms: float) -> Fingerprint:
    return Fingerprint(one.id, one.title, frozenset(grams), terms)


def decided(one: Article, fingerprint: Fingerprint, *said: Statement, story: Article | None = None, **more: Any) -> Decided:
    values = {"entry_id": None, "outcome": "", "reason": "", "topics": ("idlib",), "duplicate": None, "developments": ()} | more
    return Decided(
        article=one, fingerprint=fingerprint, story_id=(story or one).id, story_is_new=story is None, reported_at=one.published_at or NOW,
        decisions=tuple(Decision(each.id, each.topic, Novelty.DEVELOPMENT, "not_covered", score=0.25) for each in said),
        told=tuple(StoredStatement(each, one.language, (story or one).id, "") for each in said), **values,
    )  # fmt: skip


def keep(store: duckdb.DuckDBPyConnection, *batch: tuple[Article, Fingerprint, tuple[Statement, ...]], **more: Any) -> None:
    """Read and decide articles."""
    record_reads(store, [Read(NOBODY, "", "", "", one.id, one, one.title, said) for one, _, said in batch], now=NOW, run_id="r")
    record.record_decisions(store, [decided(one, fingerprint, *said, **more) for one, fingerprint, said in batch], now=NOW, run_id="r")


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty store."""
    with open_memory() as connection:
        yield connection


# ---------------------------------------------------------------- the work list


def test_undecided_articles_come_in_the_order_of_their_times(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """By the time reported, then id; with entry, feed and only the statements that are not decided."""
    add(store, "feeds", id=FEED, first_polled_at=NOW - DAY)
    add(store, "entries", id=ENTRY, feed_id=FEED, outcome="pending", learn=True)
    late, early = article("late"), article("early", NOW - DAY)
    record_reads(store, [Read(NOBODY, "", "", "", late.id, late, "h", (statement(late),)), Read(ENTRY, "pending", "", "", early.id, early, "h", (statement(early), statement(early, "Old.")))], now=NOW, run_id="r")  # fmt: skip
    store.execute("UPDATE core.statements SET decision = 'told' WHERE text = 'Old.'")
    first, second = store_of.undecided(store, 9)
    assert (first.article.title, second.article.title) == ("early", "late")
    assert (first.entry_id, first.entry_outcome, first.learn, first.feed_first_polled_at, first.story_id) == (
        ENTRY,
        "pending",
        True,
        NOW - DAY,
        None,
    )
    assert [one.text for one in first.statements] == ["Rain fell on Idlib."]
    assert len(store_of.undecided(store, 1)) == 1


def test_what_was_decided_is_kept_and_leaves_the_list(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Story, decision, development, duplicate link and outcome, in one transaction."""
    add(store, "entries", id=ENTRY, feed_id=FEED, outcome="pending")
    one = article("one")
    said = statement(one)
    development = Development(development_id("idlib", Kind.NEW_STORY, said.id), "idlib", Kind.NEW_STORY, one.id, one.id, said.id)
    link = DuplicateLink(one.id, FEED, "article", Relation.NEAR, 0.7, "why", ("figure",))
    keep(
        store,
        (one, mark(one, rain=2.0), (said,)),
        entry_id=ENTRY,
        outcome=Outcome.NEW,
        reason="new_story",
        developments=(development,),
        duplicate=link,
    )
    assert store_of.undecided(store, 9) == []
    assert rows(store, "SELECT outcome, reason FROM core.entries") == [{"outcome": "new", "reason": "new_story"}]
    assert rows(store, "SELECT decision, reason, score FROM core.statements") == [
        {"decision": "development", "reason": "not_covered", "score": 0.25}
    ]
    assert rows(store, "SELECT title, topics, seeded FROM core.stories") == [{"title": "one", "topics": ["idlib"], "seeded": False}]
    assert rows(store, "SELECT kind, statement_id FROM core.developments") == [{"kind": "new_story", "statement_id": said.id}]
    assert rows(store, "SELECT relation, differs_in FROM core.duplicates") == [{"relation": "near", "differs_in": ["figure"]}]


def test_a_story_gathers_topics(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """What joins adds its topics; readers know the story once one of its developments was in an edition."""
    first, second = article("first"), replace(article("second"), origin="Agency")
    said = statement(first)
    made = Development(development_id("idlib", Kind.NEW_STORY, said.id), "idlib", Kind.NEW_STORY, first.id, first.id, said.id)
    keep(store, (first, mark(first), (said,)), developments=(made,))
    keep(store, (second, mark(second), ()), story=first, topics=("libya",))
    assert rows(store, "SELECT topics FROM core.stories") == [{"topics": ["idlib", "libya"]}]
    found = store_of.stored_stories(store, [first.id])[first.id]
    assert (found.seeded, found.reported) == (False, False)
    add(store, "told", edition_id=FEED, development_id=made.id, recipient="desk")
    assert store_of.stored_stories(store, [first.id])[first.id].reported
