"""Send editions to Slack: one plain POST a message, by incoming webhook or bot token, and one list of what each answer means.

Slack knows no way to ask "did you get it?" and no key that makes a repeat harmless. So nothing here tries twice, follows a
redirect or asks the environment for a proxy, and an answer that does not come is `uncertain`, never "not sent". The one exception
is no repeat: a reply to which Slack says that its thread takes none was not posted, and is posted as a message of its own.
"""

import json
import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from tidings.channels.checked import Checked
from tidings.channels.exchange import Call, Lost, Reply, exchange
from tidings.ids import make_id
from tidings.model import Recipient
from tidings.stages.delivery import Answer, Attempt
from tidings.text.retry_after import retry_after_s

API = "https://slack.com/api"

_CHANNEL_ID = re.compile(r"[CDGU][A-Z0-9]{2,30}")
_ERROR = re.compile(r"[a-z]+(_[a-z]+){0,9}")  # Slack's names of errors; no id, token or URL looks like that
_RECEIPT = re.compile(r"([0-9]{1,16}\.[0-9]{1,16}) ([0-9a-f-]{36})")  # the thread, and which channel it is in
_TS = re.compile(r"[0-9]{1,16}\.[0-9]{1,16}")  # Slack's name of a message: seconds and a counter
# A no to the thread, not to the message. What people deleted is seldom answered so: Slack mostly posts the reply into the channel.
_NO_THREAD = frozenset(
    {
        "cannot_reply_to_message", "invalid_thread_ts", "message_not_found", "restricted_action_non_threadable_channel",
        "restricted_action_thread_locked", "thread_locked", "thread_not_found",
    }
)  # fmt: skip
# Documented for every method: "possible that some aspect of the operation succeeded".
_PERHAPS_DONE = frozenset({"internal_error", "fatal_error"})
# What is wrong with the message itself: no time and no person can mend it. Every other no may be mended while the edition waits.
_REFUSED = frozenset(
    {
        "attachment_payload_limit_exceeded", "invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_attachments",
        "invalid_blocks", "invalid_blocks_format", "invalid_charset", "invalid_form_data", "invalid_json", "invalid_metadata_format",
        "invalid_payload", "invalid_post_type", "json_not_object", "markdown_text_conflict", "message_too_long", "metadata_too_large",
        "missing_charset", "missing_post_type", "missing_text_or_fallback_or_attachments", "msg_blocks_too_long", "msg_too_long",
        "no_text", "too_many_attachments", "unknown_type",
    }
)  # fmt: skip
# Names that are a definite no even where the status alone would leave it open.
_DEFINITE = _REFUSED | {"ratelimited", "rate_limited", "service_unavailable", "request_timeout", "rollup_error"}
_LOST_BEHIND = frozenset({502, 504})  # a gateway says that it did not hear the answer: the message may be there
_LOST_UNNAMED = frozenset({500, *range(520, 525)})  # something broke, perhaps after it was posted, unless a name says more
_JSON = {"Content-Type": "application/json; charset=utf-8"}
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True, slots=True)
class Workspace:
    """Describe how Slack is reached: the bot's token, where there is one, and the base of the API (another one only in tests)."""

    token: str = field(default="", repr=False)
    api: str = API
    timeout_s: float = 30.0  # of one whole exchange


# ---------------------------------------------------------------- the message


def build(text: str, blocks: Sequence[Mapping[str, Any]], *, broadcast: bool = False) -> bytes:
    """Return one message as it is kept: no channel in it, nothing unfurled, nothing in the fallback text read as markup.

    With `broadcast` a reply is shown in the channel, too.
    """
    content = {
        "text": text,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
        "mrkdwn": False,
        "parse": "none",
        "link_names": False,
    }
    return _dumped(content | ({"reply_broadcast": True} if broadcast else {}))


def in_thread(payload: bytes, receipt: str, recipient: Recipient) -> bytes:
    """Make a kept message a reply in the thread of which `receipt` tells; without one in this very channel it stands alone.

    A thread's name means nothing in another channel: a reply there could be seen by nobody.
    """
    match = _RECEIPT.fullmatch(receipt)
    if match and match[2] == _place(recipient):
        return _dumped({**json.loads(payload), "thread_ts": match[1]})
    return _alone(json.loads(payload)) if b'"reply_broadcast":' in payload else payload


