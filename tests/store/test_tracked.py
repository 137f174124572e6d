"""Prove that every row says in which publication it was last changed, and that rows which go leave their key behind."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.model import LabelKind, Recipient, Seed
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.marks import mark
from tidings.store.database import open_memory, open_store, rows
from tidings.store.publish import HeadMax, publish
from tidings.store.tracked import TRACKED, change_number, count_publication, remove_rows
from tidings.store.upkeep import Retention, tidy

SOURCES = Path(str(resources.files("tidings")))
WRITTEN = re.compile(r"\b(UPDATE|DELETE\s+FROM|INSERT\s+(?:OR\s+\w+\s+)?INTO|MERGE\s+INTO)\s+core\.(\w+|\{\w+\})", re.IGNORECASE)
WRITERS = {"store/rows.py", "store/tracked.py"}
STAMPED = {"store/told_since.py"}  # gives each row the number itself, also in a backup of before there were numbers

# ---------------------------------------------------------------- the sources


def sources() -> dict[str, str]:
    """Return all Python and SQL of ours but the migrations, which run before anything is published by their numbers."""
    found = [path for kind in ("*.py", "*.sql") for path in SOURCES.rglob(kind) if "migrations" not in path.parts]
    return {path.relative_to(SOURCES).as_posix(): path.read_text(encoding="utf-8") for path in found}


def careless(text: str) -> list[str]:
    """Return the statements of a source that write rows of a tracked table and leave no trace of it."""
    found = []
    starts = [*WRITTEN.finditer(text)]
    ends = [match.start() for match in starts] + [len(text)]
    for start, after in zip(starts, ends[1:], strict=True):
        verb, table = start[1].split()[0].upper(), start[2]
        statement = text[start.start() : min(after, start.start() + 900)]
        stamped = verb != "DELETE" and (
            "change = core.change_now()" in statement or (verb == "INSERT" and "core.change_now()" in statement)
        )
        if (table in TRACKED or table.startswith("{")) and not stamped:
            found.append(statement.splitlines()[0])
    return found


def test_no_statement_of_ours_writes_tracked_rows_without_a_trace() -> None:
    """An UPDATE says `change = core.change_now()`; rows come by rows.py and go by tracked.py alone, which do it themselves."""
    found = {name: lines for name, text in sources().items() if name not in WRITERS | STAMPED and (lines := careless(text))}
    assert found == {}


@pytest.mark.parametrize(
    ("statement", "seen"),
    [
        ("UPDATE core.entries SET reason = ''", True),
        ("UPDATE core.entries SET reason = '', change = core.change_now()", False),
        ("UPDATE core.entries SET reason = ''; UPDATE core.runs SET change = core.change_now()", True),
        ("delete from core.told", True),
        ("INSERT OR IGNORE INTO core.figures VALUES (1)", True),
        ("MERGE INTO core.{table} USING x", True),
        ("DELETE FROM core.feed_events", False),
        ("SELECT id FROM core.articles", False),
    ],
)
def test_careless_statements_are_seen(statement: str, seen: bool) -> None:
    """The control: the search above finds what it is to find."""
    assert bool(careless(statement)) is seen


def test_tracked_are_the_tables_with_the_column() -> None:
    """Each table that has the column is tracked, and what names a row is never NULL."""
    sql = "SELECT table_name AS name FROM duckdb_columns() WHERE schema_name = 'core' AND column_name = 'change' AND database_name = current_database() AND table_name IN (SELECT table_name FROM duckdb_tables())"
    with open_memory() as connection:
        tables = {row["name"] for row in rows(connection, sql)}
        needed = {
            (row["table_name"], row["column_name"])
            for row in rows(
                connection, "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'core' AND NOT is_nullable"
            )
        }
    assert tables - {"removed"} == set(TRACKED)
    assert {(table, column) for table, key in TRACKED.items() for column in (*key, "change")} <= needed


# ---------------------------------------------------------------- every kind of write

Rows = dict[tuple[str, str], tuple[int, dict[str, Any]]]


def read_rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Return all tracked rows by table and key, with their numbers."""
    found: Rows = {}
    for table, key in TRACKED.items():
        for row in rows(connection, f"SELECT concat_ws(' ', {', '.join(key)}) AS row_key, * FROM core.{table}"):
            name = (table, row.pop("row_key"))
            assert name not in found, "a key names one row"
            found[name] = (row.pop("change"), row)
    return found


