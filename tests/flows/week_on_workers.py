"""Be a flow that takes in the first days of the sample week, up to its first edition: `week_on_workers.py DATA`, its parts as task runs, by the workers that TIDINGS_WORKERS names, if any.

Prints a line after each ingest, and at last how many chunks were sent and what there is to tell of them.
"""

import json
import os
import sys
from pathlib import Path

from prefect import flow

from flows.runner import PARTS_MAX_BESIDE_WORKERS, task_runs
from flows.workers import workers_of
from tidings.demo.show import polls, show_edition, week_settings
from tidings.demo.week import EDITIONS
from tidings.pipeline.ingest import ingest


@flow(persist_result=False)
def week(data: str) -> None:
    """Ingest as often as `tidings demo` does, and compose and deliver the edition."""
    with week_settings(Path(data)) as (settings, server), workers_of(settings, os.environ) as far:
        for now in polls():
            server.now = now
            report = ingest(settings, now, step=task_runs(PARTS_MAX_BESIDE_WORKERS), doors=far.doors)
            print(report.outcome, flush=True)  # noqa: T201 - the test waits for it
            if now == EDITIONS[0]:
                break
        show_edition(settings, now)
        print(json.dumps({"sent": far.jail.sent_count if far.jail else 0, "told": far.trouble()}), flush=True)  # noqa: T201


if __name__ == "__main__":
    week(sys.argv[1])
