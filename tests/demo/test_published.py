"""Over the sample week, what is published after each run shows what the store shows, though each publication writes only what changed."""

import stat
from pathlib import Path

import pytest

from tidings.demo.show import polls, show_edition, week_settings
from tidings.demo.week import EDITIONS
from tidings.pipeline.ingest import ingest
from tidings.pipeline.run import open_doors
from tidings.store.archive import ARCHIVE_NAME
from tidings.store.database import Connection, open_store, rows
from tidings.store.migrate import public_views
from tidings.store.publish import HeadMax, publish
from tidings.store.query import open_snapshot

pytestmark = pytest.mark.slow  # a week of runs

SMALL = HeadMax(articles=20)  # so that the week needs several archives


def shown(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every view but the one about the publication itself, sorted."""
    views = [view.name for view in public_views(connection) if view.name != "published"]
    return {name: connection.execute(f'FROM main."{name}" ORDER BY ALL').fetchall() for name in views}


def differing(folder: Path) -> list[str]:
    """Name the views that show something else in what is published than in the store."""
    with open_store(folder, 5, read_only=True) as store:
        truth = shown(store)
    with open_snapshot(folder) as snapshot:
        found = shown(snapshot)
    assert found.keys() == truth.keys()
    return [name for name, those in truth.items() if found[name] != those]


def test_the_week_is_published_as_it_stands_in_the_store(tmp_path: Path) -> None:
    """After each run and each edition all views agree row for row: by the head alone, with an archive, and after it was renewed."""
    archives = set()
    with week_settings(tmp_path) as (settings, server), open_doors(settings) as doors:
        for number, now in enumerate(polls()):
            server.now = now
            ingest(settings, now, doors=doors)
            assert differing(tmp_path) == []
            if now in EDITIONS:
                show_edition(settings, now)
                assert differing(tmp_path) == []
            with open_store(tmp_path, 5) as store:
                anew = number == 2
                store.execute(
                    "UPDATE core.stories SET last_seen_at = last_seen_at, change = core.change_now() WHERE id IN (SELECT min(id) FROM core.stories)"
                )
                publish(store, tmp_path, anew=anew, head_max=HeadMax(articles=0) if anew else SMALL)
            assert differing(tmp_path) == []
            if (tmp_path / ARCHIVE_NAME).exists():
                archives.add((tmp_path / ARCHIVE_NAME).stat().st_ino)
                assert stat.S_IMODE((tmp_path / ARCHIVE_NAME).stat().st_mode) == 0o640
    assert len(archives) > 2
    with open_snapshot(tmp_path) as snapshot:
        assert rows(snapshot, "SELECT count(*) > 50 AS many FROM articles")[0]["many"]
