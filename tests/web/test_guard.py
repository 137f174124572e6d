"""Where a request may lead: every address of every hop is judged when it is connected to."""

import itertools
import threading

import pytest

from tidings.model import Request
from tidings.web.client import Client

REDIRECTS = ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_followed_and_noted(web, status):
    """Positive control: a redirect between allowed servers is followed, and its chain is kept."""
    target = web.serve(web.reply(b"there"))
    start = web.serve(web.reply(b"", status, Location=target.url("/new")))
    response = web.get(start.url("/old"))
    assert (response.ok, response.body, response.final_url) == (True, b"there", target.url("/new"))
    assert response.redirects == ((int(status[:3]), target.url("/new")),)


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("hop_count", [1, 2, 3])
def test_a_redirect_to_a_forbidden_address_is_refused_at_every_hop(web, status, hop_count):
    """However many honest hops come first, the forbidden server never sees a connection."""
    forbidden = web.serve(web.reply(b"secret"))
    hops = {f"h{n}": web.reply(b"", status, Location=f"/h{n + 1}") for n in range(hop_count - 1)}
    hops[f"h{hop_count - 1}"] = web.reply(b"", status, Location=forbidden.url())
    start = web.serve(web.by_path(**hops))
    response = web.get(start.url("/h0"), allow_private=frozenset({start.pair}))
    assert (response.failure, response.body, len(response.redirects)) == ("refused_address", b"", hop_count)
    assert forbidden.connection_count == 0
    assert web.get(start.url("/h0")).body == b"secret"  # the control: allowed, the same chain arrives


LOCATIONS = [
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "javascript:alert(1)",
    "http://",
    "http://desk@127.0.0.1/",
    "gopher://127.0.0.1:70/_x",
]


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_out_of_the_web_is_refused(web, location):
    """A redirect leads to http and https only."""
    response = web.get(web.serve(web.reply(b"", "302 Found", Location=location)).url())
    if location == "http://":  # resolves to the page itself
        assert response.failure == "too_many_redirects"
    else:
        assert response.failure == "refused_address"


def test_redirects_are_counted(web):
    """As many redirects as allowed are followed, and not one more."""
    hops = {f"h{n}": web.reply(b"", "302 Found", Location=f"/h{n + 1}") for n in range(5)}
    server = web.serve(web.by_path(**hops, h5=web.reply(b"there")))
    assert web.get(server.url("/h0"), redirects_max=5).body == b"there"
    short = web.get(server.url("/h0"), redirects_max=4)
    assert (short.failure, len(short.redirects)) == ("too_many_redirects", 5)


def test_a_circle_is_left_at_once(web):
    """A page that leads back to one already seen is not asked again: without cookies it says the same."""
    server = web.serve(web.by_path(a=web.reply(b"", "302 Found", Location="/b"), b=web.reply(b"", "302 Found", Location="/a")))
    assert web.get(server.url("/a"), redirects_max=20).failure == "too_many_redirects"
    assert server.paths() == ["/a", "/b"]


def test_a_redirect_without_a_target_is_an_answer(web):
    """302 without Location leads nowhere: the status is all there is."""
    response = web.get(web.serve(web.reply(b"text", "302 Found")).url())
    assert (response.status, response.failure, response.ok) == (302, "", False)


def test_a_location_beyond_ascii_is_followed(web):
    """Servers send UTF-8 in Location; it arrives escaped."""
    server = web.serve(web.by_path(a=b"HTTP/1.1 302 Found\r\nLocation: /\xd8\xa7/x\r\nContent-Length: 0\r\n\r\n"))
    assert web.get(server.url("/a")).final_url == server.url("/%D8%A7/x")


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "0.0.0.0"])
def test_a_name_with_a_forbidden_address_is_refused(web, ip):
    """It does not matter how a forbidden address is reached: by name it is refused as by number."""
    response = web.get("http://daily.example/", resolver=lambda *_: [ip])
    assert response.failure == "refused_address"
    literal = f"[{ip}]" if ":" in ip else ip
    assert web.get(f"http://{literal}/").failure == "refused_address"


