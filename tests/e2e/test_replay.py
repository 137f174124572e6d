"""Prove on the sample week that recorded days replay to the same end, that no secret is in them, and that two configurations are compared."""

import gzip
import json
import re
import shutil
from io import StringIO
from itertools import islice

import pytest

from tidings.config import load
from tidings.demo.show import polls, show_week
from tidings.pipeline.replay import replay
from tidings.store.database import open_store
from tidings.store.export import export_canonical

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")]  # loopback only

TIMES = tuple(islice(polls(), 4))  # two days, an edition each


def state(data):
    """Return the whole store as text, and the files of the editions."""
    out = StringIO()
    with open_store(data, 5) as connection:
        export_canonical(connection, out)
    return out.getvalue(), {path.name: path.read_bytes() for path in (data / "editions").iterdir()}


def test_the_sample_week_replays_to_the_same_end(tmp_path):
    """A replay of the recorded sample week ends in the same canonical export, and in editions that are the same byte for byte."""
    show_week(tmp_path / "week")
    report = replay(load(tmp_path / "week" / "config", {}), tmp_path / "week" / "archive", tmp_path / "again")
    assert (report.runs, report.feeds_ignored, report.feeds_not_recorded, report.notes) == (14, (), (), ())
    assert set(report.answers) == {"as_recorded"}
    store, editions = state(tmp_path / "week")
    assert len(editions) == 6  # two editions: HTML, Markdown and the full edition of each
    assert state(tmp_path / "again") == (store, editions)


@pytest.fixture(scope="module")
def desk(make_desk):
    """Give a desk that has recorded two days."""
    desk = make_desk("replay")
    for now in TIMES:
        desk.world.now = now
        assert desk("run", "--now", now.isoformat()).code == 0
    return desk


def archive_of(desk):
    [found] = desk.folder.rglob("archive")
    return found


def test_no_secret_is_in_a_recording(desk):
    """The token of a feed, the password and the address of the mail are nowhere in the archive, compressed or not; the feed's answers are."""
    written = b""
    for path in archive_of(desk).rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            written += data + (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else b"")
    assert b"levantwire.example/rss/world.xml" in written
    assert b"10.0.0.1" in written  # a redirect that carried the token along
    for secret in (desk.token, desk.password, desk.address):
        assert secret.encode() not in written


def test_two_configurations_are_compared(desk):
    """Without one topic all else is told as before; the comparison says so by topic, nobody gets mail, and the live store stays as it is."""
    without = desk.folder / "without"
    shutil.copytree(desk.config, without)
    tables = re.split(r"(?m)^(?=\[\[topic\]\])", (without / "topics.toml").read_text(encoding="utf-8"))
    (without / "topics.toml").write_text("".join(one for one in tables if 'name = "libya"' not in one), encoding="utf-8")
    mails, before = len(desk.mail.mails), state(archive_of(desk).parent)
    shut = desk.world.asked.copy()
    into = desk.folder / "replays" / "one"
    done = desk("replay", str(archive_of(desk)), "--into", str(into), "--compare", str(without), "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    topics = {one["topic"]: (one["both_count"], one["only_first_count"], one["only_second_count"]) for one in told["topics"]}
    assert topics["libya"][0] == topics["libya"][2] == 0
    assert topics["libya"][1] > 5
    assert all(topics[name][0] > 5 for name in ("idlib", "xinjiang"))
    first, second = (told[which]["answers"]["as_recorded"] for which in ("first", "second"))
    assert (told["first"]["runs"], told["second"]["runs"]) == (4, 4)
    assert 0 < second < first  # pages that are on no topic are not looked at again
    assert (len(desk.mail.mails), desk.world.asked, state(archive_of(desk).parent)) == (mails, shut, before)
    written = {path.name for path in (into / "editions").glob("*[0-9a-f].html")}  # the full ones beside them left out
    assert {re.sub(r"^[\d-]+-(\w+)-\w+\.html$", r"\1", name) for name in written} == {"reader", "files"}


def test_what_cannot_be_replayed_is_one_line(desk, tmp_path):
    """A folder without a recording, and a target that is no replay's, are refused with exit code 2."""
    for words in ([str(tmp_path)], [str(archive_of(desk)), "--into", str(desk.folder)]):
        done = desk("replay", *words)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)


def test_both_targets_are_checked_before_the_first_replay(desk, tmp_path):
    """A second folder that holds something else is refused at once: nothing was replayed, and nothing removed."""
    into, other = tmp_path / "one", tmp_path / "one-compared"
    other.mkdir()
    (other / "mine.txt").write_text("mine", encoding="utf-8")
    done = desk("replay", str(archive_of(desk)), "--into", str(into), "--compare", str(desk.config))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "one-compared" in done.err
    assert not into.exists()
    assert [path.name for path in other.iterdir()] == ["mine.txt"]
