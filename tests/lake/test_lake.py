"""The lake shows what is published, whatever happened to it or to the store: changes, deletes, outages, restores, other programs."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from lake_desk import Desk, add_reports, differences, sqlite_desk, uid

from tidings.errors import LakeError
from tidings.store.lake_upkeep import tidy_lake
from tidings.store.publish import HeadMax
from tidings.store.tracked import remove_rows

pytestmark = pytest.mark.slow  # each test writes to a real lake, half of them in a real PostgreSQL

MACROS = (
    "known_as_of('2020-02-20 08:00:00+00')",
    "what_changed('idlib', '2020-01-01')",
    "figure_series('idlib', 'killed')",
    "timeline('idlib')",
)


def equal(desk: Desk) -> bool:
    """Tell whether every view of the lake is the same view of the published file."""
    with desk.both() as connection:
        return differences(connection) == {}


def test_every_view_is_the_published_one(desk: Desk) -> None:
    """After a first publication, after more, after changes and after deletes: THE LAW holds for every view, and for the macros."""
    with desk.store() as store:
        add_reports(store, *range(1, 30))
    assert desk.fulfil()["anew"]
    assert equal(desk)
    with desk.store() as store:
        add_reports(store, *range(30, 45))
        store.execute("UPDATE core.articles SET title = title || ' (changed)', change = core.change_now() WHERE text LIKE '%7%'")
        store.execute("UPDATE core.feeds SET failures_in_row = 2, last_error = 'dns: nobody' WHERE shown_url LIKE '%3'")
    report = desk.fulfil()
    assert (report["anew"], report["removed"]) == (False, 0)
    assert 15 * 8 < report["written"] < 45 * 8  # what changed, and not all
    assert equal(desk)
    with desk.store() as store:
        remove_rows(store, "runs", "id IN ('run3', 'run4')")
        remove_rows(store, "figures", "statement_id = ?", [uid(3_000_005)])
        store.execute("DELETE FROM core.feeds WHERE shown_url LIKE '%/9'")
    assert desk.fulfil()["removed"] >= 3
    assert equal(desk)
    with desk.both() as connection:
        shown = {}
        for catalog in ("published", "lake"):
            connection.execute(f"USE {catalog}")
            shown[catalog] = [sorted(map(repr, connection.execute(f"FROM {macro}").fetchall())) for macro in MACROS]
    assert shown["lake"] == shown["published"]
    assert any(shown["lake"])


def test_comments_are_there(tmp_path: Path) -> None:
    """Every view has its comment, and those of its columns stand in a table: DuckLake keeps none of columns of views."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1)
    desk.fulfil()
    views = "SELECT view_name, comment FROM duckdb_views() WHERE database_name = '{}' AND schema_name = 'main' ORDER BY 1"
    columns = "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = 'published' AND schema_name = 'main' ORDER BY ALL"
    with desk.both() as connection:
        found = connection.execute(views.format("lake")).fetchall()
        assert found == connection.execute(views.format("published")).fetchall()
        assert all(comment for _, comment in found)
        assert connection.execute("FROM lake.core.comments ORDER BY ALL").fetchall() == connection.execute(columns).fetchall()


def test_every_view_and_macro_is_there_but_search(tmp_path: Path) -> None:
    """The lake has the views and macros of the snapshot by their names and columns, and no others; those of search, by name, are in the snapshot only."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1)
    desk.fulfil()
    views = "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE database_name = '{}' AND schema_name = 'main' GROUP BY 1 ORDER BY 1"
    macros = """SELECT function_name, function_type, parameters FROM duckdb_functions()
                WHERE database_name = '{}' AND schema_name = 'main' AND NOT internal ORDER BY ALL"""
    with desk.both() as connection:
        assert connection.execute(views.format("lake")).fetchall() == connection.execute(views.format("published")).fetchall()
        there, here = (connection.execute(macros.format(name)).fetchall() for name in ("published", "lake"))
    assert {name for name, *_ in there} - {name for name, *_ in here} == {"search", "search_statements"}
    assert [one for one in there if one[0] not in {"search", "search_statements"}] == here
    assert {"known_as_of", "told_as_of", "what_changed", "figure_series", "timeline", "corroboration"} <= {name for name, *_ in here}


def test_the_upkeep_lets_no_version_of_the_last_day_go(tmp_path: Path) -> None:
    """Whatever number of days it is given: a reader may be looking at them."""
    desk = sqlite_desk(tmp_path)
    for number in range(1, 4):
        with desk.store() as store:
            add_reports(store, number)
        desk.fulfil()
    with desk.both() as connection:
        before = connection.execute("SELECT snapshot_id FROM lake.snapshots() ORDER BY 1").fetchall()
        assert tidy_lake(connection, 0)["lake_versions"] == 0
        after = connection.execute("SELECT snapshot_id FROM lake.snapshots() ORDER BY 1").fetchall()
        assert after[: len(before)] == before
        assert connection.execute("SELECT count(*) FROM lake.articles AT (VERSION => ?)".replace("?", str(before[-1][0]))).fetchone() == (
            3,
        )


def test_a_lake_of_before_is_taken_over(tmp_path: Path) -> None:
    """A lake that does not say how many rows its tables have, as earlier versions wrote it, gets them all once more, and says so from then on."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1, 2)
    desk.fulfil()
    with desk.both() as connection:
        connection.execute("ALTER TABLE lake.core.held DROP COLUMN known")
    for number, most in ((3, 1_000), (4, 30)):
        with desk.store() as store:
            add_reports(store, number)
        assert desk.fulfil()["written"] < most
        assert equal(desk)


