"""Hand the client what earlier runs were told by robots.txt, and keep what this one learned."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from tidings.config import Settings
from tidings.errors import StoreError
from tidings.pipeline.run import Sender
from tidings.store import robots as store
from tidings.store.database import open_store
from tidings.web.client import Client
from tidings.web.robots import RobotsAnswer


@contextmanager
def robots_remembered(settings: Settings, client: Sender, now: datetime) -> Iterator[None]:
    """Let a client remember across runs what sites said, at most a day. A replay, which asks nobody, has no use for it.

    A run that breaks off keeps nothing: the next one asks again, and that is all that is lost.
    """
    if not isinstance(client, Client) or not settings.network.robots:
        yield
        return
    with open_store(settings.data, settings.store.wait_s) as connection:
        client.robots.remember(RobotsAnswer(*row) for row in store.remembered(connection, now))
    yield
    learned = [(one.origin, one.fetched_at, one.body) for one in client.robots.learned()]
    if learned:
        with suppress(StoreError), open_store(settings.data, settings.store.wait_s) as connection:
            store.record_robots(connection, learned, now)
