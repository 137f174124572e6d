"""Watch a town from a desk: write its configuration, run, and ask what became of things."""

import io
import json
import resource
import threading
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from faults.server import Town
from faults.transport import resolver

from tidings.cli import call
from tidings.config import load
from tidings.jail import Jail
from tidings.model import Edition, RunReport
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import ingest
from tidings.pipeline.publish import republish
from tidings.pipeline.run import Doors
from tidings.store.database import open_store, rows
from tidings.web.client import Client
from tidings.web.limits import limits_from

TOPICS = '[[topic]]\nname = "idlib"\ntitle = "Idlib"\n[topic.names]\nen = ["Idlib*"]\n'
READER = '[[recipient]]\nname = "desk"\nchannel = "file"\nat = "05:00"\nwhen_empty = "send"\n'
_PAGE_BYTES = resource.getpagesize()
CPU_S = 3  # for one feed or page; the ordinary ones of these tests take less than one


@dataclass
class Desk:
    """Run the real pipeline on a folder: the real client, the real jail with small limits, a real store."""

    folder: Path
    town: Town
    timeout_s: float = 4.0
    tls: Any = None
    rose_by: int = 0  # bytes of memory, at the most, above those at the begin of a run
    feeds: dict[str, str] = field(default_factory=dict)  # host -> URL

    def configure(self, hosts: dict[str, str] | None = None, **network: object) -> None:
        """Write the configuration; `hosts` are feeds without a site in the town, with their URLs."""
        self.feeds = {host: site.url() for host, site in self.town.sites.items()} | (hosts or {})
        config = self.folder / "config"
        config.mkdir(exist_ok=True)
        network = {"pause_s": 0, "timeout_s": self.timeout_s, **network, "allow_private": sorted(self.town.connect_to.values())}
        settings = "".join(f"{name} = {json.dumps(value)}\n" for name, value in network.items())
        pairs = "".join(f'"{host}" = "{pair}"\n' for host, pair in self.town.connect_to.items())
        feeds = "".join(f'[[feed]]\nurl = "{url}"\npublisher = "{host}"\nlanguage = "en"\n' for host, url in self.feeds.items())
        texts = {
            "settings": f'[store]\ndata = "data"\n\n[network]\n{settings}\n[network.connect_to]\n{pairs}',
            "feeds": feeds,
            "topics": TOPICS,
            "channels": READER,
        }
        for name, text in texts.items():
            (config / f"{name}.toml").write_text(text, encoding="utf-8")

    def run(self, now: datetime) -> RunReport:
        """Ingest once at a simulated time."""
        settings = load(self.folder / "config", {})
        stop = threading.Event()
        try:
            with (
                Client(limits_from(settings.network), resolver=resolver(stop), tls=self.tls) as client,
                Jail(cpu_s=CPU_S, memory_mb=512, wall_s=30, recycle_count=500) as jail,
                self._weighed(),
            ):
                return ingest(settings, now, doors=Doors(client, jail))
        finally:
            stop.set()

    def compose(self, now: datetime) -> Edition:
        """Compose an edition, and publish."""
        settings = load(self.folder / "config", {})
        (edition,) = compose_due(settings.data, settings, now, force=True)
        republish(settings)
        return edition

    def rows(self, sql: str) -> list[dict[str, Any]]:
        with open_store(self.folder / "data", 1) as connection:
            return rows(connection, sql)

    def polls(self, now: datetime) -> dict[str, dict[str, Any]]:
        """Return what the polls at a time gave, by host."""
        found = self.rows(
            "SELECT f.publisher, e.* FROM core.feed_events AS e JOIN core.feeds AS f ON f.id = e.feed_id"
            f" WHERE e.polled_at = '{now.isoformat()}'"
        )
        return {row["publisher"]: row for row in found}

    def entries(self) -> dict[str, list[dict[str, Any]]]:
        """Return the entries by the host of their feed."""
        found: dict[str, list[dict[str, Any]]] = {host: [] for host in self.feeds}
        for row in self.rows("SELECT f.publisher, e.* FROM core.entries AS e JOIN core.feeds AS f ON f.id = e.feed_id"):
            found[row["publisher"]].append(row)
        return found

    def say(self, *words: str) -> str:
        """Call a command; return what it wrote."""
        out = io.StringIO()
        with redirect_stdout(out):
            call([*words, "--config", str(self.folder / "config")])
        return out.getvalue()

    @contextmanager
    def _weighed(self):
        """Look at the memory of this process twenty times a second, while a run lasts."""
        done, before = threading.Event(), _resident_bytes()

        def look() -> None:
            while not done.wait(0.05):
                self.rose_by = max(self.rose_by, _resident_bytes() - before)

        watcher = threading.Thread(target=look, daemon=True)
        self.rose_by = 0
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_BYTES
