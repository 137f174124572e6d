"""Compose the editions that are due and put their messages into the outbox, one transaction an edition."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from tidings.channels import file
from tidings.channels import message as mail
from tidings.config import Settings
from tidings.ids import make_id
from tidings.model import Delivery, DeliveryState, Edition, Id, Message, Recipient
from tidings.pipeline.clock import clock_trouble
from tidings.pipeline.fitting import fit_to
from tidings.pipeline.occasion import edition_now, gathering_now
from tidings.pipeline.run import ARCHIVE
from tidings.pipeline.site import full_url
from tidings.pipeline.slack_messages import slack_messages, threads_of
from tidings.recording.form import RunFacts, schedule_of
from tidings.recording.write import note_run
from tidings.render.html import to_html
from tidings.render.markdown import to_markdown
from tidings.render.text import to_text
from tidings.render.words import subject
from tidings.stages.compose import unfolded
from tidings.store import editions, outbox
from tidings.store.database import open_store, transaction
from tidings.store.lineage import refuse_older


def compose_due(
    store_folder: Path, settings: Settings, now: datetime, *, only: str | None = None, force: bool = False
) -> tuple[Edition, ...]:
    """Compose and record every edition that is due at `now`, and every alert; return them, those without anything new included.

    `only` names one recipient; `force` composes whether or not an edition is due, where there is anything new. Nothing is sent here.
    """
    composed = []
    with open_store(store_folder, settings.store.wait_s) as connection:
        refuse_older(connection, store_folder)
        if clock_trouble(connection, now):
            return ()  # an ingest says so; who never had an edition would get one of a time when there was nothing
        recipients = [one for one in settings.recipients if only in (None, one.name)]
        gathering = gathering_now(connection, recipients, now, force=force)
        for recipient in recipients:
            found = edition_now(connection, settings, recipient, now, gathering, force=force)
            if found is None:
                continue
            threaded = threads_of(connection, recipient, found)
            edition = fit_to(recipient.channel, found, full_url(settings, recipient.name, found.id), threaded)
            with transaction(connection):
                skipped = not edition.development_count and not edition.corrections and recipient.when_empty == "skip" and not force
                editions.record_edition(connection, edition, "skipped" if skipped else "composed", now, gathering.mark(edition))
                if not skipped:
                    for one in _deliveries(edition, recipient, settings, now, threaded):
                        outbox.add(connection, one)
            composed.append(edition)
    if composed and settings.recording.keep:
        told = {edition.recipient for edition in composed}
        schedules = tuple(schedule_of(recipient) for recipient in settings.recipients if recipient.name in told)
        facts = RunFacts("digest", uuid.uuid4().hex, now, composed=schedules, force=force)
        note_run(settings.data / ARCHIVE, facts, settings.recording.bytes_max)  # a replay composes at the same times
    return tuple(composed)


def _deliveries(
    edition: Edition, recipient: Recipient, settings: Settings, now: datetime, threaded: frozenset[Id] | None = None
) -> Iterator[Delivery]:
    """Yield the messages that carry the edition: one, or on Slack several in order."""
    message = render(edition, settings)
    if recipient.channel == "slack":
        payloads = slack_messages(edition, threaded)
    else:
        payloads = ((_PAYLOADS[recipient.channel](edition, message), ""),)
    for part, (payload, story_id) in enumerate(payloads, 1):
        yield Delivery(
            id=make_id("delivery", edition.id, recipient.channel, *([str(part)] if part > 1 else [])),
            edition_id=edition.id,
            channel=recipient.channel,
            recipient=recipient.name,
            state=DeliveryState.PENDING,
            payload=payload,
            message_id=message.message_id,
            created_at=now,
            part=part,
            part_count=len(payloads),
            story_id=story_id,
        )


def render(edition: Edition, settings: Settings) -> Message:
    """Render an edition for every channel at once."""
    sender = settings.email.sender if settings.email else ""
    return Message(
        subject=subject(edition),
        text=to_text(edition),
        html=to_html(edition),
        markdown=to_markdown(edition),
        message_id=mail.message_id(edition.id, sender) if sender else "",
        thread_id=mail.thread_id(edition.recipient, (name for name, _ in edition.topics), sender) if sender else "",
        list_id=mail.list_id(edition.recipient, sender) if sender else "",
        full_html=to_html(unfolded(edition)) if edition.full_file else "",
        full_name=edition.full_file,
    )


_PAYLOADS: dict[str, Callable[[Edition, Message], bytes]] = {
    "file": file.build,
    "email": lambda edition, message: mail.build(message, edition.window_end),
}
