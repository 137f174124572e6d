"""Undo `content-encoding` in bounded pieces: a body of 155 bytes may hold gigabytes.

Each decoder yields pieces of about 64 KB, so that the reader can stop at its limit, and knows at the end whether the
encoded stream was complete (httpx and requests return a cut gzip body without a word).
"""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]

from tidings.web.failures import PROTOCOL, FetchError

PIECE_BYTES = 64 * 1024
ACCEPTED = "gzip, deflate, br"
_GZIP_WINDOW = 31
_ZLIB_WINDOW = 15
_RAW_WINDOW = -15


class Decoder(Protocol):
    """Turn encoded chunks into decoded pieces."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what this chunk gives."""
        ...

    def complete(self) -> bool:
        """Tell whether the encoded stream has come to its end."""
        ...


def decoder_for(encoding: str) -> Decoder:
    """Choose the decoder for a `content-encoding`; raise FetchError for one that we did not ask for."""
    codings = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not codings:
        return Plain()
    if codings in (["gzip"], ["x-gzip"]):
        return Zipped(_GZIP_WINDOW)
    if codings == ["deflate"]:
        return Deflated()
    if codings == ["br"]:
        return Brotli()
    raise FetchError(PROTOCOL, f"content-encoding {encoding}")


class Plain:
    """Pass on what is not encoded."""

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the chunk."""
        yield chunk

    def complete(self) -> bool:
        """Say yes: the length is checked elsewhere."""
        return True


class Zipped:
    """Decode gzip or zlib; several gzip members in a row are one body, and what follows the last is ignored."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._member = zlib.decompressobj(window)
        self._seen = False
        self._over = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded pieces of a chunk."""
        rest = chunk
        self._seen = self._seen or bool(chunk)
        while rest and not self._over:
            if self._member.eof and not self._next_member(rest):
                return
            piece = self._decompress(rest)
            rest = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if piece:
                yield piece
        while not self._over and not self._member.eof:  # output that was held back by the size of a piece
            piece = self._decompress(b"")
            if not piece:
                return
            yield piece

    def complete(self) -> bool:
        """Tell whether the last member ended; a body without any byte is complete."""
        return self._member.eof or not self._seen

    def _decompress(self, data: bytes) -> bytes:
        try:
            return self._member.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise FetchError(PROTOCOL, f"broken compression: {error}") from None

    def _next_member(self, rest: bytes) -> bool:
        self._over = self._window != _GZIP_WINDOW or rest[:1] != b"\x1f"
        if not self._over:
            self._member = zlib.decompressobj(self._window)
        return not self._over


class Deflated:
    """Decode `deflate`, which is zlib by the standard and raw deflate by custom: the first two bytes tell."""

    def __init__(self) -> None:
        self._head = b""
        self._inner: Zipped | None = None

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded pieces of a chunk."""
        if self._inner is None:
            self._head += chunk
            if len(self._head) < 2:
                return
            is_zlib = self._head[0] & 0x0F == 8 and int.from_bytes(self._head[:2], "big") % 31 == 0
            self._inner = Zipped(_ZLIB_WINDOW if is_zlib else _RAW_WINDOW)
            chunk = self._head
        yield from self._inner.feed(chunk)

    def complete(self) -> bool:
        """Tell whether the stream ended; a body without any byte is complete."""
        return self._inner.complete() if self._inner else not self._head


class Brotli:
    """Decode brotli. `can_accept_more_data` turns true while output is still held back: read on until nothing comes."""

    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._seen = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the decoded pieces of a chunk."""
        self._seen = self._seen or bool(chunk)
        if self._stream.is_finished():
            return
        piece = self._process(chunk)
        while piece or not self._stream.can_accept_more_data():
            yield piece
            if self._stream.is_finished():
                return
            piece = self._process(b"")

    def complete(self) -> bool:
        """Tell whether the stream ended; a body without any byte is complete."""
        return self._stream.is_finished() or not self._seen

    def _process(self, data: bytes) -> bytes:
        try:
            return bytes(self._stream.process(data, output_buffer_limit=PIECE_BYTES))
        except brotli.error as error:
            raise FetchError(PROTOCOL, f"broken compression: {error}") from None
