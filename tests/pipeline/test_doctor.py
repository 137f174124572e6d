"""The checks of `tidings doctor` one by one: what they make of what they are given, and that none of them can stop the others."""

import itertools
import os
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import DAY, HOUR, NOW, OpenJail, Piece, Web, feed, settings
from hypothesis import given
from hypothesis import strategies as st

from tidings.config.settings import Slack
from tidings.jail import JailFailure
from tidings.model import Recipient, Response
from tidings.pipeline.doctor import State, examine
from tidings.pipeline.doctor.channels import channel_findings
from tidings.pipeline.doctor.clock import clock_findings
from tidings.pipeline.doctor.feeds import ask_feeds, feed_findings, moved_to
from tidings.pipeline.doctor.files import file_findings, unopenable
from tidings.pipeline.doctor.finding import Finding, isolated, ok
from tidings.pipeline.doctor.folder import (
    FREE_BYTES_MIN,
    disk_findings,
    file_system,
    folder_findings,
    lock_findings,
    lock_holder,
    store_findings,
)
from tidings.pipeline.doctor.pump import within
from tidings.pipeline.doctor.schedule import delivery_findings, edition_findings, patience_of, run_findings
from tidings.pipeline.doctor.secrets import named_secrets, secrets_of, without_secrets
from tidings.pipeline.lock import hold
from tidings.pipeline.run import Doors, no_progress
from tidings.store import runs
from tidings.store.database import open_store
from tidings.store.publish import publish
from tidings.store.standing import Standing, Trouble, Waiting

URL = "http://harbour.example/feed"
PIECES = [Piece("http://harbour.example/a", "The bridge is closed", ("It is.",), summary="It will stay closed until Friday.")]

CHINESE = "在工程师再次检查之前这座跨河大桥将继续关闭居民需要乘坐渡船前往对岸上班修复费用超出了镇里的预算" * 8


def ask(web, *feeds, jail=None, now=NOW, time_max_s=10.0, clock=lambda: NOW):
    """Ask the feeds of a web."""
    doors = Doors(web, jail or OpenJail())
    return ask_feeds(settings(None, feeds or [feed(URL, "Harbour", language="en")]), now, doors, clock, no_progress, time_max_s)


def only(findings):
    [one] = findings
    return one


# ---------------------------------------------------------------- feeds

