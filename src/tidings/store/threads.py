"""Find the threads of stories: what a message replies to is known only from the messages that were sent before it."""

from collections.abc import Iterable

import duckdb

from tidings.model import Delivery, DeliveryState, Id
from tidings.store.database import rows

# What was sent, or may yet be: a message that is held, refused or expired has no thread, and of an uncertain one nobody knows.
_THREADED = (DeliveryState.PENDING, DeliveryState.SENDING)


def receipt(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> str:
    """Return the receipt of the message that this one replies to, or "".

    A message about a story replies to the latest sent one about that story to the same recipient; any other, to the first of its edition.
    """
    if delivery.story_id:
        sql = """
            SELECT receipt FROM core.deliveries
            WHERE recipient = ? AND channel = ? AND story_id = ? AND state = 'sent' AND receipt <> '' AND id <> ?
            ORDER BY sent_at DESC, created_at DESC, part DESC, id LIMIT 1
        """
        found = rows(connection, sql, [delivery.recipient, delivery.channel, delivery.story_id, delivery.id])
    elif delivery.part > 1:
        sql = "SELECT receipt FROM core.deliveries WHERE edition_id = ? AND recipient = ? AND part = 1 AND state = 'sent'"
        found = rows(connection, sql, [delivery.edition_id, delivery.recipient])
    else:
        found = []
    return found[0]["receipt"] if found else ""


def threaded(connection: duckdb.DuckDBPyConnection, recipient: str, stories: Iterable[Id]) -> frozenset[Id]:
    """Return those of the stories that the recipient has a thread for, or will have once what waits is sent."""
    sql = """
        SELECT DISTINCT story_id FROM core.deliveries
        WHERE recipient = ? AND list_contains(?::UUID[], story_id) AND ((state = 'sent' AND receipt <> '') OR list_contains(?, state))
    """
    found = rows(connection, sql, [recipient, list(stories), [state.value for state in _THREADED]])
    return frozenset(row["story_id"] for row in found)
