"""Show the parts of a run as Prefect task runs: whoever looks at a flow run sees how far it has come, and which part took its time.

A part is a batch of polls, pages or articles: each is done at once, in the flow's own thread, as without Prefect. What it works on and what
it returns stay beside Prefect, which would hash them, walk through them, or keep them: pages are hostile, large, and none of its business.
"""

from collections.abc import Callable
from contextvars import copy_context
from typing import TypeVar

from prefect import State, task
from prefect.cache_policies import NO_CACHE
from prefect.states import Completed, Failed
from prefect.utilities.annotations import quote

from tidings.pipeline.run import Step

# What comes later in a run goes without. A run of 1,000 feeds with as many pages as one may read has 45 at most; a backlog may have any number.
PARTS_MAX = 64
PARTS_MAX_BESIDE_WORKERS = 24  # there chunks are task runs too: 40 for 4,000 feeds and pages

Result = TypeVar("Result")


def task_runs(most: int = PARTS_MAX) -> Step:
    """Return a step of the pipeline that makes a task run of each of the first `most` parts of one run."""
    left = iter(range(most))

    def step(name: str, work: Callable[[], Result], /) -> Result:
        return work() if next(left, None) is None else _seen(name, work)

    return step


def _seen(name: str, work: Callable[[], Result]) -> Result:
    """Do the work within a task run. Whatever becomes of the task run: the work is done once, and what it raises is raised."""
    # In the flow's context, not the task run's: a chunk sent to workers takes its context along, which must hold nothing of ours.
    of_flow = copy_context()
    begun: list[str] = []
    done: list[Result] = []
    broken: list[Exception] = []

    def do() -> str:
        begun.append(name)
        try:
            done.append(of_flow.run(work))
        except Exception as error:  # noqa: BLE001 - it is raised below, as without Prefect, which would log what it holds
            broken.append(error)
            return type(error).__name__
        return ""

    try:
        part.with_options(name=name)(quote(do), return_state=True)
    except Exception:  # Prefect's own: nobody sees the part, that is all
        if begun and not done and not broken:
            raise
    if broken:
        raise broken[0]
    return done[0] if begun else work()


@task(cache_policy=NO_CACHE, persist_result=False, log_prints=False, retries=0)  # whatever the environment of a worker says
def part(do: Callable[[], str]) -> State[None]:
    """Do a part of a run; in Prefect it failed with the name of the error, and no more."""
    failure = do()
    return Failed(message=failure) if failure else Completed()
