"""Live through months in an hour: a run each quarter of an hour by a clock of our own, two hundred feeds with every fault, one process.

`make soak`, or `python benchmarks/soak.py --days 90`. The world is made up (soak_news, soak_web), mail and Slack have their moods and
runs are cut off between two steps (soak_doors); after each run and each simulated day the promises are checked (soak_checks).
What is real: configuration, schedule, parsing and extraction in the jail, store, editions, outbox, publishing, upkeep.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from soak_checks import LATE, Promises
from soak_doors import Killed, Kills, Ledger, Moody
from soak_memory import empty_caches, memory_now
from soak_news import BEGIN, DAY, PLACES, News, host
from soak_web import Sites

from tidings.channels.file import FileChannel
from tidings.config import Settings, load
from tidings.jail import Jail
from tidings.pipeline import ingest
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.publish import republish
from tidings.pipeline.run import Doors, begin_run, open_jail
from tidings.pipeline.upkeep import upkeep
from tidings.store.database import hold_open, open_store

EVERY = timedelta(minutes=15)
STEPS = ("learn_seeds", "bring_index_up", "poll_feeds", "read_pages", "look_again", "decide_articles", "_summarise")
KILL_SHARE = 0.02  # of the runs that are cut off somewhere
CLOCKS = {
    2: timedelta(hours=-1),
    4: timedelta(days=1),
    6: datetime(1970, 1, 1, tzinfo=BEGIN.tzinfo) - BEGIN,
}  # day of a week -> how wrong
CLOCK_RUNS = range(40, 44)  # of such a day: then the clock is right again
ASLEEP = {3: 6, 5: 12}  # day of a week -> hours during which nothing runs
ASLEEP_LONG_DAY, ASLEEP_LONG_H = 9, 72  # day of a month
BARE_EVERY = 15  # days
PUBLISH_EVERY = 8  # runs: writing the published head takes more than all else of a run; besides with each edition and delivery, and daily


@dataclass(slots=True)
class Costs:
    """Add up seconds of the clock and of the processor by part."""

    clock: Counter[str] = field(default_factory=Counter)
    cpu: Counter[str] = field(default_factory=Counter)

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Count what happens within."""
        clock, cpu = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.clock[part] += time.perf_counter() - clock
            self.cpu[part] += time.process_time() - cpu

    @contextmanager
    def of_steps(self) -> Iterator[None]:
        """Count each step of an ingest, within what is counted of the whole."""
        before = {name: getattr(ingest, name) for name in STEPS}
        try:
            for name, function in before.items():
                setattr(ingest, name, self._counted(name, function))
            yield
        finally:
            for name, function in before.items():
                setattr(ingest, name, function)

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            with self.of(f"of it {name.lstrip('_')}"):
                return function(*args, **named)

        return call


