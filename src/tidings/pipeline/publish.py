"""Publish the snapshot after something changed outside an ingest: an edition, a delivery."""

from tidings.config import Settings
from tidings.store.database import open_store
from tidings.store.publish import publish


def republish(settings: Settings, *, repair: bool = False) -> bool:
    """Publish the snapshot if the store has changed since the last time; return whether it had.

    To `repair` is to publish in any case, once what was written has been read through; until then the old one stays.
    """
    with open_store(settings.data, settings.store.wait_s) as connection:
        return publish(connection, settings.data, checked=repair, anew=repair)
