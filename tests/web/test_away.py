"""Which hosts are left alone, on a plain number for a clock."""

import pytest

from tidings.web.away import FAILURES_IN_ROW_MAX, Away
from tidings.web.failures import FetchError


def away() -> tuple[Away, list[float]]:
    now = [100.0]
    return Away(lambda: now[0]), now


def test_a_host_is_left_alone_as_long_as_it_asked():
    """The longest wait it asked for counts, then it is asked again; other hosts never notice."""
    one, now = away()
    one.put_off("a.example", 120)
    one.put_off("a.example", 60)
    with pytest.raises(FetchError, match="stay away") as caught:
        one.check("a.example")
    assert caught.value.wait_s == 120
    one.check("b.example")
    now[0] += 120
    one.check("a.example")


@pytest.mark.parametrize("reason", ["timeout", "connect", "dns", "tls"])
def test_a_host_out_of_reach_is_left_alone_after_a_few_failures(reason):
    """Failures in a row count, an answer of any kind ends the row, and what says nothing of the host does not count."""
    one, _ = away()
    for _ in range(FAILURES_IN_ROW_MAX - 1):
        one.count("a.example", reason)
    one.check("a.example")
    one.count("a.example", "too_large")
    for _ in range(FAILURES_IN_ROW_MAX):
        one.check("a.example")
        one.count("a.example", reason)
    assert one.is_away("a.example")
    assert not one.is_away("b.example")


def test_a_host_that_wants_long_pauses_gives_one_page():
    """With a delay of an hour the second page waits for the rest of it; an absurd delay waits a day at most."""
    one, now = away()
    one.take_page("a.example", 3_600)
    now[0] += 600
    with pytest.raises(FetchError, match="3600 s between pages") as caught:
        one.take_page("a.example", 3_600)
    assert caught.value.wait_s == 3_000
    with pytest.raises(FetchError) as caught:
        one.take_page("a.example", 1e12)
    assert caught.value.wait_s == 86_400 - 600
    one.take_page("b.example", 3_600)
    now[0] += 3_000
    one.take_page("a.example", 3_600)
