"""Record the first months of 2011 as they are read, replay the recording twice, and once more without the topic Libya.

Data: TIDINGS_DATA/current_events, served on loopback on a simulated clock: one ingest and one edition a day. All publishers are
configured all the time; of those who publish nothing on a day no feed is polled, which would only measure the poller.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from loopback import READERS, LoopbackServer, loopback_settings, plain_feed
from real_checks import select
from real_events import RUN_AT_H, EventSites, host_of, read_year, run_day

from tidings.config import Settings
from tidings.config.delivered import delivered_folder
from tidings.model import Feed, Recipient, Request, Response
from tidings.pipeline.replay import replay
from tidings.pipeline.run import Doors, Sender, open_doors
from tidings.render.replays import compare_told
from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.told import told

YEAR = 2011
HEAD = f"{'':26}{'seconds':>8}{'entries':>8}{'idlib':>6}{'libya':>6}{'xinjiang':>9}{'editions':>9}{'told':>6}  canonical export  editions"


@dataclass(slots=True)
class OfToday:
    """Pass on only the polls of today's publishers; the others are not polled today."""

    sender: Sender
    sites: EventSites

    def send_all(self, requests: Iterable[Request], now: datetime) -> Iterator[Response]:
        """Yield the responses to what is passed on."""
        today = {feed.url for feed in self.sites.feeds()}
        return self.sender.send_all([one for one in requests if one.kind != "feed" or one.url in today], now)


class Hash:
    """Take text in and keep only its hash."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def write(self, text: str) -> int:
        """Take a piece in."""
        self._hash.update(text.encode())
        return len(text)

    def __str__(self) -> str:
        """Give the first signs of the hash."""
        return self._hash.hexdigest()[:16]


def line(name: str, data: Path, seconds: float, entries: int) -> str:
    """Write a run of the quarter as a line of the table under HEAD, with hashes of the whole store and of all files of editions."""
    canonical, files = Hash(), Hash()
    with open_store(data, 5, read_only=True) as connection:
        export_canonical(connection, canonical)  # type: ignore[arg-type]
    for path in sorted((data / "editions").iterdir()):
        files.write(f"{path.name}\n{path.read_text(encoding='utf-8')}")
    topics = Counter(dict(select(data, "SELECT topic, count(*) FROM developments GROUP BY topic")))
    editions, told_count = select(data, "SELECT count(*), sum(development_count) FROM editions")[0]
    counts = f"{topics['idlib']:>6}{topics['libya']:>6}{topics['xinjiang']:>9}{editions:>9}{int(told_count):>6}"
    return f"{name:26}{seconds:>8.1f}{entries:>8}{counts}  {canonical}  {files}"


def all_feeds(sites: EventSites) -> tuple[Feed, ...]:
    """List the feeds of all publishers, each once."""
    publishers = {host_of(event.publisher): event.publisher for events in sites.days.values() for event in events}
    return tuple(plain_feed(f"http://{host}/feed.xml", name, "en") for host, name in sorted(publishers.items()))


def with_reader(settings: Settings) -> Settings:
    """Let the one reader have an edition when the day's ingest is done."""
    reader = Recipient(READERS, "file", tuple(topic.name for topic in settings.topics), (f"{RUN_AT_H}:00",), "UTC", "send")
    return replace(settings, recipients=(reader,))


def without_libya(folder: Path) -> Path:
    """Copy the delivered configuration without its topic Libya; return the folder of the copy."""
    shutil.copytree(delivered_folder(), folder)
    tables = re.split(r"(?m)^(?=\[\[topic\]\])", (folder / "topics.toml").read_text(encoding="utf-8"))
    kept = [table for table in tables if not re.search(r'(?m)^name = "libya"', table)]
    if len(kept) != len(tables) - 1:
        raise AssertionError("the delivered topics have no table of Libya")
    (folder / "topics.toml").write_text("".join(kept), encoding="utf-8")
    return folder


def record(sites: EventSites, data: Path) -> tuple[Settings, int]:
    """Read the days as they were; return the settings and the number of entries."""
    entries = 0
    with LoopbackServer(sites.answer) as server:
        settings = with_reader(loopback_settings(data, server.address, sites.hosts, all_feeds(sites)))
        with open_doors(settings) as doors:
            day, last = min(sites.days), max(sites.days)
            while day <= last:
                sites.today = day
                now = datetime(day.year, day.month, day.day, RUN_AT_H, tzinfo=UTC)
                entries += run_day(settings, now, Doors(OfToday(doors.client, sites), doors.jail))[0].entries
                day += timedelta(days=1)
    return settings, entries


def show(source: Path, data: Path, months: int) -> None:
    """Do it all, print the table, and fail where a promise is not kept."""
    sites = EventSites(read_year(source / "current_events" / "2002-2018.jsonl.gz", YEAR, months))
    print(f"{sum(map(len, sites.days.values()))} events of {len(sites.days)} days, {len(sites.hosts)} publishers\n{HEAD}", flush=True)
    live, archive = data / "live", data / "live" / "archive"
    started = time.perf_counter()
    settings, entries = record(sites, live)
    results = [show_line("read and recorded", live, started, entries)]
    for name in ("first replay", "second replay"):
        started = time.perf_counter()
        report = replay(settings, archive, data / name.replace(" ", "-"))
        results.append(show_line(name, data / name.replace(" ", "-"), started, report.entries))
    if len(set(results)) != 1:
        raise AssertionError("stores or editions differ")
    other = loopback_settings(live, "127.0.0.1:9", (), settings.feeds, without_libya(data / "without-libya"))
    started = time.perf_counter()
    report = replay(with_reader(other), archive, data / "replay-without-libya")
    show_line("replay without Libya", data / "replay-without-libya", started, report.entries)
    files = [path.stat().st_size for path in archive.glob("*.warc.gz")]
    print(f"the recording: {len(files)} files, {sum(files) / 1e6:.1f} MB; answers of the last replay: {dict(report.answers)}")
    compared = compare_told(told(data / "first-replay"), told(data / "replay-without-libya"))
    for one in compared:
        print(f"{one.topic}: {len(one.both)} told by both, {len(one.only_first)} only with Libya, {len(one.only_second)} only without")
    if any(one.topic == "libya" and (one.both or one.only_second) for one in compared):
        raise AssertionError("Libya is told without its topic")
    if select(data / "replay-without-libya", "FROM editions WHERE list_contains(topics, 'libya')"):
        raise AssertionError("an edition is about Libya without its topic")


def show_line(name: str, data: Path, started: float, entries: int) -> tuple[str, ...]:
    """Print a line of the table; return the hashes in it."""
    text = line(name, data, time.perf_counter() - started, entries)
    print(text, flush=True)
    return tuple(text.split()[-2:])


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=3, metavar="N", help="only the first N months of the year")
    parser.add_argument(
        "--data-folder", type=Path, metavar="DIR", help="where the stores go, emptied first; a new temporary folder if not given"
    )
    options = parser.parse_args()
    if "TIDINGS_DATA" not in os.environ:
        sys.exit("TIDINGS_DATA names the folder of the measuring sets; it is not set")
    data = options.data_folder or Path(tempfile.mkdtemp(prefix="tidings-replay-"))
    for name in ("live", "first-replay", "second-replay", "replay-without-libya", "without-libya"):
        shutil.rmtree(data / name, ignore_errors=True)
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, DuckDB {duckdb.__version__}; stores in {data}", flush=True)
    show(Path(os.environ["TIDINGS_DATA"]), data, options.months)


if __name__ == "__main__":
    main()
