"""Read the records of a WARC file that anybody may have made: each bounded, whole and as its digest says, or left out with a note.

warcio reads the headers; the walk over the file is ours, because its own decompresses and reads lines without a limit.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader, BytesIO
from itertools import islice
from pathlib import Path

from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeadersParser, StatusAndHeadersParserException
from warcio.utils import Digester

RECORD_BYTES_MAX = 64_000_000  # more than the largest body that the settings allow
_HEADER_BYTES_MAX = 256_000
_HEADER_LINES_MAX = 2_000
_PIECE = 256 * 1024
_GZIP = b"\x1f\x8b"
_MEMBER_START = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_STARTS_MAX = 1_000  # that are tried
_BEGIN = b"WARC/"
_BLANK_LINE = re.compile(rb"\n[ \t\r\f\v]*\n")
_LENGTH = re.compile(rb"(?im)^content-length:[ \t]*(\d{1,15})[ \t]*\r?$")
_NO_WARC = "is not a WARC file"
CUT = "ends in the middle of a record"

Raw = tuple[int, int, bytes | None]  # where a record begins and ends in the file, and its bytes; None: too large


@dataclass(frozen=True, slots=True)
class Record:
    """Hold one record; `block` is what follows its headers."""

    kind: str
    record_id: str
    uri: str
    date: str
    concurrent_to: str
    refers_to: str
    block: bytes
    offset: int  # where it begins in the file

    @property
    def body(self) -> bytes:
        """Return what follows the HTTP headers in the block."""
        return self.block.partition(b"\r\n\r\n")[2]

    @property
    def http_head(self) -> bytes:
        """Return the HTTP headers in the block; raise ValueError when there are none, or more than anybody sends."""
        head, blank, _ = self.block[:_HEADER_BYTES_MAX].partition(b"\r\n\r\n")
        if (not blank and len(self.block) > len(head)) or head.count(b"\n") > _HEADER_LINES_MAX:
            raise ValueError("too many HTTP headers")
        return head + b"\r\n\r\n"


class _Damage(Exception):  # noqa: N818 - reads as a state
    """Say why the rest of a file cannot be read."""


@dataclass(slots=True)
class WarcFile:
    """Walk over the records of a file. `note` says afterwards what was left out, `whole_bytes` how far whole records reach."""

    path: Path
    record_bytes_max: int = RECORD_BYTES_MAX
    note: str = ""
    whole_bytes: int = 0

    def __iter__(self) -> Iterator[Record]:
        """Yield each record that can be read; never raises for what is in the file."""
        left_out_count = 0
        try:
            with self.path.open("rb") as file:
                for start, end, raw in _raw_records(file, self.record_bytes_max):
                    record = _parse(raw, start) if raw is not None else None
                    self.whole_bytes = end
                    left_out_count += record is None
                    if record is not None:
                        yield record
        except _Damage as damage:
            self.note = str(damage)
        except OSError as error:
            self.note = error.strerror or type(error).__name__
        if left_out_count:
            self.note = "; ".join(filter(None, (self.note, f"{left_out_count} records too large or damaged")))


def record_at(path: Path, offset: int) -> Record | None:
    """Read the one record that begins at an offset; None when it is not there any more."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            start, _, raw = next(_raw_records(file, RECORD_BYTES_MAX), (0, 0, None))
            return _parse(raw, start) if raw is not None else None
    except (OSError, _Damage):
        return None


def holds_record(path: Path, after: int) -> bool:
    """Tell whether a whole record begins behind `after`: then what stands there is damage, and not the end of a file that was cut."""
    with path.open("rb") as file:
        file.seek(after)
        rest = file.read(RECORD_BYTES_MAX)
    starts = (found.start() for found in islice(_MEMBER_START.finditer(rest, 1), _STARTS_MAX))
    return any(record_at(path, after + start) is not None for start in starts)


def _raw_records(file: BufferedReader, bytes_max: int) -> Iterator[Raw]:
    return _zipped(file, bytes_max) if file.peek(2)[:2] == _GZIP else _plain(file, bytes_max)


def _zipped(file: BufferedReader, bytes_max: int) -> Iterator[Raw]:
    """Walk over gzip members, each of which should hold one record."""
    data = file.read(_PIECE)
    while data:
        start = file.tell() - len(data)
        raw, data = _member(file, data, start, bytes_max)
        yield start, file.tell() - len(data), raw
        data = data or file.read(_PIECE)


