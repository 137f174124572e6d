"""A request that is redirected to another host takes its turn there: manners hold for whoever is asked, not for whoever was linked."""

import socket
import threading
import time
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.model import Request
from tidings.web.client import Client
from tidings.web.failures import RETRY_LATER, RUN_OVER
from tidings.web.turns import Turns


def turns(urls: list[str], pause_s: float = 1.0, per_host_max: int = 2) -> tuple[Turns, list[Request]]:
    asked = [Request(url, "page") for url in urls]
    return Turns(asked, lambda request: request.url.partition("/")[0], lambda _: pause_s, lambda _: per_host_max), asked


def test_a_guest_waits_for_the_pause_of_the_host_and_comes_before_its_own_line():
    """One host is asked at 0; who is redirected there at 0.5 starts at 1, and its own second request at 2."""
    line, [from_a, *_] = turns(["a/1", "b/1", "b/2"])
    assert [line.take(0.0).url, line.take(0.0).url] == ["a/1", "b/1"]
    line.leave(from_a, "b")
    assert not line.enter(from_a, "b", 0.5)
    assert line.guest_wait_s("b", 0.5) == 0.5
    assert line.take(1.0) is None
    assert line.enter(from_a, "b", 1.0)
    assert line.take(1.9) is None
    line.done(from_a)
    assert line.take(2.0).url == "b/2"


def test_a_guest_makes_room_where_it_comes_from_and_takes_it_where_it_goes():
    """No more than `per_host_max` run at once, guests counted; the wait then depends on one that is running."""
    line, [first, second, third] = turns(["a/1", "a/2", "a/3"], pause_s=0.0, per_host_max=1)
    assert line.take(0.0) is first
    assert line.take(0.0) is None
    line.leave(first, "b")
    assert line.take(0.0) is second
    assert line.enter(first, "b", 0.0)
    line.leave(second, "b")
    assert not line.enter(second, "b", 0.0)
    assert line.guest_wait_s("b", 0.0) is None
    line.done(first)
    assert line.enter(second, "b", 0.0)
    assert line.take(0.0) is third


def test_what_is_no_address_has_turns_too():
    """More of them than run at once: each gives its turn back."""
    line, asked = turns(["/1", "/2", "/3"], pause_s=0.0, per_host_max=1)
    for request in asked:
        assert line.take(0.0) is request
        line.done(request)


def test_who_gives_up_waiting_blocks_nobody():
    """The host's own line goes on."""
    line, [from_a, *_] = turns(["a/1", "b/1", "b/2"])
    line.take(0.0)
    line.take(0.0)
    line.leave(from_a, "b")
    line.give_up("b")
    line.done(from_a)
    assert line.take(1.0).url == "b/2"


@given(st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from("abcd"), max_size=3)), max_size=20), st.integers(1, 2))
def test_however_hosts_redirect_to_each_other_every_request_ends(ways, per_host_max):
    """Also in circles; never too many at a host, never within its pause, and nothing waits for ever."""
    line, asked = turns([f"{start}/{number}" for number, (start, _) in enumerate(ways)], per_host_max=per_host_max)
    left = {request.url: list(way) for request, (_, way) in zip(asked, ways, strict=True)}
    running, waiting, starts, now, ended = {}, {}, {}, 0.0, 0
    while ended < len(asked):
        assert now < 10 * len(asked) + 10
        while (request := line.take(now)) is not None:
            running[id(request)] = (request, request.url[0])
            starts.setdefault(request.url[0], []).append(now)
        for key, (request, host) in list(waiting.items()):
            if line.enter(request, host, now):
                running[key] = waiting.pop(key)
                starts.setdefault(host, []).append(now)
        assert all(count <= per_host_max for count in Counter(host for _, host in running.values()).values())
        for key, (request, _) in list(running.items()):
            del running[key]
            if left[request.url]:
                waiting[key] = (request, left[request.url].pop(0))
                line.leave(*waiting[key])
            else:
                line.done(request)
                ended += 1
        now += 0.5
    assert all(after - before >= 1.0 for at in starts.values() for before, after in pairwise(at))


@pytest.mark.slow
def test_many_that_are_redirected_to_one_host_come_one_by_one(web):
    """Six sites lead to one: it sees at most `per_host_max` of them at once, and a pause between two starts, on the client's own clock."""
    lock, open_now, most = threading.Lock(), Counter(), Counter()

    def answer(connection: socket.socket, head: str) -> None:
        with lock:
            open_now["there"] += 1
            most["there"] = max(most["there"], open_now["there"])
        time.sleep(0.05)
        with lock:
            open_now["there"] -= 1
        connection.sendall(web.reply(b"page"))

    there = web.serve(answer, host="127.0.0.2")
    here = web.serve(lambda connection, _: connection.sendall(web.reply(status="302 Found", Location=there.url("/"))))
    hosts = [f"paper{number}.example" for number in range(6)]
    limits = web.limits(connect_to=dict.fromkeys(hosts, here.pair), per_host_max=1, pause_s=0.1)
    with Client(limits) as client:
        started = time.monotonic()
        responses = list(client.send_all([Request(f"http://{host}/", "page") for host in hosts], web.now))
    assert [response.body for response in responses] == [b"page"] * 6
    assert most == {"there": 1}
    assert time.monotonic() - started >= 0.5


@pytest.mark.slow
def test_what_still_waits_for_its_turn_when_the_time_is_over_was_not_asked(web):
    """The run's time for asking ends: who waits for another host is put off, and the waiting was none of its own time."""
    there = web.serve(web.reply(b"page"), host="127.0.0.2")
    here = web.serve(lambda connection, _: connection.sendall(web.reply(status="302 Found", Location=there.url("/"))))
    hosts = ["paper0.example", "paper1.example"]
    limits = web.limits(connect_to=dict.fromkeys(hosts, here.pair), per_host_max=1, pause_s=3_600.0, fetch_s_max=5.0)
    with Client(limits) as client:
        responses = list(client.send_all([Request(f"http://{host}/", "page") for host in hosts], web.now))
    assert sorted((response.body, response.failure, response.detail) for response in responses) == [
        (b"", RETRY_LATER, RUN_OVER),
        (b"page", "", ""),
    ]
