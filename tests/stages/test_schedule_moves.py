"""Prove when a permanent redirect is believed, and that no belief loses a feed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from polled import BODY, DAY, FEED, HOUR, NOW, REASONABLE, URL, WHOLE, answer, poll

from tidings.model import FeedState, Rejection, Response, Stage
from tidings.stages._moves import address
from tidings.stages.schedule import due_feeds

NEW = "https://feeds.wire.example/all.xml"


def redirected(*hops: tuple[int, str], status: int = 200, **more: object) -> Response:
    return answer(status, final_url=hops[-1][1], redirects=hops, **more)


def after(*polls: tuple[timedelta, Response], state: FeedState = REASONABLE) -> FeedState:
    """Return the state after good polls at these times."""
    for when, response in polls:
        state = poll(state, response, WHOLE, now=NOW + when).state
    return state


MOVED = redirected((301, NEW))


@pytest.mark.parametrize(
    ("polls", "learned"),
    [
        pytest.param([(0 * DAY, MOVED)], False, id="once"),
        pytest.param([(0 * DAY, MOVED), (1 * HOUR, MOVED), (2 * HOUR, MOVED)], False, id="three times in two hours"),
        pytest.param([(0 * DAY, MOVED), (8 * DAY, MOVED)], False, id="twice in eight days"),
        pytest.param([(0 * DAY, MOVED), (3 * DAY, MOVED), (7 * DAY, MOVED)], True, id="three times over seven days"),
        pytest.param([(0 * DAY, MOVED), (3 * DAY, MOVED), (7 * DAY - HOUR, MOVED)], False, id="an hour short of seven days"),
        pytest.param([(0 * DAY, MOVED), (3 * DAY, answer()), (7 * DAY, MOVED), (8 * DAY, MOVED)], False, id="not moved in between"),
        pytest.param(
            [(0 * DAY, MOVED), (3 * DAY, redirected((301, NEW + "?2"))), (7 * DAY, MOVED)], False, id="to another place in between"
        ),
        pytest.param([(n * DAY, redirected((308, NEW))) for n in (0, 4, 8)], True, id="308"),
    ],
)
def test_a_move_is_believed_after_three_polls_over_seven_days(polls: list[tuple[timedelta, Response]], learned: bool) -> None:
    """RSSOwlnix#32: NewsBlur counts ten, others wait a week; who takes the first takes the hijacker's, too."""
    state = after(*polls)
    assert (state.moved_at is not None) is learned
    assert address(FEED, state) == (NEW if learned else URL)
    assert [request.url for request in due_feeds([FEED], {FEED.id: state}, NOW + 30 * DAY)] == [NEW if learned else URL]


@pytest.mark.parametrize(
    ("response", "url"),
    [
        pytest.param(redirected((302, NEW)), URL, id="302 found"),
        pytest.param(redirected((303, NEW)), URL, id="303 see other"),
        pytest.param(redirected((307, NEW)), URL, id="307 temporary"),
        pytest.param(redirected((302, NEW), (301, NEW + "?2")), URL, id="temporary, then permanent"),
        pytest.param(
            redirected((301, NEW), (302, "https://cdn.example/x")), NEW, id="permanent, then temporary: as far as it is permanent"
        ),
        pytest.param(redirected((301, "https://wire.example/a"), (308, NEW)), NEW, id="permanent twice"),
        pytest.param(redirected((301, "https://wire.example/")), URL, id="the front page"),
        pytest.param(redirected((301, "https://wire.example/en/index.html")), URL, id="a front page by another name"),
        pytest.param(redirected((301, "http://wire.example/rss2")), URL, id="from https to http"),
        pytest.param(redirected((301, "https://wire.example/rss?token=c2VjcmV0")), URL, id="a secret in it"),
        pytest.param(redirected((301, "https://me:pw@wire.example/rss2")), URL, id="a password in it"),
        pytest.param(redirected((301, URL)), URL, id="to itself"),
    ],
)
def test_only_a_safe_and_permanent_target_is_learned(response: Response, url: str) -> None:
    """RFC 9110, 15.4; FreshRSS#2654 and Vienna#1546 tell what became of feeds whose reader learned more."""
    state = after(*((n * DAY, response) for n in (0, 4, 8, 12)))
    assert address(FEED, state) == url
    assert url == NEW or state.moved_url in ("", NEW)


ELSEWHERE = redirected((301, "https://other.example/rss"))


