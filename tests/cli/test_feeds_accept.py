"""`tidings feeds accept` takes a person's word for a feed that is held, and says when there is nothing to take."""

import pytest

from tidings.store.database import open_store

pytestmark = pytest.mark.slow  # each test works on a real store

FEED, NOW = "http://wire.example/rss", "2020-02-19T08:00:00Z"


@pytest.mark.parametrize("url", [FEED, "HTTP://Wire.Example:80/rss"])
def test_a_held_feed_is_accepted(used, url: str) -> None:
    """What it was known by is forgotten, and it is due now, in whatever spelling its URL is given."""
    with open_store(used.data, 1) as connection:
        connection.execute("UPDATE core.feeds SET failure = 'other_feed', title = 'Wire', hosts = 'wire.example'")
    answer = used("feeds", "accept", url, "--now", NOW)
    assert (answer.code, answer.out) == (0, "")
    assert "taken as it is by the next run" in answer.err
    with open_store(used.data, 1) as connection:
        [row] = connection.execute("SELECT title, hosts, next_due_at = TIMESTAMPTZ '2020-02-19 08:00:00Z' FROM core.feeds").fetchall()
    assert row == ("", "", True)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(FEED, "nothing to accept", id="a feed that is not held"),
        pytest.param("http://nobody.example/rss", "no feed with this URL is configured and enabled", id="not configured"),
    ],
)
def test_there_is_nothing_to_accept(used, url: str, words: str) -> None:
    """A mistake is named, and changes nothing."""
    answer = used("feeds", "accept", url)
    assert answer.code == 2
    assert words in answer.err


def test_before_the_first_run(fresh) -> None:
    """Without a store there is nothing yet."""
    answer = fresh("feeds", "accept", FEED)
    assert answer.code != 0
    assert "there is no store" in answer.err
