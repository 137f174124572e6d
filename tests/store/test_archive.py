"""Head and archive: together they show what the store shows, whatever was done in between; a wrong pair is an error."""

import os
import shutil
import stat
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.errors import StoreDamaged
from tidings.store.archive import ARCHIVE_NAME, copy_file
from tidings.store.database import open_store, rows
from tidings.store.earlier import keep_earlier
from tidings.store.head import SNAPSHOT_NAME, read_head
from tidings.store.migrate import public_views
from tidings.store.publish import SQL_NAME, HeadMax, publish
from tidings.store.query import count_rows, open_snapshot
from tidings.store.tracked import remove_rows

pytestmark = pytest.mark.slow  # each test works on a real store

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
NONE, ALL = HeadMax(articles=0), HeadMax(articles=10_000)  # everything goes into the archive at once; nothing more does
Connection = duckdb.DuckDBPyConnection
Add = Callable[..., None]
Fill = Callable[[Connection], None]


def uid(number: int) -> str:
    """Return a readable id."""
    return str(uuid.UUID(int=number))


def shown(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every view of the database in use but the one about the publication itself."""
    views = [view.name for view in public_views(connection) if view.name != "published"]
    return {name: rows(connection, f'FROM main."{name}" ORDER BY ALL') for name in views}


def published(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the same of what is published."""
    with open_snapshot(folder) as snapshot:
        return shown(snapshot)


def base_of(folder: Path) -> int | None:
    """Return the number of the archive that the snapshot needs."""
    with open_snapshot(folder) as snapshot:
        head = read_head(snapshot, "tidings")
    return head.base.number if head.base else None


def change(connection: Connection, sql: str) -> None:
    """Update rows of a table, with the number of the coming publication."""
    connection.execute(sql.replace(" SET ", " SET change = core.change_now(), "))


def insert_article(store: Connection, add: Add, number: int) -> None:
    """Add an article with a statement and a development."""
    add(store, "articles", id=uid(number), version_id=uid(number + 1), url="https://u:hush@x.example/?key=hush", title=f"A {number}",
        verdict="full", decided=True, story_id=uid(20), story_score=0.5, text="Ten died.")  # fmt: skip
    add(store, "versions", id=uid(number + 1), article_id=uid(number), text=None)
    add(
        store,
        "statements",
        id=uid(number + 2),
        topic="idlib",
        article_id=uid(number),
        version_id=uid(number + 1),
        text="Ten died.",
        decision="development",
    )
    add(
        store,
        "figures",
        id=uid(number + 3),
        statement_id=uid(number + 2),
        topic="idlib",
        measure="killed",
        value_low=10.0,
        value_high=10.0,
        words="Ten",
    )
    add(
        store,
        "developments",
        id=uid(number + 4),
        topic="idlib",
        kind="new_statement",
        story_id=uid(20),
        article_id=uid(number),
        statement_id=uid(number + 2),
    )


CHANGES: dict[str, Callable[[Connection, Add], Any]] = {
    "an article is added": lambda store, add: insert_article(store, add, 1000 + 10 * rows(store, "SELECT core.change_now() AS n")[0]["n"]),
    "a title changes": lambda store, _: change(store, f"UPDATE core.articles SET title = title || '!' WHERE id = '{uid(21)}'"),
    "a text changes": lambda store, _: change(store, f"UPDATE core.articles SET text = 'Other.', version_id = '{uid(77)}' WHERE id = '{uid(20)}'"),
    "an origin changes": lambda store, _: change(store, "UPDATE core.articles SET origin = origin || 'x' WHERE story_id IS NOT NULL"),
    "an article moves": lambda store, _: change(store, f"UPDATE core.articles SET story_id = '{uid(20)}' WHERE id = '{uid(21)}'"),
    "a story is renamed": lambda store, _: change(store, "UPDATE core.stories SET title = title || '?'"),
    "a statement is told": lambda store, _: change(store, "UPDATE core.statements SET decision = 'told', score = 0.9 WHERE decision = 'development'"),
    "a statement goes": lambda store, _: (
        keep_earlier(store, "developments", "true", NOW), remove_rows(store, "developments", "true"), remove_rows(store, "figures", "true"),
        remove_rows(store, "statements", f"id = '{uid(40)}'")),
    "a figure goes": lambda store, _: remove_rows(store, "figures", "true"),
    "a development goes": lambda store, _: (keep_earlier(store, "developments", "true", NOW), remove_rows(store, "developments", "true")),
    "a copy is none": lambda store, _: remove_rows(store, "duplicates", f"article_id = '{uid(20)}'"),
    "it was not told": lambda store, _: remove_rows(store, "told", "true"),
    "it was told": lambda store, add: (
        remove_rows(store, "told", "true"), add(store, "told", edition_id=uid(70), development_id=uid(60), recipient="desk", position=3)),
    "a delivery fails": lambda store, _: change(store, "UPDATE core.deliveries SET state = 'refused', last_error = 'to <a@b.example>'"),
    "a run goes, another comes": lambda store, add: (
        remove_rows(store, "runs", "true"), add(store, "runs", id=f"r{rows(store, 'SELECT core.change_now() AS n')[0]['n']}", flow="ingest", outcome="done")),
    "an entry is decided": lambda store, _: change(store, "UPDATE core.entries SET outcome = 'new', reason = 'x', detail = 'a@b.example'"),
    "a feed fails": lambda store, _: store.execute("UPDATE core.feeds SET failures_in_row = 2, failure = 'tls', last_error = 'tls: https://u:hush@h/'"),
    "a label is added": lambda store, add: add(store, "labels", id=uid(90), kind="same_story", article_id=uid(21), other_id=uid(20), moved_ids=[])
    if not rows(store, "FROM core.labels") else None,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_is_published(tmp_path: Path, fill: Fill, add: Add, name: str) -> None:
    """After each kind of change what is published shows what the store shows: by the head, by a renewed archive, and made anew."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        CHANGES[name](store, add)
        assert publish(store, tmp_path, head_max=ALL)
        truth = shown(store)
        assert published(tmp_path) == truth
        store.execute("UPDATE core.topics SET title = title || '!'")
        assert publish(store, tmp_path, head_max=NONE)
        assert published(tmp_path) == truth | {"topics": shown(store)["topics"]}


def test_made_anew_it_is_the_same(tmp_path: Path, fill: Fill, add: Add) -> None:
    """Publishing what changed, all of it in one go, gives the rows that publishing everything anew gives."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        for change_one in CHANGES.values():
            change_one(store, add)
        publish(store, tmp_path, head_max=ALL)
        bit_by_bit = published(tmp_path)
        publish(store, tmp_path, anew=True)
        assert base_of(tmp_path) is None
        assert published(tmp_path) == bit_by_bit


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from(["wait", "head", "renew"])), min_size=3, max_size=6))
def test_law(tmp_path_factory: pytest.TempPathFactory, fill: Fill, add: Add, steps: list[tuple[str, str]]) -> None:
    """Any series of changes, published now and then with and without renewals, shows what the store shows."""
    folder = tmp_path_factory.mktemp("law")
    with open_store(folder, 0) as store:
        fill(store)
        publish(store, folder, head_max=NONE)
        for name, how in [*steps, ("a title changes", "head")]:
            CHANGES[name](store, add)
            if how != "wait":
                publish(store, folder, head_max=NONE if how == "renew" else ALL)
                assert published(folder) == shown(store)
    shutil.rmtree(folder)


