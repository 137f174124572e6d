"""Prove which pages are read, and when again."""

from datetime import timedelta

import pytest
from polled import DAY, HOUR, NOW, entry

from tidings.model import Entry
from tidings.stages.schedule import PageDue, due_pages, entry_hash, retry_at


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
