"""Read a folder of WARC files as a recording: which runs there were, and where each answer stands. Bodies stay on the disk."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.bufferedreaders import ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser

from tidings.errors import UsageError
from tidings.model import Feed, Response
from tidings.recording import form
from tidings.recording.records import RECORD_BYTES_MAX, Record, WarcFile, record_at
from tidings.recording.secrets import Secrets
from tidings.text.urls import without_secrets

_PATTERNS = ("*.warc.gz", "*.warc.gz.open", "*.warc")
Decode = Callable[[bytes, str], bytes | None]  # (body, content-encoding) -> decoded body; None: too large, or not what it says


@dataclass(frozen=True, slots=True)
class Spot:
    """Say where an answer stands: offsets of the record about it and of its body, if it has them."""

    path: Path
    about: int | None  # None: made by another program
    body: int | None
    status: int
    ok: bool  # a complete 2xx body


@dataclass(frozen=True, slots=True)
class Recording:
    """Hold what a folder has recorded. `answers` gives for each key the answers with the place of their run in `runs`."""

    runs: tuple[form.RunFacts, ...]
    answers: dict[str, list[tuple[int, Spot]]]
    feeds: dict[str, str]  # key -> address as shown
    notes: tuple[str, ...]

    def feed_key(self, feed: Feed) -> str:
        """Return the key of a configured feed's answers; empty: it is not in the recording."""
        shown = without_secrets(feed.shown_url)
        alike = [key for key, url in self.feeds.items() if url == shown]
        found = [
            key for key in (key_of_feed(feed.id), *(alike if len(alike) == 1 else ()), form.uri(feed.shown_url)) if key in self.answers
        ]
        return found[0] if found else ""


def key_of_feed(feed_id: str) -> str:
    """Return the key under which a feed's answers stand; that of a page is its address."""
    return f"feed:{feed_id}"


@dataclass(slots=True)
class _File:
    """Hold what one file has."""

    path: Path
    facts: form.RunFacts | None = None
    answers: list[tuple[str, Spot]] = field(default_factory=list)
    feeds: dict[str, str] = field(default_factory=dict)
    refused_count: int = 0  # answers such as no server gives
    note: str = ""


def read_recording(folder: Path) -> Recording:
    """Read all WARC files of a folder; those that cannot be read are noted. Raises UsageError when nothing can be replayed."""
    paths = sorted({path for pattern in _PATTERNS for path in folder.glob(pattern) if path.is_file()})
    if not paths:
        inner = folder / "archive"
        hint = f"; did you mean {inner}?" if inner.is_dir() else ""
        raise UsageError(f"{folder} holds no recording: expected files that end in .warc.gz{hint}")
    files = [_read_file(path) for path in paths]
    notes = tuple(f"{file.path.name}: {file.note}" for file in files if file.note)
    dated = [(file.facts, file) for file in files if file.facts]
    if not dated:
        raise UsageError("; ".join((f"{folder} holds nothing that can be replayed", *notes)))
    dated.sort(key=lambda one: (one[0].now, one[0].flow == "digest", one[1].path.name))  # `tidings run` ingests, then composes
    answers: dict[str, list[tuple[int, Spot]]] = {}
    feeds: dict[str, str] = {}
    for place, (_, file) in enumerate(dated):
        feeds.update(file.feeds)
        for key, spot in file.answers:
            answers.setdefault(key, []).append((place, spot))
    return Recording(tuple(facts for facts, _ in dated), answers, feeds, notes)


