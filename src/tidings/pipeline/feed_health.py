"""Tell how each configured feed does, from the published snapshot."""

from typing import Any

from tidings.config import Settings
from tidings.store import answers
from tidings.store.query import is_published

_UNKNOWN = {"state": "new", "note": "not polled yet"}


def feed_health(settings: Settings) -> list[dict[str, Any]]:
    """Return a row of the view `feed_health` for each enabled feed, the gravest first; a feed that was not polled yet has few keys."""
    polled = {row["feed_id"]: row for row in answers.feed_health(settings.data)} if is_published(settings.data) else {}
    found = [
        polled.get(one.id) or {"publisher": one.publisher, "feed": one.shown_url, "feed_id": one.id, **_UNKNOWN} for one in settings.feeds
    ]
    place = {feed_id: number for number, feed_id in enumerate(polled)}
    return sorted(found, key=lambda row: (place.get(row["feed_id"], len(place)), row["publisher"], row["feed"]))
