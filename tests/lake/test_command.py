"""The command `lake`, and what `status` and runs say of one."""

import json
from pathlib import Path

import pytest
from lake_desk import Desk, add_reports, sqlite_desk

from tidings.cli import call

pytestmark = pytest.mark.slow  # real stores and processes

FEEDS = '[[feed]]\nurl = "https://news.example/rss"\npublisher = "Example"\nlanguage = "en"\n'
TOPICS = '[[topic]]\nname = "libya"\ntitle = "Libya"\n[topic.names]\nen = ["Libya"]\n'


@pytest.fixture
def configured(tmp_path: Path) -> Desk:
    """Return a desk that has published something, with a configuration beside its data that names the lake."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1, 2)
    settings = (
        f'[lake]\ncatalog = "sqlite:lake.sqlite"\ndata_path = "lake"\n[store]\ndata = "{desk.folder}"\n[schedule]\nexpected = false\n'
    )
    write(tmp_path, settings)
    return desk


def write(folder: Path, settings: str) -> None:
    """Write a configuration."""
    (folder / "config").mkdir(exist_ok=True)
    for name, text in {"feeds": FEEDS, "topics": TOPICS, "settings": settings}.items():
        (folder / "config" / f"{name}.toml").write_text(text, encoding="utf-8")


def test_it_brings_the_lake_up_and_says_so(configured: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """One line for people and the same as JSON; `--upkeep` adds counts and sizes."""
    config = ["--config", str(configured.folder.parent / "config"), "--now", "2020-02-20T08:00:00Z"]
    assert call(["lake", *config]) == 0
    assert capsys.readouterr().out == "lake: holds publication 1 since 2020-02-20 08:00 UTC\n"
    assert call(["lake", *config, "--upkeep", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["number"], told["trouble"]) == (1, "")
    assert told["counts"]["lake_bytes"] > 0


def test_status_names_a_lake_that_is_behind(configured: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """What was wrong stands in `status`, since when, with exit code 1, until it is made good."""
    config = ["--config", str(configured.folder.parent / "config")]
    blocking = configured.folder.parent / "lake.sqlite"
    blocking.mkdir()
    assert call(["lake", *config, "--now", "2020-02-20T08:00:00Z"]) == 1
    capsys.readouterr()
    assert call(["status", *config]) == 1
    assert "lake: holds nothing yet, behind since 2020-02-20 08:00 UTC: the lake cannot be used" in capsys.readouterr().out
    blocking.rmdir()
    assert call(["lake", *config]) == 0
    assert call(["status", *config]) == 0


def test_how_a_reader_attaches_it(configured: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """`--sql` writes the statements and asks nobody."""
    assert call(["lake", "--sql", "--config", str(configured.folder.parent / "config")]) == 0
    assert f"ATTACH 'ducklake:sqlite:{configured.folder.parent}/lake.sqlite' AS lake (READ_ONLY);" in capsys.readouterr().out


def test_without_a_lake_it_says_where_to_name_one(configured: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """The command without [lake] is a mistake of usage; `status` has no line for what there is not."""
    write(configured.folder.parent, f'[store]\ndata = "{configured.folder}"\n[schedule]\nexpected = false\n')
    config = ["--config", str(configured.folder.parent / "config")]
    assert call(["lake", *config]) == 2
    assert "[lake] of settings.toml" in capsys.readouterr().err
    assert call(["status", *config]) == 0
    assert "lake" not in capsys.readouterr().out
