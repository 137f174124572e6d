"""A server of Prefect that goes while a run is at work: the run is done all the same, and only its telling is lost."""

import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidings.store.database import open_store
from tidings.store.export import export_canonical
from tidings.store.query import query

pytestmark = [pytest.mark.prefect, pytest.mark.slow]  # Prefect asks for its server for two to three minutes before it gives up

CODE = """
import os, signal, sys
from datetime import UTC, datetime
from flows import ingest as module
from flows.runner import task_runs
from flows.start import read_settings
from tidings.pipeline.ingest import ingest

seen, alone, group, now = *sys.argv[1:3], int(sys.argv[3]), datetime.now(UTC)
names = []

def killing_steps(most):
    step = task_runs(most)
    def killing(name, work):
        names.append(name)
        if len(names) == 2:
            os.killpg(group, signal.SIGKILL)
        return step(name, work)
    return killing

module.task_runs, module.clock = killing_steps, lambda: now
ingest(read_settings(alone), now)
try:
    module.ingest(seen)
finally:
    print(*names, sep=",", flush=True)
"""


def answers(url: str) -> bool:
    """Tell whether a server answers."""
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def known(data: Path) -> str:
    """Return all that a store knows."""
    out = StringIO()
    with open_store(data, 5.0) as connection:
        assert export_canonical(connection, out) > 20
    return out.getvalue()


def test_a_server_killed_in_the_middle_costs_the_telling(week_config: Path, tmp_path: Path, start: Any, tools: SimpleNamespace) -> None:
    """The server killed after the first part: every part is done, once, and the store is that of a run without Prefect; the flow ends with an error."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url, home = f"http://127.0.0.1:{port}/api", tmp_path / "home"
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    env = kept | {"PREFECT_HOME": str(home), "PREFECT_API_URL": url, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    server = start("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui", env=env, cwd=home)
    tools.wait_for(lambda: answers(url), 180, server)
    alone = tmp_path / "alone" / "config"
    shutil.copytree(week_config, alone)
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(week_config), str(alone), str(server.pid)],
        env=env, capture_output=True, timeout=300, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr[-3000:]
    assert "ConnectError" in done.stderr
    assert done.stdout.strip().splitlines()[-1] == "polls,pages,pages again,articles,publish"
    data = week_config.parent / "data"
    assert known(data) == known(alone.parent / "data")
    assert query(data, "SELECT outcome FROM runs", None)[1] == [("done",)]
