"""What Slack can do wrong: what the outbox says, what a person is told, and what all readers have in the end."""

from datetime import timedelta

import pytest
from desk import NAMES, NOW, by_slack, composed, write
from fake_slack import FakeSlack, answer, no
from refusals import Fault, check_rows, check_said

from tidings.pipeline.deliver import deliver
from tidings.pipeline.publish import republish

pytestmark = pytest.mark.slow

PAST, FUTURE = "Wed, 19 Feb 2020 06:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"
SILENT = "the answer: nothing came within 0.4 s"
LOST = {"state": "uncertain", "end": "held"}  # never repeated by itself
TOO_MANY = "Slack said 429 rate_limited"


def too_many(retry_after):
    return answer(429, b"rate_limited", retry_after=retry_after)


WEBHOOK = {
    "429, come back in 20 minutes": Fault(too_many(1200), "pending", TOO_MANY, 20),
    "429, no word of when": Fault(answer(429, b"rate_limited"), "pending", TOO_MANY, 5),
    "429, come back at once": Fault(too_many(0), "pending", TOO_MANY, 5),
    "429, come back before now": Fault(too_many(-5), "pending", TOO_MANY, 5),
    "429, come back soon": Fault(too_many("soon"), "pending", TOO_MANY, 5),
    "429, come back in half a second": Fault(too_many("0.5"), "pending", TOO_MANY, 5),
    "429, come back in no number of seconds": Fault(too_many("nan"), "pending", TOO_MANY, 5),
    "429, come back never": Fault(too_many("inf"), "pending", TOO_MANY, 24 * 60),
    "429, come back in ten thousand years": Fault(too_many("9" * 30), "pending", TOO_MANY, 24 * 60),
    "429, come back at a time that is past": Fault(too_many(PAST), "pending", TOO_MANY, 5),
    "429, come back at the end of the calendar": Fault(too_many(FUTURE), "pending", TOO_MANY, 24 * 60),
    "400 invalid_blocks": Fault(answer(400, b"invalid_blocks"), "refused", "Slack said 400 invalid_blocks", end="refused"),
    "400 msg_too_long": Fault(answer(400, b"msg_too_long"), "refused", "Slack said 400 msg_too_long", end="refused"),
    "403 action_prohibited": Fault(answer(403, b"action_prohibited"), "pending", "Slack said 403 action_prohibited", 5),
    "404, a webhook that is gone": Fault(answer(404, b"no_service"), "pending", "Slack said 404 no_service", 5),
    "410, an archived channel": Fault(answer(410, b"channel_is_archived"), "pending", "Slack said 410 channel_is_archived", 5),
    "407, a proxy": Fault(answer(407, b"<html>log in"), "pending", "Slack said 407", 5),
    "302, a redirect": Fault(
        answer(302, b"", location="https://evil.example/"), "pending", "Slack said 302: a redirect, which is not followed", 5
    ),
    "500 with a name": Fault(answer(500, b"rollup_error"), "pending", "Slack said 500 rollup_error", 5),
    "500 without one": Fault(answer(500, b""), reason="Slack said 500: it may have been posted", **LOST),
    "502 of a gateway": Fault(answer(502, b""), reason="Slack said 502: it may have been posted", **LOST),
    "503": Fault(answer(503, b""), "pending", "Slack said 503", 5),
    "504 of a gateway": Fault(answer(504, b""), reason="Slack said 504: it may have been posted", **LOST),
    "silence": Fault("hang", reason=SILENT, timeout_s=0.4, **LOST),
    "hung up without an answer": Fault("hang up", reason="the answer: the server hung up", **LOST),
    "an answer a byte at a time": Fault("drip", reason=SILENT, timeout_s=0.4, **LOST),
    "another protocol": Fault(b"SSH-2.0-x\r\n", reason="the answer: an answer that makes no sense (BadStatusLine)", **LOST),
    "200 and a page": Fault(answer(200, b"<html>welcome"), reason="Slack said 200 and neither yes nor no", **LOST),
    "an answer that is cut off": Fault(
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", reason="Slack said 200 and neither yes nor no", **LOST
    ),
}
BOT = {
    "ok: false, invalid_auth": Fault(no("invalid_auth"), "pending", "Slack said 200 invalid_auth", 5),
    "ok: false, channel_not_found": Fault(no("channel_not_found"), "pending", "Slack said 200 channel_not_found", 5),
    "ok: false, ratelimited": Fault(no("ratelimited", 429, retry_after=30), "pending", "Slack said 429 ratelimited", 5),
    "ok: false, ratelimited with 200": Fault(no("ratelimited", retry_after=3600), "pending", "Slack said 200 ratelimited", 60),
    "ok: false, msg_too_long": Fault(no("msg_too_long"), "refused", "Slack said 200 msg_too_long", end="refused"),
    "ok: false, msg_blocks_too_long": Fault(no("msg_blocks_too_long"), "refused", "Slack said 200 msg_blocks_too_long", end="refused"),
    "ok: false, internal_error": Fault(no("internal_error"), reason="Slack said 200 internal_error: it may have been posted", **LOST),
    "ok: false, fatal_error": Fault(no("fatal_error", 500), reason="Slack said 500 fatal_error: it may have been posted", **LOST),
    "ok: false, service_unavailable": Fault(no("service_unavailable", 503), "pending", "Slack said 503 service_unavailable", 5),
    "ok: false, and no name": Fault(answer(200, b'{"ok":false}'), "pending", "Slack said 200 unnamed", 5),
    "ok: false, and the token said back": Fault(no("xoxb-canary-5e2d91"), "pending", "Slack said 200 unnamed", 5),
    "ok: 1, which is no yes": Fault(answer(200, b'{"ok":1}'), reason="Slack said 200 and neither yes nor no", **LOST),
    "no JSON": Fault(answer(200, b"ok"), reason="Slack said 200 and neither yes nor no", **LOST),
    "hostile JSON": Fault(answer(200, b"[" * 60_000), reason="Slack said 200 and neither yes nor no", **LOST),
}  # fmt: skip


