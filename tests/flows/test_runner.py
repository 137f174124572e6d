"""The parts of a run as task runs."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from tidings.pipeline.run import at_once

pytestmark = pytest.mark.prefect

CODE = """
from prefect import flow
from flows.runner import task_runs

class Secret(Exception):
    pass

def fail():
    raise Secret("http://secret.example/feed?key=1")

@flow
def stepping(count):
    step = task_runs()
    assert [step("polls", lambda number=number: {"page": number}) for number in range(count)] == [{"page": number} for number in range(count)]

@flow
def breaking():
    step = task_runs()
    assert step("polls", lambda: None) is None
    try:
        step("pages", fail)
    except Secret as error:
        assert str(error) == "http://secret.example/feed?key=1"
        return
    raise AssertionError("nothing was raised")

stepping(100)
breaking()
"""


CANCELLED = """
import json, os, time, urllib.request
from prefect import flow
from flows.runner import task_runs

def ask(path, body):
    request = urllib.request.Request(os.environ["PREFECT_API_URL"] + path, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)

def cancel():
    for _ in range(240):  # the server takes them in batches
        if found := ask("/task_runs/filter", {"flows": {"name": {"any_": ["cancelling"]}}}):
            return ask(f"/task_runs/{found[0]['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})["status"]
        time.sleep(0.5)

@flow
def cancelling():
    step = task_runs()
    assert step("polls", cancel) == "ACCEPT"
    assert step("pages", lambda: "done") == "done"

cancelling()
"""


def test_a_task_run_cancelled_at_the_server_is_done_all_the_same(api: Any) -> None:
    """Cancelled while its part is at work, a task run changes nothing: the part ends, the next one follows, the flow completes."""
    done = subprocess.run([sys.executable, "-c", CANCELLED], env=api.env, capture_output=True, timeout=240, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert [run["state"]["type"] for run in api.ended("cancelling")] == ["COMPLETED"]


def test_a_step_alone_does_its_work() -> None:
    """Without Prefect a step is the call itself: its result, and what it raises."""
    assert at_once("polls", lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        at_once("polls", lambda: 1 // 0)


def test_parts_become_task_runs_up_to_a_bound(api: Any, tools: SimpleNamespace) -> None:
    """Of a hundred parts all are done in order, 64 as task runs; one that fails raises what it raised, and the server learns the name of the error alone."""
    done = subprocess.run([sys.executable, "-c", CODE], env=api.env, capture_output=True, timeout=240, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    counted = {"task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}}, "flows": {"name": {"any_": ["stepping"]}}}
    tools.wait_for(lambda: api.ask("/task_runs/count", counted) == 64, 120)
    assert api.ask("/task_runs/count", {"flows": {"name": {"any_": ["stepping"]}}}) == 64
    found = tools.wait_for(lambda: len(one := api.ask("/task_runs/filter", {"flows": {"name": {"any_": ["breaking"]}}})) == 2 and one, 120)
    ended = tools.wait_for(
        lambda: (
            {one["name"].partition("-")[0]: one["state"]["message"] for one in _ended(api)}.keys() == {"polls", "pages"} and _ended(api)
        ),
        120,
    )
    assert len(found) == len(ended) == 2
    assert {one["name"].partition("-")[0]: (one["state"]["type"], one["state"]["message"]) for one in ended} == {
        "polls": ("COMPLETED", ""),
        "pages": ("FAILED", "Secret"),
    }
    assert "secret.example" not in str(api.ask("/logs/filter", {"limit": 200}))
    assert "secret.example" not in str(ended)


def _ended(api: Any) -> list[Any]:
    wanted = {"flows": {"name": {"any_": ["breaking"]}}, "task_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED"]}}}}
    return list(api.ask("/task_runs/filter", wanted))
