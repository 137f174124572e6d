"""The task runner as a `map`."""

import subprocess
import sys
from itertools import chain
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.prefect

CODE = """
from prefect import flow
from prefect.task_runners import ThreadPoolTaskRunner
from flows.runner import prefect_map
from tidings.text.shingles import text_hash

@flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
def mapped(count):
    items = [f"text {number}" for number in range(count)]
    assert prefect_map(text_hash, iter(items)) == list(map(text_hash, items))

@flow(task_runner=ThreadPoolTaskRunner(max_workers=4))
def raising():
    prefect_map(int, ["1"] * 50 + ["one"] + ["2"] * 50)

mapped(1000)
mapped(0)
try:
    raising()
except ValueError as error:
    print(error)
"""


@given(st.integers(0, 3000))
def test_chunks_are_few_and_whole(count: int) -> None:
    """Put together, the chunks are the items in order; 20 to 65 of them from 80 items on, never an empty one, even in size."""
    from flows.runner import CHUNKS_MAX, chunks  # noqa: PLC0415 - Prefect comes in only where its tests run

    items = list(range(count))
    cut = chunks(items)
    assert list(chain.from_iterable(cut)) == items
    assert len(cut) <= CHUNKS_MAX
    assert len(cut) >= 20 or count < 80
    sizes = {len(one) for one in cut}
    assert not sizes or (min(sizes) > 0 and max(sizes) - min(sizes) <= 1)


def test_maps_through_a_task_runner(api: Any, tools: SimpleNamespace) -> None:
    """In a flow, results are those of the built-in map in the same order, in 64 task runs for 1000 items; what the function raises ends the call."""
    done = subprocess.run([sys.executable, "-c", CODE], env=api.env, capture_output=True, timeout=240, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "invalid literal for int() with base 10: 'one'" in done.stdout
    assert [run["state"]["type"] for run in api.ended("mapped")] == ["COMPLETED", "COMPLETED"]
    tools.wait_for(lambda: api.ask("/task_runs/count", {"flows": {"name": {"any_": ["mapped"]}}}) == 64, 120)
    assert api.ended("raising")[0]["state"]["type"] == "FAILED"
