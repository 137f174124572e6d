"""`tidings doctor` from end to end: each deliberate fault is named, with what to do, and nothing else is."""

import copy
import json
import os
import shutil
import socket
import threading
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from tidings.model import DeliveryState
from tidings.store import outbox
from tidings.store.database import open_store

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

WRONG_PASSWORD, SLACK_TOKEN, FEED_TOKEN = "canary-wrong-55b1", "xoxb-canary-7d20c4", "canary-4f7c1d9e2b"
HARBOUR, QUAY = "http://harbour.example/feed.xml", "http://quay.example/t/{token}/feed.xml"
SENTENCES = (
    "The council of the town said on Friday that the bridge over the river will stay closed until the engineers have looked at it again.",
    "Two of the four piers were damaged when a barge broke loose in the storm, and the ferry now carries those who work on the other side.",
    "The mayor told reporters that the repair will cost more than the town has, and that the province has been asked for the rest of it.",
)
FEEDS = """
[[feed]]
url = "http://harbour.example/feed.xml?key=${FEED_TOKEN}"
publisher = "Harbour Times"
language = "en"

[[feed]]
url = "http://quay.example/t/${FEED_TOKEN}/feed.xml"
publisher = "Quay Letter"
language = "en"
"""
CHANNELS = """
[email]
host = "127.0.0.1"
port = %(port)d
security = "none"
from = "tidings@desk.example"
user_env = "SMTP_USER"
%(password)s

[[recipient]]
name = "reader"
channel = "email"
address_env = "READER_ADDRESS"
at = "06:00"
"""
SLACK = """
[slack]
token_file = "slack_token"
api = "http://127.0.0.1:%(port)d/api"

[[recipient]]
name = "newsroom"
channel = "slack"
slack_channel = "C0TIDINGS1"
at = "06:00"
"""
PASSWORD_ENV = 'password_env = "SMTP_PASSWORD"'


