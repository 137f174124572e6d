"""A bot's editions on Slack: each story in its thread, over many editions, whatever fails; a scripted Slack on loopback tells what it got."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from fake_slack import CHANNEL, TOKEN, FakeSlack, no

from tidings.config import Slack
from tidings.model import DeliveryState
from tidings.pipeline.deliver import deliver, resend
from tidings.pipeline.digest import compose_due
from tidings.store import outbox
from tidings.store.database import open_store, rows

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

HOUR = timedelta(hours=1)
HARBOUR, BRIDGE, MARKET = (f"https://a.example/{name}" for name in ("harbour", "bridge", "market"))


@pytest.fixture
def slack():
    """Give a Slack with one channel and no script."""
    with FakeSlack() as fake:
        yield fake


class Desk:
    """Compose and deliver the editions of one recipient on Slack, one a day."""

    def __init__(self, writer, world, slack):
        self.writer, self.world, self.slack = writer, world, slack
        self.now = world.now
        self.stories = {}
        self.settings = self.configured(CHANNEL)

    def configured(self, address):
        reader = self.world.recipient("desk", channel="slack", address=address)
        settings = self.world.settings(self.writer.folder, reader)
        settings.slack = Slack(TOKEN, f"{self.slack.base}/api", 2.0)
        return settings

    def report(self, url, *statements, of="", **more):
        """Record a report, new or of a known story."""
        article, _ = self.writer.article(url, list(statements), self.now - HOUR, story=self.stories.get(of), **more)
        self.stories.setdefault(of or url, article)

    def edition(self):
        """Compose what is new; a day later it is the next one."""
        composed = compose_due(self.writer.folder, self.settings, self.now)
        assert len(composed) == 1

    def send(self, after=0 * HOUR):
        return deliver(self.writer.folder, self.settings, self.now + after, slack_pause_s=0)

    def day(self):
        """Compose and deliver, and go on to the next day; return what was posted."""
        before = len(self.slack.posted)
        self.edition()
        self.send()
        self.now += self.world.day
        return self.slack.posted[before:]

    def deliveries(self, *states):
        with open_store(self.writer.folder, 10) as connection:
            return outbox.load(connection, states or DeliveryState)


@pytest.fixture
def desk(writer, world, slack):
    """Give a desk whose first edition told of the harbour and of the bridge."""
    desk = Desk(writer, world, slack)
    desk.report(HARBOUR, "The harbour is closed.", kind="new_story")
    desk.report(
        BRIDGE,
        "The bridge fell and killed 22 people.",
        kind="new_story",
        topic="libya",
        figures={"The bridge fell and killed 22 people.": [("22 people", 22)]},
    )
    desk.first = desk.day()
    return desk


def kinds(posted, slack):
    """Say of each message whether it opens a thread or in which one it is, by the first line of what it says."""
    names = {one.ts: title(one) for one in slack.posted}
    return [(title(one), names.get(one.thread, "")) for one in posted]


def title(one):
    first = one.content["text"].splitlines()[0]
    return "overview" if first.startswith("Tidings, ") else first


def second_day(desk):
    """Report of both stories again, one of them with another toll, and of a new one."""
    desk.report("https://b.example/1", "A ship waits outside.", of=HARBOUR)
    desk.report(
        "https://b.example/2",
        "The bridge killed 29 people.",
        of=BRIDGE,
        topic="libya",
        kind="changed_figure",
        figures={"The bridge killed 29 people.": [("29 people", 29)]},
    )
    desk.report(MARKET, "The market opened.", kind="new_story")


def test_stories_are_continued_in_their_threads(desk, slack):
    """The first edition opens a message a story; what the second has of them are replies in the right threads, the changed toll shown to all."""
    assert kinds(desk.first, slack) == [
        ("overview", ""), (f"Report at {BRIDGE}", ""), (f"Report at {HARBOUR}", ""), ("What this rests on", "overview"),
    ]  # fmt: skip
    second_day(desk)
    second = desk.day()
    assert sorted(kinds(second, slack)[1:-1]) == sorted(
        [
            (f"Report at {BRIDGE}", f"Report at {BRIDGE}"),
            (f"Report at {HARBOUR}", f"Report at {HARBOUR}"),
            (f"Report at {MARKET}", ""),
        ]
    )
    assert [title(one) for one in second if one.visible] == ["overview", f"Report at {BRIDGE}", f"Report at {MARKET}"]
    assert second[-1].thread == second[0].ts
    assert desk.send().deliveries == ()
    assert {one.state.value for one in desk.deliveries()} == {"sent"}


def test_a_thread_goes_on_for_ever(desk, slack):
    """The third and fourth replies stand in the thread of the first message, not of a reply."""
    root = desk.first[2].ts
    for number in range(3):
        desk.report(f"https://c.example/{number}", f"Ship {number} waits.", of=HARBOUR)
        [reply] = [one for one in desk.day() if title(one) == f"Report at {HARBOUR}"]
        assert reply.thread == root


def test_a_quiet_day_is_one_message(desk):
    """An edition with nothing new is one message in the channel, in no thread, and about no story."""
    [only] = desk.day()
    assert only.visible
    assert not only.thread
    assert "nothing new" in only.content["text"].splitlines()[0]


def test_a_held_parent_is_no_thread(writer, world, slack):
    """Where the answer to a story's first message was lost, its next one is a message of its own, and opens the thread."""
    desk = Desk(writer, world, slack)
    desk.report(HARBOUR, "The harbour is closed.", kind="new_story")
    desk.edition()
    slack.answers = [None, "hang up"]
    assert [one.state.value for one in desk.send().undelivered] == ["uncertain"]
    desk.send(HOUR)
    assert [one.state.value for one in desk.deliveries(DeliveryState.HELD)] == ["held"]
    desk.now += world.day
    for number in range(2):
        desk.report(f"https://c.example/{number}", f"Ship {number} waits.", of=HARBOUR)
        desk.day()
    about = [one for one in slack.posted if title(one) == f"Report at {HARBOUR}"]
    assert [one.thread for one in about] == ["", about[0].ts]


