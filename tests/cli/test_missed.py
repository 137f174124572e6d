"""What a schedule should have brought and did not is a failure: `tidings status` says so, to people, to scripts and to Prometheus."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import NOW
from prometheus import read as read_metrics
from prometheus_client.parser import text_string_to_metric_families

from tidings.pipeline.metrics import METRICS_NAME
from tidings.store.database import open_store
from tidings.store.publish import publish

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PATIENCE = 105 * MINUTE  # half as long again as 30 minutes, and an hour

GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "operate.md"


def expecting(desk, more: str = "") -> None:
    """Let runs be expected."""
    path = desk.config / "settings.toml"
    text = path.read_text(encoding="utf-8").replace("expected = false", f"expected = true\n{more}")
    path.write_text(text, encoding="utf-8")


def at(desk, moment, *words):
    """Ask how things stand at a time."""
    return desk("status", "--now", moment.isoformat(), *words)


def missed(desk, moment) -> list[str]:
    """Return what is missed at a time: the code, the lines and the JSON say the same."""
    answer, said = at(desk, moment), at(desk, moment, "--json")
    found = [one["what"] for one in said.json["expected"] if one["missed"]]
    assert answer.out.count("MISSED ") == len(found)
    assert answer.code == said.code == int(bool(found))
    assert said.json["failing"] == (["missed"] if found else [])
    return found


def change(desk, sql: str) -> None:
    """Change the store, and publish that."""
    with open_store(desk.data, 1) as connection:
        connection.execute(sql)
        publish(connection, desk.data, anew=True)


def test_what_is_in_time_is_not_missed(used) -> None:
    """Up to 105 minutes after a run every half hour, nothing is missed; after that the ingest is, and it is said since when."""
    expecting(used)
    assert missed(used, NOW + PATIENCE) == []
    assert missed(used, NOW + PATIENCE + MINUTE) == ["ingest"]
    line = next(line for line in at(used, NOW + DAY).out.splitlines() if line.startswith("MISSED"))
    assert line == "MISSED ingest: due 2020-02-19 06:30 UTC, missed since 2020-02-19 07:45 UTC; the last was 2020-02-19 06:00 UTC"


def test_an_edition_and_an_upkeep_are_missed_by_their_own_times(used) -> None:
    """The reader's next edition is due at 06:00 of the next day, the upkeep a day after the first run: both by the same patience."""
    expecting(used)
    assert missed(used, NOW + DAY + PATIENCE) == ["ingest"]
    assert missed(used, NOW + DAY + PATIENCE + MINUTE) == ["ingest", "upkeep", "edition"]
    assert "MISSED edition for desk: due 2020-02-20 06:00 UTC" in at(used, NOW + 2 * DAY).out


def test_a_run_that_failed_is_no_run(used) -> None:
    """A scheduler that calls, and runs that come to no end: missed all the same."""
    expecting(used)
    change(used, "INSERT INTO core.runs VALUES ('f', 'ingest', '2020-02-19 08:00:00Z', '2020-02-19 08:00:00Z', 'failed', '{}', 1)")
    assert missed(used, NOW + 2 * HOUR) == ["ingest"]
    change(used, "UPDATE core.runs SET outcome = 'done' WHERE id = 'f'")
    assert missed(used, NOW + 2 * HOUR) == []


def test_what_counts_as_missed_comes_from_the_schedule(used) -> None:
    """With a run a day an ingest is missed after 37 hours; quiet hours put an edition off; without a schedule nothing is missed, ever."""
    expecting(used, "ingest_every_m = 1440")
    assert missed(used, NOW + timedelta(hours=37)) == []
    assert missed(used, NOW + timedelta(hours=37, minutes=1)) == ["ingest"]
    path = used.config / "settings.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("ingest_every_m = 1440", ""), encoding="utf-8")
    channels = used.config / "channels.toml"
    channels.write_text(channels.read_text(encoding="utf-8") + 'quiet = "07:00-09:00"\n', encoding="utf-8")
    assert "edition" not in missed(used, NOW + DAY + 3 * HOUR + PATIENCE)
    assert "edition" in missed(used, NOW + DAY + 3 * HOUR + PATIENCE + 16 * MINUTE)
    path.write_text(path.read_text(encoding="utf-8").replace("expected = true", "expected = false"), encoding="utf-8")
    assert missed(used, NOW + 1000 * DAY) == []


def test_where_no_edition_was_ever_made_one_is_missed(used) -> None:
    """Feeds are read and nobody composes: that is said, but not of a reader who is new among others."""
    expecting(used)
    channels = used.config / "channels.toml"
    text = channels.read_text(encoding="utf-8")
    channels.write_text(text + '[[recipient]]\nname = "new"\nchannel = "file"\nat = "06:00"\n', encoding="utf-8")
    assert missed(used, NOW + DAY + PATIENCE + MINUTE) == ["ingest", "upkeep", "edition"]
    change(used, "DELETE FROM core.editions")
    assert missed(used, NOW + PATIENCE + MINUTE) == ["ingest", "edition", "edition"]


