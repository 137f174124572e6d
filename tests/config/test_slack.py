"""Slack in channels.toml: what a right table gives, what each mistake says, and that no secret is ever shown."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tidings.config import Slack, hidden, load
from tidings.errors import ConfigError

Write = Callable[..., Path]
WEBHOOK = "https://hooks.slack.com/services/T0CANARY/B0CANARY/canary1b7f"
TOKEN = "xoxb-canary-5e2d91"
ENV = {"HOOK": WEBHOOK, "TOKEN": TOKEN}
HOOKED = '[[recipient]]\nname = "desk"\nchannel = "slack"\nwebhook_env = "HOOK"\n'
POSTED = '[slack]\ntoken_env = "TOKEN"\n\n[[recipient]]\nname = "room"\nchannel = "slack"\nslack_channel = "C0CANARY77"\n'


def said(folder: Path, env: dict[str, str]) -> list[str]:
    """Load a folder that is wrong; return what was found, after making sure that no secret stands in it."""
    with pytest.raises(ConfigError) as caught:
        load(folder, env)
    text = str(caught.value)
    assert not any(secret in text.lower() for secret in ("canary", "xoxb-c"))
    return text.splitlines()


def test_a_webhook(write: Write) -> None:
    """A webhook from the environment or a file is the recipient's address; no table [slack] is needed."""
    folder = write(channels=HOOKED + HOOKED.replace("desk", "file").replace('webhook_env = "HOOK"', 'webhook_file = "hook"'))
    (folder / "hook").write_text(WEBHOOK + "\n", encoding="utf-8")
    settings = load(folder, ENV)
    assert [one.address for one in settings.recipients] == [WEBHOOK, WEBHOOK]
    assert settings.slack == Slack("", "https://slack.com/api", 30.0)


def test_a_token(write: Write) -> None:
    """A token from the environment or a file, and a channel by its id."""
    settings = load(write(channels=POSTED), ENV)
    assert (settings.slack.token, settings.recipients[0].address) == (TOKEN, "C0CANARY77")
    folder = write(channels=POSTED.replace('token_env = "TOKEN"', 'token_file = "token"\ntimeout_s = 5'))
    (folder / "token").write_text(TOKEN, encoding="utf-8")
    assert load(folder, {}).slack == Slack(TOKEN, "https://slack.com/api", 5)


def test_nothing_secret_is_displayed(write: Write) -> None:
    """The display of the configuration has neither token nor webhook nor channel, and neither has the repr."""
    settings = load(write(channels=POSTED + HOOKED), ENV)
    display = json.dumps(hidden(settings)) + repr(settings) + repr(settings.slack)
    assert "canary" not in display.lower()
    assert hidden(settings)["slack"] == {"token": "(hidden)", "api": "https://slack.com/api", "timeout_s": 30}


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com/services/T0/B0/x",
        "https://hooks.slack-gov.com/services/T0/B0/x",
        "http://127.0.0.1:8080/services/x",
        "http://[::1]:8080/services/x",
    ],
)
def test_webhooks_that_are_taken(write: Write, url: str) -> None:
    """Slack's two hosts over TLS, and this machine by its address for tests."""
    assert load(write(channels=HOOKED), {"HOOK": url}).recipients[0].address == url


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.slack.com/services/canary",
        "https://hooks.slack.com/triggers/E0/1/canary",
        "https://hooks.slack.com/services/",
        "https://hooks.slack.com.evil.example/services/canary",
        "https://evil.example/services/canary",
        "https://hooks.slack.com@evil.example/canary",
        "https://canary@hooks.slack.com/services/x",
        "https://hooks.slack.com:8443/services/canary",
        "https://hooks.slack.com",
        "https://hooks.slack.com/services/canary#x",
        "https://hooks.slack.com/services/can ary",
        "https://hooks.slack.com/services/canarÿ",
        "http://localhost/canary",
        "http://10.0.0.1/canary",
        "https://[canary/",
        "canary",
    ],
)
def test_webhooks_that_are_not_slacks(write: Write, url: str) -> None:
    """A webhook at any other host, of a workflow, or in the clear, is a mistake found before anything is fetched, and it is not shown."""
    [line] = said(write(channels=HOOKED), {"HOOK": url})
    assert "recipient[1].webhook_env: expected the URL of an incoming webhook, https://hooks.slack.com/services/..." in line


@pytest.mark.parametrize(
    ("channels", "env", "expected"),
    [
        pytest.param(HOOKED, {}, "expected a variable HOOK in the environment", id="variable not set"),
        pytest.param(HOOKED.replace("_env", "_file"), {}, "expected a text file with one line that can be read", id="no such file"),
        pytest.param(POSTED, {"TOKEN": "xoxb canary"}, "expected a token of Slack, such as xoxb-...", id="no token"),
        pytest.param(POSTED.partition("\n\n")[2], ENV, "expected a table [slack] with token_env or token_file, or a webhook", id="no [slack]"),
        pytest.param(POSTED.replace("C0CANARY77", "#canary"), ENV, "expected the id of a channel, such as C0123456789", id="a channel's name"),
        pytest.param(POSTED + 'webhook_env = "HOOK"\n', ENV, "expected one of webhook_env, webhook_file and slack_channel", id="both ways"),
        pytest.param(HOOKED.replace('webhook_env = "HOOK"\n', ""), ENV, "expected one of webhook_env, webhook_file and slack_channel", id="no way"),
        pytest.param(HOOKED + 'address = "canary@b.example"\n', ENV, "expected no mail address for a slack recipient", id="an address"),
        pytest.param(HOOKED.replace('"slack"', '"file"'), ENV, "for a slack recipient only", id="another channel"),
        pytest.param(POSTED.replace("token_env", "token"), ENV, "no secret in the file: use token_env or token_file", id="a literal token"),
        pytest.param(HOOKED.replace("webhook_env", "webhook"), ENV, "no secret in the file: use webhook_env or webhook_file", id="a literal webhook"),
        pytest.param(POSTED.replace('"TOKEN"', '"TOKEN"\napi = "https://canary.example/api"'), ENV, "the token goes to nobody else", id="another API"),
        pytest.param(POSTED.replace('"TOKEN"', '"TOKEN"\ntoken_file = "token"'), ENV, "expected either token_env or token_file", id="token twice"),
    ],
)  # fmt: skip
def test_mistakes(write: Write, channels: str, env: dict[str, str], expected: str) -> None:
    """Each mistake is said in our words."""
    if "canary.example" in channels:
        with pytest.raises(ConfigError, match=expected):
            load(write(channels=channels), env)
        return
    assert any(expected in line for line in said(write(channels=channels), env))
