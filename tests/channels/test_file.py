import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tidings.channels.file import FileChannel, build, edition_name
from tidings.model import Coverage, Edition, Message, Recipient
from tidings.stages.delivery import Answer

READER = Recipient("desk", "file", ("idlib",), ("07:00",), "Europe/Istanbul", "send")


def edition(recipient="desk"):
    at = datetime(2020, 2, 19, 4, 0, tzinfo=UTC)
    return Edition(
        "0a1b2c3d-0000-0000-0000-000000000000", recipient, (("idlib", "Idlib"),), None, at, "Europe/Istanbul", (), Coverage(0, (), (), ())
    )


MESSAGE = Message("subject", "text", "<p>سلام</p>", "# سلام", "<id@example.org>")


def test_writes_both_files(tmp_path):
    """An edition becomes an HTML and a Markdown file, named by local time, recipient and the start of its id."""
    folder = tmp_path / "editions"
    assert FileChannel(folder).send(build(edition(), MESSAGE), READER).answer is Answer.SENT
    assert {path.name: path.read_text() for path in folder.iterdir()} == {
        "2020-02-19-0700-desk-0a1b2c3d.html": "<p>سلام</p>",
        "2020-02-19-0700-desk-0a1b2c3d.md": "# سلام",
    }


def test_what_is_folded_stands_in_a_third_file(tmp_path):
    """The full edition is beside the folded one, under the name that the folded one gives."""
    FileChannel(tmp_path).send(build(edition(), replace(MESSAGE, full_html="<p>all</p>")), READER)
    assert (tmp_path / "2020-02-19-0700-desk-0a1b2c3d-full.html").read_text() == "<p>all</p>"


def test_twice_is_once(tmp_path):
    """Sending the same bytes again leaves the same files, and nothing beside them."""
    for _ in range(2):
        assert FileChannel(tmp_path).send(build(edition(), MESSAGE), READER).answer is Answer.SENT
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "a b", "DESK", "ğ"])
def test_names_stay_in_the_folder(name):
    """Whatever a recipient is called, the name of the file is a plain name."""
    assert set(edition_name(edition(name))) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")


def test_refuses_a_name_that_is_not_ours(tmp_path):
    """A payload that was tampered with writes nowhere."""
    payload = json.dumps({"name": "../2020-02-19-0700-desk-0a1b2c3d", "html": "", "markdown": ""}).encode()
    assert FileChannel(tmp_path / "editions").send(payload, READER).answer is Answer.REFUSED
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_not_now(tmp_path):
    """When the file cannot be written the edition waits, with the reason."""
    (tmp_path / "editions").write_text("a file where the folder should be")
    attempt = FileChannel(tmp_path / "editions").send(build(edition(), MESSAGE), READER)
    assert attempt.answer is Answer.NOT_NOW
    assert attempt.reason.startswith("could not be written: ")
