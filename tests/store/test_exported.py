"""Exports give back exactly what the view has, as Parquet, CSV and JSON Lines, whole or not at all."""

import csv
import hashlib
import io
import json
import resource
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from outside_strings import ALL

from tidings.errors import QueryError, StoreError, UsageError
from tidings.store.database import insert_rows, open_store
from tidings.store.exported import MANIFEST, Selection, export_all, export_file, export_text
from tidings.store.forms import unguarded
from tidings.store.publish import publish
from tidings.store.query import query
from tidings.store.rows import storable

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
RECIPE = r"""
SELECT name, regexp_replace(title, '^''(''*[=+@\t\r\n＝＋－＠-])', '\1') AS title
FROM read_csv('{path}', header = true, all_varchar = true, allow_quoted_nulls = false, delim = ',', quote = '"', escape = '"')
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fill: Callable[[duckdb.DuckDBPyConnection], None]) -> Path:
    """Publish a small store, with every hostile string as the title of a topic."""
    made = tmp_path_factory.mktemp("data")
    with open_store(made, 0) as store:
        fill(store)
        topics = [(str(number), storable(text), NOW) for number, text in enumerate(ALL)]
        insert_rows(store, "core.topics", ("name", "title", "first_seen_at"), topics)
        publish(store, made)
    return made


def text_of(folder: Path, selection: Selection, form: str) -> str:
    """Return an export as text."""
    out = io.StringIO(newline="")
    count = export_text(folder, selection, form, out)
    assert form == "csv" or count == out.getvalue().count("\n")
    return out.getvalue()


def parquet(folder: Path, selection: Selection, path: Path) -> list[tuple]:
    """Return what another connection reads from an export as Parquet."""
    count = export_file(folder, selection, "parquet", path)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found = connection.execute(f"FROM read_parquet('{path}')").fetchall()
    assert len(found) == count
    return found


def lines(text: str) -> list[dict]:
    """Read JSON Lines: a line ends with a line feed, and with nothing else that a text may hold."""
    return [json.loads(line) for line in text.split("\n")[:-1]]


def test_every_hostile_string_comes_back(folder: Path, tmp_path: Path) -> None:
    """Parquet and JSON Lines hold each title as it is; CSV does once the apostrophe of ours is taken away, read by Python and by DuckDB."""
    expected = {(row[0], row[1]) for row in query(folder, "SELECT name, title FROM topics", None)[1]}
    assert len(expected) > len(ALL)
    assert {row[:2] for row in parquet(folder, Selection("topics"), tmp_path / "topics.parquet")} == expected
    assert {(row["name"], row["title"]) for row in lines(text_of(folder, Selection("topics"), "jsonl"))} == expected
    read = csv.DictReader(io.StringIO(text_of(folder, Selection("topics"), "csv"), newline=""))
    assert {(row["name"], unguarded(row["title"])) for row in read} == expected


def test_csv_read_back_by_duckdb(folder: Path, tmp_path: Path) -> None:
    """The recipe of the docs gives back every text, and tells NULL from an empty one (a line ends at a carriage return there: those are left out)."""
    sql = "SELECT name, CASE WHEN name = '1' THEN NULL ELSE title END AS title FROM topics WHERE NOT contains(title, chr(13)) AND NOT contains(title, chr(0))"
    export_file(folder, Selection(query=sql), "csv", tmp_path / "topics.csv")
    with duckdb.connect() as connection:
        found = connection.execute(RECIPE.format(path=tmp_path / "topics.csv")).fetchall()
    assert set(found) == set(query(folder, sql, None)[1])
    assert {None, ""} < {title for _, title in found}


VALUES = st.tuples(
    st.one_of(st.none(), st.sampled_from(ALL), st.text(st.characters(exclude_categories=["Cs"]))),
    st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)),
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
    st.one_of(st.none(), st.datetimes(datetime(1800, 1, 1), datetime(2200, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))),  # noqa: DTZ001
    st.one_of(st.none(), st.dates(date(1800, 1, 1), date(2200, 1, 1))),
    st.lists(st.sampled_from(ALL), max_size=3),
    st.dictionaries(st.sampled_from(["a", "=b", '"']), st.one_of(st.none(), st.integers(), st.sampled_from(ALL)), max_size=2),
)
TYPES = ("VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMPTZ", "DATE", "VARCHAR[]", "JSON")


def literal(value: object) -> str:
    """Write a value in SQL."""
    if value is None:
        return "NULL"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]::VARCHAR[]"
    text = json.dumps(value, ensure_ascii=True) if isinstance(value, dict) else repr(value) if isinstance(value, float) else str(value)
    return "('" + storable(text).replace("'", "''").replace("\x00", "' || chr(0) || '") + "')"


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_what_goes_in_comes_out(folder: Path, tmp_path: Path, rows: list[tuple]) -> None:
    """Texts, numbers, times, days, lists and documents of any content come back from Parquet and JSON Lines as they are in the view."""
    kept = [tuple(storable(one) if isinstance(one, str) else one for one in row) for row in rows]
    kept = [(*row[:5], [storable(one) for one in row[5]], json.loads(json.dumps(row[6]))) for row in kept]
    casts = ", ".join(f"c{place}::{kind} AS c{place}" for place, kind in enumerate(TYPES))
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows)
    names = ", ".join(f"c{place}" for place in range(len(TYPES)))
    selection = Selection(query=f"SELECT {casts} FROM (VALUES {values}) AS t({names})")
    found = [(*row[:6], json.loads(row[6])) for row in parquet(folder, selection, tmp_path / "any.parquet")]
    assert found == kept
    read = [tuple(row.values()) for row in lines(text_of(folder, selection, "jsonl"))]
    assert read == [(*row[:3], row[3] and row[3].isoformat(), row[4] and row[4].isoformat(), *row[5:]) for row in kept]


def test_parquet_keeps_types_and_comments(folder: Path, tmp_path: Path) -> None:
    """Columns have the view's own types, but for ids, which are text in every form; the file says what each means and which version of the views it is of."""
    path = tmp_path / "duplicates.parquet"
    export_file(folder, Selection("duplicates"), "parquet", path)
    with duckdb.connect() as connection:
        shape = [row[:2] for row in connection.execute(f"DESCRIBE FROM '{path}'").fetchall()]
        [(said,)] = connection.execute(f"SELECT value FROM parquet_kv_metadata('{path}') WHERE key = 'tidings'").fetchall()
        [(codec,)] = connection.execute(f"SELECT DISTINCT compression FROM parquet_metadata('{path}')").fetchall()
    own = [tuple(row[:2]) for row in query(folder, "DESCRIBE duplicates", None)[1]]
    assert [kind for _, kind in own][:2] == ["UUID", "UUID"]
    assert [tuple(row) for row in shape] == [(name, "VARCHAR" if kind == "UUID" else kind) for name, kind in own]
    about = json.loads(said)
    assert about["published"]["views_version"]
    assert next(one["comment"] for one in about["columns"] if one["name"] == "relation")
    assert codec == "ZSTD"