def test_only_the_allowed_addresses_of_a_name_are_used(web):
    """A name with forbidden and allowed addresses is reached at the allowed one only."""
    server = web.serve(web.reply(b"there"))
    url = f"http://daily.example:{server.port}/"
    response = web.get(url, resolver=lambda *_: ["10.0.0.1", "::1", "127.0.0.1", "169.254.169.254"])
    assert response.body == b"there"


def test_the_next_address_is_tried_when_one_does_not_answer(web):
    """A host whose first address is dead is reached at its second one."""
    server = web.serve(web.reply(b"there"))
    allowed = frozenset({server.pair, f"127.0.0.2:{server.port}"})
    url = f"http://daily.example:{server.port}/"
    assert web.get(url, resolver=lambda *_: ["127.0.0.2", "127.0.0.1"], allow_private=allowed).body == b"there"


def test_a_name_that_changes_its_address_reaches_nobody(web):
    """DNS rebinding: a name is looked up once for each connection, and what was judged is what is connected to.

    The resolver answers in turn with an allowed server and with a forbidden one.
    """
    honest, forbidden = web.twins(web.reply(b"honest"), web.reply(b"secret"))
    calls = itertools.count()
    asked = []

    def rebind(host: str, port: int) -> list[str]:
        asked.append(host)
        return [honest.host if next(calls) % 2 == 0 else forbidden.host]

    limits = web.limits(allow_private=frozenset({honest.pair}))
    with Client(limits, resolver=rebind) as client:
        responses = [client.send(Request(f"http://daily.example:{honest.port}/{n}", "feed"), web.now) for n in range(100)]
    assert [response.failure for response in responses] == ["", "refused_address"] * 50
    assert {response.body for response in responses} == {b"honest", b""}
    assert len(asked) == 100  # one question for each connection: there is no second answer to be fooled by
    assert forbidden.connection_count == 0


def test_a_name_that_turns_to_a_forbidden_address_reaches_nobody(web):
    """100 requests to a name of a forbidden server, 0 connections; the control: allowed, the same name reaches it."""
    forbidden = web.serve(web.reply(b"secret"))
    url = f"http://daily.example:{forbidden.port}/"
    with Client(web.limits(allow_private=frozenset()), resolver=lambda *_: [forbidden.host]) as client:
        failures = {client.send(Request(url, "feed"), web.now).failure for _ in range(100)}
    assert (failures, forbidden.connection_count) == ({"refused_address"}, 0)
    assert web.get(url, resolver=lambda *_: [forbidden.host]).body == b"secret"


def test_a_lookup_that_hangs_does_not_hang_the_request(web):
    """The system's resolver knows no deadline; the request does."""
    released = threading.Event()

    def hang(*_: object) -> list[str]:
        released.wait(10)
        return []

    response = web.get("http://daily.example/", resolver=hang, timeout_s=0.3)
    released.set()
    assert response.failure == "dns"


def test_a_name_that_is_not_found_is_a_failure_of_dns(web):
    """No address, an error, and a name that cannot be asked for are all `dns`."""

    def fail(*_: object) -> list[str]:
        raise OSError("Name or service not known")

    assert web.get("http://daily.example/", resolver=fail).failure == "dns"
    assert web.get("http://daily.example/", resolver=lambda *_: []).failure == "dns"
    assert web.get("http://daily.example/", resolver=lambda *_: ["nonsense"]).failure == "refused_address"


def test_numbers_in_disguise_never_reach_the_resolver(web):
    """`127.1` and `2130706433` are loopback to a resolver; here they are no addresses at all."""
    server = web.serve(web.reply(b"secret"))
    for host in ("127.1", "2130706433", "0x7f000001", "017700000001"):
        assert web.get(f"http://{host}:{server.port}/").failure == "refused_address"
    assert server.connection_count == 0