def _member(file: BufferedReader, data: bytes, start: int, bytes_max: int) -> tuple[bytes | None, bytes]:
    """Return what one gzip member holds (None: too much) and the bytes after it."""
    unpacker = zlib.decompressobj(31)
    raw = bytearray()
    while not unpacker.eof:
        try:
            piece = unpacker.decompress(data, _PIECE)
        except zlib.error as error:
            raise _Damage(f"damaged at byte {start}") from error
        if len(raw) <= bytes_max:
            raw += piece
        data = unpacker.unconsumed_tail
        if not data and len(piece) < _PIECE and not unpacker.eof:
            data = file.read(_PIECE)
            if not data:
                raise _Damage(CUT)
    return bytes(raw) if len(raw) <= bytes_max else None, unpacker.unused_data


def _plain(file: BufferedReader, bytes_max: int) -> Iterator[Raw]:
    """Walk over records that are not compressed."""
    while True:
        start = file.tell()
        head = _head(file)
        if not head:
            return
        length = _LENGTH.search(head)
        if not head.startswith(_BEGIN) or not length:
            raise _Damage(_NO_WARC if not start else f"damaged at byte {start}")
        if int(length[1]) > bytes_max:
            file.seek(int(length[1]), 1)
            yield start, file.tell(), None
            continue
        block = file.read(int(length[1]))
        if len(block) < int(length[1]):
            raise _Damage(CUT)
        yield start, file.tell(), head + block


def _head(file: BufferedReader) -> bytes:
    """Read to the end of a record's headers, passing over blank lines before them; empty at the end of the file."""
    head = bytearray()
    line_count = 0
    while line := file.readline(_HEADER_BYTES_MAX):
        if line.strip():
            head += line
        elif head:
            return bytes(head + line)
        line_count += bool(head)
        if len(head) > _HEADER_BYTES_MAX or line_count > _HEADER_LINES_MAX or (head and not head.startswith(_BEGIN)):
            raise _Damage(_NO_WARC)
    if head:
        raise _Damage(CUT)
    return b""


def _parse(raw: bytes, start: int) -> Record | None:
    """Read a record's headers; None when they are too many, when it is shorter than it says, or not what its digest says."""
    if not raw.startswith(_BEGIN):
        raise _Damage(_NO_WARC)
    head_end = _head_end(raw)
    if not head_end:
        return None
    stream = BytesIO(raw[:head_end])
    try:
        headers = StatusAndHeadersParser(ArcWarcRecordLoader.WARC_TYPES).parse(stream)
    except (StatusAndHeadersParserException, EOFError) as error:
        raise _Damage(_NO_WARC) from error
    length = headers.get_header("Content-Length", "")
    if not (length.isascii() and length.isdigit() and len(length) <= 15 and head_end + int(length) <= len(raw)):
        return None
    block_end = head_end + int(length)
    if raw[block_end:].strip():
        raise _Damage(f"several records in one gzip member at byte {start}: `warcio recompress` divides them")
    block = raw[head_end:block_end]
    if not _is_as_told(headers.get_header("WARC-Block-Digest", ""), block):
        return None
    return Record(
        kind=headers.get_header("WARC-Type", ""),
        record_id=headers.get_header("WARC-Record-ID", ""),
        uri=headers.get_header("WARC-Target-URI", "").strip("<>"),
        date=headers.get_header("WARC-Date", ""),
        concurrent_to=headers.get_header("WARC-Concurrent-To", ""),
        refers_to=headers.get_header("WARC-Refers-To", ""),
        block=block,
        offset=start,
    )


def _head_end(raw: bytes) -> int:
    """Return where the headers of a record end, the blank line included; 0: nowhere, or after more than anybody writes.

    warcio keeps every line as an object: a small file of many lines would take gigabytes.
    """
    blank = _BLANK_LINE.search(raw, 0, _HEADER_BYTES_MAX)
    return blank.end() if blank and raw.count(b"\n", 0, blank.end()) <= _HEADER_LINES_MAX else 0


def _is_as_told(told: str, block: bytes) -> bool:
    """Tell whether a block has the digest that its headers name; other algorithms than SHA-1 are not checked."""
    if not told.lower().startswith("sha1:") or len(told) != 37:
        return True
    digester = Digester("sha1")
    digester.update(block)
    return str(digester).casefold() == told.casefold()