def test_a_move_to_another_domain_is_shown_and_never_learned() -> None:
    """A bought domain redirects for good, too: only a person can tell. Shown is since when, and no more when it has passed."""
    state = after(*((n * DAY, ELSEWHERE) for n in (0, 4, 8, 12)))
    assert (state.moved_url, state.moved_count, state.moved_since, state.moved_at) == ("https://other.example/rss", 0, NOW, None)
    assert address(FEED, state) == URL
    assert after((13 * DAY, answer()), state=state).moved_url == ""


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("https://other.example/", id="a front page"),
        pytest.param("http://other.example/rss", id="without encryption"),
        pytest.param("https://other.example/rss?token=c2VjcmV0", id="a secret in it"),
    ],
)
def test_what_is_shown_of_another_domain_is_a_good_address(target: str) -> None:
    """What may not be learned on its own domain is not shown of another."""
    assert after((0 * DAY, redirected((301, target)))).moved_url == ""


def test_a_move_at_home_after_one_elsewhere_is_counted_from_the_start() -> None:
    """What was seen elsewhere proves nothing of it."""
    state = after((0 * DAY, ELSEWHERE), (8 * DAY, MOVED), (9 * DAY, MOVED))
    assert (state.moved_url, state.moved_count, state.moved_since, state.moved_at) == (NEW, 2, NOW + 8 * DAY, None)


def test_a_target_that_gives_no_feed_is_not_learned() -> None:
    """Vienna#1546: a maintenance page took the place of the feed's URL. Failures count for nothing, and forget nothing."""
    state = REASONABLE
    for n in (0, 4, 8, 12):
        state = poll(state, MOVED, Rejection(Stage.PARSE, "not_a_feed"), now=NOW + n * DAY).state
        state = poll(state, redirected((301, NEW), status=404), now=NOW + n * DAY).state
    assert (state.moved_url, state.moved_at) == ("", None)


def test_304_through_a_redirect_counts() -> None:
    """A feed that is not modified is a feed."""
    state = after((0 * DAY, MOVED))
    state = poll(state, redirected((301, NEW), status=304, body=b""), now=NOW + 4 * DAY).state
    state = poll(state, redirected((301, NEW), body=BODY), now=NOW + 8 * DAY).state
    assert state.moved_at == NOW + 8 * DAY


LEARNED = replace(REASONABLE, moved_url=NEW, moved_count=3, moved_since=NOW - 9 * DAY, moved_at=NOW - DAY)


def test_both_addresses_are_asked_in_turn_while_both_fail() -> None:
    """Whichever comes back first is found, and nothing is forgotten meanwhile."""
    state, asked = LEARNED, []
    for _ in range(4):
        asked.append(address(FEED, state))
        state = poll(state, answer(500, url=asked[-1])).state
    assert asked == [NEW, URL, NEW, URL]
    assert state.moved_url == NEW


def test_who_is_back_at_the_old_address_is_asked_there() -> None:
    """The new address failed, the configured one gives a feed without a redirect: the move is over."""
    state = poll(LEARNED, answer(404, url=NEW)).state
    state = poll(state, answer(), WHOLE, conditional=False).state
    assert (state.moved_url, state.moved_at, address(FEED, state)) == ("", None, URL)


def test_who_still_redirects_has_still_moved() -> None:
    """The new address failed once, the configured one leads there again: nothing changes."""
    state = poll(LEARNED, answer(503, url=NEW)).state
    state = poll(state, MOVED, WHOLE, conditional=False).state
    assert (state.moved_url, state.moved_at, address(FEED, state)) == (NEW, LEARNED.moved_at, NEW)


def test_at_the_new_address_a_good_poll_keeps_the_move() -> None:
    """It needs no redirect there."""
    assert poll(LEARNED, answer(url=NEW), WHOLE).state.moved_at == LEARNED.moved_at


def test_a_feed_with_a_secret_is_never_moved() -> None:
    """Its target may hold the secret under a name that nobody expects; the redirect is followed each time."""
    feed = replace(FEED, url="https://wire.example/rss?key=k3y", shown_url="https://wire.example/rss?key=${KEY}")
    state = REASONABLE
    for n in (0, 4, 8):
        state = poll(state, MOVED, WHOLE, feed=feed, now=NOW + n * DAY).state
    assert (state.moved_url, address(feed, state)) == ("", feed.url)
