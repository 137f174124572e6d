"""Serve the events of a year of TIDINGS_DATA/current_events day by day, and read them with one ingest and one edition a day."""

import gzip
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

from loopback import NOT_FOUND, READERS, Answer, Item, LoopbackServer, loopback_settings, plain_feed, write_rss
from real_checks import check_funnels, check_outcomes, check_report, select

from tidings.config import Settings
from tidings.model import Edition, Feed, Kind, Recipient, RunReport
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import ingest
from tidings.pipeline.run import Doors, open_doors
from tidings.store.database import open_store
from tidings.store.publish import publish

NO_PUBLISHER = "wikipedia-events"
RUN_AT_H = 20  # the day's ingest and edition
SHOWN_DAYS = 3  # how far back a feed reaches
HEADING_DISTANCE_MAX = 2  # the set's headings are sure only right before a sentence; see its README
TITLE_WORDS = 10
SAMPLE_COUNT = 30
SAMPLE_SEED = 2011


@dataclass(frozen=True, slots=True)
class Event:
    """Hold one event as a publisher's article."""

    url: str
    publisher: str
    title: str
    text: str
    published_at: datetime


def event_of(row: Mapping[str, Any], number: int) -> Event:
    """Make an article of the `number`th row of a day."""
    publisher = row["publishers"][0] if row["publishers"] else NO_PUBLISHER
    near = row["headings"] and row["since_heading"] is not None and row["since_heading"] <= HEADING_DISTANCE_MAX
    words = row["text"].split()
    title = row["headings"][-1] if near else " ".join(words[:TITLE_WORDS]).rstrip(".,;:")
    day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC)
    url = f"http://{host_of(publisher)}/{day:%Y/%m/%d}/{number:03d}.html"
    return Event(url, publisher, title, row["text"], day + timedelta(hours=8, minutes=number))


def host_of(publisher: str) -> str:
    """Name the host that plays a publisher."""
    letters = re.sub(r"[^a-z0-9]+", "-", publisher.lower()).strip("-")[:60].strip("-")
    return f"{letters or 'unnamed'}.events.example"


def read_year(path: Path, year: int, months: int) -> dict[date, list[Event]]:
    """Read the events of a year's first months, by day, in the order of the file."""
    days: dict[date, list[Event]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            day = date.fromisoformat(row["date"])
            if day.year == year and day.month <= months:
                events = days.setdefault(day, [])
                events.append(event_of(row, len(events)))
    return days


def page_of(event: Event) -> bytes:
    """Write an event's page: a headline, a date, and the sentences."""
    title = escape(event.title)
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="{event.published_at.isoformat()}"></head>'
        f"<body><article><h1>{title}</h1><p>{escape(event.text)}</p></article></body></html>"
    ).encode()