class Watched:
    """Compare the store before and after a write."""

    def __init__(self, world: World) -> None:
        self.world = world

    def changed(self, write: Callable[[], object]) -> set[str]:
        """Do the write in a publication of its own; return the tables it changed. Rows stamped and rows changed must be the same."""
        with open_store(self.world.settings.data, 1) as connection:
            number = count_publication(connection)
            before = read_rows(connection)
        write()
        with open_store(self.world.settings.data, 1) as connection:
            after = read_rows(connection)
            sql = "SELECT table_name, key FROM core.removed WHERE change >= ?"
            removed = {(row["table_name"], row["key"]) for row in rows(connection, sql, [number])}
        changed = {name for name, (_, row) in after.items() if name not in before or before[name][1] != row}
        stamped = {name for name, (change, _) in after.items() if change >= number}
        assert changed - stamped == set(), "changed and not stamped"
        assert {name for name in stamped - changed if name[0] not in {"stories", "runs"}} == set(), "stamped and not changed"
        assert before.keys() - after.keys() == removed - after.keys(), "gone without a trace"
        return {table for table, _ in changed | (before.keys() - after.keys())}


WIRE, PORT = "https://wire.example/rss", "https://port.example/rss"
FLOOD = (
    "Heavy rain flooded a tented camp near Saraqib in Idlib on Tuesday and killed 9 people, aid workers said.",
    "Some 400 families carried their mattresses to a school yard north of Saraqib.",
    "The Idlib health office sent two ambulances and a lorry with clean water to the school.",
)
MILL = (
    "A flour mill in Ariha ground the first wheat of the Idlib harvest on Monday.",
    "Bakers from nine villages stood in line before its doors at dawn.",
)
SEED = Seed(
    "bees",
    "Frost kills hives",
    "Archive",
    NOW - 20 * DAY,
    "en",
    "https://archive.example/bees",
    "Frost killed 40 hives in Idlib on Monday.",
)


