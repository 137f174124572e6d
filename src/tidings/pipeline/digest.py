"""Compose the editions that are due and put their messages into the outbox, one transaction an edition."""

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from tidings.channels import file, slack
from tidings.channels import message as mail
from tidings.config import Settings
from tidings.ids import make_id
from tidings.model import Delivery, DeliveryState, Edition, Message, Recipient
from tidings.pipeline.fitting import fit_to
from tidings.pipeline.run import ARCHIVE
from tidings.recording.form import RunFacts, schedule_of
from tidings.recording.write import note_run
from tidings.render import subject, to_html, to_markdown, to_slack, to_text
from tidings.stages.compose import compose
from tidings.stages.due import due_at
from tidings.store import editions, outbox, runs, windows
from tidings.store.database import open_store, transaction


def compose_due(
    store_folder: Path, settings: Settings, now: datetime, *, only: str | None = None, force: bool = False
) -> tuple[Edition, ...]:
    """Compose and record every edition that is due at `now`; return them, those without anything new included.

    `only` names one recipient; `force` composes whether or not an edition is due, where there is anything new. Nothing is sent here.
    """
    composed = []
    with open_store(store_folder, settings.store.wait_s) as connection:
        for recipient in settings.recipients:
            if only is not None and recipient.name != only:
                continue
            last = windows.last_window_end(connection, recipient.name)
            due = due_at(recipient, last, now) is not None
            if not due and not force:
                continue
            if last is not None and last >= now:
                continue  # told up to now already, or by a clock that was ahead: what is recorded meanwhile comes with the next edition
            window_end = now
            material = editions.gather(connection, recipient, last, window_end)
            if not material.selected and last is not None and not (due and recipient.at):
                continue  # at every run, or by force, only an edition of what is new: "nothing new" is said at the set times
            if last is None and not material.selected and not force and not runs.has_ingested(connection):
                continue  # the first edition would say "nothing new" of feeds that nobody has asked yet
            titles = {topic.name: topic.title for topic in settings.topics}
            edition = fit_to(recipient.channel, compose(recipient, titles, last, window_end, material))
            with transaction(connection):
                skipped = not edition.development_count and recipient.when_empty == "skip" and not force
                editions.record_edition(connection, edition, "skipped" if skipped else "composed", now)
                if not skipped:
                    for one in _deliveries(edition, recipient, settings, now):
                        outbox.add(connection, one)
            composed.append(edition)
    if composed and settings.recording.keep:
        told = {edition.recipient for edition in composed}
        schedules = tuple(schedule_of(recipient) for recipient in settings.recipients if recipient.name in told)
        facts = RunFacts("digest", uuid.uuid4().hex, now, composed=schedules, force=force)
        note_run(settings.data / ARCHIVE, facts, settings.recording.bytes_max)  # a replay composes at the same times
    return tuple(composed)


def _deliveries(edition: Edition, recipient: Recipient, settings: Settings, now: datetime) -> Iterator[Delivery]:
    """Yield the messages that carry the edition: one, or the parts of it in order."""
    message = render(edition, settings)
    payloads = _PAYLOADS[recipient.channel](edition, message)
    for part, payload in enumerate(payloads, 1):
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
    )


_PAYLOADS: dict[str, Callable[[Edition, Message], tuple[bytes, ...]]] = {
    "file": lambda edition, message: (file.build(edition, message),),
    "email": lambda edition, message: (mail.build(message, edition.window_end),),
    "slack": lambda edition, _: tuple(slack.build(part.text, part.blocks) for part in to_slack(edition)),
}
