"""Call functions on hostile bytes in child processes that may be killed.

Built on pebble, which replaces a killed or dead child and fails only the task it held. What pebble cannot
repair itself (a child that dies between tasks breaks its pool) is repaired here by a new pool.
"""

import pickle
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError
from dataclasses import dataclass
from functools import partial
from multiprocessing import resource_tracker
from types import TracebackType
from typing import Any, Self, TypeVar, cast, get_args, get_origin, get_type_hints

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from tidings.errors import JailError
from tidings.jail import child
from tidings.jail.start import BareContext

# the language stage stays outside: it reads bounded text, and its library unpacks a model to a temporary file
PRELOAD = ("tidings.stages.parse", "tidings.stages.extract")
_AHEAD = 2  # tasks sent ahead per child: it never waits, and a batch is never held in memory whole

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class JailFailure:
    """Say why a call gave nothing: timeout, memory, crash (the child died) or error (it raised)."""

    reason: str
    detail: str = ""


class Jail:
    """Keep children that run one task at a time under limits.

    `cpu_s` (whole seconds are counted) and `wall_s` are per task, `memory_mb` is what a task may take beyond
    a fresh child, `recycle_count` is after how many tasks a child is replaced. Functions cross by name: they
    stand at the top of a module that is named in `preload` or belongs to an installed package, or are a
    `functools.partial` of such. Use it as a context manager, in the
    thread that lives longest: children die with the thread that started them.
    """

    def __init__(
        self,
        cpu_s: float = 10.0,
        memory_mb: int = 512,
        wall_s: float = 20.0,
        recycle_count: int = 500,
        *,
        children: int = 1,
        preload: tuple[str, ...] = PRELOAD,
    ) -> None:
        self._limits = child.Limits(cpu_s, memory_mb)
        self._wall_s = wall_s
        self._recycle_count = recycle_count
        self._children = children
        self._preload = preload
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop()

    def call(self, function: Callable[..., Result], *args: Any) -> Result | JailFailure:
        """Run `function(*args)` in a child and return its result, or why there is none."""
        return self._finish(function, args, self._send(function, args))

    def map(self, function: Callable[..., Result], *iterables: Iterable[Any]) -> Iterator[Result | JailFailure]:
        """Run the function on each item (on one item of each iterable, as the built-in map does), in order.

        Items are taken as children come free. One item's failure never touches another's result.
        """
        waiting: deque[tuple[tuple[Any, ...], ProcessFuture[bytes]]] = deque()
        for args in zip(*iterables, strict=False):
            waiting.append((args, self._send(function, args)))
            if len(waiting) >= self._children * _AHEAD:
                yield self._finish(function, *waiting.popleft())
        while waiting:
            yield self._finish(function, *waiting.popleft())

    def _start(self) -> ProcessPool:
        if self._pool is None or not self._pool.active:
            self._stop()
            self._pool = ProcessPool(
                max_workers=self._children,
                max_tasks=self._recycle_count,
                initializer=child.prepare,
                initargs=(self._limits, self._preload),
                context=BareContext(),
            )
            _start_deaf(self._pool)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _send(self, function: Callable[..., Result], args: tuple[Any, ...]) -> "ProcessFuture[bytes]":
        task = (function, args, self._limits.cpu_s)
        try:
            return self._start().schedule(child.run, args=task, timeout=self._wall_s)
        except RuntimeError:  # it broke between the look and the call
            return self._start().schedule(child.run, args=task, timeout=self._wall_s)

    def _finish(self, function: Callable[..., Result], args: tuple[Any, ...], future: "ProcessFuture[bytes]") -> Result | JailFailure:
        try:
            answer = future.result()
        except (RuntimeError, CancelledError):
            # the whole pool broke, perhaps through another's task: once more, in a new pool
            try:
                answer = self._send(function, args).result()
            except Exception as error:  # noqa: BLE001 - told as a value
                return _failure(error)
        except Exception as error:  # noqa: BLE001 - told as a value
            return _failure(error)
        return _checked(function, answer)


def _start_deaf(pool: ProcessPool) -> None:
    """Start the children now, in this thread, deaf to Ctrl-C: it reaches the whole group of a terminal, and the parent sees to them."""
    try:
        resource_tracker.ensure_running()  # it unblocks the signal in whichever thread first needs it
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            _ = pool.active
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
    except (OSError, RuntimeError) as error:  # a child that cannot run its Python hangs up on us
        why = error.__cause__ or error
        raise JailError(f"no child process for parsing can be started ({why}): may this user run {sys.executable}?") from error


def _failure(error: Exception) -> JailFailure:
    if isinstance(error, TimeoutError):
        return JailFailure("timeout", "wall clock")
    if isinstance(error, ProcessExpired):
        if error.exitcode == -signal.SIGXCPU:
            return JailFailure("timeout", "cpu")
        if error.exitcode == child.EXIT_MEMORY:
            return JailFailure("memory")
        return JailFailure("crash", f"exit code {error.exitcode}")
    return JailFailure("crash", f"{type(error).__name__}: {error}"[:200])


def _checked(function: Callable[..., Result], answer: bytes) -> Result | JailFailure:
    """Unpack an answer and hold it against the function's own return annotation."""
    result: Any = pickle.loads(answer)  # noqa: S301 - written by our own child
    if isinstance(result, child.Raised):
        return JailFailure("error", result.detail)
    if not isinstance(result, _returned_types(function)):
        return JailFailure("error", f"returned {type(result).__name__}")
    return cast("Result", result)


def _returned_types(function: Callable[..., Any]) -> tuple[type, ...]:
    while isinstance(function, partial):
        function = function.func
    hint = get_type_hints(function).get("return", object)
    alternatives = get_args(hint) if get_origin(hint) not in (tuple, list, dict, frozenset, set) and get_args(hint) else (hint,)
    return tuple(get_origin(one) or (object if one is Any else one) for one in alternatives)
