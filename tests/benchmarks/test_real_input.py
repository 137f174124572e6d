"""The building blocks of the real-input benchmark, on made-up rows."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from loopback import Item, LoopbackServer, loopback_settings, plain_feed, write_rss
from real_checks import BrokenPromiseError, check_funnels, check_outcomes, check_report
from real_events import EventSites, Month, event_of, host_of, month_line, page_of, read_year, run_days, sample_lines
from real_input import arguments
from real_pages import PageSites, ServedPage, run_pages, served_page

from tidings.model import Edition, Request, Response, RunReport
from tidings.stages.parse import parse_feed
from tidings.web.client import Client
from tidings.web.limits import limits_from

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

NOON = datetime(2011, 3, 1, 12, tzinfo=UTC)


def row(
    day: str, text: str, *, publishers: tuple[str, ...] = (), headings: tuple[str, ...] = (), since: int | None = None
) -> dict[str, object]:
    return {"date": day, "category": "", "headings": list(headings), "since_heading": since, "text": text, "publishers": list(publishers)}


@pytest.mark.parametrize(
    ("words", "pages", "year"),
    [([], True, 2011), (["--pages"], True, None), (["--events", "2012"], False, 2012), (["--pages", "--events", "2012"], True, 2012)],
    ids=["both by default", "pages only", "events only", "both"],
)
def test_arguments_name_the_parts(words: list[str], pages: bool, year: int | None) -> None:
    """Each part runs when it is named, both when none is."""
    options = arguments(words)
    assert (options.pages, options.events, options.months) == (pages, year, 12)


@pytest.mark.parametrize(
    ("given", "title"),
    [
        (row("2011-03-01", "The bridge at Qasr was closed.", headings=("River floods",), since=0), "River floods"),
        (row("2011-03-01", "The bridge at Qasr was closed.", headings=("River floods",), since=7), "The bridge at Qasr was closed"),
        (row("2011-03-01", "One two three four five six seven eight nine ten eleven."), "One two three four five six seven eight nine ten"),
    ],
    ids=["near heading", "far heading", "no heading"],
)
def test_an_event_is_titled_by_its_heading_or_first_words(given: dict[str, object], title: str) -> None:
    """A heading right before the sentence is its title; one far before may belong to something else."""
    assert event_of(given, 3).title == title


def test_an_event_without_a_publisher_gets_one() -> None:
    """Every event has a publisher, and the publisher a host of its own."""
    assert event_of(row("2011-03-01", "A."), 0).publisher == "wikipedia-events"
    assert host_of("Öst & Väst / News") != host_of("Example Times")
    assert host_of("…") == "unnamed.events.example"


def test_a_year_is_read_by_day(tmp_path: Path) -> None:
    """Only the asked months of the year are read, in the order of the file."""
    path = tmp_path / "events.jsonl.gz"
    rows = [row("2010-12-31", "old"), row("2011-01-02", "a"), row("2011-01-02", "b"), row("2011-02-01", "late")]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(one) + "\n" for one in rows)
    days = read_year(path, 2011, 1)
    assert {day: [event.text for event in events] for day, events in days.items()} == {date(2011, 1, 2): ["a", "b"]}


def test_a_feed_parses_as_written() -> None:
    """Titles and links with markup in them come back from the feed reader as they were."""
    body = write_rss("Sites & more", [Item("http://a.example/?x=1&y=2", "Tolls <rise> & fall", "5 < 6", NOON)])
    response = Response("http://a.example/f", "http://a.example/f", 200, {"content-type": "application/rss+xml"}, body, NOON)
    parsed = parse_feed(response, plain_feed("http://a.example/f", "A"))
    assert [(entry.url, entry.title, entry.published_at) for entry in parsed.entries] == [
        ("http://a.example/?x=1&y=2", "Tolls <rise> & fall", NOON)
    ]


@pytest.fixture
def sites() -> EventSites:
    events = [event_of(row(f"2011-03-0{day}", f"News of day {day} & more.", publishers=("Example Times",)), 0) for day in (1, 2)]
    return EventSites({event.published_at.date(): [event] for event in events}, today=date(2011, 3, 1))


def test_tomorrow_is_not_served(sites: EventSites) -> None:
    """Before its day an event is neither in the feed nor at its address; after it, both."""
    tomorrow = event_of(row("2011-03-02", "x", publishers=("Example Times",)), 0).url.removeprefix("http://example-times.events.example")
    assert sites.answer("example-times.events.example", tomorrow).status == 404
    assert tomorrow.encode() not in sites.answer("example-times.events.example", "/feed.xml").body
    sites.today += timedelta(days=1)
    assert sites.answer("example-times.events.example", tomorrow).status == 200
    assert tomorrow.encode() in sites.answer("example-times.events.example", "/feed.xml").body


def test_a_page_is_escaped(sites: EventSites) -> None:
    """Words of the set cannot become markup of the page."""
    assert b"day 1 &amp; more" in page_of(sites.days[date(2011, 3, 1)][0])


@pytest.fixture
def server(sites: EventSites) -> Iterator[LoopbackServer]:
    with LoopbackServer(sites.answer) as server:
        yield server


def test_the_real_client_reads_the_sites(server: LoopbackServer, sites: EventSites, tmp_path: Path) -> None:
    """The guarded client reaches a made-up host by its mapping, and is told when nothing changed."""
    settings = loopback_settings(tmp_path, server.address, sites.hosts, sites.feeds())
    url = settings.feeds[0].url
    with Client(limits_from(settings.network)) as client:
        first = client.send(Request(url, "feed"), NOON)
        again = client.send(Request(url, "feed", headers=(("if-none-match", first.headers["etag"]),)), NOON)
    assert (first.status, again.status) == (200, 304)


@pytest.mark.slow
def test_days_run_from_feed_to_edition(tmp_path: Path) -> None:
    """Two days on a delivered topic: each entry has its outcome, each day its edition, each funnel adds up, samples are written."""
    told = "Rebels say they hold the port of Misrata in Libya after a night of shelling that closed the coast road."
    rows = [
        row("2011-03-01", told, publishers=("Example Times",)),
        row("2011-03-01", "A museum of tea opens by the harbour after ten years."),
    ]
    later = row(
        "2011-03-02", "A tanker with fuel reached Benghazi in Libya, the first since the strikes began.", publishers=("Example Times",)
    )
    days = {date(2011, 3, 1): [event_of(one, place) for place, one in enumerate(rows)], date(2011, 3, 2): [event_of(later, 0)]}
    results = list(run_days(days, tmp_path))
    for _, report, _, _, _ in results:
        check_report(report)
    check_outcomes(tmp_path, 3)
    check_funnels([edition for _, _, made, _, _ in results for edition in made], [2, 1])
    assert [report.outcomes for _, report, _, _, _ in results] == [{"new": 1, "off_topic": 1}, {"new": 1}]
    assert any(told in line for line in sample_lines(tmp_path))
    month = Month()
    for _, report, made, _, _ in results:
        month.add(report, made, 0.5, 0.25)
    assert (month.entries, month.on_topic, month.editions, month.told) == (3, 2, 2, 2)
    assert month_line("2011-03", month).split()[:3] == ["2011-03", "3", "2"]


def test_pages_run_from_feed_to_outcome(tmp_path: Path) -> None:
    """A page under its own host and path is read; a row without a title is given the page's own."""
    body = (
        b"<html><head><title>A  museum\nof tea</title></head><body><article><p>"
        + b"A museum of tea opens by the harbour. " * 9
        + b"</p></article></body></html>"
    )
    page = served_page({"url": "https://tea.example/a?b=1#c", "title": None, "published": "2011-03"}, body)
    assert page == ServedPage("http://tea.example/a?b=1", "A museum of tea", None, body)
    report, _ = run_pages([page], tmp_path)
    assert report.outcomes == {"off_topic": 1}
    check_outcomes(tmp_path, 1)


