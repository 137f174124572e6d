"""SIGKILL right after each step from composing to `sent`: nothing lost; nothing twice where the answer was noted; else what is promised.

Five kills a step, or as many as TIDINGS_KILLS says; fifty are in benchmarks/RESULTS.md. The readers are as many: each kill meets another's
message, in the store that the kills before it left.
"""

import email
import json
import os
from collections import Counter
from dataclasses import dataclass
from io import StringIO

import pytest
from desk import NOW, PASSWORD, USER, begin, by_mail, by_slack, write
from killing import Moment, Sniper, Spawner, life
from mail_server import FakeMail
from slack_stages import SlackStages

from tidings.model import DeliveryState
from tidings.pipeline.deliver import deliver, resend
from tidings.pipeline.digest import compose_due
from tidings.pipeline.publish import republish
from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.query import open_snapshot

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("TIDINGS_KILLS", "5"))
READERS = tuple(f"reader{number:02}" for number in range(KILLS + 1))
ABOUT_ATTEMPTS = {"attempt_count", "uncertain_count", "last_error"}
LOGIN = 'user_env = "DESK_USER"\npassword_env = "DESK_PASSWORD"\n'
GONE = "the sending process ended before an answer came"


@dataclass(frozen=True)
class Step:
    """Name where a process is killed: at a moment of its own, or at a stage of the server's; and what nobody can know afterwards."""

    at: object  # a Moment, or the name of a stage
    lost: bool = False  # killed between the lease and the note of the answer
    taken: bool = False  # and the server has the message
    composes: bool = False  # killed before anything waits


LEASE, ANSWER = {"within": "_try", "every": 2}, {"within": "_try", "first": 2, "every": 2}
BEFORE = {
    "before the transaction of composing": Step(Moment("return", "material"), composes=True),
    "inside it: the edition is recorded": Step(Moment("return", "record_edition"), composes=True),
    "inside it: the message is in the outbox": Step(Moment("return", "add", "compose_due"), composes=True),
    "before its commit": Step(Moment("c_call", "commit", "compose_due"), composes=True),
    "after its commit": Step(Moment("c_return", "commit", "compose_due"), composes=True),
    "before the lease": Step(Moment("return", "find", "_try")),
    "before the commit of the lease": Step(Moment("c_call", "commit", **LEASE)),
    "after the commit of the lease": Step(Moment("c_return", "commit", **LEASE), lost=True),
}
AFTER = {
    "the answer is noted": Step(Moment("return", "note", "_try")),
    "before the commit of the answer": Step(Moment("c_call", "commit", **ANSWER)),
    "after the commit of the answer": Step(Moment("c_return", "commit", **ANSWER)),
    "before the snapshot is in place": Step(Moment("call", "put_in_place")),
    "after the snapshot is in place": Step(Moment("return", "put_in_place")),
}
MAIL = {
    **BEFORE,
    "connected": Step("connect", lost=True),
    "EHLO is said": Step("EHLO", lost=True),
    "STARTTLS is said": Step("STARTTLS", lost=True),
    "EHLO is said again, under TLS": Step("EHLO again", lost=True),
    "AUTH is said, under TLS": Step("AUTH", lost=True),
    "MAIL is said, logged in": Step("MAIL", lost=True),
    "RCPT is said": Step("RCPT", lost=True),
    "DATA is said": Step("DATA", lost=True),
    "half of the message is read": Step("half", lost=True),
    "the last byte is read, and not taken": Step("message", lost=True),
    "the message is taken, and no answer given": Step("taken", lost=True, taken=True),
    "the answer has come, and is not noted": Step(Moment("return", "getreply", "run", depth=2), lost=True, taken=True),
    **AFTER,
}
SLACK = {
    **BEFORE,
    "connected": Step("connect", lost=True),
    "the request is begun": Step("headers", lost=True),
    "half of the message is read": Step("half", lost=True),
    "the last byte is read, and not posted": Step("body", lost=True),
    "the message is posted, and no answer given": Step("posted", lost=True, taken=True),
    "the answer has come, and is not noted": Step(Moment("return", "exchange"), lost=True, taken=True),
    **AFTER,
}


@pytest.fixture(scope="module")
def spawner():
    with Spawner() as one:
        yield one


