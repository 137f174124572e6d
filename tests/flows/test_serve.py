"""A real Prefect server, the flows served in a process of their own, the sample week on loopback."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tidings.demo.week import demo_feeds
from tidings.store.query import query

pytestmark = pytest.mark.prefect


def test_schedules_fire_and_runs_end(week_config: Path, api: Any, start: Any, tools: SimpleNamespace) -> None:
    """Served from a foreign folder, scheduled runs of ingest, digest and deliver end Completed; twelve more at once change nothing."""
    elsewhere = week_config.parent / "elsewhere"
    elsewhere.mkdir()
    serving = start("-m", "flows", env=api.env | {"TIDINGS_CONFIG": str(week_config)}, cwd=elsewhere)
    runs = {flow: tools.wait_for(lambda flow=flow: api.ended(flow), 240, serving)[0] for flow in ("ingest", "digest", "deliver")}

    assert {flow: (run["state"]["type"], run["auto_scheduled"]) for flow, run in runs.items()} == dict.fromkeys(
        runs, ("COMPLETED", True)
    ), runs
    assert " entries: " in runs["ingest"]["state"]["message"]
    assert runs["digest"]["state"]["message"].startswith("1 composed: desk (")
    assert runs["deliver"]["state"]["message"] == "1 sent"

    data = week_config.parent / "data"
    entries = query(data, "SELECT id, outcome FROM entries ORDER BY id", None)[1]
    assert len(entries) > 10
    assert query(data, "SELECT state FROM deliveries", None)[1] == [("sent",)]
    assert len(list((data / "editions").rglob("*[0-9a-f].html"))) == 1  # beside it perhaps the full one

    reports = {one["key"]: one["data"] for one in api.ask("/artifacts/latest/filter", {})}
    assert {"tidings-ingest", "tidings-digest", "tidings-deliver"} <= set(reports)
    assert "| entries | |" in reports["tidings-ingest"]
    assert reports["tidings-edition-desk"].startswith("# Tidings: ")
    assert "this is the first edition" in reports["tidings-edition-desk"]
    health = json.loads(reports["tidings-feeds"])
    assert {row["state"] for row in health} <= {"fine", "failing", "silent", "new"}
    assert len(health) == len(demo_feeds())
    wanted = {"flow_runs": {"id": {"any_": [runs["ingest"]["id"]]}}}
    parts = tools.wait_for(lambda: len(seen := api.ask("/task_runs/filter", wanted)) >= 5 and seen, 60, serving)
    assert Counter(one["name"].partition("-")[0] for one in parts) == Counter(["polls", "pages", "articles", "pages again", "publish"])
    assert api.ask("/task_runs/count", {"flows": {"name": {"any_": ["digest", "deliver"]}}}) == 0

    deployments = {one["entrypoint"]: one for one in api.ask("/deployments/filter", {})}
    assert set(deployments) == {f"flows.{name}.{name}" for name in ("ingest", "digest", "deliver", "upkeep")}
    for one in deployments.values():
        assert one["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert one["global_concurrency_limit"]["limit"] == 1

    path = f"/deployments/{deployments['flows.ingest.ingest']['id']}/create_flow_run"
    asked = [api.ask(path, {"state": {"type": "SCHEDULED"}})["id"] for _ in range(12)]
    ended = tools.wait_for(lambda: api.all_ended(asked), 240, serving)
    states = Counter(run["state"]["type"] for run in ended)
    assert set(states) <= {"COMPLETED", "CANCELLED"}
    assert states["COMPLETED"] >= 1
    assert query(data, "SELECT id, outcome FROM entries ORDER BY id", None)[1] == entries

    tools.stop(serving)
    assert serving.returncode == 0
    storage = Path(api.env["PREFECT_HOME"]) / "storage"
    assert not storage.exists() or not list(storage.rglob("*"))
    logs = json.dumps(api.ask("/logs/filter", {"limit": 200}))
    assert "1 composed: desk (" in logs
    assert [word for word in ("http://", "https://", str(data)) if word in logs] == []
    old = api.schedules()
    again = start("-m", "flows", str(week_config), env=api.env, cwd=elsewhere)
    new = tools.wait_for(lambda: (found := api.schedules()) != old and found, 180, again)
    assert (len(old), len(new)) == (4, 4)
    tools.stop(again)


def test_a_wrong_configuration_ends_a_run_failed(week_config: Path, api: Any) -> None:
    """A run whose configuration is wrong ends Failed, and its state's message holds every problem of every file."""
    (week_config / "settings.toml").write_text("[network]\ntimeout = 5\n", encoding="utf-8")
    (week_config / "channels.toml").write_text('[[recipient]]\nname = "desk"\nchannel = "pigeon"\n', encoding="utf-8")
    code = f"from flows.digest import digest; digest({str(week_config)!r})"
    done = subprocess.run([sys.executable, "-c", code], env=api.env, capture_output=True, timeout=240, text=True, check=False)
    assert done.returncode == 1
    run = api.ended("digest")[-1]
    assert run["state"]["type"] == "FAILED"
    assert "settings.toml:2: network.timeout: expected" in run["state"]["message"]
    assert "did you mean timeout_s?" in run["state"]["message"]
    assert "channels.toml:3: recipient" in run["state"]["message"]


def test_a_delivery_that_fails_ends_its_run_failed(week_config: Path, api: Any) -> None:
    """Where a delivery did not arrive, deliver ends Failed and says whose, and why; nothing is lost."""
    (week_config.parent / "data").mkdir()
    (week_config.parent / "data" / "editions").write_text("a file where a folder should be", encoding="utf-8")
    code = (
        "from flows.ingest import ingest; from flows.digest import digest; from flows.deliver import deliver;"
        f" ingest({(c := str(week_config))!r}); digest({c!r}); deliver({c!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], env=api.env, capture_output=True, timeout=240, text=True, check=False)
    assert done.returncode == 1
    run = api.ended("deliver")[-1]
    assert run["state"]["type"] == "FAILED"
    assert run["state"]["message"].startswith("1 pending; desk by file: pending (")


@pytest.mark.parametrize(
    ("spoil", "with_server", "said"),
    [
        pytest.param("", False, "PREFECT_API_URL", id="no server: it would schedule nothing, in silence"),
        pytest.param("[network]\ntimeout = 5\n", True, "did you mean timeout_s?", id="wrong configuration"),
    ],
)
def test_refuses_to_serve(week_config: Path, api: Any, spoil: str, with_server: bool, said: str) -> None:
    """Serving ends with exit code 2 and says what is wrong."""
    if spoil:
        (week_config / "settings.toml").write_text(spoil, encoding="utf-8")
    env = {name: value for name, value in api.env.items() if with_server or name != "PREFECT_API_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "flows", str(week_config)], env=env, capture_output=True, timeout=240, text=True, check=False
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
