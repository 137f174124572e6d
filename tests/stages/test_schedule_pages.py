"""Prove which pages are read, and when again."""

from datetime import datetime, timedelta

import pytest
from polled import DAY, HOUR, NOW, entry

from tidings.model import Entry
from tidings.stages.schedule import PageDue, due_pages, entry_hash, look_again_at, looks_max, retry_at


def waiting(one: Entry, known_title: str | None = None, *, reread: bool = False) -> PageDue:
    return PageDue(one, "Wire", "en", NOW, 0, known_title, reread)


@pytest.mark.parametrize(
    ("dues", "read"),
    [
        pytest.param([waiting(entry(1)), waiting(entry(2))], [0, 1], id="two pages"),
        pytest.param(
            [waiting(entry(1)), waiting(entry(2, url="https://wire.example/1"))], [0, 1], id="two entries, one URL: both are judged"
        ),
        pytest.param([waiting(entry(1, url="")), waiting(entry(2, url=""))], [0, 1], id="entries without a link stand for themselves"),
        pytest.param([waiting(entry(1), "Title 1")], [], id="the article is known under this title"),
        pytest.param([waiting(entry(1), "Another title")], [0], id="known under another title: it may have changed"),
        pytest.param([waiting(entry(1), "Title 1", reread=True)], [0], id="the entry changed since its page was read"),
    ],
)
def test_each_page_is_read_once(dues: list[PageDue], read: list[int]) -> None:
    """Every waiting entry is either read or stood for by another, none by both."""
    to_read, stood_for = due_pages(dues)
    assert to_read == [dues[place] for place in read]
    assert [due for due in dues if due in to_read or due in stood_for] == dues
    assert len(to_read) + len(stood_for) == len(dues)


def test_an_edit_changes_the_hash_of_an_entry() -> None:
    """Title, summary and content count; a new date alone does not."""
    assert entry_hash(entry(1)) == entry_hash(entry(1, published_at=NOW + DAY))
    assert len({entry_hash(entry(1, **{name: "x"})) for name in ("title", "summary", "content")} | {entry_hash(entry(1))}) == 4
    assert entry_hash(entry(1, title="ab", summary="c")) != entry_hash(entry(1, title="a", summary="bc"))


def test_pages_are_tried_again_ever_later() -> None:
    """The waits grow, and with the five attempts that are usual the last comes at least three days after the first."""
    waits = [retry_at(count, NOW) - NOW for count in range(12)]
    assert waits == sorted(waits)
    assert waits[0] == HOUR / 2
    assert sum(waits[1:5], timedelta()) >= 3 * DAY


HOURS = (6.0, 24.0)


@pytest.mark.parametrize(
    ("at_h", "settled", "next_h"),
    [
        pytest.param(0, True, 6, id="read for the first time"),
        pytest.param(6, True, 24, id="looked at in time"),
        pytest.param(9, True, 24, id="the machine was off for a while"),
        pytest.param(24, True, None, id="the last look"),
        pytest.param(240, True, None, id="off for days: one look, not two"),
        pytest.param(6, False, 10, id="nobody answered: again in four hours"),
        pytest.param(22, False, 24, id="but no later than it is due anyway"),
        pytest.param(24, False, 28, id="nobody answered at the last look"),
        pytest.param(48, False, None, id="given up a day later"),
    ],
)
def test_when_a_page_is_looked_at_again(at_h: float, settled: bool, next_h: float | None) -> None:
    """Six and a day after it was first seen; a look to which nobody answered comes again."""
    found = look_again_at(NOW, NOW - HOUR, NOW + at_h * HOUR, HOURS, settled=settled)
    assert found == (None if next_h is None else NOW + next_h * HOUR)


@pytest.mark.parametrize(
    ("published_at", "hours", "looks"),
    [
        pytest.param(None, HOURS, True, id="no claimed time"),
        pytest.param(NOW - 47 * HOUR, HOURS, True, id="the day before yesterday, as a day without an hour may mean"),
        pytest.param(NOW - 49 * HOUR, HOURS, False, id="old when it was first seen"),
        pytest.param(NOW + DAY, HOURS, True, id="ahead of us"),
        pytest.param(NOW, (), False, id="switched off"),
        pytest.param(NOW, (24.0, 6.0), True, id="hours in any order"),
    ],
)
def test_which_pages_are_looked_at_again(published_at: datetime | None, hours: tuple[float, ...], looks: bool) -> None:
    """What was old before we came had its edits before."""
    assert look_again_at(NOW, published_at, NOW, hours) == (NOW + 6 * HOUR if looks else None)


def test_the_looks_at_a_page_end() -> None:
    """However the looks go, each comes later than the one before, and the last within two days."""
    for settled in (True, False):
        looks = [NOW]
        while following := look_again_at(NOW, NOW, looks[-1], HOURS, settled=settled):
            looks.append(following)
        assert looks == sorted(set(looks))
        assert looks[-1] <= NOW + 2 * DAY


@pytest.mark.parametrize(
    ("pages_max", "read", "looks"),
    [(2_000, 0, 400), (2_000, 1_800, 200), (2_000, 2_000, 0), (1, 0, 1), (1, 1, 0), (10, 9, 1), (3, 0, 1)],
)
def test_looks_take_a_fifth_of_what_a_run_may_ask_for_and_only_what_is_left(pages_max: int, read: int, looks: int) -> None:
    """New pages come first; even the smallest budget has room for a look when there are none."""
    assert looks_max(pages_max, read) == looks
