"""Prove how what reading gave is kept: outcomes, articles, versions, statements, figures."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from tidings.ids import article_id, statement_id, version_id
from tidings.model import Article, Outcome, Statement, Verdict
from tidings.stages.figures import read_figures
from tidings.store.database import open_memory, rows
from tidings.store.pages import Read, entries_waiting, entry_of, known_articles, record_reads, text_key

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED, ENTRY, OTHER = (f"00000000-0000-0000-0000-00000000000{number}" for number in range(3))
TEXT = "Shelling of Nairab killed 9 civilians and wounded 14 others on Monday."
URL = "https://wire.example/a"
ARTICLE = Article(
    article_id(URL), version_id(article_id(URL), TEXT), URL, "Shelling", TEXT, "Wire", "Agency", "en", NOW - HOUR, NOW, NOW, Verdict.FULL, ("A. Writer",)
)  # fmt: skip


def statement(text: str, article: Article = ARTICLE) -> Statement:
    figures = read_figures(text, "en", NOW.date())
    return Statement(
        statement_id(article.id, text, 0), article.id, article.version_id, "idlib", text, 0, len(text), 0, "2020-02-17", "Nairab", figures
    )


HASH = "0123456789abcdef" * 2


def read(article: Article = ARTICLE, *texts: str, **more: object) -> Read:
    values = {"outcome": Outcome.PENDING, "reason": "", "detail": "", "text_hash": HASH} | more
    return Read(ENTRY, article_id=article.id, article=article, statements=tuple(statement(text, article) for text in texts), **values)  # type: ignore[arg-type]


@pytest.fixture
def store(add: Callable[..., None]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a store with two entries that wait for their pages."""
    with open_memory() as connection:
        add(connection, "feeds", id=FEED, publisher="Wire", language="en")
        for number, one in enumerate((ENTRY, OTHER)):
            published_at = NOW - (2 - number) * HOUR
            add(
                connection,
                "entries",
                id=one,
                feed_id=FEED,
                url=f"{URL}{number}",
                outcome="pending",
                read_due=True,
                published_at=published_at,
                first_seen_at=NOW,
                authors=["A"],
            )
        yield connection


def waiting(store: duckdb.DuckDBPyConnection, now: datetime = NOW, most: int = 9) -> list[str]:
    return [entry_of(row).id for row in entries_waiting(store, now, most)]


def test_entries_wait_in_the_order_of_their_times(store: duckdb.DuckDBPyConnection) -> None:
    """The claimed time counts, but not when it lies ahead of when we saw the entry; ids break ties; a limit takes the first."""
    assert waiting(store) == [ENTRY, OTHER]
    assert waiting(store, most=1) == [ENTRY]
    store.execute("UPDATE core.entries SET published_at = ? WHERE id = ?", [NOW + 400 * HOUR, ENTRY])
    assert waiting(store) == [OTHER, ENTRY]
    store.execute("UPDATE core.entries SET published_at = NULL")
    assert waiting(store) == [ENTRY, OTHER]


def test_what_is_read_waits_no_more_and_what_is_deferred_waits_its_time(store: duckdb.DuckDBPyConnection) -> None:
    """An outcome ends the waiting; a next attempt begins it again, at its time."""
    deferred = Read(OTHER, Outcome.DEFERRED, "timeout", "20 s", attempt_count=1, next_attempt_at=NOW + HOUR)
    record_reads(store, [Read(ENTRY, Outcome.OFF_TOPIC, "no_term", ""), deferred], now=NOW, run_id="r")
    assert (waiting(store), waiting(store, NOW + HOUR)) == ([], [OTHER])
    assert rows(store, "SELECT outcome, reason, attempt_count FROM core.entries ORDER BY id") == [
        {"outcome": "off_topic", "reason": "no_term", "attempt_count": 0}, {"outcome": "deferred", "reason": "timeout", "attempt_count": 1},
    ]  # fmt: skip


def test_an_outcome_can_be_kept_while_the_entry_waits_again(store: duckdb.DuckDBPyConnection) -> None:
    """An entry that is read again keeps what it was, moves to its article, and is tried again when it has to be."""
    store.execute("UPDATE core.entries SET outcome = 'new', reason = 'new_story'")
    record_reads(
        store,
        [Read(ENTRY, "", "timeout", "", attempt_count=2, next_attempt_at=NOW + HOUR), Read(OTHER, "", "same_article", "", ARTICLE.id)],
        now=NOW,
        run_id="r",
    )
    found = rows(store, "SELECT outcome, reason, read_due, attempt_count, article_id FROM core.entries ORDER BY id")
    assert found == [
        {"outcome": "new", "reason": "new_story", "read_due": True, "attempt_count": 2, "article_id": None},
        {"outcome": "new", "reason": "new_story", "read_due": False, "attempt_count": 0, "article_id": ARTICLE.id},
    ]
    assert (waiting(store), waiting(store, NOW + HOUR)) == ([], [ENTRY])


