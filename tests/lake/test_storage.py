"""Parquet in object storage: on a server that speaks S3, where one is named. TIDINGS_MOTO_SERVER is the path of `moto_server` (pip install 'moto[server]')."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lake_desk import Desk, add_reports, differences, sqlite_desk

MOTO = os.environ.get("TIDINGS_MOTO_SERVER", "")
_START_S = 60.0

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not MOTO, reason="TIDINGS_MOTO_SERVER names no moto_server")]


@pytest.fixture
def storage() -> Iterator[str]:
    """Start a server on a free port of this machine, with an empty bucket `desk`; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([MOTO, "-H", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + _START_S
        while True:
            try:
                urllib.request.urlopen(urllib.request.Request(f"{address}/desk", method="PUT"), timeout=5)
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        yield address
    finally:
        server.terminate()
        server.wait(30)


def test_a_lake_in_object_storage_shows_what_is_published(tmp_path: Path, storage: str) -> None:
    """Rows come, change and go, and the upkeep runs, with all Parquet in a bucket: THE LAW holds, and nothing lies on this disk."""
    desk = sqlite_desk(tmp_path)
    desk = Desk(desk.folder, replace(desk.lake, data_path="s3://desk/tidings/", s3_key="id", s3_secret="hush", s3_endpoint=storage))
    with desk.store() as store:
        add_reports(store, *range(1, 30))
    desk.fulfil()
    with desk.store() as store:
        add_reports(store, *range(30, 45))
        store.execute("UPDATE core.articles SET title = title || '!', change = core.change_now() WHERE text LIKE '%7%'")
    assert not desk.fulfil(upkeep=True)["anew"]
    with desk.both() as connection:
        assert differences(connection) == {}
    assert not (tmp_path / "lake").exists()