def named_in_the_guide(heading: str) -> set[str]:
    """Return what the first column of the table under a heading of the guide names."""
    section = GUIDE.read_text(encoding="utf-8").partition(f"### {heading}")[2].partition("\n#")[0]
    firsts = re.findall(r"^\| (`[^|]+) \|", section, re.MULTILINE)
    return {name for first in firsts for name in re.findall(r"`(\w+)`", first)}


def test_the_keys_are_these(used) -> None:
    """A script finds the same keys whatever there is to say: those that the guide names."""
    assert at(used, NOW, "--json").json.keys() == named_in_the_guide("For scripts: `status --json`")
    expecting(used)
    [ingest, upkeep, edition] = at(used, NOW, "--json").json["expected"]
    assert ingest == {
        "what": "ingest", "recipient": "", "last_at": "2020-02-19T06:00:00+00:00", "due_at": "2020-02-19T06:30:00+00:00",
        "missed_at": "2020-02-19T07:45:00+00:00", "missed": False,
    }  # fmt: skip
    assert (upkeep["last_at"], edition["recipient"]) == (None, "desk")


def metrics_of(desk) -> dict[str, dict[str, float]]:
    """Read the file of metrics by two readers that must agree."""
    text = (desk.data / METRICS_NAME).read_text(encoding="utf-8")
    found = read_metrics(text)
    other = {
        name: {tuple(sorted(one.labels.items())): one.value for one in family.samples}
        for family in text_string_to_metric_families(text)
        for name in [family.name]
    }
    assert {name: sorted(values.values()) for name, values in other.items()} == {
        name: sorted(values.values()) for name, values in found.items()
    }
    return found


def test_a_run_writes_metrics(used) -> None:
    """After a run the file says the same as `status`; it is for the group to read, and names no feed, topic or reader."""
    expecting(used)
    assert not (used.data / METRICS_NAME).exists()
    later = NOW + DAY
    used("run", "--now", later.isoformat())
    metrics, said = metrics_of(used), at(used, later, "--json").json
    expected = {one["what"]: one for one in said["expected"]}
    assert metrics["tidings_missed_from_timestamp_seconds"]['what="ingest"'] == (later + PATIENCE).timestamp()
    assert metrics["tidings_due_timestamp_seconds"]['what="edition"'] == (later + DAY).timestamp()
    assert expected["edition"]["due_at"] == (later + DAY).isoformat()
    assert metrics["tidings_articles"][""] == said["counts"]["articles"] > 0
    assert metrics["tidings_feeds"]['state="failing"'] == 1
    assert metrics["tidings_undelivered_messages"]['state="held"'] == 0
    path = used.data / METRICS_NAME
    assert path.stat().st_mode & 0o777 == 0o640
    text = path.read_text(encoding="utf-8")
    assert [word for word in ("wire", "desk", "idlib", "libya") if word in text.lower()] == []
    assert not [one for one in used.data.iterdir() if one.name.endswith(".prom.part")]
    named = named_in_the_guide("For Prometheus: `tidings.prom`")
    assert named - {"tidings_waiting_since_timestamp_seconds", "tidings_lake_behind"} == metrics.keys()


@pytest.mark.parametrize("words", [("ingest",), ("digest",), ("deliver",), ("upkeep",), ("learn",)], ids=" ".join)
def test_each_command_that_works_writes_them(used, words) -> None:
    """Whichever part of a run is called by itself."""
    used(*words, "--now", (NOW + HOUR).isoformat())
    assert metrics_of(used)["tidings_last_success_timestamp_seconds"]['what="edition"'] == NOW.timestamp()


def test_metrics_that_cannot_be_written_are_told_and_cost_nothing(used) -> None:
    """Where the file's place is taken the run does its work, says what hindered it and exits with 1."""
    (used.data / METRICS_NAME).mkdir()
    answer = used("upkeep", "--now", (NOW + HOUR).isoformat())
    assert answer.code == 1
    assert "the metrics were not written" in answer.err
    assert "rows of the snapshot read through" in answer.out


@pytest.mark.parametrize(
    "text",
    [
        "a 1\n", "# HELP a x\n# TYPE a gauge\na 1", "# HELP a x\n# TYPE a gauge\na 1 1582092000\n", "# HELP a x\n# TYPE a gauge\na 1\na 1\n",
        "# HELP a-b x\n# TYPE a-b gauge\na-b 1\n", "# HELP a x\n# TYPE a gauge\n", '# HELP a x\n# TYPE a gauge\na{b="\\x"} 1\n',
        "# HELP a x\n# TYPE a counter\na 1\n",
    ],
)  # fmt: skip
def test_the_reader_is_strict(text: str) -> None:
    """What a scraper would refuse, our own reader refuses."""
    with pytest.raises(ValueError, match=r"."):
        read_metrics(text)
