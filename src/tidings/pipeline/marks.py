"""Take in what a user says against a decision, honour it at once, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tidings.config import Settings
from tidings.errors import StoreError, UsageError
from tidings.ids import label_id
from tidings.model import Label, LabelKind
from tidings.pipeline.decide import decide_article
from tidings.pipeline.publish import republish
from tidings.store import labels
from tidings.store.database import FILE_NAME, Connection, open_store, transaction
from tidings.store.marks import keep_mark, take_back_mark
from tidings.store.why import KnownArticle, known_article


@dataclass(frozen=True, slots=True)
class Marked:
    """Say what a label, or taking it back, led to."""

    kind: LabelKind
    url: str
    undone: bool
    moved_count: int  # articles that changed their story
    development_count: int  # of the article, that no edition has told: they come with the next


def mark(settings: Settings, kind: LabelKind, url: str, other: str, now: datetime, *, undo: bool = False) -> Marked:
    """Keep a label, or take it back, and decide again what it touches. `other` is an address, or the name of a topic.

    Raises UsageError for addresses and topics that are not known, and where there is nothing to take back.
    """
    if not (settings.data / FILE_NAME).exists():
        raise StoreError(f"there is no store in {settings.data} yet: run `tidings run` first")
    with open_store(settings.data, settings.store.wait_s) as connection:
        subject = known_article(connection, url)
        if subject.seed_id:
            raise UsageError(f"{subject.url or url} is the seed {subject.seed_id}: what it says is settled by seeds.toml")
        label = _label(connection, settings, kind, subject, other, undo=undo)
        with transaction(connection):
            moved_count = _take_back(connection, label, now) if undo else keep_mark(connection, label, now)
        # A kill before this leaves the article on the work list of the next ingest.
        decide_article(connection, subject.id, settings, now=now, run_id=label_id(label.kind, label.article_id, label.topic))
        count = labels.undelivered_count(connection, subject.id)
    republish(settings)
    return Marked(kind, subject.url, undo, moved_count, count)


def _label(connection: Connection, settings: Settings, kind: LabelKind, subject: KnownArticle, other: str, *, undo: bool) -> Label:
    if kind is LabelKind.NOT_ON_TOPIC:
        _check_topic(connection, settings, subject, other, undo=undo)
        return Label(kind, subject.id, topic=other)
    if undo:
        return Label(kind, subject.id)
    of = (
        known_article(connection, other).id
        if other
        else labels.copied_by(connection, subject.id) or labels.said_of(connection, kind, subject.id)
    )
    if not of:
        raise UsageError(f"{subject.url} is no copy of anything known; name the article that it is not to be called a copy of")
    if of == subject.id:
        raise UsageError(f"expected two articles, found {subject.url} twice")
    return Label(kind, subject.id, of)


def _check_topic(connection: Connection, settings: Settings, subject: KnownArticle, topic: str, *, undo: bool) -> None:
    configured = [one.name for one in settings.topics]
    said = labels.topics_of(connection, subject.id)
    if topic not in said and not undo:
        where = f"; it is on {', '.join(said)}" if said else ""
        raise UsageError(f"{subject.url} is not on {topic!r}{where}" if topic in configured else _no_topic(topic, configured))


def _no_topic(topic: str, configured: list[str]) -> str:
    return f"expected a topic, one of {', '.join(configured)}, found {topic!r}"


def _take_back(connection: Connection, label: Label, now: datetime) -> int:
    moved_count = take_back_mark(connection, label, now)
    if moved_count is None:
        raise UsageError("there is nothing to take back: no such mark was made (see `tidings mark list`)")
    return moved_count


def keep_labels(settings: Settings, said: Sequence[Label], now: datetime) -> None:
    """Take labels into a store before anything is decided there, for a replay."""
    with open_store(settings.data, settings.store.wait_s) as connection, transaction(connection):
        labels.keep_labels(connection, [(one, labels.Move()) for one in said], now)
