"""Compose what would be told now, without telling it: nothing is recorded, nothing is put into the outbox."""

from datetime import datetime

from tidings.config import Settings
from tidings.model import Edition, Recipient
from tidings.pipeline.fitting import fit_to
from tidings.pipeline.occasion import scheduled
from tidings.pipeline.site import full_url
from tidings.pipeline.slack_messages import threads_of
from tidings.store import windows
from tidings.store.database import Connection, open_store


def preview(settings: Settings, now: datetime, only: str | None = None) -> tuple[Edition, ...]:
    """Return, for each recipient or the one named, the edition that an end of the window at `now` would give, due or not.

    Reads the store and cannot write to it. An edition that would begin where it ends is not among them.
    """
    wanted = [one for one in settings.recipients if only in (None, one.name)]
    with open_store(settings.data, settings.store.wait_s, read_only=True) as connection:
        made = [_one(connection, settings, recipient, now) for recipient in wanted]
    return tuple(edition for edition in made if edition)


def _one(connection: Connection, settings: Settings, recipient: Recipient, now: datetime) -> Edition | None:
    last = windows.last_window_end(connection, recipient.name, now)
    if last is not None and last >= now:
        return None
    edition = scheduled(connection, settings, recipient, last, now)
    return fit_to(recipient.channel, edition, full_url(settings, recipient.name, edition.id), threads_of(connection, recipient, edition))