@pytest.fixture(scope="module", params=["webhook", "bot"])
def waiting(request, tmp_path_factory):
    """Give a desk whose three editions wait; to be copied. And whether it posts by a bot."""
    is_bot = request.param == "bot"
    desk = composed(tmp_path_factory.mktemp(request.param) / "desk", lambda one: by_slack(one, "http://127.0.0.1:1", bot=is_bot))
    return desk, is_bot


def run(fault, waiting, is_bot, folder):
    """Let the second request meet the fault; return the desk, what was asked of Slack in all, and the readers at fault."""
    desk = waiting.copied(folder)
    with FakeSlack() as slack:
        write(desk, by_slack(desk, slack.base, bot=is_bot, timeout_s=fault.timeout_s))
        first = answer(200, {"ok": True, "ts": "1.1"}) if is_bot else answer()
        slack.answers = [first, fault.script]
        report = deliver(desk.data, desk.settings, NOW, slack_pause_s=0)
        republish(desk.settings)
        assert [one.last_error for one in report.undelivered] == [fault.reason]
        wrong = check_rows(desk, fault)
        check_said(desk, "slack", wrong, fault)
        slack.answers = []
        before = NOW + timedelta(minutes=(fault.minutes or 60) - 1)
        asked = len(slack.asked)
        if fault.minutes:
            deliver(desk.data, desk.settings, before, slack_pause_s=0)
            assert len(slack.asked) == asked  # nobody is asked before the time
        deliver(desk.data, desk.settings, before + timedelta(minutes=1), slack_pause_s=0)
        deliver(desk.data, desk.settings, before + timedelta(hours=9), slack_pause_s=0)
    return desk, slack.asked, wrong


def check_end(desk, asked, wrong, fault):
    """Check that all is sent once but what was at fault, and that this was tried again only after a definite no."""
    rows = desk.rows()
    unsent = [row for row in rows if row.state.value != "sent"]
    assert {(row.recipient, row.state.value) for row in unsent} == ({(wrong[0], fault.end)} if fault.end != "sent" else set())
    assert len(unsent) <= 1
    assert len(asked) == len(rows) + (fault.state == "pending")


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in WEBHOOK.items()])
@pytest.mark.parametrize("waiting", ["webhook"], indirect=True)
def test_a_fault_behind_a_webhook(fault, waiting, tmp_path):
    """The outbox says state, attempts, next try and reason; the list and the exit code follow; the others have their edition; a lost answer repeats nothing."""
    desk, asked, wrong = run(fault, *waiting, tmp_path / "desk")
    check_end(desk, asked, wrong, fault)
    counts = {name: sum(one.path.endswith(f"/{name}") for one in asked) for name in NAMES}
    assert counts == {name: 2 if name in wrong and fault.state == "pending" else 1 for name in NAMES}


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in BOT.items()])
@pytest.mark.parametrize("waiting", ["bot"], indirect=True)
def test_a_fault_behind_a_bot(fault, waiting, tmp_path):
    """The same where a bot posts an edition in several messages: those behind the one at fault wait for it, or follow it, in order."""
    check_end(*run(fault, *waiting, tmp_path / "desk"), fault)


@pytest.mark.parametrize(("waiting", "state", "code"), [("webhook", "sent", 0), ("webhook", "refused", 1)], indirect=["waiting"])
def test_the_exit_code(waiting, state, code, tmp_path):
    """`tidings deliver` ends with 0 when all went out and with 1 when Slack refused one, and says which and why."""
    desk = waiting[0].copied(tmp_path / "desk")
    with FakeSlack() as slack:
        write(desk, by_slack(desk, slack.base))
        slack.answers = [] if state == "sent" else [answer(400, b"invalid_blocks")]
        said = desk.deliver()
    assert said.code == code
    assert ("refused: Slack said 400 invalid_blocks" in said.out) == (state == "refused")


def test_at_least_25_faults():
    """The tables are as long as was promised."""
    assert len(WEBHOOK) + len(BOT) >= 25
