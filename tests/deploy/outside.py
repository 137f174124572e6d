"""The world around the services, on loopback: feeds, a mail server, a name server."""

import json
import shutil
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tidings.config.delivered import delivered_folder
from tidings.demo.server import WeekServer
from tidings.demo.week import demo_feeds

_CONFIG = """
[network]
pause_s = 0.0
allow_private = {private}
connect_to = {{ {hosts} }}
[schedule]
ingest_every_m = 1
digest_check_every_m = 1
deliver_every_m = 1
"""
_CHANNELS = """
[email]
host = "127.0.0.1"
port = 2525
security = "none"
from = "tidings@example.org"
[[recipient]]
name = "desk"
channel = "file"
at = []
[[recipient]]
name = "reader"
channel = "email"
address = "reader@example.org"
at = []
"""

# One report of today, invented: the sample week is years old, and what is old at a first run is taken as told.
WIRE_HOST = "wire.example"
WIRE_TITLE = "Relief convoy reaches the north of Idlib"
_WIRE_TEXT = (
    "A convoy of 43 lorries with tents and flour reached the north of Idlib on its third attempt, the road company said.",
    "Its drivers had waited for nine days at a closed bridge outside Saraqib.",
    "The company said that 2,100 families in Idlib had been promised a share, and that a second convoy would follow within a week.",
)
_FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Wire</title><link>http://wire.example/</link><description>d</description>
<item><title>{title}</title><link>http://wire.example/a/convoy</link><guid>convoy</guid><pubDate>{date}</pubDate></item></channel></rss>"""
_PAGE = (
    """<!doctype html><html lang="en"><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"""
)


class Names(threading.Thread):
    """Answer every question for a name with "there is none", and keep what was asked."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.asked: set[str] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 53))

    def run(self) -> None:
        """Serve until the process ends."""
        while True:
            question, sender = self._socket.recvfrom(4096)
            labels, at = [], 12
            while question[at]:
                labels.append(question[at + 1 : at + 1 + question[at]].decode("ascii", "replace"))
                at += 1 + question[at]
            self.asked.add(".".join(labels).lower())
            self._socket.sendto(question[:2] + b"\x81\x83" + question[4:6] + b"\0" * 6 + question[12 : at + 5], sender)


@dataclass(slots=True)
class Mailbox:
    """Keep what an SMTP server on loopback was given."""

    mails: list[tuple[list[str], str]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take one mail."""
        self.mails.append((list(envelope.rcpt_tos), envelope.content.decode("utf-8", "replace")))
        return "250 OK"


class Wire:
    """Serve one feed with one report of today."""

    def __enter__(self) -> Self:
        feed = _FEED.format(title=WIRE_TITLE, date=format_datetime(datetime.now(UTC)))
        answers = {"/feed": ("application/rss+xml", feed), "/a/convoy": ("text/html", page())}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text = answers.get(self.path, ("", ""))
                body = text.encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def page() -> str:
    """Write the report as a page."""
    return _PAGE.format(title=WIRE_TITLE, text="".join(f"<p>{one}</p>" for one in _WIRE_TEXT))


def write_config(folder: Path, server: WeekServer, wire: Wire) -> None:
    """Write a configuration that reads the wire and the sample week on loopback, and tells what is new to a file and by mail."""
    shutil.copytree(delivered_folder(), folder)
    hosts = ", ".join(f'"{host}" = "{address}"' for host, address in {**server.connect_to, WIRE_HOST: wire.address}.items())
    own = {"url": f"http://{WIRE_HOST}/feed", "publisher": "Wire", "language": "en"}
    feeds = ["[[feed]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in feed.items()) for feed in [own, *demo_feeds()]]
    texts = {
        "settings.toml": _CONFIG.format(private=json.dumps([*server.allow_private, wire.address]), hosts=hosts),
        "feeds.toml": "\n\n".join(feeds),
    }
    for name, text in (texts | {"channels.toml": _CHANNELS}).items():
        (folder / name).write_text(text, encoding="utf-8")
