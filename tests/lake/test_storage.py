"""Parquet in object storage: DuckDB's own client against a loopback server that speaks S3 (tests/object_store.py), and against moto where one is named.

There is no server of others to test with in every run: Debian has none, the Python packages that are small are young and of one author each, and
moto with its server brings boto3, Flask and what they need into the lock for one test. TIDINGS_MOTO_SERVER=/path/of/moto_server adds it by hand.
"""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from lake_desk import Desk, add_reports, differences, sqlite_desk
from object_store import object_store

from tidings.errors import LakeError

MOTO = os.environ.get("TIDINGS_MOTO_SERVER", "")
_START_S = 60.0

pytestmark = pytest.mark.slow  # a real lake, hundreds of requests


@contextmanager
def moto() -> Iterator[str]:
    """Start moto on a free port of this machine, with an empty bucket `desk`; yield its address."""
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


def stored_at(folder: Path, address: str) -> Desk:
    """Return a desk whose lake has its Parquet in the bucket `desk` of a server."""
    desk = sqlite_desk(folder)
    return Desk(desk.folder, replace(desk.lake, data_path="s3://desk/tidings/", s3_key="id", s3_secret="hush", s3_endpoint=address))


def shows_what_is_published(desk: Desk) -> None:
    """Rows come, change and go, and the upkeep runs: THE LAW holds, and nothing lies on this disk."""
    with desk.store() as store:
        add_reports(store, *range(1, 30))
    desk.fulfil()
    with desk.store() as store:
        add_reports(store, *range(30, 45))
        store.execute("UPDATE core.articles SET title = title || '!', change = core.change_now() WHERE text LIKE '%7%'")
    assert not desk.fulfil(upkeep=True)["anew"]
    with desk.both() as connection:
        assert differences(connection) == {}
    assert not (desk.folder.parent / "lake").exists()


def test_a_lake_in_object_storage_shows_what_is_published(tmp_path: Path) -> None:
    """With all Parquet in a bucket of a loopback server THE LAW holds; all lies under the lake's prefix, and every request was signed with its key."""
    with object_store("id") as server:
        shows_what_is_published(stored_at(tmp_path, server.address))
        assert server.objects
        assert all(path.startswith("/desk/tidings/") for path in server.objects)
        assert all(body.startswith(b"PAR1") for body, _ in server.objects.values())
        assert server.refused == 0
        assert not server.parts


def test_storage_that_refuses_the_key_is_named(tmp_path: Path) -> None:
    """A key that the server does not know is an error without the secret in it; so is a place with Parquet files of others."""
    with object_store("another") as server:
        desk = stored_at(tmp_path, server.address)
        with desk.store() as store:
            add_reports(store, 1)
        with pytest.raises(LakeError, match="the lake cannot be used") as refused:
            desk.fulfil()
        assert "hush" not in str(refused.value)
        assert server.refused
    with object_store("id") as server:
        server.objects["/desk/tidings/sales.parquet"] = (b"PAR1", time.time())
        with pytest.raises(LakeError, match="a place of its own"):
            stored_at(tmp_path, server.address).fulfil()
        assert "/desk/tidings/sales.parquet" in server.objects


@pytest.mark.skipif(not MOTO, reason="TIDINGS_MOTO_SERVER names no moto_server: see this module")
def test_the_same_with_moto(tmp_path: Path) -> None:
    """So it does on a server of others."""
    with moto() as address:
        shows_what_is_published(stored_at(tmp_path, address))
