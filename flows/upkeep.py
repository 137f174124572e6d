"""Keep the data folder bounded and the snapshot whole."""

from prefect import State, flow

from flows import words
from flows.start import clock, read_settings
from flows.tell import tell
from tidings.pipeline import upkeep as pipeline
from tidings.pipeline.after import after_run

WAIT_S = 900.0  # an ingest may be at work: once a day there is time to let it finish


@flow(name="upkeep", retries=0, persist_result=False, log_prints=False)  # whatever the environment of a worker says
def upkeep(config: str = "") -> State[None]:
    """Forget what is only of passing use and check the snapshot. `config` is the folder of the configuration."""
    settings = read_settings(config)
    said = words.of_upkeep(pipeline.upkeep(settings, clock(), wait_s=WAIT_S))
    return tell("upkeep", words.with_trouble(said, after_run(settings, clock(), upkeep=True)))
