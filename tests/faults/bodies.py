"""Faults of bodies: bombs, cuts and lengths that lie. The bombs are made when the module is loaded: zeros, small on the wire."""

import gzip
import zlib
from collections.abc import Callable
from functools import cache

import brotli
from fakes import rss
from faults.fault import Fault, absorbed
from faults.server import ENTRY_COUNT, Strike, Visit

BOMB_BYTES = 256_000_000  # decoded
_BLOCK = bytes(1_000_000)


@cache
def zipped_bomb(window: int) -> bytes:
    """Pack zeros into gzip (31), zlib (15) or raw deflate (-15): about 250 KB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return b"".join([packer.compress(_BLOCK) for _ in range(BOMB_BYTES // len(_BLOCK))]) + packer.flush()


@cache
def brotli_bomb() -> bytes:
    """Pack zeros into brotli: less than 1 KB."""
    packer = brotli.Compressor(quality=5)
    return b"".join([packer.process(_BLOCK) for _ in range(BOMB_BYTES // len(_BLOCK))]) + packer.finish()


@cache
def nested_bomb() -> bytes:
    """Pack the gzip bomb into gzip once more."""
    return packed(zipped_bomb, 31)


def packed(make: Callable[..., bytes], *args: int) -> bytes:
    """Pack a bomb into gzip once more."""
    return gzip.compress(make(*args))


def make_bombs() -> None:
    """Make them before a run is measured."""
    for window in (31, 15, -15):
        zipped_bomb(window)
    brotli_bomb()
    nested_bomb()


def _bomb(encoding: str, make: Callable[..., bytes], *args: object) -> Strike:
    return lambda visit: visit.reply(make(*args), Content_Encoding=encoding)


def _packed_feed(visit: Visit) -> bytes:
    return gzip.compress(rss(visit.site.pieces))


def _cut(encoding: str, pack: Callable[[bytes], bytes]) -> Strike:
    def strike(visit: Visit) -> None:
        whole = pack(rss(visit.site.pieces))
        visit.reply(whole[: len(whole) // 2], Content_Encoding=encoding)

    return strike


def _broken_gzip(visit: Visit) -> None:
    packed = bytearray(_packed_feed(visit))
    packed[40:60] = bytes(20)
    visit.reply(bytes(packed), Content_Encoding="gzip")


def _chunked(*chunks: bytes) -> Strike:
    return lambda visit: visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", *chunks)


def _cut_chunks(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    _chunked(f"{len(body):x}\r\n".encode(), body[:400])(visit)


def _no_last_chunk(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    _chunked(f"{len(body):x}\r\n".encode(), body, b"\r\n")(visit)


def _endless(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    visit.flood(b" " * 65_536)


def _endless_chunks(visit: Visit) -> None:
    visit.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    visit.flood(b"1000\r\n" + b" " * 4096 + b"\r\n")


def _too_long(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    visit.reply(body, length=len(body) + 100)


def _too_short(visit: Visit) -> None:
    body = rss(visit.site.pieces)
    visit.reply(body, length=body.rindex(b"<item>") + 30)


def _part(visit: Visit) -> None:
    visit.reply(rss(visit.site.pieces), "206 Partial Content")


BOMBS = (
    Fault("gzip_bomb", "body", "256 MB of zeros in gzip", _bomb("gzip", zipped_bomb, 31), "too_large"),
    Fault("deflate_bomb", "body", "256 MB of zeros in zlib", _bomb("deflate", zipped_bomb, 15), "too_large"),
    Fault("raw_deflate_bomb", "body", "256 MB of zeros in raw deflate", _bomb("deflate", zipped_bomb, -15), "too_large"),
    Fault("brotli_bomb", "body", "256 MB of zeros in brotli", _bomb("br", brotli_bomb), "too_large"),
    Fault("nested_bomb", "body", "a gzip bomb in gzip, declared twice", _bomb("gzip, gzip", nested_bomb), "protocol: content-encoding"),
    Fault(
        "nested_deflate",
        "body",
        "a zlib bomb in gzip, both declared",
        _bomb("deflate, gzip", packed, zipped_bomb, 15),
        "protocol: content-encoding",
    ),
    Fault(
        "nested_brotli",
        "body",
        "a brotli bomb in gzip, both declared",
        _bomb("br, gzip", packed, brotli_bomb),
        "protocol: content-encoding",
    ),
    Fault("many_layers", "body", "a hundred encodings declared", _bomb("gzip, " * 99 + "gzip", nested_bomb), "protocol: content-encoding"),
    Fault("hidden_bomb", "body", "a gzip bomb in gzip, declared once", _bomb("gzip", nested_bomb), "too_large: unpacked"),
    Fault("endless_body", "body", "a body without end", _endless, "too_large"),
    Fault("endless_chunks", "body", "chunks without end", _endless_chunks, "too_large"),
)
CUTS = (
    Fault("cut_gzip", "body", "half of a gzip body", _cut("gzip", gzip.compress), "incomplete: the compressed body was cut"),
    Fault("cut_deflate", "body", "half of a zlib body", _cut("deflate", zlib.compress), "incomplete: the compressed body was cut"),
    Fault("cut_brotli", "body", "half of a brotli body", _cut("br", brotli.compress), "incomplete: the compressed body was cut"),
    Fault("broken_gzip", "body", "gzip with bytes overwritten", _broken_gzip, "protocol: broken compression"),
    Fault(
        "no_gzip", "body", "says gzip and is plain", lambda visit: visit.reply(rss(visit.site.pieces), Content_Encoding="gzip"), "protocol"
    ),
    Fault("cut_chunks", "body", "hangs up within a chunk", _cut_chunks, "incomplete"),
    Fault("no_last_chunk", "body", "hangs up before the last chunk", _no_last_chunk, "incomplete"),
    Fault("bad_chunks", "body", "a chunk whose size is no number", _chunked(b"zz\r\n<rss/>\r\n0\r\n\r\n"), "protocol"),
    Fault("length_too_long", "body", "claims more than it sends", _too_long, "incomplete"),
    Fault("part", "body", "a part that nobody asked for (status 206)", _part, "partial", "polled", kept_count=ENTRY_COUNT),
    Fault("length_too_short", "body", "claims less than it sends", _too_short, "cut", "polled", kept_count=2),
    absorbed(
        "gzip_with_tail",
        "bytes behind the end of a gzip body",
        lambda visit: visit.reply(_packed_feed(visit) + bytes(64), Content_Encoding="gzip"),
    ),
)
