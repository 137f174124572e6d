"""Take in what the feeds have."""

from prefect import State, flow

from flows import words
from flows.start import clock, read_settings
from flows.tell import tell
from tidings.pipeline import ingest as pipeline
from tidings.pipeline.after import after_run


@flow(name="ingest")
def ingest(config: str = "") -> State[None]:
    """Poll the feeds that are due, read their pages, record what is new. `config` is the folder of the configuration."""
    settings = read_settings(config)
    said = words.of_ingest(pipeline.ingest(settings, clock()))
    return tell("ingest", words.with_trouble(said, after_run(settings, clock())))