@dataclass(slots=True)
class Soak:
    """Hold one life."""

    settings: Settings
    sites: Sites
    jail: Jail
    promises: Promises
    channels: dict[str, Any]
    kills: Kills
    chance: random.Random
    costs: Costs = field(default_factory=Costs)
    runs: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    days: list[dict[str, float]] = field(default_factory=list)
    bare: list[dict[str, float]] = field(default_factory=list)  # what was left of memory once bounded caches were emptied, on some days

    def live(self, days: int) -> None:
        """Live so many days."""
        asleep_until = BEGIN
        for day in range(days):
            asleep_until = max(asleep_until, BEGIN + day * DAY + timedelta(hours=_asleep_h(day)))
            with hold_open(self.settings.data, 1):
                for turn in range(DAY // EVERY):
                    self.sites.time = BEGIN + day * DAY + turn * EVERY
                    if self.sites.time >= asleep_until:
                        self._run(self.sites.time + clock_error(day, turn))
                with self.costs.of("checks of a day"), open_store(self.settings.data, 1) as connection:
                    self.promises.daily(connection, self.sites.time, awake=asleep_until < self.sites.time - LATE)
            with self.costs.of("upkeep"):
                upkeep(self.settings, self.sites.time)
            self._note(day)

    def _run(self, now: datetime) -> None:
        """Do what cron does, unless it is cut off."""
        self.runs += 1
        if self.chance.random() < KILL_SHARE:
            self.kills.arm(self.chance)
        try:
            self._work(now)
        except Killed:
            self.outcomes["killed"] += 1
        self.kills.disarm()

    def _work(self, now: datetime) -> None:
        settings, costs = self.settings, self.costs
        with costs.of("ingest"):
            report = ingest.take_in(begin_run("ingest", settings, now, Doors(self.sites, self.jail)))  # type: ignore[arg-type]
        self.outcomes[report.outcome] += 1
        self.outcomes.update({f"entries: {name}": count for name, count in report.outcomes.items()})
        self.outcomes.update({f"developments: {name}": count for name, count in report.developments.items()})
        with costs.of("compose"):
            editions = compose_due(settings.data, settings, now)
        with costs.of("checks"), open_store(settings.data, 1) as connection:
            self.promises.after_run(connection, report, now)
            self.promises.after_digest(connection, editions)
        self.outcomes["editions"] += len(editions)
        with costs.of("deliver"):
            delivered = deliver(settings.data, settings, now, channels=self.channels, slack_pause_s=0)
        if editions or delivered.deliveries or self.runs % PUBLISH_EVERY == 0:
            with costs.of("publish"):
                republish(settings)

    def _note(self, day: int) -> None:
        memory = memory_now()
        with open_store(self.settings.data, 1) as connection:
            counted = connection.execute("SELECT (SELECT count(*) FROM core.articles), (SELECT count(*) FROM core.told)").fetchone()
        articles, told = counted or (0, 0)
        size = sum(path.stat().st_size for path in self.settings.data.glob("store.duckdb*")) / 1e6
        row = {"day": day + 1, "runs": self.runs, **memory, "store_mb": size, "articles": articles, "told": told}
        if day % BARE_EVERY == 0:
            empty_caches()  # what stays without them is what could grow for ever
            self.bare.append({"day": day + 1, "runs": self.runs, **memory_now()})
        row["clock_s"] = sum(seconds for part, seconds in self.costs.clock.items() if not part.startswith("of it"))
        self.days.append(row)
        say(f"{json.dumps(row)} broken {dict(self.promises.broken)}")


def say(line: str) -> None:
    """Tell whoever waits."""
    print(line, flush=True)


def clock_error(day: int, turn: int) -> timedelta:
    """Return how wrong the clock is."""
    if turn not in CLOCK_RUNS:
        return timedelta()
    error = CLOCKS.get(day % 7, timedelta())
    return error - day * DAY if error < -DAY else error


def _asleep_h(day: int) -> int:
    return ASLEEP_LONG_H if day % 30 == ASLEEP_LONG_DAY else ASLEEP.get(day % 7, 0)


def write_configuration(folder: Path, data: Path, feeds: int) -> Settings:
    """Write what a desk would configure, and read it."""
    folder.mkdir(parents=True)
    topics = [{"name": name, "title": shown, "names": {"en": [f"{shown}*"]}, "places": {"en": [shown]}} for name, shown in PLACES]
    readers: list[dict[str, Any]] = [
        {"name": "desk", "channel": "file", "at": ["07:00"]},
        {"name": "mail", "channel": "email", "address": "mail@desk.example", "at": ["06:30", "18:30"], "time_zone": "Europe/Berlin"},
        {"name": "slack", "channel": "slack", "webhook_env": "SOAK_HOOK", "topics": ["dunmere", "coldrake"], "at": ["08:00"]},
        {"name": "alerts", "channel": "email", "address": "alerts@desk.example", "at": ["09:00"], "alert": {"toll": 10, "origins": 3}},
        {"name": "weekly", "channel": "file", "topics": ["saltby"], "days": ["mon"], "at": ["07:15"]},
        {"name": "quiet", "channel": "file", "at": ["05:00", "12:00"], "quiet": "22:00-06:00", "when_empty": "skip"},
    ]
    mail = {"host": "mail.example", "from": "tidings@desk.example"}
    tables = {
        "settings.toml": _table("store", {"data": str(data), "free_mb_min": 0, "backups": 0}) + _table("recording", {"keep": False}),
        "feeds.toml": "".join(
            _table("[feed]", {"url": f"https://{host(n)}/feed", "publisher": host(n), "language": "en"}) for n in range(feeds)
        ),
        "topics.toml": "".join(_table("[topic]", one) for one in topics),
        "channels.toml": _table("email", mail) + "".join(_table("[recipient]", one) for one in readers),
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load(folder, {"SOAK_HOOK": "https://hooks.slack.com/services/T00000000/B00000000/made-up-for-the-soak"})


def _table(name: str, values: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{json.dumps(key)} = {_value(value)}\n" for key, value in values.items()) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def slope(days: Sequence[Mapping[str, float]], name: str, per: str) -> float:
    """Fit the growth of one column over another, the first three tenths left out as warming up."""
    used = days[len(days) * 3 // 10 :]
    mean_x, mean_y = (sum(row[column] for row in used) / len(used) for column in (per, name))
    spread = sum((row[per] - mean_x) ** 2 for row in used)
    return sum((row[per] - mean_x) * (row[name] - mean_y) for row in used) / spread if spread else 0.0


def report(soak: Soak) -> str:
    """Say how it went."""
    lines = ["| part | s | processor, s | a run, s |", "|---|---|---|---|"]
    for part, clock in soak.costs.clock.most_common():
        lines.append(f"| {part} | {clock:.0f} | {soak.costs.cpu[part]:.0f} | {clock / soak.runs:.3f} |")
    memory, held, torn, live, arenas, objects, cached = (
        slope(soak.days, name, "runs") * 1000 for name in ("memory_mb", "c_mb", "torn_mb", "live_mb", "arenas_mb", "objects", "cached")
    )
    empty_caches()
    soak.bare.append({"day": len(soak.days), "runs": soak.runs, **memory_now()})
    names = ("day", "runs", "memory_mb", "c_mb", "torn_mb", "live_mb", "arenas_mb", "objects")
    store = slope(soak.days, "store_mb", "articles") * 1000
    lines += [
        f"\n{soak.runs} runs; memory {memory:+.2f} MB and {objects:+.0f} objects of Python per 1,000 runs; store {store:+.2f} MB per 1,000 articles",
        f"of the memory held by C code {held:+.2f} MB, free between that {torn:+.2f} MB; by Python's small objects {live:+.2f} MB in arenas of {arenas:+.2f} MB",
        f"in bounded caches {cached:+.0f} entries per 1,000 runs; what was left on some days when these had been emptied:\n",
        f"| {' | '.join(names)} |\n|{'---|' * len(names)}",
        *(
            f"| {' | '.join(format(one[name], ',.0f' if name in ('day', 'runs', 'objects') else '.1f') for name in names)} |"
            for one in soak.bare
        ),
        "",
        f"outcomes: {dict(sorted(soak.outcomes.items()))}",
        f"faults met: {dict(sorted(soak.sites.broken.items()))}",
        f"kills: {dict(sorted(soak.kills.met.items()))}",
        f"channels: { {name: dict(one.moods) for name, one in soak.channels.items() if name != 'file'} }",
        f"checked: {dict(sorted(soak.promises.checked.items()))}",
        f"broken: {dict(soak.promises.broken)}",
        *soak.promises.examples,
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, report; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--keep", type=Path, help="folder that is kept, for a look at the store")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        shutil.rmtree(folder / "config", ignore_errors=True)
        settings = write_configuration(folder / "config", folder / "data", asked.feeds)
        news = News(asked.seed, asked.feeds)
        sites, ledger, kills = Sites(news), Ledger(folder / "ledger.sqlite"), Kills()
        channels: dict[str, Any] = {"file": FileChannel(settings.data / "editions")}
        for name in ("email", "slack"):
            channels[name] = Moody(name, ledger, random.Random(f"{asked.seed}/{name}"), lambda: sites.time)
        with open_jail(settings) as jail, kills.watching():
            soak = Soak(
                settings, sites, jail, Promises(ledger, news, settings.recipients), channels, kills, random.Random(f"{asked.seed}/kills")
            )
            with soak.costs.of_steps():
                soak.live(asked.days)
    say(report(soak))
    return int(bool(soak.promises.broken))


if __name__ == "__main__":
    sys.exit(main())
