"""Compose the editions that are due."""

from prefect import State, flow

from flows import words
from flows.start import clock, read_settings
from flows.tell import keep_edition, tell
from tidings.pipeline import digest as pipeline
from tidings.pipeline.after import after_run
from tidings.pipeline.publish import republish
from tidings.pipeline.site import write_linked_site
from tidings.pipeline.wait import hold_within

WAIT_S = 900.0  # then the edition goes without: late is worse than less


@flow(name="digest", retries=0, persist_result=False, log_prints=False)  # whatever the environment of a worker says
def digest(config: str = "") -> State[None]:
    """Compose what is due and put it into the outbox; sends nothing. `config` is the folder of the configuration."""
    settings = read_settings(config)
    with hold_within(settings.data, "ingest", WAIT_S):
        pass  # an edition composed in the middle of an ingest would hold half of what it found
    editions = pipeline.compose_due(settings.data, settings, clock())
    trouble = ""
    if editions:
        republish(settings)
        _, trouble = write_linked_site(settings)  # before anything is delivered that links to it
    for edition in editions:
        keep_edition(edition.recipient, pipeline.render(edition, settings).markdown)
    return tell("digest", words.with_trouble(words.of_digest(editions, trouble), after_run(settings, clock())))