def is_webhook(address: str) -> bool:
    """Tell an incoming webhook's URL from a channel's id."""
    return address.startswith(("https://", "http://"))


# ---------------------------------------------------------------- sending


class SlackChannel:
    """Post one message to one webhook or channel."""

    def __init__(self, workspace: Workspace, tls: ssl.SSLContext | None = None) -> None:
        """`tls` replaces the machine's own list of trusted authorities."""
        self._workspace = workspace
        self._tls = tls

    def send(self, payload: bytes, recipient: Recipient) -> Attempt:
        """Post the message once and say what came of it."""
        if is_webhook(recipient.address):
            return self._post(Call("POST", recipient.address, payload, _JSON), webhook=True)[0]
        if not _CHANNEL_ID.fullmatch(recipient.address):
            return Attempt(Answer.NOT_NOW, "the address is neither a webhook nor the id of a channel")
        if not self._workspace.token:
            return Attempt(Answer.NOT_NOW, "no token is configured")
        attempt, got = self._post(_call(self._workspace, "chat.postMessage", _addressed(payload, recipient.address), _JSON))
        content = json.loads(payload)
        replied = "thread_ts" in content
        if got and replied and attempt.answer is Answer.NOT_NOW and _error(got, webhook=False) in _NO_THREAD:
            alone = _addressed(_alone(content), recipient.address)
            attempt, got = self._post(_call(self._workspace, "chat.postMessage", alone, _JSON))
            replied = False
        if got and attempt.answer is Answer.SENT:
            return replace(attempt, receipt=_receipt(_content(got), recipient, replied=replied))
        return attempt

    def _post(self, call: Call, *, webhook: bool = False) -> tuple[Attempt, Reply | None]:
        got = exchange(call, self._workspace.timeout_s, self._tls)
        if isinstance(got, Lost):
            return Attempt(Answer.UNCERTAIN if got.said else Answer.NOT_NOW, got.reason), None
        return read(got, webhook=webhook), got


def read(reply: Reply, *, webhook: bool) -> Attempt:
    """Say what an answer means: the one list. What it says in words is repeated only where it is a name of an error."""
    error = _error(reply, webhook=webhook)
    said = f"Slack said {reply.status}{' ' + error if error else ''}"
    if reply.status == 429 or error in {"ratelimited", "rate_limited"}:
        return Attempt(Answer.NOT_NOW, said, retry_after_s(reply.headers, datetime.now(UTC)))
    if error in _PERHAPS_DONE or reply.status in _LOST_BEHIND or (reply.status in _LOST_UNNAMED and error not in _DEFINITE):
        return Attempt(Answer.UNCERTAIN, f"{said}: it may have been posted")
    if error in _REFUSED:
        return Attempt(Answer.REFUSED, said)
    if 300 <= reply.status < 400:
        return Attempt(Answer.NOT_NOW, f"{said}: a redirect, which is not followed")
    if error or reply.status >= 400:
        return Attempt(Answer.NOT_NOW, said)
    if reply.status == 200 and _is_ok(reply, webhook=webhook):
        return Attempt(Answer.SENT)
    return Attempt(Answer.UNCERTAIN, f"{said} and neither yes nor no")


def _is_ok(reply: Reply, *, webhook: bool) -> bool:
    return reply.body.strip() == b"ok" if webhook else _content(reply).get("ok") is True


def _error(reply: Reply, *, webhook: bool) -> str:
    """Return the name of the error that Slack gives: the body of a webhook's answer, `error` in an answer of the API; or ""."""
    content = _content(reply)
    found = content.get("error", "unnamed") if content.get("ok") is False else None
    if found is None and webhook and reply.status >= 400:
        found = reply.body[:200].decode("utf-8", "replace").strip()
    if found is None:
        return ""
    return found if isinstance(found, str) and len(found) <= 60 and _ERROR.fullmatch(found) else ("" if webhook else "unnamed")


def _content(reply: Reply) -> Mapping[str, Any]:
    try:
        content = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _addressed(payload: bytes, channel_id: str) -> bytes:
    """Put the channel before the kept message."""
    return _dumped({"channel": channel_id, **json.loads(payload)})


def _alone(content: Mapping[str, Any]) -> bytes:
    """Make a message that is no reply."""
    return _dumped({name: value for name, value in content.items() if name not in {"thread_ts", "reply_broadcast"}})


