"""One request: what comes back, whatever the other side does."""

import gzip
import socket
import zlib
from contextlib import suppress
from datetime import UTC, datetime

import brotli
import pytest

from tidings.model import Request
from tidings.web.client import Client
from tidings.web.limits import Limits

TEXT = b"<html><p>A page of some length.</p></html>" * 50
HEAD = b"HTTP/1.1 200 OK\r\n"
SHORT = {"timeout_s": 0.2}


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def test_a_page_comes_back_whole(web):
    """Positive control for everything below: status, headers, body, final address and clock are those of the answer."""
    server = web.serve(web.reply(TEXT, ETag='"1"', X_Twice="a"))
    response = web.get(server.url("/a?b=c#d"))
    assert response.ok
    assert (response.status, response.body, response.headers["etag"]) == (200, TEXT, '"1"')
    assert (response.final_url, response.url, response.redirects) == (server.url("/a?b=c"), server.url("/a?b=c#d"), ())
    assert response.fetched_at == web.now
    assert response.wire_bytes > len(TEXT)


def test_a_request_says_who_we_are_and_nothing_more(web):
    """No cookie, no Referer, no credentials: the request holds six headers, and the validators it was given."""
    server = web.serve(web.reply(TEXT, Set_Cookie="a=b"))
    limits = web.limits(user_agent="Tidings/1.0 (+https://example.org/about)")
    with Client(limits) as client:
        first = client.send(Request(server.url("/one"), "feed", (("If-None-Match", '"1"'), ("Cookie", "a=b"), ("Referer", "x"))), web.now)
        client.send(Request(server.url("/two"), "feed"), web.now)
    assert "set-cookie" not in first.headers
    names = [[line.partition(":")[0] for line in head.splitlines()[1:] if line] for head in server.heads]
    ours = ["Host", "User-Agent", "Accept", "Accept-Encoding"]
    assert names == [[*ours, "If-None-Match", "Connection"], [*ours, "Connection"]]
    assert "User-Agent: Tidings/1.0 (+https://example.org/about)" in server.heads[0]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\x00", "\u2028", "", "a" * 2_000])
def test_a_validator_that_is_not_fit_for_a_header_is_left_out(web, value):
    """An ETag is a server's own words: one that could add a header is not sent back."""
    server = web.serve(web.reply(TEXT))
    assert web.get(server.url(), "feed", [("If-None-Match", value)]).ok
    assert "if-none-match" not in server.heads[0].lower()


def test_a_password_in_a_feed_goes_to_its_own_origin_only(web):
    """What the user wrote into a feed's URL is sent there, not along a redirect, and never for a page."""
    other = web.serve(web.reply(TEXT))
    server = web.serve(web.reply(b"", "302 Found", Location=other.url("/")))
    url = server.url().replace("http://", "http://desk:hush@")
    assert web.get(url, "feed").ok
    assert "Authorization: Basic ZGVzazpodXNo" in server.heads[0]
    assert "Authorization" not in other.heads[0]
    assert web.get(url, "page").failure == "refused_address"
    assert len(server.heads) == 1


@pytest.mark.parametrize(
    ("encoding", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("br", brotli.compress)]
)
def test_encoded_bodies_are_decoded(web, encoding, pack):
    """The encodings we ask for are undone, deflate in both its forms."""
    server = web.serve(web.reply(pack(TEXT), Content_Encoding=encoding))
    response = web.get(server.url())
    assert response.ok
    assert response.body == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_a_cut_encoded_body_is_incomplete_even_when_its_length_is_right(web, encoding):
    """A compressed body that was cut before it was sent has the right length and is still not all there."""
    packed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding](TEXT)
    server = web.serve(web.reply(packed[:-5], Content_Encoding=encoding))
    response = web.get(server.url(), "feed")
    assert (response.failure, response.body, response.ok) == ("incomplete", b"", False)


CUT = {
    "body shorter than its length": HEAD + b"Content-Length: 99\r\n\r\nshort",
    "chunk shorter than its size": HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nshort",
    "no last chunk": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
    "headers that stop": HEAD + b"Content-Le",
    "nothing at all": b"",
}


@pytest.mark.parametrize("data", CUT.values(), ids=CUT)
def test_an_answer_that_stops_early_is_incomplete(web, data):
    """No part of a cut answer is taken for the whole."""
    response = web.get(web.serve(data).url(), "feed")
    assert (response.failure, response.body) == ("incomplete", b"")


WHOLE = {
    "chunked": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n0\r\n\r\n",
    "HTTP/1.0 without a length": b"HTTP/1.0 200 OK\r\n\r\nshort",
    "HTTP/1.1 without a length": HEAD + b"\r\nshort",
    "after an interim answer": b"HTTP/1.1 103 Early Hints\r\n\r\n" + HEAD + b"Content-Length: 5\r\n\r\nshort",
    "more than its length": HEAD + b"Content-Length: 5\r\n\r\nshort and more",
    "folded header": HEAD + b"X-Long: a\r\n b\r\nContent-Length: 5\r\n\r\nshort",
    "line ends without carriage returns": b"HTTP/1.1 200 OK\nContent-Length: 5\n\nshort",
}


