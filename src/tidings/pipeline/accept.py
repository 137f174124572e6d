"""Take a person's word that a feed which seemed to be somebody else's is right."""

from datetime import datetime

from tidings.config import Settings
from tidings.errors import StoreError, UsageError
from tidings.model import Feed
from tidings.pipeline.feeds import configured_feed
from tidings.store.database import FILE_NAME, open_store
from tidings.store.polls import accept_feed


def accept(settings: Settings, url: str, now: datetime) -> Feed:
    """Let the next poll of the configured feed take whatever it gives. Raises UsageError where there is nothing to accept."""
    feed = configured_feed(settings, url)
    if feed is None:
        raise UsageError("no feed with this URL is configured and enabled: `tidings feeds` lists those that are")
    if not (settings.data / FILE_NAME).exists():
        raise StoreError(f"there is no store in {settings.data} yet: run `tidings run` first")
    with open_store(settings.data, settings.store.wait_s) as connection:
        was_held = accept_feed(connection, feed.id, now)
    if not was_held:
        raise UsageError("this feed is not held for being another: nothing to accept")
    return feed
