"""Prove that a recorded run can be done again: the same, offline, elsewhere; and that recording costs a run nothing."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from fakes import DAY, HOUR, NOW, TOPICS, OpenJail, Piece, World, feed, settings

from tidings.config import Settings
from tidings.errors import UsageError
from tidings.model import Recipient
from tidings.pipeline import replay as pipeline
from tidings.pipeline.digest import compose_due
from tidings.pipeline.ingest import take_in
from tidings.pipeline.replay import MARK, ReplayReport, offline
from tidings.pipeline.run import Run, recorded
from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.told import told

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child or server

FEED = feed("http://harbour.example/feed.xml", "Harbour")
PIECES = [
    Piece("http://harbour.example/1", "Shelling in Saraqib", ("Shells hit the market of Saraqib in Idlib on Tuesday, medics said.",)),
    Piece("http://harbour.example/2", "Oil ports of Libya closed", ("Haftar closed the oil ports of Libya on Monday, the company said.",)),
]
LATER = Piece(
    "http://harbour.example/3",
    "Idlib road reopened",
    ("Engineers reopened the road from Ariha to Idlib after eleven weeks, drivers said.",),
    NOW + HOUR,
)
READER = Recipient("desk", "email", ("idlib", "libya"), ("06:00",), "UTC", "send", address="reader@news.example")


def make_world(folder: Path) -> World:
    one = World(replace(settings(folder / "live", [FEED]), recipients=(READER,)))
    one.web.feeds = {FEED.url: PIECES}
    return one


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


def replay(live: Settings, folder: Path, into: Path) -> ReplayReport:
    """Replay in this very process."""
    return pipeline.replay(live, folder, into, jail=OpenJail())  # type: ignore[arg-type]


def keep(world: World, now: object = NOW, learn_days: int = 0) -> tuple[str, ...]:
    """Do a run that is recorded, compose what is due, and return the run's notes."""
    world.run_count += 1
    run = world.run(now, learn_days)  # type: ignore[arg-type]
    with recorded(replace(run, id=f"{world.run_count:032}")) as kept:
        notes = take_in(kept).notes
    if not learn_days:
        compose_due(world.settings.data, replace(world.settings, recipients=files(world)), run.now)
    return notes


def files(world: World) -> tuple[Recipient, ...]:
    """Return the recipients as readers of files: a mail cannot be built without a server."""
    return tuple(replace(one, channel="file", address="") for one in world.settings.recipients)


def canonical(folder: Path) -> list[str]:
    out = StringIO()
    with open_store(folder, 1) as connection:
        export_canonical(connection, out)
    return out.getvalue().splitlines()


def but_deliveries(folder: Path) -> list[str]:
    """Return the whole store but the deliveries: these runs of ours deliver nothing."""
    return [line for line in canonical(folder) if '"table": "deliveries"' not in line]


