"""Values as JSON and CSV: nothing is lost, and nothing runs in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outside_strings import ALL

from tidings.store.forms import csv_line, csv_text, distinct, json_line, json_of, json_value, unguarded

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXTS = st.one_of(st.sampled_from(ALL), st.text(), st.text(alphabet="'=+-@\"\t\r\n,;＝ "))


@given(st.lists(st.one_of(TEXTS, st.none(), st.integers(), st.booleans()), min_size=1))
def test_a_line_of_csv_gives_every_cell_back(row) -> None:
    """Read by another program, a line has the same cells; without the apostrophe of ours each text is the one it was made of."""
    line = csv_line(row)
    [read] = csv.reader(io.StringIO(line, newline=""))
    assert [unguarded(cell) for cell in read] == [
        "" if one is None else str(one).lower() if isinstance(one, bool) else str(one) if isinstance(one, str) else unguarded(str(one))
        for one in row
    ]
    assert line.endswith("\n")


@given(TEXTS)
def test_no_text_begins_like_a_formula(text) -> None:
    """In a cell no text begins with what a spreadsheet runs; in a list or a document of JSON a bracket stands before it."""
    assert not csv_text(text).startswith(SIGNS)
    assert not csv_text([text]).startswith(SIGNS)
    assert not csv_text({text: text}).startswith(SIGNS)


def test_null_is_not_an_empty_text() -> None:
    """NULL is an empty cell, an empty text a quoted one; a row of one NULL is not an empty line, which is no row."""
    assert csv_line([None, "", None]) == ',"",\n'
    assert csv_line([None]) == '""\n'


@pytest.mark.parametrize(
    ("value", "carried"),
    [
        (datetime(2020, 2, 19, 6, tzinfo=UTC), "2020-02-19T06:00:00+00:00"),
        (datetime(2020, 2, 19, 6), "2020-02-19T06:00:00"),  # noqa: DTZ001 - DuckDB's TIMESTAMP has no zone
        (date(2020, 2, 19), "2020-02-19"),
        (time(6, 30), "06:30:00"),
        (timedelta(days=1), "1 day, 0:00:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal(12345678901234567890123), 12345678901234567890123),
        (Decimal("1.50"), 1.5),
        (float("nan"), None),
        (float("-inf"), None),
        (b"\x00\xff", "00ff"),
        ((1, [date(2020, 1, 1)]), [1, ["2020-01-01"]]),
        ({date(2020, 1, 1): {"a": None}}, {"2020-01-01": {"a": None}}),
    ],
    ids=[
        "time",
        "time without zone",
        "day",
        "time of day",
        "span",
        "id",
        "great number",
        "decimal",
        "nan",
        "infinity",
        "bytes",
        "lists",
        "map",
    ],
)
def test_every_type_has_a_form_in_json(value, carried) -> None:
    """Each type of DuckDB is carried by one of JSON's, the same everywhere."""
    assert json_value(value) == carried
    json.dumps(json_value(value), allow_nan=False)


def test_a_document_of_json_is_one_in_json() -> None:
    """A column of type JSON becomes an object, not a text that holds one; a number too great for JSON's readers becomes null."""
    line = json_line(["a", "b"], [json_of("JSON"), json_of("VARCHAR")], ['{"n": [1, 1e999]}', '{"n": 1}'])
    assert json.loads(line) == {"a": {"n": [1, None]}, "b": '{"n": 1}'}


def test_columns_of_one_name_are_told_apart() -> None:
    """An object of JSON holds each name once, so the second gets another."""
    assert distinct(["a", "a", "b", "a", "a_1"]) == ["a", "a_1", "b", "a_2", "a_1_1"]
