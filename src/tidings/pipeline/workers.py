"""Open the doors of a run whose feeds and pages are read in the jails of workers elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager

from tidings.config import Settings
from tidings.jail.far import FIRST_COUNT, FarJail, Workers, work_off
from tidings.pipeline.run import Batches, Doors, jail_limits, limits_of
from tidings.web.client import Client

__all__ = ["FAR_BATCHES", "FarJail", "Workers", "open_far_doors", "work_off"]

# The next pages are asked for when those of a batch are recorded: with 100 of them there would be work for few workers, and many chunks.
FAR_BATCHES = Batches(pages=1_000)


@contextmanager
def open_far_doors(
    settings: Settings, workers: Workers, *, batches: Batches = FAR_BATCHES, first_count: int = FIRST_COUNT
) -> Iterator[tuple[Doors, FarJail]]:
    """Open the doors for a run, and the jail behind them that tells what the workers left undone. Raises ConfigError as `limits_of` does."""
    limits = jail_limits(settings)
    with Client(limits_of(settings)) as client, limits.jail() as home:
        far = FarJail(workers, home, limits, first_count=first_count)
        yield Doors(client, far, batches), far