def test_small_is_whole_and_large_is_two(tmp_path: Path, fill: Fill, add: Add) -> None:
    """Up to the bound one file; beyond it a second; the head is renewed by itself until the bound is met again."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path)
        assert base_of(tmp_path) is None
        assert not (tmp_path / ARCHIVE_NAME).exists()
        bases = []
        for number in range(4):
            insert_article(store, add, 1000 + 10 * number)
            publish(store, tmp_path, head_max=HeadMax(articles=1))
            bases.append(base_of(tmp_path))
        assert not publish(store, tmp_path, head_max=HeadMax(articles=1))
    assert bases[0] is not None
    assert bases[0] == bases[1] != bases[2] == bases[3]
    for name in (SNAPSHOT_NAME, ARCHIVE_NAME, SQL_NAME):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o640


def test_the_upkeep_renews_at_a_part_of_the_bound(tmp_path: Path, fill: Fill, add: Add) -> None:
    """A checked publication has time: it brings in what a run would leave."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        first = base_of(tmp_path)
        insert_article(store, add, 1000)
        publish(store, tmp_path, head_max=HeadMax(articles=1))
        assert base_of(tmp_path) == first
        change(store, "UPDATE core.stories SET title = 'x'")
        publish(store, tmp_path, head_max=HeadMax(articles=1), checked=True)
        assert base_of(tmp_path) != first


