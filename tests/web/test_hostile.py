"""Answers made to harm: bombs in bombs, lengths that lie, floods of headers. Each ends with a reason, in bounded memory."""

import gzip
import socket
import tracemalloc
import zlib
from contextlib import suppress

import brotli
import pytest

TEXT = b"<html><p>A page of some length.</p></html>" * 50
HEAD = b"HTTP/1.1 200 OK\r\n"
MEGABYTE = 1_000_000


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def chunked(data: bytes, head: bytes = b"") -> bytes:
    return HEAD + head + b"Transfer-Encoding: chunked\r\n\r\n%x\r\n" % len(data) + data + b"\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "encoding", ["gzip, gzip", "br, gzip", "gzip, br", "deflate, gzip, br", "gzip,gzip,gzip,gzip", "gzip, zstd", "GZIP , BR"]
)
def test_encodings_one_in_the_other_are_refused(web, encoding):
    """We ask for one encoding of a body; a list of them is not undone, however small each layer is."""
    response = web.get(web.serve(web.reply(gzip.compress(gzip.compress(TEXT)), Content_Encoding=encoding)).url())
    assert (response.failure, response.body) == ("protocol", b"")
    assert "content-encoding" in response.detail


@pytest.mark.parametrize("encoding", ["gzip", "GZip", " gzip ", "identity, gzip", "gzip,", "x-gzip"])
def test_one_encoding_in_any_spelling_is_undone(web, encoding):
    """Positive control: one encoding, however it is written."""
    assert web.get(web.serve(web.reply(gzip.compress(TEXT), Content_Encoding=encoding)).url()).body == TEXT


def test_two_headers_of_encodings_are_a_list(web):
    """Repeated headers mean the same as a list, and are refused as one."""
    packed = gzip.compress(gzip.compress(TEXT))
    data = HEAD + b"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed) + packed
    assert web.get(web.serve(data).url()).failure == "protocol"


def test_a_bomb_in_a_bomb_is_opened_once(web):
    """A packed page inside a packed page, announced as one: the outer layer is undone, the inner one is bytes that nobody unpacks."""
    inner = gzip.compress(bytes(20 * MEGABYTE))
    response = web.get(web.serve(web.reply(gzip.compress(inner), Content_Encoding="gzip")).url())
    assert response.body == inner


BOMBS = {
    "gzip": ("gzip", gzip.compress(bytes(30 * MEGABYTE))),
    "gzip in many members": ("gzip", gzip.compress(bytes(MEGABYTE)) * 30),
    "deflate": ("deflate", zlib.compress(bytes(30 * MEGABYTE), 9)),
    "raw deflate": ("deflate", raw_deflate(bytes(30 * MEGABYTE))),
    "brotli": ("br", brotli.compress(bytes(30 * MEGABYTE), quality=5, lgwin=24)),
    "empty gzip members without end": ("gzip", gzip.compress(b"") * 400_000),
}


@pytest.mark.parametrize("kind", ["feed", "page"])
@pytest.mark.parametrize(("encoding", "packed"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_little_memory(web, encoding, packed, kind):
    """Thirty megabytes in a small body, in one piece or in many: refused at the limit, with a few times the limit in memory."""
    server = web.serve(web.reply(packed, Content_Encoding=encoding))
    tracemalloc.start()
    response = web.get(server.url(), kind, feed_bytes_max=2 * MEGABYTE, page_bytes_max=MEGABYTE)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (response.failure, response.body) == ("too_large", b"")
    assert peak < 12 * MEGABYTE


def test_a_bomb_beside_an_error_is_cut(web):
    """The text of a 404 is read as far as 64 KB, packed or not; its status stands."""
    server = web.serve(web.reply(gzip.compress(bytes(30 * MEGABYTE)), "404 Not Found", Content_Encoding="gzip"))
    response = web.get(server.url())
    assert (response.status, response.failure, len(response.body)) == (404, "", 65_536)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(TEXT)), ("deflate", zlib.compress(TEXT)), ("deflate", raw_deflate(TEXT))],
    ids=["gzip", "deflate", "raw"],
)
@pytest.mark.parametrize("rubbish", [b"\0" * 8, b"<!-- cached -->", b"\x1e\x8b" * 40_000], ids=["zeros", "words", "much"])
def test_what_follows_a_packed_body_is_passed_over(web, encoding, packed, rubbish):
    """Padding and rubbish after the end of the packed stream change nothing."""
    response = web.get(web.serve(web.reply(packed + rubbish, Content_Encoding=encoding)).url(), "feed")
    assert (response.failure, response.body) == ("", TEXT)


