"""Prove that pages edited behind entries that stay as they are are read again: in time, in turn, and never for the worse."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Batches, Piece, Web, World, feed, settings

from tidings.jail import JailFailure
from tidings.render.why import why_lines
from tidings.store.database import open_store
from tidings.store.publish import publish
from tidings.store.why import why

pytestmark = pytest.mark.slow  # each test works on a real store

WIRE = "https://wire.example/rss"
LINK = "https://wire.example/camp"
BEFORE = (
    "A flood swept through the camp near Saraqib on Tuesday, and 12 people drowned in their tents.",
    "Rescue workers pumped water out of the clinic of Saraqib, and the governor blamed the rain.",
    "The road from Saraqib to Ariha stayed open for lorries with blankets all day.",
)
AFTER = (
    "A flood swept through the camp near Saraqib on Tuesday, and 31 people drowned in their tents.",
    "The governor of Idlib admitted that the wall of a reservoir had been cracked since last winter.",
    BEFORE[2],
)
CLOSED = ("We and our partners use cookies on your device.", "Accept all cookies, or manage options and your consent, to read on.")
FLOOD = Piece(LINK, "Camp near Saraqib floods", BEFORE, summary="Water in the camp of Saraqib.")
SOLD = replace(
    FLOOD,
    title="Boats sold in a far harbour",
    entry_title=FLOOD.title,
    paragraphs=("The harbour of a small town on another coast sells forty boats this spring, and the mayor is glad of every one of them.",)
    * 3,
)


def world(tmp_path: Path, *pieces: Piece, batches: Batches | None = None, **ingest: object) -> World:
    web = Web(feeds={WIRE: list(pieces or [FLOOD])})
    return World(settings(tmp_path, [feed(WIRE)], **ingest), web, batches=batches or Batches())  # type: ignore[arg-type]


def shown(one: World, paragraphs: tuple[str, ...]) -> None:
    """Change the page and leave the feed as it is."""
    one.web.feeds[WIRE] = [replace(piece, paragraphs=paragraphs) for piece in one.web.feeds[WIRE]]


def report_of(number: int) -> Piece:
    """Give one of several reports that share all but a sentence."""
    paragraphs = (f"Convoy {number} reached Saraqib with flour.", *BEFORE)
    return replace(FLOOD, url=f"{LINK}/{number}", title=f"Report {number} from Saraqib", paragraphs=paragraphs)


def looked(one: World, at_h: float) -> dict[str, int]:
    return dict(one.ingest(NOW + timedelta(hours=at_h)).reread)


def test_a_silent_edit_is_found_within_hours_and_told_once(tmp_path: Path) -> None:
    """The feed says nothing; at six hours the page is read again: a new version with its difference, and what is new in it is told."""
    one = world(tmp_path)
    one.ingest()
    shown(one, AFTER)
    assert looked(one, 5.5) == {}
    assert one.web.asked.count(LINK) == 1
    report = one.ingest(NOW + 6 * HOUR)
    assert report.reread == {"changed": 1}
    assert report.developments == {"changed_figure": 1, "new_statement": 1}
    assert sorted(words for _, words in one.told()) == sorted({*BEFORE, *AFTER})
    assert one.rows("SELECT added, removed FROM main.versions") == [{"added": list(AFTER[:2]), "removed": list(BEFORE[:2])}]
    told = one.told()
    assert [looked(one, at) for at in (6.5, 23.5, 24, 24.5, 48, 200)] == [{}, {}, {"same": 1}, {}, {}, {}]
    assert one.told() == told


def test_a_page_that_says_what_it_said_changes_nothing(tmp_path: Path) -> None:
    """The store is as it was but for the time of the next look; no entry counts as touched, and nothing is decided."""
    one = world(tmp_path)
    one.ingest()
    before = one.canonical()
    report = one.ingest(NOW + 6 * HOUR)
    assert (report.reread, report.entries, report.outcomes, report.pages) == ({"same": 1}, 0, {}, {})
    changed = set(before) ^ set(one.canonical())
    assert {line.split('"table": ')[1].split('"')[1] for line in changed} == {"articles", "feeds"}
    assert one.rows("SELECT look_again_at FROM core.articles") == [{"look_again_at": NOW + DAY}]


@pytest.mark.parametrize(
    ("happens", "count"),
    [
        pytest.param(lambda web: web.statuses.update({LINK: 404}), {"gone": 1}, id="404"),
        pytest.param(lambda web: web.statuses.update({LINK: 410}), {"gone": 1}, id="410"),
        pytest.param(lambda web: web.statuses.update({LINK: 403}), {"unread": 1}, id="refused"),
        pytest.param(lambda web: web.statuses.update({LINK: 503}), {"unread": 1}, id="server trouble"),
        pytest.param(lambda web: web.failures.update({LINK: "timeout"}), {"unread": 1}, id="no answer"),
        pytest.param(lambda web: web.failures.update({LINK: "dns"}), {"unread": 1}, id="no such host"),
        pytest.param(lambda web: web.feeds.update({WIRE: [replace(FLOOD, paragraphs=CLOSED)]}), {"unread": 1}, id="wall"),
        pytest.param(lambda web: web.feeds.update({WIRE: [SOLD]}), {"off_topic": 1}, id="about something else"),
        pytest.param(
            lambda web: web.feeds.update({WIRE: [replace(FLOOD, paragraphs=BEFORE[:1])]}), {"same": 1}, id="most of it is missing"
        ),
    ],
)
def test_a_look_that_fails_takes_nothing_away(tmp_path: Path, happens: object, count: dict[str, int]) -> None:
    """Text, outcome, attempts and what the feed's pages came to stay as they were."""
    one = world(tmp_path)
    one.ingest()
    kept = "SELECT outcome, reason, read_due, attempt_count, next_attempt_at, e.verdict, a.text, a.title FROM core.entries AS e JOIN core.articles AS a ON a.entry_id = e.id"
    before, told = one.rows(kept), one.told()
    happens(one.web)  # type: ignore[operator]
    assert looked(one, 6) == count
    assert (one.rows(kept), one.told()) == (before, told)
    assert one.rows("SELECT count(*) AS n FROM core.versions") == [{"n": 1}]
    assert one.rows("SELECT state, concern FROM main.feed_health") == [{"state": "fine", "concern": None}]


