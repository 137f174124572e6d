"""Keep the data folder bounded and the snapshot whole."""

from prefect import State, flow

from flows import words
from flows.start import clock, read_settings
from flows.tell import tell
from tidings.pipeline import upkeep as pipeline

WAIT_S = 900.0  # an ingest may be at work: once a day there is time to let it finish


@flow(name="upkeep")
def upkeep(config: str = "") -> State[None]:
    """Forget what is only of passing use and check the snapshot. `config` is the folder of the configuration."""
    settings = read_settings(config)
    return tell("upkeep", words.of_upkeep(pipeline.upkeep(settings, clock(), wait_s=WAIT_S)))
