"""What is said of a run: in its log, its final state and its artifact."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest

from flows.words import Words, health_table, of_delivery, of_digest, of_ingest, of_upkeep, to_markdown
from tidings.model import Delivery, DeliveryState, FailedFeed, RunReport
from tidings.pipeline.deliver import DeliveryReport

NOW = datetime(2020, 2, 19, 6, tzinfo=UTC)


def report(**more: Any) -> RunReport:
    """Make a report of an ingest."""
    return RunReport(**{"run_id": "r", "flow": "ingest", "started_at": NOW, "ended_at": NOW, "outcome": "done", **more})


def delivery(state: DeliveryState, last_error: str = "") -> Delivery:
    """Make a delivery."""
    return Delivery("d", "e", "email", "desk", state, b"", last_error=last_error)


@pytest.mark.parametrize(
    ("words", "line", "failed"),
    [
        pytest.param(of_ingest(report()), "nothing new: no feed had an entry that was not known", False, id="ingest: nothing"),
        pytest.param(
            of_ingest(report(entries=2, outcomes={"new": 1, "off_topic": 1}, developments={"new_story": 1})),
            "2 entries: 1 new, 1 off topic; developments: 1 new story", False, id="ingest: something",
        ),
        pytest.param(of_ingest(report(entries=1, outcomes={"known": 1}, notes=("no feeds",))), "1 entries: 1 known; nothing new; no feeds", False, id="ingest: with a note"),
        pytest.param(of_ingest(report(outcome="locked")), "did nothing: another ingest is at work on this data folder", False, id="ingest: locked"),
        pytest.param(of_digest(()), "no edition was due", False, id="digest: none"),
        pytest.param(of_delivery(DeliveryReport()), "nothing waited", False, id="deliver: nothing"),
        pytest.param(of_delivery(DeliveryReport(locked=True)), "did nothing: another process is delivering from this data folder", False, id="deliver: locked"),
        pytest.param(of_delivery(DeliveryReport((delivery(DeliveryState.SENT),))), "1 sent", False, id="deliver: sent"),
        pytest.param(of_delivery(DeliveryReport((delivery(DeliveryState.PENDING),))), "1 pending", False, id="deliver: waits, not tried"),
        pytest.param(
            of_delivery(DeliveryReport((delivery(DeliveryState.SENT), delivery(DeliveryState.REFUSED, "550 no such mailbox")))),
            "1 refused, 1 sent; desk by email: refused (550 no such mailbox)", True, id="deliver: refused",
        ),
        pytest.param(of_upkeep({"runs": 3, "feed_events": 0}), "runs: 3, feed events: 0", False, id="upkeep"),
    ],
)  # fmt: skip
def test_says_it_in_a_line(words: Words, line: str, failed: bool) -> None:
    """Each report becomes one line of our own words and counts; only what did not arrive ends a run Failed."""
    assert (words.line, words.failed) == (line, failed)


def test_counts_the_developments_of_each_edition() -> None:
    """An edition is named by its recipient and the end of its window."""
    edition = cast("Any", SimpleNamespace(recipient="desk", window_end=NOW, development_count=7))
    assert of_digest((edition,)).line == "1 composed: desk (7 developments)"
    assert of_digest((edition,)).tables == {"developments by edition": {"desk until 2020-02-19 06:00 UTC": 7}}


def test_outside_text_stays_text_in_markdown() -> None:
    """What a mail server said becomes no link, no HTML and no row of its own; tables without rows are left out."""
    shown = to_markdown(Words("line", {"reasons": {"a | b <script>\n| c | [x](http://y.example)": 1}, "empty": {}}, notes=("*note*",)))
    assert shown == (
        "line\n\n- \\*note\\*\n\n| reasons | |\n| --- | ---: |\n"
        "| a \\| b \\<script\\> \\| c \\| \\[x\\](http\\://y.example) | 1 |\n"
    )  # fmt: skip


def test_feeds_that_failed_are_noted() -> None:
    """The artifact of an ingest names the feeds that failed, escaped, and counts failures and pages in tables."""
    bad = FailedFeed("Wire *one*", "https://wire.example/rss", "timeout", "gives no complete answer in time", "<b>no</b>", 1, NOW)
    words = of_ingest(report(failures={"timeout": 1}, failed_feeds=(bad,), pages={"full": 2}))
    assert words.notes == ("Wire *one* https://wire.example/rss gives no complete answer in time (<b>no</b>)",)
    assert {"failures", "pages"} <= words.tables.keys()
    text = to_markdown(words)
    assert "gives no complete answer in time" in text
    assert "<b>" not in text
    assert "*one*" not in text.replace("\\*", "")


def test_the_health_of_feeds_is_a_table_of_text() -> None:
    """Each feed is a row of words, escaped, its times in UTC; what is not known is empty; of a thousand the gravest hundred are kept."""
    row = {
        "state": "failing",
        "publisher": "Wire <b>",
        "feed": "https://wire.example/rss",
        "last_success_at": NOW,
        "failures_in_row": 3,
        "feed_id": "x",
    }
    table = health_table([row, *({"state": "new", "publisher": str(number)} for number in range(999))])
    assert len(table) == 100
    assert table[0] == {
        "state": "failing", "publisher": "Wire \\<b\\>", "feed": "https\\://wire.example/rss", "last_success_at": "2020-02-19 06:00 UTC",
        "failures_in_row": "3", "entries_per_day": "", "note": "",
    }  # fmt: skip
    assert table[1] == dict.fromkeys(table[0], "") | {"state": "new", "publisher": "0"}
