"""A work pool on a real server: `prefect.yaml` deployed with Prefect's own command, and a worker that runs what is scheduled."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = pytest.mark.prefect

ROOT = Path(__file__).parents[2]


def prefect(env: dict[str, str], *words: str) -> str:
    """Run Prefect's command in the repository and return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_worker_runs_what_the_file_deploys(week_config: Path, api: Any, start: Any, tools: SimpleNamespace) -> None:
    """The words of the guide: a process worker makes its pool, the four flows are deployed to it, and a run ends Completed. So they are to a docker pool."""
    elsewhere = week_config.parent / "worker"
    elsewhere.mkdir()
    env = api.env | {"TIDINGS_CONFIG": str(week_config)}
    worker = start("-m", "prefect", "worker", "start", "--pool", "tidings-process", "--type", "process", env=env, cwd=elsewhere)
    tools.wait_for(lambda: [one for one in api.ask("/work_pools/filter", {}) if one["name"] == "tidings-process"], 120, worker)
    prefect(api.env, "work-pool", "create", "tidings-docker", "--type", "docker")
    for pool in ("process", "docker"):
        prefect(api.env | {"TIDINGS_CONFIG_FOLDER": "/desk"}, "--no-prompt", "deploy", "--name", pool)

    found = {(one["name"], one["entrypoint"]): one for one in api.ask("/deployments/filter", {}) if one["name"] != "tidings"}
    flows = ("ingest", "digest", "deliver", "upkeep")
    assert set(found) == {(pool, f"flows.{flow}.{flow}") for pool in ("process", "docker") for flow in flows}
    assert {one["global_concurrency_limit"]["limit"] for one in found.values()} == {1}
    assert {one["parameters"] == {} and not one["pull_steps"] for one in found.values()} == {True}
    assert found["docker", "flows.ingest.ingest"]["job_variables"]["volumes"][1] == "/desk:/config:ro"

    deployment = found["process", "flows.upkeep.upkeep"]["id"]
    asked = api.ask(f"/deployments/{deployment}/create_flow_run", {"state": {"type": "SCHEDULED"}})["id"]
    [run] = tools.wait_for(lambda: api.all_ended([asked]), 180, worker)
    assert run["state"]["type"] == "COMPLETED", run["state"]
    assert (week_config.parent / "data").is_dir()
    tools.stop(worker)
    prefect(api.env, "--no-prompt", "deployment", "delete", "--all")
