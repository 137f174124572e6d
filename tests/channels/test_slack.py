import json
import os
import shutil
import socket
import ssl
import subprocess
import sys

import pytest
from fake_slack import CHANNEL, TOKEN, WEBHOOK, FakeSlack, answer, no

from tidings.channels.exchange import Call, Lost, Reply, exchange, is_protected
from tidings.channels.slack import SlackChannel, Workspace, build, check, read
from tidings.model import Recipient
from tidings.stages.delivery import Answer

PAYLOAD = build("Tidings: 1 in Idlib", [{"type": "header", "text": {"type": "plain_text", "text": "سلام & <!channel>"}}])
SECRETS = (TOKEN, CHANNEL, "canary-webhook", "T0CANARY")


def reader(address):
    return Recipient("desk", "slack", ("idlib",), ("07:00",), "UTC", "send", address)


def post(slack, *, bot=False, timeout_s=5.0, tls=None, token=TOKEN):
    """Send the payload once, by webhook or as the bot."""
    channel = SlackChannel(Workspace(token, f"{slack.base}/api", timeout_s), tls)
    attempt = channel.send(PAYLOAD, reader(CHANNEL if bot else slack.webhook))
    assert not any(secret in attempt.reason for secret in SECRETS)
    return attempt


def test_a_webhook_gets_the_part_as_it_is_kept():
    """One POST of the kept bytes to the webhook's own path: JSON, nothing unfurled, no markup in the fallback text; `ok` means sent."""
    with FakeSlack() as slack:
        assert post(slack).answer is Answer.SENT
    [asked] = slack.asked
    assert asked.line == f"POST {WEBHOOK} HTTP/1.1"
    assert asked.body == PAYLOAD
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert asked.headers["host"] == f"127.0.0.1:{slack.port}"
    assert "authorization" not in asked.headers
    flags = {name: value for name, value in asked.content.items() if name not in {"text", "blocks"}}
    assert flags == {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False, "parse": "none", "link_names": False}


def test_a_bot_posts_to_its_channel():
    """With a token the same part goes to chat.postMessage with the channel added; the token stands in the header only."""
    with FakeSlack() as slack:
        assert post(slack, bot=True).answer is Answer.SENT
    [asked] = slack.asked
    assert asked.line == "POST /api/chat.postMessage HTTP/1.1"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.content == {"channel": CHANNEL, **json.loads(PAYLOAD)}
    assert TOKEN.encode() not in asked.body