@pytest.mark.parametrize("data", WHOLE.values(), ids=WHOLE)
def test_an_answer_that_is_whole_is_read(web, data):
    """Positive control: the ways in which honest servers end a body are all understood."""
    response = web.get(web.serve(data).url(), "feed")
    assert response.ok
    assert response.body == b"short"


BROKEN = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nshort!",
    "length of letters": HEAD + b"Content-Length: five\r\n\r\nshort",
    "unknown transfer": HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n",
    "unknown encoding": HEAD + b"Content-Length: 5\r\nContent-Encoding: zstd\r\n\r\nshort",
    "not encoded as said": HEAD + b"Content-Length: 5\r\nContent-Encoding: gzip\r\n\r\nshort",
    "chunk size that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n",
    "a null in a header": HEAD + b"X-A: a\x00b\r\nContent-Length: 5\r\n\r\nshort",
}


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_an_answer_against_the_protocol_fails_as_such(web, data):
    """Nonsense is a failure with a reason, never an exception and never a body."""
    response = web.get(web.serve(data).url())
    assert (response.failure, response.body) == ("protocol", b"")


def test_not_modified_is_an_answer(web):
    """304 has a status and no body, and is no failure."""
    response = web.get(web.serve(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 99\r\n\r\n').url(), "feed")
    assert (response.status, response.failure, response.body, response.headers["etag"]) == (304, "", b"", '"1"')


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "429 Too Many Requests", "500 Internal Server Error"])
def test_an_error_status_is_an_answer_with_little_text(web, status):
    """A status of 400 and above is no failure of transport; its text is cut at 64 KB, whatever its length."""
    response = web.get(web.serve(web.reply(b"x" * 100_000, status)).url())
    assert (response.status, response.failure, len(response.body)) == (int(status[:3]), "", 65_536)
    broken = web.get(web.serve(web.reply(b"x", status, length=10)).url())
    assert (broken.status, broken.failure, broken.body) == (int(status[:3]), "", b"")


def test_a_body_over_its_limit_is_refused_for_its_kind(web):
    """The limit holds for the decoded body, declared or not, and is another one for feeds than for pages."""
    limits = {"page_bytes_max": 1_000, "feed_bytes_max": 2_000}
    declared = web.serve(web.reply(b"x" * 1_001))
    undeclared = web.serve(HEAD + b"\r\n" + b"x" * 1_001)
    exact = web.serve(web.reply(b"x" * 1_000))
    assert web.get(exact.url(), **limits).ok
    for server in (declared, undeclared):
        response = web.get(server.url(), **limits)
        assert (response.failure, response.body) == ("too_large", b"")
        assert web.get(server.url(), "feed", **limits).ok


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate), ("br", lambda data: brotli.compress(data, quality=5))],
)
def test_a_bomb_is_refused(web, encoding, pack):
    """A small body that decodes to thirty megabytes stops at the limit."""
    response = web.get(web.serve(web.reply(pack(bytes(30_000_000)), Content_Encoding=encoding)).url())
    assert (response.failure, response.body) == ("too_large", b"")
    assert response.wire_bytes < 60_000


def endless(start: bytes, piece: bytes, pause_s: float = 0.0):
    """Answer with a start, then the same piece for ever."""

    def answer(connection: socket.socket, _: str) -> None:
        stop = answer.web.servers[-1].stop
        with suppress(OSError):
            connection.sendall(start)
            while not stop.wait(pause_s):
                connection.sendall(piece)

    return answer