# name: (the web, state, part of what was found, part of what to do)
ANSWERS = {
    "fine": (Web(feeds={URL: PIECES}), "ok", "rss20, 1 entries, newest of 2020-02-19 05:00 UTC, English", ""),
    "without dates": (Web(feeds={URL: [replace(PIECES[0], published_at=None)]}), "ok", "without dates", ""),
    "quiet": (Web(feeds={URL: [replace(PIECES[0], published_at=NOW - 40 * DAY)]}), "warning", "nothing new for 40 days", "look for a newer feed"),
    "in another language": (Web(feeds={URL: [replace(PIECES[0], title="镇议会周五表示", summary=CHINESE)]}), "warning", "looks Chinese, configured as English", "`language`"),
    "without entries": (Web(feeds={URL: []}), "warning", "no entries", "look at it in a browser"),
    "not found": (Web(), "fault", "HTTP 404", "correct the address"),
    "gone": (Web(statuses={URL: 410}), "fault", "HTTP 410", "remove it"),
    "key refused": (Web(statuses={URL: 401}), "fault", "HTTP 401", "user, password or key"),
    "in trouble": (Web(statuses={URL: 500}), "fault", "HTTP 500", "try again later"),
    "asks to wait": (Web(statuses={URL: 429}), "warning", "come later", "every_m"),
    "no such name": (Web(failures={URL: "dns"}), "fault", "dns", "name server"),
    "certificate": (Web(failures={URL: "tls"}), "fault", "tls", "certificate"),
    "host left alone": (Web(failures={URL: "retry_later"}), "warning", "not asked", "wait"),
    "too large": (Web(failures={URL: "too_large"}), "fault", "too_large", "network.feed_bytes_max"),
    "a failure not thought of": (Web(failures={URL: "moonquake"}), "fault", "moonquake", "try again later"),
    "a page": (Web(bodies={URL: b"<html><body>Welcome</body></html>"}), "fault", "a page, not a feed", "tidings feeds find http://harbour.example/"),
    "an empty answer": (Web(bodies={URL: b" "}), "fault", "empty", "try again later"),
    "cut": (Web(bodies={URL: b"<rss version='2.0'><channel><item><title>One</title></item><item><title>T"}), "warning", "ends too early", "publisher"),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_feed_gives_is_named(name):
    """Each way a feed may answer has a state, what was found, and what to do."""
    web, state, found, to_do = ANSWERS[name]
    one = only(feed_findings(ask(web), NOW))
    assert (one.state, one.what, one.subject) == (state, "feed", f"Harbour {URL}")
    assert found in one.found
    assert to_do in one.to_do


def test_a_feed_that_breaks_the_parser_is_a_fault():
    """A jailed child that was stopped is told with its reason."""
    jail = OpenJail({"harbour.example": JailFailure("memory")})
    one = only(feed_findings(ask(Web(feeds={URL: PIECES}), jail=jail), NOW))
    assert (one.state, one.found) == (State.FAULT, "reading it was stopped (memory)")


def test_when_no_feed_can_be_reached_the_trouble_is_likely_ours():
    """Every feed out of reach adds a line about this machine's own network; one that answers anything takes it away."""
    feeds = [feed(f"http://{name}.example/feed", language="en") for name in ("one", "two")]
    dead = Web(failures={one.url: "timeout" for one in feeds})
    assert [one.what for one in feed_findings(ask(dead, *feeds), NOW)] == ["feed", "feed", "network"]
    half = Web(failures={feeds[0].url: "timeout"})
    assert [one.what for one in feed_findings(ask(half, *feeds), NOW)] == ["feed", "feed"]


# name: (redirects, where to)
REDIRECTS = {
    "none": ((), ""),
    "for good": (((301, "http://b.example/f"),), "http://b.example/f"),
    "for good, twice": (((301, "http://b.example/f"), (308, "http://c.example/f")), "http://c.example/f"),
    "for good, then for now": (((301, "http://b.example/f"), (302, "http://c.example/f")), "http://b.example/f"),
    "for now": (((302, "http://b.example/f"), (301, "http://c.example/f")), ""),
    "with a password": (((301, "http://me:secret@b.example/f"),), "http://b.example/f"),
}


@pytest.mark.parametrize("name", REDIRECTS)
def test_only_redirects_for_good_are_suggested(name):
    """The new address is where the permanent redirects lead before the first that is for now; nothing secret is in it."""
    redirects, target = REDIRECTS[name]
    assert moved_to(Response(URL, URL, 200, {}, b"", NOW, redirects=redirects)) == target


def test_feeds_that_wait_too_long_are_named_as_not_asked():
    """The time for all feeds is bounded: what came in time is told, the rest is a warning."""
    feeds = [feed(f"http://{name}.example/feed", language="en") for name in ("one", "two")]

    class Slow(Web):
        def send_all(self, requests, now):
            requests = list(requests)
            yield self._answer(requests[0], now)
            time.sleep(3)
            yield self._answer(requests[1], now)

    first, second = feed_findings(ask(Slow(feeds={one.url: PIECES for one in feeds}), *feeds, time_max_s=0.5), NOW)
    assert first.state is State.OK
    assert (second.state, second.found) == (State.WARNING, "not asked: the time for all feeds was over")


def test_what_breaks_in_the_client_is_not_lost_in_a_thread():
    """An exception of the iterator is raised where the answers are read."""

    def broken():
        yield Response(URL, URL, 200, {}, b"", NOW)
        raise ZeroDivisionError

    answers = within(broken(), 5.0, lambda: NOW)
    assert next(answers)[0].status == 200
    with pytest.raises(ZeroDivisionError):
        next(answers)


# ---------------------------------------------------------------- clock

# name: (by how much the servers are ahead, of which age their copies are, state, part of what was found)
CLOCKS = {
    "right": (["00:00:03", "00:00:00", "00:00:01"], "ok", "right to 1 s"),
    "one server is mad": (["12:00:00", "00:00:00", "00:00:00"], "ok", "right to 1 s"),
    "behind": (["00:10:00", "00:10:00"], "warning", "10 min behind"),
    "far behind": (["03:00:00"], "fault", "3.0 h behind"),
}


def dated(*offsets, **headers):
    """Answers whose Date is so far ahead of our clock."""
    web, feeds = Web(feeds={}), []
    for number, offset in enumerate(offsets):
        hours, minutes, seconds = map(int, offset.split(":"))
        one = feed(f"http://site{number}.example/feed", language="en")
        at = NOW + timedelta(hours=hours, minutes=minutes, seconds=seconds)
        web.feeds[one.url] = PIECES
        web.headers[one.url] = {"date": f"{at:%a, %d %b %Y %H:%M:%S} GMT", **headers}
        feeds.append(one)
    return ask(web, *feeds)


@pytest.mark.parametrize("name", CLOCKS)
def test_the_clock_is_held_against_what_most_servers_say(name):
    """The median of the Date headers decides: more than 5 minutes is a warning, more than an hour a fault."""
    offsets, state, found = CLOCKS[name]
    one = only(clock_findings(dated(*offsets), NOW, None))
    assert (one.state, found in one.found) == (state, True)


def test_an_old_copy_of_a_cache_is_no_wrong_clock():
    """A cache sends the Date of the original and, in Age, for how long it has had it."""
    asked = dated("-10:00:00", age="36000")
    assert only(clock_findings(asked, NOW, None)).state is State.OK


@pytest.mark.parametrize("headers", [{}, {"date": "yesterday"}, {"date": ""}, {"date": "Wed, 19 Feb 2020 06:00:00 GMT", "age": "old"}])
def test_servers_without_a_date_prove_nothing(headers):
    """A header that is missing or makes no sense is passed over; without any the clock is not judged."""
    web = Web(feeds={URL: PIECES}, headers={URL: headers})
    assert only(clock_findings(ask(web), NOW, None)).state is State.WARNING


def test_a_clock_behind_the_last_run_is_a_fault():
    """A run that is still to come, by the clock, means that the clock was set back, or was ahead before."""
    faulty, _ = clock_findings(dated("00:00:00"), NOW, NOW + HOUR)
    assert (faulty.state, "2020-02-19 07:00 UTC" in faulty.found) == (State.FAULT, True)
    assert only(clock_findings(dated("00:00:00"), NOW, NOW)).state is State.OK


# ---------------------------------------------------------------- data folder

MOUNTS = """22 27 0:21 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:30 / /srv rw - nfs4 server:/export rw
24 23 0:31 / /srv/fast\\040disk rw - xfs /dev/sdb1 rw
25 22 0:32 / /srv/données rw - btrfs /dev/sdc1 rw
26 22 0:33 / /run rw - tmpfs tmpfs rw
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/data", "ext4"),
        ("/srv/tidings", "nfs4"),
        ("/srv/fast disk/tidings", "xfs"),
        ("/srv/données/x", "btrfs"),
        ("/srvx", "ext4"),
        ("/run/x", "tmpfs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(tmp_path, path, kind):
    """The longest mount point above a path counts, whole names only, spaces included."""
    assert file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(("kind", "state"), [("ext4", "ok"), ("nfs4", "warning"), ("cifs", "warning"), ("tmpfs", "warning"), ("", "ok")])
def test_shared_and_fleeting_file_systems_are_warned_of(tmp_path, kind, state):
    """Locks do not hold on what other machines share, and nothing stays in memory."""
    mounts = f"22 27 0:21 / / rw - {kind} /dev/sda1 rw" if kind else ""
    found = {one.what: one.state for one in folder_findings(tmp_path, mounts)}
    assert found["file system"] == state


def test_a_folder_to_come_is_looked_for_above(tmp_path):
    """What is not there is fine where it can be made, and is not made by looking."""
    assert [one.state for one in folder_findings(tmp_path / "a" / "b", "")] == ["ok", "ok"]
    assert list(tmp_path.iterdir()) == []


# name: (mode of the folder, mode of the snapshot, state)
MODES = {
    "closed": (0o750, 0o640, "ok"),
    "folder open": (0o755, 0o640, "warning"),
    "file open": (0o755, 0o644, "fault"),
    "shut in": (0o750, 0o644, "warning"),
}


@pytest.mark.parametrize("name", MODES)
def test_others_must_not_read_what_is_kept(tmp_path, name):
    """A file that anybody can read is a fault where its folder lets them in."""
    folder_mode, file_mode, state = MODES[name]
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "tidings.duckdb").touch()
    (folder / "tidings.duckdb").chmod(file_mode)
    folder.chmod(folder_mode)
    assert next(one.state for one in folder_findings(folder, "") if one.what == "data folder") == state


@pytest.mark.parametrize(
    ("free_bytes", "snapshot_bytes", "state"),
    [
        (FREE_BYTES_MIN - 1, 0, "fault"),
        (FREE_BYTES_MIN, 0, "warning"),
        (2 * FREE_BYTES_MIN, 0, "ok"),
        (1_000_000_000, 600_000_000, "fault"),
        (2_000_000_000, 600_000_000, "warning"),
        (3_000_000_000, 600_000_000, "ok"),
    ],
)
def test_room_is_needed_for_the_next_snapshot(tmp_path, free_bytes, snapshot_bytes, state):
    """Less than 200 MB, or than twice the snapshot, is a fault; less than twice that a warning."""
    with (tmp_path / "tidings.duckdb").open("wb") as file:
        file.truncate(snapshot_bytes)
    one = only(disk_findings(tmp_path, free_bytes))
    assert (one.state, bool(one.to_do)) == (state, state != "ok")


def test_who_is_at_work_is_told_without_taking_the_lock(tmp_path):
    """While an ingest is at work its lock is named with the process, and looking at a free lock leaves it free."""
    assert [one.found for one in lock_findings(tmp_path, "1: POSIX ADVISORY WRITE 7 08:01:1 0 EOF")] == [
        "no ingest and no delivery is at work"
    ]
    with hold(tmp_path, "ingest") as mine:
        assert mine
        about = (tmp_path / "ingest.lock").stat()
        place = f"{about.st_dev >> 8 & 0xFFF:02x}:{about.st_dev & 0xFF:02x}:{about.st_ino}"
        table = f"1: FLOCK  ADVISORY  WRITE 4711 {place} 0 EOF\n2: FLOCK ADVISORY WRITE 12 {place}0 0 EOF\n"
        assert [(one.subject, one.found) for one in lock_findings(tmp_path, table)] == [
            ("ingest", "held by process 4711, which is at work")
        ]
    assert lock_holder(tmp_path / "none.lock", table) == ""


# name: (what lies where, whether a folder, its mode, who names it, part of what was found)
BLOCKED = {
    "lock is a folder": ("ingest.lock", True, 0o700, "files", "no run can open it: it is no file"),
    "other lock is a folder": ("deliver.lock", True, 0o700, "files", "no run can open it: it is no file"),
    "lock is shut": ("ingest.lock", False, 0o444, "files", "no run can open it: Permission denied"),
    "store is shut": ("store.duckdb", False, 0o444, "files", "no run can open it: Permission denied"),
    "its log is shut": ("store.duckdb.wal", False, 0o444, "files", "no run can open it: Permission denied"),
    "archive is a file": ("archive", False, 0o600, "files", "no answer can be kept: it is no folder"),
    "archive is shut": ("archive", True, 0o500, "files", "no answer can be kept: Permission denied"),
    "editions is a file": ("editions", False, 0o600, "file", "no edition can be written: it is no folder"),
    "editions is shut": ("editions", True, 0o500, "file", "no edition can be written: Permission denied"),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_what_no_run_could_open_or_make_is_a_fault(tmp_path, name):
    """Locks, store, archive and editions are tried as a run would use them; what stands in the way is named, and is left as it was."""
    place, is_folder, mode, what, found = BLOCKED[name]
    if mode in (0o444, 0o500) and os.geteuid() == 0:
        pytest.skip("no mode stops root")
    path = tmp_path / place
    path.mkdir(mode) if is_folder else path.touch(mode)
    configured = replace(settings(tmp_path, []), recipients=(desk(),), slack=Slack())
    findings = [*file_findings(tmp_path, keeps_recordings=True), *channel_findings(configured)]
    one = only(one for one in findings if one.state is not State.OK)
    assert (one.state, one.what, bool(one.to_do)) == (State.FAULT, what, True)
    assert place in one.subject
    assert found in one.found
    path.chmod(0o700)


def test_only_what_will_be_used_is_tried(tmp_path):
    """An archive that keeps nothing and a folder of editions that nobody gets may be what they like; what is not there is not made."""
    (tmp_path / "archive").touch()
    (tmp_path / "editions").touch()
    assert only(file_findings(tmp_path, keeps_recordings=False)).state is State.OK
    assert list(channel_findings(replace(settings(tmp_path, []), slack=Slack()))) == []
    empty = tmp_path / "empty"
    empty.mkdir()
    assert only(file_findings(empty, keeps_recordings=True)).state is State.OK
    assert list(empty.iterdir()) == []


def test_a_file_is_tried_by_opening_it(tmp_path):
    """What the modes allow and the system refuses is found, because the file is opened: here a file that may be run and not be written."""
    program = tmp_path / "program"
    shutil.copy(Path("/bin/sleep"), program)
    program.chmod(0o700)
    assert unopenable(program) == ""
    with subprocess.Popen([program, "60"]) as running:
        try:
            assert os.access(program, os.W_OK)
            assert unopenable(program) == "Text file busy"
        finally:
            running.kill()


def test_trying_takes_no_lock(tmp_path):
    """A lock that a run holds can be opened: the run keeps it, and nothing is amiss."""
    with hold(tmp_path, "ingest"):
        assert only(file_findings(tmp_path, keeps_recordings=True)).state is State.OK
        with hold(tmp_path, "ingest") as mine:
            assert not mine


def test_a_store_of_an_older_version_is_left_for_the_next_run(tmp_path):
    """It is not brought up to date by looking, and that is no fault."""
    with open_store(tmp_path, 1) as connection:
        connection.execute("UPDATE core.migrations SET name = 'views of another day' WHERE number = 0")
    for _ in range(2):
        (one, _), known = store_findings(tmp_path, 1)
        assert (one.state, one.found, known) == (State.WARNING, "of an older version", None)


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="this system has no table of locks")
def test_a_store_that_a_run_of_ours_holds_is_no_fault(tmp_path):
    """While an ingest is at work its store may be busy; anybody else's hold is a fault that names the holder."""
    with open_store(tmp_path, 1):
        assert store_findings(tmp_path, 0)[0][0].state is State.FAULT
        with hold(tmp_path, "ingest"):
            assert store_findings(tmp_path, 0)[0][0].state is State.OK


def test_the_snapshot_answers_where_the_store_does_not(tmp_path):
    """How runs stand is read from the snapshot while the store is held."""
    with open_store(tmp_path, 1) as connection:
        runs.begin(connection, "r", "ingest", NOW - HOUR)
        runs.end(connection, "r", NOW - HOUR, "done", "{}")
        publish(connection, tmp_path)
        found, known = store_findings(tmp_path, 0)
    assert [(one.what, one.state) for one in found] == [("store", "fault"), ("snapshot", "ok")]
    assert known.ingests == (NOW - HOUR,)


# ---------------------------------------------------------------- schedule


def standing(*hours_ago, window_end=None, troubles=(), outcome="done"):
    """Make the standing of a store whose ingests ended so many hours ago."""
    ends = tuple(sorted(NOW - hours * HOUR for hours in hours_ago))
    last = (ends[-1], outcome, "") if ends else None
    return Standing(ends[-1] if ends else None, ends, last, {"desk": window_end} if window_end else {}, tuple(troubles))


HALF_HOURLY = [hours / 2 for hours in range(48 * 2)]

# name: (hours since each ingest, hours of patience)
RHYTHMS = {
    "every half hour": (HALF_HOURLY, 1.75),
    "every day": ([0, 24, 48, 72], 37),
    "on working days": ([0, 72, 96, 120], 109),
    "the first day": ([0, 0.5, 1], 37),
    "once": ([0], 37),
}


@pytest.mark.parametrize("name", RHYTHMS)
def test_patience_comes_from_the_rhythm_of_the_last_days(name, tmp_path):
    """Half as long again as the longest pause, and an hour; a day counts as the pause until a day is known."""
    hours, patience = RHYTHMS[name]
    assert patience_of(standing(*hours), settings(tmp_path, [])) == patience * HOUR


@pytest.mark.parametrize(
    ("hours", "state"), [([1.5, 2, 30], "ok"), ([hours + 1.5 for hours in HALF_HOURLY], "ok"), ([hours + 2 for hours in HALF_HOURLY], "fault"), ([40], "fault"), ([], "ok")]
)  # fmt: skip
def test_a_scheduler_that_stopped_calling_is_a_fault(hours, state, tmp_path):
    """A missed timer leaves no trace of its own: only the time since the last run tells."""
    assert only(run_findings(settings(tmp_path, []), standing(*hours), NOW)).state == state


def test_the_first_run_is_given_time(tmp_path):
    """While it is at work no ingest was ever done, and that is no fault; two days later it is."""
    began = Standing(NOW, (), (NOW, "running", ""), {}, ())
    assert only(run_findings(settings(tmp_path, []), began, NOW + HOUR)).state is State.OK
    assert only(run_findings(settings(tmp_path, []), began, NOW + 2 * DAY)).state is State.FAULT


def test_a_run_that_failed_is_told_beside_the_last_that_did_not(tmp_path):
    """A failed newest run is a warning: the next one goes on; the scheduler did call."""
    found = list(run_findings(settings(tmp_path, []), standing(1, 25, outcome="killed"), NOW))
    assert [(one.state, one.what) for one in found] == [("warning", "last run"), ("ok", "scheduler")]


def desk(**more):
    return Recipient(
        **{
            "name": "desk",
            "channel": "file",
            "topics": ("idlib",),
            "at": ("07:00",),
            "time_zone": "Europe/Istanbul",
            "when_empty": "send",
            **more,
        }
    )


# name: (recipient, end of the last edition, state, part of what was found)
EDITIONS = {
    "on time": (desk(), NOW - HOUR, "ok", "next 2020-02-20 07:00 Europe/Istanbul; the last was of 2020-02-19 05:00 UTC"),
    "a little late": (desk(), NOW - DAY, "ok", "next 2020-02-20 07:00"),
    "days late": (desk(), NOW - 4 * DAY, "fault", "due since 2020-02-16 04:00 UTC and not composed"),
    "at every run": (desk(at=()), NOW - 30 * DAY, "ok", "one at every run that finds something"),
    "never, and feeds are read for days": (desk(), None, "warning", "none yet, though feeds are read since"),
}


@pytest.mark.parametrize("name", EDITIONS)
def test_editions_that_should_have_come_are_named(name, tmp_path):
    """The next edition stands in the recipient's own zone; one that is owed for longer than a run takes to come is a fault."""
    recipient, last, state, found = EDITIONS[name]
    one = only(edition_findings(replace(settings(tmp_path, []), recipients=(recipient,)), standing(0, 24, 48, 72, window_end=last), NOW))
    assert (one.state, one.subject) == (state, "desk by file")
    assert found in one.found


@pytest.mark.parametrize(
    ("state", "becomes"), [("held", "fault"), ("refused", "fault"), ("expired", "fault"), ("uncertain", "warning"), ("pending", "warning")]
)
def test_what_was_not_delivered_is_named(state, becomes, tmp_path):
    """What nobody will send again by itself is a fault, what is still tried a warning; each says what to do."""
    trouble = Trouble("desk", "email", state, 3, "RCPT: 550 no such user", NOW)
    one = only(delivery_findings(settings(tmp_path, []), standing(0, troubles=[trouble]), NOW))
    assert (one.state, one.subject, bool(one.to_do)) == (becomes, "desk by email", True)
    assert "RCPT: 550 no such user" in one.found


# name: (since when an edition could have been tried, what that is)
WAITS = {"a moment": (0.5, "ok"), "twice the schedule": (1.1, "warning"), "longer than the scheduler is waited for": (38, "fault")}


@pytest.mark.parametrize("name", WAITS)
def test_what_nobody_tries_is_named(name, tmp_path):
    """A message that waits is counted; one that should long have been tried, never mind whether it ever was, is a warning, then a fault."""
    hours, becomes = WAITS[name]
    waiting = Waiting("desk", "slack", NOW - 39 * HOUR, NOW - hours * HOUR, 3)
    one = only(delivery_findings(settings(tmp_path, []), replace(standing(0), waiting=(waiting,)), NOW))
    assert (one.state, "3" in one.found) == (becomes, True)
    assert becomes == "ok" or (one.subject == "desk by slack" and "waits in 3 parts, and could have been tried since" in one.found)


# ---------------------------------------------------------------- secrets, and the whole


def test_secrets_are_found_where_they_are_named(tmp_path):
    """Keys that end in `_file` and `_env`, and references inside of URLs; seeds' files are none."""
    (tmp_path / "channels.toml").write_text(
        '[email]\npassword_file = "secrets/mail"\nuser_env = "MAIL_USER"\n[slack]\ntoken_file = "slack"\n'
        '[[recipient]]\nname = "a"\naddress_env = "A"\n[[recipient]]\nwebhook_file = "hook"\n'
    )
    (tmp_path / "feeds.toml").write_text('[[feed]]\nurl = "https://x.example/?a=${KEY}&b=${KEY}"\n')
    files, variables = named_secrets(tmp_path)
    assert [path.name for path in files] == ["mail", "slack", "hook"]
    assert variables == ["MAIL_USER", "A", "KEY"]


def test_whatever_a_server_says_secrets_are_not_in_it(tmp_path):
    """A token from the environment, a user and password in a URL, an address: each is replaced in every part, however it is quoted."""
    one = replace(feed("https://x.example/t/a%2Fb+c9/feed"), shown_url="https://x.example/t/${TOKEN}/feed")
    two = replace(feed("https://someone:pass-word@y.example/feed"), shown_url="https://${LOGIN}@y.example/feed")
    configured = replace(settings(tmp_path, [one, two]), recipients=(desk(address="reader@news.example"),))
    said = "moved to https://x.example/t/a%2Fb+c9/new, or a/b+c9; pass-word, someone:pass-word; reader@news.example"
    [clean] = without_secrets([Finding(State.OK, "feed", said, said, said)], secrets_of(configured))
    for text in (clean.subject, clean.found, clean.to_do):
        assert text == "moved to https://x.example/t/(hidden)/new, or (hidden); (hidden), (hidden); (hidden)"


# not those of "(hidden)", which we say instead
LETTERS = st.characters(codec="utf-8", exclude_characters="(hiden)")


@given(st.text(LETTERS, min_size=4, max_size=20), st.text(LETTERS, max_size=30), st.text(LETTERS, max_size=30))
def test_no_secret_of_a_url_survives(secret, before, after):
    """Whatever the environment puts into a feed's URL is not in a finding afterwards, whatever stands around it."""
    one = replace(feed(f"https://x.example/{secret}"), shown_url="https://x.example/${TOKEN}")
    secrets = secrets_of(SimpleNamespace(feeds=[one], recipients=(), email=None, slack=None))
    assert secret not in only(without_secrets([ok("feed", before + secret + after)], secrets)).found


def test_words_from_outside_are_plain_in_every_form_of_the_report():
    """Escape sequences and unseen signs are gone before a finding is written, as a line or as JSON, and hide no secret."""
    [clean] = without_secrets([ok("feed", "a\x1b[2J\x9b b to\u202eken\u2066-1234")], ("token-1234",))
    assert clean.found == "a [2J b (hidden)"


def test_a_check_that_breaks_costs_only_itself():
    """It becomes a fault that names the error; what it found before stays."""

    def breaks():
        yield ok("disk", "fine")
        raise ZeroDivisionError("by nought")

    assert [(one.state, one.found) for one in isolated("disk", breaks)] == [
        ("ok", "fine"),
        ("fault", "this check itself broke: ZeroDivisionError: by nought"),
    ]


def test_what_the_system_refuses_is_told_as_such():
    """An error of the system names the file and what is wrong with it, not a mistake of ours."""

    def refused():
        raise PermissionError(13, "Permission denied", "/srv/data")

    one = only(isolated("data folder", refused))
    assert (one.state, one.found) == (State.FAULT, "/srv/data: Permission denied")


def test_the_whole_goes_on_past_doors_that_break(tmp_path):
    """With a client that raises at every call, each of the other checks still says its part."""

    class Broken:
        def send_all(self, requests, now):
            raise RuntimeError("no network here")

    configured = replace(settings(tmp_path / "data", [feed(URL)]), recipients=(desk(),))
    clock = (moment for moment in itertools.repeat(datetime.now(UTC)))
    found = examine(configured, Doors(Broken(), OpenJail()), clock=lambda: next(clock))
    states = {one.what: one.state for one in found}
    assert (states["feed"], "no network here" in next(one.found for one in found if one.what == "feed")) == (State.FAULT, True)
    assert {"versions", "data folder", "store", "files", "disk", "locks", "clock", "scheduler", "edition"} <= states.keys()
    assert not (tmp_path / "data").exists()
