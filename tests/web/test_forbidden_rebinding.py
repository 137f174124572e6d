"""Names that change their address between two questions (DNS rebinding), 100 times over, in every place where a name is asked for."""

import itertools
import threading

import pytest
from connections import connections

from tidings.model import Request
from tidings.web.client import Client

TIMES = 100
METADATA, PRIVATE = "169.254.169.254", "10.0.0.1"


class Turning:
    """Resolve a name to one list of addresses after the other, over and over; remember what was asked."""

    def __init__(self, *answers):
        self._answers, self._lock, self.asked = itertools.cycle(answers), threading.Lock(), []

    def __call__(self, host, port):
        with self._lock:
            self.asked.append(host)
            return next(self._answers)


@pytest.fixture
def twins(web):
    """Serve at one port of 127.0.0.2, which stands for the public web, and of 127.0.0.1, which is forbidden."""
    return web.twins(web.by_path(a=web.reply(b"public"), **{"robots.txt": web.reply(b"")}), web.reply(b"secret"))


def ask(web, public, resolver, kinds=("feed",), *, robots=False, path="/a"):
    """Ask 100 times, each time with a client that remembers nothing; return the responses and the connections begun."""
    limits = web.limits(allow_private=frozenset({public.pair}), robots=robots)
    responses = []
    with connections() as seen:
        for _, kind in zip(range(TIMES), itertools.cycle(kinds), strict=False):
            with Client(limits, resolver=resolver) as client:
                responses.append(client.send(Request(f"http://turning.example:{public.port}{path}", kind), web.now))
    return responses, seen


TURNS = {
    "forbidden at every second question": lambda good, bad: Turning([good], [bad]),
    "forbidden first": lambda good, bad: Turning([bad], [good]),
    "forbidden behind a good one": lambda good, bad: Turning([good, bad], [bad, PRIVATE]),
    "forbidden before a good one": lambda good, bad: Turning([bad, METADATA, good], [METADATA, bad]),
    "forbidden in other families": lambda good, bad: Turning(["::1", good, f"::ffff:{bad}"], ["::1", f"64:ff9b::{bad}"]),
}


@pytest.mark.parametrize("turning", TURNS.values(), ids=TURNS.keys())
def test_what_was_judged_is_what_is_connected_to(web, twins, turning):
    """Every second answer of the name is forbidden: half of the requests arrive, none at the forbidden server, and nobody is asked twice."""
    public, forbidden = twins
    resolver = turning(public.host, forbidden.host)
    responses, seen = ask(web, public, resolver, ("feed", "page"))
    assert sorted(response.failure for response in responses) == [""] * 50 + ["refused_address"] * 50
    assert (len(resolver.asked), seen) == (TIMES, [public.pair] * 50)
    assert (public.connection_count, forbidden.connection_count) == (50, 0)


def test_the_control_arrives_at_both(web, twins):
    """Positive control: where both addresses are allowed, the same name arrives at each of them 50 times."""
    public, other = twins
    limits = web.limits(allow_private=frozenset({public.pair, other.pair}))
    with connections() as seen, Client(limits, resolver=Turning([public.host], [other.host])) as client:
        bodies = [client.send(Request(f"http://turning.example:{public.port}/a", "feed"), web.now).body for _ in range(TIMES)]
    assert bodies == [b"public", b"secret"] * 50
    assert sorted(seen) == [other.pair] * 50 + [public.pair] * 50


def test_a_name_that_turns_between_robots_and_page(web, twins):
    """robots.txt comes from the public server and the page would come from the forbidden one: it is refused, 100 times."""
    public, forbidden = twins
    responses, seen = ask(web, public, Turning([public.host], [forbidden.host]), ("page",), robots=True)
    assert {response.failure for response in responses} == {"refused_address"}
    assert seen == [public.pair] * TIMES
    assert {head.split(" ")[1] for head in public.heads} == {"/robots.txt"}
    assert forbidden.connection_count == 0


def test_the_control_of_robots_and_page(web, twins):
    """Positive control: a name that stays where it is gives both, 100 times."""
    public, _ = twins
    responses, seen = ask(web, public, Turning([public.host]), ("page",), robots=True)
    assert {response.body for response in responses} == {b"public"}
    assert seen == [public.pair] * 2 * TIMES


@pytest.mark.parametrize(
    "location", ["/a", "http://turning.example:{port}/a", "//TURNING.example.:{port}/a", "http://other.example:{port}/a"]
)
def test_a_name_that_turns_between_two_hops(web, location):
    """A redirect leads back to the same name, or to one with the same address: the name is asked for again, and refused, 100 times."""
    public, forbidden = web.twins(b"", b"")
    moved = web.reply(b"", "302 Found", Location=location.format(port=public.port))
    for server, body in ((public, b"public"), (forbidden, b"secret")):
        server.answer = web.by_path(start=moved, a=web.reply(body))
    responses, seen = ask(web, public, Turning([public.host], [forbidden.host]), ("feed", "page"), path="/start")
    assert {(response.failure, len(response.redirects)) for response in responses} == {("refused_address", 1)}
    assert (seen, forbidden.connection_count) == ([public.pair] * TIMES, 0)
    control, arrived = ask(web, public, Turning([public.host]), ("feed", "page"), path="/start")
    assert {response.body for response in control} == {b"public"}
    assert arrived == [public.pair] * 2 * TIMES


def test_names_that_turn_while_many_are_asked_at_once(web, twins):
    """100 names turn at every question while 16 requests are on their way at once: not one connection to the forbidden server."""
    public, forbidden = twins
    limits = web.limits(allow_private=frozenset({public.pair}), connections_max=16)
    requests = [Request(f"http://n{number}.example:{public.port}/a", "page") for number in range(TIMES)]
    with connections() as seen, Client(limits, resolver=Turning([public.host], [forbidden.host])) as client:
        failures = [response.failure for response in client.send_all(requests, web.now)]
    assert sorted(failures) == [""] * 50 + ["refused_address"] * 50
    assert (seen, forbidden.connection_count) == ([public.pair] * 50, 0)


def test_an_address_that_does_not_answer_is_no_way_to_a_forbidden_one(web, nobody):
    """The allowed address is dead: the next one of the same answer is judged too, and the name is not asked for again."""
    ip, _, port = nobody.partition(":")
    resolver = Turning([ip, "127.0.0.2"], ["127.0.0.2"])
    with connections() as seen, Client(web.limits(allow_private=frozenset({nobody})), resolver=resolver) as client:
        response = client.send(Request(f"http://turning.example:{port}/a", "feed"), web.now)
    assert (response.failure, seen, len(resolver.asked)) == ("connect", [nobody], 1)
