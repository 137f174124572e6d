"""The view feed_health: one state for each feed, silence against its own habit, shares of its pages, and words for it all."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from feed_row import DAY, FEED, HOUR, NOW, USUAL, health

import tidings
from tidings.web import failures

Add = Callable[..., None]


FAILED = {"failures_in_row": 1, "failing_since": NOW}
STATES = {
    "fine": ({}, "fine", None, "fine"),
    "new": ({"polled_at": None, "first_polled_at": None, "last_new_at": None, "next_due_at": None}, "new", "new", "not polled yet"),
    "failed once": ({**FAILED, "failure": "timeout", "last_error": "timeout"}, "failing", "failing", "gives no complete answer in time"),
    "failed often, in words of a client": (
        {"failures_in_row": 4, "failure": "timeout", "last_error": "timeout: nothing for 20 s"}, "failing", "failing",
        "gives no complete answer in time, 4 times in a row (nothing for 20 s)",
    ),
    "a failure without a word": ({**FAILED, "last_error": "well, that"}, "failing", "failing", "fails (well, that)"),
    "a failure that is not in the table": ({**FAILED, "failure": "some_thing"}, "failing", "failing", "fails: some thing"),
    "gone for good": (
        {"failures_in_row": 3, "failure": "http_410", "last_error": "http_410"}, "failing", "failing",
        "says that it is gone for good (410), 3 times in a row; take it out of feeds.toml, or look for another feed of the site with `tidings feeds find`",
    ),
    "a page instead": (
        {**FAILED, "failure": "not_a_feed", "last_error": "not_a_feed: html"}, "failing", "failing",
        "answers, but with a page that is no feed (html); open it in a browser, or look for the site's feeds with `tidings feeds find`",
    ),
    "a server in trouble": ({**FAILED, "failure": "http_503"}, "failing", "failing", "has trouble with its server (503)"),
    "asked to wait": (
        {**FAILED, "failure": "http_429", "last_error": "http_429", "next_due_at": NOW + 3 * HOUR}, "failing", "failing",
        "says that we ask too often (429); is asked again at 2020-02-20 10:00 UTC; raise every_m of this feed",
    ),
    "another feed at its address": (
        {**FAILED, "failure": "other_feed", "last_error": "other_feed: no entry is as before"}, "failing", "failing",
        "answers with what seems to be another feed (no entry is as before); look at it, and if it is right say so with `tidings feeds accept`",
    ),
    "never gave any": ({"last_new_at": None, "entries_per_day": None}, "silent", "silent", "answers, but never gave an entry"),
    "cut": ({"failure": "cut"}, "fine", "flawed", "breaks off before its end: what stood behind is missing"),
    "little overlap": ({"overlap": 0.1}, "fine", "losing", "entries may be lost between polls: only 10 % of the last poll were known before"),
    "first poll": ({"overlap": 0.0, "first_polled_at": NOW}, "fine", None, "fine"),
    "over the limit": ({"dropped_count": 40, "failure": "dropped"}, "fine", "losing", "gives more entries than are read at once: 40 are left for the next polls"),
    "moved": (
        {"moved_url": "https://b.example/f?key=hush", "moved_at": NOW - DAY}, "fine", "moved",
        "has moved to https://b.example/f?key=…, where it is asked now: write this URL into feeds.toml",
    ),
    "about to move": (
        {"moved_url": "https://b.example/feed", "moved_count": 1}, "fine", "moved",
        "says that it has moved to https://b.example/feed: it is asked there when that has lasted a week",
    ),
    "moved to another domain": (
        {"moved_url": "https://c.example/feed", "moved_count": 0}, "fine", "moved",
        "says that it has moved to https://c.example/feed, on another domain: if that is the same publisher's, write this URL into feeds.toml",
    ),
    "ids changed": ({"storm_at": NOW - DAY}, "fine", "renamed", "changed the ids of its entries on 2020-02-19: they were recognised by their texts"),
    "ids changed long ago": ({"storm_at": NOW - 8 * DAY}, "fine", None, "fine"),
    "certificate by fingerprint": ({"tls_exception": True}, "fine", "unchecked", "its certificate is not checked by name, only by fingerprint"),
    "several things": (
        {**FAILED, "failure": "dns", "tls_exception": True}, "failing", "failing",
        "has a host name that is not found; look for a typing error in feeds.toml; its certificate is not checked by name, only by fingerprint",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("feed", "state", "concern", "note"), STATES.values(), ids=STATES.keys())
def test_states_and_words(
    store: duckdb.DuckDBPyConnection, add: Add, feed: dict[str, Any], state: str, concern: str | None, note: str
) -> None:
    """A feed has one state, its gravest concern in one word, and a note that says all of it and what to do."""
    add(store, "feeds", **(USUAL | feed))
    add(store, "feeds", id=str(uuid.UUID(int=2)), shown_url="https://left.example", configured=False, polled_at=NOW)
    found = health(store)
    assert (found["state"], found["concern"], found["note"]) == (state, concern, note)
    assert (found["failure"] is not None) == (found["failing_since"] is not None) == (state == "failing")
    assert (found["silent_since"] is not None) == (state == "silent")


def test_what_is_never_asked_is_failing(store: duckdb.DuckDBPyConnection, add: Add) -> None:
    """A feed whose turn never comes while others are asked does not look healthy, however often its turn is put off."""
    left = NOW - 5 * DAY
    add(store, "feeds", **(USUAL | {"polled_at": left, "last_success_at": left, "last_new_at": left - HOUR, "failure": "cut"}))
    add(store, "feeds", id=str(uuid.UUID(int=2)), shown_url="https://b.example", configured=False, polled_at=NOW)
    found = health(store)
    assert (found["state"], found["failure"], found["failing_since"]) == ("failing", "not_asked", left)
    assert found["trouble"] == "was not asked since 2020-02-15, while others were"


def test_every_failure_has_words(store: duckdb.DuckDBPyConnection) -> None:
    """Whatever a request or a feed can fail with is said in a sentence of ours."""
    parse = (Path(tidings.__file__).parent / "stages" / "parse.py").read_text(encoding="utf-8")
    words = {value for name, value in vars(failures).items() if name.isupper() and isinstance(value, str)} - {failures.RUN_OVER}
    words |= set(re.findall(r'Rejection\(Stage\.PARSE, "(\w+)"', parse))
    words |= {
        "cut",
        "partial",
        "parked",
        "other_feed",
        "not_modified_unasked",
        "parser_timeout",
        "parser_memory",
        "parser_crash",
        "http_418",
        "http_502",
    }
    said = {word: store.execute("SELECT core.failure_words(?)", [word]).fetchall()[0][0] for word in sorted(words)}
    assert [word for word, sentence in said.items() if sentence.startswith("fails")] == []


def test_no_secret_is_shown(store: duckdb.DuckDBPyConnection, add: Add) -> None:
    """Neither the words of a failure nor a new address carry a key."""
    hush = f"https://u:hush@a.example/f?token=hush&x={'hush' * 6}"
    add(store, "feeds", **(USUAL | FAILED | {"failure": "connect", "last_error": f"connect: {hush} said no", "moved_url": hush}))
    assert "hush" not in str(health(store))


# ---------------------------------------------------------------- pages

PAGES: dict[str, tuple[dict[str, int], str | None, str]] = {
    "full": ({"full": 9, "wall": 1}, None, "fine"),
    "too few to tell": ({"wall": 4}, None, "fine"),
    "walls": ({"full": 2, "wall": 8}, "wall", "its pages are behind a wall (8 of 10)"),
    "walls and refusals": ({"full": 10, "wall": 5, "blocked": 5}, "wall", "its pages are behind a wall (10 of 20)"),
    "only teasers": ({"full": 2, "teaser": 38}, "teaser", "gives only teasers (38 of 40)"),
    "mostly teasers": ({"full": 20, "teaser": 20}, "teaser", "gives mostly teasers (20 of 40)"),
    "empty": ({"empty": 5}, "empty", "its pages hold no text that can be read (5 of 5)"),
    "dead links": ({"not_found": 6, "full": 2}, "not_found", "its links lead to no page (6 of 8)"),
}  # fmt: skip


@pytest.mark.parametrize(("verdicts", "concern", "note"), PAGES.values(), ids=PAGES.keys())
def test_what_its_pages_are(store: duckdb.DuckDBPyConnection, add: Add, verdicts: dict[str, int], concern: str | None, note: str) -> None:
    """The pages of the last 30 days are counted by what they turned out to be, on a topic or not; mostly walls or teasers is said."""
    add(store, "feeds", **USUAL)
    for number, verdict in enumerate(verdict for verdict, count in verdicts.items() for _ in range(count)):
        add(
            store,
            "entries",
            id=str(uuid.UUID(int=100 + number)),
            feed_id=FEED,
            url="https://a.example/1",
            outcome="off_topic",
            verdict=verdict,
            first_seen_at=NOW - DAY,
        )
    found = health(store)
    assert (found["concern"], found["note"]) == (concern, note)
    total = sum(verdicts.values())
    assert found["pages_read"] == total
    for name in ("full", "teaser", "wall", "blocked", "empty"):
        assert found[f"{name}_share"] == verdicts.get(name, 0) / total


ENTRIES: dict[str, tuple[dict[str, Any], dict[str, float] | None]] = {
    "rejected as a wall": ({"outcome": "rejected", "reason": "wall"}, {"wall_share": 1.0}),
    "closed by robots.txt": ({"outcome": "rejected", "reason": "robots"}, {"blocked_share": 1.0}),
    "given up": ({"outcome": "rejected", "reason": "timeout"}, {"full_share": 0.0}),
    "to be tried again": ({"outcome": "deferred", "reason": "timeout"}, None),
    "not read yet": ({"outcome": "pending"}, None),
    "known before reading": ({"outcome": "known", "reason": "older_than_learned"}, None),
    "another entry's article": ({"outcome": "same_article", "reason": "same_article"}, None),
    "without a link": ({"outcome": "off_topic", "url": "", "verdict": "empty"}, None),
    "of long ago": ({"outcome": "off_topic", "verdict": "full", "first_seen_at": NOW - 31 * DAY}, None),
}  # fmt: skip


@pytest.mark.parametrize(("entry", "shares"), ENTRIES.values(), ids=ENTRIES.keys())
def test_which_entries_count_as_pages_read(
    store: duckdb.DuckDBPyConnection, add: Add, entry: dict[str, Any], shares: dict[str, float] | None
) -> None:
    """A page counts once it was read or given up; what had no page, or was not asked for, does not."""
    add(store, "feeds", **USUAL)
    add(
        store,
        "entries",
        **({"id": str(uuid.UUID(int=100)), "feed_id": FEED, "url": "https://a.example/1", "first_seen_at": NOW - DAY} | entry),
    )
    found = health(store)
    assert found["pages_read"] == (0 if shares is None else 1)
    for name, share in (shares or {"full_share": None}).items():
        assert found[name] == share
