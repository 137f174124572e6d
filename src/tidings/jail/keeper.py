"""Hold one child process from the parent's side: start it, give it a task, wait no longer than allowed, end it.

A child may have been taken over by what it read, so nothing that it does or leaves undone may hold or fill the parent: every
read and write has a deadline, and an answer is refused by its length before it is read.
"""

import os
import select
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tidings.errors import JailError
from tidings.jail import child
from tidings.jail.start import BareContext

START_S_MAX = 120.0
_END_S_MAX = 5.0
_HUNG_UP_S = 1.0  # a pipe closes a moment before its process is dead
_PART_BYTES = 1 << 20
_HEADER = child.HEADER


@dataclass(frozen=True, slots=True)
class JailFailure:
    """Say why a call gave nothing: timeout, memory, output (too large), crash (the child died) or error (it raised)."""

    reason: str
    detail: str = ""


class NotTakenError(Exception):
    """The child was gone before it took the task: nobody knows anything against the task."""


class Keeper:
    """Keep one child. After a failure other than `error` and `output`, and after `end`, it is gone."""

    def __init__(self, limits: child.Limits, preload: tuple[str, ...]) -> None:
        """Start the child, in the thread that will outlive it; what the operating system refuses is an OSError."""
        context = BareContext()
        self._door, theirs = context.Pipe(duplex=True)
        self._limits = limits
        self._process = context.Process(target=child.serve, args=(theirs, limits, preload), daemon=True)
        try:
            self._process.start()
        finally:
            theirs.close()
        os.set_blocking(self._door.fileno(), False)
        self._memory_at_start = 0
        self._is_ready = False
        self.task_count = 0
        self.gone = False

    def ask(self, task: bytes, wall_s: float) -> bytes | JailFailure:
        """Give the child a task and return its answer, still packed, or why there is none.

        Raises NotTakenError when the child was gone before it had read the task, JailError when it cannot be prepared.
        """
        if not self._is_ready:
            self._await_ready()
        self.task_count += 1
        until = time.monotonic() + wall_s
        try:
            self._send(_HEADER.pack(len(task), b"q"), task, until)
            kind, _ = self._receive(until)
        except TimeoutError:
            self.end()
            return JailFailure("timeout", "wall clock")
        except (OSError, EOFError) as error:
            failure = self._death()
            if failure.reason == "memory":  # the task itself was too large
                return failure
            raise NotTakenError from error
        except _TooLargeError:
            kind = b""
        if kind != child.TAKEN:
            self.end()
            raise NotTakenError  # it speaks out of turn, about something else than this task
        return self._answer(until)

    def _answer(self, until: float) -> bytes | JailFailure:
        try:
            kind, words = self._receive(until)
        except _TooLargeError as error:
            self.end()
            return JailFailure("output", str(error))
        except TimeoutError:
            self.end()
            return JailFailure("timeout", "wall clock")
        except (OSError, EOFError):
            return self._death()
        match kind:
            case child.ANSWER:
                return words
            case child.RAISED:
                return JailFailure("error", words.decode("utf-8", "replace")[:200])
            case child.TOO_LARGE:
                return JailFailure("output", f"{words[:20].decode('ascii', 'replace')} bytes")
        self.end()
        return JailFailure("error", "an answer that is none")

    def grown_bytes(self) -> int:
        """Tell by how much the child's memory has grown since it was ready; 0 where the system does not say."""
        return max(0, _memory_of(self._process.pid) - self._memory_at_start) if self._memory_at_start else 0

    def kill(self) -> None:
        """Kill the child, from any thread; whoever waits for it finds it gone."""
        with suppress(OSError, AttributeError, ValueError):
            self._process.kill()

    def end(self) -> None:
        """End the child, whatever it does, and free what it held."""
        if self.gone:
            return
        self.gone = True
        self.kill()
        with suppress(OSError, ValueError, AssertionError):
            self._process.join(_END_S_MAX)
        self._door.close()

    def _await_ready(self) -> None:
        try:
            kind, _ = self._receive(time.monotonic() + START_S_MAX)
        except (TimeoutError, OSError, EOFError) as error:
            self.end()
            code = self._process.exitcode
            raise JailError(
                f"a child process for parsing ended before its first task (exit code {code}): does {sys.executable} run here?"
            ) from error
        if kind != child.READY:
            self.end()
            raise JailError("a child process for parsing does not speak like one")
        self._is_ready = True
        self._memory_at_start = _memory_of(self._process.pid)

    def _send(self, header: bytes, task: bytes, until: float) -> None:
        for part in (header, task):
            left = memoryview(part)
            while left:
                self._wait(select.POLLOUT, until)
                with suppress(BlockingIOError):
                    left = left[os.write(self._door.fileno(), left[:_PART_BYTES]) :]

    def _receive(self, until: float) -> tuple[bytes, bytes]:
        """Read one frame: its letter and its words."""
        length, kind = _HEADER.unpack(self._read(_HEADER.size, until))
        if length > self._limits.answer_bytes:
            raise _TooLargeError(f"{length} bytes")
        return kind, self._read(length, until)

    def _read(self, length: int, until: float) -> bytes:
        parts = bytearray()
        while len(parts) < length:
            self._wait(select.POLLIN, until)
            with suppress(BlockingIOError):
                part = os.read(self._door.fileno(), min(length - len(parts), _PART_BYTES))
                if not part:
                    raise EOFError
                parts += part
        return bytes(parts)

    def _wait(self, event: int, until: float) -> None:
        poll = select.poll()
        poll.register(self._door.fileno(), event)
        if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
            raise TimeoutError

    def _death(self) -> JailFailure:
        """Say what the child died of; one that only hung up is killed."""
        with suppress(OSError, ValueError, AssertionError):
            self._process.join(_HUNG_UP_S)
        code = self._process.exitcode
        self.end()
        if code == -signal.SIGXCPU:
            return JailFailure("timeout", "cpu")
        if code == child.EXIT_MEMORY:
            return JailFailure("memory")
        return JailFailure("crash", f"exit code {code}")


class _TooLargeError(Exception):
    pass


def _memory_of(pid: int | None) -> int:
    """Read the size of a process's address space (Linux); 0 elsewhere."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
