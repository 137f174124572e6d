"""Give the tests of the faults two days of one desk: one on which everything goes wrong, and one when all is mended."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import pytest
from fakes import HOUR, NOW
from faults.bodies import make_bombs
from faults.certificates import Authority
from faults.desk import Desk
from faults.scene import WELL, build
from faults.server import town
from faults.table import FAULTS, PAGES

from tidings.model import Coverage, Edition, FeedNote
from tidings.render.html import to_html
from tidings.render.text import to_text
from tidings.render.words import FEEDS_NAMED_MAX

LATER = NOW + 25 * HOUR  # all back-offs are over: none is longer than a day


@dataclass
class Day:
    """Hold what a desk knew after a run."""

    polls: dict[str, dict[str, Any]]
    entries: dict[str, list[dict[str, Any]]]
    report: dict[str, Any]
    edition: Edition
    coverage: list[tuple[str, str]]  # the edition with a few feeds named at a time: text, HTML
    status: str
    answer: dict[str, Any]
    why: dict[str, str]  # by host
    health: dict[str, dict[str, Any]]
    rose_by: int


def look(desk: Desk, now: datetime) -> Day:
    """Run, compose, and ask all there is to ask."""
    desk.run(now)
    edition = desk.compose(now)
    (run,) = desk.rows(f"SELECT report FROM core.runs WHERE flow = 'ingest' AND started_at = '{now.isoformat()}'")
    entries = desk.entries()
    return Day(
        polls=desk.polls(now),
        entries=entries,
        report=json.loads(run["report"]),
        edition=edition,
        coverage=list(in_slices(edition)),
        status=desk.say("status", "--all"),
        answer=json.loads(desk.say("status", "--json")),
        why={page.host: desk.say("why", entries[page.host][0]["url"]) for page in PAGES if entries.get(page.host)},
        health={row["publisher"]: row for row in json.loads(desk.say("feeds", "--json"))},
        rose_by=desk.rose_by,
    )


def in_slices(edition: Edition) -> Iterator[tuple[str, str]]:
    """Render the edition with as many troubled feeds at a time as it names: all but two a day have fewer than these tests."""
    lists = {one.name: getattr(edition.coverage, one.name) for one in fields(Coverage)}
    notes = {name: found for name, found in lists.items() if isinstance(found, tuple) and found and isinstance(found[0], FeedNote)}
    for name, found in notes.items():
        for start in range(0, len(found), FEEDS_NAMED_MAX):
            few = dict.fromkeys(notes, ()) | {name: found[start : start + FEEDS_NAMED_MAX]}
            one = replace(edition, coverage=replace(edition.coverage, **few))
            yield to_text(one), to_html(one)


@pytest.fixture(scope="session")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Day, Day]:
    """Watch a town with every fault for a day, and once more when all is mended."""
    make_bombs()
    authority = Authority(tmp_path_factory.mktemp("authority"))
    with town() as small:
        for host in WELL:
            small.add(host)
        warm = Desk(tmp_path_factory.mktemp("warm"), small)
        warm.configure()
        warm.run(NOW)  # what every run takes in memory is there before the faults strike
    with town() as one:
        desk = build(tmp_path_factory.mktemp("desk"), one, authority)
        before = look(desk, NOW)
        for fault in FAULTS:
            if fault.where == "name":
                one.add(fault.host)
        one.mend()
        desk.configure()
        return before, look(desk, LATER)


@pytest.fixture(scope="session")
def struck(days: tuple[Day, Day]) -> Day:
    return days[0]


@pytest.fixture(scope="session")
def mended(days: tuple[Day, Day]) -> Day:
    return days[1]