DRIPS = {
    "body": (HEAD + b"Content-Length: 9999\r\n\r\n", b"x"),
    "body without a length": (HEAD + b"\r\n", b"x"),
    "encoded body": (HEAD + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08\0\0\0\0\0\0", b"x"),  # the name of a packed file, without end
    "headers": (HEAD, b"X-A: b\r\n"),
    "status line": (b"", b"H"),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
}


@pytest.mark.parametrize(("start", "piece"), DRIPS.values(), ids=DRIPS)
def test_a_drip_ends_at_the_deadline(web, start, piece):
    """A byte now and then keeps every single read alive; the deadline of the whole request ends it."""
    answer = endless(start, piece, 0.02)
    answer.web = web
    response = web.get(web.serve(answer).url(), **SHORT)
    assert (response.failure, response.body) == ("timeout", b"")
    assert response.elapsed_s >= 0.2


def test_a_drip_along_redirects_ends_at_the_deadline(web):
    """Redirects share the one deadline: five slow hops do not have five of them."""

    def answer(connection: socket.socket, head: str) -> None:
        web.servers[-1].stop.wait(0.4)
        connection.sendall(web.reply(b"", "302 Found", Location=head.split(" ")[1] + "x"))

    response = web.get(web.serve(answer).url(), timeout_s=1.0)
    assert response.failure == "timeout"
    assert 1 <= len(response.redirects) <= 2


def test_a_server_that_says_nothing_ends_at_the_deadline(web):
    """Silence is a timeout."""
    server = web.serve(lambda *_: web.servers[-1].stop.wait(5))
    assert web.get(server.url(), **SHORT).failure == "timeout"


def test_an_error_status_with_a_text_that_never_ends_keeps_its_status(web):
    """The text beside an error is a courtesy: its drip does not hide the status."""
    answer = endless(b"HTTP/1.1 503 Busy\r\n\r\n", b"x", 0.02)
    answer.web = web
    response = web.get(web.serve(answer).url(), timeout_s=1.0)
    assert (response.status, response.failure) == (503, "")


@pytest.mark.parametrize("start", [HEAD, b""], ids=["headers", "interim answers"])
def test_endless_headers_are_stopped_by_their_size(web, start):
    """Headers at full speed end at 128 KB, long before the deadline."""
    answer = endless(start, b"X-A: " + b"a" * 1_000 + b"\r\n" if start else b"HTTP/1.1 103 Early Hints\r\n\r\n" * 100)
    answer.web = web
    assert web.get(web.serve(answer).url(), timeout_s=30.0).failure == "protocol"


def test_endless_framing_is_stopped_by_its_size(web):
    """Chunks that carry one byte each cannot make us read without end."""
    answer = endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", (b"1;" + b"a" * 500 + b"\r\nx\r\n") * 50)
    answer.web = web
    assert web.get(web.serve(answer).url(), page_bytes_max=100_000).failure == "too_large"


def test_nobody_there_is_a_failure_to_connect(web, nobody):
    """A closed port is told from a slow server."""
    assert web.get(f"http://{nobody}/", allow_private=frozenset({nobody})).failure == "connect"


def test_a_connection_that_is_reset_is_incomplete(web):
    """A reset in the middle of a body is an incomplete answer."""

    def answer(connection: socket.socket, _: str) -> None:
        connection.sendall(HEAD + b"Content-Length: 99\r\n\r\nshort")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    assert web.get(web.serve(answer).url()).failure in ("incomplete", "protocol")


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "ftp://example.org/", "http://[::1", "http://a@127.0.0.1/", "http://\ud800/"])
def test_what_is_no_web_address_is_refused(web, url):
    """A request for something else fails before anything is opened."""
    assert web.get(url).failure == "refused_address"


def test_proxies_of_the_environment_are_not_used(web, monkeypatch):
    """HTTP_PROXY and its kin are not read: the request goes to its own server, judged by its own address."""
    proxy = web.serve(web.reply(b"proxy"))
    server = web.serve(web.reply(b"server"))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url())
    assert web.get(server.url()).body == b"server"
    assert proxy.connection_count == 0


def test_a_host_that_asks_to_be_left_alone_is(web):
    """After 429 or 503 with Retry-After nothing more is sent to the host, and the wait is handed on; other hosts go on."""
    server = web.serve(web.by_path(busy=web.reply(b"", "503 Busy", Retry_After="120"), fine=web.reply(TEXT)))
    other = web.serve(web.reply(TEXT), host="127.0.0.2")
    with Client(web.limits()) as client:
        assert client.send(Request(server.url("/fine"), "feed"), web.now).ok
        assert client.send(Request(server.url("/busy"), "feed"), web.now).status == 503
        held = client.send(Request(server.url("/fine"), "feed"), web.now)
        assert (held.failure, held.status) == ("retry_later", 0)
        assert 60 < float(held.headers["retry-after"]) <= 120
        assert client.send(Request(other.url("/fine"), "feed"), web.now).ok
    assert server.paths() == ["/fine", "/busy"]


def test_a_503_without_a_wait_stops_nobody(web):
    """A server that is only in trouble is asked again for the next page."""
    server = web.serve(web.by_path(busy=web.reply(b"", "503 Busy"), fine=web.reply(TEXT)))
    with Client(web.limits()) as client:
        assert client.send(Request(server.url("/busy"), "feed"), web.now).status == 503
        assert client.send(Request(server.url("/fine"), "feed"), web.now).ok


def test_a_server_is_reached_at_its_ipv6_address(web):
    """IPv6 literals work, in the request line and in `allow_private`."""
    try:
        server = web.serve(web.reply(TEXT), host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert web.get(server.url("/a")).ok
    assert f"Host: [::1]:{server.port}\r\n" in server.heads[0]


def test_connect_to_sends_a_host_elsewhere(web):
    """A host named in `connect_to` is reached at its exact address, under its own name, without any lookup."""
    server = web.serve(web.reply(TEXT))

    def no_lookup(host: str, port: int) -> list[str]:
        raise AssertionError(host, port)

    response = web.get("http://daily.example/a", resolver=no_lookup, connect_to={"daily.example": server.pair})
    assert response.ok
    assert (response.final_url, "Host: daily.example\r\n" in server.heads[0]) == ("http://daily.example/a", True)


def test_the_target_of_connect_to_is_judged_all_the_same():
    """`connect_to` opens no private address that `allow_private` does not name."""
    limits = Limits(connect_to={"daily.example": "127.0.0.1:9"}, robots=False)
    with Client(limits) as client:
        response = client.send(Request("http://daily.example/", "feed"), datetime(2020, 2, 28, tzinfo=UTC))
    assert (response.failure, response.detail) == ("refused_address", "127.0.0.1 (loopback)")
