"""Make ids from content: the same thing gets the same id on every machine, in every run.

An id is the first 16 bytes of a BLAKE2b hash over length-prefixed parts, shown as a UUID
(DuckDB stores it as one). Length prefixes keep ("ab", "c") and ("a", "bc") apart.
"""

import hashlib
import uuid
from collections.abc import Iterable
from datetime import datetime

from tidings.model import Id


def make_id(kind: str, *parts: str) -> Id:
    """Hash the parts of an identity into an id; `kind` keeps ids of different nouns apart."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (kind, *parts):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return str(uuid.UUID(bytes=digest.digest()))


def feed_id(url: str) -> Id:
    """Identify a feed by its configured URL, before `${ENV}` is filled in."""
    return make_id("feed", url)


def entry_id(feed: Id, guid: str, url: str, title: str, text: str) -> Id:
    """Identify an entry by guid and link, or by title and text when the feed gives neither.

    Feeds reuse guids for different entries and change them for the same page, so a guid alone is
    not trusted; the article behind a link is identified by its own URL anyway.
    """
    if guid or url:
        return make_id("entry", feed, guid, url)
    return make_id("entry", feed, "", "", title, text)


def article_id(url: str) -> Id:
    """Identify an article by its normalised canonical URL."""
    return make_id("article", url)


def version_id(article: Id, text: str) -> Id:
    """Identify one version of an article's text."""
    return make_id("version", article, text)


def statement_id(article: Id, normalised_sentence: str, occurrence: int) -> Id:
    """Identify a sentence of an article; `occurrence` tells repeated sentences apart."""
    return make_id("statement", article, normalised_sentence, str(occurrence))


def development_id(topic: str, kind: str, *subject: str) -> Id:
    """Identify a development by topic, kind and statement (or story and origin)."""
    return make_id("development", topic, kind, *subject)


def label_id(kind: str, article: Id, topic: str) -> Id:
    """Identify what a user said of an article by kind, article and topic: saying it again takes its place."""
    return make_id("label", kind, article, topic)


def edition_id(recipient: str, topics: tuple[str, ...], start: datetime | None, end: datetime) -> Id:
    """Identify an edition by recipient, topics and window."""
    return make_id("edition", recipient, ",".join(topics), start.isoformat() if start else "", end.isoformat())


def alert_id(recipient: str, developments: Iterable[Id]) -> Id:
    """Identify an alert by recipient and the developments it tells, in whatever order."""
    return make_id("alert", recipient, *sorted(developments))


def stable_hash(text: str) -> int:
    """Hash text to a signed 64-bit integer, the same in every process (never `hash()`)."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
