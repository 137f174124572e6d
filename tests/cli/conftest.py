"""Give the tests of the commands a folder without a store and one with a store, both turned away from the network, and a way to call."""

import json
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World
from feed_site import Site, answers, at_site

from tidings.cli import call
from tidings.config import load
from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.publish import republish

FEED, SEED_URL = "http://wire.example/rss", "http://seeds.example/first"
FLOOD = "http://wire.example/flood"
TEXTS = (
    "Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.",
    "Some 400 families carried their tents to a school yard north of Saraqib.",
)
TOLD = "A school in Ariha in Idlib opened its doors to forty pupils again."
PIECES = (
    Piece(FLOOD, "Camp near Saraqib floods", TEXTS),
    Piece("http://wire.example/copy", "Camp floods, again reported", TEXTS),
    Piece("http://wire.example/soap", "Soap factory wins prize", ("A soap factory in the valley has won a prize for its bars.",)),
    Piece("http://wire.example/beirut", "Port strike", ("Dockers in Tripoli went on strike in Lebanon over pay on Monday.",)),
    Piece("http://wire.example/old", "Ariha mill", ("A mill in Ariha in Idlib ground its first wheat.",), NOW - 9 * 24 * HOUR),
    Piece("http://wire.example/gone", "Gone", TEXTS, status=404),
    Piece("http://wire.example/busy", "Busy", TEXTS, status=503),
    Piece("http://wire.example/school", "Ariha school", (TOLD,)),
)
FILES = {
    "settings.toml": '[store]\ndata = "data"\n\n[network]\npause_s = 0\nallow_private = ["{address}"]\nconnect_to = {{ "wire.example" = "{address}" }}\n\n[schedule]\nexpected = false\n',
    "feeds.toml": f'[[feed]]\nurl = "{FEED}"\npublisher = "Wire"\nlanguage = "en"\n',
    "topics.toml": """
[[topic]]
name = "idlib"
title = "Idlib"
[topic.names]
en = ["Idlib*"]
[topic.places]
en = ["Saraqib", "Ariha"]

[[topic]]
name = "libya"
title = "Libya"
[topic.names]
en = ["Libya*"]
[topic.needs_companion]
en = ["Tripoli"]
[topic.companions]
en = ["oil"]
""",
    "channels.toml": '[[recipient]]\nname = "desk"\nchannel = "file"\nat = "06:00"\n',
    "seeds.toml": f"""
[[seed]]
id = "first"
file = "seeds/first.txt"
title = "Ariha school opens"
publisher = "Seeds"
published = 2020-02-16
language = "en"
url = "{SEED_URL}"
""",
}


@dataclass(frozen=True)
class Answer:
    """Hold what a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> object:
        """Return the one JSON document in the output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Desk:
    """Hold a folder with a configuration, and call commands on it."""

    folder: Path
    capsys: pytest.CaptureFixture[str] | None = None

    @property
    def config(self) -> Path:
        """Return the folder of the configuration."""
        return self.folder / "config"

    @property
    def data(self) -> Path:
        """Return the data folder."""
        return self.folder / "data"

    def __call__(self, *words: str) -> Answer:
        """Call a command in this process."""
        assert self.capsys
        self.capsys.readouterr()
        code = call([*words, "--config", str(self.config)])
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        return Answer(code, said.out, said.err)


@pytest.fixture(scope="session")
def nobody() -> Iterator[str]:
    """Give an address on loopback that refuses every connection: bound, never listening."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture(scope="session")
def fresh_folder(tmp_path_factory: pytest.TempPathFactory, nobody: str) -> Path:
    """Make a folder with a configuration and nothing else."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "config" / "seeds").mkdir(parents=True)
    (folder / "config" / "seeds" / "first.txt").write_text(TOLD, encoding="utf-8")
    for name, text in FILES.items():
        content = text.format(address=nobody) if name == "settings.toml" else text
        (folder / "config" / name).write_text(content, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def used_folder(tmp_path_factory: pytest.TempPathFactory, fresh_folder: Path) -> Path:
    """Make a folder whose feed was read and whose edition was delivered."""
    folder = tmp_path_factory.mktemp("used")
    shutil.copytree(fresh_folder, folder, dirs_exist_ok=True)
    world = World(load(folder / "config", {}), Web({FEED: list(PIECES)}))
    world.ingest()
    compose_due(world.settings.data, world.settings, NOW)
    deliver(world.settings.data, world.settings, NOW)
    republish(world.settings)
    return folder


@pytest.fixture
def make_desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], Desk]:
    """Copy a folder, so that a test may change it."""

    def make(folder: Path) -> Desk:
        shutil.copytree(folder, tmp_path / "desk")
        return Desk(tmp_path / "desk", capsys)

    return make


@pytest.fixture
def fresh(make_desk: Callable[[Path], Desk], fresh_folder: Path) -> Desk:
    """Give a folder of one's own before the first run."""
    return make_desk(fresh_folder)


@pytest.fixture
def used(make_desk: Callable[[Path], Desk], used_folder: Path) -> Desk:
    """Give a folder of one's own after a first run."""
    return make_desk(used_folder)


@pytest.fixture
def read(used_folder: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Give the shared folder after a first run, for commands that only read."""
    return Desk(used_folder, capsys)


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve a feed with five entries and their pages."""
    site = Site()
    site.answers = answers()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def desk(fresh: Desk, site: Site) -> Desk:
    """Give a folder whose hosts are played by the site."""
    return at_site(fresh, site)
