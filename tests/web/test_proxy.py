"""A proxy leads to the address that was judged, or nowhere; the environment never leads to one."""

import shutil
import socket
import ssl
import threading
from contextlib import suppress

import pytest
from test_tls import make_certificate, trusting

from tidings.web.addresses import judge_proxy
from tidings.web.limits import Limits


def proxy(web, asked: list[str], answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n", host: str = "127.0.0.3"):
    """Serve a proxy that connects where it is told, and notes where that was."""

    def connect(connection: socket.socket, head: str) -> None:
        asked.append(head)
        connection.sendall(answer)
        if not answer.startswith(b"HTTP/1.1 200"):
            return
        place, _, port = head.split(" ")[1].rpartition(":")
        with socket.create_connection((place.strip("[]"), int(port)), timeout=10) as onward:
            there = threading.Thread(target=pipe, args=(connection, onward), daemon=True)
            there.start()
            pipe(onward, connection)
            there.join(10)

    server = web.serve(connect, host=host)
    web.servers.remove(server)  # so that its address is in no list of private addresses
    return server


def pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def test_a_request_goes_through_the_proxy_to_the_judged_address(web):
    """The proxy is told the address and port, never a name or a path, and nothing of the request but what the site gets."""
    asked: list[str] = []
    server = web.serve(web.reply(b"page"))
    through = proxy(web, asked)
    url = f"http://daily.example:{server.port}/secret?a=b"
    response = web.get(url, resolver=lambda *_: ["127.0.0.1"], proxy=through.pair)
    assert response.body == b"page"
    assert asked == [f"CONNECT {server.pair} HTTP/1.1\r\nHost: {server.pair}\r\n\r\n"]
    assert server.paths() == ["/secret?a=b"]
    assert web.get(url, resolver=lambda *_: ["127.0.0.1"]).ok  # the control: without a proxy it is not asked
    assert len(asked) == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, to make a certificate, is not installed")
def test_tls_is_checked_against_the_name_of_the_site(web, tmp_path):
    """Through the proxy the certificate is still the site's own, for the site's name; a proxy in between is found out."""
    folder = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = web.serve(web.reply(b"page"), tls=context)
    asked: list[str] = []
    through = proxy(web, asked)
    options = {"proxy": through.pair, "connect_to": {"daily.example": server.pair, "weekly.example": server.pair}}
    assert web.get("https://daily.example/", tls=trusting(folder), **options).body == b"page"
    assert web.get("https://weekly.example/", tls=trusting(folder), **options).failure == "tls"
    assert web.get("https://daily.example/", **options).failure == "tls"
    assert all(head.startswith(f"CONNECT {server.pair} ") for head in asked)


def test_a_forbidden_address_is_refused_before_the_proxy_is_asked(web):
    """With a proxy the target is judged all the same, at every hop: the proxy is not even connected to."""
    asked: list[str] = []
    through = proxy(web, asked)
    assert web.get("http://10.0.0.1/", proxy=through.pair).failure == "refused_address"
    assert web.get("http://daily.example/", resolver=lambda *_: ["169.254.169.254"], proxy=through.pair).failure == "refused_address"
    assert through.connection_count == 0
    server = web.serve(web.reply(b"", "302 Found", Location="http://192.168.1.1/"))
    response = web.get(server.url(), proxy=through.pair)
    assert (response.failure, len(response.redirects), len(asked)) == ("refused_address", 1, 1)


def test_the_proxy_itself_is_no_target(web):
    """The address of the proxy is reached as a proxy only, even where it is allowed by name or listed as private."""
    asked: list[str] = []
    through = proxy(web, asked)
    for allowed in (frozenset(), frozenset({through.pair})):
        response = web.get(f"http://{through.pair}/", proxy=through.pair, allow_private=allowed)
        assert (response.failure, through.connection_count) == ("refused_address", 0)


REFUSALS = {
    "forbidden": (b"HTTP/1.1 403 Forbidden\r\n\r\n", "connect"),
    "password wanted": (b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n", "connect"),
    "bad gateway": (b"HTTP/1.0 502 Bad Gateway\r\n\r\n", "connect"),
    "interim answer": (b"HTTP/1.1 100 Continue\r\n\r\n", "connect"),
    "moved": (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\n\r\n", "connect"),
    "no HTTP": (b"SOCKS5\r\n\r\n", "protocol"),
    "endless head": (b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 5_000, "protocol"),
    "nothing": (b"", "connect"),
    "half a head": (b"HTTP/1.1 2", "connect"),
}


@pytest.mark.parametrize(("answer", "failure"), REFUSALS.values(), ids=REFUSALS)
def test_a_proxy_that_does_not_connect_us_is_a_failure(web, answer, failure):
    """Whatever a proxy says but yes fails the request, within bounds, and there is no way round it."""
    server = web.serve(web.reply(b"page"))
    through = web.serve(answer, host="127.0.0.3")
    response = web.get(server.url(), proxy=through.pair)
    assert (response.failure, response.body, server.connection_count) == (failure, b"", 0)
    assert "proxy" in response.detail


def test_a_proxy_that_hangs_costs_one_deadline(web):
    """The wait for a proxy is part of the one deadline, and ends there."""
    server = web.serve(web.reply(b"page"))
    through = web.serve(lambda *_: web.servers[-1].stop.wait(5), host="127.0.0.3")
    response = web.get(server.url(), proxy=through.pair, timeout_s=0.3)
    assert (response.failure, server.connection_count) == ("timeout", 0)


def test_a_proxy_that_is_not_there_is_a_failure_to_connect(web, nobody):
    """There is no way round a dead proxy."""
    server = web.serve(web.reply(b"page"))
    response = web.get(server.url(), proxy=nobody)
    assert (response.failure, server.connection_count) == ("connect", 0)


def test_robots_and_redirects_go_through_the_proxy(web):
    """Every exchange does: robots.txt, the page, and where it leads."""
    asked: list[str] = []
    through = proxy(web, asked)
    target = web.serve(web.reply(b"there"))
    start = web.serve(web.by_path(**{"robots.txt": web.reply(b""), "a": web.reply(b"", "302 Found", Location=target.url("/b"))}))
    assert web.get(start.url("/a"), proxy=through.pair, robots=True).body == b"there"
    assert [head.split(" ")[1] for head in asked] == [start.pair, start.pair, target.pair, target.pair]


def test_no_proxy_is_the_default():
    """Limits name no proxy unless told."""
    assert Limits().proxy == ""


@pytest.mark.parametrize(
    ("ip", "may"),
    [("127.0.0.1", True), ("10.1.2.3", True), ("192.168.0.1", True), ("100.64.0.1", True), ("8.8.8.8", True), ("::1", True), ("fd12::1", True),
     ("169.254.169.254", False), ("100.100.100.200", False), ("fd00:ec2::254", False), ("224.0.0.1", False), ("0.0.0.0", False), ("255.255.255.255", False),
     ("::ffff:127.0.0.1", False), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("fe80::1", False), ("proxy", False)],
)  # fmt: skip
def test_a_proxy_is_judged_when_it_is_connected_to(web, ip, may):
    """A proxy may be public, private or on this machine; whatever is no place for one is refused, and so is the request."""
    assert (judge_proxy(ip, 3_128) == "") is may
    if not may and ip != "proxy":
        literal = f"[{ip}]:3128" if ":" in ip else f"{ip}:3128"
        assert web.get("http://8.8.4.4/", proxy=literal, timeout_s=0.5).failure == "refused_address"
