"""Keep the outbox: one row a message, each change of state in its own small transaction."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from tidings.model import Delivery, DeliveryState, Id, Recipient
from tidings.store.database import insert_rows, rows, update_rows

TROUBLE_SHOWN = timedelta(days=14)  # how long an undelivered edition is named: in the editions of others, and to whoever asks

_COLUMNS = (
    "id", "edition_id", "channel", "recipient", "message_id", "payload", "state", "attempt_count", "uncertain_count",
    "created_at", "next_attempt_at", "lease_until", "last_error", "sent_at", "part", "part_count",
    "receipt", "story_id",
)  # fmt: skip
_CHANGING = ("id", "state", "attempt_count", "uncertain_count", "created_at", "next_attempt_at", "last_error", "sent_at", "receipt")


def add(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Put a message into the outbox, within the transaction that records its edition."""
    row = (
        delivery.id, delivery.edition_id, delivery.channel, delivery.recipient, delivery.message_id, delivery.payload,
        delivery.state.value, delivery.attempt_count, delivery.uncertain_count, delivery.created_at, delivery.next_attempt_at,
        None, delivery.last_error, None, delivery.part, delivery.part_count, delivery.receipt, delivery.story_id or None,
    )  # fmt: skip
    insert_rows(connection, "core.deliveries", _COLUMNS, [row])


def load(connection: duckdb.DuckDBPyConnection, states: Iterable[DeliveryState]) -> tuple[Delivery, ...]:
    """Return the deliveries in these states without their payloads: the oldest editions first, and the parts of each in order."""
    wanted = [state.value for state in states]
    sql = """
        SELECT * EXCLUDE (payload) FROM core.deliveries WHERE list_contains(?, state)
        ORDER BY min(created_at) OVER (PARTITION BY edition_id, recipient), edition_id, recipient, part, id
    """
    return tuple(_delivery(row, b"") for row in rows(connection, sql, [wanted]))


def find(connection: duckdb.DuckDBPyConnection, delivery_id: Id) -> Delivery:
    """Return one delivery as it is now, without its payload."""
    [row] = rows(connection, "SELECT * EXCLUDE (payload) FROM core.deliveries WHERE id = ?", [delivery_id])
    return _delivery(row, b"")


def payload(connection: duckdb.DuckDBPyConnection, delivery_id: Id) -> bytes:
    """Return the rendered bytes of a message."""
    found = rows(connection, "SELECT payload FROM core.deliveries WHERE id = ?", [delivery_id])
    return bytes(found[0]["payload"])


def save(connection: duckdb.DuckDBPyConnection, delivery: Delivery, sent_at: datetime | None = None) -> None:
    """Write down a delivery's new state; the payload never changes."""
    row = (
        delivery.id, delivery.state.value, delivery.attempt_count, delivery.uncertain_count, delivery.created_at,
        delivery.next_attempt_at, delivery.last_error, sent_at, delivery.receipt,
    )  # fmt: skip
    update_rows(connection, "core.deliveries", _CHANGING, [row])


def shown_since(connection: duckdb.DuckDBPyConnection) -> str:
    """Return since when what did not arrive is still named, as ISO time, by the last time the store knows. Reads the public views.

    By the store's own time, so that an answer is the same whenever somebody asks.
    """
    times = "SELECT max(created_at) AS at_last FROM deliveries UNION ALL SELECT max(started_at) FROM runs"
    found: datetime | None = rows(connection, f"SELECT max(at_last) AS at_last FROM ({times})")[0]["at_last"]  # noqa: S608 - our own words
    return (found - TROUBLE_SHOWN).isoformat() if found else datetime.min.replace(tzinfo=UTC).isoformat()


def undelivered(connection: duckdb.DuckDBPyConnection, reader: Recipient, now: datetime) -> tuple[str, ...]:
    """Name the editions of other recipients that were refused, held or expired and that no later one made up for."""
    sql = """
        SELECT DISTINCT d.recipient, d.state, e.window_end
        FROM core.deliveries AS d
        JOIN core.editions AS e ON e.id = d.edition_id
        WHERE d.state IN ('refused', 'held', 'expired')
            AND d.recipient <> $reader AND e.window_end > $since::TIMESTAMPTZ AND e.window_end <= $now::TIMESTAMPTZ
            AND NOT EXISTS (
                SELECT 1 FROM core.deliveries AS later
                WHERE later.recipient = d.recipient AND later.state = 'sent' AND later.created_at > d.created_at
            )
        ORDER BY d.recipient, e.window_end, d.state
    """
    found = rows(connection, sql, {"reader": reader.name, "since": (now - TROUBLE_SHOWN).isoformat(), "now": now.isoformat()})
    zone = ZoneInfo(reader.time_zone)
    return tuple(
        f"the edition of {row['window_end'].astimezone(zone):%Y-%m-%d %H:%M} for {row['recipient']}: {row['state']}" for row in found
    )


def _delivery(row: Mapping[str, Any], message: bytes) -> Delivery:
    return Delivery(
        id=row["id"],
        edition_id=row["edition_id"],
        channel=row["channel"],
        recipient=row["recipient"],
        state=DeliveryState(row["state"]),
        payload=message,
        message_id=row["message_id"],
        attempt_count=row["attempt_count"],
        uncertain_count=row["uncertain_count"],
        created_at=row["created_at"],
        next_attempt_at=row["next_attempt_at"],
        last_error=row["last_error"],
        part=row["part"],
        part_count=row["part_count"],
        receipt=row["receipt"],
        story_id=row["story_id"] or "",
    )
