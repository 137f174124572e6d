"""`tidings doctor` from end to end: each deliberate fault is named, with what to do, and nothing else is."""

import os
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from doctor_town import FEED_TOKEN, WRONG_PASSWORD, channels, doctor, network, secret_file, slack_token_bad, write

from tidings.model import DeliveryState
from tidings.store import outbox
from tidings.store.database import open_store

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

# ---------------------------------------------------------------- one deliberate fault each


def wrong_password(desk):
    secret_file(desk, "password", WRONG_PASSWORD)
    write(desk, channels=channels(desk, password='password_file = "password"'))


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


# the fault: (who makes it, what, subject, found, to do)
FAULTS = {
    "wrong mail password": (wrong_password, "mail", "127.0.0.1:", "AUTH: 535 5.7.8 Authentication credentials invalid", "check the user and the password"),
    "mail server away": (mail_server_away, "mail", "127.0.0.1:", "connecting: Connection refused", "check `host` and `port`"),
    "feed gone": (feed_gone, "feed", "Harbour Times", "answers with HTTP 404", "correct the address"),
    "feed is a page": (feed_is_a_page, "feed", "Harbour Times", "a page, not a feed", "`tidings feeds find http://harbour.example/`"),
    "feed leads inside": (feed_elsewhere_for_private_addresses, "feed", "Harbour Times", "no answer (refused_address", "network.allow_private"),
    "folder is a file": (folder_is_a_file, "data folder", "blocked", "blocked is a file", "change `store.data`"),
    "store held": (store_held, "store", "", f"is in use by process {os.getpid()}", "end that program"),
    "store damaged": (store_damaged, "store", "", "cannot be read", "tidings restore"),
    "snapshot damaged": (snapshot_damaged, "snapshot", "", "cannot be read", "delete it"),
    "clock far off": (clock_far_off, "clock", "", "5.0 h behind, by the answers of 2 feeds", "NTP"),
    "clock behind the last run": (clock_behind_the_last_run, "clock", "", "and the last run was at", "NTP"),
    "scheduler silent": (scheduler_silent, "scheduler", "", "the scheduler seems not to call us: last run", "crontab -l"),
    "delivery held": (delivery_held, "outbox", "reader by email", "is held, tried 1 time: the answer to the message", "ask them whether it came"),
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
