"""A reply on Slack: which thread it goes into, what Slack's answer tells of it, and what happens where the thread takes none."""

import json

import pytest
from fake_slack import CHANNEL, TOKEN, FakeSlack, answer, no

from tidings.channels.slack import SlackChannel, Workspace, build, in_thread
from tidings.model import Recipient
from tidings.stages.delivery import Answer

PAYLOAD = build("Tidings: 1 in Idlib", [{"type": "header", "text": {"type": "plain_text", "text": "سلام & <!channel>"}}])
ROOT = "1582099200.000100"
REPLY = "1582185600.000200"


def reader(address):
    return Recipient("desk", "slack", ("idlib",), ("07:00",), "UTC", "send", address)


def took(**said):
    """Make the answer of Slack to a message that it took."""
    return answer(200, {"ok": True, "channel": CHANNEL, **said})


def post(slack, payload=PAYLOAD, address=CHANNEL):
    return SlackChannel(Workspace(TOKEN, f"{slack.base}/api", 5.0)).send(payload, reader(address))


def receipt_for(thread, address=CHANNEL):
    """Return the receipt of a message in a thread of a channel."""
    with FakeSlack([answer(200, {"ok": True, "ts": thread, "message": {"ts": thread}})]) as slack:
        return post(slack, address=address).receipt


def reply(answers, address=CHANNEL, payload=PAYLOAD):
    """Send the payload as a reply to ROOT; return the attempt and what was asked."""
    with FakeSlack(answers) as slack:
        attempt = post(slack, in_thread(payload, receipt_for(ROOT), reader(address)), address)
    return attempt, slack.contents


@pytest.mark.parametrize(
    ("said", "thread"),
    [
        pytest.param(took(ts=REPLY, message={"ts": REPLY, "thread_ts": ROOT}), ROOT, id="in the thread"),
        pytest.param(took(ts=REPLY, message={"ts": REPLY}), REPLY, id="posted into the channel: a thread of its own"),
        pytest.param(took(ts=REPLY), None, id="not said where"),
        pytest.param(took(ts=REPLY, message="yes"), None, id="a message that is none"),
        pytest.param(took(ts=REPLY, message={"thread_ts": 1582099200.0001}), None, id="a thread that is a number"),
        pytest.param(took(ts=REPLY, message={"thread_ts": ROOT + "; DROP"}), None, id="a thread of another form"),
        pytest.param(took(ts="x" * 5000, message={}), None, id="a name of another form"),
        pytest.param(took(ts="\u0661\u0665.\u0661", message={}), None, id="digits of another script"),
        pytest.param(took(message={}), None, id="no name"),
    ],
)
def test_where_a_reply_stands(said, thread):
    """Slack's answer tells the thread that a reply stands in; what is not of the form of Slack's names is not kept. It was sent all the same."""
    attempt, [content] = reply([said])
    assert content["thread_ts"] == ROOT
    assert attempt.answer is Answer.SENT
    assert attempt.receipt == (receipt_for(thread) if thread else "")


@pytest.mark.parametrize(
    ("said", "kept"),
    [(took(ts=ROOT), True), (took(ts=ROOT, message={"ts": ROOT}), True), (took(), False), (took(ts=7), False), (took(ts="now"), False)],
)
def test_a_message_opens_a_thread(said, kept):
    """A message that is no reply is the thread of what replies to it, where Slack names it properly."""
    with FakeSlack([said]) as slack:
        assert post(slack).receipt == (receipt_for(ROOT) if kept else "")


def test_a_receipt_holds_for_one_channel():
    """A receipt does not name the channel, and makes no reply in another one."""
    receipt = receipt_for(ROOT)
    assert CHANNEL not in receipt
    assert in_thread(PAYLOAD, receipt, reader("C0OTHER99")) == PAYLOAD
    assert in_thread(PAYLOAD, receipt, reader("https://hooks.slack.com/services/T/B/x")) == PAYLOAD
    assert json.loads(in_thread(PAYLOAD, receipt, reader(CHANNEL)))["thread_ts"] == ROOT


@pytest.mark.parametrize("receipt", ["", "nonsense", ROOT, f"{ROOT} ", "1.2 3", f"{ROOT}\n{'0' * 36}"])
def test_what_is_no_receipt_makes_no_reply(receipt):
    """Without a receipt the bytes go out as they are kept."""
    assert in_thread(PAYLOAD, receipt, reader(CHANNEL)) == PAYLOAD


def test_a_broadcast_is_one_only_in_a_thread():
    """A weighty reply is shown in the channel, too; standing alone it is an ordinary message."""
    loud = build("text", [], broadcast=True)
    assert json.loads(in_thread(loud, receipt_for(ROOT), reader(CHANNEL)))["reply_broadcast"] is True
    assert json.loads(in_thread(loud, "", reader(CHANNEL))) == json.loads(build("text", []))
    assert "reply_broadcast" not in json.loads(PAYLOAD)


@pytest.mark.parametrize(
    "error",
    [
        "cannot_reply_to_message",
        "thread_not_found",
        "message_not_found",
        "restricted_action_thread_locked",
        "restricted_action_non_threadable_channel",
    ],
)
def test_a_no_to_the_thread_is_none_to_the_message(error):
    """Where the thread takes no reply nothing was posted: the message is posted once, alone, and is a thread of its own."""
    loud = build("text", [], broadcast=True)
    attempt, contents = reply([no(error), took(ts=REPLY, message={"ts": REPLY})], payload=loud)
    assert (attempt.answer, attempt.receipt) == (Answer.SENT, receipt_for(REPLY))
    assert [content.get("thread_ts") for content in contents] == [ROOT, None]
    assert "reply_broadcast" not in contents[1]


@pytest.mark.parametrize(
    ("answers", "expected", "count"),
    [
        pytest.param([no("thread_not_found"), "hang up"], Answer.UNCERTAIN, 2, id="then silence"),
        pytest.param([no("thread_not_found"), no("invalid_blocks")], Answer.REFUSED, 2, id="then refused"),
        pytest.param([no("thread_not_found"), no("thread_not_found")], Answer.NOT_NOW, 2, id="then the same again"),
        pytest.param([no("not_in_channel")], Answer.NOT_NOW, 1, id="another no"),
        pytest.param([no("thread_not_found", 500)], Answer.UNCERTAIN, 1, id="a no with a status that leaves it open"),
        pytest.param(["hang up"], Answer.UNCERTAIN, 1, id="silence"),
        pytest.param([no("internal_error")], Answer.UNCERTAIN, 1, id="perhaps posted"),
    ],
)
def test_a_reply_is_never_posted_twice(answers, expected, count):
    """Only a definite no to the thread leads to a second request; whatever else comes, or comes then, is the answer."""
    attempt, contents = reply(answers)
    assert (attempt.answer, len(contents), attempt.receipt) == (expected, count, "")


def test_a_message_that_is_no_reply_is_asked_once():
    """The names of a no to a thread lead nowhere where no thread was asked for."""
    with FakeSlack([no("thread_not_found")]) as slack:
        assert post(slack).answer is Answer.NOT_NOW
    assert len(slack.asked) == 1
