"""An edition for a webhook on Slack goes out in parts, in order, once; a scripted Slack on loopback tells what it got."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from fake_slack import FakeSlack, answer

from tidings.config import Slack
from tidings.model import DeliveryState
from tidings.pipeline.deliver import deliver, resend
from tidings.pipeline.digest import compose_due
from tidings.stages.delivery import Answer, Attempt
from tidings.store import outbox
from tidings.store.database import open_store

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def slack():
    """Give a Slack without a script: it takes everything."""
    with FakeSlack() as fake:
        yield fake


def compose(writer, world, slack, *, timeout_s=5.0, others=()):
    """Compose an edition of several parts for a webhook on Slack; return the settings and the number of parts.

    It is the second one: a first is folded, and out of the way already.
    """
    reader = world.recipient("desk", channel="slack", address=slack.webhook, topics=("idlib",))
    settings = world.settings(writer.folder, reader, *others)
    settings.slack = Slack("", f"{slack.base}/api", timeout_s)
    compose_due(writer.folder, settings, world.now - world.day)
    deliver(writer.folder, settings, world.now - world.day, channels={"slack": Taker(), "file": Taker()})
    writer.article("https://a.example/1", [f"Statement {number} " + "tells of rain. " * 50 for number in range(40)], world.now - HOUR)
    compose_due(writer.folder, settings, world.now)
    count = len([one for one in load(writer) if one.recipient == "desk"])
    assert count >= 3
    return settings, count


class Taker:
    """Be a channel that takes everything."""

    def send(self, payload, recipient):
        return Attempt(Answer.SENT)


def load(writer):
    """Return what is in the outbox, without the first editions."""
    with open_store(writer.folder, 10) as connection:
        found = outbox.load(connection, DeliveryState)
    return [one for one in found if one.created_at > min(each.created_at for each in found)]


def states(writer):
    return [one.state.value for one in load(writer) if one.recipient == "desk"]


def send(writer, settings, now, **more):
    return deliver(writer.folder, settings, now, slack_pause_s=0, **more)


def numbers(slack):
    """Return which parts arrived, by what their headers say: "Tidings: Wednesday 19 February 2020 (2/3)"; editions in one part have no number."""
    headers = [content["blocks"][0]["text"]["text"] for content in slack.contents]
    return [int(header.partition("(")[2].partition("/")[0]) for header in headers if "(" in header]


def test_parts_arrive_in_order_once(writer, world, slack):
    """All parts arrive in order, each once, each the bytes that were kept; a second deliver sends nothing."""
    settings, count = compose(writer, world, slack)
    assert [(one.part, one.part_count) for one in load(writer)] == [(part, count) for part in range(1, count + 1)]
    assert send(writer, settings, world.now).counts == {"sent": count}
    assert send(writer, settings, world.now + HOUR).deliveries == ()
    assert numbers(slack) == list(range(1, count + 1))
    assert all("channel" not in content for content in slack.contents)
    told = "".join(leaf["text"] for content in slack.contents for block in content["blocks"] for element in block.get("elements", ()) for leaf in element["elements"])  # fmt: skip
    assert [f"Statement {number} " in told for number in range(40)] == [True] * 40


def test_too_many_requests_in_the_middle(writer, world, slack):
    """429 holds the parts after it up for as long as Slack asks, and then they go on from there, in order."""
    settings, count = compose(writer, world, slack)
    slack.answers = [answer(), answer(429, b"rate_limited", retry_after=1200)]
    report = send(writer, settings, world.now)
    assert (report.counts["sent"], report.counts["pending"]) == (1, count - 1)
    assert [one.last_error for one in report.undelivered] == ["Slack said 429 rate_limited"]
    assert send(writer, settings, world.now + 19 * MINUTE).counts == {"pending": count - 1}
    assert numbers(slack) == [1, 2]
    assert send(writer, settings, world.now + 20 * MINUTE).counts == {"sent": count - 1}
    assert numbers(slack) == [1, 2, *range(2, count + 1)]


def test_silence_in_the_middle_is_held(writer, world, slack):
    """A part whose answer is lost is held and named, the others go on after it, and nothing is sent twice until a person says so."""
    other = world.recipient("other", at=("07:00",))
    settings, count = compose(writer, world, slack, timeout_s=0.4, others=[other])
    slack.answers = [answer(), "hang"]
    report = send(writer, settings, world.now)
    assert [(one.part, one.state) for one in report.undelivered] == [(2, DeliveryState.UNCERTAIN)]
    assert numbers(slack) == [1, 2]
    report = send(writer, settings, world.now + HOUR)
    assert [(one.part, one.state) for one in report.undelivered] == [(2, DeliveryState.HELD)]
    assert states(writer) == ["sent", "held"] + ["sent"] * (count - 2)
    assert numbers(slack) == list(range(1, count + 1))
    assert send(writer, settings, world.now + 2 * HOUR).deliveries == ()
    [_, edition] = compose_due(writer.folder, settings, world.now + world.day + HOUR)
    assert edition.coverage.delivery_notes == ("the edition of 2020-02-19 06:00 for desk: held",)
    [held] = [one for one in load(writer) if one.state is DeliveryState.HELD]
    assert resend(writer.folder, settings, held.id[:13], world.now + world.day + HOUR).state is DeliveryState.PENDING
    slack.answers = []
    send(writer, settings, world.now + world.day + HOUR)
    assert resend(writer.folder, settings, held.id, world.now + world.day + HOUR) is None
    assert numbers(slack) == [*range(1, count + 1), 2]
    assert "held" not in states(writer)


def test_a_refused_part_holds_nothing_up(writer, world, slack):
    """A part that Slack refuses for good is named with the reason; the others arrive."""
    settings, count = compose(writer, world, slack)
    slack.answers = [answer(), answer(400, b"invalid_blocks")]
    report = send(writer, settings, world.now)
    assert report.counts == {"sent": count - 1, "refused": 1}
    assert [(one.part, one.last_error) for one in report.undelivered] == [(2, "Slack said 400 invalid_blocks")]
    assert numbers(slack) == list(range(1, count + 1))


def test_one_channel_does_not_hold_up_another(writer, world, slack):
    """While Slack is away, the file recipient gets its edition, and Slack's parts wait together in order."""
    settings, count = compose(writer, world, slack, others=[world.recipient("files")])
    slack.answers = [answer(503, b"")] * 9
    assert send(writer, settings, world.now).counts == {"pending": count, "sent": 1}
    assert numbers(slack) == [1]
    slack.answers = []
    assert send(writer, settings, world.now + HOUR).counts == {"sent": count}
    assert numbers(slack) == [1, *range(1, count + 1)]


