"""Prove in which words a label is shown."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tidings.model import FailedFeed, RunReport
from tidings.render.answers import FEEDS_NAMED_MAX, health_lines, label_words, run_lines

SAID = {"url": "http://a.example/1", "article_id": "1", "other_url": None, "other_id": None, "other_seed_id": None, "topic": None}


@pytest.mark.parametrize(
    ("more", "words"),
    [
        pytest.param({"kind": "not_duplicate", "other_id": "2", "other_url": "http://b.example/2"}, "not duplicate of http://b.example/2", id="of a report"),
        pytest.param({"kind": "not_duplicate", "other_id": "2", "other_seed_id": "storm"}, "not duplicate of seed storm", id="of a seed without a link"),
        pytest.param({"kind": "same_story", "other_id": "2"}, "same story as 2", id="of what is gone"),
        pytest.param({"kind": "not_on_topic", "topic": "idlib"}, "not on topic idlib", id="a topic"),
    ],
)  # fmt: skip
def test_a_label_says_against_what(more: dict[str, str], words: str) -> None:
    """The other side has its link, or the name of the seed; an id only where nothing else is known."""
    assert label_words(SAID | more) == f"http://a.example/1  {words}"


# ---------------------------------------------------------------- how the feeds stand

NOON = datetime(2020, 2, 20, 12, 0, tzinfo=UTC)
FEED = {
    "publisher": "Harbour Post", "feed": "https://post.example/rss", "state": "failing", "concern": "failing", "failing_since": NOON, "silent_since": None,
    "note": "cannot be reached", "tls_exception": False,
}  # fmt: skip
FINE: dict[str, Any] = {"feeds": {"fine": 2}, "ailing": [], "own_outage": None, "pages": {}}
STANDINGS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "fine": ({}, ["feeds: 2 fine; there is nothing the matter with them"]),
    "nothing polled": ({"feeds": {}}, ["feeds: none polled yet"]),
    "failing": (
        {"feeds": {"failing": 1, "fine": 1}, "ailing": [FEED]},
        ["feeds: 1 failing, 1 fine", "  failing since 2020-02-20 12:00 UTC: Harbour Post https://post.example/rss - cannot be reached"],
    ),
    "silent": (
        {"ailing": [FEED | {"state": "silent", "concern": "silent", "failing_since": None, "silent_since": NOON, "note": "gave nothing"}]},
        ["feeds: 2 fine", "  silent since 2020-02-20 12:00 UTC: Harbour Post https://post.example/rss - gave nothing"],
    ),
    "fine, but": (
        {"ailing": [FEED | {"state": "fine", "concern": "wall", "failing_since": None, "note": "its pages are behind a wall (8 of 9)"}]},
        ["feeds: 2 fine", "  fine, but: Harbour Post https://post.example/rss - its pages are behind a wall (8 of 9)"],
    ),
    "an exception for a certificate": (
        {"ailing": [FEED | {"state": "fine", "concern": "unchecked", "failing_since": None, "note": "its certificate", "tls_exception": True}]},
        ["feeds: 2 fine; there is nothing the matter with them", "  certificates trusted by their fingerprint alone: https://post.example/rss"],
    ),
    "an outage that lasts": (
        {"own_outage": {"run_count": 1, "since": NOON, "until": None}},
        ["feeds: 2 fine; there is nothing the matter with them", "  our own network reaches nobody since 2020-02-20 12:00 UTC: look after it first"],
    ),
    "an outage that is over": (
        {"own_outage": {"run_count": 1, "since": NOON, "until": NOON}},
        ["feeds: 2 fine; there is nothing the matter with them", "  our own network reached nobody from 2020-02-20 12:00 UTC to 2020-02-20 12:00 UTC"],
    ),
    "never asked": (
        {"ailing": [FEED | {"state": "new", "concern": "new", "failing_since": None, "note": "not polled yet"}]},
        ["feeds: 2 fine", "  new: Harbour Post https://post.example/rss - not polled yet"],
    ),
    "pages": (
        {"pages": {"full": 1200, "wall": 3, "blocked": 1, "robots": 1, "parser_timeout": 1}},
        [
            "feeds: 2 fine; there is nothing the matter with them",
            "pages of the last 7 days: 1,200 read in full, 3 behind a wall, 2 closed to us, 1 stopped while being read",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("more", "lines"), STANDINGS.values(), ids=STANDINGS.keys())
def test_how_the_feeds_stand(more: dict[str, Any], lines: list[str]) -> None:
    """What is the matter is said of each feed that has something, and that nothing is the matter is said, too."""
    assert list(health_lines(FINE | more)) == lines


def test_many_feeds_are_named_to_a_bound() -> None:
    """The gravest are named, the rest is counted; an exception for a certificate is named however many feeds fail."""
    ailing = [FEED | {"publisher": f"P{number}"} for number in range(20)] + [
        FEED | {"concern": "unchecked", "feed": "https://own.example", "tls_exception": True}
    ]
    lines = list(health_lines(FINE | {"ailing": ailing}))
    assert len(lines) == 1 + FEEDS_NAMED_MAX + 2
    assert len(list(health_lines(FINE | {"ailing": ailing}, 100))) == 1 + 20 + 1
    assert lines[1].endswith("P0 https://post.example/rss - cannot be reached")
    assert lines[-2:] == [
        "  and 8 more: `tidings status --all` names them",
        "  certificates trusted by their fingerprint alone: https://own.example",
    ]


def failed(number: int = 0, **more: Any) -> FailedFeed:
    """Make a feed whose poll failed."""
    usual = {"trouble": "gives no complete answer in time", "detail": "nothing for 20 s", "failures_in_row": 1, "failing_since": NOON}
    return FailedFeed(**{"publisher": f"P{number}", "feed": "https://post.example/rss", "reason": "timeout", **usual, **more})


def test_a_run_names_the_feeds_that_failed() -> None:
    """A run's report names feed, trouble, streak and detail, what pages came to, and counts what it does not name."""
    report = RunReport("r", "ingest", NOON, NOON, "done", feeds={"polled": 1, "failed": 2}, failures={"timeout": 1, "dns": 1}, pages={"full": 2, "parser_memory": 1},
                       failed_feeds=(failed(), failed(1, trouble="has a host name that is not found", detail="", failures_in_row=3)))  # fmt: skip
    assert list(run_lines(report))[:4] == [
        "3 feeds asked (1 polled, 2 failed)",
        "  P0 https://post.example/rss gives no complete answer in time (nothing for 20 s)",
        "  P1 https://post.example/rss has a host name that is not found, 3 times in a row since 2020-02-20 12:00 UTC",
        "pages: 2 read in full, 1 stopped while being read",
    ]
    many = replace(report, failures={"timeout": 70}, failed_feeds=tuple(failed(number) for number in range(50)))
    assert list(run_lines(many))[1 + FEEDS_NAMED_MAX] == "  and 58 more: `tidings status --all` names them; in all 70 timeout"


def test_what_a_server_said_stays_text() -> None:
    """Escape sequences and lines of a server's answer reach no terminal."""
    report = RunReport("r", "ingest", NOON, NOON, "done", failed_feeds=(failed(detail="\x1b[31mred\nnext: done"),), failures={"timeout": 1})
    answer = FINE | {"ailing": [FEED | {"note": "\x1b]8;;http://evil.example\x07", "publisher": "a\nb"}]}
    assert not any(character in line for line in (*run_lines(report), *health_lines(answer)) for character in "\x1b\n\x07")