def test_sites_answer_only_for_themselves() -> None:
    """A page is found under its own host only."""
    sites = PageSites([ServedPage("http://tea.example/a", "", None, b"")])
    assert sites.answer("tea.example", "/a").status == 200
    assert sites.answer("other.example", "/a").status == 404
    assert sites.answer("other.example", "/served-feed.xml").status == 404


REPORT = RunReport("r", "ingest", NOON, NOON, "done", entries=2, outcomes={"new": 2})


@pytest.mark.parametrize(
    "changed",
    [{"outcome": "failed"}, {"entries": 3}, {"outcomes": {"new": 1, "pending": 1}}],
    ids=["failed", "does not add up", "pending at the end"],
)
def test_a_broken_report_is_seen(changed: dict[str, object]) -> None:
    """The check lets a good report pass and names each way to be bad."""
    check_report(REPORT)
    broken = {
        **{name: getattr(REPORT, name) for name in ("run_id", "flow", "started_at", "ended_at", "outcome", "entries", "outcomes")},
        **changed,
    }
    with pytest.raises(BrokenPromiseError):
        check_report(RunReport(**broken))  # type: ignore[arg-type]


def test_a_missing_edition_is_seen() -> None:
    """The funnels are checked one for one."""
    with pytest.raises(ValueError, match="longer"):
        check_funnels(list[Edition](), [1])