@dataclass(slots=True)
class EventSites:
    """Answer for the publishers: each has one feed of its last days. `today` is what the simulation moves."""

    days: Mapping[date, Sequence[Event]]
    today: date = date.min
    _pages: dict[str, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pages = {event.url: event for events in self.days.values() for event in events}

    @property
    def hosts(self) -> set[str]:
        """Name all hosts."""
        return {host_of(event.publisher) for event in self._pages.values()}

    def feeds(self) -> tuple[Feed, ...]:
        """List the feeds of those who published today: polling a thousand silent ones would only measure the poller."""
        publishers = {host_of(event.publisher): event.publisher for event in self.days.get(self.today, ())}
        return tuple(plain_feed(f"http://{host}/feed.xml", name, "en") for host, name in sorted(publishers.items()))

    def answer(self, host: str, target: str) -> Answer:
        """Answer one request."""
        if target == "/robots.txt":
            return Answer(200, "text/plain", b"User-agent: *\nAllow: /\n")
        if target == "/feed.xml":
            items = [Item(one.url, one.title, one.text, one.published_at) for one in self._shown(host)]
            return Answer(200, "application/rss+xml; charset=utf-8", write_rss(host, items))
        event = self._pages.get(f"http://{host}{target}")
        if event is None or event.published_at.date() > self.today:
            return NOT_FOUND
        return Answer(200, "text/html; charset=utf-8", page_of(event))

    def _shown(self, host: str) -> Iterator[Event]:
        for back in range(SHOWN_DAYS):
            yield from (one for one in self.days.get(self.today - timedelta(days=back), ()) if host_of(one.publisher) == host)


@dataclass(slots=True)
class Month:
    """Add up a month."""

    entries: int = 0
    on_topic: int = 0
    duplicates: int = 0
    developments: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    editions: int = 0
    told: int = 0  # developments in editions
    ingest_s: float = 0.0
    edition_s: float = 0.0

    def add(self, report: RunReport, editions: Sequence[Edition], ingest_s: float, edition_s: float) -> None:
        """Add one day."""
        self.entries += report.entries
        self.on_topic += sum(report.outcomes.get(name, 0) for name in ("new", "nothing_new", "duplicate", "known"))
        self.duplicates += report.duplicates
        self.developments.update(report.developments)
        self.outcomes.update(report.outcomes)
        self.reasons.update(report.reasons)
        self.editions += len(editions)
        self.told += sum(edition.development_count for edition in editions)
        self.ingest_s += ingest_s
        self.edition_s += edition_s


HEAD = f"{'month':8}{'entries':>8}{'on topic':>9}{'duplic.':>8}" + "".join(f"{kind.value:>16}" for kind in Kind)
HEAD += f"{'editions':>9}{'told':>6}{'ingest s':>10}{'edition s':>10}"


def month_line(name: str, month: Month) -> str:
    """Write a month as a line of the table under HEAD."""
    kinds = "".join(f"{month.developments[kind.value]:>16}" for kind in Kind)
    times = f"{month.ingest_s:>10.1f}{month.edition_s:>10.1f}"
    return f"{name:8}{month.entries:>8}{month.on_topic:>9}{month.duplicates:>8}{kinds}{month.editions:>9}{month.told:>6}{times}"


def run_day(settings: Settings, now: datetime, doors: Doors) -> tuple[RunReport, tuple[Edition, ...], float, float]:
    """Ingest, compose, deliver and publish one day; return the report, the editions, and the seconds of ingest and of the rest."""
    started = time.perf_counter()
    report = ingest(settings, now, doors=doors)
    between = time.perf_counter()
    editions = compose_due(settings.data, settings, now)
    deliver(settings.data, settings, now)
    with open_store(settings.data, settings.store.wait_s) as connection:
        publish(connection, settings.data)
    return report, editions, between - started, time.perf_counter() - between


def run_days(days: Mapping[date, Sequence[Event]], data: Path) -> Iterator[tuple[date, RunReport, tuple[Edition, ...], float, float]]:
    """Run the days in order, those without events too."""
    sites = EventSites(days)
    reader = Recipient(READERS, "file", (), (f"{RUN_AT_H}:00",), "UTC", "send")
    with LoopbackServer(sites.answer) as server:
        settings = loopback_settings(data, server.address, sites.hosts, ())
        settings = replace(settings, recipients=(replace(reader, topics=settings.recipients[0].topics),))
        day, last = min(days), max(days)
        with open_doors(settings) as doors:
            while day <= last:
                sites.today = day
                now = datetime(day.year, day.month, day.day, RUN_AT_H, tzinfo=UTC)
                yield day, *run_day(replace(settings, feeds=sites.feeds()), now, doors)
                day += timedelta(days=1)


def show_events(folder: Path, data: Path, year: int, months: int) -> None:
    """Run a year's events, print a line a month as it ends, check the promises, and write samples for reading beside the store."""
    days = read_year(folder / "current_events" / "2002-2018.jsonl.gz", year, months)
    print(f"\n{sum(map(len, days.values()))} events of {len(days)} days, {len(EventSites(days).hosts)} publishers\n{HEAD}", flush=True)
    total, month, name = Month(), Month(), ""
    editions: list[Edition] = []
    for day, report, made, ingest_s, edition_s in run_days(days, data):
        check_report(report)
        if len(made) != 1:
            raise AssertionError(f"{len(made)} editions on {day}")
        editions += made
        if name and name != f"{day:%Y-%m}":
            print(month_line(name, month), flush=True)
            month = Month()
        name = f"{day:%Y-%m}"
        month.add(report, made, ingest_s, edition_s)
        total.add(report, made, ingest_s, edition_s)
    print(month_line(name, month))
    print(month_line("all", total))
    check_outcomes(data, sum(map(len, days.values())))
    check_funnels(editions, [len(days.get(edition.window_end.date(), ())) for edition in editions])
    rate = total.entries / (total.ingest_s + total.edition_s)
    print(f"every entry has one outcome, every funnel adds up; {rate:.1f} entries/s")
    for title, counts in (("outcomes", total.outcomes), ("reasons", total.reasons)):
        print(f"{title}: " + ", ".join(f"{count} {what}" for what, count in counts.most_common()))
    samples = data / "samples.txt"
    samples.write_text("\n".join(sample_lines(data)), encoding="utf-8")
    print(f"{SAMPLE_COUNT} developments and {SAMPLE_COUNT} told statements to read: {samples}")


_SAMPLED = """
SELECT s.id, s.topic, s.text, c.outcome, c.reason, c.score, c.evidence, n.text AS nearest, a.title, a.published_at::DATE AS day, d.kind
FROM statements AS s
JOIN decisions AS c ON c.subject_id = s.id AND c.topic = s.topic AND c.subject_kind = 'statement'
JOIN articles AS a ON a.id = s.article_id
LEFT JOIN (SELECT id, any_value(text) AS text FROM statements GROUP BY id) AS n ON n.id = c.against_id
LEFT JOIN developments AS d ON d.statement_id = s.id AND d.topic = s.topic
WHERE c.outcome = '{outcome}' ORDER BY s.id, s.topic
"""


def sample_lines(data: Path) -> Iterable[str]:
    """Yield a seeded sample of developments and of statements on topic that were held to be told, each with the nearest told one."""
    for outcome in ("development", "told"):
        found = select(data, _SAMPLED.format(outcome=outcome))
        chosen = random.Random(SAMPLE_SEED).sample(found, min(SAMPLE_COUNT, len(found)))
        yield f"===== {len(chosen)} of {len(found)}: {outcome}"
        for number, row in enumerate(chosen, 1):
            _, topic, text, _, reason, score, evidence, nearest, title, day, kind = row
            yield f"\n{number}. {day} [{topic}] {kind or 'told'}: {reason} {score if score is not None else 0:.2f} {evidence or ''}"
            yield f"   title   {title}\n   says    {text}\n   nearest {nearest or '-'}"
        yield ""
