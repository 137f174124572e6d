"""Do one of the things that `make bench` compares, in a process of its own: `python bench_ways.py WAY FOLDER PORT SCRATCH`; prints JSON.

The time begins when everything is imported; starting children and a pool counts. FOLDER is that of bench_web.py.
"""

import asyncio
import gzip
import json
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import trafilatura
from bench_web import NOW, feed_urls, read_web
from loopback import LOOPBACK, loopback_settings, plain_feed
from real_events import EventSites, read_year
from replay_2011 import YEAR, record

from tidings.config import Settings
from tidings.model import Request
from tidings.pipeline import decide, ingest, read
from tidings.pipeline.run import limits_of
from tidings.web.client import Client

POOL = 2
CONNECTIONS = 16  # as many as the product's own default


def settings_of(folder: Path, port: str, data: Path, model: str = "off") -> Settings:
    """Return the delivered settings with the feeds of the folder: no pauses on loopback, all pages in one run, none read again."""
    feeds, hosts, places = read_web(folder)
    addresses = feed_urls(feeds, hosts)
    made = loopback_settings(
        data, f"{LOOPBACK}:{port}", [host for host, _ in addresses], [plain_feed(url, host) for host, url in addresses]
    )
    within = made.ingest.model_copy(update={"pages_per_run_max": len(places) + 1, "reread_h": (), "fetch_s_max": 100_000})
    return replace(made, ingest=within, meaning=made.meaning.model_copy(update={"model": model}), recipients=())


class Stages:
    """Measure functions of the pipeline where they are called: clock and processor time of this process."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}
        self.first_s = 0.0
        self.began = time.perf_counter()

    @contextmanager
    def of(self, name: str) -> Iterator[None]:
        """Measure what is done within."""
        clock, processor = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            spent = self.spent.setdefault(name, [0.0, 0.0])
            spent[0] += time.perf_counter() - clock
            spent[1] += time.process_time() - processor

    def wrap(self, module: Any, name: str, shown: str) -> None:
        """Measure a function by its name in the module that calls it."""
        function: Callable[..., Any] = getattr(module, name)

        def measured(*given: Any, **named: Any) -> Any:
            with self.of(shown):
                return function(*given, **named)

        setattr(module, name, measured)

    def wrap_each(self, module: Any, name: str, shown: str) -> None:
        """Measure what a function that yields takes for its items, but not what is done with them."""
        function: Callable[..., Iterator[Any]] = getattr(module, name)

        def measured(*given: Any, **named: Any) -> Iterator[Any]:
            items = function(*given, **named)
            while True:
                with self.of(shown):
                    item = next(items, None)
                if item is None:
                    return
                yield item

        setattr(module, name, measured)

    def watch_developments(self) -> None:
        """Note when the first development is in the store."""
        record = decide.record_decisions

        def recorded(connection: Any, decided: Any, **named: Any) -> Any:
            done = record(connection, decided, **named)
            if not self.first_s and any(one.developments for one in decided):
                self.first_s = time.perf_counter() - self.began
            return done

        decide.record_decisions = recorded


def tidings(folder: Path, port: str, scratch: Path, model: str = "off") -> dict[str, Any]:
    """Run the whole pipeline into an empty store, and once more an hour later, when no feed has anything new."""
    settings = settings_of(folder, port, scratch / "data", model)
    stages = Stages()
    for name in ("learn_seeds", "poll_feeds", "read_pages", "decide_articles", "publish"):
        stages.wrap(ingest, name, name)
    stages.wrap_each(read, "fetch", "read_pages: waiting for fetched and extracted pages")
    stages.wrap(read, "judged", "read_pages: language, topics, figures")
    stages.wrap(read.store, "record_reads", "read_pages: record")
    stages.watch_developments()
    stages.began = time.perf_counter()
    report = ingest.ingest(settings, NOW)
    seconds = time.perf_counter() - stages.began
    parent, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    first = {"asked": counts(port), "spent": dict(stages.spent)}
    again = time.perf_counter()
    second = ingest.ingest(settings, NOW + timedelta(hours=13))
    return first | {
        "seconds": seconds,
        "pages": sum(report.pages.values()),
        "outcomes": dict(report.outcomes),
        "developments": sum(report.developments.values()),
        "duplicates": report.duplicates,
        "first_development_s": stages.first_s,
        "parent_cpu_s": parent.ru_utime + parent.ru_stime,
        "children_cpu_s": children.ru_utime + children.ru_stime,
        "again_s": time.perf_counter() - again,
        "again_feeds": dict(second.feeds),
        "again_asked": counts(port),
    }


def counts(port: str) -> dict[str, int]:
    """Return what the server counted since it was last asked."""
    got = httpx.get(f"http://{LOOPBACK}:{port}/", headers={"Host": "counts.example"}, trust_env=False)
    return dict(got.json())


def fetch(folder: Path, port: str, scratch: Path) -> dict[str, Any]:
    """Fetch all pages with the product's client and do nothing with them."""
    settings = settings_of(folder, port, scratch)
    requests = [Request(one.url, "page", subject_id=one.file) for one in read_web(folder)[2]]
    began = time.perf_counter()
    with Client(limits_of(settings)) as client:
        good = sum(one.status == 200 for one in client.send_all(requests, NOW))
    return {"seconds": time.perf_counter() - began, "pages": good, "asked": counts(port)}