def test_parts_that_wait_two_days_are_tried_first(writer, world, slack):
    """After 48 hours a part that was tried goes out no more; one that only waited behind it is tried before it expires, too."""
    settings, count = compose(writer, world, slack)
    slack.answers = [answer(503, b"")] * 2
    send(writer, settings, world.now)
    assert send(writer, settings, world.now + 48 * HOUR).counts == {"expired": 1, "pending": count - 1}
    assert send(writer, settings, world.now + 49 * HOUR).counts == {"expired": 1, "sent": count - 2}
    assert numbers(slack) == list(range(1, count + 1))
    assert {one.last_error for one in load(writer) if one.state is DeliveryState.EXPIRED} == {"Slack said 503"}


def test_a_pause_between_two_messages(writer, world, slack):
    """Between two messages to Slack is at least the pause."""
    settings, count = compose(writer, world, slack)
    began = time.monotonic()
    deliver(writer.folder, settings, world.now, slack_pause_s=0.1)
    assert time.monotonic() - began >= 0.1 * (count - 1)


def test_two_at_once_send_once(writer, world, slack):
    """Of three deliveries at the same time one sends, the others find nothing left."""
    settings, count = compose(writer, world, slack)
    threads = [threading.Thread(target=send, args=(writer, settings, world.now)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers(slack) == list(range(1, count + 1))


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
settings = SimpleNamespace(data=folder, store=SimpleNamespace(wait_s=10.0), recipients=(reader,), email=None, slack=Slack("", timeout_s=60.0))
deliver(folder, settings, now, slack_pause_s=float(sys.argv[4]))
"""


def killed(writer, world, slack, pause_s, until):
    """Start a deliver in a process of its own, and kill it by force as soon as `until` says so."""
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(writer.folder), world.now.isoformat(), slack.webhook, str(pause_s)])
    while not until():
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_while_a_part_is_on_its_way(writer, world, slack):
    """Killed between the second part and its answer: nobody knows, so it is held and named; the third goes on, nothing is repeated."""
    settings, count = compose(writer, world, slack)
    slack.answers = [answer(), "hang"]
    killed(writer, world, slack, 0, lambda: len(slack.asked) == 2)
    assert states(writer) == ["sent", "sending"] + ["pending"] * (count - 2)
    report = send(writer, settings, world.now + HOUR)
    assert [(one.part, one.state, one.last_error) for one in report.undelivered] == [
        (2, DeliveryState.HELD, "the sending process ended before an answer came")
    ]
    assert numbers(slack) == list(range(1, count + 1))


def test_killed_between_two_parts(writer, world, slack):
    """Killed in the pause after the first part: the next deliver goes on with the second, and nothing is held."""
    settings, count = compose(writer, world, slack)
    killed(writer, world, slack, 60, lambda: states(writer)[0] == "sent")
    assert send(writer, settings, world.now + HOUR).counts == {"sent": count - 1}
    assert numbers(slack) == list(range(1, count + 1))
