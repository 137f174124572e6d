"""Deliver what waits in the outbox: one process at a time, every state written down before and after a word is said."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tidings.channels import Channel
from tidings.channels.email import EmailChannel, Server
from tidings.channels.file import FileChannel
from tidings.channels.slack import SlackChannel, Workspace, in_thread
from tidings.config import Settings
from tidings.model import Delivery, DeliveryState, Id, Recipient
from tidings.pipeline.answered import note, noted
from tidings.pipeline.lock import hold as hold_lock
from tidings.stages import delivery as outbox_rules
from tidings.stages.delivery import Answer, Attempt
from tidings.store import outbox, threads
from tidings.store.database import Connection, open_store, transaction
from tidings.store.lineage import refuse_older

_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.UNCERTAIN, DeliveryState.HELD, DeliveryState.EXPIRED})
_RETRY_S = 0.1
ID_CHARS_MIN = 4  # of an id that a person types: a slip of the finger must not send a message, or hold one
SLACK_PAUSE_S = 1.0  # Slack takes about one message a second
_OPEN = (DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Hold what became of every delivery that was open; `locked` when another process was delivering."""

    deliveries: tuple[Delivery, ...] = ()  # without payloads
    locked: bool = False
    at: datetime | None = None
    tried: frozenset[Id] = frozenset()  # of these the state and the error are of now, of the others of an earlier delivery

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the deliveries by state."""
        return Counter(one.state.value for one in self.deliveries)

    @property
    def undelivered(self) -> tuple[Delivery, ...]:
        """Return those that did not arrive or may not have: they set the exit code."""
        return tuple(one for one in self.deliveries if one.state in _FAILED or (one.state is DeliveryState.PENDING and one.last_error))


def open_channels(settings: Settings) -> dict[str, Channel]:
    """Return the channels of the configuration by name."""
    channels: dict[str, Channel] = {"file": FileChannel(settings.data / "editions")}
    mail = settings.email
    if mail is not None:
        server = Server(mail.host, mail.port, mail.security, mail.sender, mail.user, mail.password, mail.timeout_s, mail.unsubscribe)
        channels["email"] = EmailChannel(server)
    if any(recipient.channel == "slack" for recipient in settings.recipients):
        channels["slack"] = SlackChannel(workspace(settings))
    return channels


def workspace(settings: Settings) -> Workspace:
    """Return how Slack is reached."""
    return Workspace(settings.slack.token, settings.slack.api, settings.slack.timeout_s)


def deliver(
    store_folder: Path,
    settings: Settings,
    now: datetime,
    *,
    channels: Mapping[str, Channel] | None = None,
    slack_pause_s: float = SLACK_PAUSE_S,
) -> DeliveryReport:
    """Try every delivery that is due, once; `channels` replaces those of the configuration.

    A part of an edition is tried when all before it are final, so parts arrive in order; between two messages to Slack is a pause.
    One process delivers at a time; another waits `store.wait_s` seconds for it. The store is never open while a channel talks.
    """
    channels = open_channels(settings) if channels is None else channels
    deadline = time.monotonic() + settings.store.wait_s
    while True:
        with hold_lock(store_folder, "deliver") as alone:
            if alone:
                done = tuple(_deliver(store_folder, settings, now, channels, slack_pause_s))
                return DeliveryReport(tuple(one for one, _ in done), at=now, tried=frozenset(one.id for one, tried in done if tried))
        if time.monotonic() >= deadline:
            return DeliveryReport(locked=True)
        time.sleep(_RETRY_S)


def _deliver(
    store_folder: Path, settings: Settings, now: datetime, channels: Mapping[str, Channel], slack_pause_s: float
) -> Iterator[tuple[Delivery, bool]]:
    """Yield each open delivery as it is afterwards, and whether it was tried."""
    wait_s = settings.store.wait_s
    recipients = {recipient.name: recipient for recipient in settings.recipients}
    held_up = set()  # editions of which a part is not final: those after it wait
    pause_s = 0.0
    for one in _settle_the_past(store_folder, settings, now):
        after, is_tried = one, False
        if (one.edition_id, one.recipient) not in held_up and outbox_rules.is_due(one, now):
            if one.channel == "slack":
                time.sleep(pause_s)
                pause_s = slack_pause_s
            after, is_tried = _try(store_folder, wait_s, one, recipients.get(one.recipient), channels, now)
        if not outbox_rules.is_final(after):
            held_up.add((one.edition_id, one.recipient))
        yield after, is_tried


def _names(delivery_id: Id, one: Delivery) -> bool:
    return len(delivery_id) >= ID_CHARS_MIN and one.id.startswith(delivery_id)


def resend(store_folder: Path, settings: Settings, delivery_id: Id, now: datetime) -> Delivery | None:
    """Put a delivery that did not arrive among those to be tried at once, because a person says so; `delivery_id` may be the beginning of one.

    Return it as it is now, or None when no one delivery that may be sent again has that id. Nothing is sent here.
    """
    with open_store(store_folder, settings.store.wait_s) as connection, transaction(connection):
        found = [one for one in outbox.load(connection, outbox_rules.RESENDABLE) if _names(delivery_id, one)]
        if len(found) != 1:
            return None
        pending = outbox_rules.resend(found[0], now)
        outbox.save(connection, pending)
        return pending


def hold(store_folder: Path, settings: Settings, delivery_id: Id, now: datetime) -> Delivery | None:
    """Keep a waiting message from going out, because a person says so; `delivery_id` may be the beginning of one.

    Return it as it is now, or None when no one waiting delivery has that id. What a running `deliver` is sending just now is not waiting.
    """
    with open_store(store_folder, settings.store.wait_s) as connection, transaction(connection):
        found = [one for one in outbox.load(connection, outbox_rules.HOLDABLE) if _names(delivery_id, one)]
        if len(found) != 1:
            return None
        held = outbox_rules.hold(found[0], now)
        outbox.save(connection, held)
        return held


def _settle_the_past(store_folder: Path, settings: Settings, now: datetime) -> tuple[Delivery, ...]:
    """Decide about what a killed process left, what stayed uncertain, and what waited too long."""
    repeats_mail = settings.email is None or settings.email.when_uncertain == "repeat"
    with open_store(store_folder, settings.store.wait_s) as connection:
        refuse_older(connection, store_folder)
        return _settled(connection, store_folder, now, repeats_mail=repeats_mail)


def _settled(connection: Connection, store_folder: Path, now: datetime, *, repeats_mail: bool) -> tuple[Delivery, ...]:
    with transaction(connection):
        settled = []
        for one in outbox.load(connection, _OPEN):
            after, answered_at = one, now
            if after.state is DeliveryState.SENDING:  # we hold the lock, so nobody is sending it
                known = noted(store_folder, after)
                after = outbox_rules.settle(after, *known) if known else outbox_rules.recover(after)
                answered_at = known[1] if known else now
            if after.state is DeliveryState.UNCERTAIN:
                after = outbox_rules.resolve(after, repeats_mail=repeats_mail)
            if outbox_rules.is_expired(after, now):
                after = outbox_rules.expire(after)
            if after != one:
                outbox.save(connection, after, sent_at=answered_at if after.state is DeliveryState.SENT else None)
            settled.append(after)
        return tuple(settled)


def _try(
    store_folder: Path, wait_s: float, one: Delivery, recipient: Recipient | None, channels: Mapping[str, Channel], now: datetime
) -> tuple[Delivery, bool]:
    """Make one attempt: sending is written down first, then we talk, then the result is written down; return it, and whether it was made.

    Since the delivery was read a person may have held it: what counts is what the store says now.
    """
    with open_store(store_folder, wait_s) as connection, transaction(connection):
        current = outbox.find(connection, one.id)
        if not outbox_rules.is_due(current, now):
            return current, False
        leased = outbox_rules.lease(current)
        outbox.save(connection, leased)
        payload, receipt = outbox.payload(connection, one.id), threads.receipt(connection, one)
    channel = channels.get(one.channel)
    if recipient is None or recipient.channel != one.channel or channel is None:
        attempt = Attempt(Answer.NOT_NOW, "the recipient is not configured for this channel any more")
    else:
        attempt = _send(channel, in_thread(payload, receipt, recipient) if one.channel == "slack" else payload, recipient)
    note(store_folder, leased, attempt, now)
    settled = outbox_rules.settle(leased, attempt, now)
    with open_store(store_folder, wait_s) as connection, transaction(connection):
        outbox.save(connection, settled, sent_at=now if settled.state is DeliveryState.SENT else None)
    return settled, True


def _send(channel: Channel, payload: bytes, recipient: Recipient) -> Attempt:
    """Send; a mistake in a channel's code must not hold up the messages of others, and nobody knows how far it came."""
    try:
        return channel.send(payload, recipient)
    except Exception as error:  # noqa: BLE001 - the reason is written down and reported like every other
        return Attempt(Answer.UNCERTAIN, f"the channel failed: {type(error).__name__}")
