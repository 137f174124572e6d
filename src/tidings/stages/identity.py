"""Recognise entries that a feed shows again under another id: an entry that changes is the same entry.

An id is made of feed, guid and link (decision 0003), and both change: software writes a new guid or a new address at every
edit of a headline, adds parameters, moves sites. A poll's entries are held against those the feed gave before. Rules, in
order; each wants what it compares to be borne by one entry of the poll and by one known entry, and ties nothing twice:

    what is the same                         and besides                                    else
    id                                       -                                              -
    guid, link but for its spelling          -                                              two entries
    guid (link edited, site moved)           one of the signs below                         new: guids are reused
    link, no home page (guid edited)         not another title, text and day at once        new: a page of many entries
    neither has guid nor link: text          it is long                                     new
    neither has guid nor link: title         same time; or undated and long                 new: "Daily update"
    time (guid and link edited together)     same text, or titles alike                     new
    title, text (both long)                  same time, or undated                          new: it is published again
    title, or long text, in a storm          within a day or undated; or all dates are new  new

Signs that a guid was kept and not reused: software made it to be unique, or its number stands in both links; the same text; the
same time, unless others share it; the same or a like title within a day; the same long title without a time; the same path on
another host.

A storm is a poll in which most entries came back with other guids and other links: they pair off by title or text.

To bear something alone is judged over all entries of the poll and all known ones, also those that are tied already. So the
order of the entries does not matter, and what was not recognised is not recognised a second time either. Read in feeds of
content systems; peers fall back in like ways (Miniflux hashes guid, then link; FreshRSS lets the user choose per feed).
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from tidings.model import Entry, Id
from tidings.text.urls import identity, is_home, parse

STORM_MIN = 5  # entries that came back under other ids
STORM_SHARE = 0.5  # of the entries of the poll
TEXT_BYTES_MIN = 120  # a long text; bytes, because a sign of Chinese says as much as three letters
TITLE_BYTES_MIN = 30  # a long title: not "Daily update"
ALIKE_MIN = 0.6  # of their pairs of letters (Dice)
DAY = timedelta(days=1)
# a UUID or a hash; the number of a post in an address that WordPress and others make
_MADE_UNIQUE = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{32}|://[^?]*\?(?:p|id|post|nid)=\d+\Z", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,20}")


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """Hold what recognising needs of a known entry; `text_hash` is empty where its text is, or was put away."""

    id: Id
    feed_id: Id
    guid: str
    url: str
    title: str
    text_hash: str
    published_at: datetime | None
    content_hash: str = ""  # of what it said when it was last recorded


@dataclass(frozen=True, slots=True)
class Recognised:
    """Hold a poll's entries, those recognised under the ids they are known by. `moved` are these alone."""

    entries: tuple[Entry, ...]
    storm: bool = False  # most of them came back under other ids
    moved: tuple[Entry, ...] = ()


def text_hash(entry: Entry) -> str:
    """Hash what an entry says beside its title; empty when that is nothing. The store computes the same of what it keeps."""
    if not (entry.summary or entry.content):
        return ""
    return hashlib.md5(f"{entry.summary}\n{entry.content}".encode("utf-8", "replace"), usedforsecurity=False).hexdigest()


def recognise(entries: Sequence[Entry], known: Collection[KnownEntry]) -> Recognised:
    """Give the entries of one poll of a feed the ids of the known entries that they are, by the table above.

    `known` are the known entries of the feed that share id, guid, link, title, time or text with one of these; more do no harm.
    No two entries get one id.
    """
    ids = {one.id for one in known}
    if not known or all(entry.id in ids for entry in entries):
        return Recognised(tuple(entries))
    found = _Pairing([_seen(entry) for entry in entries], [_Seen(one.id, one, one.text_hash, 0) for one in known]).pairs()
    moved = {old: replace(entry, id=found[old]) for entry in entries if (old := entry.id) in found}
    storm = len(moved) >= max(STORM_MIN, STORM_SHARE * len(entries))
    return Recognised(tuple(moved.get(entry.id, entry) for entry in entries), storm, tuple(moved.values()))


class _Seen:
    """Look at an entry, of the poll or known, as the rules do."""

    def __init__(self, own_id: Id, source: Entry | KnownEntry, text: str, text_bytes: int) -> None:
        self.id = own_id
        self.feed_id = source.feed_id
        self.guid = source.guid
        self.url = source.url
        self.title = source.title.casefold()
        self.text = text
        self.long_text = text if text_bytes >= TEXT_BYTES_MIN else ""  # known ones are asked for by `text`
        self.long_title = len(source.title.encode("utf-8", "replace")) >= TITLE_BYTES_MIN
        at = source.published_at
        self.day = at  # as claimed
        self.at = at if at and (at.hour, at.minute, at.second) != (0, 0, 0) else None  # midnight is a day, not a time

    @cached_property
    def link(self) -> str:
        return identity(self.url)

    @cached_property
    def path(self) -> str:
        """Return the link without its host; empty for a home page."""
        parts = parse(self.link)
        return parts.target if parts and not is_home(self.link) else ""

    @property
    def bare(self) -> bool:
        return not (self.guid or self.url)


Key = Callable[[_Seen], Hashable | None]