class Town:
    """Serve two feeds with their articles, robots.txt and a Slack on loopback; `routes` and `ahead` make it go wrong."""

    def __init__(self):
        self.routes, self.ahead, self.asked = {}, timedelta(0), []
        town = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self):
                if length := int(self.headers.get("Content-Length", 0)):
                    self.rfile.read(length)
                host = self.headers["Host"].partition(":")[0]
                town.asked.append(f"{host}{self.path}")
                status, headers, body = town.answer(host, self.path.partition("?")[0])
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer  # noqa: N815 - the base class looks for these names

            def date_time_string(self, timestamp=None):
                return format_datetime(datetime.now(UTC) + town.ahead, usegmt=True)

            def log_message(self, *_):
                pass

        self._httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._httpd.daemon_threads = True
        self.port = self._httpd.server_address[1]
        threading.Thread(target=self._httpd.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def answer(self, host, path):
        if found := self.routes.get(f"{host}{path}"):
            return found
        if path.endswith("/feed.xml"):
            return feed(host)
        if path == "/robots.txt":
            return 404, {}, b""
        if path.startswith("/api/"):
            return 200, {"Content-Type": "application/json"}, b'{"ok": true, "channel": {"id": "C0TIDINGS1", "is_member": true}}'
        text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
        return 200, {"Content-Type": "text/html"}, f"<html><title>The bridge</title><article>{text}</article></html>".encode()

    def close(self):
        self._httpd.shutdown()
        self._httpd.server_close()


def feed(host, *, age=timedelta(hours=3), sentences=SENTENCES):
    """Write a feed of three entries, the newest `age` old."""
    date = format_datetime(datetime.now(UTC) - age)
    items = "".join(
        f"<item><title>{one[:30]}</title><link>http://{host}/a/{n}</link><description>{one}</description><pubDate>{date}</pubDate></item>"
        for n, one in enumerate(sentences)
    )
    text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>{host}</title>{items}</channel></rss>'
    return 200, {"Content-Type": "application/rss+xml; charset=utf-8"}, text.encode()


@pytest.fixture(scope="module")
def healthy(make_desk):
    """Make a desk in good health, with one run behind it."""
    desk = make_desk("healthy")
    desk.town = Town()
    write(desk, settings=f'[store]\ndata = "."\nwait_s = 1\n{network(desk.town)}', feeds=FEEDS, channels=channels(desk))
    assert desk("run").code == 0
    yield desk
    desk.town.close()


def network(town):
    pair = f'"127.0.0.1:{town.port}"'
    return f'[network]\npause_s = 0.0\nallow_private = [{pair}]\nconnect_to = {{"harbour.example" = {pair}, "quay.example" = {pair}}}\n'


def channels(desk, *, port=0, password=PASSWORD_ENV):
    return CHANNELS % {"port": port or desk.mail.port, "password": password}


def write(desk, **files):
    for name, text in files.items():
        (desk.config / f"{name}.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def desk(healthy, tmp_path):
    """Give a copy of the healthy desk, to be spoiled."""
    one = copy.copy(healthy)  # the same town and mail server, and one list of all that was ever said
    one.folder = tmp_path / "desk"
    one.config = one.folder / "config"
    shutil.copytree(healthy.folder, one.folder)
    one.stack = ExitStack()
    with one.stack:
        yield one
    assert secrets_said(one) == []
    one.town.routes.clear()
    one.town.ahead = timedelta(0)


def doctor(desk, *words):
    """Run the doctor; return its exit code, all its lines, and those that are not ok."""
    said = desk("doctor", *words)
    lines = said.out.partition("checks:\n")[2].splitlines()
    # where the tests run is the machine's affair: a folder in memory is worth a warning
    bad = [line for line in lines[:-1] if not line.startswith(("ok ", "warning  file system"))]
    return SimpleNamespace(code=said.code, out=said.out, lines=lines, bad=bad)


def test_a_healthy_desk_has_no_faults(desk):
    """All is ok, the exit code is 0, and no mail, run or change of a file came of it. With --json it says the same."""
    mails, before = len(desk.mail.mails), {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*") if path.is_file()}
    said, as_json = doctor(desk), doctor(desk, "--json")
    assert (said.code, said.bad, as_json.code) == (0, [], 0)
    assert said.lines[-1].endswith("0 faults")
    found = json.loads(as_json.out)["findings"]
    assert [line.split()[0] for line in said.lines[:-1]] == [one["state"] for one in found]
    assert {one["what"] for one in found} == {
        "versions", "secrets", "data folder", "file system", "store", "snapshot", "files", "disk", "locks", "feed", "robots", "clock", "meaning", "time zones",
        "mail", "scheduler", "edition", "outbox",
    }  # fmt: skip
    assert any(line.startswith("ok       feed Harbour Times") and line.endswith("English") for line in said.lines)
    assert len(desk.mail.mails) == mails
    assert {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*") if path.is_file()} == before


# ---------------------------------------------------------------- one deliberate fault each


def wrong_password(desk):
    secret_file(desk, "password", WRONG_PASSWORD)
    write(desk, channels=channels(desk, password='password_file = "password"'))


def secret_file(desk, name, secret, mode=0o600):
    (desk.config / name).write_text(secret, encoding="utf-8")
    (desk.config / name).chmod(mode)


def mail_server_away(desk):
    taken = desk.stack.enter_context(socket.socket())  # ours, and nobody listens
    taken.bind(("127.0.0.1", 0))
    write(desk, channels=channels(desk, port=taken.getsockname()[1]))


def feed_gone(desk):
    desk.town.routes["harbour.example/feed.xml"] = (404, {}, b"no such page")


def feed_is_a_page(desk):
    desk.town.routes["harbour.example/feed.xml"] = (200, {"Content-Type": "text/html"}, b"<html><body><p>Welcome</p></body></html>")


def feed_elsewhere_for_private_addresses(desk):
    # A guarded client does not go there; the server puts the token that it was asked with into the new address.
    desk.town.routes["harbour.example/feed.xml"] = (302, {"Location": f"http://10.0.0.1/?key={FEED_TOKEN}"}, b"")


def robots_forbid(desk):
    desk.town.routes["harbour.example/robots.txt"] = (200, {"Content-Type": "text/plain"}, b"User-agent: tidings\nDisallow: /a/\n")


def folder_is_a_file(desk):
    (desk.folder / "blocked").write_text("not a folder", encoding="utf-8")
    write(desk, settings=f'[store]\ndata = "blocked/data"\n{network(desk.town)}')


def store_held(desk):
    desk.stack.enter_context(open_store(desk.folder, 1))


def store_damaged(desk):
    (desk.folder / "store.duckdb").write_bytes(b"not a store " * 1000)


def snapshot_damaged(desk):
    (desk.folder / "tidings.duckdb").write_bytes(b"not a snapshot " * 1000)


def clock_far_off(desk):
    desk.town.ahead = timedelta(hours=5)


def clock_behind_the_last_run(desk):
    assert desk("ingest", "--now", f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}").code == 0


def scheduler_silent(desk):
    for path in desk.folder.glob("*.duckdb"):
        path.unlink()
    assert desk("run", "--now", f"{datetime.now(UTC) - timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}").code == 0


def delivery_held(desk):
    with open_store(desk.folder, 1) as connection:
        [sent] = outbox.load(connection, [DeliveryState.SENT])
        outbox.save(connection, replace(sent, state=DeliveryState.HELD, last_error="the answer to the message: the server hung up"))


def secret_file_open(desk):
    secret_file(desk, "password", "canary-mail-83aa61", mode=0o644)
    write(desk, channels=channels(desk, password='password_file = "password"'))


def slack_token_bad(desk):
    secret_file(desk, "slack_token", SLACK_TOKEN)
    write(desk, channels=channels(desk) + SLACK % {"port": desk.town.port})
    desk.town.routes["127.0.0.1/api/auth.test"] = (200, {"Content-Type": "application/json"}, b'{"ok": false, "error": "invalid_auth"}')


# the fault: (who makes it, what, subject, found, to do)
FAULTS = {
    "wrong mail password": (wrong_password, "mail", "127.0.0.1:", "AUTH: 535, user or password not accepted", "check the user and the password"),
    "mail server away": (mail_server_away, "mail", "127.0.0.1:", "connecting: Connection refused", "check `host` and `port`"),
    "feed gone": (feed_gone, "feed", "Harbour Times", "answers with HTTP 404", "correct the address"),
    "feed is a page": (feed_is_a_page, "feed", "Harbour Times", "a page, not a feed", "`tidings feeds find http://harbour.example/`"),
    "feed leads inside": (feed_elsewhere_for_private_addresses, "feed", "Harbour Times", "no answer (refused_address", "network.allow_private"),
    "folder is a file": (folder_is_a_file, "data folder", "blocked", "blocked is a file", "change `store.data`"),
    "store held": (store_held, "store", "", f"is in use by process {os.getpid()}", "end that program"),
    "store damaged": (store_damaged, "store", "", "cannot be read", "put a backup in its place"),
    "snapshot damaged": (snapshot_damaged, "snapshot", "", "cannot be read", "delete it"),
    "clock far off": (clock_far_off, "clock", "", "5.0 h behind, by the answers of 2 feeds", "NTP"),
    "clock behind the last run": (clock_behind_the_last_run, "clock", "", "and the last run was at", "NTP"),
    "scheduler silent": (scheduler_silent, "scheduler", "", "the scheduler seems not to call us: last run", "crontab -l"),
    "delivery held": (delivery_held, "outbox", "reader by email", "is held, tried 1 times: the answer to the message", "ask them whether it came"),
    "secret file open to all": (secret_file_open, "secrets", "password", "any user of this machine can read this file (mode 0644)", "chmod 600"),
    "Slack token refused": (slack_token_bad, "slack", "newsroom", "the token is not accepted", "check the token of [slack]"),
}  # fmt: skip
ALSO = {"scheduler silent": "fault    edition "}  # what follows from the fault


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_what_to_do(desk, name):
    """The exit code is 1; the line of the fault says which part, what was found and what to do; every other line is ok."""
    spoil, what, subject, found, to_do = FAULTS[name]
    spoil(desk)
    said = doctor(desk)
    assert said.code == 1
    [line] = [line for line in said.bad if not line.startswith(ALSO.get(name, "nothing"))]
    head, _, told = line.partition(". To do: ")
    assert head.startswith(f"fault    {what}")
    assert subject in head
    assert found in head
    assert to_do in told


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


# ---------------------------------------------------------------- what only wants a look


def moved(desk):
    desk.town.routes["harbour.example/feed.xml"] = (301, {"Location": f"http://quay.example/t/{FEED_TOKEN}/feed.xml"}, b"")


def clock_a_little_off(desk):
    desk.town.ahead = timedelta(minutes=-20)


WARNINGS = {
    "feed moved for good": (moved, "feed", "moved for good to http://quay.example/t/", "write that address into feeds.toml"),
    "robots.txt forbids": (robots_forbid, "robots", "asks us not to fetch http://harbour.example/a/0", "ask the publisher"),
    "clock a little off": (clock_a_little_off, "clock", "20 min ahead", "NTP"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_only_wants_a_look_is_a_warning(desk, name):
    """The line says what and what to do; the exit code stays 0."""
    spoil, what, found, to_do = WARNINGS[name]
    spoil(desk)
    said = doctor(desk)
    assert said.code == 0
    [line] = said.bad
    head, _, told = line.partition(". To do: ")
    assert head.startswith(f"warning  {what}")
    assert found in head
    assert to_do in told


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


def secrets_said(desk):
    """Return every (secret, text) of all that this desk's commands ever wrote, errors included."""
    secrets = (desk.password, desk.token, desk.address, WRONG_PASSWORD, SLACK_TOKEN)
    return [(secret, text) for secret in secrets for text in desk.said if secret in text]


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
