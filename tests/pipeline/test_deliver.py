import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from aiosmtpd.controller import Controller

from tidings.model import DeliveryState
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.lock import hold
from tidings.stages.delivery import Answer, Attempt, resend
from tidings.store import outbox
from tidings.store.database import open_store, transaction

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("asked")]

HOUR = timedelta(hours=1)
MAIL = SimpleNamespace(when_uncertain="repeat", sender="tidings@desk.example")


class Sink:
    """Be a channel that remembers what it got and gives the next of the prepared answers, then only SENT."""

    def __init__(self, *answers, pause_s=0.0):
        self.answers, self.sent, self.pause_s = list(answers), [], pause_s

    def send(self, payload, recipient):
        self.sent.append((recipient.name, payload))
        time.sleep(self.pause_s)
        answer = self.answers.pop(0) if self.answers else Answer.SENT
        return Attempt(answer, "" if answer is Answer.SENT else f"said {answer}")


@pytest.fixture
def mail(world, tmp_path):
    """Give settings with one recipient by mail, who has an edition waiting."""
    settings = world.settings(tmp_path, world.recipient(channel="email", address="reader@news.example"), email=MAIL)
    compose_due(tmp_path, settings, world.now)
    return settings


def states(folder):
    with open_store(folder, 10) as connection:
        return [one.state.value for one in outbox.load(connection, DeliveryState)]


def test_sent_once(world, tmp_path, mail):
    """What was accepted is never sent again."""
    sink = Sink()
    assert deliver(tmp_path, mail, world.now, channels={"email": sink}).counts == {"sent": 1}
    assert deliver(tmp_path, mail, world.now + HOUR, channels={"email": sink}).deliveries == ()
    assert len(sink.sent) == 1


def test_files_are_written_by_default(world, tmp_path):
    """Without anything configured but a file recipient, the editions folder gets an HTML and a Markdown file."""
    settings = world.settings(tmp_path)
    compose_due(tmp_path, settings, world.now)
    assert deliver(tmp_path, settings, world.now).counts == {"sent": 1}
    assert sorted(path.suffix for path in (tmp_path / "editions").iterdir()) == [".html", ".md"]


def test_one_recipient_does_not_hold_up_another(world, tmp_path):
    """A refusal for one recipient leaves the others' messages alone, and is named in their next editions until one arrives."""
    one, two = (world.recipient(name, channel="email", address=f"{name}@news.example") for name in ("one", "two"))
    settings = world.settings(tmp_path, one, two, email=MAIL)
    compose_due(tmp_path, settings, world.now)
    by_name = {"one": Answer.REFUSED, "two": Answer.SENT}

    class Picky(Sink):
        def send(self, payload, recipient):
            super().send(payload, recipient)
            return Attempt(by_name[recipient.name], "RCPT: 550 no")

    sink = Picky()
    report = deliver(tmp_path, settings, world.now, channels={"email": sink})
    assert report.counts == {"refused": 1, "sent": 1}
    assert [(gone.recipient, gone.last_error) for gone in report.undelivered] == [("one", "RCPT: 550 no")]
    _, second = compose_due(tmp_path, settings, world.now + world.day + HOUR)
    assert second.coverage.delivery_notes == ("the edition of 2020-02-19 06:00 for one: refused",)
    by_name["one"] = Answer.SENT
    deliver(tmp_path, settings, world.now + world.day + HOUR, channels={"email": sink})
    _, third = compose_due(tmp_path, settings, world.now + 2 * world.day + HOUR)
    assert third.coverage.delivery_notes == ()


def test_not_now_waits_and_then_expires(world, tmp_path, mail):
    """A temporary no is tried again as long as 48 hours have not passed, and then given up."""
    sink = Sink(*[Answer.NOT_NOW] * 99)
    now, tries = world.now, []
    while "pending" in states(tmp_path):
        before = len(sink.sent)
        deliver(tmp_path, mail, now, channels={"email": sink})
        if len(sink.sent) > before:
            tries.append((now - world.now) / timedelta(minutes=1))
        now += 6 * HOUR
    assert states(tmp_path) == ["expired"]
    assert now - world.now == timedelta(hours=54)
    assert tries == [360 * n for n in range(8)]
    assert deliver(tmp_path, mail, now, channels={"email": sink}).deliveries == ()


def test_uncertain_mail_is_repeated_once_then_held(world, tmp_path, mail):
    """After silence the same bytes go out once more; after a second silence only a person sends them again."""
    sink = Sink(*[Answer.UNCERTAIN] * 3)
    seen = []
    for hours in range(4):
        deliver(tmp_path, mail, world.now + hours * HOUR, channels={"email": sink})
        seen += states(tmp_path)
    assert seen == ["uncertain", "uncertain", "held", "held"]
    assert len(sink.sent) == 2
    assert sink.sent[0] == sink.sent[1]
    with open_store(tmp_path, 10) as connection, transaction(connection):
        [held] = outbox.load(connection, [DeliveryState.HELD])
        outbox.save(connection, resend(held, world.now + 99 * HOUR))
    deliver(tmp_path, mail, world.now + 99 * HOUR, channels={"email": Sink()})
    assert states(tmp_path) == ["sent"]


def test_a_recipient_who_is_gone_waits(world, tmp_path, mail):
    """A message to a recipient who is not configured any more is not sent, and not lost for two days."""
    sink = Sink()
    others = world.settings(tmp_path, world.recipient("other"), email=MAIL)
    report = deliver(tmp_path, others, world.now, channels={"email": sink})
    assert (report.counts, sink.sent) == ({"pending": 1}, [])
    assert len(report.undelivered) == 1


