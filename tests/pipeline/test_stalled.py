"""What a parser did not survive: the bytes are kept, the reason names them, and they can be read once more."""

import json
from pathlib import Path

import pytest
from fakes import HOUR, NOW, Piece, Web, World, feed, settings
from typer.testing import CliRunner

from tidings.cli import app
from tidings.errors import UsageError
from tidings.jail import JailFailure
from tidings.pipeline.stalled import read_again

pytestmark = pytest.mark.slow  # each test works on a real store, or waits for a real child

POST = "https://post.example/rss"
LINK = "https://post.example/flood"
FLOOD = ("Heavy rain flooded a camp near Saraqib in Idlib on Tuesday, aid workers said.", "Nine tents in Idlib were lost, a nurse said.")


def killed(tmp_path: Path, word: str, failure: JailFailure) -> World:
    world = World(settings(tmp_path, [feed(POST)]), Web(feeds={POST: [Piece(LINK, "Camp floods", FLOOD, NOW - HOUR)]}))
    world.jail.deadly[word] = failure
    world.ingest()
    return world


def only_kept(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "archive" / "stalled").glob("*.bin")
    return path


def test_a_page_that_killed_its_child_can_be_read_again(tmp_path: Path) -> None:
    """The entry's reason names the file; reading it once more says what was wrong then, and what comes of it now."""
    world = killed(tmp_path, "Page(", JailFailure("timeout", "cpu"))
    path = only_kept(tmp_path)
    assert world.outcomes() == {LINK: ("rejected", "parser_timeout")}
    (row,) = world.rows("SELECT detail FROM core.entries")
    assert row == {"detail": f"cpu, kept as {path.name}"}
    again = read_again(world.settings, path, NOW)
    assert (again["kind"], again["url"], again["kept_for"], again["now"]) == ("page", LINK, "timeout cpu", "full")


def test_a_feed_that_killed_its_child_can_be_read_again(tmp_path: Path) -> None:
    """The poll's error names the file, which holds the feed as it came."""
    world = killed(tmp_path, "rss", JailFailure("memory"))
    path = only_kept(tmp_path)
    (row,) = world.rows("SELECT last_error AS said FROM core.feeds")
    assert path.name in row["said"] or "parser_memory" in row["said"]
    again = read_again(world.settings, path, NOW)
    assert (again["kind"], again["kept_for"], again["now"], again["entries"]) == ("feed", "memory", "read", 1)


def test_what_is_no_kept_body_is_refused(tmp_path: Path) -> None:
    """Any other file, or one whose description is gone, is an error of use."""
    other = tmp_path / "other.bin"
    other.write_bytes(b"x")
    with pytest.raises(UsageError):
        read_again(settings(tmp_path, []), other, NOW)
    other.with_suffix(".json").write_text(json.dumps({"status": "x"}))
    with pytest.raises(UsageError):
        read_again(settings(tmp_path, []), other, NOW)


def test_the_command_reads_a_kept_body(tmp_path: Path) -> None:
    """`tidings replay FILE.bin` says it in lines, or as JSON."""
    killed(tmp_path, "rss", JailFailure("crash", "exit code -11"))
    path = only_kept(tmp_path)
    delivered = Path(__file__).parents[2] / "config"
    done = CliRunner().invoke(app, ["replay", str(path), "--config", str(delivered), "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["now"] == "read"