@pytest.fixture(scope="module")
def env(certificate):
    return {"DESK_USER": USER, "DESK_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(certificate[1])}


@pytest.fixture
def environment(env, monkeypatch):
    for name, value in env.items():
        monkeypatch.setenv(name, value)


def mail_of(port):
    return by_mail(port, "starttls", timeout_s=60, names=READERS, more=LOGIN)


def slack_of(desk, base):
    return by_slack(desk, base, timeout_s=60, names=READERS)


@pytest.fixture(scope="module")
def mails(tmp_path_factory, env, certificate):
    """Give a desk with news and nothing composed, one with everything composed, and the store after an unbroken run."""
    os.environ.update(env)
    fresh = begin(tmp_path_factory.mktemp("mail") / "fresh", lambda _: mail_of(1))
    with FakeMail(tls=certificate[0], accounts="PLAIN") as server:
        return desks(fresh, mail_of(server.port))


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    """Give the same for Slack."""
    fresh = begin(tmp_path_factory.mktemp("slack") / "fresh", lambda one: slack_of(one, "http://127.0.0.1:1"))
    with SlackStages() as server:
        return desks(fresh, slack_of(fresh, server.base))


def desks(fresh, channels):
    waiting = fresh.copied(fresh.folder.with_name("waiting"))
    compose_due(waiting.data, waiting.settings, NOW)
    unbroken = fresh.copied(fresh.folder.with_name("unbroken"))
    write(unbroken, channels)
    for name in ("token", *(f"webhook_{reader}" for reader in READERS)):  # the secrets are of the server's now
        if (fresh.config / name).exists():
            (unbroken.config / name).write_text((fresh.config / name).read_text())
    finish(unbroken)
    return fresh, waiting, lines(unbroken)


def finish(desk):
    """Run in this process, unharmed."""
    compose_due(desk.data, desk.settings, NOW)
    deliver(desk.data, desk.settings, NOW, slack_pause_s=0)
    republish(desk.settings)


def lines(desk):
    """Return the whole store as objects, one a row."""
    out = StringIO()
    with open_store(desk.data, 30) as connection:
        export_canonical(connection, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def without(lines, columns):
    """Return the lines, of deliveries without some columns."""
    return [{key: value for key, value in line.items() if line["table"] != "deliveries" or key not in columns} for line in lines]


def kill(desk, step, sniper, spawner, env, *, repeats):
    """Start processes one after the other, each killed at the step: KILLS in all.

    Where the message of the last victim is said again first (`repeats`), the next victim is the second.
    """
    moment = step.at if isinstance(step.at, Moment) else None
    is_publish = moment is not None and moment.name == "put_in_place"
    for number in range(KILLS):
        if is_publish:  # a snapshot is put in place where something changed
            with open_store(desk.data, 30) as connection:
                connection.execute("UPDATE core.deliveries SET message_id = message_id || ' ', change = core.change_now()")
        times = 2 if repeats and number else 1
        assert life(spawner, desk, moment, sniper, times, env) == -9, "the step was never reached"
    if is_publish:
        with open_store(desk.data, 30) as connection:
            connection.execute("UPDATE core.deliveries SET message_id = trim(message_id)")


def check_snapshot(desk):
    """Check that what is published can be opened, and says what the store says."""
    with open_snapshot(desk.data) as connection:
        shown = dict(connection.execute("SELECT id::VARCHAR, state FROM deliveries").fetchall())
    assert shown == {row.id: row.state.value for row in desk.rows()}


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("step", MAIL.values(), ids=MAIL)
def test_mail(step, mails, spawner, env, certificate, tmp_path):
    """Each mail arrives; twice only where the server had taken it and its answer died with the process, and then the same to the byte."""
    fresh, waiting, expected = mails
    sniper = Sniper("" if isinstance(step.at, Moment) else step.at)
    desk = (fresh if step.composes else waiting).copied(tmp_path / "desk")
    with FakeMail(tls=certificate[0], accounts="PLAIN", reached=sniper) as server:
        write(desk, mail_of(server.port))
        kill(desk, step, sniper, spawner, env, repeats=step.lost)
        victims = (
            {row.recipient for row in desk.rows() if row.state is DeliveryState.SENDING or row.uncertain_count} if step.lost else set()
        )
        sniper.leave()
        finish(desk)
        said = server.connection_count
        finish(desk)
        assert server.connection_count == said  # nothing is due any more
        copies = {name: [one.content for one in server.taken if one.recipient == f"{name}@news.example"] for name in READERS}
        assert len(victims) == (KILLS if step.lost else 0)
        assert {name: len(found) for name, found in copies.items()} == {
            name: 2 if step.taken and name in victims else 1 for name in READERS
        }
        assert all(len(set(found)) == 1 for found in copies.values())
        assert Counter(email.message_from_bytes(found[0])["Message-ID"] for found in copies.values()).most_common(1)[0][1] == 1
        rows = {row.recipient: row for row in desk.rows()}
        assert {row.state for row in rows.values()} == {DeliveryState.SENT}
        assert {name for name, row in rows.items() if row.uncertain_count == 1 and row.attempt_count == 2} == victims
        check_snapshot(desk)
        ignored = ABOUT_ATTEMPTS if step.lost else frozenset()
        assert without(lines(desk), ignored) == without(expected, ignored)


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("step", SLACK.values(), ids=SLACK)
def test_slack(step, posts, spawner, env, tmp_path):
    """Each message is posted once; where nobody can know, it is held, named, and not repeated until a person says so."""
    fresh, waiting, expected = posts
    sniper = Sniper("" if isinstance(step.at, Moment) else step.at)
    desk = (fresh if step.composes else waiting).copied(tmp_path / "desk")
    with SlackStages(sniper) as server:
        write(desk, slack_of(desk, server.base))
        kill(desk, step, sniper, spawner, env, repeats=False)
        sniper.leave()
        finish(desk)
        held = {row.recipient: row for row in desk.rows() if row.state is not DeliveryState.SENT}
        assert len(held) == (KILLS if step.lost else 0)
        assert {(row.state, row.last_error) for row in held.values()} <= {(DeliveryState.HELD, GONE)}
        assert (desk("status").code, desk("outbox", "list").out.count("held ")) == (int(step.lost), len(held))
        check_snapshot(desk)
        posted = Counter(name for name, _ in server.posted)
        assert posted == Counter({name: int(name not in held or step.taken) for name in READERS if name not in held or step.taken})
        finish(desk)
        assert Counter(name for name, _ in server.posted) == posted
        for row in held.values():
            assert resend(desk.data, desk.settings, row.id, NOW)
        finish(desk)
        assert Counter(name for name, _ in server.posted) == posted + Counter(held.keys())
        ignored = ABOUT_ATTEMPTS if step.lost else frozenset()
        assert without(lines(desk), ignored) == without(expected, ignored)
