"""Deliver what waits in the outbox."""

from prefect import State, flow

from flows import words
from flows.start import clock, read_settings
from flows.tell import tell
from tidings.pipeline import deliver as pipeline
from tidings.pipeline.after import after_run
from tidings.pipeline.edition_feeds import write_feeds_of
from tidings.pipeline.publish import republish


@flow(name="deliver", retries=0, persist_result=False, log_prints=False)  # whatever the environment of a worker says
def deliver(config: str = "") -> State[None]:
    """Try every delivery that is due, once; ends Failed when one did not arrive. `config` is the folder of the configuration."""
    settings = read_settings(config)
    report = pipeline.deliver(settings.data, settings, clock())
    if report.deliveries:
        republish(settings)
        write_feeds_of(settings, report)
    return tell("deliver", words.with_trouble(words.of_delivery(report), after_run(settings, clock())))
