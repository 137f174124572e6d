"""Compose the editions that are due."""

from prefect import State, flow

from flows import words
from flows.start import start
from flows.tell import tell
from tidings.pipeline import digest as pipeline
from tidings.pipeline.upkeep import publish_snapshot


@flow(name="digest")
def digest(config: str = "") -> State[None]:
    """Compose what is due and put it into the outbox; sends nothing. `config` is the folder of the configuration."""
    settings, now = start(config)
    editions = pipeline.compose_due(settings.data, settings, now)
    if editions:
        publish_snapshot(settings)
    return tell("digest", words.of_digest(editions))
