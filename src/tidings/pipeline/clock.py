"""Notice a clock that is certainly wrong, before anything is written down by it. One that is ahead cannot be told from a long sleep."""

from datetime import datetime

from tidings.store import runs
from tidings.store.database import Connection


def clock_trouble(connection: Connection, now: datetime) -> str:
    """Say that the clock reads a time before the first run, where it does; empty else.

    What is recorded with a time before all windows, nobody is ever told (seen in `make soak`, at 1970); and a run written down at such
    a time would count as the first from then on.
    """
    first = runs.first_start(connection)
    if first is None or now >= first:
        return ""
    return f"this machine's clock says {now:%Y-%m-%d %H:%M} UTC, before the first run ({first:%Y-%m-%d %H:%M} UTC): nothing is done until it is right"
