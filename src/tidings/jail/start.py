"""Start children that inherit next to nothing: a short list of variables, and the pipes that multiprocessing needs.

multiprocessing's spawn hands the whole environment on, and clearing it in the child comes too late: the strings
stay in its memory, where the kernel put them. So the method of `multiprocessing.popen_spawn_posix` stands here
once more, with a start that names the environment. Descriptors that some library left inheritable are closed. Nor is the program that
was started run again in the child, as spawn does: what children run is named by its module.
"""

import io
import os
import subprocess
from collections.abc import Mapping
from multiprocessing import reduction, resource_tracker, spawn, util
from multiprocessing.context import SpawnContext, SpawnProcess, set_spawning_popen
from multiprocessing.popen_spawn_posix import Popen
from multiprocessing.process import BaseProcess
from typing import Any

_KEPT = ("LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_KEPT_BEGINNINGS = ("LC_", "PYTHON")


def kept_of(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what Python, the locale and the clock's zone need of an environment."""
    return {name: value for name, value in environment.items() if name in _KEPT or name.startswith(_KEPT_BEGINNINGS)}


def _close(*descriptors: int) -> None:
    for one in descriptors:
        os.close(one)


class _Popen(Popen):
    _fds: list[int]  # which the child is to have

    def _launch(self, process_obj: BaseProcess) -> None:
        tracker = resource_tracker.getfd()
        assert tracker is not None
        told = io.BytesIO()
        set_spawning_popen(self)
        try:
            prepared = spawn.get_preparation_data(process_obj.name)
            reduction.dump({name: value for name, value in prepared.items() if not name.startswith("init_main")}, told)
            reduction.dump(process_obj, told)
        finally:
            set_spawning_popen(None)
        our_end, their_sentinel = os.pipe()
        their_end, our_words = os.pipe()
        self.finalizer = util.Finalize(self, _close, (our_end, our_words))
        try:
            self._fds.extend([tracker, their_end, their_sentinel])
            words = spawn.get_command_line(tracker_fd=tracker, pipe_handle=their_end)
            started = subprocess.Popen(words, executable=spawn.get_executable(), env=kept_of(os.environ), pass_fds=self._fds)  # noqa: S603 - Python itself
        finally:
            os.close(their_end)
            os.close(their_sentinel)
        self.pid, self.sentinel = started.pid, our_end
        started.returncode = 0  # multiprocessing waits for it from here on, not subprocess
        with open(our_words, "wb", closefd=False) as stream:
            stream.write(told.getbuffer())


class _Process(SpawnProcess):
    @staticmethod
    def _Popen(process_obj: Any) -> Any:  # noqa: N802 - multiprocessing's name for it
        return _Popen(process_obj)


class BareContext(SpawnContext):
    """Be multiprocessing's `spawn`, but for what children inherit. Spawn, because the parent has threads: forking it may hang."""

    Process = _Process
