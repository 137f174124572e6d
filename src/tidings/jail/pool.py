"""Call functions on hostile bytes in child processes that may be killed.

Each child has a thread of the parent to itself, and a pipe: nothing is shared between children, so the death of one, in whatever
moment, touches no other. A pool from a library shares a pipe and a lock among its children and unpickles what they write.
"""

import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from queue import SimpleQueue
from threading import Lock, Thread
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from tidings.errors import JailError
from tidings.jail import answers, child
from tidings.jail.keeper import JailFailure, Keeper, NotTakenError

# the language stage stays outside: it reads bounded text, and its library unpacks a model to a temporary file
PRELOAD = ("tidings.stages.parse", "tidings.stages.extract", "tidings.stages._reader")
CHILDREN_MAX = 4  # chosen by itself; more can be configured
AHEAD_BYTES_MAX = 64 * 1024 * 1024  # of tasks that wait or run
_AHEAD = 2  # tasks sent ahead per child: it never waits, and a batch is never held in memory whole
_GROWN_SHARE = 0.5  # of the memory limit: a child that keeps more after a task makes room for a new one
_TRIES = 3  # of a task that no child took: children that die idle are nobody's fault, but not for ever

Result = TypeVar("Result")
Item = TypeVar("Item")


def children_here() -> int:
    """Return how many children fit this machine: one for each core that we may use, at most `CHILDREN_MAX`."""
    try:
        core_count = len(os.sched_getaffinity(0))
    except AttributeError:  # not on macOS
        core_count = os.cpu_count() or 1
    return min(core_count, CHILDREN_MAX)


@dataclass(frozen=True, slots=True)
class _Task:
    packed: bytes
    hint: Any  # what is to come back
    future: "Future[Any]" = field(default_factory=Future)


