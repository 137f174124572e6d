"""Prove that the archive stays bounded and that what killed runs leave can be read by all."""

import contextlib
import os
from datetime import timedelta

import pytest
from warcio.cli import main as warcio

from tidings.recording.read import read_recording
from tidings.recording.retain import forget_recordings, settle

URL = "http://news.example/a"
DAY = timedelta(days=1)


@pytest.fixture
def archive(tmp_path, tape):
    """Record the same in three runs, a day apart, and put a stranger beside them."""
    for days in range(3):
        tape.record(tmp_path, [tape.page(URL), tape.page(URL + "b")], now=tape.now - days * DAY)
    (tmp_path / "notes.warc.gz").write_bytes(b"a user's own")
    return tmp_path


def test_old_runs_are_forgotten(archive, tape):
    """Runs before the time go; younger ones, and files that are not ours, stay and can be read on."""
    assert forget_recordings(archive, tape.now - 1.5 * DAY, 10**9) == 1
    assert len(list(archive.iterdir())) == 3
    recording = read_recording(archive)
    assert [one.now for one in recording.runs] == [tape.now - DAY, tape.now]
    assert all(spot.ok for answers in recording.answers.values() for _, spot in answers)


def test_the_oldest_go_first_when_space_is_short(archive, tape):
    """Over the size, the oldest runs go, and those that stay need none of them."""
    newest = max(archive.glob("2020*"))
    assert forget_recordings(archive, tape.now - 30 * DAY, newest.stat().st_size + 10) == 2
    assert newest.exists()
    assert all(spot.body is not None for answers in read_recording(archive).answers.values() for _, spot in answers)


def test_nothing_to_forget(tmp_path, tape):
    """Where there is no archive, nothing is forgotten."""
    assert forget_recordings(tmp_path / "none", tape.now, 0) == 0
    assert settle(tmp_path / "none") == 0


@pytest.mark.parametrize("lost", [0, 5, 300], ids=["whole", "cut in the last", "cut before"])
def test_files_of_killed_runs_get_their_names(tmp_path, tape, capsys, lost):
    """The next run cuts a killed run's file where its last whole record ends; then it is a file like any other."""
    tape.record(tmp_path, [tape.page(f"{URL}{n}", os.urandom(500)) for n in range(3)], killed=True)
    [path] = tmp_path.iterdir()
    os.truncate(path, path.stat().st_size - lost)
    assert settle(tmp_path) == 1
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    recording = read_recording(tmp_path)
    assert recording.notes == ()
    assert len(recording.answers) == (3 if not lost else 2)
    with contextlib.suppress(SystemExit):
        warcio(["check", str(path)])
    assert capsys.readouterr().out == ""


def test_a_file_without_a_whole_record_goes(tmp_path, tape):
    """A run that was killed before its first whole record leaves nothing."""
    tape.record(tmp_path, [], killed=True)
    [path] = tmp_path.iterdir()
    os.truncate(path, 10)
    assert settle(tmp_path) == 1
    assert list(tmp_path.iterdir()) == []


def test_damage_in_the_middle_costs_nothing_that_follows(tmp_path, tape):
    """A killed run's file with a block of zeros in it gets its name and keeps every byte; a copy of it can be mended later."""
    tape.record(tmp_path, [tape.page(f"{URL}{n}", os.urandom(2_000)) for n in range(6)], killed=True)
    [path] = tmp_path.iterdir()
    data = bytearray(path.read_bytes())
    for at in (len(data) // 3, len(data) // 2):
        data[at : at + 100] = bytes(100)
    path.write_bytes(data)
    assert settle(tmp_path) == 1
    [path] = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz")
    assert path.read_bytes() == data


def test_damage_that_looks_like_a_cut(tmp_path, tape):
    """Where a damaged record seems to reach to the end of the file, whole records behind it are not cut off."""
    tape.record(tmp_path, [tape.page(f"{URL}{n}", os.urandom(500)) for n in range(4)], killed=True)
    [path] = tmp_path.iterdir()
    stored = b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\0\xff\xff\0\0"  # a block of 65535 bytes begins
    data = stored + path.read_bytes()
    path.write_bytes(data)
    assert settle(tmp_path) == 1
    [path] = tmp_path.iterdir()
    assert path.read_bytes() == data


def test_a_file_at_work_is_left_alone(tmp_path, tape):
    """While its writer lives a file is neither finished nor forgotten, whatever another process finds due; then it is."""
    file = tape.record(tmp_path, [tape.page(URL)], close=False)
    [path] = tmp_path.iterdir()
    assert settle(tmp_path) == 0
    assert forget_recordings(tmp_path, tape.now + DAY, 0) == 0
    assert list(tmp_path.iterdir()) == [path]
    file.close()
    assert not file.trouble
    assert len(read_recording(tmp_path).answers) == 1
    assert forget_recordings(tmp_path, tape.now + DAY, 0) == 1
