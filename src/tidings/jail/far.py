"""Call functions on hostile bytes in the jails of workers, processes of ours on other machines.

Items travel in chunks, and how chunks travel is for others to say (`flows/workers.py`: Prefect and Dask). A worker hands each item of a
chunk to a jail of its own with the same limits, and answers with what `answers` writes: what a chunk comes back with is read by the types
that the function says it returns, as if a child had said it. Whatever comes back undone is done here.
"""

import pickle
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from threading import Lock
from typing import Any, Protocol, TypeVar, Union, cast

from tidings.errors import JailError
from tidings.jail import answers
from tidings.jail.keeper import JailFailure
from tidings.jail.pool import PRELOAD, Jail

CHUNK_BYTES_MAX = 8 * 1024 * 1024  # Dask warns of more than 10 MB in one message
AHEAD_BYTES_MAX = 128 * 1024 * 1024  # on their way at once: what a run holds in memory for its workers
FIRST_COUNT = 16  # items of a first chunk: a small run, too, has some for each worker
_FIRST_BYTES = 2 * 1024 * 1024
_DOUBLED_AFTER = 8  # so many chunks, the next are twice as large: 40 hold 4,000 items, if they are not heavy
_AHEAD = 2  # chunks on their way for each thread of a worker: none waits
_UNDONE_MAX = 3  # chunks in a row that came back undone; then no more are sent
_ANSWERS_BYTES_MAX = 64 * 1024 * 1024  # of a chunk; what is beyond is left to the one who sent it
_SAID_MAX = 120  # characters of an error
_JAILS_MAX = 4  # with other limits each, in one worker

Result = TypeVar("Result")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class JailLimits:
    """Say what a jail is opened with, here and at a worker; 0 children: as many as fit the machine that it stands on."""

    cpu_s: float
    memory_mb: int
    wall_s: float
    recycle_count: int
    children: int = 0
    preload: tuple[str, ...] = PRELOAD

    def jail(self) -> Jail:
        """Return a jail with these limits, not yet open."""
        return Jail(**asdict(self))


@dataclass(frozen=True, slots=True)
class Patience:
    """Say how long workers are waited for."""

    look_s: float = 5.0  # after so long without a chunk coming back it is asked who is there
    deserted_s: float = 60.0  # so long without any worker, and the rest is done here
    chunk_s: float = 900.0  # a chunk that is out for longer is done here: 256 pages of 35 ms take a core 9 s, one that hangs 20


class Workers(Protocol):
    """Have chunks worked off elsewhere by `work_off`."""

    def send(self, words: bytes) -> "Future[list[bytes]]":
        """Send a chunk; its future holds what `work_off` returned, or any exception. One that is cancelled is forgotten."""
        ...

    def thread_count(self) -> int:
        """Tell how many chunks can be worked on at the same time; 0 when no worker is there."""
        ...


@dataclass(slots=True)
class _Chunk:
    items: list[tuple[Any, tuple[Any, ...]]] = field(default_factory=list)
    packed: list[bytes] = field(default_factory=list)
    bytes: int = 0
    sent_at: float = 0.0