def test_a_great_integer_is_not_rounded(folder: Path, tmp_path: Path) -> None:
    """Parquet has no integers of 128 bits: a sum of integers goes in as a decimal, not as a float."""
    great = 2**100
    assert parquet(folder, Selection(query=f"SELECT {great}::HUGEINT AS n"), tmp_path / "n.parquet") == [(great,)]


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        (Selection("statements", topic="idlib"), 2),
        (Selection("statements", topic="libya"), 0),
        (Selection("editions", topic="idlib"), 1),
        (Selection("statements", since=datetime(2020, 2, 20, tzinfo=UTC)), 2),
        (Selection("statements", since=datetime(2020, 2, 21, tzinfo=UTC)), 0),
        (Selection("known_as_of('2020-02-20 08:00:00+00')", topic="idlib"), 1),
        (Selection(query="SELECT topic, text FROM statements; -- that is all", topic="idlib"), 2),
    ],
    ids=["topic", "another topic", "a list of topics", "since", "since later", "macro", "query"],
)
def test_rows_of_a_topic_since_a_time(folder: Path, selection: Selection, count: int) -> None:
    """Views, answers of macros and queries are narrowed by topic and by when a row came to be known."""
    if selection.topic == "libya":
        with pytest.raises(UsageError, match=r"did you mean|there are"):
            text_of(folder, selection, "jsonl")
        return
    assert len(lines(text_of(folder, selection, "jsonl"))) == count