def _read_file(path: Path) -> _File:
    warc, file = WarcFile(path), _File(path)
    bodies: dict[str, int] = {}  # id of a response, or of a revisit -> where the response stands
    last: datetime | None = None
    impossible = False
    for record in warc:
        if record.kind == "warcinfo" and file.facts is None:
            file.facts = form.facts_of(record.block[: form.FACTS_BYTES_MAX].decode("utf-8", "replace"))
            impossible = file.facts is None and b"tidings-flow" in record.block
        elif record.kind == "response":
            bodies[record.record_id] = record.offset
            if file.facts is None:
                last = max(filter(None, (last, _date(record.date))), default=None)
                file.answers += _foreign(path, record)
        elif record.kind == "revisit" and record.refers_to in bodies:
            bodies[record.record_id] = bodies[record.refers_to]
        elif record.kind == "metadata" and file.facts is not None:
            _add(file, record, bodies)
    if file.facts is None and last is not None:  # another program's: one run, at the time of its last response
        file.facts = form.RunFacts("ingest", path.name, last)
    notes = (
        warc.note,
        "" if file.facts or warc.note else "holds no responses",
        "tells of a run that cannot be" if impossible else "",
        f"{file.refused_count} answers that cannot be" if file.refused_count else "",
    )
    file.note = "; ".join(filter(None, notes))
    return file


def _add(file: _File, record: Record, bodies: dict[str, int]) -> None:
    try:
        said = form.loaded(record.block)
        response = form.response_of(said, "", b"")
        kind, url, feed_id = str(said["kind"]), str(said["url"]), str(said["feed"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        file.refused_count += b'"final_url"' in record.block  # else: metadata of another kind
        return
    key = key_of_feed(feed_id) if kind == "feed" else url
    if kind == "feed":
        file.feeds[key] = url
    body = bodies.get(record.concurrent_to)
    file.answers.append((key, Spot(file.path, record.offset, body, response.status, response.ok and body is not None)))


def _foreign(path: Path, record: Record) -> Iterator[tuple[str, Spot]]:
    try:
        status = int(_http(record).get_statuscode())
    except ValueError:
        return
    yield record.uri, Spot(path, None, record.offset, status, 200 <= status < 300)


def _date(text: str) -> datetime | None:
    for zoned in (text, f"{text}+00:00"):
        with suppress(ValueError):
            return form.moment_of(zoned)
    return None


def _http(record: Record) -> Any:
    """Return status line and headers of a response as warcio reads them; raise ValueError when there are none."""
    try:
        return StatusAndHeadersParser([], verify=False).parse(BytesIO(record.http_head))
    except EOFError as error:
        raise ValueError("no HTTP headers") from error


def load(spot: Spot, url: str, secrets: Secrets, decode: Decode) -> Response | None:
    """Return the answer that stands at a spot, as one to `url`; None when it cannot be read any more."""
    try:
        return _own(spot, url, secrets, decode) if spot.about is not None else _other(spot, url, decode)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _own(spot: Spot, url: str, secrets: Secrets, decode: Decode) -> Response | None:
    beside = record_at(spot.path, spot.about or 0)
    record = record_at(spot.path, spot.body) if spot.body is not None else None
    if beside is None or (spot.body is not None and record is None):
        return None
    body: bytes | None = record.body if record else b""
    coding = str(_http(record).get_header("content-encoding", "")) if record else ""
    body = decode(body or b"", coding) if coding else secrets.fill_bytes(body or b"")  # as it came: no secret was found in it
    return None if body is None else form.response_of(secrets.fill_within(form.loaded(beside.block)), url, body)


def _other(spot: Spot, url: str, decode: Decode) -> Response | None:
    record = record_at(spot.path, spot.body or 0)
    if record is None:
        return None
    http = _http(record)
    headers = {str(name).lower(): str(value) for name, value in http.headers}
    body: bytes | None = record.body
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = ChunkedDataReader(BytesIO(record.body)).read(RECORD_BYTES_MAX)
    body = decode(body or b"", headers.get("content-encoding", ""))
    moment = _date(record.date)
    if body is None or moment is None:
        return None
    return Response(url, record.uri, spot.status, headers, body, moment)


def known_feeds(recording: Recording, feeds: Iterable[Feed]) -> dict[str, Feed]:
    """Return the feeds that the recording has answers of, by key."""
    found = {recording.feed_key(feed): feed for feed in feeds}
    return {key: feed for key, feed in found.items() if key}
