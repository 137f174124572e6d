"""The bound of the task runs of a run, and what Prefect's own troubles cost it, with a plain object in the place of Prefect."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import runner

pytestmark = pytest.mark.prefect


class Tasks:
    """Be the task: note the names, do the work, and break before or after it where told."""

    def __init__(self, breaks: str = "") -> None:
        self.names: list[str] = []
        self.breaks = breaks

    def with_options(self, *, name: str) -> Callable[..., None]:
        """Return what makes a task run of that name."""

        def make(do: Any, *, return_state: bool) -> None:
            assert return_state
            self.names.append(name)
            if self.breaks == "before":
                raise RuntimeError("nobody answers")
            do.unquote()()
            if self.breaks == "after":
                raise RuntimeError("nobody answers")

        return make


@pytest.fixture(scope="module")
def patched() -> Any:
    """Put the old task back at the end."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@given(st.lists(st.sampled_from(["polls", "pages", "articles"]), max_size=400), st.sampled_from(["", "before", "after"]), st.booleans())
def test_any_number_of_parts_is_at_most_64_task_runs(patched: Any, names: list[str], breaks: str, workers: bool) -> None:
    """Whatever parts a run has, and whatever becomes of their task runs: each is done once, in order, the first 64 as task runs, beside workers 24."""
    most = runner.PARTS_MAX_BESIDE_WORKERS if workers else runner.PARTS_MAX
    assert most == (24 if workers else 64)
    tasks, done = Tasks(breaks), []
    patched.setattr(runner, "part", tasks)
    step = runner.task_runs(most)

    def work(number: int) -> int:
        done.append(number)
        return number

    assert [step(name, lambda number=number: work(number)) for number, name in enumerate(names)] == list(range(len(names)))
    assert done == list(range(len(names)))
    assert tasks.names == names[:most]


@pytest.mark.parametrize("breaks", ["", "before", "after"])
def test_the_first_error_is_told(patched: Any, breaks: str) -> None:
    """What the work raises is raised, not what Prefect made of it, and the work is not done again."""
    calls = []
    patched.setattr(runner, "part", Tasks(breaks))

    def work() -> None:
        calls.append(1)
        raise KeyError("the first")

    with pytest.raises(KeyError, match="the first"):
        runner.task_runs()("polls", work)
    assert calls == [1]