def piece(name: str, sentences: tuple[str, ...], host: str = "wire", **more: Any) -> Piece:
    """Make an entry and its page."""
    return Piece(f"https://{host}.example/{name}", sentences[0].rsplit(" ", 4)[0], sentences, **({"published_at": NOW - HOUR} | more))


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Give a world whose first run is over, and a reader."""
    web = Web({WIRE: [piece("flood", FLOOD), piece("mill", MILL)], PORT: [piece("rain", FLOOD, "port", published_at=NOW)]})
    world = World(settings(tmp_path / "data", [feed(WIRE), feed(PORT)], seeds=(SEED,)), web)
    world.change(recipients=(Recipient("desk", "file", ("idlib", "libya"), (), "UTC", "send"),))
    world.ingest()
    return Watched(world)


def edit(world: World) -> None:
    """Let a page say more, behind an entry that says so; and a new entry come."""
    more = (*MILL, "The miller of Ariha wants to buy 2 more stones for the mill in Idlib.")
    world.web.feeds[WIRE] = [
        piece("flood", FLOOD),
        piece("mill", more, summary="Edited."),
        piece("oven", ("An oven was lit in Idlib.", *MILL)),
    ]


@pytest.mark.slow
def test_each_run_stamps_what_it_changed(watched: Watched) -> None:
    """Polled and read entries, articles and their versions, statements, figures and what was decided; a run with nothing new only itself."""
    world = watched.world
    edit(world)
    tables = watched.changed(lambda: world.ingest(NOW + HOUR))
    assert {"entries", "articles", "versions", "statements", "developments", "runs", "stories"} <= tables
    assert watched.changed(lambda: world.ingest(NOW + 2 * HOUR)) == {"runs"}


@pytest.mark.slow
def test_changed_seeds_leave_the_keys_of_what_they_said(watched: Watched) -> None:
    """A seed with another text: its rows go, and others come; one that is not configured any more goes."""
    world = watched.world
    world.change(seeds=(replace(SEED, text="Frost killed 50 hives in Idlib on Sunday."),))
    assert {"articles", "statements"} <= watched.changed(lambda: world.ingest(NOW + HOUR))
    world.change(seeds=())
    assert {"articles", "statements"} <= watched.changed(lambda: world.ingest(NOW + 2 * HOUR))


@pytest.mark.slow
def test_editions_and_deliveries_are_stamped(watched: Watched) -> None:
    """Composing stamps what was told and the message; sending it the message again."""
    world = watched.world
    assert watched.changed(lambda: compose_due(world.settings.data, world.settings, NOW + HOUR)) == {"told", "deliveries"}
    assert watched.changed(lambda: deliver(world.settings.data, world.settings, NOW + HOUR)) >= {"deliveries"}


@pytest.mark.slow
def test_marks_and_taking_them_back_are_stamped(watched: Watched) -> None:
    """What a mark brings in line, removes and gives back; the index and the labels beside."""
    world = watched.world
    with open_store(world.settings.data, 1) as connection:  # beside an archive of before, publishing does not forget what went since
        publish(connection, world.settings.data, head_max=HeadMax(articles=0))
    url = "https://wire.example/flood"
    done = watched.changed(lambda: mark(world.settings, LabelKind.NOT_ON_TOPIC, url, "idlib", NOW + HOUR))
    assert {"statements", "developments", "entries"} <= done
    undone = watched.changed(lambda: mark(world.settings, LabelKind.NOT_ON_TOPIC, url, "idlib", NOW + 2 * HOUR, undo=True))
    assert {"statements", "developments", "entries"} <= undone


@pytest.mark.slow
def test_upkeep_stamps_what_it_empties_and_leaves_the_keys_of_what_goes(watched: Watched) -> None:
    """Texts of old entries go, and old runs with their keys; afterwards there is nothing to do."""

    def keep() -> None:
        with open_store(watched.world.settings.data, 1) as connection:
            tidy(connection, NOW + timedelta(days=400), Retention())

    watched.world.web.feeds[WIRE].append(piece("silo", ("A silo in Idlib burned on Monday.", *MILL[1:]), summary="A silo burned."))
    watched.world.ingest(NOW + HOUR)
    assert watched.changed(keep) == {"entries", "runs"}
    assert watched.changed(keep) == set()


# ---------------------------------------------------------------- by hand


def test_removed_rows_are_named_by_all_columns_of_their_key(add: Callable[..., None]) -> None:
    """A statement by id and topic, in the publication to come; others stay, and nothing is written where nothing goes."""
    with open_memory() as connection:
        ids = [f"00000000-0000-0000-0000-00000000000{number}" for number in range(3)]
        for one in ids:
            add(connection, "statements", id=one, topic="idlib", article_id=one, version_id=one, decision="told")
        count_publication(connection)
        assert remove_rows(connection, "statements", "id = ?", [ids[1]]) == 1
        assert remove_rows(connection, "statements", "id = $one", {"one": ids[1]}) == 0
        assert rows(connection, "FROM core.removed") == [{"change": 2, "table_name": "statements", "key": f"{ids[1]} idlib"}]
        assert [row["id"] for row in rows(connection, "SELECT id FROM core.statements ORDER BY id")] == [ids[0], ids[2]]


def test_the_number_counts_publications() -> None:
    """It begins with 1, and is the same until the next."""
    with open_memory() as connection:
        assert change_number(connection) == change_number(connection) == 1
        assert count_publication(connection) == change_number(connection) == 2