def test_a_lake_that_was_away_catches_up(desk: Desk) -> None:
    """Twenty publications go by, the archive is renewed twice meanwhile, rows come, change and go: one call later all of it is there."""
    desk = replace(desk, head_max=HeadMax(articles=10))
    with desk.store() as store:
        add_reports(store, *range(1, 16))
    desk.fulfil()
    for number in range(16, 36):
        with desk.store() as store:
            add_reports(store, number)
            store.execute("UPDATE core.articles SET title = title || '!', change = core.change_now() WHERE id = ?", [uid(number - 10)])
            remove_rows(store, "runs", "id = ?", [f"run{(number - 14) // 2}"])
    assert (desk.folder / "tidings_archive.duckdb").exists()
    report = desk.fulfil()
    assert not report["anew"]
    assert equal(desk)
    with desk.store() as store:
        add_reports(store, 40)
    assert desk.fulfil()["written"] < 30  # with an archive, too, only what changed
    assert equal(desk)


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    """A second call for one publication makes no version of the lake."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1)
    versions = []
    for _ in range(2):
        desk.fulfil()
        with desk.both() as connection:
            versions.append(connection.execute("FROM lake.current_snapshot()").fetchall())
    assert versions[0] == versions[1]


@pytest.mark.parametrize("more", [0, 1, 5], ids=["behind the lake", "as far as the lake", "ahead of the lake"])
def test_after_a_restore_the_lake_shows_the_restored_store(tmp_path: Path, more: int) -> None:
    """A store put back to an earlier day, and what it did since, is what the lake shows next: written anew, earlier versions stay."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1, 2)
    shutil.copy(desk.folder / "store.duckdb", tmp_path / "backup.duckdb")
    with desk.store() as store:
        add_reports(store, 3, 4)
    desk.fulfil()
    shutil.copy(tmp_path / "backup.duckdb", desk.folder / "store.duckdb")
    with desk.store() as store:
        add_reports(store, 5)
    for number in range(more):
        with desk.store() as store:
            add_reports(store, 6 + number)
    assert desk.fulfil()["anew"]
    assert equal(desk)
    with desk.both() as connection:
        version = connection.execute("SELECT max(snapshot_id) - 1 FROM lake.snapshots()").fetchone()
        assert version is not None
        earlier = connection.execute(f"SELECT title FROM lake.core.articles AT (VERSION => {version[0]}) ORDER BY 1").fetchall()
    assert earlier == [(f"Article {number}",) for number in range(1, 5)]


def test_another_program_makes_views_and_tables_anew(tmp_path: Path) -> None:
    """A lake made by another version gets this one's views; a table that has other columns is written again."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1, 2)
    desk.fulfil()
    with desk.both() as connection:
        connection.execute("UPDATE lake.core.held SET version = 'older'")
        connection.execute("DROP VIEW lake.main.told")
        connection.execute("CREATE VIEW lake.main.of_yore AS SELECT 1 AS one")
        connection.execute("ALTER TABLE lake.core.articles DROP COLUMN publisher")
    desk.fulfil()
    assert equal(desk)
    with desk.both() as connection:
        assert connection.execute(
            "SELECT count(*) FROM duckdb_views() WHERE database_name = 'lake' AND view_name = 'of_yore'"
        ).fetchone() == (0,)


def test_a_new_lake_wants_a_place_of_its_own(tmp_path: Path) -> None:
    """Among Parquet files of others no lake begins: its upkeep would take them for left-overs of its own."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1)
    (tmp_path / "lake" / "theirs").mkdir(parents=True)
    (tmp_path / "lake" / "theirs" / "sales.parquet").write_bytes(b"PAR1")
    with pytest.raises(LakeError, match="a place of its own"):
        desk.fulfil()
    assert (tmp_path / "lake" / "theirs" / "sales.parquet").exists()


def test_the_lake_holds_no_secret(tmp_path: Path) -> None:
    """Neither the Parquet files nor the catalog hold what the published file hides: user, password and key of a link."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, *range(1, 40))
    desk.fulfil(upkeep=True)
    with desk.both() as connection:
        assert connection.execute("SELECT count(*) FROM lake.core.entries WHERE url LIKE '%hush%' OR url LIKE '%u:%'").fetchone() == (0,)
    for path in [tmp_path / "lake.sqlite", *(tmp_path / "lake").rglob("*.parquet")]:
        assert b"hush" not in path.read_bytes()
