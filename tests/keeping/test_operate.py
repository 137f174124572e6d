"""The walks of docs/how-to/operate.md, command by command as they stand there, on a desk that reads the sample week."""

import json
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from io import StringIO
from itertools import islice
from pathlib import Path

import duckdb
import pytest

from tidings.cli import call
from tidings.demo.server import WeekServer
from tidings.demo.show import polls, write_configuration
from tidings.store.database import open_store
from tidings.store.export import export_canonical

pytestmark = pytest.mark.slow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "operate.md"
TIMES = tuple(islice(polls(), 4))
TIMELESS = {"check", "outbox", "query", "size"}  # commands that ask for no time
BLOCKS = {
    section.partition("\n")[0]: [
        [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]
        for block in re.findall(r"^```console\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    ]
    for section in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
}
State = tuple[list[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def server() -> Iterator[WeekServer]:
    """Serve the week."""
    with WeekServer() as one:
        yield one


class Walk:
    """Call what a block of the page says, at a time of the week, from the folder that holds the desk."""

    def __init__(self, folder: Path, server: WeekServer, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._server, self._capsys = folder, server, capsys

    def __call__(self, heading: str, block: int, number: int) -> list[tuple[int, str]]:
        """Return code and words of each command, in order."""
        self._server.now = TIMES[number]
        return [self.command(shlex.split(line), number) for line in BLOCKS[heading][block]]

    def command(self, words: list[str], number: int) -> tuple[int, str]:
        """Call one command."""
        assert words.pop(0) == "tidings"
        self._server.now = TIMES[number]
        self._capsys.readouterr()
        code = call([*words, *([] if words[0] in TIMELESS else ["--now", TIMES[number].isoformat()])])
        said = self._capsys.readouterr()
        return code, said.out + said.err

    def run(self, number: int, desk: str = "mydesk") -> None:
        """Do what the schedule does."""
        assert self.command(["tidings", "run", "--config", f"{desk}/config"], number)[0] == 0


@pytest.fixture
def walk(tmp_path: Path, server: WeekServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Give a desk that ran twice."""
    monkeypatch.chdir(tmp_path)
    for name in ("mydesk", "trial", "newdesk"):
        write_configuration(tmp_path / name / "config", server)
        settings = tmp_path / name / "config" / "settings.toml"
        settings.write_text(settings.read_text(encoding="utf-8").replace('data = "."', 'data = "data"'), encoding="utf-8")
    walk = Walk(tmp_path, server, capsys)
    walk.run(0)
    walk.run(1)
    return walk


def state(data: Path) -> State:
    """Return what is known, as lines, and the editions of the last runs."""
    out = StringIO()
    with open_store(data, 5) as connection:
        export_canonical(connection, out)
    tables = {"counter", "publications", "removed", "runs"}
    rows = [row for line in out.getvalue().splitlines() if (row := json.loads(line))["table"] not in tables]
    lines = [
        json.dumps({key: row[key] for key in row if key != "owed_for"}) for row in rows
    ]  # a mark to find things sooner: older versions left none
    folder = data / "editions"
    return lines, {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def unbroken(walk: Walk, server: WeekServer) -> State:
    """Give what a third run of the same desk comes to, to which nothing was done."""
    shutil.copytree(walk.folder / "mydesk", walk.folder / "other")
    walk.run(2, "other")
    return state(walk.folder / "other" / "data")


def make_older(data: Path) -> None:
    """Undo the last migration, as if an older version had left the store."""
    with duckdb.connect(str(data / "store.duckdb")) as store:
        store.execute("ALTER TABLE core.articles DROP COLUMN text_key")
        store.execute("ALTER TABLE core.editions DROP COLUMN owed_from")
        store.execute("ALTER TABLE core.editions DROP COLUMN owed_for")
        [[number]] = store.execute("SELECT max(number) FROM core.migrations").fetchall()
        store.execute("DELETE FROM core.migrations WHERE number = ?", [number])


def test_upgrade(walk: Walk, unbroken: State) -> None:
    """The first run with the new version comes to what it would have come to, everything can be read, and the way back is there."""
    data = walk.folder / "mydesk" / "data"
    [(code, said)] = walk("Upgrade", 0, 1)
    assert code == 0, said
    make_older(data)
    assert [code for code, _ in walk("Upgrade", 1, 2)] == [0, 0, 0]
    assert list(data.glob("store.version-*.duckdb"))
    assert state(data) == unbroken
    [(code, said)] = walk("Upgrade", 2, 2)
    assert code == 0, said
    walk.run(2)
    told(data)


def told(data: Path) -> set[tuple[str, str]]:
    """Return who was told what; nobody twice."""
    with open_store(data, 5, read_only=True) as connection:
        found = connection.execute("SELECT recipient, development_id FROM core.told").fetchall()
    assert len(found) == len(set(found))
    return set(found)


def test_back_up_and_try_the_backup(walk: Walk, unbroken: State) -> None:
    """What is restored beside the desk can be read and asked, and the desk that works knows nothing of it."""
    answers = walk("Back up, and try the backup", 0, 1)
    assert [code for code, _ in answers] == [0, 0, 0, 0]
    assert answers[2][1].strip().endswith("everything can be read, and nothing contradicts itself")
    assert "newest" in answers[3][1]
    assert f"{TIMES[1]:%Y-%m-%d}" in answers[3][1]
    walk.run(2)
    assert state(walk.folder / "mydesk" / "data") == unbroken


def damage(data: Path) -> None:
    """Leave a store that is none."""
    (data / "store.duckdb").write_bytes(b"x" * 100_000)


def lose(data: Path) -> None:
    """Leave no store."""
    (data / "store.duckdb").unlink()


@pytest.mark.parametrize("harm", [damage, lose])
def test_restore(walk: Walk, unbroken: State, harm: Callable[[Path], None]) -> None:
    """The damage is named; after the walk the next run has come to what it would have come to, and nobody was told a thing twice."""
    data = walk.folder / "mydesk" / "data"
    assert walk("Back up, and try the backup", 0, 1)[0][0] == 0
    harm(data)
    [(code, said)] = walk("Restore", 0, 1)
    assert code == 1
    assert "store.duckdb" in said
    answers = walk("Restore", 1, 2)
    assert [code for code, _ in answers] == [0, 0, 0], answers
    assert state(data) == unbroken
    assert told(data)


def test_move_to_another_machine(walk: Walk, unbroken: State) -> None:
    """With the old folder gone, the new one's next run comes to what the old one's would have, and nothing is held."""
    [(code, _)] = walk("Move to another machine", 0, 1)
    assert code == 0
    shutil.copytree(walk.folder / "mydesk" / "data" / "editions", walk.folder / "newdesk" / "data" / "editions")
    shutil.rmtree(walk.folder / "mydesk")
    answers = walk("Move to another machine", 1, 2)
    assert [code for code, _ in answers] == [0, 0, 0], answers
    assert state(walk.folder / "newdesk" / "data") == unbroken


def test_the_disk_is_full(walk: Walk, unbroken: State) -> None:
    """Without room the run fails and nothing is read, status says so until there is room; then the next run goes on."""
    settings = walk.folder / "mydesk" / "config" / "settings.toml"
    roomy = settings.read_text(encoding="utf-8")
    settings.write_text(roomy.replace('data = "data"', 'data = "data"\nfree_mb_min = 10000000'), encoding="utf-8")
    assert walk.command(["tidings", "run", "--config", "mydesk/config"], 2)[0] == 1
    assert walk("The disk is full", 0, 2)[2][0] == 1
    settings.write_text(roomy, encoding="utf-8")
    assert [code for code, _ in walk("The disk is full", 0, 2)] == [0, 0, 0]
    walk.run(2)
    assert told(walk.folder / "mydesk" / "data") == told(walk.folder / "other" / "data")
    assert unbroken


def test_watch_it(walk: Walk) -> None:
    """Both forms answer, and nothing is the matter."""
    lines, facts = walk("Watch it", 0, 1)
    assert (lines[0], facts[0]) == (0, 0)
    assert json.loads(facts[1])["failing"] == []


def test_no_command_of_the_page_goes_untried() -> None:
    """Each section with commands has its test here, which calls each of its blocks."""
    tried = {
        "Watch it": 1,
        "Upgrade": 3,
        "Back up, and try the backup": 1,
        "Restore": 2,
        "Move to another machine": 2,
        "The disk is full": 1,
    }
    assert {heading: len(blocks) for heading, blocks in BLOCKS.items() if blocks} == tried