@pytest.mark.parametrize(
    ("selection", "message"),
    [
        (Selection("devlopments"), "did you mean developments"),
        (Selection("what_change('idlib', '2020-01-01')"), "did you mean what_changed"),
        (Selection("what_changed"), r"takes arguments: what_changed\("),
        (Selection("topics WHERE true"), "expected a view, a macro"),
        (Selection(query="SELECT titel FROM topics"), "did you mean title"),
        (Selection(query="SELECT 1; SELECT 2"), "one statement, found 2"),
        (Selection(query="DELETE FROM topics"), "a statement that reads"),
        (Selection(query="FROM read_text('/etc/hostname')"), "disabled by configuration"),
        (Selection("told", topic="idlib"), "no column topic"),
        (Selection("corrections", since=NOW), "does not say when"),
    ],
    ids=["view", "macro", "no arguments", "sql", "column", "two", "writing", "file", "no topic", "no time"],
)
def test_what_cannot_be_exported_is_told(folder: Path, tmp_path: Path, selection: Selection, message: str) -> None:
    """Each mistake is one error that names what is near, and no file is left."""
    with pytest.raises(UsageError, match=message):
        export_file(folder, selection, "csv", tmp_path / "x.csv")
    assert not list(tmp_path.iterdir())


def test_the_place_in_the_query_is_its_own(folder: Path) -> None:
    """A mistake is shown in the line of the user's text, though more stands before it in what is run."""
    with pytest.raises(QueryError) as caught:
        text_of(folder, Selection(query="SELECT name,\n  titel FROM topics"), "jsonl")
    line, mark = caught.value.excerpt
    assert (line, mark.rstrip("^")) == ("line 2:   titel FROM topics", " " * 10)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_a_full_disk_leaves_the_old_file(folder: Path, tmp_path: Path, form: str) -> None:
    """Where the new file cannot be written whole, the old one stays, and nothing beside it."""
    path = tmp_path / "out"
    path.write_text("old", encoding="utf-8")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises((StoreError, OSError), match=r"could not be written|too large"):
            export_file(folder, Selection("topics"), form, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [one.read_text(encoding="utf-8") for one in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    "form", [pytest.param("parquet"), pytest.param("csv", marks=pytest.mark.slow), pytest.param("jsonl", marks=pytest.mark.slow)]
)
def test_all_views_with_a_manifest(folder: Path, tmp_path: Path, form: str) -> None:
    """Every view is one file, and the manifest says of each how many rows, which bytes, and what its columns mean."""
    count = export_all(folder, form, tmp_path / "all", NOW)
    manifest = json.loads((tmp_path / "all" / MANIFEST).read_text(encoding="utf-8"))
    assert manifest["exported_at"] == NOW.isoformat()
    assert [tuple(manifest["published"])] == [tuple(query(folder, "FROM published", None)[0])]
    assert {one["file"] for one in manifest["files"]} | {MANIFEST} == {path.name for path in (tmp_path / "all").iterdir()}
    assert len(manifest["files"]) == count
    for one in manifest["files"]:
        path = tmp_path / "all" / one["file"]
        assert (one["bytes"], one["sha256"]) == (path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest())
        assert query(folder, f'SELECT count(*) FROM "{one["view"]}"', None)[1] == [(one["rows"],)]
        assert one["comment"]
        assert all(column["comment"] and column["type"] for column in one["columns"])
        assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_an_export_of_all_takes_the_place_of_an_earlier_one_only(folder: Path, tmp_path: Path) -> None:
    """A second one replaces the first whole; a folder of anything else is refused and stays."""
    target = tmp_path / "all"
    export_all(folder, "csv", target, NOW)
    export_all(folder, "jsonl", target, NOW)
    assert {path.suffix for path in target.iterdir()} == {".jsonl", ".json"}
    (target / MANIFEST).unlink()
    with pytest.raises(UsageError, match="not an earlier export"):
        export_all(folder, "csv", target, NOW)
    assert {path.suffix for path in target.iterdir()} == {".jsonl"}
    assert list(tmp_path.iterdir()) == [target]
