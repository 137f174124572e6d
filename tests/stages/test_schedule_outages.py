"""Prove that our own outage is told from theirs."""

from dataclasses import replace

import pytest
from polled import DAY, FEED, HOUR, NOW, REASONABLE, answer, poll

from tidings.model import FeedState, Rejection, Response, Stage
from tidings.stages.schedule import Lost, Poll, just_answered, lost, not_theirs, spare

PAGE = b"<html>Welcome to the hotel"


def unreached(failure: str, host: str = "wire.example", ago_h: float | None = 1) -> Lost:
    before = replace(REASONABLE, feed_id=host, last_success_at=None if ago_h is None else NOW - ago_h * HOUR)
    response = answer(0, b"", failure=failure, url=f"https://{host}/rss", final_url=f"https://{host}/rss")
    found = lost(before, poll(before, response).state, response)
    assert found is not None
    return found


def paged(host: str, body: bytes = PAGE, final_host: str = "", status: int = 200) -> Lost:
    before = replace(REASONABLE, feed_id=host)
    response = answer(status, body, url=f"http://{host}/rss", final_url=f"http://{final_host or host}/rss")
    found = lost(before, poll(before, response, Rejection(Stage.PARSE, "not_a_feed") if status == 200 else None).state, response)
    assert found is not None
    return found


A, B, C, D, E = (f"{name}.example" for name in "abcde")
FINE = [replace(REASONABLE, last_success_at=NOW - HOUR)]


@pytest.mark.parametrize(
    ("losses", "answered", "ours"),
    [
        pytest.param([unreached("dns", A), unreached("connect", B), unreached("timeout", C)], [], [A, B, C], id="no host reached"),
        pytest.param([unreached("dns", A), unreached("dns", B), unreached("tls", C), unreached("retry_later", D)], [], [A, B, C], id="one not asked"),
        pytest.param([unreached("dns", A), unreached("connect", B)], [], [], id="two hosts may be dead"),
        pytest.param([unreached("dns", A)] * 3, [], [], id="one host only"),
        pytest.param([unreached("dns", A), unreached("dns", B), unreached("retry_later", C)], [], [], id="two asked"),
        pytest.param([], [], [], id="none due"),
        pytest.param([unreached("dns", h) for h in (A, B, C, D)], [E], [A, B, C, D], id="all but one: it is in our own network, or has IPv6"),
        pytest.param([unreached("dns", h) for h in (A, B, C)], [D, E], [], id="three of five: their hosting company's outage"),
        pytest.param([unreached("dns", h, 400) for h in (A, B, C, D)], [E], [], id="dead for weeks, and one that lives"),
        pytest.param([*(unreached("dns", h, 400) for h in (A, B, C, D)), unreached("dns", E)], ["f.example", "g.example"], [], id="dead ones do not vote"),
        pytest.param([paged(A), paged(B), paged(C)], [], [A, B, C], id="one page from three hosts: a log-in page of ours (ruTorrent#1024)"),
        pytest.param([paged(A), paged(B), unreached("tls", C)], [], [], id="one page from two hosts"),
        pytest.param([paged(A), paged(B), paged(C), unreached("tls", D)], [], [A, B, C, D], id="log-in page where it can, TLS where it cannot"),
        pytest.param([paged(A, b"1", "portal.example"), paged(B, b"2", "portal.example"), paged(C, b"3", "portal.example")], [], [A, B, C], id="led to one host"),
        pytest.param([paged(h, h.encode(), status=511) for h in (A, B, C)], [], [A, B, C], id="511, RFC 6585"),
        pytest.param([paged(h, h.encode()) for h in (A, B, C)], [], [], id="each its own page: three feeds broke"),
        pytest.param([paged(A), paged(B), paged(C)], [D, E, "f.example"], [], id="one company's log-in page, while others answer"),
        pytest.param([*(unreached("dns", h) for h in (A, B, C)), paged(D, b"own"), paged(E, b"its own")], [], [], id="two answered, if nonsense"),
    ],
)  # fmt: skip
def test_whose_outage_it_was(losses: list[Lost], answered: list[str], ours: list[str]) -> None:
    """At least three hosts, and four of five of those that answered lately: then it is ours."""
    assert sorted(not_theirs(losses, answered, FINE)) == sorted(set(ours))


