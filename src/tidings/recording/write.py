"""Write what a run was answered into one WARC file; a full disk ends the recording, never the run."""

import fcntl
import hashlib
import os
import uuid
import zlib
from base64 import b32encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tidings.model import Feed, Request, Response
from tidings.recording import form
from tidings.recording.secrets import CHARS_MIN, secrets_of
from tidings.text.urls import without_secrets

GZIP_LEVEL = 6  # on 431 real pages 9 took 1.6 times as long for 0.6 % less, 3 half as long for 12 % more
_AS_IT_IS = 0  # level for a body that came compressed
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


class Sender(Protocol):
    """Send requests to the world."""

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request, as they come."""
        ...


class RunFile:
    """Write one run's file, record by record, each whole on the disk before the next. `trouble` says why it ended early."""

    def __init__(
        self, folder: Path, facts: form.RunFacts, bytes_max: int, on_trouble: Callable[[str], None] = lambda _trouble: None
    ) -> None:
        self.trouble = ""
        self.byte_count = 0
        self._bytes_max = bytes_max
        self._on_trouble = on_trouble
        self._now = facts.now
        self._bodies: dict[bytes, tuple[str, str]] = {}  # digest of a body -> (id, URI) of its record
        self._path = folder / (form.file_name(facts) + form.UNFINISHED)
        self._descriptor = -1
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._descriptor = _opened(self._path)
        except OSError as error:
            self.give_up(_words(error))
        self._write(self._record("warcinfo", "", form.fields(form.info_of(facts)), content_type="application/warc-fields")[1])

    def add(self, said: dict[str, Any], body: bytes, encoded: bytes = b"") -> None:
        """Write one answer: the response where there is one, and what is said about it. `encoded`: the body as it came, to be kept so."""
        if self.trouble:
            return
        member, concurrent_to = b"", ""
        if said["status"] and not said["failure"]:
            concurrent_to, member = self._answer(said, encoded or body, encoded=bool(encoded))
        extra = [("WARC-Concurrent-To", concurrent_to)] if concurrent_to else []
        _, beside = self._record("metadata", said["url"], form.dumped(said), extra, content_type=form.JSON)
        self._write(member + beside)

    def close(self) -> None:
        """End the file: it gets its name. A run that is killed before leaves the other name."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor < 0:
            return
        try:
            self._path.rename(finished(self._path))
        except OSError as error:
            self.give_up(_words(error))
        finally:
            os.close(descriptor)  # and with it the lock: only now may another finish or forget the file

    def _answer(self, said: dict[str, Any], body: bytes, *, encoded: bool) -> tuple[str, bytes]:
        digest = hashlib.sha1(body, usedforsecurity=False).digest()  # the digest that the tools of the field read
        extra = [("WARC-Payload-Digest", "sha1:" + b32encode(digest).decode())]
        http = form.http_headers(said["headers"], len(body), encoded=encoded), form.status_line(said["status"])
        if said["status"] == 304 and not body:
            return self._record("revisit", said["final_url"], b"", [("WARC-Profile", NOT_MODIFIED)], http=http)
        earlier = self._bodies.get(digest) if body else None
        if earlier:
            refers = [("WARC-Profile", IDENTICAL), ("WARC-Refers-To", earlier[0]), ("WARC-Refers-To-Target-URI", earlier[1])]
            return self._record("revisit", said["final_url"], b"", [*extra, *refers, ("WARC-Refers-To-Date", self._date())], http=http)
        record_id, member = self._record("response", said["final_url"], body, extra, http=http, level=_AS_IT_IS if encoded else GZIP_LEVEL)
        self._bodies[digest] = (record_id, form.uri(said["final_url"]))
        return record_id, member

    def _record(
        self,
        kind: str,
        url: str,
        payload: bytes,
        extra: Sequence[tuple[str, str]] = (),
        *,
        content_type: str = "",
        http: tuple[list[tuple[str, str]], str] | None = None,
        level: int = GZIP_LEVEL,
    ) -> tuple[str, bytes]:
        """Return the id of a new record, and its bytes, gzipped."""
        record_id = f"<urn:uuid:{uuid.uuid4()}>"
        plain = BytesIO()
        writer = WARCWriter(plain, gzip=False, warc_version="WARC/1.1")
        record = writer.create_warc_record(
            form.uri(url),
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Record-ID": record_id, "WARC-Date": self._date(), **dict(extra)},
            http_headers=StatusAndHeaders(http[1], http[0], protocol="HTTP/1.1") if http else None,
        )
        writer.write_record(record)
        packer = zlib.compressobj(level, zlib.DEFLATED, 31)
        return record_id, packer.compress(plain.getbuffer()) + packer.flush()

    def _date(self) -> str:
        return self._now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _write(self, member: bytes) -> None:
        if self.trouble:
            return
        if self.byte_count + len(member) > self._bytes_max:
            self.give_up(f"a run may write {self._bytes_max} bytes (recording.bytes_max)")
            return
        try:
            _write_all(self._descriptor, member)
            self.byte_count += len(member)
        except OSError as error:
            self.give_up(_words(error))

    def give_up(self, trouble: str) -> None:
        """Stop here, and say so once; half a record at the end is cut off, so that the file stays readable to all."""
        if self.trouble:
            return
        self.trouble = trouble
        self._on_trouble(trouble)
        if self._descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self.byte_count)


def finished(path: Path) -> Path:
    """Return the name that an unfinished file gets in the end."""
    return path.with_name(path.name.removesuffix(form.UNFINISHED))


def is_there(path: Path, descriptor: int) -> bool:
    """Tell whether an open file still stands under its name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _opened(path: Path) -> int:
    """Create a file and lock it; once more when another process, which finishes files of killed runs, was between the two."""
    while True:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if is_there(path, descriptor):
                return descriptor
        except OSError:
            os.close(descriptor)
            raise
        os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _words(error: OSError) -> str:
    return error.strerror or type(error).__name__


