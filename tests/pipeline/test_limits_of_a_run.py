"""Prove what a run says of what it did not finish, and whom it names as publisher."""

from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, Piece, Web, World, feed, settings

from tidings.pipeline.upkeep import upkeep_if_due

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

FEED = "https://wire.example/rss"
TEXTS = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
)


def pieces(count: int, host: str = "wire") -> list[Piece]:
    return [
        Piece(f"https://{host}.example/{number}", f"Camp {number} floods", (f"Camp {number} in Idlib is wet.", *TEXTS))
        for number in range(count)
    ]


def test_pages_beyond_the_limit_of_a_run_wait_for_the_next(tmp_path: Path) -> None:
    """An entry that a run did not come to read is deferred, with that reason, and read by the next run."""
    one = World(settings(tmp_path, [feed(FEED)], pages_per_run_max=2), Web({FEED: pieces(3)}))
    report = one.ingest()
    assert report.outcomes["deferred"] == 1
    assert sum(report.outcomes.values()) == report.entries == 3
    assert [reason for outcome, reason in one.outcomes().values() if outcome == "deferred"] == ["waits_for_next_run"]
    one.ingest(NOW + HOUR)
    assert "deferred" not in {outcome for outcome, _ in one.outcomes().values()}


def test_a_run_that_breaks_off_is_recorded_as_failed(tmp_path: Path) -> None:
    """An error nobody foresaw ends the run as failed, with the error's name; the next run does the work."""

    class Broken(Web):
        def send_all(self, requests: object, now: object) -> object:
            raise RuntimeError("the cable is out")

    one = World(settings(tmp_path, [feed(FEED)]), Broken())  # type: ignore[arg-type]
    with pytest.raises(RuntimeError):
        one.ingest()
    assert [(row["outcome"], "the cable is out" in row["report"]) for row in one.rows("SELECT outcome, report FROM core.runs")] == [
        ("failed", True)
    ]
    one.web = Web({FEED: pieces(1)})
    one.run_count += 1
    assert one.ingest(NOW + HOUR).outcomes == {"new": 1}


def test_the_publisher_is_the_configured_family_of_the_articles_domain(tmp_path: Path) -> None:
    """An article behind a link to a domain of a configured family has that family as publisher and origin."""
    one = World(settings(tmp_path, [feed(FEED, "Wire")]), Web({FEED: pieces(1, "post")}))
    one.change(families={"post.example": "The Post Group"})
    one.ingest()
    assert one.rows("SELECT publisher, origin FROM core.articles") == [{"publisher": "The Post Group", "origin": "The Post Group"}]


def test_upkeep_is_due_a_day_after_the_last(tmp_path: Path) -> None:
    """Those who only call `tidings run` get their upkeep once a day."""
    one = World(settings(tmp_path, []))
    one.ingest()
    assert upkeep_if_due(one.settings, NOW + HOUR) == {}
    assert upkeep_if_due(one.settings, NOW + DAY)
    assert upkeep_if_due(one.settings, NOW + DAY + HOUR) == {}