@pytest.mark.parametrize(
    ("bot", "said", "expected", "reason"),
    [
        pytest.param(False, answer(200, b"ok"), Answer.SENT, "", id="webhook: ok"),
        pytest.param(False, answer(200, b"ok\n"), Answer.SENT, "", id="webhook: ok and a line end"),
        pytest.param(False, answer(200, b"<html>welcome"), Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="webhook: 200, not Slack's"),
        pytest.param(False, b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="webhook: cut"),
        pytest.param(False, answer(204, b""), Answer.UNCERTAIN, "Slack said 204 and neither yes nor no", id="webhook: 204"),
        pytest.param(False, answer(400, b"invalid_blocks"), Answer.REFUSED, "Slack said 400 invalid_blocks", id="webhook: invalid_blocks"),
        pytest.param(False, answer(403, b"action_prohibited"), Answer.NOT_NOW, "Slack said 403 action_prohibited", id="webhook: action_prohibited"),
        pytest.param(False, answer(404, b"no_service"), Answer.NOT_NOW, "Slack said 404 no_service", id="webhook: no_service"),
        pytest.param(False, answer(410, b"channel_is_archived"), Answer.NOT_NOW, "Slack said 410 channel_is_archived", id="webhook: archived"),
        pytest.param(False, answer(404, b"no team T0CANARY"), Answer.NOT_NOW, "Slack said 404", id="webhook: words of its own are not repeated"),
        pytest.param(False, answer(500, b"rollup_error"), Answer.NOT_NOW, "Slack said 500 rollup_error", id="webhook: 500"),
        pytest.param(False, answer(503, b""), Answer.NOT_NOW, "Slack said 503", id="webhook: 503"),
        pytest.param(False, answer(502, b""), Answer.UNCERTAIN, "Slack said 502: it may have been posted", id="webhook: the answer behind a gateway is lost"),
        pytest.param(False, answer(504, b""), Answer.UNCERTAIN, "Slack said 504: it may have been posted", id="webhook: gateway timeout"),
        pytest.param(False, answer(408, b""), Answer.NOT_NOW, "Slack said 408", id="webhook: 408"),
        pytest.param(True, no("invalid_auth"), Answer.NOT_NOW, "Slack said 200 invalid_auth", id="bot: invalid_auth"),
        pytest.param(True, no("channel_not_found"), Answer.NOT_NOW, "Slack said 200 channel_not_found", id="bot: channel_not_found"),
        pytest.param(True, no("is_archived"), Answer.NOT_NOW, "Slack said 200 is_archived", id="bot: is_archived"),
        pytest.param(True, no("msg_blocks_too_long"), Answer.REFUSED, "Slack said 200 msg_blocks_too_long", id="bot: too long"),
        pytest.param(True, no("xoxb-canary-5e2d91"), Answer.NOT_NOW, "Slack said 200 unnamed", id="bot: an echoed token is not repeated"),
        pytest.param(True, no("service_unavailable", 503), Answer.NOT_NOW, "Slack said 503 service_unavailable", id="bot: unavailable"),
        pytest.param(True, no("internal_error"), Answer.UNCERTAIN, "Slack said 200 internal_error: it may have been posted", id="bot: internal_error"),
        pytest.param(True, no("fatal_error", 500), Answer.UNCERTAIN, "Slack said 500 fatal_error: it may have been posted", id="bot: fatal_error"),
        pytest.param(True, answer(200, b"ok"), Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="bot: no JSON"),
        pytest.param(True, answer(200, b"[" * 60_000), Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="bot: hostile JSON"),
        pytest.param(True, answer(200, b'{"ok":1}'), Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="bot: no clear yes"),
        pytest.param(True, answer(500, b"oops"), Answer.UNCERTAIN, "Slack said 500: it may have been posted", id="bot: 500"),
        pytest.param(True, answer(200, b'{"ok":false}'), Answer.NOT_NOW, "Slack said 200 unnamed", id="bot: no without a name"),
        pytest.param(False, answer(500, b""), Answer.UNCERTAIN, "Slack said 500: it may have been posted", id="webhook: 500 without a name"),
        pytest.param(False, answer(521, b"down"), Answer.UNCERTAIN, "Slack said 521 down: it may have been posted", id="webhook: 521 of a gateway"),
        pytest.param(False, answer(201, b"ok"), Answer.UNCERTAIN, "Slack said 201 and neither yes nor no", id="webhook: 201"),
        pytest.param(False, answer(200, b"no_text"), Answer.UNCERTAIN, "Slack said 200 and neither yes nor no", id="webhook: 200 and a word"),
        pytest.param(False, answer(403, b"<html>Blocked"), Answer.NOT_NOW, "Slack said 403", id="webhook: a firewall"),
        pytest.param(False, answer(407, b"proxy"), Answer.NOT_NOW, "Slack said 407 proxy", id="webhook: a proxy"),
    ],
)  # fmt: skip
def test_what_each_answer_means(bot, said, expected, reason):
    """One list: what Slack says is yes, no for good, no for now, or neither; asked once, and no secret in the reason."""
    with FakeSlack([said]) as slack:
        attempt = post(slack, bot=bot)
    assert (attempt.answer, attempt.reason) == (expected, reason)
    assert len(slack.asked) == 1


