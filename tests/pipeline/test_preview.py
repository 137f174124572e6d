"""A preview tells what an edition would hold, and leaves no trace."""

from datetime import timedelta

import pytest

from tidings.errors import StoreError
from tidings.pipeline.digest import compose_due
from tidings.pipeline.preview import preview
from tidings.store.database import FILE_NAME

TEXT = "Heavy rain flooded a camp near Saraqib in Idlib."


def told(editions):
    """Return the recipients and words of editions."""
    return [(one.recipient, [each.statement for story in one.stories for each in story.developments]) for one in editions]


def test_it_is_the_edition_that_follows(writer, world, asked, tmp_path) -> None:
    """What is shown is what an edition of that moment then tells: the same edition, id and all."""
    writer.article("https://harbour.example/a", [TEXT], world.now - world.hour)
    settings = world.settings(tmp_path, world.recipient("desk"), world.recipient("night", at=("23:00",)))
    shown = preview(settings, world.now)
    assert told(shown) == [("desk", [TEXT]), ("night", [TEXT])]
    assert shown == compose_due(tmp_path, settings, world.now)
    assert told(preview(settings, world.now + world.hour, only="night")) == [("night", [])]


def test_it_writes_nothing(writer, world, asked, tmp_path) -> None:
    """The store is the same to the byte, and the edition is told in full afterwards."""
    writer.article("https://harbour.example/a", [TEXT], world.now - world.hour)
    before = (tmp_path / FILE_NAME).read_bytes()
    for minutes in range(3):
        assert told(preview(world.settings(tmp_path), world.now + timedelta(minutes=minutes))) == [("desk", [TEXT])]
    assert (tmp_path / FILE_NAME).read_bytes() == before
    assert told(compose_due(tmp_path, world.settings(tmp_path), world.now)) == [("desk", [TEXT])]


def test_a_window_of_no_length_gives_none(writer, world, asked, tmp_path) -> None:
    """At the very time of the last edition there is nothing to show."""
    compose_due(tmp_path, world.settings(tmp_path), world.now)
    assert preview(world.settings(tmp_path), world.now) == ()


def test_it_makes_no_store(world, tmp_path) -> None:
    """Before the first run there is no store, and a preview makes none."""
    with pytest.raises(StoreError, match="tidings run"):
        preview(world.settings(tmp_path), world.now)
    assert list(tmp_path.iterdir()) == []