def titles(connection: Connection) -> list[str]:
    """Read titles as an analyst would."""
    return [title for (title,) in connection.execute("SELECT title FROM articles ORDER BY title").fetchall()]


def test_the_archive_serves_the_heads_before_it(tmp_path: Path, fill: Fill) -> None:
    """Who opened a snapshot before the archive was renewed, and the archive after it, sees the publication that he opened; later ones are an error."""
    archive, script = tmp_path / ARCHIVE_NAME, tmp_path / SQL_NAME
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        change(store, "UPDATE core.articles SET title = 'second ' || title")
        publish(store, tmp_path)
        early = duckdb.connect(tmp_path / SNAPSHOT_NAME, read_only=True)
        late = duckdb.connect(":memory:")
        late.execute(f"ATTACH '{tmp_path / SNAPSHOT_NAME}' AS tidings (READ_ONLY); USE tidings")
        change(store, "UPDATE core.articles SET title = 'third ' || title")
        remove_rows(store, "articles", f"id = '{uid(21)}'")
        publish(store, tmp_path, head_max=NONE)
        with duckdb.connect(":memory:") as other:
            other.execute(f"ATTACH '{archive}' AS tidings_archive (READ_ONLY)")
        early.execute(script.read_text())
        assert titles(early) == ["second Camps full", "second Copy"]
        change(store, "UPDATE core.articles SET title = 'fourth'")
        publish(store, tmp_path, head_max=NONE)
        late.execute(script.read_text())
        with pytest.raises(duckdb.Error, match="publication_"):
            titles(late)
        assert titles(early) == ["second Camps full", "second Copy"]
    early.close()
    late.close()


def test_without_the_archive_there_is_an_error_and_no_half(tmp_path: Path, fill: Fill) -> None:
    """A head alone answers nothing about articles: the error names what to attach."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
    with duckdb.connect(tmp_path / SNAPSHOT_NAME, read_only=True) as reader, pytest.raises(duckdb.Error, match="tidings_archive"):
        titles(reader)
    (tmp_path / ARCHIVE_NAME).unlink()
    with pytest.raises(StoreDamaged, match="the next run publishes both anew"), open_snapshot(tmp_path):
        pass


def spoil_middle(path: Path) -> None:
    """Write over the middle of a file."""
    with path.open("r+b") as file:
        for place in range(20_000, path.stat().st_size - 5_000, 10_000):
            file.seek(place)
            file.write(b"\xff" * 5_000)


AGAIN: dict[str, Callable[[Path], object]] = {
    "archive deleted": lambda folder: (folder / ARCHIVE_NAME).unlink(),
    "snapshot deleted": lambda folder: (folder / SNAPSHOT_NAME).unlink(),
    "archive is no database": lambda folder: (folder / ARCHIVE_NAME).write_bytes(b"damaged" * 999),
    "archive empty": lambda folder: (folder / ARCHIVE_NAME).write_bytes(b""),
    "snapshot cut": lambda folder: os.truncate(folder / SNAPSHOT_NAME, 9_000),
    "another database": lambda folder: shutil.copy(folder / "store.duckdb", folder / ARCHIVE_NAME),
}


@pytest.mark.parametrize("harm", AGAIN.values(), ids=AGAIN)
def test_what_is_harmed_is_published_anew(tmp_path: Path, fill: Fill, harm: Callable[[Path], object]) -> None:
    """A missing or damaged file is made anew by the next publication, though nothing changed."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        store.execute("CHECKPOINT")
        publish(store, tmp_path, head_max=NONE)
        harm(tmp_path)
        assert publish(store, tmp_path, head_max=NONE)
        assert published(tmp_path) == shown(store)
        assert not publish(store, tmp_path, head_max=NONE)