class RecordingSender:
    """Send by another sender, and keep what comes back."""

    def __init__(self, sender: Sender, file: RunFile, feeds: Iterable[Feed]) -> None:
        feeds = tuple(feeds)
        self._sender = sender
        self._file = file
        self._secrets = secrets_of(feeds, CHARS_MIN)
        self._own_secrets = secrets_of(feeds)  # hidden in what is said of a feed's own address, however short
        self._shown = {feed.id: without_secrets(feed.shown_url) for feed in feeds}

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request, as they come, each recorded before it is handed on."""
        waiting: dict[str, list[Request]] = {}
        asked = list(requests)
        for request in asked:
            waiting.setdefault(request.url, []).append(request)
        for response in self._sender.send_all(asked, now):
            self._keep(waiting[response.url].pop(), response)  # in the order in which the poll takes them
            yield response

    def _keep(self, request: Request, response: Response) -> None:
        try:
            secrets = self._own_secrets if request.kind == "feed" else self._secrets
            shown_url = self._shown.get(request.subject_id, "") if request.kind == "feed" else ""
            said = form.about(request, response, shown_url or secrets.hide(request.url))
            for name in ("final_url", "detail", "redirects"):
                said[name] = secrets.hide_within(said[name])
            said["headers"] = self._secrets.hide_within(said["headers"])
            body, encoded = self._secrets.hide_bytes(response.body), self._secrets.hide_bytes(response.encoded)
            is_as_it_came = body == response.body and encoded == response.encoded
            self._file.add(said, body, encoded if is_as_it_came else b"")
        except Exception as error:  # noqa: BLE001 - whatever it is, it must not cost the run
            self._file.give_up(f"{type(error).__name__}: {error}"[:200])


def note_run(folder: Path, facts: form.RunFacts, bytes_max: int) -> str:
    """Write down that there was a run that sends nothing; return what went wrong, if anything did."""
    file = RunFile(folder, facts, bytes_max)
    file.close()
    return file.trouble