@pytest.fixture(scope="module")
def recorded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Record three runs, of which the last is told something new; return the data folder."""
    world = make_world(tmp_path_factory.mktemp("recorded"))
    keep(world)
    keep(world, NOW + HOUR / 2)
    world.web.feeds = {FEED.url: [LATER, *PIECES]}
    keep(world, NOW + DAY)
    return world.settings.data


@pytest.fixture
def recording(world: World, recorded_once: Path) -> Path:
    """Give the world a data folder in which three runs were recorded; return the archive."""
    shutil.copytree(recorded_once, world.settings.data)
    return world.settings.data / "archive"


def test_a_replay_ends_where_the_runs_did(world: World, recording: Path, tmp_path: Path) -> None:
    """Store and editions of a replay are those of the recorded runs, and a second replay gives the same bytes."""
    report = replay(world.settings, recording, tmp_path / "one")
    assert but_deliveries(tmp_path / "one") == but_deliveries(world.settings.data)
    assert (report.runs, report.editions, report.answers) == (3, 2, {"as_recorded": 5})  # two of three pages were looked at again
    assert len(told(tmp_path / "one")) == 3
    replay(world.settings, recording, tmp_path / "two")
    assert canonical(tmp_path / "two") == canonical(tmp_path / "one")
    editions = [{path.name: path.read_bytes() for path in (tmp_path / name / "editions").iterdir()} for name in ("one", "two")]
    assert len(editions[0]) == 4
    assert editions[0] == editions[1]


def test_recipients_of_every_channel_get_files(world: World, recording: Path, tmp_path: Path) -> None:
    """Nobody gets mail from a replay: the outbox of its store holds files only, all written, and no address is in its settings."""
    replay(world.settings, recording, tmp_path / "one")
    lines = [line for line in canonical(tmp_path / "one") if '"table": "deliveries"' in line]
    assert lines
    assert all('"channel": "file"' in line and '"state": "sent"' in line for line in lines)
    assert READER.address not in repr(offline(world.settings, (FEED,), tmp_path).recipients)


def test_the_live_store_is_not_touched(world: World, recording: Path, tmp_path: Path) -> None:
    """A replay leaves every file of the live data folder as it was, and writes no recording of its own."""
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in world.settings.data.rglob("*") if path.is_file()}
    replay(world.settings, recording, tmp_path / "one")
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in world.settings.data.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "one" / "archive").exists()


def test_another_configuration_tells_other_things(world: World, recording: Path, tmp_path: Path) -> None:
    """Without a topic its developments are not told, and a topic that is new is told of from the first run on."""
    one = replace(world.settings, topics=TOPICS[:1], recipients=(replace(READER, topics=("idlib",)),))
    replay(one, recording, tmp_path / "one")
    assert {row["topic"] for row in told(tmp_path / "one")} == {"idlib"}
    assert len(told(tmp_path / "one")) == 2


def test_other_times_of_day_are_tried_at_every_run(world: World, recording: Path, tmp_path: Path) -> None:
    """A recipient whose schedule is as it was gets editions when they were composed then; one with another, whenever one is due."""
    evening = replace(READER, name="evening", at=("06:20",))
    settings = replace(world.settings, recipients=(READER, evening))
    replay(settings, recording, tmp_path / "one")
    names = sorted(path.name for path in (tmp_path / "one" / "editions").glob("*.md"))
    assert [name.split("-")[3:5] for name in names] == [
        ["0600", "desk"],
        ["0600", "evening"],
        ["0630", "evening"],
        ["0600", "desk"],
    ]


def test_an_edition_that_was_forced_is_forced_again(world: World, recording: Path, tmp_path: Path) -> None:
    """An edition that was composed though none was due comes at the same time in the replay, for the same recipient."""
    world.run_count = 3
    world.web.feeds = {
        FEED.url: [
            replace(
                LATER,
                url=LATER.url + "b",
                title="Misrata",
                paragraphs=("Boats with three hundred people reached Misrata in Libya, guards said.",),
            )
        ]
    }
    live = replace(world.settings, recipients=files(world))
    with recorded(replace(world.run(NOW + DAY + HOUR), id=f"{9:032}")) as kept:
        take_in(kept)
    [edition] = compose_due(world.settings.data, live, NOW + DAY + 2 * HOUR, force=True)
    assert edition.development_count == 1
    replay(world.settings, recording, tmp_path / "one")
    assert but_deliveries(tmp_path / "one") == but_deliveries(world.settings.data)
    assert sum("0800" in path.name for path in (tmp_path / "one" / "editions").iterdir()) == 2


def test_what_the_recording_and_the_configuration_do_not_share(world: World, recording: Path, tmp_path: Path) -> None:
    """Feeds that are only recorded or only configured are named in the report; the latter are not polled, and not in the store."""
    mine = feed("http://new.example/feed.xml")
    report = replay(replace(world.settings, feeds=(FEED, mine)), recording, tmp_path / "one")
    assert report.feeds_not_recorded == (mine.url,)
    assert mine.url not in "".join(canonical(tmp_path / "one"))
    with pytest.raises(UsageError, match="none of the configured feeds"):
        replay(replace(world.settings, feeds=(mine,)), recording, tmp_path / "two")
    assert not (tmp_path / "two").exists()


def test_a_learning_run_is_replayed_as_one(world: World, tmp_path: Path) -> None:
    """What was learnt is known in the replay too, and not told."""
    keep(world, learn_days=30)
    keep(world, NOW + DAY)
    report = replay(world.settings, world.settings.data / "archive", tmp_path / "one")
    assert but_deliveries(tmp_path / "one") == but_deliveries(world.settings.data)
    assert (report.runs, report.told) == (2, 0)


def test_a_recording_that_begins_in_the_middle(world: World, recording: Path, tmp_path: Path) -> None:
    """When the first files are forgotten, the rest is replayed from a cold start; pages that were looked at again in the rest are there."""
    world.web.headers = {FEED.url: {"etag": '"1"'}}
    for path in sorted(recording.iterdir())[:3]:
        path.unlink()
    report = replay(world.settings, recording, tmp_path / "one")
    assert (report.runs, report.entries) == (1, 3)
    assert report.answers == {"as_recorded": 3}


TARGETS = {
    "the live store": "live",
    "a folder around it": ".",
    "a user's folder": "mine",
    "a file": "mine/file.txt",
    "around the recording": "live/archive",
}


@pytest.mark.parametrize("name", TARGETS.values(), ids=TARGETS)
def test_a_replay_empties_nothing_but_an_earlier_replay(world: World, recording: Path, tmp_path: Path, name: str) -> None:
    """A folder that holds anything else is refused before anything is read or removed; even with a mark, the live store is."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file.txt").write_text("mine", encoding="utf-8")
    for folder in (tmp_path, tmp_path / "live", recording):
        (folder / MARK).write_text("", encoding="utf-8")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UsageError, match="--into"):
        replay(world.settings, recording, tmp_path / name)
    assert sorted(tmp_path.rglob("*")) == before


