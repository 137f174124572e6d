"""Many requests: all of them answered, none in the way of another."""

import socket
import threading
import time
from collections import Counter
from ipaddress import ip_address

import pytest

from tidings.model import Request
from tidings.web.client import Client

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server


def names(count: int) -> list[str]:
    return [f"paper{n}.example" for n in range(count)]


def requests(hosts: list[str], each: int) -> list[Request]:
    return [Request(f"http://{host}/{n}", "page", subject_id=f"{host}{n}") for host in hosts for n in range(each)]


def test_every_request_has_one_response(web):
    """All requests are answered once each, failed ones too, in whatever order."""
    server = web.serve(web.reply(b"page"))
    hosts = names(5)
    asked = [*requests(hosts, 8), Request("nonsense", "page"), Request("http://nowhere.example/", "page")]
    limits = web.limits(connect_to=dict.fromkeys(hosts, server.pair))
    with Client(limits, resolver=lambda *_: []) as client:
        responses = list(client.send_all(asked, web.now))
        assert list(client.send_all([], web.now)) == []
    assert Counter(response.url for response in responses) == Counter(request.url for request in asked)
    assert Counter(response.failure for response in responses) == {"": 40, "refused_address": 1, "dns": 1}


def test_few_requests_run_at_once_to_one_host(web):
    """At most `per_host_max` connections of one host are open, while another host has its own."""
    lock, open_now, most = threading.Lock(), Counter(), Counter()

    def answer(connection: socket.socket, head: str) -> None:
        host = head.partition("Host: ")[2].partition("\r\n")[0]
        with lock:
            open_now[host] += 1
            most[host] = max(most[host], open_now[host])
        time.sleep(0.01)
        with lock:
            open_now[host] -= 1
        connection.sendall(web.reply(b"page"))

    server = web.serve(answer)
    hosts = names(3)
    limits = web.limits(connect_to=dict.fromkeys(hosts, server.pair), per_host_max=2, connections_max=12)
    with Client(limits) as client:
        assert sum(response.ok for response in client.send_all(requests(hosts, 10), web.now)) == 30
    assert max(most.values()) <= 2
    assert len(most) == 3


def test_a_slow_host_holds_up_nobody(web):
    """Three hosts whose first pages hang: all pages of the others arrive before anything of theirs."""
    release = threading.Event()

    def answer(connection: socket.socket, head: str) -> None:
        if "Host: paper0." in head or "Host: paper1." in head or "Host: paper2." in head:
            release.wait(60)
        connection.sendall(web.reply(b"page"))

    server = web.serve(answer)
    hosts = names(6)
    limits = web.limits(connect_to=dict.fromkeys(hosts, server.pair), per_host_max=2, connections_max=8)
    with Client(limits) as client:
        stream = client.send_all(requests(hosts, 6), web.now)
        first = [next(stream).url for _ in range(18)]
        release.set()
        rest = [response.url for response in stream]
    assert all(url.startswith(("http://paper3", "http://paper4", "http://paper5")) for url in first)
    assert len(rest) == 18


def test_few_responses_are_kept_ahead_of_the_reader(web):
    """A reader who stops reading stops the fetching: bodies do not pile up."""
    server = web.serve(web.reply(b"page"))
    hosts = names(10)
    limits = web.limits(connect_to=dict.fromkeys(hosts, server.pair), connections_max=4)
    with Client(limits) as client:
        stream = client.send_all(requests(hosts, 10), web.now)
        next(stream)
        time.sleep(0.3)
        assert server.connection_count <= 1 + 2 * 4
        assert sum(1 for _ in stream) == 99
    assert server.connection_count == 100


def test_an_abandoned_reader_ends_the_fetching(web):
    """Closing the iterator stops the threads after what they are doing."""
    server = web.serve(web.reply(b"page"))
    limits = web.limits(connect_to=dict.fromkeys(names(10), server.pair), connections_max=4)
    with Client(limits) as client:
        stream = client.send_all(requests(names(10), 10), web.now)
        next(stream)
        stream.close()
        for thread in [one for one in threading.enumerate() if one.name.startswith("tidings-web")]:
            thread.join(30)
            assert not thread.is_alive()
    assert server.connection_count < 100


