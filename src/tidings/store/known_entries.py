"""Find the known entries that the entries of a poll may be, under whatever id: what `stages.identity` decides with."""

from collections.abc import Iterable, Sequence

import duckdb

from tidings.model import Entry, Id
from tidings.stages.identity import STORM_MIN, STORM_SHARE, KnownEntry, text_hash
from tidings.store.queries import query
from tidings.store.rows import rows, rows_among, stage_rows, update_rows
from tidings.text.urls import normalise

_GIVEN = {
    "id": "UUID", "feed_id": "UUID", "guid": "VARCHAR", "url": "VARCHAR", "title": "VARCHAR", "text_hash": "VARCHAR",
    "published_at": "TIMESTAMPTZ",
}  # fmt: skip
_TEXT = tuple(_GIVEN).index("text_hash")
_SAYS = """id, feed_id, guid, url, title, CASE WHEN summary = '' AND content = '' THEN '' ELSE md5(summary || chr(10) || content) END AS text_hash,
published_at"""


def known_entries(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> dict[Id, tuple[KnownEntry, ...]]:
    """Return, by feed, the known entries that share id, guid, link, title or time with one of these of the same feed.

    Texts are compared where nothing else could tell: entries without guid and link, and polls in which most seems new. Of a guid,
    title, time or text the three newest bearers are given, which is enough to see that it has several; of an address without its
    query the newest twenty. One pass over `entries` for all feeds given, and over the texts of none but those feeds.
    """
    by_feed: dict[Id, list[Entry]] = {}
    for entry in entries:
        by_feed.setdefault(entry.feed_id, []).append(entry)
    ids = [entry.id for of_feed in by_feed.values() for entry in of_feed]
    stage_rows(connection, "given_ids", {"id": "UUID"}, [(one,) for one in ids])
    there = {row["id"] for row in rows(connection, "SELECT id FROM core.entries SEMI JOIN given_ids USING (id)")}
    new = [
        _given(entry, by_text=_needs_text(entry, of_feed, there))
        for of_feed in by_feed.values()
        for entry in of_feed
        if entry.id not in there
    ]
    found: dict[Id, dict[Id, KnownEntry]] = {
        feed: {entry.id: KnownEntry(entry.id, feed, "", "", "", "", None) for entry in of_feed if entry.id in there}
        for feed, of_feed in by_feed.items()
    }
    if new:
        stage_rows(connection, "given_entries", _GIVEN, new)
        alike = rows(connection, query("known_entries"))
        if any(row[_TEXT] for row in new):
            alike += rows(connection, query("known_entries_by_text"))
        lying = rows_among(connection, "core.entries", [row["id"] for row in alike])
        for row in rows(connection, f"SELECT {_SAYS} FROM {lying} ORDER BY id"):  # noqa: S608 - our own words and ids
            found[row["feed_id"]][row["id"]] = KnownEntry(**row)
    return {feed: tuple(of_feed.values()) for feed, of_feed in found.items()}


def record_moved(connection: duckdb.DuckDBPyConnection, moved: Iterable[Entry]) -> None:
    """Write down the guid and link under which known entries came back, so that the next move is recognised from there."""
    update_rows(connection, "core.entries", ("id", "guid", "url"), [(entry.id, entry.guid, entry.url) for entry in moved])


def _needs_text(entry: Entry, of_feed: Sequence[Entry], there: set[Id]) -> bool:
    if not (entry.guid or entry.url):
        return True
    new_count = sum(one.id not in there for one in of_feed)
    return new_count >= max(STORM_MIN, STORM_SHARE * len(of_feed))


def _given(entry: Entry, *, by_text: bool) -> tuple[object, ...]:
    text = text_hash(entry) if by_text else ""
    return (entry.id, entry.feed_id, entry.guid, normalise(entry.url), entry.title, text, entry.published_at)
