"""Make recordings up: answers, runs, folders."""

import gzip
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidings.ids import feed_id
from tidings.model import Feed, Request, Response
from tidings.recording.form import RunFacts
from tidings.recording.write import RecordingSender, RunFile

NOW = datetime(2020, 2, 19, 6, 0, tzinfo=UTC)
TOKEN = "canary-4f7c1d9e2b"


class Answers:
    """Send nothing: give prepared answers back, by URL."""

    def __init__(self, responses: Iterable[Response]) -> None:
        self.by_url: dict[str, list[Response]] = {}
        for response in responses:
            self.by_url.setdefault(response.url, []).append(response)

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield the next answer for each request."""
        for request in requests:
            yield replace(self.by_url[request.url].pop(0), fetched_at=now)


def feed(url: str, token: str = "") -> Feed:
    """Configure a feed; `${TOKEN}` in its address stands for the token."""
    return Feed(feed_id(url), url.replace("${TOKEN}", token), url, "publisher")


def page(url: str, body: bytes = b"<p>said</p>", status: int = 200, **more: Any) -> Response:
    """Answer for a page."""
    values = {"final_url": url, "headers": {"content-type": "text/html"}, "fetched_at": NOW, **more}
    return Response(url=url, status=status, body=body, **values)


def record(
    folder: Path,
    responses: Sequence[Response],
    *,
    now: datetime = NOW,
    feeds: Sequence[Feed] = (),
    run_id: str = "0123456789abcdef",
    close: bool = True,
    killed: bool = False,
    bytes_max: int = 10_000_000,
    **facts: Any,
) -> RunFile:
    """Record a run that was answered so; requests to the addresses of feeds are polls."""
    file = RunFile(folder, RunFacts(facts.pop("flow", "ingest"), run_id, now, **facts), bytes_max)
    of_url = {feed.url: feed for feed in feeds}
    requests = [
        Request(one.url, "feed" if one.url in of_url else "page", subject_id=of_url[one.url].id if one.url in of_url else "entry")
        for one in responses
    ]
    list(RecordingSender(Answers(responses), file, feeds).send_all(requests, now))
    if killed:
        os.close(file._descriptor)  # as the system does
    elif close:
        file.close()
    return file


def plain_bytes(folder: Path) -> bytes:
    """Return all bytes of a folder's files, as they are and decompressed."""
    files = [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]
    return b"".join(files) + b"".join(gzip.decompress(data) for data in files if data[:2] == b"\x1f\x8b")


@pytest.fixture(scope="session")
def tape() -> SimpleNamespace:
    """Give what makes recordings."""
    return SimpleNamespace(now=NOW, token=TOKEN, Answers=Answers, feed=feed, page=page, record=record, plain_bytes=plain_bytes)
