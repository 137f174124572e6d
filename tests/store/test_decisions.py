"""Prove what deciding is given (work list, neighbours, frequencies) and how what was decided is kept."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pytest

from tidings.ids import article_id, development_id, stable_hash, statement_id, version_id
from tidings.model import Article, Decision, Development, DuplicateLink, Fingerprint, Kind, Novelty, Outcome, Relation, Statement, Verdict
from tidings.store import decisions as store_of
from tidings.store import record
from tidings.store.database import open_memory, rows
from tidings.store.decisions import Decided
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
        told_terms=tuple((stable_hash(word), each.id, each.topic) for each in said for word in sorted(set(each.text.split()))), **values,
    )  # fmt: skip


def keep(store: duckdb.DuckDBPyConnection, *batch: tuple[Article, Fingerprint, tuple[Statement, ...]], **more: Any) -> None:
    """Read and decide articles."""
    record_reads(store, [Read(NOBODY, "", "", "", one.id, one, one.title, said) for one, _, said in batch], now=NOW, run_id="r")
    hashed = {one.id: {stable_hash(term): weight for term, weight in fingerprint.terms.items()} for one, fingerprint, _ in batch}
    record.record_decisions(
        store, [decided(one, fingerprint, *said, **more) for one, fingerprint, said in batch], hashed, now=NOW, run_id="r"
    )


@pytest.fixture
def store() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give an empty store."""
    with open_memory() as connection:
        yield connection


def near(
    store: duckdb.DuckDBPyConnection, fingerprint: Fingerprint, reported_at: datetime = NOW, most: int = 12
) -> tuple[set[str], set[str]]:
    """Return the titles of the articles near by word runs and near by terms."""
    hashed = {stable_hash(term): weight for term, weight in fingerprint.terms.items()}
    found = store_of.near_articles(store, {fingerprint.article_id: (fingerprint, hashed, reported_at)}, total=4, most=most, window_days=10)
    titles = {row["id"]: row["title"] for row in rows(store, "SELECT id, title FROM core.articles")}
    by_grams, by_terms = found[fingerprint.article_id]
    return {titles[one] for one in by_grams}, {titles[one] for one in by_terms}


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


def test_a_story_gathers_topics_and_origins(store: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """What joins adds its topics and its origin; readers know the story once one of its developments was in an edition."""
    first, second = article("first"), replace(article("second"), origin="Agency")
    said = statement(first)
    made = Development(development_id("idlib", Kind.NEW_STORY, said.id), "idlib", Kind.NEW_STORY, first.id, first.id, said.id)
    keep(store, (first, mark(first), (said,)), developments=(made,))
    keep(store, (second, mark(second), ()), story=first, topics=("libya",))
    assert rows(store, "SELECT topics FROM core.stories") == [{"topics": ["idlib", "libya"]}]
    found = store_of.stored_stories(store, [first.id])[first.id]
    assert (found.seeded, found.origins, found.reported) == (False, frozenset({"Wire", "Agency"}), False)
    add(store, "told", edition_id=FEED, development_id=made.id, recipient="desk")
    assert store_of.stored_stories(store, [first.id])[first.id].reported


# ---------------------------------------------------------------- neighbours


def test_near_by_word_runs_are_those_that_share_at_least_two(store: duckdb.DuckDBPyConnection) -> None:
    """The closest few, of any age; not the article itself; one run in common is chance."""
    old, one_run, other = article("old", NOW - 400 * DAY), article("one run"), article("other")
    for one, grams in ((old, range(5)), (one_run, range(4, 9)), (other, range(20, 30))):
        keep(store, (one, mark(one, grams), ()))
    new = article("new")
    assert near(store, mark(new, range(5)))[0] == {"old"}
    assert near(store, mark(new, range(9)), most=1)[0] == {"old"}
    assert near(store, mark(old, range(5)))[0] == set()


def test_near_by_terms_are_those_of_the_last_days_and_seeds(store: duckdb.DuckDBPyConnection) -> None:
    """Heavy, rare terms in common; older than the window only seeds; equals by id."""
    for name, days in (("fresh", 3), ("stale", 30), ("seed", 30)):
        one = article(name, NOW - days * DAY)
        keep(store, (one, mark(one, rain=2.0, idlib=1.0), ()))
    store.execute("UPDATE core.articles SET seed_id = 's' WHERE title = 'seed'")
    assert near(store, mark(article("new"), rain=1.0))[1] == {"fresh", "seed"}
    assert near(store, mark(article("new"), snow=1.0))[1] == set()
    closest = min(("fresh", "seed"), key=lambda name: article(name).id)
    assert near(store, mark(article("new"), rain=1.0), most=1)[1] == {closest}


def test_near_told_statements_are_of_the_same_topic(store: duckdb.DuckDBPyConnection) -> None:
    """With figures, language, story and development; the statement itself is left out."""
    one = article("one")
    said, elsewhere = statement(one), statement(one, topic="libya")
    keep(store, (one, mark(one), (said, elsewhere)))
    new = article("new")
    given = [(statement(new).id, "idlib", stable_hash("Rain"))]
    found = store_of.near_told(store, given, total=2, most=9)
    assert [(each.statement, each.language, each.story_id, each.development_id) for each in found] == [(said, "en", one.id, "")]
    assert store_of.near_told(store, [(said.id, "idlib", stable_hash("Rain"))], total=2, most=9) == []


def test_frequencies_count_articles_and_statements_of_a_topic(store: duckdb.DuckDBPyConnection) -> None:
    """A term is counted once an article; a statement on two topics counts in both, in the total too."""
    for name in ("uno", "due"):
        one = article(name)
        keep(store, (one, mark(one, rain=2.0, **{name: 1.0}), (statement(one), statement(one, topic="libya"))))
    terms = [stable_hash(term) for term in ("rain", "uno", "snow")]
    assert store_of.article_frequencies(store, terms) == store_of.Frequencies(2, {terms[0]: 2, terms[1]: 1})
    assert store_of.statement_frequencies(store, [stable_hash("Rain")]) == store_of.Frequencies(4, {stable_hash("Rain"): 4})


def test_marks_of_an_earlier_version_go(store: duckdb.DuckDBPyConnection) -> None:
    """An article is found by its current text only."""
    one = article("one")
    keep(store, (one, mark(one, range(5), rain=1.0), ()))
    keep(store, (one, mark(one, range(10, 15), snow=1.0), ()), story=one)
    assert near(store, mark(article("new"), range(5), rain=1.0)) == (set(), set())
    assert near(store, mark(article("new"), range(10, 15), snow=1.0)) == ({"one"}, {"one"})


@pytest.mark.parametrize("count", [0, 10, 80, 81, 2_000])
def test_a_sample_of_word_runs_is_kept_that_any_other_text_finds_again(count: int) -> None:
    """Short texts keep all; of long ones a quarter, chosen by the run itself, so that a copy's runs meet it."""
    random = Random(count)
    runs = frozenset(random.getrandbits(63) - 2**62 for _ in range(count))
    kept = record.kept_grams(Fingerprint("id", "", runs, {}))
    assert set(kept) <= runs
    assert kept == sorted(kept)
    assert len(kept) == count if count <= record.GRAMS_KEPT_WHOLE_MAX else 0 < len(kept) < count / 2


def test_what_counts_as_told() -> None:
    """Developments, what was recorded as known, and seeds; what was told before adds nothing."""
    assert {one for one in Novelty if record.is_told(one)} == {Novelty.DEVELOPMENT, Novelty.KNOWN, Novelty.SEED}
