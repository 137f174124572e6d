"""Deliver what waits in the outbox."""

from prefect import State, flow

from flows import words
from flows.start import start
from flows.tell import tell
from tidings.pipeline import deliver as pipeline
from tidings.pipeline.upkeep import publish_snapshot


@flow(name="deliver")
def deliver(config: str = "") -> State[None]:
    """Try every delivery that is due, once; ends Failed when one did not arrive. `config` is the folder of the configuration."""
    settings, now = start(config)
    report = pipeline.deliver(settings.data, settings, now)
    if report.deliveries:
        publish_snapshot(settings)
    return tell("deliver", words.of_delivery(report))
