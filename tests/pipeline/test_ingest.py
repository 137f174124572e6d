"""Prove that a run takes everything in once, loses nothing, and ends in the same state however it is cut up."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from fakes import DAY, HOUR, NOW, OpenJail, Piece, Web, World, feed, settings

from tidings.jail import JailFailure
from tidings.model import RunReport
from tidings.pipeline.ingest import ingest, ingest_in
from tidings.pipeline.lock import hold
from tidings.pipeline.run import Batches
from tidings.store.publish import SNAPSHOT_NAME

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

WIRE, POST, BROKEN, DEADLY = (f"https://{host}.example/rss" for host in ("wire", "post", "broken", "deadly"))
FLOOD = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
    "The Idlib health office asked for pumps, blankets and clean water before the weekend.",
    "A nurse at the camp in Idlib counted nine children with fever by the evening.",
)
OIL = (
    "Engineers in Libya restarted two pumps at an oil terminal east of Misrata on Monday.",
    "The Libyan operator expects tankers to load there again within ten days.",
    "Guards at the Misrata gate had blocked the road to the terminal since January.",
)
SOAP = (
    "A soap factory in the valley has won a prize for its lavender bars this spring.",
    "Visitors may tour the old boilers on the first Sunday of each month.",
)


def link(name: str, host: str = "wire") -> str:
    return f"https://{host}.example/{name}"


PIECES = {
    "flood": Piece(link("flood"), "Camp near Saraqib floods", FLOOD, NOW - 3 * HOUR),
    "twin": Piece(link("flood"), "Camp near Saraqib floods", FLOOD, NOW - 2 * HOUR, guid="twin"),
    "oil": Piece(link("oil"), "Pumps restart east of Misrata", OIL, NOW - 5 * HOUR),
    "soap": Piece(link("soap"), "Soap factory wins prize", SOAP, NOW - HOUR),
    "old": Piece(
        link("old"), "Ariha school opens", ("A school in Ariha in Idlib opened its doors to forty pupils again.", *SOAP), NOW - 9 * DAY
    ),
    "gone": Piece(link("gone"), "Gone", FLOOD, status=404),
    "busy": Piece(link("busy"), "Busy", FLOOD, status=503),
    "bomb": Piece(link("bomb"), "bombpage", FLOOD),
    "summary": Piece(
        link("summary"),
        "bombpage too",
        FLOOD,
        summary="Residents of Ariha in Idlib planted two hundred olive trees along the road this week.",
    ),
    "copy": Piece(link("copy", "post"), "Tents moved after flood in camp near Saraqib", FLOOD, NOW - HOUR),
    "empty": Piece(link("empty", "post"), "Empty", ()),
}
FIRST = {
    "flood": ("new", "new_story new_statement"),
    "twin": ("same_article", "same_article"),
    "oil": ("new", "new_story new_statement"),
    "soap": ("off_topic", "no_term"),
    "old": ("known", "older_than_first_window"),
    "gone": ("rejected", "not_found"),
    "busy": ("deferred", "http_503"),
    "bomb": ("rejected", "parser_timeout"),
    "summary": ("new", "new_story"),
    "copy": ("duplicate", "exact"),
    "empty": ("rejected", "empty"),
}


def guid(name: str) -> str:
    return PIECES[name].guid or PIECES[name].url


def world(data: Path, **ingest: int) -> World:
    """Two feeds that work, one that answers 500, one whose parser is killed."""
    web = Web(statuses={BROKEN: 500}, bodies={DEADLY: b"<rss>deadlyfeed</rss>"})
    web.feeds = {
        WIRE: [piece for piece in PIECES.values() if "wire" in piece.url],
        POST: [piece for piece in PIECES.values() if "post" in piece.url],
    }
    jail = OpenJail(
        {"bombpage</h1>": JailFailure("timeout"), "bombpage too</h1>": JailFailure("timeout"), "deadlyfeed": JailFailure("memory")}
    )
    return World(settings(data, [feed(url) for url in (WIRE, POST, BROKEN, DEADLY)], **ingest), web, jail)


@dataclass
class First:
    """Hold the world, and what its store said after the first run, after one when nothing was due, and after a later one."""

    world: World
    report: RunReport
    outcomes: dict[str, tuple[str, str]]
    told: list[tuple[str, str]]
    canonical: list[str]
    asked: list[str]
    idle: RunReport
    canonical_idle: list[str]
    asked_idle: list[str]
    canonical_later: list[str]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> First:
    """Run three times: now, a quarter of an hour later when no feed is due, and two hours later."""
    one = world(tmp_path_factory.mktemp("first"))
    report = one.ingest()
    after = (one.outcomes(), one.told(), one.canonical(), list(one.web.asked))
    idle = one.ingest(NOW + HOUR / 4)
    after_idle = (one.canonical(), list(one.web.asked))
    one.ingest(NOW + 2 * HOUR)
    return First(one, report, *after, idle, *after_idle, one.canonical())


@pytest.mark.parametrize("name", FIRST)
def test_each_entry_ends_in_the_outcome_it_should(first: First, name: str) -> None:
    """Every way an entry can end, in one run: outcome and reason."""
    assert first.outcomes[guid(name)] == FIRST[name]


def test_the_counts_of_a_run_add_up(first: First) -> None:
    """Every entry is in exactly one outcome, none is left pending, and the report counts what the store holds."""
    report = first.report
    assert first.outcomes.keys() == {guid(name) for name in PIECES}
    assert sum(report.outcomes.values()) == report.entries == len(first.outcomes)
    assert report.outcomes == Counter(outcome for outcome, _ in first.outcomes.values())
    assert report.developments == Counter(kind for kind, _ in first.told)
    assert report.duplicates == 1


def test_a_feed_that_fails_costs_only_itself(first: First) -> None:
    """One feed answers 500, one kills its parser: both are named and backed off, the others are read."""
    assert first.report.feeds == {"not_due": 0, "polled": 2, "failed": 2}
    errors = {row["shown_url"]: row["last_error"] for row in first.world.rows("SELECT shown_url, last_error FROM core.feeds")}
    assert errors.pop(DEADLY).startswith("parser_memory: kept as feed-")
    assert errors == {WIRE: "", POST: "", BROKEN: "http_500"}


def test_bytes_that_kill_the_parser_are_kept(first: First) -> None:
    """What a child did not survive lies in the archive to be looked at: two pages and a feed."""
    kept = sorted(path.name.split("-")[0] for path in (first.world.settings.data / "archive" / "stalled").glob("*.bin"))
    assert kept == ["feed", "page", "page"]


def test_what_is_told_are_the_exact_words_of_the_article(first: First) -> None:
    """Every stored statement is its version's text between its offsets."""
    found = first.world.rows(
        'SELECT s.text, a.text AS whole, s.start, s."end" FROM core.statements AS s JOIN core.articles AS a ON a.version_id = s.version_id'
    )
    assert len(found) > 8
    assert all(row["whole"][row["start"] : row["end"]] == row["text"] for row in found)