def test_a_page_on_which_the_reader_breaks_stays_as_it_was(tmp_path: Path) -> None:
    """A child that does not survive a page costs the look, and no more."""
    one = world(tmp_path)
    one.ingest()
    shown(one, AFTER)
    one.jail.deadly = {"reservoir": JailFailure("timeout", "10 s")}
    assert looked(one, 6) == {"unread": 1}
    one.jail.deadly = {}
    assert looked(one, 24) == {"changed": 1}


def test_a_look_to_which_nobody_answered_is_tried_again_soon(tmp_path: Path) -> None:
    """Every four hours until a day after the last that was meant; then it is given up."""
    one = world(tmp_path)
    one.ingest()
    one.web.failures[LINK] = "timeout"
    hours = [at for at in range(2, 60, 2) if looked(one, at)]
    assert hours == [6, 10, 14, 18, 22, 24, 28, 32, 36, 40, 44, 48]


def test_a_page_that_went_is_recorded_and_shown_until_it_is_back(tmp_path: Path) -> None:
    """`gone_since` is when it was first missed; `why` says so. Back again, it is not gone."""
    one = world(tmp_path)
    one.ingest()
    one.web.statuses[LINK] = 410
    assert [looked(one, 6), looked(one, 10)] == [{"gone": 1}, {"gone": 1}]
    one.web.failures[LINK] = "timeout"
    assert looked(one, 14) == {"unread": 1}
    assert one.rows("SELECT gone_since, text FROM main.articles") == [{"gone_since": NOW + 6 * HOUR, "text": "\n\n".join(BEFORE)}]
    with open_store(one.settings.data, 1) as connection:
        publish(connection, one.settings.data)
    said = "\n".join(why_lines(why(one.settings.data, LINK)))
    assert "withdrawn: its page is not there any more, first missed 2020-02-19 12:00 UTC; what was read of it before stands" in said
    one.web.failures.clear()
    one.web.statuses.clear()
    assert looked(one, 18) == {"same": 1}
    assert one.rows("SELECT gone_since FROM main.articles") == [{"gone_since": None}]


def test_new_pages_come_first_and_looks_take_only_a_part(tmp_path: Path) -> None:
    """A run that may read ten pages reads new ones first, then at most two again; the others follow in later runs, the longest due first."""
    one = world(tmp_path, *map(report_of, range(5)), pages_per_run_max=10)
    one.ingest()
    fresh = [replace(report_of(number), url=f"{LINK}/new/{number}") for number in range(10, 19)]
    one.web.feeds[WIRE] += fresh
    report = one.ingest(NOW + 6 * HOUR)
    assert (sum(report.pages.values()), sum(report.reread.values())) == (9, 1)
    assert [sum(looked(one, 7 + number).values()) for number in range(4)] == [2, 2, 0, 0]