def test_an_article_is_kept_with_its_statements_and_figures(store: duckdb.DuckDBPyConnection) -> None:
    """It waits to be decided; its place in the order is the claimed time, clamped to when it was seen."""
    record_reads(store, [read(ARTICLE, TEXT)], now=NOW, run_id="r")
    assert rows(store, "SELECT title, origin, authors, verdict, decided, reported_at FROM core.articles") == [
        {"title": "Shelling", "origin": "Agency", "authors": ["A. Writer"], "verdict": "full", "decided": False, "reported_at": NOW - HOUR}
    ]
    assert rows(store, "SELECT text, decision, place, event_date FROM core.statements") == [
        {"text": TEXT, "decision": "", "place": "Nairab", "event_date": "2020-02-17"}
    ]
    assert rows(store, "SELECT measure, value_low, words FROM core.figures ORDER BY start") == [
        {"measure": "killed", "value_low": 9.0, "words": "9"}, {"measure": "injured", "value_low": 14.0, "words": "14"},
    ]  # fmt: skip
    known = known_articles(store, [ARTICLE.id])[ARTICLE.id]
    assert (known.title, known.text_hash, known.verdict, known.text_length, known.decided, known.first_seen_at) == (
        "Shelling",
        HASH,
        "full",
        len(TEXT),
        False,
        NOW,
    )


@pytest.mark.parametrize("published_at", [None, NOW + 400 * HOUR], ids=["no date", "a date ahead"])
def test_an_article_without_a_believable_date_is_reported_when_seen(
    store: duckdb.DuckDBPyConnection, published_at: datetime | None
) -> None:
    """A claimed time never puts an article behind those that come later."""
    record_reads(store, [read(replace(ARTICLE, published_at=published_at))], now=NOW, run_id="r")
    assert rows(store, "SELECT reported_at FROM core.articles") == [{"reported_at": NOW}]


def test_a_new_version_is_added_and_decided_statements_stay(store: duckdb.DuckDBPyConnection) -> None:
    """Both texts are kept, each since it was first seen; the article waits again, with only the new sentence to be decided."""
    record_reads(store, [read(ARTICLE, TEXT)], now=NOW, run_id="r")
    store.execute("UPDATE core.statements SET decision = 'told', reason = 'covered'")
    store.execute("UPDATE core.articles SET decided = true, story_id = id")
    more = f"{TEXT} Rain fell all day."
    newer = replace(ARTICLE, version_id=version_id(ARTICLE.id, more), text=more)
    record_reads(store, [read(newer, TEXT, "Rain fell all day.", outcome="")], now=NOW + HOUR, run_id="r2")
    assert rows(store, "SELECT text, decided, story_id = id AS own FROM core.articles") == [{"text": more, "decided": False, "own": True}]
    record_reads(store, [read(ARTICLE, TEXT, outcome="")], now=NOW + 2 * HOUR, run_id="r3")
    versions = rows(store, "SELECT text, first_seen_at FROM core.versions ORDER BY first_seen_at")
    present = None  # stands with the article
    assert versions == [{"text": present, "first_seen_at": NOW}, {"text": more, "first_seen_at": NOW + HOUR}]
    assert rows(store, "SELECT decision, count(*) AS n FROM core.statements GROUP BY ALL ORDER BY ALL") == [
        {"decision": "", "n": 1},
        {"decision": "told", "n": 1},
    ]


def test_recording_twice_is_recording_once(store: duckdb.DuckDBPyConnection) -> None:
    """The same reads again, as after a kill, leave the same store."""
    tables = ("articles", "versions", "statements", "figures", "entries")
    states = []
    for _ in range(2):
        record_reads(store, [read(ARTICLE, TEXT)], now=NOW, run_id="r")
        states.append([rows(store, f"SELECT * FROM core.{table} ORDER BY ALL") for table in tables])
    assert states[0] == states[1]


def test_a_text_has_the_number_that_the_migration_gave_it(store: duckdb.DuckDBPyConnection) -> None:
    """What was read before a store was brought up to date is found as what is read later."""
    for text_hash in ("", HASH, "f" * 32):
        [row] = rows(store, "SELECT (md5_number_lower(?) & 4294967295)::UINTEGER AS number", [text_hash])
        assert row["number"] == text_key(text_hash)
