"""Decoding in bounded pieces, with an end that is noticed."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.web.decode import PIECE_BYTES, decoder_for
from tidings.web.failures import FetchError


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKERS = {"gzip": gzip.compress, "deflate": zlib.compress, "raw": raw_deflate, "br": brotli.compress, "x-gzip": gzip.compress, "": bytes}


def decoder(name: str):
    return decoder_for({"raw": "deflate"}.get(name, name))


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("name", PACKERS)
@given(data=st.binary(max_size=3_000).map(lambda data: data * 40), size=st.integers(1, 500))
def test_what_was_packed_comes_back(name, data, size):
    """Any body in any encoding, cut into chunks anywhere, is decoded to what it was, and found complete."""
    unpacker = decoder(name)
    assert b"".join(piece for chunk in chunks(PACKERS[name](data), size) for piece in unpacker.feed(chunk)) == data
    assert unpacker.complete()


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw", "br"])
@pytest.mark.parametrize("missing", [1, 4, 9])
def test_a_cut_stream_is_not_complete(name, missing):
    """A body without its last bytes is told from a whole one in every encoding."""
    packed = PACKERS[name](bytes(range(256)) * 30)
    unpacker = decoder(name)
    for chunk in chunks(packed[:-missing], 100):
        list(unpacker.feed(chunk))
    assert not unpacker.complete()


@pytest.mark.parametrize("name", ["gzip", "deflate", "raw", "br"])
def test_a_bomb_comes_in_small_pieces(name):
    """Five megabytes of zeros in a few bytes are handed out piece by piece, so that the reader can stop."""
    packed = PACKERS[name](bytes(5_000_000))
    assert len(packed) < 10_000
    sizes = [len(piece) for piece in decoder(name).feed(packed)]
    assert sum(sizes) == 5_000_000
    assert max(sizes) <= 2 * PIECE_BYTES


def test_gzip_members_in_a_row_are_one_body_and_padding_is_ignored():
    """Servers that join compressed files send several members; some pad the last one with zeros."""
    unpacker = decoder("gzip")
    assert b"".join(unpacker.feed(gzip.compress(b"one ") + gzip.compress(b"two") + bytes(8))) == b"one two"
    assert unpacker.complete()


def test_a_second_gzip_member_that_is_cut_makes_the_body_incomplete():
    """The end of the first member does not hide that the second one has none."""
    unpacker = decoder("gzip")
    list(unpacker.feed(gzip.compress(b"one ") + gzip.compress(b"two")[:-3]))
    assert not unpacker.complete()


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_what_is_not_encoded_as_said_is_an_error(name):
    """A page that claims an encoding it does not have fails with a reason instead of giving rubbish."""
    with pytest.raises(FetchError, match="broken compression"):
        list(decoder(name).feed(b"<html><p>plain text, whatever the header says</p></html>"))


@pytest.mark.parametrize("name", ["zstd", "gzip, gzip", "compress", "gzip;q=1"])
def test_an_encoding_that_was_not_asked_for_is_an_error(name):
    """Only gzip, deflate and brotli are read, and only one of them at a time."""
    with pytest.raises(FetchError, match="content-encoding"):
        decoder_for(name)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br"])
def test_an_empty_body_is_complete(name):
    """A body without any byte has nothing to decode."""
    assert decoder(name).complete()
