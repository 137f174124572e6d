"""A run every half hour asks each site for its robots.txt once a day."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from fakes import NOW, OpenJail, Piece, feed, html, rss, settings

from tidings.config.models import Network
from tidings.pipeline.ingest import ingest
from tidings.pipeline.replay import replay
from tidings.pipeline.run import ARCHIVE, Doors, limits_of
from tidings.store.database import open_store, rows
from tidings.web.client import Client

pytestmark = pytest.mark.slow  # each test works on a real store
WIRE = "http://wire.example/rss"


@dataclass
class Site:
    """Serve a feed whose pages and robots.txt can change, and note what was asked."""

    pieces: list[Piece]
    rules: bytes = b"User-agent: *\nDisallow: /closed/\n"
    status: str = "200 OK"

    def __post_init__(self) -> None:
        self.asked: list[str] = []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.pair = f"127.0.0.1:{self.listener.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                path = connection.recv(8_192).split(b" ")[1].decode()
                self.asked.append(path)
                connection.sendall(self.answer(path))

    def answer(self, path: str) -> bytes:
        if path == "/robots.txt":
            status, kind, body = self.status, "text/plain", self.rules
        elif path == "/rss":
            status, kind, body = "200 OK", "application/rss+xml", rss(self.pieces)
        else:
            status, kind, body = "200 OK", "text/html", html(next(one for one in self.pieces if one.url.endswith(path)))
        return f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def piece(path: str) -> Piece:
    return Piece(
        f"http://wire.example/{path}",
        f"Camp {path}",
        (f"Heavy rain flooded camp {path} near Saraqib in Idlib on Tuesday, aid workers said.",),
    )


@pytest.fixture
def site() -> Iterator[Site]:
    one = Site([piece("open/0"), piece("closed/0")])
    Thread(target=one.serve, daemon=True).start()
    yield one
    one.listener.close()


def run(folder: Path, site: Site, hours: float, *, keep: bool = False):
    """Do one run with a client of its own, as the scheduler does."""
    network = Network(allow_private=[site.pair], connect_to={"wire.example": site.pair}, pause_s=0)
    configured = settings(folder, [feed(WIRE)])
    configured = replace(configured, network=network, recording=configured.recording.model_copy(update={"keep": keep}))
    with Client(limits_of(configured)) as client:
        return configured, ingest(configured, NOW + timedelta(hours=hours), doors=Doors(client, OpenJail()))  # type: ignore[arg-type]


def outcomes(folder: Path) -> dict[str, tuple[str, str]]:
    with open_store(folder, 1) as connection:
        return {row["guid"].rpartition("example/")[2]: (row["outcome"], row["reason"]) for row in rows(connection, "FROM core.entries")}


def test_robots_is_asked_once_a_day_and_obeyed_in_between(tmp_path: Path, site: Site) -> None:
    """The second run knows the rules of the first, pages that came since included; a day later they are asked for again."""
    run(tmp_path, site, 0)
    site.pieces += [piece("open/1"), piece("closed/1")]
    run(tmp_path, site, 12)
    assert site.asked.count("/robots.txt") == 1
    assert outcomes(tmp_path)["closed/1"] == ("rejected", "robots")
    assert outcomes(tmp_path)["open/1"][0] == "new"
    assert not any(path.startswith("/closed/") for path in site.asked)
    site.rules = b""
    site.pieces += [piece("closed/2")]
    run(tmp_path, site, 25)
    assert site.asked.count("/robots.txt") == 2
    assert outcomes(tmp_path)["closed/2"][0] == "new"


def test_trouble_is_not_remembered(tmp_path: Path, site: Site) -> None:
    """A robots.txt that could not be had puts pages off in one run only."""
    site.status = "500 Broken"
    run(tmp_path, site, 0)
    assert outcomes(tmp_path)["open/0"] == ("deferred", "retry_later")
    site.status = "200 OK"
    run(tmp_path, site, 2)
    assert outcomes(tmp_path)["open/0"][0] == "new"
    assert outcomes(tmp_path)["closed/0"] == ("rejected", "robots")


def test_a_recording_stands_for_itself(tmp_path: Path, site: Site) -> None:
    """A run that remembered the rules replays to the same outcomes, though its recording holds no robots.txt and the replay asks nobody."""
    run(tmp_path / "store", site, 0, keep=True)
    site.pieces += [piece("open/1"), piece("closed/1")]
    configured, _ = run(tmp_path / "store", site, 12, keep=True)
    asked = len(site.asked)
    report = replay(configured, tmp_path / "store" / ARCHIVE, tmp_path / "again", jail=OpenJail())  # type: ignore[arg-type]
    assert (report.runs, len(site.asked)) == (2, asked)
    assert outcomes(tmp_path / "again") == outcomes(tmp_path / "store")
    assert outcomes(tmp_path / "again")["closed/1"] == ("rejected", "robots")
