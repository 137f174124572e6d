"""Forbidden addresses as they may be written, in every way in which an answer can send us on."""

import pytest
from connections import connections
from spellings import SPELLINGS

from tidings.model import Request
from tidings.text.urls import absolute
from tidings.web.client import Client

pytestmark = pytest.mark.slow  # some 3,000 connections on loopback
every_spelling = pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS.keys())
STATUSES = ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect")
START = "start.example"


def answered(status: str, head: str = "", body: str = "") -> bytes:
    """Write an answer as it goes over the wire; what stands in `head` is as hostile as it likes to be."""
    data = body.encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(data)}\r\n{head}\r\n".encode() + data


def on_one_line(spelling, port: int) -> str:
    """Write a spelling as a header can hold it."""
    return spelling.at(port).replace("\n", "").replace("\r", "").replace("\x00", "%00")


@pytest.fixture
def start(web):
    """Serve whatever its `reply` holds at the moment."""
    server = web.serve(lambda connection, _: connection.sendall(server.reply))
    return server


def follow(trap, start, spelling, kind, *, allowed=False, robots=False):
    """Ask the start; return the response and the connections begun beyond those to the start itself."""
    resolver = trap.resolve if allowed else spelling.resolve
    pairs = {start.pair} | (trap.pairs if allowed else set())
    limits = trap.limits(allow_private=frozenset(pairs), connect_to={START: start.pair}, robots=robots)
    with connections() as seen, Client(limits, resolver=resolver) as client:
        response = client.send(Request(f"http://{START}/", kind), trap.now)
    return response, [pair for pair in seen if pair != start.pair]


def leads_home(spelling, port: int) -> bool:
    """Tell whether a spelling, read as a link of the start, is only another page of it."""
    return absolute(f"http://{START}/", on_one_line(spelling, port)).startswith(f"http://{START}/")


@every_spelling
def test_a_redirect_to_a_forbidden_address_connects_to_nobody(trap, start, spelling):
    """Whatever the status, the spelling and the kind of request: the redirect is refused before a connection begins."""
    expected = "too_many_redirects" if leads_home(spelling, trap.port) else "refused_address"
    for status, kind in zip(STATUSES, ("feed", "page", "robots", "feed", "page"), strict=True):
        start.reply = answered(status, f"Location: {on_one_line(spelling, trap.port)}\r\n")
        response, seen = follow(trap, start, spelling, kind)
        assert (response.failure, response.body, seen) == (expected, b"", [])


@every_spelling
def test_the_same_redirect_is_followed_where_it_is_allowed(trap, start, spelling):
    """Positive control: in the same spelling, or as plain numbers, a redirect arrives when its target is allowed."""
    for status in (STATUSES[0], STATUSES[3]):
        start.reply = answered(status, f"Location: {on_one_line(trap.control(spelling), trap.port)}\r\n")
        response, seen = follow(trap, start, spelling, "page", allowed=True)
        assert (response.body, len(seen)) == (b"trapped", 1)
        assert set(seen) <= trap.pairs


@every_spelling
def test_nothing_but_a_redirect_sends_us_on(trap, start, spelling):
    """Refresh, Link, Content-Location and Alt-Svc, a refresh in the page, its frames and scripts: none is followed, not even where it is allowed."""
    url = on_one_line(spelling, trap.port)
    head = f'Refresh: 0; url={url}\r\nLink: <{url}>; rel=canonical\r\nContent-Location: {url}\r\nAlt-Svc: h2="127.0.0.1:{trap.port}"\r\n'
    body = f'<meta http-equiv="refresh" content="0;url={url}"><link rel=prefetch href="{url}"><iframe src="{url}"></iframe><script>location="{url}"</script>'
    for status in ("200 OK", "300 Multiple Choices", "503 Service Unavailable"):
        start.reply = answered(status, f"{head}Location: {url}\r\n", body)
        response, seen = follow(trap, start, spelling, "page", allowed=True)
        assert (str(response.status), response.redirects, seen) == (status[:3], (), [])


@every_spelling
def test_robots_txt_sends_nobody_to_a_forbidden_address(trap, spelling, web):
    """A robots.txt that redirects there costs the page, not a connection."""
    moved = answered("302 Found", f"Location: {on_one_line(spelling, trap.port)}\r\n")
    server = web.serve(web.by_path(**{"robots.txt": moved, "root": web.reply(b"page")}))
    response, seen = follow(trap, server, spelling, "page", robots=True)
    assert seen == []
    assert response.failure == "refused_address" or leads_home(spelling, trap.port)


@every_spelling
def test_what_robots_txt_names_is_never_asked_for(trap, spelling, web):
    """Sitemaps and hosts in robots.txt are none of our business, even where they are allowed."""
    url = on_one_line(spelling, trap.port)
    named = answered("200 OK", "", f"Sitemap: {url}\nHost: {url}\nUser-agent: *\nAllow: /\nSitemap: {url}\n")
    server = web.serve(web.by_path(**{"robots.txt": named, "root": web.reply(b"page")}))
    response, seen = follow(trap, server, spelling, "page", allowed=True, robots=True)
    assert (response.body, seen, server.paths()) == (b"page", [], ["/robots.txt", "/"])


@every_spelling
def test_robots_txt_elsewhere_is_asked_for_where_it_is_allowed(trap, spelling, web):
    """Positive control: the same redirect of robots.txt arrives, and says that all may be fetched."""
    moved = answered("302 Found", f"Location: {on_one_line(trap.control(spelling), trap.port)}\r\n")
    server = web.serve(web.by_path(**{"robots.txt": moved, "root": web.reply(b"page")}))
    response, seen = follow(trap, server, spelling, "page", allowed=True, robots=True)
    assert (response.body, len(seen)) == (b"page", 1)
