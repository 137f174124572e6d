"""What the public views say about a small store, and that they say no more."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tidings.evaluation.reference import schema_page
from tidings.stages.novelty import borrowed, loose
from tidings.store.database import rows
from tidings.store.migrate import public_views

NOW = datetime(2020, 2, 20, 7, 30, tzinfo=UTC)
Fill = Callable[[duckdb.DuckDBPyConnection], None]

# design.md, section 6: the columns that every version of the program keeps.
PROMISED = {
    "developments": "id topic kind story_id headline statement_id statement article_id publisher url language published_at first_seen_at recorded_at "
    "warning replaces_id",
    "statements": "id article_id version_id topic text start end event_date decision",
    "stories": "id topic title first_seen_at last_seen_at article_count origin_count language_count",
    "articles": "id url title publisher origin language published_at first_seen_at verdict text story_id",
    "duplicates": "article_id of_id of_kind relation score evidence",
    "figures": "id statement_id development_id topic measure value_low value_high qualifier of unit as_of said_by words start end",
    "figure_series": "topic story_id headline measure unit day value_low value_high qualifier of words said_by publisher origin language reported_at "
    "place statement url seed_id statement_id figure_id disputed",
    "seeds": "id title publisher published_at url language",
    "entries": "id feed url title published_at first_seen_at outcome reason article_id",
    "decisions": "subject_kind subject_id stage outcome reason against_id score evidence run_id decided_at",
    "labels": "id kind article_id other_id topic labelled_at",
    "editions": "id recipient topics window_start window_end state development_count",
    "told": "development_id edition_id recipient position delivered_at",
    "deliveries": "id edition_id channel recipient state attempt_count last_error sent_at",
    "feed_health": "feed publisher language state last_success_at failures_in_row entries_per_day overlap silent_since note",
    "runs": "id flow started_at ended_at outcome feeds entries articles on_topic duplicates developments deliveries report",
}


@pytest.fixture
def filled(store: duckdb.DuckDBPyConnection, fill: Fill) -> duckdb.DuckDBPyConnection:
    """Give the small store."""
    fill(store)
    return store


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    """Return the only row."""
    found = rows(connection, sql)
    assert len(found) == 1, found
    return found[0]


def test_promised_views_and_columns_are_there_with_comments(empty: duckdb.DuckDBPyConnection) -> None:
    """Every promised view has its promised columns, in their order, and every view and column says what it is."""
    views = {view.name: view for view in public_views(empty)}
    for name, columns in PROMISED.items():
        promised = columns.split()
        assert [column.name for column in views[name].columns if column.name in promised] == promised
    for view in views.values():
        assert view.comment
        assert all(column.comment for column in view.columns), view.name


def test_the_reference_page_is_what_the_comments_say() -> None:
    """docs/reference/schema.md is the page made from this code."""
    page = Path(__file__).parents[2] / "docs" / "reference" / "schema.md"
    assert page.read_text(encoding="utf-8") == schema_page(), "run: python -m tidings.evaluation.reference docs/reference"


def test_no_view_shows_a_secret(filled: duckdb.DuckDBPyConnection) -> None:
    """Addresses, tags, guids, passwords and keys in links are in the tables of the small store and in no view."""
    shown = "\n".join(str(rows(filled, f'FROM main."{view.name}"')) for view in public_views(filled))
    assert "hush" not in shown
    assert "https://site.example/a?id=3" in shown
    hidden = "\n".join(str(rows(filled, f"FROM core.{table}")) for table in ("feeds", "entries", "deliveries"))
    assert len(re.findall("hush", hidden)) == 7


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://a.example/x?keyword=war&monkey=1", "https://a.example/x?keyword=war&monkey=1"),
        ("https://a.example/x@y?e=b@c", "https://a.example/x@y?e=b@c"),
        ("https://u:p@a.example/x", "https://a.example/x"),
        ("HTTPS://u@a.example", "HTTPS://a.example"),
        ("https://a.example/?id=1&token=t&x=2#part", "https://a.example/?id=1&token=…&x=2#part"),
        ("https://a.example/?access_token=t&API-KEY=k", "https://a.example/?access_token=…&API-KEY=…"),
        ("", ""),
    ],
    ids=["innocent names", "at signs elsewhere", "user and password", "user", "token", "key names", "nothing"],
)
def test_links_lose_secrets_and_nothing_else(empty: duckdb.DuckDBPyConnection, url: str, shown: str) -> None:
    """A shown link works as before unless it held user, password or a value named like a key."""
    assert rows(empty, "SELECT core.shown_url(?) AS shown", [url]) == [{"shown": shown}]


def test_developments_show_exact_words_headline_and_link(filled: duckdb.DuckDBPyConnection) -> None:
    """A development is its statement's words, its story's title, its article's publisher and link; no warning is NULL."""
    found = one(filled, "FROM developments")
    assert found["statement"] == "9 died."
    assert found["headline"] == "Camps full"
    assert (found["publisher"], found["url"], found["warning"]) == ("Levant Wire", "https://site.example/a", None)


