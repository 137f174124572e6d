"""Whole runs in a network namespace in which every address and name leads to us: whom they ask is counted to the last packet."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from tidings.demo.week import load_week

WORLD = Path(__file__).with_name("whole_internet.py")
RESOLVER, MAIL = "127.0.0.53:53/udp", "127.0.0.1:2525/tcp"
FEEDS = {*load_week().by_host, "extra.example"}
LINKED = {"elsewhere.example", "moved.example"}
NOT_ALLOWED = 77
SILENT = ("digest", "status", "feeds", "topics", "seeds", "why", "query", "export", "replay", "upkeep")


def count(folder, *words):
    """Run the commands in a namespace of their own; return for each its exit code, hosts with ports, other places, and names asked for."""
    if shutil.which("unshare") is None or shutil.which("mount") is None:
        pytest.skip("unshare and mount, of util-linux, are not installed")
    done = subprocess.run(
        ["unshare", "-rnm", sys.executable, str(WORLD), str(folder), *words], capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode == NOT_ALLOWED or "unshare:" in done.stderr:
        pytest.skip(f"no network namespaces for this user: {done.stderr.strip()[-200:]}")
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads((folder / "counted.json").read_text(encoding="utf-8"))
    hosts = {ip: host for host, ip in found["hosts"].items()}
    commands = {name: counted(one, hosts) for name, one in found["commands"].items()}
    return SimpleNamespace(mails=found["mails"], commands=commands)


def counted(one, hosts):
    """Sort what one command asked for: hosts of our web by name and port, and all other places as they are."""
    asked, others = set(), set()
    for place in one["packets"]:
        ip, _, port = place.rpartition(":")
        (asked if ip in hosts else others).add(f"{hosts[ip]}:{port}" if ip in hosts else place)
    return SimpleNamespace(code=one["code"], said=one["said"], asked=asked, others=others, names=set(one["names"]))


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """Run the whole command line once."""
    found = count(tmp_path_factory.mktemp("namespace"))
    assert found.mails == 2
    return found.commands


def web(hosts):
    return {f"{host}:80/tcp" for host in hosts}


@pytest.mark.slow
def test_a_run_asks_feeds_and_linked_pages_and_nobody_else(commands):
    """Every connection, datagram and name of a whole run belongs to a configured feed, to a page linked in one, or to the mail server."""
    run = commands["run"]
    assert (run.code, run.asked) == (0, web(FEEDS | LINKED)), run.said
    assert run.others == {RESOLVER, MAIL}
    assert run.names == FEEDS | LINKED


@pytest.mark.slow
def test_the_single_steps_ask_for_their_part_only(commands):
    """A later ingest asks feeds, and looks again at pages that it read; `deliver` asks the mail server, `doctor` asks both and a page of each site."""
    ingest, deliver, doctor = commands["ingest"], commands["deliver"], commands["doctor"]
    assert (ingest.code, ingest.others, ingest.names <= FEEDS | LINKED) == (0, {RESOLVER}, True), ingest.said
    assert web(FEEDS) <= ingest.asked <= web(FEEDS | LINKED)
    assert (deliver.code, deliver.asked, deliver.others, deliver.names) == (0, set(), {MAIL}, set()), deliver.said
    assert web(FEEDS) <= doctor.asked <= web(FEEDS | LINKED)
    assert (doctor.others, doctor.names <= FEEDS | LINKED) == ({RESOLVER, MAIL}, True)


@pytest.mark.slow
@pytest.mark.parametrize("name", SILENT)
def test_what_needs_nobody_asks_nobody(commands, name):
    """Composing, asking the store, replaying a recording and cleaning up send not one packet: no telemetry, no look for updates."""
    one = commands[name]
    assert (one.asked | one.others, one.names) == (set(), set())
    assert one.code == 0, one.said


@pytest.mark.slow
def test_the_demo_stays_on_this_machine(commands):
    """`tidings demo`, which is what `make demo` runs, talks to its own server on loopback and asks for no name."""
    demo = commands["demo"]
    assert (demo.code, demo.asked, demo.names) == (0, set(), set()), demo.said
    assert {place.rpartition(":")[0] for place in demo.others} == {"127.0.0.1"}


@pytest.mark.slow
def test_what_is_foreign_is_counted(commands):
    """Positive control: one connection, one datagram and one question to strangers are seen, each as what it is."""
    assert commands["foreign"].others == {"198.51.100.7:80/tcp", "192.0.2.9:8125/udp"}
    assert commands["asking"].names == {"tracker.example"}
    assert commands["asking"].others == {RESOLVER}


@pytest.mark.prefect
def test_the_flows_ask_nobody_else_either(tmp_path):
    """Under Prefect, with the temporary server that it starts where none is named, the same holds: beside our web only loopback is asked."""
    commands = count(tmp_path, "flow").commands
    flow = commands["flow"]
    assert flow.code == 0, flow.said
    assert web(FEEDS) <= flow.asked <= web(FEEDS | LINKED)
    assert FEEDS <= flow.names <= FEEDS | LINKED
    assert {place.rpartition(":")[0] for place in flow.others - {RESOLVER}} <= {"127.0.0.1"}
    assert commands["foreign"].others == {"198.51.100.7:80/tcp", "192.0.2.9:8125/udp"}
