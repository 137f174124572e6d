"""Take in what the feeds have."""

import os

from prefect import State, flow

from flows import words
from flows.runner import PARTS_MAX, PARTS_MAX_BESIDE_WORKERS, task_runs
from flows.start import clock, read_settings
from flows.tell import keep_health, tell
from flows.workers import workers_of
from tidings.pipeline import ingest as pipeline
from tidings.pipeline.after import after_run
from tidings.pipeline.feed_health import feed_health


@flow(name="ingest", retries=0, persist_result=False, log_prints=False)  # whatever the environment of a worker says
def ingest(config: str = "") -> State[None]:
    """Poll the feeds that are due, read their pages, record what is new. `config` is the folder of the configuration."""
    settings = read_settings(config)
    with workers_of(settings, os.environ) as far:
        said = words.of_ingest(
            pipeline.ingest(settings, clock(), step=task_runs(PARTS_MAX_BESIDE_WORKERS if far.doors else PARTS_MAX), doors=far.doors)
        )
        said = words.with_note(said, far.trouble())
    keep_health(feed_health(settings))
    return tell("ingest", words.with_trouble(said, after_run(settings, clock())))