def test_a_held_message_that_is_resent_joins_the_thread(writer, world, slack):
    """Sent again by a person, the held message joins the thread that was opened meanwhile; nothing is doubled."""
    desk = Desk(writer, world, slack)
    desk.report(HARBOUR, "The harbour is closed.", kind="new_story")
    desk.edition()
    slack.answers = [None, "hang up"]
    desk.send()
    desk.send(HOUR)
    desk.now += world.day
    desk.report("https://c.example/1", "A ship waits.", of=HARBOUR)
    desk.day()
    [held] = desk.deliveries(DeliveryState.HELD)
    resend(writer.folder, desk.settings, held.id, desk.now)
    desk.send()
    about = [one for one in slack.posted if title(one) == f"Report at {HARBOUR}"]
    assert [one.thread for one in about] == ["", about[0].ts]
    assert ["The harbour is closed." in one.content["text"] for one in about] == [False, True]


def test_a_refused_overview_leaves_the_rest_alone(writer, world, slack):
    """Without an overview its thread is none: what it rests on is a message of its own, and the stories come all the same."""
    desk = Desk(writer, world, slack)
    desk.report(HARBOUR, "The harbour is closed.", kind="new_story")
    slack.answers = [no("invalid_blocks")]
    assert kinds(desk.day(), slack) == [(f"Report at {HARBOUR}", ""), ("What this rests on", "")]


def test_a_deleted_thread_is_opened_anew(desk, slack):
    """Slack posts a reply to a deleted message into the channel without a word: from then on that is the thread."""
    slack.deleted = {desk.first[2].ts}
    for number in range(2):
        desk.report(f"https://c.example/{number}", f"Ship {number} waits.", of=HARBOUR)
        desk.day()
    about = [one for one in slack.posted if title(one) == f"Report at {HARBOUR}"][1:]
    assert [one.thread for one in about] == ["", about[0].ts]
    assert {one.state.value for one in desk.deliveries()} == {"sent"}


@pytest.mark.parametrize("refusal", ["restricted_action_thread_locked", "cannot_reply_to_message", "thread_not_found"])
def test_a_thread_that_takes_no_reply(desk, slack, refusal):
    """A no to the thread is no refusal of the message: it is posted once, as a message of its own, which is the thread from then on."""
    slack.locked, slack.refusal = {desk.first[2].ts}, refusal
    for number in range(2):
        desk.report(f"https://c.example/{number}", f"Ship {number} waits.", of=HARBOUR)
        desk.day()
    about = [one for one in slack.posted if title(one) == f"Report at {HARBOUR}"][1:]
    assert [one.thread for one in about] == ["", about[0].ts]
    assert {one.state.value for one in desk.deliveries()} == {"sent"}