_OFFLINE = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[3], sys.argv[4]]

def watch(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname") or (event == "socket.connect" and isinstance(args[1], tuple)):
        print("opened", event, args[1:])
        raise OSError("no network")

def main():
    sys.addaudithook(watch)
    from tidings.pipeline.replay import replay
    from test_replay import FEED, READER, settings
    from dataclasses import replace
    live = replace(settings(Path(sys.argv[1]), [FEED]), recipients=(READER,))
    report = replay(live, Path(sys.argv[1]) / "archive", Path(sys.argv[2]))
    print(report.told, "told")

if __name__ == "__main__":
    main()
"""


@pytest.mark.slow
def test_a_replay_opens_no_connection(recording: Path, tmp_path: Path) -> None:
    """With every name look-up and every connection to an address forbidden, a replay does all it has to."""
    script = tmp_path / "offline.py"
    script.write_text(_OFFLINE, encoding="utf-8")
    here = Path(__file__).parent
    words = [sys.executable, str(script), str(recording.parent), str(tmp_path / "one"), str(here), str(here.parent)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("3 told\n", 0), done.stderr


@contextmanager
def obstacle(world: World) -> Iterator[None]:
    """Put a file where the archive should be."""
    world.settings.data.mkdir(parents=True)
    (world.settings.data / "archive").write_text("", encoding="utf-8")
    yield


def test_an_archive_that_cannot_be_written_costs_only_itself(world: World) -> None:
    """The run does all its work, its report says what happened to the recording, and so does the note once only."""
    with obstacle(world):
        notes = keep(world)
    assert [note for note in notes if "recording" in note] == ["the recording of this run is not complete: File exists"]
    assert len(world.told()) == 2


def test_nothing_is_recorded_when_that_is_not_wanted(world: World) -> None:
    """With `recording.keep` off there is no archive."""
    world.change(recording=world.settings.recording.model_copy(update={"keep": False}))
    keep(world)
    assert not (world.settings.data / "archive").exists()


def test_the_file_of_a_killed_run_is_finished_by_the_next(world: World) -> None:
    """A run that is killed leaves an unfinished file; the next one gives it its name."""
    run: Run = replace(world.run(NOW), id="0" * 32)
    hold = recorded(run)
    kept = hold.__enter__()
    list(kept.client.send_all([], NOW))
    archive = world.settings.data / "archive"
    [path] = archive.iterdir()
    assert path.name.endswith(".open")
    shutil.copy(path, archive / "copy")  # as a killed run leaves it: nobody holds it
    (archive / "copy").replace(path)
    keep(world, NOW + HOUR)
    assert [path.name.endswith(".warc.gz") for path in archive.iterdir()] == [True] * 3


def test_the_archive_is_bounded_after_every_run(world: World) -> None:
    """What is too much goes when a run begins and when it ends, the oldest first, and not only at the upkeep."""
    keep(world)
    archive = world.settings.data / "archive"
    first = sum(path.stat().st_size for path in archive.iterdir())
    world.change(recording=world.settings.recording.model_copy(update={"bytes_max": int(1.5 * first)}))
    for hours in range(1, 5):
        keep(world, NOW + hours * HOUR)
        names = sorted(path.name for path in archive.iterdir())
        assert sum(path.stat().st_size for path in archive.iterdir()) <= 1.5 * first
        assert f"T{(NOW + hours * HOUR):%H}" in names[-1]


def test_settings_of_a_replay(tmp_path: Path) -> None:
    """The settings of a replay differ from those of the configuration only in what keeps it to itself."""
    live: Settings = replace(settings(tmp_path / "live", [FEED]), recipients=(READER,))
    shut = offline(live, (FEED,), tmp_path / "one")
    same = replace(shut, data=live.data, recipients=live.recipients, recording=live.recording)
    assert same == live
    assert not shut.recording.keep