@pytest.mark.parametrize("webhook", [True, False], ids=["webhook", "bot"])
@pytest.mark.parametrize(
    ("errors", "expected"),
    [
        pytest.param(
            "channel_not_found is_archived channel_is_archived no_service no_active_hooks no_team team_disabled invalid_token token_revoked "
            "restricted_action restricted_action_read_only_channel team_access_not_granted accesslimited not_in_channel missing_scope "
            "posting_to_general_channel_denied message_limit_exceeded org_login_required some_name_of_tomorrow",
            Answer.NOT_NOW, id="a person can mend it",
        ),
        pytest.param(
            "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text invalid_payload too_many_attachments",
            Answer.REFUSED, id="the message itself",
        ),
    ],
)  # fmt: skip
def test_what_a_person_can_mend_waits(errors, expected, webhook):
    """Only an answer that judges the message itself is final; a channel, a permission or a token can be put right while the edition waits."""
    for error in errors.split():
        reply = Reply(404, {}, error.encode()) if webhook else Reply(200, {}, json.dumps({"ok": False, "error": error}).encode())
        assert read(reply, webhook=webhook).answer is expected, error


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        pytest.param(answer(429, b"rate_limited", retry_after=700), 700.0, id="seconds"),
        pytest.param(answer(429, b""), None, id="nothing said"),
        pytest.param(answer(429, b"", retry_after="soon"), None, id="nonsense"),
        pytest.param(no("ratelimited", retry_after=90), 90.0, id="in the body"),
    ],
)
def test_too_many_is_not_now(said, wait_s):
    """429 is a no for now, and says how long to wait."""
    with FakeSlack([said]) as slack:
        attempt = post(slack)
    assert (attempt.answer, attempt.retry_after_s) == (Answer.NOT_NOW, wait_s)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        pytest.param("hang", "the answer: nothing came within 0.4 s", id="silence"),
        pytest.param("drip", "the answer: nothing came within 0.4 s", id="one byte at a time"),
        pytest.param("hang up", "the answer: the server hung up", id="hung up"),
        pytest.param(b"SSH-2.0-x\r\n", "the answer: an answer that makes no sense (BadStatusLine)", id="another protocol"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000, "the answer: an answer that makes no sense (LineTooLong)", id="endless header"
        ),
    ],
)
def test_silence_after_the_body_is_uncertain(said, reason):
    """Once the body is on its way, every end without an answer is uncertain, within the deadline, and nothing is said twice."""
    with FakeSlack([said]) as slack:
        attempt = post(slack, timeout_s=0.4)
    assert (attempt.answer, attempt.reason) == (Answer.UNCERTAIN, reason)
    assert slack.connection_count == 1