@pytest.mark.parametrize(
    ("ago", "latest_ago", "down"),
    [
        pytest.param((72, 60, 50), 1, False, id="dead ones beside one that answers"),
        pytest.param((72, 60, 20), 1, True, id="one answered a day ago"),
        pytest.param((172, 160, 150), 150, True, id="none answered for days, and no other did"),
        pytest.param((None, None, None), None, True, id="never anybody"),
        pytest.param((None, None, None), 100, False, id="never these"),
    ],
)
def test_dead_feeds_are_not_our_network(ago: tuple[int | None, ...], latest_ago: int | None, down: bool) -> None:
    """The fault is ours only while one of those asked answered within a day of the last answer of any feed."""
    losses = [unreached("dns", f"{n}.example", hours) for n, hours in enumerate(ago)]
    latest = None if latest_ago is None else NOW - latest_ago * HOUR
    assert bool(not_theirs(losses, [], [replace(REASONABLE, last_success_at=latest)])) is down


@pytest.mark.parametrize("response", [answer(500), answer(404), answer(0, b"", failure="protocol"), answer(304, b"")])
def test_what_a_host_said_itself_is_clear_at_once(response: Response) -> None:
    """Only who was not reached, or answered with a page, waits for the end of the run."""
    assert lost(REASONABLE, poll(REASONABLE, response).state, response) is None


def test_answers_to_a_run_that_was_killed_count() -> None:
    """Those that it recorded are not asked again minutes later; that they answered shows that the network is there."""
    feeds = [replace(FEED, id=host, url=f"https://{host}/rss") for host in (A, B, C, D)]
    ages = (0 * HOUR, HOUR / 6, HOUR / 5, -HOUR)
    states = {one.id: replace(REASONABLE, feed_id=one.id, answered_at=NOW - age) for one, age in zip(feeds, ages, strict=True)}
    assert just_answered([*feeds, replace(FEED, id="new")], states, NOW) == {A, B}


def test_a_good_poll_is_clear_whatever_was_wrong_before() -> None:
    """A 304 leaves the word of an error in a body; that makes no failure of it."""
    before = replace(REASONABLE, failure="not_a_feed", last_error="not_a_feed")
    found = poll(before, answer(304, b""))
    assert (found.outcome, found.state.failure) == ("unchanged", "not_a_feed")
    assert lost(before, found.state, answer(304, b"")) is None


def test_who_asked_for_time_gets_it() -> None:
    """Retry-After stands, outage or not."""
    response = answer(0, b"", failure="timeout", headers={"retry-after": "21600"})
    found = lost(REASONABLE, poll(REASONABLE, response, retry_after_s=21600).state, response)
    assert found is not None
    assert found.waits
    assert not_theirs([found, unreached("dns", A), unreached("dns", B)], [], FINE) == {A, B}


@pytest.mark.parametrize(
    ("before", "wait_h"),
    [
        pytest.param(replace(REASONABLE, failures_in_row=6), 0.5, id="out of reach"),
        pytest.param(replace(REASONABLE, failures_in_row=6, interval_s=600), 1 / 6, id="a busy feed"),
        pytest.param(replace(REASONABLE, failures_in_row=6, gone_count=3, gone_since=NOW - DAY), 168, id="gone"),
    ],
)
def test_what_was_not_the_feeds_fault_does_not_put_it_off(before: FeedState, wait_h: float) -> None:
    """The failure is counted, and the feed is due at its usual time."""
    found: Poll = spare(poll(before, answer(0, b"", failure="dns")), NOW)
    assert (found.state.failures_in_row, found.state.next_due_at) == (7, NOW + wait_h * HOUR)
    assert found.feed == FEED
