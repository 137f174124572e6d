"""Serve the sample week on loopback, at a simulated time that the demo moves. Routes by Host header."""

from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Self

from tidings.demo.week import FIRST_POLL, feed_body, feed_modified_at, load_week, page

LOOPBACK = "127.0.0.1"
Answer = tuple[int, dict[str, str], bytes]


def answer(host: str, target: str, now: datetime) -> Answer:
    """Give (status, headers, body) for a host and request target at a simulated time."""
    url = f"http://{host}{target}"
    feed = next((each for each in load_week().feeds if each.url == url), None)
    if feed is None:
        status, headers, body = page(url, now)
        return status, dict(headers), body
    body, content_type, etag = feed_body(feed, now)
    modified = format_datetime(feed_modified_at(feed, now), usegmt=True)
    return HTTPStatus.OK, {"Content-Type": content_type, "ETag": etag, "Last-Modified": modified}, body


def is_unchanged(asked: dict[str, str], headers: dict[str, str]) -> bool:
    """Tell whether the asker's validators (lower-case names) match; an ETag overrules a date, as RFC 9110 says."""
    if "if-none-match" in asked:
        tags = {tag.strip().removeprefix("W/") for tag in asked["if-none-match"].split(",")}
        return headers.get("ETag", "") in tags
    try:
        return parsedate_to_datetime(asked["if-modified-since"]) >= parsedate_to_datetime(headers["Last-Modified"])
    except (KeyError, ValueError, TypeError):
        return False


class _Listener(ThreadingHTTPServer):
    """Take as many connections at once as a client may open; with the usual five, others wait a second to be seen."""

    request_queue_size = 128


class WeekServer:
    """Run the week's hosts on one loopback port, free if none is given. `now` is what the demo moves."""

    def __init__(self, port: int = 0, now: datetime = FIRST_POLL) -> None:
        self.now = now.astimezone(UTC)
        self._httpd = _Listener((LOOPBACK, port), self._handler())
        self._httpd.daemon_threads = True
        self._thread = Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def address(self) -> str:
        """Give the server's `ip:port`."""
        return f"{LOOPBACK}:{self._httpd.server_address[1]}"

    @property
    def connect_to(self) -> dict[str, str]:
        """Map each host of the week to the `ip:port` that answers for it."""
        return dict.fromkeys(load_week().by_host, self.address)

    @property
    def allow_private(self) -> list[str]:
        """List the exact `ip:port` pairs the client must be allowed to reach."""
        return [self.address]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._httpd.shutdown()
        self._httpd.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        week_server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            server_version = "SampleWeek"
            sys_version = ""

            def do_GET(self) -> None:
                host = self.headers.get("Host", "").partition(":")[0].lower()
                status, headers, body = answer(host, self.path, week_server.now)
                asked = {name.lower(): value for name, value in self.headers.items()}
                if status == HTTPStatus.OK and is_unchanged(asked, headers):
                    status, body = HTTPStatus.NOT_MODIFIED, b""
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                if status != HTTPStatus.NOT_MODIFIED:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_HEAD = do_GET  # noqa: N815 - the base class looks for this name

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
                """Stay silent: the run report says what was fetched."""

        return Handler
