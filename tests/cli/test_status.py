"""`tidings status` says of editions whether they arrived, and of each run what that run did."""

import json

import duckdb

from tidings.store.database import open_store
from tidings.store.publish import publish


def change(desk, sql: str, *parameters: object) -> None:
    """Change the store, and publish that."""
    with open_store(desk.data, 1) as connection:
        connection.execute(sql, list(parameters))
        publish(connection, desk.data, anew=True)


def test_a_delivered_edition_is_called_delivered(read) -> None:
    """Once its message is sent an edition is delivered, whatever its composing was called."""
    out = read("status").out
    assert "edition 2020-02-19 06:00 UTC for desk: 2 developments, delivered" in out
    assert "composed" not in out
    assert "deliveries: nothing waits, nothing failed" in out


def test_an_undelivered_edition_says_how_it_stands(used) -> None:
    """While a message waits, or was refused, its edition is undelivered; a skipped edition is skipped."""
    change(used, "UPDATE core.deliveries SET state = 'refused', last_error = 'no such reader'")
    answer = used("status")
    assert answer.code == 1
    assert "for desk: 2 developments, undelivered: refused" in answer.out
    change(used, "UPDATE core.deliveries SET state = 'pending'")
    assert "undelivered: pending" in used("status").out
    change(used, "DELETE FROM core.deliveries; UPDATE core.editions SET state = 'skipped'")
    assert "2 developments, skipped" in used("status").out


def test_what_waits_is_counted(used) -> None:
    """A message that was never tried is counted as waiting, with when it will be tried; that alone is no failure."""
    change(used, "UPDATE core.deliveries SET state = 'pending', attempt_count = 0")
    answer = used("status")
    assert answer.code == 0
    assert answer.out.endswith("deliveries: 1 wait, the oldest since 2020-02-19 06:00 UTC; next try with the next `tidings deliver`\n")
    change(used, "UPDATE core.deliveries SET attempt_count = 1, last_error = 'busy', next_attempt_at = '2020-02-19 07:00:00Z'")
    assert "1 wait, the oldest since 2020-02-19 06:00 UTC; next try at 2020-02-19 07:00 UTC" in used("status").out


def test_a_snapshot_of_an_older_version_is_one_line(used) -> None:
    """After an upgrade, before anything was published anew, every question is answered or told why not: one line, one document."""
    with duckdb.connect(str(used.data / "tidings.duckdb")) as connection:
        for table, column in (("deliveries", "part"), ("feeds", "failure"), ("statements", "decision")):
            connection.execute(f"ALTER TABLE core.{table} DROP COLUMN {column}")
    for words in (("status",), ("feeds",), ("why", "http://wire.example/flood"), ("seeds",)):
        answer = used(*words)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.count("\n") == 1
        assert "was published by another version of this program" in answer.err
        assert set(used(*words, "--json").json) == {"error"}
    assert used("outbox", "list").code == 0
    used("upkeep")
    assert used("status").code == 0


def test_an_upkeep_is_shown_with_its_own_counts(used) -> None:
    """Entries whose texts an upkeep emptied are no entries that came in: neither in `status` nor in the view."""
    report = json.dumps({"feed_events": 3, "runs": 0, "entries": 78, "stalled": 1})
    change(used, "INSERT INTO core.runs VALUES ('u', 'upkeep', '2030-01-01 00:00:00Z', '2030-01-01 00:00:01Z', 'done', ?, 1)", report)
    line = next(line for line in used("status").out.splitlines() if "upkeep" in line)
    assert line.endswith("upkeep: done, 3 old polls forgotten, 78 old texts of entries emptied, 1 kept bodies forgotten")
    assert used("query", "SELECT entries FROM runs WHERE flow = 'upkeep'", "--format", "json").json == [{"entries": 0}]
    assert "ingest: done, 8 entries, 2 developments" in used("status").out


def test_upkeep_says_what_its_counts_are(used) -> None:
    """Each count of an upkeep comes with what was counted."""
    out = used("upkeep").out
    assert "1 old polls forgotten" in out
    assert "rows of the snapshot read through" in out


def test_a_desk_without_readers_is_told_so(used) -> None:
    """With nobody in channels.toml a run and `status` say that nobody will be told anything, to a script too."""
    (used.config / "channels.toml").unlink()
    said = "channels.toml has no recipient: nobody will be told anything"
    assert f"warning: {said}" in used("status").out
    assert used("status", "--json").json["warnings"] == [said]
    assert f"warning: {said}" in used("run", "--now", "2020-02-19T06:01:00Z").out
    assert used("run", "--now", "2020-02-19T06:02:00Z", "--json").json["warnings"] == [said]


def test_a_feed_that_fails_is_named_everywhere(used) -> None:
    """The run, `status`, `feeds` and the next edition name a feed that cannot be reached, since when and why; a script is told, too."""
    run = used("run", "--now", "2020-02-20T06:00:00Z").out
    assert "1 feeds asked (1 failed)" in run
    assert "  Wire http://wire.example/rss cannot be reached" in run
    report = used("query", "SELECT report FROM runs WHERE flow = 'ingest' ORDER BY started_at DESC LIMIT 1", "--format", "json").json
    failed = report[0]["report"]["failed_feeds"]
    assert [(one["feed"], one["reason"], one["failures_in_row"]) for one in failed] == [("http://wire.example/rss", "connect", 1)]
    said = "failing since 2020-02-20 06:00 UTC: Wire http://wire.example/rss - cannot be reached"
    status = used("status").out
    assert "feeds: 1 failing" in status
    assert said in status
    assert "pages of the last 7 days: " in status
    [ailing] = used("status", "--json").json["ailing"]
    assert (ailing["concern"], ailing["failure"]) == ("failing", "connect")
    assert "failing" in used("feeds").out
    path = max((used.data / "editions").rglob("*.md"), key=lambda one: one.stat().st_mtime_ns)
    edition = " ".join(path.read_text(encoding="utf-8").replace("\\", "").replace("*", "").split())
    assert "0 feeds fine, 1 failing, 0 silent" in edition
    assert "Wire — failing since Thu 20 Feb 06:00: cannot be reached" in edition


def test_feeds_without_trouble_are_said_to_be_without(read) -> None:
    """When nothing is the matter, that is said."""
    assert "feeds: 1 fine; there is nothing the matter with them" in read("status").out
