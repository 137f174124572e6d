"""Serve many made-up or recorded sites on one loopback port, told apart by the Host header; the product's own client reads them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

from tidings.config import Settings, load
from tidings.config.delivered import delivered_folder
from tidings.ids import feed_id
from tidings.model import Feed, Recipient

LOOPBACK = "127.0.0.1"
READERS = "readers"  # the one recipient


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold what a site says to one request."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Item:
    """Hold one entry of a served feed."""

    url: str
    title: str
    summary: str = ""
    published_at: datetime | None = None


NOT_FOUND = Answer(404, "text/plain", b"nothing here\n")
Answers = Callable[[str, str], Answer]  # (host, request target) -> answer


def write_rss(title: str, items: Iterable[Item]) -> bytes:
    """Write an RSS 2.0 feed; every value is escaped."""
    parts = []
    for item in items:
        date = f"<pubDate>{format_datetime(item.published_at)}</pubDate>" if item.published_at else ""
        parts.append(
            f'<item><title>{escape(item.title)}</title><link>{escape(item.url)}</link><guid isPermaLink="false">{escape(item.url)}</guid>'
            f"<description>{escape(escape(item.summary))}</description>{date}</item>"
        )
    channel = f"<title>{escape(title)}</title><description>{escape(title)}</description>"
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{channel}{"".join(parts)}</channel></rss>'.encode()


class _Listener(ThreadingHTTPServer):
    request_queue_size = 128  # the default of 5 drops connections of a busy client, which tries again a second later
    daemon_threads = True


class LoopbackServer:
    """Answer for any host on one free loopback port, with a strong ETag for each body."""

    def __init__(self, answers: Answers) -> None:
        self._httpd = _Listener((LOOPBACK, 0), _handler(answers))
        self._thread = Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """Give the server's `ip:port`."""
        return f"{LOOPBACK}:{self._httpd.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()


def _handler(answers: Answers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer = answers(self.headers.get("Host", "").partition(":")[0].lower(), self.path)
            etag = f'"{hashlib.blake2b(answer.body, digest_size=8).hexdigest()}"'
            if answer.status == HTTPStatus.OK and self.headers.get("If-None-Match") == etag:
                answer = Answer(HTTPStatus.NOT_MODIFIED, answer.content_type, b"")
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("ETag", etag)
            if answer.status != HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
            pass

    return Handler


def loopback_settings(data: Path, address: str, hosts: Iterable[str], feeds: Sequence[Feed], config: Path | None = None) -> Settings:
    """Return a configuration (the delivered one) with these feeds, all hosts played by `address`, and one reader of files at midnight."""
    delivered = load(config or delivered_folder(), {})
    network = delivered.network.model_copy(update={"connect_to": dict.fromkeys(hosts, address), "allow_private": [address], "pause_s": 0.0})
    topics = tuple(topic.name for topic in delivered.topics)
    reader = Recipient(name=READERS, channel="file", topics=topics, at=("00:00",), time_zone="UTC", when_empty="send")
    return replace(delivered, data=data.absolute(), network=network, feeds=tuple(feeds), recipients=(reader,), email=None)


def plain_feed(url: str, publisher: str, language: str = "") -> Feed:
    """Describe a served feed as a configuration would."""
    return Feed(id=feed_id(url), url=url, shown_url=url, publisher=publisher, language=language)