def fetch_httpx(folder: Path, port: str, _scratch: Path) -> dict[str, Any]:
    """Fetch all pages with httpx, over connections that are kept."""
    places = iter(read_web(folder)[2])

    async def work(client: httpx.AsyncClient) -> int:
        good = 0
        for one in places:
            got = await client.get(f"http://{LOOPBACK}:{port}{one.target}", headers={"Host": one.host})
            good += got.status_code == 200
        return good

    async def all_of_them() -> int:
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=CONNECTIONS), timeout=60, trust_env=False) as client:
            return sum(await asyncio.gather(*(work(client) for _ in range(CONNECTIONS))))

    began = time.perf_counter()
    good = asyncio.run(all_of_them())
    return {"seconds": time.perf_counter() - began, "pages": good, "asked": counts(port)}


def _extract(task: tuple[str, str]) -> bool:
    path, url = task
    found = trafilatura.bare_extraction(gzip.decompress(Path(path).read_bytes()).decode(), url=url, fast=True)
    return bool(found and found.text)


def bare(folder: Path, _port: str, _scratch: Path) -> dict[str, Any]:
    """Extract all pages with trafilatura alone, from the disk, in a pool of two."""
    tasks = [(str(folder / one.file), one.url) for one in read_web(folder)[2]]
    began = time.perf_counter()
    with multiprocessing.Pool(POOL) as pool:
        texts = sum(pool.imap_unordered(_extract, tasks, chunksize=8))
    return {"seconds": time.perf_counter() - began, "pages": len(tasks), "texts": texts}


def events(months: str, _port: str, scratch: Path) -> dict[str, Any]:
    """Replay the first months of 2011 with an edition a day."""
    days = read_year(Path(os.environ["TIDINGS_DATA"]) / "current_events" / "2002-2018.jsonl.gz", YEAR, int(months))
    sites = EventSites(days)
    began, processor = time.perf_counter(), time.process_time()
    _, entries = record(sites, scratch / "events")
    span = (max(sites.days) - min(sites.days)).days + 1
    return {
        "seconds": time.perf_counter() - began,
        "parent_cpu_s": time.process_time() - processor,
        "entries": entries,
        "days": span,
        "at": datetime.now(UTC).isoformat(),
    }


WAYS: dict[str, Callable[..., dict[str, Any]]] = {
    "tidings": tidings,
    "tidings-meaning": lambda folder, port, scratch: tidings(folder, port, scratch, "use"),
    "bare": bare,
    "fetch": fetch,
    "fetch-httpx": fetch_httpx,
}


def main() -> None:
    """Do what is asked and print what came of it."""
    way, folder, port, scratch = sys.argv[1:]
    done = events(folder, port, Path(scratch)) if way == "events" else WAYS[way](Path(folder), port, Path(scratch))
    print(json.dumps(done))


if __name__ == "__main__":
    main()