def test_requests_to_one_host_start_with_a_pause(web):
    """The pause lies between two starts to one host, on the client's own clock."""
    server = web.serve(web.reply(b"page"))
    with Client(web.limits(pause_s=0.1)) as client:
        started = time.monotonic()
        responses = list(client.send_all([Request(server.url(f"/{n}"), "page") for n in range(4)], web.now))
    assert all(response.ok for response in responses)
    assert time.monotonic() - started >= 0.3


def test_a_host_played_by_this_machine_needs_no_pause(web):
    """`connect_to` a loopback address: nobody is to be spared, so a pause of an hour does not matter."""
    server = web.serve(web.reply(b"page"))
    limits = web.limits(pause_s=3_600.0, connect_to={"paper0.example": server.pair})
    assert ip_address(server.host).is_loopback
    with Client(limits) as client:
        assert len(list(client.send_all(requests(names(1), 5), web.now))) == 5


def test_a_host_out_of_reach_costs_few_tries(web, nobody):
    """After four failures in a row the rest of a host's pages are put off, unsent; another host's pages all arrive."""
    hosts = names(2)
    server = web.serve(web.reply(b"page"))
    limits = web.limits(connect_to=dict(zip(hosts, (nobody, server.pair), strict=True)), allow_private=frozenset({nobody, server.pair}))
    with Client(limits) as client:
        responses = list(client.send_all(requests(hosts, 20), web.now))
    failures = Counter(response.failure for response in responses)
    assert failures[""] == 20
    assert 4 <= failures["connect"] <= 5  # two at once: the fifth may be on its way already
    assert failures["retry_later"] == 20 - failures["connect"]


def test_an_answer_ends_a_row_of_failures(web):
    """Pages that cannot be had now and then, between others of the site that arrive, put nobody off."""
    server = web.serve(lambda connection, head: server.stop.wait(20) if "hang" in head else connection.sendall(web.reply(b"page")))
    with Client(web.limits(timeout_s=0.3)) as client:
        for _ in range(3):
            assert client.send(Request(server.url("/hang"), "page"), web.now).failure == "timeout"
            assert client.send(Request(server.url("/hang"), "page"), web.now).failure == "timeout"
            assert client.send(Request(server.url(), "page"), web.now).ok
    assert server.connection_count == 9


def test_links_to_closed_ports_do_not_silence_a_site(web, nobody):
    """Whoever writes links to closed ports of another's host gets these put off, and not the site that answers there."""
    server = web.serve(web.reply(b"page"))
    links = [f"http://{nobody}/{n}" for n in range(6)]
    with Client(web.limits(allow_private=frozenset({nobody, server.pair}))) as client:
        failures = Counter(response.failure for response in client.send_all([Request(link, "page") for link in links], web.now))
        assert failures["retry_later"] >= 1  # the control
        assert client.send(Request(server.url(), "page"), web.now).ok


@pytest.mark.parametrize("robots", [False, True])
def test_a_redirect_at_the_last_moment_does_not_silence_its_target(web, robots):
    """A server that leads to another's page when the time is nearly over does not make that one a host out of reach."""

    def slowly(connection, head):
        time.sleep(0.3)
        connection.sendall(web.reply(b"page"))

    def late(connection, head):
        time.sleep(0 if "robots" in head else 0.9)
        connection.sendall(web.reply(status="302 Found", Location=other.url("/feed")))

    other, hostile = web.serve(slowly, host="127.0.0.2"), web.serve(late)
    with Client(web.limits(timeout_s=1.0, robots=robots)) as client:
        for n in range(4):
            assert client.send(Request(hostile.url(f"/{n}"), "page"), web.now).failure == "timeout"
        assert client.send(Request(other.url(), "page"), web.now).ok
