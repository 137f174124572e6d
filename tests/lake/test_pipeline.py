"""A lake that cannot be used is a named failure that holds up nothing, shows no secret, and is made good by the next call."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fakes import settings
from lake_desk import NOW, Desk, add_reports, differences, sqlite_desk

from tidings.model import Lake
from tidings.pipeline.lake import LakeState, lake_state, publish_lake, reader_sql

pytestmark = pytest.mark.slow  # real processes, a real PostgreSQL
SECRET = "hush-hush-password"


def brought(desk: Desk, lake: Lake, hours: int = 0, *, upkeep: bool = False) -> LakeState:
    """Bring up a lake as a run would."""
    state = publish_lake(replace(settings(desk.folder, ()), data=desk.folder, lake=lake), NOW + timedelta(hours=hours), upkeep=upkeep)
    assert state is not None
    return state


@pytest.fixture
def published(tmp_path: Path) -> Desk:
    """Return a desk that has published something."""
    desk = sqlite_desk(tmp_path)
    with desk.store() as store:
        add_reports(store, 1, 2, 3)
    return desk


def hidden_everywhere(desk: Desk, *said: str) -> bool:
    """Tell whether the secret is in nothing that was said, and in no file of the data folder."""
    files = [path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()]
    return not any(SECRET in one for one in said) and not any(SECRET.encode() in one for one in files)


def test_an_outage_is_told_and_made_good(published: Desk, tmp_path: Path) -> None:
    """While the catalog cannot be written each call says so, since when; the first one after it brings all of it, and says nothing more."""
    (tmp_path / "lake.sqlite").mkdir()  # nobody can open that as a file
    first, second = brought(published, published.lake), brought(published, published.lake, 1)
    assert "the lake cannot be used" in first.trouble
    assert (first.trouble_since, second.trouble_since) == (NOW, NOW)
    assert "behind since 2020-02-20 07:30 UTC" in second.line
    with published.store() as store:
        add_reports(store, 4)
    (tmp_path / "lake.sqlite").rmdir()
    after = brought(published, published.lake, 2)
    assert (after.trouble, after.trouble_since) == ("", None)
    assert after == lake_state(replace(settings(published.folder, ()), data=published.folder))
    with published.both() as connection:
        assert differences(connection) == {}


def test_what_was_published_already_asks_nobody(published: Desk, tmp_path: Path) -> None:
    """With nothing new the lake is not even opened: one that went away meanwhile is no trouble until there is something for it."""
    before = brought(published, published.lake)
    shutil.rmtree(tmp_path / "lake")
    assert brought(published, published.lake, 1) == before


def test_a_closed_port_is_a_plain_failure(published: Desk) -> None:
    """Nobody listens: one line that names the server and no secret."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        lake = replace(published.lake, catalog=f"postgres:host=127.0.0.1 port={port} dbname=lake user=tidings", password=SECRET)
        trouble = brought(published, lake).trouble
    assert "refused" in trouble
    assert "\n" not in trouble
    assert hidden_everywhere(published, trouble, repr(lake))


def test_a_server_that_hangs_takes_no_longer_than_its_time(published: Desk) -> None:
    """A server that accepts and says nothing is given up after lake.timeout_s, whatever it waits for."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        accepted: list[socket.socket] = []
        threading.Thread(target=lambda: accepted.append(mute.accept()[0]), daemon=True).start()
        port = mute.getsockname()[1]
        catalog = f"postgres:host=127.0.0.1 port={port} dbname=lake user=tidings"
        start = time.monotonic()
        trouble = brought(published, replace(published.lake, catalog=catalog, timeout_s=6.0)).trouble
        assert "within 6 s (lake.timeout_s)" in trouble
        assert time.monotonic() - start < 60


def test_the_password_is_checked_and_never_shown(published: Desk, postgres: object) -> None:
    """A wrong password is refused without being repeated; the right one stands in no file and in no answer."""
    right = postgres.lake("passwords", published.folder.parent / "lake")  # type: ignore[attr-defined]
    wrong = brought(published, replace(right, password=SECRET))
    assert "authentication failed" in wrong.trouble
    assert hidden_everywhere(published, wrong.trouble)
    state = brought(published, right, 1)
    assert state.trouble == ""
    told = json.dumps([state.line, *reader_sql(right)]) + repr(right)
    assert right.password not in told
    files = [path for path in published.folder.parent.rglob("*") if path.is_file()]
    assert not [path for path in files if right.password.encode() in path.read_bytes()]


def test_upkeep_keeps_it_small_and_mends_it(published: Desk) -> None:
    """After many small publications the upkeep leaves few files; rows that somebody took out of the lake, or put in, are put right."""
    for number in range(4, 16):
        with published.store() as store:
            add_reports(store, number)
        published.fulfil()
    with published.both() as connection:
        connection.execute("DELETE FROM lake.core.articles WHERE title LIKE '%2'")
        connection.execute("INSERT INTO lake.core.topics SELECT 'stray', 'Stray', now(), 7")
    counts = brought(published, published.lake, upkeep=True).counts
    with published.both() as connection:
        assert differences(connection) == {}
    later = brought(published, published.lake, 1, upkeep=True).counts
    assert later["lake_files"] <= counts["lake_files"] <= 60
    assert later["lake_bytes"] < 1_000_000


def test_extensions_without_the_extra_are_named(published: Desk) -> None:
    """Where the packages are not installed the failure names what to install, and nothing is fetched from anywhere."""
    blocked = "import sys; [sys.modules.__setitem__(n, None) for n in ('duckdb_extension_ducklake', 'duckdb_extension_sqlite_scanner')]; "
    order = json.dumps(
        {
            "lake": {"catalog": published.lake.catalog, "data_path": published.lake.data_path},
            "folder": str(published.folder),
            "upkeep": False,
        }
    )
    words = [sys.executable, "-c", f"{blocked} from tidings.store.lake_process import main; main()"]
    done = subprocess.run(words, input=order, capture_output=True, text=True, check=True, env=dict(os.environ), timeout=60)
    assert "not installed: pip install 'tidings[lake]'" in json.loads(done.stdout)["error"]