class Jail:
    """Keep children that run one task at a time under limits.

    `cpu_s` (whole seconds are counted) and `wall_s` are per task, `memory_mb` is what a task may take beyond
    a fresh child, `answer_mb` what it may answer, `recycle_count` is after how many tasks a child is replaced; one that keeps half of
    its memory limit is replaced at once. `children`: how many at most, started as they are needed; 0 chooses by the machine.
    Functions cross by name: they stand at the top of a module that is named in `preload` or belongs to an installed package, or are a
    `functools.partial` of such, and say what they return, in types that `answers` knows. Use it as a context manager: leaving it ends
    the children.
    """

    def __init__(
        self,
        cpu_s: float = 10.0,
        memory_mb: int = 512,
        wall_s: float = 20.0,
        recycle_count: int = 2_000,
        *,
        children: int = 1,
        answer_mb: int = 64,
        preload: tuple[str, ...] = PRELOAD,
    ) -> None:
        self._limits = child.Limits(cpu_s, memory_mb, answer_mb * 1024 * 1024)
        self._wall_s = wall_s
        self._recycle_count = recycle_count
        self._grown_max = int(memory_mb * 1024 * 1024 * _GROWN_SHARE)
        self._children = children or children_here()
        self._preload = preload
        self._tasks: SimpleQueue[_Task | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self._keepers: set[Keeper] = set()
        self._open_count = 0
        self._ending = False
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._ending = False
        resource_tracker.ensure_running()  # it unblocks the signal in whichever thread first needs it
        started: Future[None] = Future()
        self._start_thread(started)
        try:
            started.result()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._end()

    def call(self, function: Callable[..., Result], *args: Any) -> Result | JailFailure:
        """Run `function(*args)` in a child and return its result, or why there is none."""
        return cast("Result | JailFailure", _result(self._send(function, _packed(function, args))))

    def map(self, function: Callable[..., Result], *iterables: Iterable[Any]) -> Iterator[Result | JailFailure]:
        """Run the function on each item (on one item of each iterable, as the built-in map does), in order.

        Items are taken as children come free. One item's failure never touches another's result.
        """
        waiting: deque[_Task] = deque()
        try:
            for args in zip(*iterables, strict=False):
                waiting.append(self._send(function, _packed(function, args)))
                if len(waiting) >= self._children * _AHEAD:
                    yield _result(waiting.popleft())
            while waiting:
                yield _result(waiting.popleft())
        finally:
            _forget(waiting)

    def each(
        self, function: Callable[..., Result], items: Iterable[tuple[Item, tuple[Any, ...] | None]]
    ) -> Iterator[tuple[Item, Result | JailFailure | None]]:
        """Run the function on the arguments of each item; yield items with their results as they come, in no order.

        An item without arguments (None) comes back at once, with None.
        While the next item is waited for, the children work. At most `_AHEAD` tasks a child and `AHEAD_BYTES_MAX` bytes are on
        their way. Who stops reading abandons what is left.
        """
        waiting: dict[Future[Any], tuple[Item, _Task]] = {}
        ahead_bytes = 0
        try:
            for item, args in items:
                if args is None:
                    yield item, None
                    continue
                packed = _packed(function, args)
                while waiting and (len(waiting) >= self._children * _AHEAD or ahead_bytes + len(packed) > AHEAD_BYTES_MAX):
                    for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                        other, task = waiting.pop(done)
                        ahead_bytes -= len(task.packed)
                        yield other, _result(task)
                task = self._send(function, packed)
                waiting[task.future] = (item, task)
                ahead_bytes += len(packed)
            while waiting:
                for done in wait(waiting, return_when=FIRST_COMPLETED).done:
                    other, task = waiting.pop(done)
                    yield other, _result(task)
        finally:
            _forget(task for _, task in waiting.values())

    def _send(self, function: Callable[..., Any], packed: bytes) -> _Task:
        task = _Task(packed, answers.returned(function))
        with self._lock:
            if self._ending or not self._threads:
                raise JailError("the jail is not open")
            self._open_count += 1
            more = self._open_count > len(self._threads) and len(self._threads) < self._children
        if more:
            self._start_thread(Future())
        self._tasks.put(task)
        return task

    def _start_thread(self, started: "Future[None]") -> None:
        thread = Thread(target=self._work, args=(started,), name=f"tidings-jail-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _work(self, started: "Future[None]") -> None:
        """Keep one child, and give it one task after another: the body of a thread. Children die with the thread that started them."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        keeper: Keeper | None = None
        try:
            keeper = self._new_keeper()
            started.set_result(None)
        except Exception as error:  # noqa: BLE001 - told to whoever opened the jail; a later child is tried again with its task
            started.set_exception(error)
        while (task := self._tasks.get()) is not None:
            try:
                keeper = self._attend(keeper, task)
            finally:
                with self._lock:
                    self._open_count -= 1
        if keeper is not None:
            self._drop(keeper)

    def _attend(self, keeper: Keeper | None, task: _Task) -> Keeper | None:
        """Have one task done; return the child for the next, if there is one."""
        if self._ending:
            task.future.cancel()
        if not task.future.set_running_or_notify_cancel():
            return keeper
        try:
            keeper, answer = self._ask(keeper, task)
            result = _unpacked(keeper, task, answer)
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the answer
            if keeper is not None:
                self._drop(keeper)
            task.future.set_exception(error)
            return None
        if keeper.gone or keeper.task_count >= self._recycle_count or keeper.grown_bytes() > self._grown_max:
            self._drop(keeper)
            keeper = None
        task.future.set_result(result)
        return keeper

    def _ask(self, keeper: Keeper | None, task: _Task) -> tuple[Keeper, bytes | JailFailure]:
        for _ in range(_TRIES):
            keeper = keeper or self._new_keeper()
            try:
                return keeper, keeper.ask(task.packed, self._wall_s)
            except NotTakenError:
                self._drop(keeper)
                keeper = None
            except JailError:
                self._drop(keeper)
                raise
        raise JailError(f"{_TRIES} child processes for parsing ended one after another before they took a task")

    def _new_keeper(self) -> Keeper:
        is_ending = self._ending
        if is_ending:
            raise JailError("the jail is closed")
        try:
            keeper = Keeper(self._limits, self._preload)
        except OSError as error:
            raise JailError(
                f"no child process for parsing can be started ({error}): may this user run Python, and start processes?"
            ) from error
        with self._lock:
            if not self._ending:
                self._keepers.add(keeper)
                return keeper
        keeper.end()
        raise JailError("the jail is closed")

    def _drop(self, keeper: Keeper) -> None:
        keeper.end()
        with self._lock:
            self._keepers.discard(keeper)

    def _end(self) -> None:
        """End children and threads; what waits is cancelled."""
        with self._lock:
            self._ending = True
            for keeper in self._keepers:
                keeper.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        self._tasks = SimpleQueue()


def _packed(function: Callable[..., Any], args: tuple[Any, ...]) -> bytes:
    return pickle.dumps((function, args), pickle.HIGHEST_PROTOCOL)


def _forget(tasks: Iterable[_Task]) -> None:
    """Cancel what no child has taken; what one works on ends by its limits, and is not looked at."""
    for task in tasks:
        task.future.cancel()


def _unpacked(keeper: Keeper, task: _Task, answer: bytes | JailFailure) -> Any:
    """Build what was promised of an answer; a child that says something else has been taken over, or is out of step."""
    if isinstance(answer, JailFailure):
        return answer
    try:
        return answers.unpack(task.hint, answer)
    except answers.NotOfTypeError:
        keeper.end()
        return JailFailure("error", "an answer that is none")


def _result(task: _Task) -> Any:
    try:
        return task.future.result()
    except CancelledError:
        return JailFailure("crash", "the jail was closed")
