"""Have hostile bytes read on other machines: chunks of feeds and pages as Prefect task runs on Dask.

TIDINGS_WORKERS names the scheduler of a Dask cluster whose workers are all ours. Without it, or where no worker can be had, a run does
everything itself: the same stages, the same store after it. What a worker leaves undone is done by the flow, and told.
"""

from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from tidings.config import Settings
from tidings.errors import ConfigError, Problem
from tidings.pipeline.run import Doors
from tidings.pipeline.workers import FarJail, open_far_doors, work_off

WORKERS_VARIABLE = "TIDINGS_WORKERS"
_ANSWER_S_MAX = 10.0  # for the scheduler to answer


# Nothing of a chunk is kept, hashed or walked through: pages are hostile, large, and none of Prefect's business. It is done again where a
# worker was killed (Dask does so three times), and in the end by the flow.
@task(name="chunk", cache_policy=NO_CACHE, persist_result=False, log_prints=False, retries=0)
def chunk(words: bytes) -> list[bytes]:
    """Work off a chunk in the jail of the process that this runs in."""
    return work_off(words)


class DaskWorkers:
    """Send chunks through an open DaskTaskRunner."""

    def __init__(self, runner: Any) -> None:
        self._runner = runner

    def send(self, words: bytes) -> "Future[list[bytes]]":
        """Submit a task run; its result comes as the future's, what went wrong as its exception."""
        future: Future[list[bytes]] = Future()
        sent = self._runner.submit(chunk, parameters={"words": words})
        sent.add_done_callback(lambda done: _settle(future, done))
        return future

    def thread_count(self) -> int:
        """Ask the scheduler how many threads its workers have; 0 when it does not say."""
        try:
            return sum(self._runner.client.nthreads(callback_timeout=_ANSWER_S_MAX).values())
        except Exception:  # noqa: BLE001 - closed, broken or silent: nobody is there
            return 0


def _settle(future: "Future[list[bytes]]", done: Any) -> None:
    """Hand on what a task run came to, if it is still waited for."""
    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(done.result())
    except BaseException as error:  # noqa: BLE001 - also a cancellation: it belongs to whoever waits
        future.set_exception(error)


@dataclass(slots=True)
class Far:
    """Hold the doors to the workers, none where there are no workers, and what there is to tell of them."""

    doors: Doors | None = None
    jail: FarJail | None = None
    said: str = ""

    def trouble(self) -> str:
        """Say what the workers did not do; empty when nothing."""
        return self.said or (self.jail.trouble() if self.jail else "")


@contextmanager
def workers_of(settings: Settings, environment: Mapping[str, str]) -> Iterator[Far]:
    """Open the doors to the workers that the environment names. Raises ConfigError where it names some and prefect-dask is not installed."""
    address = environment.get(WORKERS_VARIABLE, "")
    if not address:
        yield Far()
        return
    with ExitStack() as stack:
        runner = stack.enter_context(_runner(address))
        workers = DaskWorkers(runner)
        if missing := _missing(runner, workers):
            yield Far(said=f"no workers ({WORKERS_VARIABLE}: {missing}): all was done here")
            return
        yield Far(*stack.enter_context(open_far_doors(settings, workers)))


def _missing(runner: Any, workers: DaskWorkers) -> str:
    """Say why there is nobody to send chunks to; empty when there is."""
    try:
        runner.client  # noqa: B018 - reading it connects
    except Exception as error:  # noqa: BLE001 - an address, a certificate, a network: whatever it is, the run goes on without
        return type(error).__name__
    return "" if workers.thread_count() else "none has come to the scheduler"


def _runner(address: str) -> Any:
    try:
        from prefect_dask.task_runners import DaskTaskRunner  # noqa: PLC0415 - an extra, and two seconds of imports
    except ImportError as error:
        problem = Problem(WORKERS_VARIABLE, "", "prefect-dask, which is not installed: tidings[dask]")
        raise ConfigError((problem,)) from error
    return DaskTaskRunner(address=address, client_kwargs={"timeout": _ANSWER_S_MAX})
