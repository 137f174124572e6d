"""The command line with a recipient on Slack: real processes, the sample week, and a scripted Slack on loopback."""

import csv
import os
import signal
import time
from datetime import datetime
from types import SimpleNamespace

import pytest
from fake_slack import FakeSlack, answer

from tidings.render.escape import plain

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

FIRST, SECOND, AGAIN, THIRD, LATER = (
    "2020-02-17T18:00:00Z",
    "2020-02-20T06:00:00Z",
    "2020-02-20T06:10:00Z",
    "2020-02-24T06:00:00Z",
    "2020-02-24T06:10:00Z",
)
CHANNELS = """
[[recipient]]
name = "newsroom"
channel = "slack"
webhook_file = "webhook"
at = "06:00"

[[recipient]]
name = "files"
channel = "file"
at = "06:00"
"""


def headers(slack, start=0):
    """Return the headers of what arrived."""
    return [content["blocks"][0]["text"]["text"] for content in slack.contents[start:]]


def read(contents):
    """Return all that is read in these messages."""
    leaves = [leaf for content in contents for block in content["blocks"] for element in block.get("elements", ()) for leaf in element["elements"]]  # fmt: skip
    return "\n".join(leaf["text"] for leaf in leaves)


@pytest.fixture(scope="module")
def week(make_desk):
    """Run at the first poll, after three days, and the same once more; compose at the end of the week, and kill the delivery at its second part."""
    desk = make_desk("slack")
    with FakeSlack() as slack:
        (desk.config / "channels.toml").write_text(CHANNELS, encoding="utf-8")
        (desk.config / "webhook").write_text(slack.webhook + "\n", encoding="utf-8")
        (desk.config / "webhook").chmod(0o600)
        first = desk("run", "--now", FIRST)
        marks = [len(slack.asked)]
        desk.world.now = datetime.fromisoformat(SECOND)
        second = desk("run", "--now", SECOND)
        marks.append(len(slack.asked))
        again = desk("run", "--now", AGAIN)
        marks.append(len(slack.asked))
        statements = desk(
            "query", "SELECT statement FROM developments JOIN told ON development_id = id WHERE recipient = 'newsroom'", "--format", "csv"
        ).out
        desk.world.now = datetime.fromisoformat(THIRD)
        desk("ingest", "--now", THIRD)
        desk("digest", "--now", THIRD)
        slack.answers = [answer(), "hang"]
        process = desk.start("deliver", "--now", THIRD)
        while len(slack.asked) < marks[-1] + 2:
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        killed = desk.finish(process)
        later = desk("deliver", "--now", LATER)
        third = headers(slack, marks[-1])
        listed = desk("outbox", "list")
        status = desk("status")
        yield SimpleNamespace(
            desk=desk, slack=slack, first=first, second=second, again=again, marks=marks, statements=statements, killed=killed, later=later,
            third=third, listed=listed, status=status,
        )  # fmt: skip


def test_an_edition_in_parts_arrives_in_order_once(week):
    """The second edition is too long for one message: all its parts arrive in order, each once, with every new statement whole."""
    start, end, _ = week.marks
    assert (week.first.code, week.second.code) == (0, 0)
    count = end - start
    assert count >= 2
    assert headers(week.slack, start)[:count] == [
        f"Tidings: Thursday 20 February 2020 ({number}/{count})" for number in range(1, count + 1)
    ]
    told = read(week.slack.contents[:end])
    rows = [row for (row,) in csv.reader(week.statements.splitlines()[1:])]
    assert len(rows) >= 80
    assert [row for row in rows if plain(row) not in told and f"{plain(row)[:40]}" in told] == []  # what is shown is shown whole
    assert sum(plain(row) in told for row in rows) >= 60


def test_a_second_run_sends_nothing(week):
    """With nothing new, the same configuration posts nothing."""
    assert week.again.code == 0
    assert week.marks[2] == week.marks[1]


def test_killed_during_the_second_part(week):
    """Killed by force while the second part is on its way: that one is held and named, the others go on, and nothing is repeated."""
    count = len(week.third)
    assert count >= 3
    assert week.third == [f"Tidings: Monday 24 February 2020 ({number}/{count})" for number in range(1, count + 1)]
    assert (week.killed.code, week.later.code) == (-signal.SIGKILL, 1)
    assert f"newsroom by slack, part 2 of {count}: held: the sending process ended before an answer came" in week.later.out
    assert f"held      edition 2020-02-24 06:00 UTC for newsroom by slack, part 2 of {count}" in week.listed.out
    assert (week.status.code, "UNDELIVERED held: newsroom by slack" in week.status.out) == (1, True)


def test_a_person_sends_it_again(week):
    """Resent by the beginning of its id, the held part arrives, as the same bytes, and all is well."""
    second = week.marks[2] + 1
    identity = week.listed.out.splitlines()[1].split()[0]
    assert week.desk("outbox", "resend", identity[:8], "--now", LATER).code == 0
    assert week.desk("deliver", "--now", LATER).code == 0
    assert week.slack.asked[-1].body == week.slack.asked[second].body
    assert week.desk("outbox", "list").out == "nothing waits, nothing failed\n"
    assert week.desk("status").code == 0


def test_nobody_is_called_and_nothing_is_loaded(week):
    """In all that was posted: text, links and headers only; unfurling off; no mention in any fallback text."""
    for content in week.slack.contents:
        kinds = {leaf["type"] for block in content["blocks"] for element in block.get("elements", ()) for leaf in element["elements"]}
        assert kinds <= {"text", "link"}
        assert (content["unfurl_links"], content["unfurl_media"], content["mrkdwn"]) == (False, False, False)
        assert not {"<", ">"} & set(content["text"])


def test_the_webhook_stays_secret(week):
    """No command ever said any of the webhook, and no file but the one that holds it does."""
    said = "".join(week.desk.said)
    assert not any(secret in said for secret in ("canary-webhook", "T0CANARY", week.slack.webhook))
    found = [path for path in week.desk.folder.rglob("*") if path.is_file() and b"canary-webhook" in path.read_bytes()]
    assert found == [week.desk.config / "webhook"]