def test_offsets_lead_to_the_words(filled: duckdb.DuckDBPyConnection) -> None:
    """Cutting the version's text at a statement's offsets gives the statement, after an emoji, and when the article was rewritten since."""
    sql = """SELECT s.text, substring(v.text, s."start" + 1, s."end" - s."start") AS cut FROM statements AS s
             JOIN (SELECT version_id AS id, text FROM articles UNION ALL SELECT id, text FROM versions) AS v ON v.id = s.version_id
             WHERE seed_id IS NULL"""
    assert rows(filled, sql) == [{"text": "9 died.", "cut": "9 died."}]
    assert rows(filled, "FROM versions") == []
    filled.execute("UPDATE core.articles SET version_id = uuid(), text = 'Rewritten.' WHERE seed_id = ''")
    assert rows(filled, sql) == [{"text": "9 died.", "cut": "9 died."}]


def test_articles_leave_seeds_out_and_seeds_show_their_configured_id(filled: duckdb.DuckDBPyConnection) -> None:
    """Seeds are in their own view only, under the id that the user gave."""
    assert [row["title"] for row in rows(filled, "FROM articles ORDER BY title")] == ["Camps full", "Copy"]
    assert one(filled, "FROM seeds")["id"] == "seed-one"
    assert one(filled, "FROM statements WHERE seed_id IS NOT NULL")["seed_id"] == "seed-one"


def test_copies_name_what_they_copy_and_join_with_it(filled: duckdb.DuckDBPyConnection) -> None:
    """of_id is an article's id or the article_id of a seed, and joins with both views without a cast; of_seed_id names the seed."""
    sql = """SELECT d.of_seed_id, d.relation, s.title AS seed, a.title AS article FROM duplicates AS d
             LEFT JOIN seeds AS s ON s.article_id = d.of_id LEFT JOIN articles AS a ON a.id = d.of_id ORDER BY d.relation"""
    found = rows(filled, sql)
    assert [(row["seed"], row["article"]) for row in found] == [(None, "Camps full"), ("The seed", None)]
    assert [row["of_seed_id"] for row in found] == [None, "seed-one"]


def test_stories_count_reports_and_origins(filled: duckdb.DuckDBPyConnection) -> None:
    """A story has one row a topic; copies count as articles, share the origin of what they copy, and seeds are not counted."""
    found = rows(filled, "FROM stories ORDER BY topic")
    assert [row["topic"] for row in found] == ["idlib", "libya"]
    assert {(row["article_count"], row["origin_count"], row["language_count"]) for row in found} == {(2, 1, 1)}


