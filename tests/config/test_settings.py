"""What is shown of the configuration, and what never is."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tidings.config import hidden, load
from tidings.errors import ConfigError

Write = Callable[..., Path]
FEED = '[[feed]]\nurl = "https://${USER_NAME}:${PASS}@news.example/rss?token=${TOKEN}"\npublisher = "Example"\nlanguage = "en"\n'
NAMES = ("USER_NAME", "PASS", "TOKEN", "SMTP_USER", "SMTP_PASSWORD", "MORNING_ADDRESS")
# Any text at all after a mark that no message of ours holds. An empty value means "not set".
SECRETS = st.dictionaries(
    st.sampled_from(NAMES), st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30).map("QZX7".__add__)
)
SPOILED = {
    "feeds": FEED.replace("https", "ftp"),
    "channels": '[email]\nhost = "h"\nuser_env = "SMTP_USER"\npassword_env = "SMTP_PASSWORD"\n',
}


def shown(folder: Path, env: dict[str, str]) -> str:
    """Return all that a user can get to see of a folder: the configuration in force, its repr, or the error."""
    try:
        loaded = load(folder, env)
    except ConfigError as error:
        return str(error) + repr(error.problems)
    return json.dumps(hidden(loaded), ensure_ascii=False) + repr(loaded)


@given(env=SECRETS, is_spoiled=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_no_value_of_the_environment_is_ever_shown(write: Write, env: dict[str, str], is_spoiled: bool) -> None:
    """Whatever the secrets are, and whatever else is wrong: neither the errors nor the display hold one."""
    folder = write(**(SPOILED if is_spoiled else {"feeds": FEED}))
    assert "QZX7" not in shown(folder, env)


def test_a_right_secret_is_hidden_too(write: Write) -> None:
    """The positive control: with secrets that load, the display has their places but not their values."""
    env = dict.fromkeys(NAMES, "QZX7") | {"MORNING_ADDRESS": "QZX7@news.example"}
    folder = write(feeds=FEED)
    loaded = load(folder, env)
    assert "QZX7" in loaded.feeds[0].url
    assert "QZX7" not in shown(folder, env)
    display = hidden(loaded)
    assert display["email"]["password"] == "(hidden)"
    assert [recipient["address"] for recipient in display["recipients"]] == ["", "(hidden)"]
    assert display["feeds"][0]["url"] == "https://${USER_NAME}:${PASS}@news.example/rss?token=${TOKEN}"


@pytest.mark.parametrize("value", ["hunter2", "a\nhunter2", "", "http://x y"], ids=["a word", "two lines", "empty", "a URL"])
def test_a_password_file_is_not_shown(write: Write, value: str) -> None:
    """What a secret file holds is shown neither when it is right nor when it is wrong."""
    folder = write(channels='[email]\nhost = "h"\nfrom = "a@b.example"\nuser_env = "SMTP_USER"\npassword_file = "secret"\n')
    (folder / "secret").write_text(value, encoding="utf-8")
    seen = shown(folder, {"SMTP_USER": "me"})
    assert not value or value not in seen
    assert "hunter2" not in seen


def test_settings_cross_to_other_processes(write: Write) -> None:
    """Settings survive pickling: flows and workers on other machines get them whole."""
    loaded = load(write(channels=None), {})
    assert pickle.loads(pickle.dumps(loaded)) == loaded


def test_the_display_is_plain(write: Write) -> None:
    """The display holds only what JSON can write, with dates as text and without the texts of seeds."""
    display = json.loads(json.dumps(hidden(load(write(channels=None), {}))))
    assert display["seeds"][0]["published_at"] == "2020-02-16T00:00:00+00:00"
    assert display["seeds"][0]["text"] == "(hidden)"
    assert display["topics"][0]["names"] == ["Libya", "Libyan*"]