def test_an_archive_damaged_further_in_is_made_anew_when_it_is_met(tmp_path: Path, fill: Fill) -> None:
    """Renewing reads the archive: where that fails all of it is written anew."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        spoil_middle(tmp_path / ARCHIVE_NAME)
        change(store, "UPDATE core.articles SET title = 'x'")
        assert publish(store, tmp_path, head_max=NONE)
        assert published(tmp_path) == shown(store)


def test_a_store_of_another_day_publishes_anew(tmp_path: Path, fill: Fill) -> None:
    """After an older copy of the store came back, none of what was published later is taken for its own, though numbers meet again."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
    kept = tmp_path / "kept"
    kept.write_bytes((tmp_path / "store.duckdb").read_bytes())
    with open_store(tmp_path, 0) as store:
        for word in ("lost", "more"):
            change(store, f"UPDATE core.articles SET title = '{word}'")
            publish(store, tmp_path, head_max=NONE)
    kept.replace(tmp_path / "store.duckdb")
    with open_store(tmp_path, 0) as store:
        change(store, f"UPDATE core.articles SET text = 'own' WHERE id = '{uid(20)}'")
        assert publish(store, tmp_path)
        assert published(tmp_path) == shown(store)


def test_an_archive_made_by_other_views_stays(tmp_path: Path, fill: Fill) -> None:
    """Where only the views or the program changed, the snapshot is written anew over the archive in place; where the rows are made otherwise, both."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path, head_max=NONE)
        first = (tmp_path / ARCHIVE_NAME).stat().st_ino
        number = base_of(tmp_path)
    with duckdb.connect(tmp_path / SNAPSHOT_NAME) as snapshot:
        snapshot.execute("UPDATE core.published SET version = 'of other views'")
    with open_store(tmp_path, 0) as store:
        assert publish(store, tmp_path, head_max=ALL)
        assert (base_of(tmp_path), (tmp_path / ARCHIVE_NAME).stat().st_ino) == (number, first)
        assert published(tmp_path) == shown(store)
    with duckdb.connect(tmp_path / ARCHIVE_NAME) as archive:
        archive.execute("UPDATE archived.published SET version = 'of other rows'")
    with open_store(tmp_path, 0) as store:
        assert publish(store, tmp_path, head_max=NONE)
        assert base_of(tmp_path) != number
        assert published(tmp_path) == shown(store)


def test_what_went_is_forgotten_when_no_file_needs_to_hear_of_it(tmp_path: Path, fill: Fill, add: Add) -> None:
    """The keys of rows that went are kept until they are out of the archive, too, and no longer."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        insert_article(store, add, 1000)
        publish(store, tmp_path, head_max=NONE)
        remove_rows(store, "figures", f"id = '{uid(1003)}'")
        publish(store, tmp_path, head_max=ALL)
        assert rows(store, "SELECT table_name AS t FROM core.removed") == [{"t": "figures"}]
        change(store, "UPDATE core.articles SET title = 'x'")
        publish(store, tmp_path, head_max=NONE)
        assert rows(store, "FROM core.removed") == []
        assert published(tmp_path) == shown(store)


def test_all_of_it_is_counted(tmp_path: Path, fill: Fill) -> None:
    """Reading a snapshot through reads its archive, too."""
    with open_store(tmp_path, 0) as store:
        fill(store)
        publish(store, tmp_path)
        whole = count_rows(tmp_path)
        publish(store, tmp_path, anew=True, head_max=NONE)
        assert count_rows(tmp_path) >= whole
        spoil_middle(tmp_path / ARCHIVE_NAME)
        with pytest.raises(StoreDamaged):
            count_rows(tmp_path)


def test_a_copy_is_the_same_bytes(tmp_path: Path) -> None:
    """Whatever way the file system allows, a copied file is the file."""
    source = tmp_path / "source"
    source.write_bytes(os.urandom(3_000_000))
    copy_file(source, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == source.read_bytes()