def test_a_channel_that_fails_does_not_hold_up_others(world, tmp_path):
    """When a channel's own code fails for one message, the others are sent, and the failure is reported."""
    one, two = (world.recipient(name, channel="email", address=f"{name}@news.example") for name in ("one", "two"))
    settings = world.settings(tmp_path, one, two, email=MAIL)
    compose_due(tmp_path, settings, world.now)

    class Broken(Sink):
        def send(self, payload, recipient):
            if recipient.name == "one":
                raise KeyError("a bug")
            return super().send(payload, recipient)

    report = deliver(tmp_path, settings, world.now, channels={"email": Broken()})
    assert report.counts == {"uncertain": 1, "sent": 1}
    assert [gone.last_error for gone in report.undelivered] == ["the channel failed: KeyError"]


def test_two_at_once_deliver_once(world, tmp_path, mail):
    """Of two deliveries at the same time one waits for the other, and each message goes out once."""
    sink = Sink(pause_s=0.3)
    threads = [threading.Thread(target=deliver, args=(tmp_path, mail, world.now), kwargs={"channels": {"email": sink}}) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sink.sent) == 1
    assert states(tmp_path) == ["sent"]


def test_a_lock_that_stays_is_reported(world, tmp_path, mail):
    """When another process keeps delivering, this one says so and sends nothing."""
    mail.store = SimpleNamespace(wait_s=0.2)
    with hold(tmp_path, "deliver") as held:
        assert held
        report = deliver(tmp_path, mail, world.now, channels={"email": Sink()})
    assert report.locked


def test_the_store_is_free_while_a_channel_talks(world, tmp_path, mail):
    """While the network is slow, others can open the store; what they find is the state `sending`."""
    seen = []

    class Curious(Sink):
        def send(self, payload, recipient):
            seen.extend(states(tmp_path))
            return super().send(payload, recipient)

    deliver(tmp_path, mail, world.now, channels={"email": Curious()})
    assert seen == ["sending"]


class Inbox:
    """Take every message."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append((envelope.rcpt_tos, envelope.original_content))
        return "250 taken"


class AnyPort(Controller):
    """Listen on a port that the system chooses."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def test_from_the_store_to_a_mail_server(writer, world, tmp_path):
    """From a store with news, each recipient's own edition reaches a real mail server: one transaction each, with the Message-ID of the edition."""
    writer.article("https://a.example/1", ["The road is shut."], world.now - HOUR)
    readers = [world.recipient(name, channel="email", address=f"{name}@news.example") for name in ("one", "two")]
    inbox = Inbox()
    server = AnyPort(inbox, hostname="127.0.0.1", port=0, ready_timeout=60)
    server.start()
    try:
        mail = SimpleNamespace(
            host="127.0.0.1",
            port=server.port,
            security="none",
            when_uncertain="repeat",
            sender=MAIL.sender,
            user="",
            password="",
            timeout_s=30.0,
            unsubscribe=MAIL.sender,
        )
        settings = world.settings(tmp_path, *readers, email=mail)
        editions = compose_due(tmp_path, settings, world.now)
        assert deliver(tmp_path, settings, world.now).counts == {"sent": 2}
        assert deliver(tmp_path, settings, world.now).counts == {}
    finally:
        server.stop()
    received = {tuple(to): email.message_from_bytes(content, policy=email.policy.default) for to, content in inbox.messages}
    assert len(inbox.messages) == 2
    for reader, edition in zip(readers, editions, strict=True):
        message = received[(reader.address,)]
        assert message["Message-ID"] == f"<{edition.id}@desk.example>"
        assert message["Subject"] == "Tidings, Wed 19 Feb 06:00: 1 in Idlib"
        assert reader.address in message["To"]
        assert all("The road is shut." in part.get_content() for part in message.iter_parts())


KILLED = """
import sys, time
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from tidings.model import Recipient
from tidings.pipeline.deliver import deliver

folder, log, now = Path(sys.argv[1]), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
reader = Recipient("desk", sys.argv[4], (), (), "UTC", "send", "reader@news.example")

class Stuck:
    def send(self, payload, recipient):
        log.write_bytes(payload)
        print("sending", flush=True)
        time.sleep(60)

settings = SimpleNamespace(store=SimpleNamespace(wait_s=10.0), recipients=(reader,), email=None)
deliver(folder, settings, now, channels={sys.argv[4]: Stuck()})
"""


@pytest.mark.parametrize(
    ("channel", "kills", "end"),
    [
        pytest.param("email", 1, "sent", id="mail, once"),
        pytest.param("email", 2, "held", id="mail, twice", marks=pytest.mark.slow),
        pytest.param("file", 3, "sent", id="file, three times", marks=pytest.mark.slow),
    ],
)
def test_killed_between_sending_and_sent(world, tmp_path, channel, kills, end):
    """A process killed by force after the message went out costs at most one byte-identical repeat of a mail, then it is held; a file is just written again."""
    settings = world.settings(
        tmp_path, world.recipient(channel=channel, address="reader@news.example" if channel == "email" else ""), email=MAIL
    )
    compose_due(tmp_path, settings, world.now)
    sent = []
    for number in range(kills):
        log = tmp_path / f"log{number}"
        arguments = [str(tmp_path), str(log), (world.now + number * HOUR).isoformat(), channel]
        process = subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True)
        assert process.stdout.readline() == "sending\n"
        assert states(tmp_path) == ["sending"]
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        sent.append(log.read_bytes())
    sink = Sink()
    report = deliver(tmp_path, settings, world.now + 10 * HOUR, channels={channel: sink})
    assert report.counts == {end: 1}
    sent += [payload for _, payload in sink.sent]
    assert len(set(sent)) == 1
    assert len(sent) <= 2 or channel == "file"