def test_another_channel_has_no_threads_yet(desk, slack):
    """Once the recipient has another channel, threads of the old one are not replied to: there nobody would see it."""
    desk.settings = desk.configured("C0OTHER99")
    desk.report("https://c.example/1", "A ship waits.", of=HARBOUR)
    posted = desk.day()
    assert kinds(posted, slack)[1] == (f"Report at {HARBOUR}", "")
    assert {one.content["channel"] for one in posted} == {"C0OTHER99"}


def test_a_webhook_gets_parts_as_ever(writer, world, slack):
    """A webhook has no threads: an edition is parts, none of them about one story, and nothing is kept of an answer."""
    desk = Desk(writer, world, slack)
    desk.settings = desk.configured(slack.webhook)
    for number in range(3):
        desk.report(f"https://c.example/{number}", f"Statement {number} " + "tells of rain. " * 90, of=HARBOUR if number else "")
        desk.edition()
        desk.send()
        desk.now += world.day
    assert all(not {"thread_ts", "reply_broadcast", "channel"} & set(content) for content in slack.contents)
    assert all(content["blocks"][0]["type"] == "header" for content in slack.contents)
    assert {(one.story_id, one.receipt) for one in desk.deliveries()} == {("", "")}


def test_nothing_of_the_channel_is_kept(desk, writer):
    """What is kept of an answer names the thread, and tells the channel from others without naming it."""
    kept = [one.receipt for one in desk.deliveries()]
    assert all(kept)
    assert not any(CHANNEL in one for one in kept)
    with open_store(writer.folder, 10) as connection:
        assert {row["story_id"] for row in rows(connection, "SELECT story_id FROM deliveries WHERE story_id IS NOT NULL")} == set(
            desk.stories.values()
        )


def test_too_many_requests_hold_the_rest_up(desk, slack):
    """429 at a reply: it waits, with all after it, and then goes into its thread once."""
    second_day(desk)
    desk.edition()
    slack.answers = [None, no("ratelimited", retry_after=60)]
    assert desk.send().counts == {"sent": 1, "pending": 4}
    assert desk.send(HOUR).counts == {"sent": 4}
    about = [one for one in slack.posted if title(one) == f"Report at {BRIDGE}"]
    assert [one.thread for one in about] == ["", about[0].ts]


KILLED = """
import sys
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from tidings.config import Slack
from tidings.model import Recipient
from tidings.pipeline.deliver import deliver

folder, now = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2])
reader = Recipient("desk", "slack", (), (), "UTC", "send", sys.argv[3])
settings = SimpleNamespace(data=folder, store=SimpleNamespace(wait_s=10.0), recipients=(reader,), email=None, slack=Slack(sys.argv[4], sys.argv[5], timeout_s=60.0))
deliver(folder, settings, now, slack_pause_s=float(sys.argv[6]))
"""


def killed(desk, pause_s, until):
    """Start a deliver in a process of its own, and kill it by force as soon as `until` says so."""
    arguments = [str(desk.writer.folder), desk.now.isoformat(), CHANNEL, TOKEN, f"{desk.slack.base}/api", str(pause_s)]
    process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments])
    while not until():
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_between_two_messages(desk, slack):
    """Killed in the pause after the overview: the next deliver goes on, each message once, each in its thread."""
    second_day(desk)
    desk.edition()
    killed(desk, 60, lambda: len(desk.deliveries(DeliveryState.SENT)) == len(desk.first) + 1)
    assert desk.send(HOUR).counts == {"sent": 4}
    about = [one for one in slack.posted if title(one) == f"Report at {HARBOUR}"]
    assert [one.thread for one in about] == ["", about[0].ts]
    assert len(slack.posted) == len(desk.first) + 5


def test_killed_while_a_reply_is_on_its_way(desk, slack):
    """Killed between a reply and its answer: it is held, nothing is repeated, and the story's thread is still the old one."""
    second_day(desk)
    desk.edition()
    slack.answers = [None, "hang"]
    count = len(slack.asked)
    killed(desk, 0, lambda: len(slack.asked) == count + 2)
    report = desk.send(HOUR)
    assert [one.state.value for one in report.undelivered] == ["held"]
    desk.now += desk.world.day
    desk.report("https://c.example/1", "The bridge is gone.", of=BRIDGE, topic="libya")
    desk.day()
    about = [one for one in slack.posted if title(one) == f"Report at {BRIDGE}"]
    assert [one.thread for one in about] == ["", about[0].ts]
    assert "The bridge is gone." in about[1].content["text"]