def _receipt(content: Mapping[str, Any], recipient: Recipient, *, replied: bool) -> str:
    """Name the thread in which a message stands: the one that Slack says it is in, else the one that it opens; "" where Slack does not say.

    A reply whose thread was deleted is posted into the channel without a word: its `message` then names no thread.
    """
    message = content.get("message")
    if replied and not isinstance(message, dict):
        return ""
    thread = message.get("thread_ts") if isinstance(message, dict) else None
    named = content.get("ts") if thread is None else thread
    return f"{named} {_place(recipient)}" if isinstance(named, str) and _TS.fullmatch(named) else ""


def _place(recipient: Recipient) -> str:
    """Tell a channel from every other without naming it."""
    return make_id("slack channel", recipient.address)


def _dumped(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _call(workspace: Workspace, method: str, body: bytes, kind: Mapping[str, str]) -> Call:
    return Call("POST", f"{workspace.api}/{method}", body, {**kind, "Authorization": f"Bearer {workspace.token}"})


# ---------------------------------------------------------------- checking

IN_TROUBLE = "Slack did not answer properly"  # which says nothing of the token


def check(workspace: Workspace, address: str = "", tls: ssl.SSLContext | None = None) -> Checked:
    """Check, without posting anything, what can be known beforehand; never raises for what the outside does.

    `address` is what a recipient has: a webhook's URL (asked only whether its host answers), a channel's id (the token is
    checked by auth.test, the channel by conversations.info where the token may ask that), or "" for the token alone.
    """
    if is_webhook(address):
        return _check_host(workspace, address, tls)
    if not workspace.token:
        return Checked(ok=False, said="no token is configured: [slack] token_env or token_file")
    got = exchange(_call(workspace, "auth.test", b"{}", _JSON), workspace.timeout_s, tls)
    if isinstance(got, Lost):
        return Checked(ok=False, said=f"Slack was not reached: {got.reason}")
    if got.status >= 500:
        return Checked(ok=False, said=f"{IN_TROUBLE}: {got.status} {_error(got, webhook=False)}".rstrip())
    if not (got.status == 200 and _is_ok(got, webhook=False)):
        return Checked(ok=False, said=f"the token is not accepted: Slack said {got.status} {_error(got, webhook=False)}".rstrip())
    scopes = got.headers.get("x-oauth-scopes")
    if scopes is not None and "chat:write" not in [scope.strip() for scope in scopes.split(",")]:
        return Checked(ok=False, said="the token is accepted, but may not post: give the app the scope chat:write")
    return _check_channel(workspace, address, tls) if address else Checked(ok=True, said="the token is accepted")


def _check_host(workspace: Workspace, url: str, tls: ssl.SSLContext | None) -> Checked:
    """Ask the webhook's host for nothing: whether the webhook itself lives is known only by posting to it."""
    parts = urlsplit(url)
    got = exchange(Call("HEAD", f"{parts.scheme}://{parts.netloc}/"), workspace.timeout_s, tls)
    if isinstance(got, Lost):
        return Checked(ok=False, said=f"the webhook's host was not reached: {got.reason}")
    return Checked(ok=True, said="the webhook's host answers; whether the webhook is in force shows only when something is posted")


def _check_channel(workspace: Workspace, address: str, tls: ssl.SSLContext | None) -> Checked:
    if not _CHANNEL_ID.fullmatch(address):
        return Checked(ok=False, said="the token is accepted, but the channel is no id of one")
    body = urlencode({"channel": address}).encode()
    got = exchange(_call(workspace, "conversations.info", body, _FORM), workspace.timeout_s, tls)
    if isinstance(got, Lost):
        return Checked(ok=False, said=f"the token is accepted, but then Slack was not reached: {got.reason}")
    error = _error(got, webhook=False)
    if error == "missing_scope":
        return Checked(ok=True, said="the token is accepted; it may not ask about the channel, so that shows when something is posted")
    if error or got.status != 200:
        return Checked(ok=False, said=f"the token is accepted, but of the channel Slack said {got.status} {error}".rstrip())
    channel = _content(got).get("channel")
    if isinstance(channel, dict) and channel.get("is_archived") is True:
        return Checked(ok=False, said="the token is accepted, but the channel is archived")
    if isinstance(channel, dict) and channel.get("is_member") is False:
        return Checked(
            ok=True, said="the token is accepted, the channel is there; the app is no member of it: invite it, where posting is refused"
        )
    return Checked(ok=True, said="the token is accepted, the channel is there")
