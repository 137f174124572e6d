"""`tidings doctor` from end to end: a healthy desk, what its configuration alone says, and that no secret is ever in it."""

import json

import pytest
from doctor_town import (
    FEED_TOKEN,
    FEEDS,
    SLACK,
    SLACK_TOKEN,
    WRONG_PASSWORD,
    channels,
    doctor,
    feed,
    secret_file,
    secrets_said,
    slack_token_bad,
    write,
)

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only


def test_a_healthy_desk_has_no_faults(desk):
    """All is ok, the exit code is 0, and no mail, run or change of a file came of it. With --json it says the same."""
    mails, before = len(desk.mail.mails), {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*") if path.is_file()}
    said, as_json = doctor(desk), doctor(desk, "--json")
    assert (said.code, said.bad, as_json.code) == (0, [], 0)
    assert said.lines[-1].endswith("0 faults")
    found = json.loads(as_json.out)["findings"]
    assert [line.split()[0] for line in said.lines[:-1]] == [one["state"] for one in found]
    assert {one["what"] for one in found} == {
        "versions", "secrets", "data folder", "file system", "store", "snapshot", "files", "disk", "locks", "contact", "feed", "robots", "clock", "meaning", "time zones",
        "mail", "scheduler", "edition", "outbox",
    }  # fmt: skip
    assert any(line.startswith("ok       feed Harbour Times") and line.endswith("English") for line in said.lines)
    assert len(desk.mail.mails) == mails
    assert {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*") if path.is_file()} == before


def test_a_missing_variable_is_a_mistake_of_the_configuration(desk):
    """The exit code is 2, every problem is named at once, and nobody is asked anything."""
    write(
        desk,
        channels=channels(desk, password='password_env = "TIDINGS_NOT_SET"'),
        feeds=FEEDS.replace("FEED_TOKEN", "TIDINGS_TOKEN_NOT_SET"),
    )
    desk.town.asked.clear()
    said = desk("doctor")
    assert (said.code, said.out, desk.town.asked) == (2, "", [])
    for problem in ("variable TIDINGS_NOT_SET", "variable TIDINGS_TOKEN_NOT_SET", "3 problem(s)"):
        assert problem in said.err


def test_a_good_slack_token_is_fine(desk):
    """The control of the bad one: the same recipient is ok where Slack accepts the token, and nothing is posted."""
    slack_token_bad(desk)
    desk.town.routes.clear()
    desk.town.asked.clear()
    said = doctor(desk)
    assert (said.code, said.bad) == (0, [])
    assert "ok       slack newsroom: the token is accepted, the channel is there" in said.lines
    assert not [url for url in desk.town.asked if "postMessage" in url]


def test_the_configuration_alone_asks_nobody(desk):
    """--config-only shows every key and every feed, and opens no connection."""
    desk.town.asked.clear()
    said = desk("doctor", "--config-only")
    assert (said.code, desk.town.asked) == (0, [])
    for line in ("network.robots = true", "feeds[1].url = http://harbour.example/feed.xml?key=${FEED_TOKEN}", "email.password = (hidden)"):
        assert f"  {line}\n" in said.out
    assert "checks:" not in said.out
    assert json.loads(desk("doctor", "--config-only", "--json").out)["configuration"]["email"]["password"] == "(hidden)"


@pytest.mark.parametrize("words", [[], ["--json"], ["--config-only"]], ids=["lines", "json", "configuration"])
def test_servers_that_repeat_secrets_give_none_away(desk, words):
    """Redirects, robots.txt, Slack and the mail server are asked with secrets and say them back: none is in what we write."""
    slack_token_bad(desk)
    secret_file(desk, "password", WRONG_PASSWORD)
    write(desk, channels=channels(desk, password='password_file = "password"') + SLACK % {"port": desk.town.port})
    assert desk.token == FEED_TOKEN
    back = f"{FEED_TOKEN}/{SLACK_TOKEN}/{WRONG_PASSWORD}?a={desk.address}&b={FEED_TOKEN}"
    desk.town.routes["harbour.example/feed.xml"] = (301, {"Location": f"http://harbour.example/{back}"}, b"")
    desk.town.routes[f"harbour.example/{back.partition('?')[0]}"] = feed("harbour.example")
    desk.town.routes[f"quay.example/t/{FEED_TOKEN}/feed.xml"] = (302, {"Location": f"http://10.0.0.1/{back}"}, b"")
    desk.town.routes["127.0.0.1/api/auth.test"] = (200, {}, json.dumps({"ok": False, "error": f"no {SLACK_TOKEN}"}).encode())
    said = doctor(desk, *words)
    assert said.code == (0 if "--config-only" in words else 1)
    assert ("moved for good to http://harbour.example/(hidden)" in said.out) == (said.code == 1)
    assert secrets_said(desk) == []
