"""Whose turn it is, decided on a plain number for a clock."""

import math

from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Request
from tidings.web.turns import Turns


def host(request: Request) -> str:
    return request.url.partition("/")[0]


def turns(urls: list[str], pause_s: float = 1.0, per_host_max: int = 2) -> Turns:
    return Turns([Request(url, "page") for url in urls], host, lambda _: pause_s, lambda _: per_host_max)


def urls_now(line: Turns, now: float) -> list[str]:
    taken = []
    while (request := line.take(now)) is not None:
        taken.append(request.url)
    return taken


def test_every_host_starts_at_once_and_waits_for_itself():
    """The first requests of all hosts may start together; the second ones wait for the pause of their host."""
    line = turns(["a/1", "a/2", "a/3", "b/1", "c/1"])
    assert urls_now(line, 0.0) == ["a/1", "b/1", "c/1"]
    assert line.wait_s(0.25) == 0.75
    assert urls_now(line, 0.9) == []
    assert urls_now(line, 1.0) == ["a/2"]


def test_a_host_with_enough_running_waits_until_one_is_done():
    """No pause lets more than `per_host_max` run at once, and then the wait depends on a response, not on the clock."""
    line = turns(["a/1", "a/2", "a/3"], pause_s=0.0)
    assert urls_now(line, 0.0) == ["a/1", "a/2"]
    assert (line.wait_s(0.0), line.left_count) == (None, 1)
    line.done(Request("a/1", "page"))
    assert urls_now(line, 0.0) == ["a/3"]
    assert line.left_count == 0


def test_the_pause_counts_from_the_start():
    """A response that comes late does not add to the pause, one that comes early does not shorten it."""
    line = turns(["a/1", "a/2", "a/3"], per_host_max=1)
    assert urls_now(line, 0.0) == ["a/1"]
    line.done(Request("a/1", "page"))
    assert urls_now(line, 0.5) == []
    assert urls_now(line, 1.0) == ["a/2"]
    line.done(Request("a/2", "page"))
    assert urls_now(line, 7.0) == ["a/3"]


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=40), st.integers(1, 3), st.randoms())
def test_every_request_has_its_turn_once_and_limits_hold(hosts, per_host_max, random):
    """In any order of responses all requests are handed out exactly once, never too many of a host, never too early."""
    urls = [f"{name}/{number}" for number, name in enumerate(hosts)]
    line, now, running, taken, starts = turns(urls, per_host_max=per_host_max), 0.0, [], [], {}
    while line.left_count or running:
        while (request := line.take(now)) is not None:
            name = host(request)
            assert now - starts.get(name, -1.0) >= 1.0
            starts[name] = now
            running.append(request)
            taken.append(request.url)
            assert sum(host(other) == name for other in running) <= per_host_max
        if running and random.random() < 0.7:
            line.done(running.pop(random.randrange(len(running))))
        now += 0.5
    assert sorted(taken) == sorted(urls)


def test_a_pause_is_longer_by_chance_and_never_shorter():
    """The jitter is at most a quarter of the pause, and comes from the source that is given."""
    for chance, second in ((0.0, 1.0), (0.4, 1.1), (1.0, 1.25)):
        line = Turns([Request(url, "page") for url in ("a/1", "a/2")], host, lambda _: 1.0, lambda _: 2, lambda chance=chance: chance)
        assert urls_now(line, 0.0) == ["a/1"]
        assert line.wait_s(0.0) == second


def test_a_pause_that_is_learned_later_holds_from_the_next_start_on():
    """What a host wants may be known only after its first request began: the turn that was set before is set later."""
    pause = [1.0]
    line = Turns([Request(url, "page") for url in ("a/1", "a/2", "b/1")], host, lambda _: pause[0], lambda _: 2)
    assert urls_now(line, 0.0) == ["a/1", "b/1"]
    pause[0] = 10.0
    assert urls_now(line, 9.0) == []
    assert line.wait_s(9.0) == 1.0
    assert urls_now(line, 10.0) == ["a/2"]


def test_a_host_that_is_not_known_yet_is_asked_alone():
    """As many at once as is said at that moment: one at first, more when the first has told how the host wants to be treated."""
    at_once = [1]
    line = Turns([Request(url, "page") for url in ("a/1", "a/2", "a/3")], host, lambda _: 0.0, lambda _: at_once[0])
    assert urls_now(line, 0.0) == ["a/1"]
    at_once[0] = 2
    line.done(Request("a/1", "page"))
    assert urls_now(line, 0.0) == ["a/2", "a/3"]


def test_at_the_end_of_time_nobody_waits():
    """When the time is over all that is left is handed out at once, whatever the pauses."""
    line = turns([f"a/{n}" for n in range(9)], pause_s=3_600.0, per_host_max=9)
    assert urls_now(line, 0.0) == ["a/0"]
    assert len(urls_now(line, math.inf)) == 8
    assert line.left_count == 0