class _Pairing:
    """Tie entries of a poll to known ones, rule by rule."""

    def __init__(self, poll: Sequence[_Seen], known: Sequence[_Seen]) -> None:
        ids = {one.id for one in known}
        self.poll, self.known = poll, known
        self.taken = {one.id for one in poll} & ids
        self.open = {one.id: one for one in poll if one.id not in ids}
        self.times = Counter(one.at for one in poll)
        self.found: dict[Id, Id] = {}

    def pairs(self) -> dict[Id, Id]:
        """Return the known id of each entry that was recognised under another."""
        self._tie(lambda one: (one.guid, one.link) if one.guid and one.link else None)
        self._tie(lambda one: one.guid or None, self._is_kept_guid)
        self._tie(lambda one: one.link if one.path else None, _is_one_page)
        self._tie(lambda one: one.text if one.bare and one.text else None, lambda new, _: bool(new.long_text))
        self._tie(lambda one: one.title if one.bare and one.title else None, _is_one_title)
        self._tie(lambda one: one.at, lambda new, old: _same_text(new, old) or _alike(new, old))
        self._tie(lambda one: (one.title, one.text) if one.title and one.text else None, _is_moved)
        self._tie_storm()
        return self.found

    def _tie(self, key: Key, agrees: Callable[[_Seen, _Seen], bool] = lambda _new, _old: True) -> None:
        for new, old in self._alone(key):
            if agrees(new, old):
                self._take(new, old)

    def _take(self, new: _Seen, old: _Seen) -> None:
        del self.open[new.id]
        self.taken.add(old.id)
        self.found[new.id] = old.id

    def _alone(self, key: Key) -> list[tuple[_Seen, _Seen]]:
        """Return the pairs still open whose key is borne by one entry on each side, counting those that are tied."""
        news, olds = _by_key(key, self.poll), _by_key(key, self.known)
        return [
            (new, old)
            for name, new in news.items()
            if new is not None and new.id in self.open and (old := olds.get(name)) is not None and old.id not in self.taken
        ]

    def _is_kept_guid(self, new: _Seen, old: _Seen) -> bool:
        if _same_text(new, old) or (new.at is not None and new.at == old.at and self.times[new.at] == 1):
            return True
        if (new.path and new.path == old.path) or _MADE_UNIQUE.search(new.guid) or _is_numbered(new, old):
            return True
        dated = new.day is not None and old.day is not None
        return _alike(new, old) and (_near(new, old) if dated else new.long_title and new.title == old.title)

    def _tie_storm(self) -> None:
        """Tie by long text or by title, if most of the poll pairs off so. The same text is believed whatever the title and time."""
        by_text = [(new, old) for new, old in self._alone(lambda one: one.text or None) if new.long_text]
        by_title = self._alone(lambda one: one.title or None)
        if len(self.found) + len({new.id for new, _ in (*by_text, *by_title)}) < max(STORM_MIN, STORM_SHARE * len(self.poll)):
            return
        redated = sum(not _near(new, old) for new, old in by_title) > len(self.poll) / 2  # the move gave all a new time
        for new, old in by_text:
            self._take(new, old)
        for new, old in by_title:
            is_open = new.id in self.open and old.id not in self.taken
            if is_open and (_near(new, old) or (redated and new.long_title)):
                self._take(new, old)


def _seen(entry: Entry) -> _Seen:
    return _Seen(entry.id, entry, text_hash(entry), len(f"{entry.summary}{entry.content}".encode("utf-8", "replace")))


def _by_key(key: Key, entries: Iterable[_Seen]) -> dict[Hashable, _Seen | None]:
    """Return who bears each key, None where several do. Feeds never share a key."""
    bearers: dict[Hashable, _Seen | None] = {}
    for one in entries:
        if (name := key(one)) is not None:
            bearers[one.feed_id, name] = None if (one.feed_id, name) in bearers else one
    return bearers


def _is_numbered(new: _Seen, old: _Seen) -> bool:
    number = _NUMBER.search(new.guid)
    return number is not None and number[0] in new.path and number[0] in old.path


def _is_one_page(new: _Seen, old: _Seen) -> bool:
    return _near(new, old) or new.title == old.title or _same_text(new, old)


def _is_one_title(new: _Seen, old: _Seen) -> bool:
    if new.day is None or old.day is None:
        return new.long_title
    return new.day == old.day and (new.at is not None or new.long_title)


def _is_moved(new: _Seen, old: _Seen) -> bool:
    return bool(new.long_text) and new.long_title and (new.day is None or old.day is None or new.day == old.day)


def _near(new: _Seen, old: _Seen) -> bool:
    """Tell whether the claimed times are less than a day apart; without one of them nothing speaks against it."""
    return new.day is None or old.day is None or abs(new.day - old.day) < DAY


def _same_text(new: _Seen, old: _Seen) -> bool:
    return bool(new.text) and new.text == old.text


def _alike(new: _Seen, old: _Seen) -> bool:
    """Tell whether titles are the same but for an edit: most pairs of letters in common, which needs no words."""
    if not new.title or not old.title:
        return False
    first, second = ({title[n : n + 2] for n in range(max(1, len(title) - 1))} for title in (new.title, old.title))
    return 2 * len(first & second) >= ALIKE_MIN * (len(first) + len(second))