@pytest.mark.parametrize("mean", [None, 0.0, 0.54, 0.55, 0.5500001, 0.56, 1.0])
def test_what_only_repeats_is_the_same_in_views_and_stages(empty: duckdb.DuckDBPyConnection, mean: float | None) -> None:
    """The bound from which on an article is no origin stands in two languages, and is one bound; without scores nothing is borrowed."""
    assert rows(empty, "SELECT core.borrowed($mean) AS found", {"mean": mean}) == [{"found": borrowed([] if mean is None else [mean])}]


@pytest.mark.parametrize("score", [None, 0.0, 0.4299, 0.43, 0.4301, 1.0])
def test_what_joined_loosely_is_the_same_in_views_and_stages(empty: duckdb.DuckDBPyConnection, score: float | None) -> None:
    """The bound below which an article that joined a story is no origin of it is one in both languages; unknown is sure enough."""
    assert rows(empty, "SELECT core.loose($score) AS found", {"score": score}) == [{"found": loose(score)}]


def test_decisions_are_told_for_entries_copies_stories_and_statements(filled: duckdb.DuckDBPyConnection) -> None:
    """Each kind of subject shows stage, outcome, what it was held against, and the run."""
    found = {
        (row["subject_kind"], row["stage"], row["outcome"], row["against_seed_id"] or row["against_id"])
        for row in rows(filled, "FROM decisions")
    }
    ids = [f"00000000-0000-0000-0000-{number:012x}" for number in (20, 39)]
    assert found == {
        ("entry", "novelty", "new", None),
        ("entry", "fetch", "rejected", None),
        ("article", "duplicate", "rewrite", "seed-one"),
        ("article", "duplicate", "near", ids[0]),
        ("article", "story", "opened", None),
        ("article", "story", "joined", None),
        ("statement", "novelty", "seed", None),
        ("statement", "novelty", "development", ids[1]),
    }
    assert one(filled, "FROM decisions WHERE outcome = 'rewrite'")["reason"] == "differs in toll"
    assert one(filled, "FROM decisions WHERE outcome = 'rejected'")["evidence"].endswith("took 9 s")


