"""How long a server asks us to stay away."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.text.retry_after import retry_after_s

NOW = datetime(2020, 2, 28, 7, 0, tzinfo=UTC)
DAY_S = 86_400.0

CASES = {
    "seconds": ("120", 120.0),
    "with spaces": ("  300 ", 300.0),
    "a date": ("Fri, 28 Feb 2020 07:10:00 GMT", 600.0),
    "a date without a zone": ("Fri, 28 Feb 2020 07:10:00", 600.0),
    "a date in another zone": ("Fri, 28 Feb 2020 09:10:00 +0200", 600.0),
    "a date in the past": ("Fri, 28 Feb 2010 07:10:00 GMT", 60.0),
    "a date in the year 9999": ("Fri, 31 Dec 9999 23:59:59 GMT", DAY_S),
    "too few seconds": ("0", 60.0),
    "negative": ("-5", 60.0),
    "a year of seconds": ("31536000", DAY_S),
    "more than any number": ("9" * 400, DAY_S),
    "infinite": ("inf", DAY_S),
    "with a fraction": ("90.5", 90.5),
    "no number": ("soon", None),
    "not a number": ("nan", None),
    "empty": ("", None),
    "a date that is none": ("Fri, 99 Feb 2020 99:99:99 GMT", None),
}


@pytest.mark.parametrize(("value", "expected"), CASES.values(), ids=CASES)
def test_retry_after_is_read(value, expected):
    """Seconds and dates are read, absurd ones brought between a minute and a day, nonsense is nothing."""
    assert retry_after_s({"retry-after": value}, NOW) == expected


def test_without_the_header_there_is_nothing_to_wait_for():
    """No header, no wait."""
    assert retry_after_s({}, NOW) is None


@given(st.text())
def test_nothing_raises_and_everything_is_bounded(value):
    """Whatever a server writes, the answer is nothing or between a minute and a day."""
    wait_s = retry_after_s({"retry-after": value}, NOW)
    assert wait_s is None or 60 <= wait_s <= DAY_S