class FarJail:
    """Be to a run what a jail is: single calls are for the jail at home, a stream of items goes out to the workers."""

    def __init__(
        self, workers: Workers, home: Jail, limits: JailLimits, *, first_count: int = FIRST_COUNT, patience: Patience | None = None
    ) -> None:
        self._workers = workers
        self._home = home
        self._limits = limits
        self._first_count = first_count
        self._patience = patience or Patience()
        self._thread_count = max(1, workers.thread_count())
        self._undone_in_row = 0
        self._deserted_at = 0.0
        self.sent_count = 0
        self.undone: Counter[str] = Counter()  # chunks that were done here after all, by what was the matter

    def call(self, function: Callable[..., Result], *args: Any) -> Result | JailFailure:
        """Run `function(*args)` here: a single call is not worth its way."""
        return self._home.call(function, *args)

    def each(
        self, function: Callable[..., Result], items: Iterable[tuple[Item, tuple[Any, ...] | None]]
    ) -> Iterator[tuple[Item, Result | JailFailure | None]]:
        """Do what `Jail.each` does: each item comes back once, with its result, in no order."""
        out: dict[Future[list[bytes]], _Chunk] = {}
        named = pickle.dumps(function, pickle.HIGHEST_PROTOCOL)
        chunk = _Chunk()
        try:
            for item, args in items:
                if args is None:
                    yield item, None
                    continue
                chunk.items.append((item, args))
                chunk.packed.append(pickle.dumps(args, pickle.HIGHEST_PROTOCOL))
                chunk.bytes += len(chunk.packed[-1])
                if self._is_full(chunk):
                    yield from self._hand_over(function, named, chunk, out)
                    chunk = _Chunk()
            if chunk.items:
                yield from self._hand_over(function, named, chunk, out)
            while out:
                yield from self._taken_back(function, out)
        finally:
            for future in out:
                future.cancel()

    def trouble(self) -> str:
        """Say what the workers left undone; empty when nothing."""
        if not self.undone:
            return ""
        reasons = ", ".join(f"{reason} ({count})" for reason, count in self.undone.most_common(3))
        return f"{self.undone.total()} of {self.sent_count} chunks were not done by the workers but here: {reasons}"

    def _is_full(self, chunk: _Chunk) -> bool:
        times = 1 << self.sent_count // _DOUBLED_AFTER
        return len(chunk.items) >= self._first_count * times or chunk.bytes >= min(_FIRST_BYTES * times, CHUNK_BYTES_MAX)

    def _hand_over(
        self, function: Callable[..., Any], named: bytes, chunk: _Chunk, out: "dict[Future[list[bytes]], _Chunk]"
    ) -> Iterator[Any]:
        """Send a chunk as soon as there is room on the way; yield what comes back meanwhile."""
        ahead = sum(one.bytes for one in out.values())
        while out and (len(out) >= self._thread_count * _AHEAD or ahead + chunk.bytes > AHEAD_BYTES_MAX):
            yield from self._taken_back(function, out)
            ahead = sum(one.bytes for one in out.values())
        if self._undone_in_row >= _UNDONE_MAX:
            yield from self._home.each(function, chunk.items)
            return
        self.sent_count += 1
        chunk.sent_at = time.monotonic()
        words = pickle.dumps((version("tidings"), asdict(self._limits), named, chunk.packed), pickle.HIGHEST_PROTOCOL)
        try:
            future = self._workers.send(words)
        except Exception as error:  # noqa: BLE001 - the way to the workers may be closed in many ways
            yield from self._done_here(function, chunk, _in_short(error))
            return
        chunk.packed.clear()
        out[future] = chunk

    def _taken_back(self, function: Callable[..., Any], out: "dict[Future[list[bytes]], _Chunk]") -> Iterator[Any]:
        """Wait for a chunk, or a while; yield the items of those that came back, done here where they are not."""
        done = wait(out, timeout=self._patience.look_s, return_when=FIRST_COMPLETED).done
        for future in done:
            self._deserted_at = 0.0
            yield from self._read(function, out.pop(future), future)
        if done:
            return
        self._thread_count = self._workers.thread_count()
        now = time.monotonic()
        self._deserted_at = 0.0 if self._thread_count else self._deserted_at or now
        if self._deserted_at and now - self._deserted_at > self._patience.deserted_s:
            self._undone_in_row = _UNDONE_MAX
            late = list(out)
        else:
            late = [future for future, chunk in out.items() if now - chunk.sent_at > self._patience.chunk_s]
        for future in late:
            future.cancel()
            yield from self._done_here(function, out.pop(future), "no answer in time")

    def _read(self, function: Callable[..., Any], chunk: _Chunk, future: "Future[list[bytes]]") -> Iterator[Any]:
        try:
            found: Any = future.result()
        except (Exception, CancelledError) as error:  # noqa: BLE001 - of the worker, the scheduler, the server, or of the way to them
            yield from self._done_here(function, chunk, _in_short(error))
            return
        if type(found) is not list or len(found) != len(chunk.items) or any(type(one) is not bytes for one in found):
            yield from self._done_here(function, chunk, "an answer that is none")
            return
        self._undone_in_row = 0
        hint = _answer_of(function)
        left = []
        for (item, args), words in zip(chunk.items, found, strict=True):
            if words:
                yield item, _unpacked(hint, words)
            else:
                left.append((item, args))
        yield from self._home.each(function, left)

    def _done_here(self, function: Callable[..., Any], chunk: _Chunk, reason: str) -> Iterator[Any]:
        self.undone[reason] += 1
        self._undone_in_row += 1
        yield from self._home.each(function, chunk.items)


def _in_short(error: BaseException) -> str:
    """Name an error, with the beginning of what it says: without it nobody could mend a cluster."""
    said = " ".join(str(error)[:_SAID_MAX].split())
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _answer_of(function: Callable[..., Any]) -> Any:
    return Union[JailFailure, answers.returned(function)]  # noqa: UP007 - of a type that is known only now; the failure first, `object` is any other


def _unpacked(hint: Any, words: bytes) -> Any:
    try:
        return answers.unpack(hint, words)
    except answers.NotOfTypeError:
        return JailFailure("error", "an answer that is none")


_jails: dict[JailLimits, Jail] = {}
_jails_lock = Lock()


def work_off(words: bytes) -> list[bytes]:
    """Be a worker: run a chunk through the jail of this process; return an answer for each item, in order, none where there was no room for it.

    Raises JailError where the flow runs another version, or no jail can be opened.
    """
    theirs, limits, named, packed = cast("tuple[str, dict[str, Any], bytes, Sequence[bytes]]", pickle.loads(words))  # noqa: S301 - from a flow of ours
    if theirs != (ours := version("tidings")):
        raise JailError(f"a worker of version {ours} was sent work by version {theirs}: install the same everywhere")
    function = pickle.loads(named)  # noqa: S301 - as above
    hint = _answer_of(function)
    results = [b""] * len(packed)
    room = _ANSWERS_BYTES_MAX
    stream = _jail_here(JailLimits(**limits)).each(function, ((place, pickle.loads(one)) for place, one in enumerate(packed)))  # noqa: S301
    for place, result in stream:
        answer = answers.pack(hint, result)
        room -= len(answer)
        if room < 0:
            break
        results[place] = answer
    return results


def _jail_here(limits: JailLimits) -> Jail:
    """Return this process's jail with such limits: opened once, and ended with the process."""
    with _jails_lock:
        if limits not in _jails:
            if len(_jails) >= _JAILS_MAX:
                raise JailError("a worker holds jails with too many other limits: start it again")
            _jails[limits] = limits.jail().__enter__()
        return _jails[limits]