def test_told_has_the_time_of_the_last_message(filled: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """A development counts as delivered when every message of its edition was accepted, not before."""
    assert one(filled, "FROM told")["delivered_at"] == NOW
    add(
        filled,
        "deliveries",
        id="00000000-0000-0000-0000-0000000000ff",
        edition_id=one(filled, "FROM editions")["id"],
        recipient="desk",
        state="held",
    )
    assert one(filled, "FROM told")["delivered_at"] is None


def test_figures_join_with_their_development(filled: duckdb.DuckDBPyConnection) -> None:
    """A figure names the development that its statement is."""
    assert one(filled, "SELECT f.words, d.statement FROM figures AS f JOIN developments AS d ON d.id = f.development_id") == {
        "words": "9",
        "statement": "9 died.",
    }


def test_a_series_keeps_values_that_differ_side_by_side(filled: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Two values of a measure for one story and day both stand, each with who said it, and are marked; a value of another day is not."""
    article, statement = filled.execute(
        """SELECT a.id::VARCHAR, s.id::VARCHAR FROM core.statements AS s JOIN core.articles AS a ON a.id = s.article_id WHERE s."start" = 18"""
    ).fetchall()[0]
    known = {"statement_id": statement, "topic": "idlib", "measure": "injured", "qualifier": "exact"}
    for number, (value, said_by, day) in enumerate(
        [(9.0, "police", "2020-02-19"), (11.0, "the hospital", "2020-02-19"), (30.0, "police", "2020-02-20")]
    ):
        add(
            filled,
            "figures",
            id=str(uuid.UUID(int=900 + number)),
            value_low=value,
            value_high=value,
            words=str(int(value)),
            said_by=said_by,
            as_of=day,
            **known,
        )
    found = filled.execute(
        "SELECT day::VARCHAR, value_low, said_by, disputed, headline IS NOT NULL, publisher FROM figure_series WHERE measure = 'injured' ORDER BY day, value_low"
    ).fetchall()
    publisher = filled.execute("SELECT publisher FROM core.articles WHERE id = ?", [article]).fetchall()[0][0]
    assert found == [
        ("2020-02-19", 9.0, "police", True, True, publisher),
        ("2020-02-19", 11.0, "the hospital", True, True, publisher),
        ("2020-02-20", 30.0, "police", False, True, publisher),
    ]


@pytest.mark.parametrize(
    ("measure", "of", "disputed"),
    [
        pytest.param("missing", ("", ""), [True, True], id="people"),
        pytest.param("detained", ("children", "people"), [False, False], id="a part beside its whole"),
        pytest.param("other", ("lorries", "field kitchens"), [False, False], id="different things"),
        pytest.param("other", ("lorries", "lorries"), [False, False], id="never for other counts"),
        pytest.param("money", ("the bridge", "the fine"), [False, False], id="sums for different things"),
        pytest.param("money", ("the bridge", "the Bridge"), [True, True], id="sums for the same"),
        pytest.param("percent", ("voters", "voters"), [True, True], id="shares of the same"),
        pytest.param("percent", ("", ""), [False, False], id="shares of nothing named"),
    ],
)
def test_only_what_can_be_compared_is_disputed(
    filled: duckdb.DuckDBPyConnection, add: Callable[..., None], measure: str, of: tuple[str, str], disputed: list[bool]
) -> None:
    """Two values are a dispute when they are of the same thing: sums and shares of one thing, never two counts of a story's other things.

    Of several kinds that one sentence counts, the largest is held against other values, each smaller one against its like.
    """
    statement = filled.execute("""SELECT id::VARCHAR FROM core.statements WHERE "start" = 18""").fetchall()[0][0]
    for number, (value, what) in enumerate(zip((2.0, 2_400.0), of, strict=True)):
        known = {
            "statement_id": statement,
            "topic": "idlib",
            "measure": measure,
            "qualifier": "exact",
            "as_of": "2020-02-19",
            "words": str(value),
        }
        add(filled, "figures", id=str(uuid.UUID(int=950 + number)), value_low=value, value_high=value, of=what, **known)
    assert filled.execute("SELECT disputed FROM figure_series WHERE measure = ? ORDER BY value_low", [measure]).fetchall() == [
        (one,) for one in disputed
    ]


def test_a_part_does_not_hide_what_is_disputed(filled: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Of "40 people, nine of them children" the whole is held against a toll elsewhere, the part against the same part."""
    first, second = filled.execute("SELECT id::VARCHAR FROM core.statements WHERE topic = 'idlib' ORDER BY \"start\" LIMIT 2").fetchall()
    said = [(first[0], 40.0, "people"), (first[0], 9.0, "children"), (second[0], 44.0, "villagers"), (second[0], 9.0, "children")]
    for number, (statement, value, what) in enumerate(said):
        known = {"topic": "idlib", "measure": "detained", "qualifier": "exact", "as_of": "2020-02-19", "words": str(value)}
        add(
            filled, "figures", id=str(uuid.UUID(int=970 + number)), statement_id=statement, value_low=value, value_high=value, of=what, **known,
        )  # fmt: skip
    found = filled.execute("SELECT value_low, disputed FROM figure_series WHERE measure = 'detained' ORDER BY value_low").fetchall()
    assert found == [(9.0, False), (9.0, False), (40.0, True), (44.0, True)]


def test_runs_show_the_counts_of_their_report(filled: duckdb.DuckDBPyConnection, add: Callable[..., None]) -> None:
    """Columns are read from the report; one that is still empty, of a run that was killed, gives zeros."""
    add(filled, "runs", id="r2", flow="digest", outcome="running")
    columns = ("feeds", "entries", "articles", "on_topic", "duplicates", "developments", "deliveries")
    found = {row["id"]: tuple(row[column] for column in columns) for row in rows(filled, "FROM runs")}
    assert found == {"r1": (6, 10, 8, 3, 1, 5, 2), "r2": (0, 0, 0, 0, 0, 0, 0)}
