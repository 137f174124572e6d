"""What `tidings doctor` makes of the data folder: its file system, modes, room, locks and store."""

import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from doctor_checks import desk, only
from fakes import HOUR, NOW, settings

from tidings.config.settings import Slack
from tidings.pipeline.doctor import State
from tidings.pipeline.doctor.channels import channel_findings
from tidings.pipeline.doctor.files import file_findings, unopenable
from tidings.pipeline.doctor.folder import (
    FREE_BYTES_MIN,
    disk_findings,
    file_system,
    folder_findings,
    lock_findings,
    lock_holder,
    store_findings,
)
from tidings.pipeline.lock import hold
from tidings.store import runs
from tidings.store.database import open_store
from tidings.store.publish import publish

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