def test_a_slow_body_of_an_answer_ends_at_the_deadline():
    """The status stands even when the body never ends; what is read of it is bounded in time and size."""
    with FakeSlack([b"HTTP/1.1 404 No\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 200_000]) as slack:
        assert post(slack, timeout_s=2.0).answer is Answer.NOT_NOW


def test_nobody_there_is_not_now():
    """Where nothing could be said, nothing was: refused connections and names that do not exist are tried again."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, but nobody listens
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        attempt = SlackChannel(Workspace()).send(PAYLOAD, reader(url))
    assert (attempt.answer, attempt.reason) == (Answer.NOT_NOW, "connecting: Connection refused")
    attempt = SlackChannel(Workspace(timeout_s=3.0)).send(PAYLOAD, reader("https://hooks.invalid/services/x"))
    assert attempt.answer is Answer.NOT_NOW
    assert attempt.reason.startswith("connecting: ")


def test_a_redirect_is_not_followed():
    """302 is no yes: the target is not asked, and neither the webhook nor the token goes there."""
    with FakeSlack() as other, FakeSlack([answer(302, b"", location=other.base + "/steal")] * 2) as slack:
        for bot in (False, True):
            attempt = post(slack, bot=bot)
            assert (attempt.answer, attempt.reason) == (Answer.NOT_NOW, "Slack said 302: a redirect, which is not followed")
        assert len(slack.asked) == 2
    assert other.asked == []


def test_proxies_of_the_environment_are_ignored():
    """With every proxy variable set, the request goes straight to Slack and the proxy is not asked."""
    with FakeSlack() as proxy, FakeSlack() as slack:
        names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        program = (
            "import sys; from tidings.channels.slack import *; from tidings.model import Recipient\n"
            "r = Recipient('desk', 'slack', (), (), 'UTC', 'send', sys.argv[1])\n"
            "print(SlackChannel(Workspace(timeout_s=5)).send(b'{}', r).answer)"
        )
        env = {**os.environ, **dict.fromkeys(names, proxy.base)}
        done = subprocess.run([sys.executable, "-c", program, slack.webhook], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "sent\n"
    assert (len(slack.asked), proxy.asked) == (1, [])


@pytest.mark.parametrize(
    ("url", "protected"),
    [
        ("https://hooks.slack.com/services/x", True),
        ("http://127.0.0.1:8080/x", True),
        ("http://[::1]:8080/x", True),
        ("http://hooks.slack.com/services/x", False),
        ("http://localhost/x", False),
        ("http://127.0.0.1.example/x", False),
        ("http://10.0.0.1/x", False),
        ("ftp://127.0.0.1/x", False),
        ("https://", False),
        ("http://[::1", False),
        ("https://hooks.slack.com:port/x", False),
    ],
)
def test_nothing_goes_out_in_the_clear(url, protected):
    """Secrets go out under TLS, or stay on this machine, judged by the address and not by a name."""
    assert is_protected(url) is protected
    if not protected:
        assert exchange(Call("POST", url, b"x"), 1.0) == Lost("nothing goes out without TLS", said=False)


@pytest.mark.parametrize(
    ("address", "token", "expected", "reason"),
    [
        pytest.param("#general", TOKEN, Answer.NOT_NOW, "the address is neither a webhook nor the id of a channel", id="a channel's name"),
        pytest.param("", TOKEN, Answer.NOT_NOW, "the address is neither a webhook nor the id of a channel", id="nothing"),
        pytest.param(CHANNEL, "", Answer.NOT_NOW, "no token is configured", id="no token"),
        pytest.param(
            CHANNEL, "xoxb\r\nX: y", Answer.NOT_NOW, "the request: an answer that makes no sense (ValueError)", id="a token with a line end"
        ),
    ],
)
def test_what_cannot_be_sent_is_not(address, token, expected, reason):
    """Addresses that are none of Slack's, and a missing or broken token, are found before anything is said."""
    with FakeSlack() as slack:
        attempt = SlackChannel(Workspace(token, f"{slack.base}/api", 5.0)).send(PAYLOAD, reader(address))
    assert (attempt.answer, attempt.reason, slack.asked) == (expected, reason, [])


def test_nothing_secret_is_shown():
    """What describes the way to Slack and a request shows neither token nor URL."""
    shown = repr(Workspace(TOKEN)) + repr(Call("POST", f"https://hooks.slack.com{WEBHOOK}", b"x", {"Authorization": TOKEN}))
    assert not any(secret in shown for secret in SECRETS)


# ---------------------------------------------------------------- TLS

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, to make a certificate, is not installed")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """Make a self-signed certificate for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", "key.pem",
         "-out", "cert.pem", "-subj", "/CN=slack", "-addext", "subjectAltName=IP:127.0.0.1"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder


def over_tls(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return FakeSlack(tls=context)


@needs_openssl
def test_certificates_are_checked(certificate):
    """A certificate from nobody we know: no word is said, so it is not now. From a known authority the same server takes the part."""
    with over_tls(certificate) as slack:
        attempt = post(slack)
        assert (attempt.answer, attempt.reason) == (Answer.NOT_NOW, "connecting: TLS failed: CERTIFICATE_VERIFY_FAILED")
        assert slack.asked == []
        assert post(slack, tls=ssl.create_default_context(cafile=certificate / "cert.pem")).answer is Answer.SENT


@needs_openssl
def test_silence_under_tls_is_uncertain(certificate):
    """The deadline cuts a connection under TLS, too."""
    with over_tls(certificate) as slack:
        slack.answers.append("hang")
        attempt = post(slack, timeout_s=1.0, tls=ssl.create_default_context(cafile=certificate / "cert.pem"))
    assert (attempt.answer, attempt.reason) == (Answer.UNCERTAIN, "the answer: nothing came within 1 s")


# ---------------------------------------------------------------- checking


@pytest.mark.parametrize(
    ("answers", "address", "ok", "said"),
    [
        pytest.param([], "", True, "the token is accepted", id="token alone"),
        pytest.param([no("invalid_auth")], CHANNEL, False, "the token is not accepted: Slack said 200 invalid_auth", id="bad token"),
        pytest.param([answer(501, {})], CHANNEL, False, "Slack did not answer properly: 501", id="in trouble"),
        pytest.param(
            [answer(200, {"ok": True}, x_oauth_scopes="channels:read,chat:write"), answer(200, {"ok": True, "channel": {"is_member": True}})],
            CHANNEL, True, "the token is accepted, the channel is there", id="member",
        ),
        pytest.param(
            [answer(200, {"ok": True}, x_oauth_scopes="channels:read")], CHANNEL, False,
            "the token is accepted, but may not post: give the app the scope chat:write", id="no scope to post",
        ),
        pytest.param(
            [answer(200, {"ok": True}), no("missing_scope")], CHANNEL, True,
            "the token is accepted; it may not ask about the channel, so that shows when something is posted", id="no scope to ask",
        ),
        pytest.param(
            [answer(200, {"ok": True}), no("channel_not_found")], CHANNEL, False,
            "the token is accepted, but of the channel Slack said 200 channel_not_found", id="no such channel",
        ),
        pytest.param(
            [answer(200, {"ok": True}), answer(200, {"ok": True, "channel": {"is_archived": True}})], CHANNEL, False,
            "the token is accepted, but the channel is archived", id="archived",
        ),
        pytest.param(
            [answer(200, {"ok": True}), answer(200, {"ok": True, "channel": {"is_member": False}})], CHANNEL, True,
            "the token is accepted, the channel is there; the app is no member of it: invite it, where posting is refused", id="no member",
        ),
        pytest.param(["hang up"], "", False, "Slack was not reached: the answer: the server hung up", id="away"),
        pytest.param(
            [answer(200, {"ok": True}), "hang up"], CHANNEL, False, "the token is accepted, but then Slack was not reached: the answer: the server hung up", id="gone",
        ),
        pytest.param([], "general", False, "the token is accepted, but the channel is no id of one", id="a name"),
    ],
)  # fmt: skip
def test_check_of_a_token(answers, address, ok, said):
    """The token is checked by auth.test, the channel by conversations.info as far as the token may ask; nothing is posted, nothing secret said."""
    with FakeSlack(answers) as slack:
        checked = check(Workspace(TOKEN, f"{slack.base}/api", 5.0), address)
    assert (checked.ok, checked.said) == (ok, said)
    assert {one.path for one in slack.asked} <= {"/api/auth.test", "/api/conversations.info"}


def test_check_without_a_token():
    """Without a token the check says what to configure, and asks nobody."""
    checked = check(Workspace(), CHANNEL)
    assert (checked.ok, checked.said) == (False, "no token is configured: [slack] token_env or token_file")


def test_check_of_a_webhook():
    """A webhook's host is asked for its front page, never the webhook itself; any answer will do, silence will not."""
    with FakeSlack([answer(404, b""), "hang up"]) as slack:
        good, bad = (check(Workspace(timeout_s=5.0), slack.webhook) for _ in range(2))
    assert (good.ok, bad.ok) == (True, False)
    assert bad.said == "the webhook's host was not reached: the answer: the server hung up"
    assert [one.line for one in slack.asked] == ["HEAD / HTTP/1.1"] * 2


@pytest.mark.parametrize("status", range(100, 600))
def test_every_status_has_a_meaning(status):
    """Only 200 with a clear yes is sent: no other status ever is, whatever stands in its body."""
    for webhook, body in ((True, b"ok"), (False, b'{"ok": true}')):
        meaning = read(Reply(status, {}, body), webhook=webhook).answer
        assert (meaning is Answer.SENT) == (status == 200)
        assert meaning is not Answer.REFUSED