@pytest.mark.parametrize("hours", [pytest.param([], id="off"), pytest.param([2, 3], id="other hours")])
def test_the_hours_are_configured(tmp_path: Path, hours: list[float]) -> None:
    """An empty list switches it off, also for articles that waited for their look."""
    one = world(tmp_path, reread_h=hours)
    one.ingest()
    assert [bool(looked(one, at)) for at in (1, 2, 3, 6, 24)] == [False, bool(hours), bool(hours), False, False]


def test_what_was_old_or_came_of_no_page_is_not_looked_at(tmp_path: Path) -> None:
    """An article of last week had its edits before we came; of a closed page we have only the feed's words, and they say when they change."""
    old = replace(FLOOD, published_at=NOW - 5 * DAY)
    closed = replace(FLOOD, url=f"{LINK}/closed", title="Bridge of Ariha falls", status=403, summary=" ".join(BEFORE))
    one = world(tmp_path, old, closed)
    one.ingest()
    assert one.rows("SELECT count(*) AS n, count(look_again_at) AS due FROM core.articles") == [{"n": 2, "due": 0}]


def test_a_teaser_that_became_the_whole_text_is_found(tmp_path: Path) -> None:
    """What was cut when it was first read is read whole at the look."""
    cut = replace(FLOOD, paragraphs=(BEFORE[0], "Subscribe to continue reading."))
    one = world(tmp_path, cut)
    one.ingest()
    assert one.rows("SELECT verdict FROM core.articles") == [{"verdict": "teaser"}]
    shown(one, BEFORE)
    assert looked(one, 6) == {"changed": 1}
    assert one.rows("SELECT a.verdict, e.verdict AS shown FROM core.articles AS a JOIN core.entries AS e ON e.id = a.entry_id") == [
        {"verdict": "full", "shown": "full"}
    ]


def edited(tmp_path: Path, name: str, batches: Batches, *, backwards: bool = False) -> World:
    """Give six articles of which every other is edited, read again in the batches and the order given."""
    pieces = [report_of(number) for number in range(6)]
    one = world(tmp_path / name, *pieces, batches=batches)
    one.web.order = (lambda requests: requests[::-1]) if backwards else list
    one.ingest()
    one.web.feeds[WIRE] = [replace(piece, paragraphs=(piece.paragraphs[0], *AFTER)) if n % 2 else piece for n, piece in enumerate(pieces)]
    one.ingest(NOW + 6 * HOUR)
    return one


def test_order_and_batches_of_looking_change_nothing(tmp_path: Path) -> None:
    """All at once, one at a time, or answered in the reverse order: the same store."""
    whole = edited(tmp_path, "whole", Batches()).canonical()
    assert edited(tmp_path, "single", Batches(1, 1, 1)).canonical() == whole
    assert edited(tmp_path, "reverse", Batches(2, 2, 2), backwards=True).canonical() == whole


class KilledError(Exception):
    """Stand for a kill."""


@pytest.mark.parametrize("page", range(3))
def test_killed_between_looks_nothing_is_lost_or_doubled(tmp_path: Path, page: int) -> None:
    """The run breaks off while it asks for one of the pages; the next one at the same time ends where one that was not killed does."""
    unbroken = edited(tmp_path, "unbroken", Batches(1, 1, 1)).canonical()
    pieces_world = edited_until(tmp_path, page)
    pieces_world.ingest(NOW + 6 * HOUR)
    assert pieces_world.canonical() == unbroken


def edited_until(tmp_path: Path, page: int) -> World:
    """Give the same world, of which the run that looks again was killed at the page of that number."""
    one = world(tmp_path / f"killed-{page}", batches=Batches(1, 1, 1))
    pieces = [report_of(number) for number in range(6)]
    one.web.feeds[WIRE] = pieces
    one.ingest()
    one.web.feeds[WIRE] = [replace(piece, paragraphs=(piece.paragraphs[0], *AFTER)) if n % 2 else piece for n, piece in enumerate(pieces)]
    asked = len(one.web.asked)

    def dies(requests: list) -> list:  # type: ignore[type-arg]
        if len(one.web.asked) - asked > page + 1:
            raise KilledError
        return list(requests)

    one.web.order = dies
    with pytest.raises(KilledError):
        one.ingest(NOW + 6 * HOUR)
    one.web.order = list
    return one
