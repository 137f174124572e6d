"""Measure whether a long life costs memory: thousands of polls and pages through the real pipeline, in one process.

`python benchmarks/memory.py --polls 10000`: made-up feeds that change with every poll, answered by a plain object in place of the
web; everything behind it is the product's own: schedule, jail, store, stages of reading. The table shows the memory of this process
and of the jail's children after each tenth; the slope is fitted over the tenths after the first three, per 10,000 polls.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import active_children
from pathlib import Path

import numpy as np
from loopback import Item, loopback_settings, plain_feed, write_rss

from tidings.config import Settings
from tidings.jail import Jail
from tidings.model import Request, Response
from tidings.pipeline.poll import poll_feeds
from tidings.pipeline.read import read_pages
from tidings.pipeline.run import Doors, Run, begin_run, open_jail
from tidings.store.database import open_store
from tidings.store.polls import record_configuration
from tidings.store.upkeep import Retention, tidy

FEEDS = 100
ITEMS = 20  # in each feed, one of them new with every poll
ROWS = 10
SKIPPED = 3  # rows that are warming up
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=12)  # from run to run: every feed is due again
_WORDS = (
    "harbour",
    "storm",
    "ship",
    "pilot",
    "crane",
    "quay",
    "rope",
    "tide",
    "bridge",
    "lamp",
    "engineer",
    "captain",
    "ferry",
    "cargo",
    "light",
    "anchor",
    "sail",
    "gull",
    "fog",
    "net",
)


@dataclass(frozen=True, slots=True)
class Row:
    """Hold what was measured after some polls."""

    polls: int
    pages: int
    parent_mb: float
    children_mb: float
    seconds: float


class Sites:
    """Answer requests for made-up feeds and pages, whose words depend on their number alone."""

    def __init__(self) -> None:
        self.turn = 0

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield a response for each request."""
        for request in requests:
            is_feed = request.kind == "feed"
            body = self._feed(request.url, now) if is_feed else _page(request.url)
            kind = "application/rss+xml" if is_feed else "text/html; charset=utf-8"
            yield Response(request.url, request.url, 200, {"content-type": kind}, body, now)

    def _feed(self, url: str, now: datetime) -> bytes:
        site = url.rpartition("/")[0]
        numbers = range(max(0, self.turn - ITEMS + 1), self.turn + 1)
        return write_rss(
            "Baytown", [Item(f"{site}/{n}", f"Report {n} of the harbour", _text(n), now - timedelta(hours=1)) for n in numbers]
        )


def _text(number: int) -> str:
    return " ".join(_WORDS[(number * 7 + at * (1 + number % 5)) % len(_WORDS)] for at in range(30)).capitalize() + f" {number}."


def _page(url: str) -> bytes:
    number = int(url.rpartition("/")[2])
    paragraphs = "".join(f"<p>{_text(number + at)}</p>" for at in range(8))
    return f"<html><head><title>Report {number}</title></head><body><article>{paragraphs}</article></body></html>".encode()


def measure(polls: int, settings: Settings) -> list[Row]:
    """Poll and read until so many polls are done; return a row for each tenth."""
    sites, rows, done, pages, began = Sites(), [], 0, 0, time.monotonic()
    with open_store(settings.data, 1) as connection:
        record_configuration(connection, settings.feeds, settings.topics, BEGIN)
    with open_jail(settings) as jail:
        while done < polls:
            run = _run(settings, sites, jail)
            done += poll_feeds(run).get("polled", 0)
            pages += read_pages(run)
            with open_store(settings.data, 1) as connection:
                tidy(connection, run.now, Retention(**settings.retention.model_dump()))
            sites.turn += 1
            if done * ROWS >= polls * (len(rows) + 1):
                gc.collect()
                rows.append(Row(done, pages, _resident_mb(os.getpid()), _children_mb(), time.monotonic() - began))
    return rows


def _run(settings: Settings, sites: Sites, jail: Jail) -> Run:
    now = BEGIN + sites.turn * STEP
    return begin_run("ingest", settings, now, Doors(sites, jail))  # type: ignore[arg-type]


def made_up(data: Path) -> Settings:
    """Return settings with the feeds of this measure."""
    hosts = [f"site{number}.example" for number in range(FEEDS)]
    feeds = [plain_feed(f"https://{host}/feed.xml", host, "en") for host in hosts]
    return replace(loopback_settings(data, "127.0.0.1:9", hosts, feeds), recipients=())


def slope_mb(rows: Sequence[Row], name: str) -> float:
    """Fit the growth of one column over the rows that are not warming up, in MB per 10,000 polls."""
    used = rows[SKIPPED:]
    return float(np.polyfit([row.polls for row in used], [getattr(row, name) for row in used], 1)[0]) * 10_000


def _resident_mb(pid: int | None) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return 0.0


def _children_mb() -> float:
    return sum(_resident_mb(one.pid) for one in active_children())


def table(rows: Sequence[Row]) -> str:
    """Write the rows as Markdown."""
    lines = ["| polls | pages | this process, MB | its children, MB | s |", "|---|---|---|---|---|"]
    lines += [f"| {row.polls:,} | {row.pages:,} | {row.parent_mb:.1f} | {row.children_mb:.1f} | {row.seconds:.0f} |" for row in rows]
    slopes = ", ".join(f"{name} {slope_mb(rows, column):+.2f}" for name, column in (("process", "parent_mb"), ("children", "children_mb")))
    return "\n".join([*lines, "", f"Slope over the last {len(rows) - SKIPPED} rows, MB per 10,000 polls: {slopes}."])


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 where this process grows by 1 MB or more per 10,000 polls."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--polls", type=int, default=10_000)
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(asked.polls, made_up(Path(folder)))
    print(table(rows))
    return int(slope_mb(rows, "parent_mb") >= 1)


if __name__ == "__main__":
    sys.exit(main())
