"""What a person said between a backup and its restore is taken over, and what was decided is brought in line with it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
import store_writer as writer
from test_backup import LATER, NOW, count, rounds

from tidings.model import Label, LabelKind
from tidings.store.backup import back_up
from tidings.store.database import FILE_NAME, open_store, rows, transaction
from tidings.store.marks import keep_mark, take_back_mark
from tidings.store.publish import publish
from tidings.store.restore import restore

pytestmark = pytest.mark.slow


def label(kind: LabelKind, part: int, *, other: str = "", topic: str = "") -> Label:
    """Say something of an article of the first round."""
    return Label(kind, writer.uid(3, 1, part), other, topic)


OFF, OFF_TOO = label(LabelKind.NOT_ON_TOPIC, 0, topic="idlib"), label(LabelKind.NOT_ON_TOPIC, 2, topic="idlib")
MOVED = label(LabelKind.SAME_STORY, 1, other=writer.uid(3, 2))
OF_LATER = Label(LabelKind.NOT_ON_TOPIC, writer.uid(3, 3), topic="idlib")


def said(folder: Path) -> list[dict[str, object]]:
    """Return the marks, and what became of the articles of the first two rounds."""
    low, high = writer.uid(3, 1), writer.uid(3, 2, writer.EACH)
    with open_store(folder, 5, read_only=True) as connection:
        marks = rows(
            connection, "SELECT kind, article_id, other_id, topic, labelled_at, moved_ids, moved_from_id FROM core.labels ORDER BY ALL"
        )
        marks += rows(connection, "SELECT kind, article_id, other_id, topic, labelled_at, until_at FROM core.earlier_labels ORDER BY ALL")
        articles = rows(connection, f"SELECT id, decided, story_id FROM core.articles WHERE id BETWEEN '{low}' AND '{high}' ORDER BY ALL")
        statements = rows(
            connection, f"SELECT id, decision, reason FROM core.statements WHERE article_id BETWEEN '{low}' AND '{high}' ORDER BY ALL"
        )
        return marks + articles + statements


@pytest.mark.parametrize("known_from", ["store", "published"])
def test_marks_made_and_taken_back_since_are_taken_over(tmp_path: Path, known_from: str) -> None:
    """A mark made before the backup and taken back since is gone, those made since hold, also of an article that is not known yet."""
    data = tmp_path / "data"
    rounds(data, 1, 2)
    with open_store(data, 5) as connection, transaction(connection):
        keep_mark(connection, OFF, NOW - timedelta(hours=1))
    kept = back_up(data, tmp_path / "kept.duckdb", 5, NOW).path
    rounds(data, 3)
    with open_store(data, 5) as connection:
        with transaction(connection):
            take_back_mark(connection, OFF, NOW + timedelta(hours=1))
            for number, one in enumerate((OFF_TOO, MOVED, OF_LATER)):
                keep_mark(connection, one, NOW + timedelta(hours=2 + number))
        publish(connection, data)
    wanted = said(data)
    if known_from == "published":
        (data / FILE_NAME).write_bytes(b"damaged" * 1000)
    done = restore(data, kept, 5, LATER, replaces=True)
    assert (done.known_from, done.mark_count) == (known_from, 4)
    assert said(data) == wanted
    assert count(data, "labels", f"article_id = '{OF_LATER.article_id}'") == 1


def test_marks_of_the_backup_stay_where_an_older_store_goes(tmp_path: Path) -> None:
    """The store in place may be the older one: then what it does not know is no sign that anything was taken back."""
    data = tmp_path / "data"
    rounds(data, 1)
    shutil.copy(data / FILE_NAME, tmp_path / "old.duckdb")
    with open_store(data, 5) as connection, transaction(connection):
        keep_mark(connection, OFF, NOW)
        keep_mark(connection, OFF_TOO, NOW)
        take_back_mark(connection, OFF_TOO, LATER)
    kept = back_up(data, tmp_path / "kept.duckdb", 5, LATER).path
    wanted = said(data)
    fresh = tmp_path / "fresh"
    restore(fresh, tmp_path / "old.duckdb", 5, LATER)
    assert restore(fresh, kept, 5, LATER, replaces=True).mark_count == 0
    assert said(fresh) == wanted
