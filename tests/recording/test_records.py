"""Prove that reading WARC files is bounded and never fails, whoever made them."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tidings.recording.records import WarcFile, record_at


def warc(block=b"said", length=None, kind=b"resource", extra=b""):
    """Write one record as another program would."""
    size = str(len(block) if length is None else length).encode()
    return b"WARC/1.0\r\nWARC-Type: " + kind + b"\r\n" + extra + b"Content-Length: " + size + b"\r\n\r\n" + block + b"\r\n\r\n"


def walk(path):
    """Return the blocks of a file's records, and the note."""
    file = WarcFile(path)
    return [record.block for record in file], file.note


MEMBER = gzip.compress(warc())
CASES = {
    "gzip per record": (MEMBER + gzip.compress(warc(b"more")), [b"said", b"more"], ""),
    "plain": (warc() + warc(b"more"), [b"said", b"more"], ""),
    "empty": (b"", [], ""),
    "a web page": (b"<!DOCTYPE html><html></html>", [], "is not a WARC file"),
    "a zipped web page": (gzip.compress(b"<html>"), [], "is not a WARC file"),
    "one line without end": (b"WARC/1.0" + b"x" * 1_000_000, [], "is not a WARC file"),
    "headers without end": (b"WARC/1.0\r\n" + b"a: b\r\n" * 100_000, [], "is not a WARC file"),
    "zipped headers without end": (gzip.compress(b"WARC/1.0\r\n" + b"a: b\r\n" * 1_000), [], "1 records too large or damaged"),
    "cut in a member": (MEMBER + MEMBER[:-9], [b"said"], "ends in the middle of a record"),
    "cut in plain": (warc() + warc()[:-6], [b"said"], "ends in the middle of a record"),
    "cut in plain headers": (warc() + b"WARC/1.0\r\nWARC-", [b"said"], "ends in the middle of a record"),
    "rubbish after a member": (MEMBER + b"\x00" * 50, [b"said"], f"damaged at byte {len(MEMBER)}"),
    "rubbish inside a member": (MEMBER[:10] + b"\x07" * 30, [], "damaged at byte 0"),
    "all in one member": (
        gzip.compress(warc() + warc()),
        [],
        "several records in one gzip member at byte 0: `warcio recompress` divides them",
    ),
    "no length": (warc() + b"WARC/1.0\r\nWARC-Type: x\r\n\r\n", [b"said"], f"damaged at byte {len(warc()) - 4}"),
    "length that is none": (gzip.compress(warc(length="१")) + MEMBER, [b"said"], "1 records too large or damaged"),
    "negative length": (gzip.compress(warc(length=-4)) + MEMBER, [b"said"], "1 records too large or damaged"),
    "longer than it is": (gzip.compress(warc(length=40)) + MEMBER, [b"said"], "1 records too large or damaged"),
    "wrong digest": (
        gzip.compress(warc(extra=b"WARC-Block-Digest: sha1:" + b"A" * 32 + b"\r\n")) + MEMBER,
        [b"said"],
        "1 records too large or damaged",
    ),
    "digest of another kind": (gzip.compress(warc(extra=b"WARC-Block-Digest: blake3:abc\r\n")), [b"said"], ""),
    "headers of too many lines": (gzip.compress(warc(extra=b"a:\r\n" * 30_000)) + MEMBER, [b"said"], "1 records too large or damaged"),
    "headers that are too long": (gzip.compress(warc(extra=b"a: " + b"b" * 300_000 + b"\r\n")), [], "1 records too large or damaged"),
    "plain headers of too many lines": (warc() + warc(extra=b"a:\r\n" * 30_000), [b"said"], "is not a WARC file"),
    "lines that end as in Unix": (gzip.compress(warc().replace(b"\r", b"")), [b"said"], ""),
    "half a character": (gzip.compress(warc(extra=b"WARC-Target-URI: http://\xff\xfe/\r\n")), [b"said"], ""),
}


@pytest.mark.parametrize(("data", "blocks", "note"), CASES.values(), ids=CASES)
def test_a_file_of_any_kind(tmp_path, data, blocks, note):
    """What is whole is read, the rest is one note, and nothing is raised."""
    path = tmp_path / "one.warc.gz"
    path.write_bytes(data)
    assert walk(path) == (blocks, note)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_millions_of_header_lines_cost_little(tmp_path, zipped):
    """A file of a few kilobytes that unpacks to millions of header lines is left out before a line of it becomes an object."""
    data = warc(extra=b"a:\r\n" * 2_000_000)
    path = tmp_path / "one.warc.gz"
    path.write_bytes(gzip.compress(data) if zipped else data)
    tracemalloc.start()
    blocks, note = walk(path)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (blocks, bool(note)) == ([], True)
    assert peak_bytes < 4 * len(data)


@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzip"])
def test_a_huge_record_is_passed_over(tmp_path, zipped):
    """A record over the cap is left out without being held in memory, and the next is read."""
    huge, small = warc(b"\0" * 5_000_000), warc()
    path = tmp_path / "one.warc.gz"
    path.write_bytes(gzip.compress(huge) + gzip.compress(small) if zipped else huge + small)
    file = WarcFile(path, record_bytes_max=100_000)
    assert ([record.block for record in file], file.note) == ([b"said"], "1 records too large or damaged")


def test_a_file_that_goes_away(tmp_path):
    """A missing file is a note, and a record of it is none."""
    assert walk(tmp_path / "gone.warc.gz") == ([], "No such file or directory")
    assert record_at(tmp_path / "gone.warc.gz", 0) is None


@given(
    data=st.one_of(
        st.binary(max_size=200), st.binary(max_size=80).map(lambda data: MEMBER + data), st.binary(max_size=80).map(gzip.compress)
    )
)
def test_no_bytes_raise(tmp_path_factory, data):
    """Whatever stands in a file, reading it ends without an error."""
    path = tmp_path_factory.mktemp("law") / "one.warc.gz"
    path.write_bytes(data)
    blocks, _ = walk(path)
    assert len(blocks) <= 2
    record_at(path, len(data) // 2)
