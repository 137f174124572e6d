"""A run killed by force, with all that looked after it: the server notices, ends it, and tells.

Last of the folder: it leaves runs behind that other files would count.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidings.pipeline.lock import hold

pytestmark = pytest.mark.prefect

NOTIFY = """
import sys
from prefect.blocks.notifications import CustomWebhookNotificationBlock
CustomWebhookNotificationBlock(name="ops", url=sys.argv[1], json_data={"text": "{{subject}}: {{body}}"}).save("tidings", overwrite=True)
"""


@pytest.fixture
def told() -> Iterator[SimpleNamespace]:
    """Listen on loopback for what the server tells."""
    texts: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            texts.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/", texts=texts)
    server.shutdown()
    server.server_close()


def start_run(api: Any) -> str:
    """Ask for a run of the upkeep, which nothing else starts meanwhile."""
    [deployment] = [
        one for one in api.ask("/deployments/filter", {}) if one["entrypoint"] == "flows.upkeep.upkeep" and one["name"] == "tidings"
    ]
    return str(api.ask(f"/deployments/{deployment['id']}/create_flow_run", {"state": {"type": "SCHEDULED"}})["id"])


def automations(api: Any) -> dict[str, dict[str, Any]]:
    """Return what the server watches over, by name."""
    found = [one for one in api.ask("/automations/filter", {}) if one["name"].startswith("Tidings")]
    assert len({one["name"] for one in found}) == len(found)
    return {one["name"]: one for one in found}


def test_a_killed_run_is_ended_and_told(week_config: Path, api: Any, start: Any, tools: SimpleNamespace, told: SimpleNamespace) -> None:
    """SIGKILL to the flow and all around it: within two minutes or so the run is Crashed and the block `tidings` was told, once; the next run does the work.

    Serving again leaves the automations as they are: written anew they would forget the run.
    """
    subprocess.run([sys.executable, "-c", NOTIFY, told.url], env=api.env, check=True, capture_output=True, timeout=120)
    folder, data = week_config.parent, week_config.parent / "data"
    data.mkdir()
    with hold(data, "ingest") as mine:  # the upkeep waits for an ingest that is at work
        assert mine
        serving = start("-m", "flows", str(week_config), env=api.env, cwd=folder)
        tools.wait_for(lambda: len(api.schedules()) >= 4, 120, serving)
        run = start_run(api)
        beats = {"filter": {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}}
        tools.wait_for(lambda: api.ask("/events/filter", beats)["events"], 180, serving)
        os.killpg(serving.pid, signal.SIGKILL)
        serving.wait(10)
        assert api.ask(f"/flow_runs/{run}")["state"]["type"] == "RUNNING"
        before = automations(api)
        assert len(before) == 2
        subprocess.run([sys.executable, "-m", "flows", "--automations", str(week_config)], env=api.env, check=True, timeout=120)
        assert automations(api) == before
        [ended] = tools.wait_for(lambda: api.all_ended([run]), 200)
    assert ended["state"]["type"] == "CRASHED"
    lasted = datetime.fromisoformat(ended["end_time"]) - datetime.fromisoformat(ended["start_time"])
    assert 60 < lasted.total_seconds() < 200
    start_of_text = f"A run of Tidings failed: upkeep/{ended['name']}: Crashed: no heartbeat any more"
    tools.wait_for(lambda: any(text.startswith(start_of_text) for text in told.texts), 60)
    assert sum(ended["name"] in text for text in told.texts) == 1

    again = start("-m", "flows", str(week_config), env=api.env, cwd=folder)
    asked = start_run(api)
    [after] = tools.wait_for(lambda: api.all_ended([asked]), 240, again)
    assert after["state"]["type"] == "COMPLETED"
    tools.stop(again)
