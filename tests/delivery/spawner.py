"""Fork a process for each task that comes in as a line of JSON; say its id, and when it has ended, how."""

import json
import os
import sys
import traceback
from pathlib import Path

from killing import Moment, work  # with it all that composing and delivering takes is imported, once, before any fork


def main():
    """Serve until the input ends. No store is opened here, so a fork takes no lock and no connection with it."""
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                work(Path(task["folder"]), Moment(**task["moment"]) if task["moment"] else None, task["times"], task["env"])
                os._exit(0)
            finally:  # reached only by an exception, which the test sees as a step that was never reached
                traceback.print_exc()
                os._exit(1)
        say(child)
        _, status = os.waitpid(child, 0)
        say(os.waitstatus_to_exitcode(status))


def say(number):
    """Write a number as a line, at once."""
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
