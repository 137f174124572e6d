"""Dates that machines wrote: read in UTC, and refused when absurd."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.dates import from_struct, parse_date, plausible

NOW = datetime(2020, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2020-02-09T10:00:00+03:00", datetime(2020, 2, 9, 7, tzinfo=UTC), id="ISO with a zone"),
        pytest.param("2020-02-09T10:00:00.123Z", datetime(2020, 2, 9, 10, 0, 0, 123_000, tzinfo=UTC), id="ISO with Z and fractions"),
        pytest.param("2020-02-09", datetime(2020, 2, 9, tzinfo=UTC), id="day"),
        pytest.param("Sun, 09 Feb 2020 10:00:00 +0300", datetime(2020, 2, 9, 7, tzinfo=UTC), id="mail"),
        pytest.param("9 February", None, id="half a date"),
        pytest.param("0001-01-01T00:00:00+14:00", None, id="before the first year"),
        pytest.param("", None, id="nothing"),
        pytest.param("1" * 5000, None, id="digits"),
    ],
)
def test_parse_date(text: str, expected: datetime | None) -> None:
    """ISO 8601 and RFC 5322 are read; everything else is None."""
    assert parse_date(text) == expected


@given(st.text(max_size=80))
def test_no_text_raises(text: str) -> None:
    """Any text gives an aware date or None."""
    when = parse_date(text)
    assert when is None or when.utcoffset() == timedelta(0)


def test_from_struct() -> None:
    """A broken-down time is UTC; one that names no moment is None."""
    assert from_struct(time.struct_time((2020, 2, 9, 7, 0, 0, 6, 40, 0))) == datetime(2020, 2, 9, 7, tzinfo=UTC)
    assert from_struct(time.struct_time((99_999, 1, 1, 0, 0, 0, 0, 1, 0))) is None
    assert from_struct(None) is None


@pytest.mark.parametrize(
    ("when", "kept"),
    [
        pytest.param(NOW, True, id="now"),
        pytest.param(NOW + timedelta(hours=24), True, id="a day ahead"),
        pytest.param(NOW + timedelta(hours=25), False, id="more than a day ahead"),
        pytest.param(datetime(1990, 1, 1, tzinfo=UTC), True, id="1990"),
        pytest.param(datetime(1989, 12, 31, tzinfo=UTC), False, id="before"),
    ],
)
def test_plausible(when: datetime, *, kept: bool) -> None:
    """A claim from before the web, or from the future, is no evidence."""
    assert plausible(when, NOW) == (when if kept else None)
