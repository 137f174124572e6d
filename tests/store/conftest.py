"""A small store with every kind of row, written table by table."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb
import pytest

from tidings.store.database import column_types, insert_rows, open_memory

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
_EMPTY: dict[str, Any] = {
    "VARCHAR": "",
    "VARCHAR[]": [],
    "BOOLEAN": False,
    "INTEGER": 0,
    "DOUBLE": None,
    "UUID": None,
    "BLOB": b"",
    "JSON": "{}",
}

Add = Callable[..., None]


def uid(number: int) -> str:
    """Return a readable id."""
    return str(uuid.UUID(int=number))


def ago(**span: float) -> datetime:
    """Return a time before NOW."""
    return NOW - timedelta(**span)


def add(connection: duckdb.DuckDBPyConnection, table: str, **values: Any) -> None:
    """Insert one row; what is not given is empty, and required times are NOW."""
    types = column_types(connection, f"core.{table}")
    types.pop("change", None)  # filled by whoever writes
    required = {row[0] for row in connection.execute(f"DESCRIBE core.{table}").fetchall() if row[2] == "NO"}
    row = {name: NOW if kind.startswith("TIMESTAMP") and name in required else _EMPTY.get(kind) for name, kind in types.items()}
    assert not values.keys() - row.keys()
    insert_rows(connection, f"core.{table}", tuple(types), [tuple((row | values).values())])


def fill(connection: duckdb.DuckDBPyConnection) -> None:
    """Tell the store of one feed, a seed, two articles (the second copies the first), a development, its edition and delivery."""
    add(connection, "topics", name="idlib", title="Idlib")
    add(
        connection, "feeds", id=uid(1), shown_url="https://feeds.example/a", publisher="Levant Wire", configured=True, etag="hush-tag",
        first_polled_at=ago(days=9), polled_at=NOW, last_success_at=NOW, last_new_at=ago(hours=1), overlap=0.5, entries_per_day=4.0,
    )  # fmt: skip
    add(connection, "feed_events", feed_id=uid(1), polled_at=NOW, outcome="polled", run_id="r1")
    add(
        connection, "entries", id=uid(10), feed_id=uid(1), guid="hush-guid", url="https://user:hush@site.example/a?id=3&api_key=hush", title="=1+1",
        summary="short", content="long", outcome="new", article_id=uid(20), run_id="r1", decided_at=NOW,
    )  # fmt: skip
    add(
        connection,
        "entries",
        id=uid(11),
        feed_id=uid(1),
        outcome="rejected",
        reason="timeout",
        detail="https://u:hush@site.example/b took 9 s",
        run_id="r1",
    )
    article = {"verdict": "full", "language": "en", "decided": True, "run_id": "r1"}
    add(
        connection,
        "articles",
        id=uid(19),
        version_id=uid(29),
        seed_id="seed-one",
        title="The seed",
        publisher="Agency",
        origin="Agency",
        story_id=uid(20),
        **article,
    )
    add(
        connection, "articles", id=uid(20), version_id=uid(30), entry_id=uid(10), url="https://site.example/a", title="Camps full", text="😀 Camps are full. 9 died.",
        publisher="Levant Wire", origin="Agency", story_id=uid(20), **article,
    )  # fmt: skip
    add(
        connection,
        "articles",
        id=uid(21),
        version_id=uid(31),
        url="https://copy.example/a",
        title="Copy",
        publisher="Copyist",
        origin="Copyist",
        story_id=uid(20),
        **article,
    )
    add(connection, "versions", id=uid(30), article_id=uid(20), title="Camps full", text="😀 Camps are full. 9 died.")
    add(connection, "statements", id=uid(39), topic="idlib", article_id=uid(19), version_id=uid(29), text="Told.", decision="seed")
    add(
        connection, "statements", id=uid(40), topic="idlib", article_id=uid(20), version_id=uid(30), text="9 died.", start=18, end=25, event_date="2020-02-19",
        decision="development", against_id=uid(39), score=0.2, decided_at=NOW, run_id="r1",
    )  # fmt: skip
    add(
        connection, "figures", id=uid(50), statement_id=uid(40), topic="idlib", measure="killed", value_low=9.0, value_high=9.0, qualifier="exact", words="9",
        start=0, end=1, as_of="2020-02-19",
    )  # fmt: skip
    add(connection, "duplicates", article_id=uid(20), of_id=uid(19), of_kind="seed", relation="rewrite", score=0.4, differs_in=["toll"])
    add(connection, "duplicates", article_id=uid(21), of_id=uid(20), of_kind="article", relation="near", score=0.9)
    add(connection, "stories", id=uid(20), title="Camps full", topics=["idlib", "libya"], seeded=True)
    add(
        connection,
        "developments",
        id=uid(60),
        topic="idlib",
        kind="new_statement",
        story_id=uid(20),
        article_id=uid(20),
        statement_id=uid(40),
        run_id="r1",
    )
    add(connection, "editions", id=uid(70), recipient="desk", kind="scheduled", topics=["idlib"], development_count=1, state="composed")
    add(connection, "told", edition_id=uid(70), development_id=uid(60), recipient="desk", position=1)
    add(
        connection, "deliveries", id=uid(80), edition_id=uid(70), channel="email", recipient="desk", payload=b"To: hush@desk.example", state="sent", sent_at=NOW,
        last_error="450 <hush@desk.example> later",
    )  # fmt: skip
    add(
        connection, "runs", id="r1", flow="ingest", outcome="done",
        report='{"feeds": {"polled": 3, "unchanged": 2, "failed": 1, "not_due": 9}, "entries": 10, "outcomes": {"new": 2, "off_topic": 5, "duplicate": 1,'
        ' "rejected": 2}, "duplicates": 1, "developments": {"new_story": 2, "new_statement": 3}, "deliveries": {"sent": 2}}',
    )  # fmt: skip


@pytest.fixture(scope="module")
def empty() -> Iterator[duckdb.DuckDBPyConnection]:
    """Open one empty store for all tests here; each works in a transaction that is undone."""
    with open_memory() as connection:
        yield connection


@pytest.fixture
def store(empty: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Begin with the empty store, and end with it."""
    empty.begin()
    yield empty
    empty.rollback()


@pytest.fixture(name="add", scope="session")
def add_fixture() -> Add:
    """Give tests the way to insert one row."""
    return add


@pytest.fixture(name="fill", scope="session")
def fill_fixture() -> Callable[[duckdb.DuckDBPyConnection], None]:
    """Give tests the small store's rows."""
    return fill