def test_nothing_is_told_twice(first: First) -> None:
    """The copy, the second entry and the old article tell nothing."""
    words = [words for _, words in first.told]
    assert len(words) == len(set(words))
    assert set(words) == {*FLOOD, *OIL, PIECES["summary"].summary}


def test_a_page_of_two_entries_is_fetched_once(first: First) -> None:
    """Within a run each URL is asked for once."""
    assert first.asked.count(link("flood")) == 1


def test_a_second_run_with_nothing_new_touches_nothing(first: First) -> None:
    """While no feed is due no request is made, and the store stays as it is, but for the run itself."""
    assert (first.idle.entries, first.idle.outcomes, first.idle.developments) == (0, {}, {})
    assert first.idle.feeds == {"not_due": 4}
    assert first.asked_idle == first.asked
    assert first.canonical_idle == first.canonical


def test_polling_again_without_news_changes_only_the_feeds(first: First) -> None:
    """When the feeds serve what they served only times of feeds move, and the one deferred page is tried again."""
    changed = set(first.canonical_later) ^ set(first.canonical)
    others = [line for line in changed if '"table": "feeds"' not in line]
    assert changed > set(others)
    assert all('"table": "entries"' in line and link("busy") in line for line in others)


# ---------------------------------------------------------------- the same, however it is cut up


@pytest.mark.parametrize(
    ("seed", "batches"),
    [
        pytest.param(3, Batches(2, 3, 2), id="other order, small batches"),
        pytest.param(1, Batches(), id="other order", marks=pytest.mark.slow),
        pytest.param(2, Batches(1, 1, 1), id="one at a time", marks=pytest.mark.slow),
        pytest.param(4, Batches(3, 2, 5), id="other small batches", marks=pytest.mark.slow),
    ],
)
def test_order_and_batches_change_nothing(first: First, tmp_path: Path, seed: int, batches: Batches) -> None:
    """Pages that come in another order, and transactions of another size, give the same store, line by line."""
    one = world(tmp_path)
    one.batches = batches
    one.web.order = lambda requests: Random(seed).sample(requests, len(requests))
    one.ingest()
    one.ingest(NOW + 2 * HOUR)
    assert one.canonical() == first.canonical_later


@pytest.mark.slow
def test_a_cap_on_pages_leaves_the_rest_to_the_next_run(tmp_path: Path) -> None:
    """With three pages a run nothing is lost: what was not read is deferred, and read next time.

    Feeds take turns at the pages, and what an earlier run decided stands: so the later of two equal texts may be read
    first, and the other is then the copy.
    """
    one = world(tmp_path, pages_per_run_max=3)
    assert one.ingest().outcomes["deferred"] == len(PIECES) - 3
    for part in (1, 2, 3):
        one.ingest(NOW + part * HOUR / 8)
    found = {name: one.outcomes()[guid(name)] for name in FIRST}
    equal = ("flood", "copy")
    assert {name: found[name] for name in FIRST if name not in equal} == {name: FIRST[name] for name in FIRST if name not in equal}
    assert sorted(found[name] for name in equal) == sorted(FIRST[name] for name in equal)


# ---------------------------------------------------------------- publishing, and one at a time


def test_a_run_publishes_and_reports_itself_even_without_feeds(tmp_path: Path) -> None:
    """The whole ingest leaves a snapshot and its report in the store; an empty configuration is no error and no silence."""
    one = World(settings(tmp_path, []))
    assert ingest_in(one.run()).notes == ("no feeds are configured",)
    assert (tmp_path / SNAPSHOT_NAME).exists()
    assert one.rows("SELECT flow, outcome, report->>'entries' AS entries FROM core.runs") == [
        {"flow": "ingest", "outcome": "done", "entries": "0"}
    ]


def test_a_machine_without_network_says_so(tmp_path: Path) -> None:
    """When every feed fails, the report asks about our own network."""
    one = World(settings(tmp_path, [feed(WIRE), feed(POST)]), Web(failures={WIRE: "dns", POST: "dns"}))
    assert "network" in " ".join(one.ingest().notes)


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """While another process holds the data folder an ingest does nothing and says so."""
    with hold(tmp_path, "ingest") as mine:
        assert mine
        report = ingest(settings(tmp_path, []), NOW)
    assert report.outcome == "locked"
    assert report.notes
