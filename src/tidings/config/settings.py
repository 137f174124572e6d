"""The configuration as the rest of the program sees it: read once, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tidings.config.models import Digest, Ingest, Jail, Meaning, Network, News, Recording, Retention, Schedule, Site, Store
from tidings.model import Feed, Lake, Recipient, Seed, Topic

HIDDEN = "(hidden)"


@dataclass(frozen=True, slots=True)
class Email:
    """Describe the mail server. `user` and `password` are empty where it asks for none."""

    host: str
    port: int
    security: str  # starttls | tls | none
    sender: str = field(repr=False)
    user: str = field(repr=False)
    password: str = field(repr=False)
    timeout_s: float
    unsubscribe: str = field(default="", repr=False)  # the address that List-Unsubscribe names
    when_uncertain: str = "repeat"  # repeat | hold: a mail to which no answer came


@dataclass(frozen=True, slots=True)
class Slack:
    """Describe the way to Slack. `token` is empty where all recipients have webhooks."""

    token: str = field(default="", repr=False)
    api: str = "https://slack.com/api"
    timeout_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Hold the whole configuration. Show it with `hidden`, never with repr: URLs and addresses are in it."""

    folder: Path  # absolute: where the files are
    data: Path  # absolute: where the store is
    store: Store
    network: Network
    jail: Jail
    ingest: Ingest
    digest: Digest
    schedule: Schedule
    retention: Retention
    feeds: tuple[Feed, ...] = field(repr=False)  # the enabled ones
    topics: tuple[Topic, ...]
    families: Mapping[str, str]  # domain -> publisher
    recipients: tuple[Recipient, ...] = field(repr=False)  # the enabled ones
    email: Email | None
    slack: Slack
    seeds: tuple[Seed, ...] = field(repr=False)
    recording: Recording = field(default_factory=Recording)
    meaning: Meaning = field(default_factory=Meaning)
    novelty: News = field(default_factory=News)
    site: Site = field(default_factory=Site)
    lake: Lake | None = field(default=None, repr=False)
    proxy_variable: str = ""  # of the environment, where it names a proxy and the settings say nothing: then nothing is asked for


def hidden(settings: Settings) -> dict[str, Any]:
    """Return the configuration in force as plain values, with every secret, address and seed text left out."""
    sections = {
        name: getattr(settings, name).model_dump()
        for name in ("store", "network", "jail", "ingest", "digest", "schedule", "retention", "recording", "meaning", "novelty", "site")
    }
    return {
        "folder": str(settings.folder),
        "data": str(settings.data),
        **sections,
        "email": _plain(settings.email, ("sender", "user", "password", "unsubscribe")) if settings.email else None,
        "slack": _plain(settings.slack, ("token",)),
        "lake": _plain(settings.lake, ("password", "s3_key", "s3_secret")) if settings.lake else None,
        "feeds": [_plain(feed, ("url",)) | {"url": feed.shown_url} for feed in settings.feeds],
        "families": dict(settings.families),
        "topics": [_plain(topic) for topic in settings.topics],
        "recipients": [_plain(recipient, ("address",)) for recipient in settings.recipients],
        "seeds": [_plain(seed, ("text",)) for seed in settings.seeds],
    }


def _plain(value: Any, secret: tuple[str, ...] = ()) -> dict[str, Any]:
    """Turn a flat dataclass into plain values."""
    row: dict[str, Any] = {}
    for name in value.__dataclass_fields__:
        content = getattr(value, name)
        if name in secret:
            row[name] = HIDDEN if content else ""
        elif isinstance(content, datetime | date):
            row[name] = content.isoformat()
        elif is_dataclass(content):
            row[name] = _plain(content)
        else:
            row[name] = list(content) if isinstance(content, tuple) else content
    return row
