"""Kill a process that composes and delivers at one named step: by the server it talks to, or by itself between two lines."""

import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path

from desk import NOW, Desk

from tidings.pipeline.deliver import deliver
from tidings.pipeline.digest import compose_due
from tidings.pipeline.publish import republish


@dataclass(frozen=True)
class Moment:
    """Name a moment of the interpreter: an event of sys.setprofile, the function it is about, and one that it happens within.

    `depth` is how many frames up that is looked for. Every `every`-th such moment counts, from the `first` on: in `_try` the first commit
    is the lease, the second the answer.
    """

    event: str  # call | return | c_call | c_return
    name: str
    within: str = ""
    first: int = 1
    every: int = 1
    depth: int = 5


class Suicide:
    """Be a profile function that ends its process by force at the n-th time of a moment: nothing of the program is changed for it."""

    def __init__(self, moment, times):
        self._moment, self._left, self._seen = moment, times, 0

    def __call__(self, frame, event, argument):
        moment = self._moment
        if event != moment.event:
            return
        name = argument.__name__ if event.startswith("c_") else frame.f_code.co_name
        if name != moment.name or not self._is_within(frame):
            return
        self._seen += 1
        if self._seen >= moment.first and (self._seen - moment.first) % moment.every == 0:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_within(self, frame):
        if not self._moment.within:
            return True
        for _ in range(self._moment.depth):
            if frame is None:
                return False
            if frame.f_code.co_name == self._moment.within:
                return True
            frame = frame.f_back
        return False


def work(folder, moment, times, env):
    """Compose, deliver and publish, as a run does; to be killed, in a process of its own."""
    os.environ.update(env)
    desk = Desk(folder)
    settings = desk.settings
    if moment is not None:
        sys.setprofile(Suicide(moment, times))
    compose_due(desk.data, settings, NOW)
    deliver(desk.data, settings, NOW, slack_pause_s=0)
    republish(settings)
    sys.setprofile(None)


class Sniper:
    """Kill the process that is named when the server reaches a stage for the n-th time since; to be a server's `reached`."""

    def __init__(self, stage=""):
        self.stage, self._pid, self._left = stage, 0, 0
        self._aimed, self._lock = threading.Event(), threading.Lock()

    def aim(self, pid, times):
        """Name the process. Until then whoever reaches a stage waits."""
        self._pid, self._left = pid, times
        self._aimed.set()

    def rest(self):
        """Wait for the next process to be named."""
        self._aimed.clear()

    def leave(self):
        """Kill nobody any more."""
        self.stage = ""
        self._aimed.set()

    def __call__(self, number, stage):
        if not self.stage:
            return
        self._aimed.wait(60)
        if stage == self.stage:
            with self._lock:
                self._left -= 1
                if self._left != 0:
                    return
            os.kill(self._pid, signal.SIGKILL)
            raise OSError("killed")


class Spawner:
    """Start processes at the cost of a fork, from one that has imported all and opened nothing: no store, no file, no socket."""

    def __enter__(self):
        here = Path(__file__)
        path = os.pathsep.join([str(here.parent), str(here.parent.parent), *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, str(here.with_name("spawner.py"))]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def start(self, folder, moment=None, times=1, env=None):
        """Start one process that composes and delivers; return its id. It begins at once."""
        task = {"folder": str(folder), "moment": asdict(moment) if moment else None, "times": times, "env": env or {}}
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def end(self):
        """Wait for its end; return how it ended (-9: killed)."""
        return int(self._process.stdout.readline())


def life(spawner, desk, moment, sniper, times, env):
    """Start one process and wait for its end; return how it ended (-9: killed)."""
    sniper.rest()
    sniper.aim(spawner.start(desk.folder, moment, times, env), times)
    return spawner.end()
