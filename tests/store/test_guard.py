"""What guards a query: its time, its end by a signal, and errors that say what is wrong and where."""

import signal
import threading
from collections.abc import Iterator

import duckdb
import pytest

from tidings.errors import QueryError, StoreError, UsageError
from tidings.store.guard import answer, interruptible
from tidings.store.shown import nearest, shown_macros, shown_views

ENDLESS = "SELECT a.range FROM range(100000000000) AS a WHERE hash(a.range) % 500000000 = 1"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a database with a view and two forms of a macro."""
    with duckdb.connect(config={"memory_limit": "200MB", "temp_directory": ""}) as made:
        made.execute("CREATE SCHEMA core; CREATE TABLE core.topics (name VARCHAR, hidden INTEGER)")
        made.execute(
            "CREATE VIEW topics AS SELECT name, upper(name) AS title FROM core.topics; COMMENT ON VIEW topics IS 'what is watched'"
        )
        made.execute("COMMENT ON COLUMN topics.title IS 'how it is called'")
        made.execute("CREATE MACRO titled(one) AS TABLE (FROM topics WHERE title = one); COMMENT ON MACRO TABLE titled IS 'of a title'")
        made.execute("CREATE MACRO core.hidden(one) AS TABLE FROM topics; CREATE MACRO plus(one) AS one + 1")
        yield made


def test_what_is_shown_is_what_is_public(connection) -> None:
    """Views and table macros of main are listed with comments, columns and parameters; what is in core is not."""
    [view] = shown_views(connection)
    assert (view.name, view.comment, [(column.name, column.comment) for column in view.columns]) == (
        "topics", "what is watched", [("name", ""), ("title", "how it is called")],
    )  # fmt: skip
    [macro] = shown_macros(connection)
    assert (macro.name, macro.parameters, macro.comment) == ("titled", ("one",), "of a title")


@pytest.mark.parametrize(
    ("sql", "said", "line", "column"),
    [
        ("SELECT titel FROM topics", "did you mean title?", 1, 7),
        ("SELECT x.titel\nFROM topics AS x", "did you mean title?", 1, 7),
        ("SELECT name\nFROM topcs", "did you mean topics?", 2, 5),
        ("FROM titlde('x')", "did you mean titled", 1, 5),
        ("SELECT zzzzzz FROM topics", "there are name, title", 1, 7),
        ("SELECT '中文' AS a, titel FROM topics", "did you mean title?", 1, 20),
        ("SELECT lowr(name) FROM topics", "lower", 1, 7),
        ("SELECT name FORM topics", "syntax error", 1, 17),
        ("SELECT 'x'::INTEGER", "Could not convert", 1, 10),
    ],
    ids=["column", "column of an alias", "view", "macro", "nothing near", "behind wide characters", "function", "syntax", "value"],
)
def test_a_mistake_names_what_is_near_and_its_place(connection, sql: str, said: str, line: int, column: int) -> None:
    """The error is one line with the nearest names; its excerpt is the line of the query, and a mark below the place, counted in cells of a terminal."""
    with pytest.raises(QueryError) as caught:
        answer(connection, sql, 1, None)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    shown, mark = caught.value.excerpt
    assert shown == f"line {line}: {sql.splitlines()[line - 1]}"
    assert mark.index("^") == len("line 1: ") + column


def test_names_of_core_are_not_offered(connection) -> None:
    """A near name that is not public is not said."""
    with pytest.raises(QueryError) as caught:
        answer(connection, "SELECT hiden FROM topics", 1, None)
    assert "hidden" not in str(caught.value)
    assert nearest("topic", ["topics", "told"]) == "did you mean topics?"


@pytest.mark.parametrize(
    "sql", ["PIVOT topics ON name USING count(*)", "FROM (PIVOT topics ON name USING count(*))"], ids=["alone", "inside"]
)
def test_a_pivot_wants_its_values_named(connection, sql: str) -> None:
    """DuckDB looks the values of a PIVOT up in a statement of its own: the error says how to write it in one."""
    with pytest.raises(UsageError, match="name the values"):
        answer(connection, sql, 1, None)
    assert answer(connection, "PIVOT topics ON name IN ('a') USING count(*)", 1, None).columns[-1] == "a"


@pytest.mark.parametrize("sql", [ENDLESS, "SELECT count(*) FROM range(100000000000)"], ids=["fetching", "before the first row"])
def test_a_query_ends_after_its_time(connection, sql: str) -> None:
    """The end of its time interrupts a query wherever it is; the connection answers the next one."""
    with pytest.raises(StoreError, match="stopped after"):
        answer(connection, sql, None, 0.1)
    assert answer(connection, "SELECT 1", None, 5).rows == [(1,)]


def test_a_signal_interrupts_the_work(connection) -> None:
    """An exception that a signal raises in the caller's thread is what comes out, and the query is over by then."""

    class Stopped(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    before = signal.signal(signal.SIGUSR1, stop)
    timer = threading.Timer(0.3, lambda: signal.raise_signal(signal.SIGUSR1))
    try:
        timer.start()
        with pytest.raises(Stopped):
            answer(connection, ENDLESS, None, None)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    assert answer(connection, "SELECT 1", None, 5).rows == [(1,)]


@pytest.mark.slow
def test_too_much_memory_is_one_error(connection) -> None:
    """A query beyond its memory says so, and what to do."""
    with pytest.raises(StoreError, match="more memory"):
        answer(connection, "SELECT list(range) FROM range(100000000)", 1, None)


def test_what_the_work_raises_comes_out(connection) -> None:
    """An error of the work itself is the one that is raised, in time or not."""

    def fail() -> None:
        raise UsageError("no")

    with pytest.raises(UsageError, match="no"):
        interruptible(connection, fail, 5)