def test_what_follows_a_brotli_stream_is_an_error(web):
    """The library for brotli tells no end from a mistake: such an answer fails, and is no half of a page."""
    response = web.get(web.serve(web.reply(brotli.compress(TEXT) + bytes(8), Content_Encoding="br")).url(), "feed")
    assert (response.failure, response.body) == ("protocol", b"")


LIES = {
    "a length that is too short cuts the packed body": (HEAD + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n" + gzip.compress(TEXT), "incomplete"),
    "a length of more than all memory": (HEAD + b"Content-Length: 99999999999999999999999999\r\n\r\nshort", "protocol"),
    "a negative length": (HEAD + b"Content-Length: -5\r\n\r\nshort", "protocol"),
    "a length with a sign": (HEAD + b"Content-Length: +5\r\n\r\nshort", "protocol"),
    "a length and chunks": (HEAD + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nsho", "incomplete"),
    "a chunk of more than all memory": (HEAD + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nshort", "incomplete"),
    "a chunk size without an end": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"0" * 50_000, "incomplete"),
    "a negative chunk": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nshort\r\n0\r\n\r\n", "protocol"),
    "a chunk that is longer than its size": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nshort\r\n0\r\n\r\n", "protocol"),
    "chunks within chunks": (HEAD + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", "protocol"),
    "trailers without end": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n" + b"X-A: b\r\n" * 50_000, "protocol"),
}  # fmt: skip


@pytest.mark.parametrize(("data", "failure"), LIES.values(), ids=LIES)
def test_a_length_that_lies_gives_no_body(web, data, failure):
    """Whatever framing claims, no body comes of it but a whole one, and memory is not set aside for claims."""
    response = web.get(web.serve(data).url(), "feed")
    assert (response.failure, response.body) == (failure, b"")


STATUSES = {
    "no number": b"HTTP/1.1 OK\r\n",
    "two digits": b"HTTP/1.1 99 X\r\n",
    "four digits": b"HTTP/1.1 2000 OK\r\n",
    "nought": b"HTTP/1.1 000 X\r\n",
    "negative": b"HTTP/1.1 -200 OK\r\n",
    "another protocol": b"RTSP/1.0 200 OK\r\n",
    "HTTP of yesterday": b"<html>HTTP/0.9 has no status</html>\r\n",
    "a change of protocol": b"HTTP/1.1 101 Switching Protocols\r\n",
    "a null": b"HTTP/1.1 200 O\0K\r\n",
    "a long one": b"HTTP/1.1 200 " + b"O" * 200_000 + b"\r\n",
}


@pytest.mark.parametrize("line", STATUSES.values(), ids=STATUSES)
def test_a_status_line_that_is_none_is_a_failure(web, line):
    """What does not begin as HTTP does is no answer, whatever follows."""
    response = web.get(web.serve(line + b"Content-Length: 5\r\n\r\nshort").url())
    assert (response.failure, response.body) == ("protocol", b"")


@pytest.mark.parametrize("status", ["299 Odd", "226 IM Used", "200 ", "200 OK of \xc3\xa9t\xc3\xa9"])
def test_an_odd_success_is_one(web, status):
    """Positive control: any status from 200 to 299, with any words or none."""
    assert web.get(web.serve(web.reply(TEXT, status)).url()).ok


@pytest.mark.parametrize("status", ["600 Odd", "999 Request denied"])
def test_an_odd_status_is_an_answer_and_no_success(web, status):
    """Statuses that no standard knows stand as they are; nothing is read as a page."""
    response = web.get(web.serve(web.reply(TEXT, status)).url())
    assert (response.status, response.failure, response.ok) == (int(status[:3]), "", False)


@pytest.mark.parametrize(("count", "failure"), [(200, ""), (300, "protocol"), (12_000, "protocol")])
def test_headers_are_counted(web, count, failure):
    """A few hundred headers are more than any site sends; repeated ones cost no more than others."""
    for name in (b"X-%d: a\r\n", b"X: %d\r\n"):
        data = HEAD + b"".join(name % n for n in range(count)) + b"Content-Length: 5\r\n\r\nshort"
        assert web.get(web.serve(data).url()).failure == failure


def test_a_header_of_a_hundred_thousand_signs_is_refused_or_kept_within_bounds(web):
    """Long headers are kept as far as the limit of all headers; beyond it the answer fails."""
    assert web.get(web.serve(HEAD + b"X: " + b"a" * 50_000 + b"\r\nContent-Length: 5\r\n\r\nshort").url()).ok
    assert web.get(web.serve(HEAD + b"X: " + b"a" * 500_000 + b"\r\nContent-Length: 5\r\n\r\nshort").url()).failure == "protocol"


def test_folded_headers_without_end_are_refused(web):
    """Lines that go on from the one before (obs-fold) count like any other byte of the headers."""
    folded = HEAD + b"X: a\r\n" + b" b\r\n" * 60_000 + b"Content-Length: 5\r\n\r\nshort"
    assert web.get(web.serve(folded).url()).failure == "protocol"


@pytest.mark.parametrize("status", [b"100 Continue", b"102 Processing", b"103 Early Hints"])
@pytest.mark.parametrize(("count", "failure"), [(3, ""), (20_000, "protocol")])
def test_interim_answers_are_passed_over_but_not_for_ever(web, status, count, failure):
    """A few interim answers are honest; a flood of them is stopped by its size."""
    data = b"HTTP/1.1 %s\r\n\r\n" % status * count + HEAD + b"Content-Length: 5\r\n\r\nshort"
    assert web.get(web.serve(data).url()).failure == failure


def test_redirects_that_grow_end_by_their_count(web):
    """Each redirect leads to a longer address of the same server: counted like any other."""

    def answer(connection: socket.socket, head: str) -> None:
        path = head.split(" ")[1]
        with suppress(OSError):
            connection.sendall(web.reply(b"", "302 Found", Location=path + "/" + "a" * 1_000))

    response = web.get(web.serve(answer).url("/a"), redirects_max=20)
    assert response.failure in ("too_many_redirects", "refused_address")
    assert len(response.redirects) <= 21


def test_a_redirect_with_a_body_without_end_is_followed_at_once(web):
    """The body of a redirect is not read."""
    server = web.serve(
        web.by_path(b=web.reply(TEXT), a=b"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 999999999\r\n\r\n" + bytes(100_000))
    )
    assert web.get(server.url("/a")).body == TEXT


def test_cookies_are_neither_kept_nor_sent_along_redirects(web):
    """A cookie that a redirect sets is not with the next request, nor is where we came from, secret or not."""
    server = web.serve(web.by_path(a=web.reply(b"", "302 Found", Location="/b", Set_Cookie="id=1"), b=web.reply(TEXT, Set_Cookie="id=2")))
    response = web.get(server.url("/a?key=hush"), "feed")
    assert response.ok
    assert "set-cookie" not in response.headers
    second = server.heads[1].lower()
    assert not any(word in second for word in ("cookie", "referer", "hush", "origin:", "authorization"))
