"""Find the known entries that the entries of a poll may be, under whatever id: what `stages.identity` decides with."""
# ruff: noqa: S608 - our own words and ids

from collections.abc import Collection, Iterable, Sequence

import duckdb

from tidings.model import Entry, Id
from tidings.stages.identity import STORM_MIN, STORM_SHARE, KnownEntry, text_hash
from tidings.store.queries import query
from tidings.store.rows import rows, rows_among, rows_found, stage_rows, update_rows
from tidings.text.urls import normalise

_GIVEN = {
    "id": "UUID", "feed_id": "UUID", "guid": "VARCHAR", "url": "VARCHAR", "title": "VARCHAR", "text_hash": "VARCHAR",
    "published_at": "TIMESTAMPTZ",
}  # fmt: skip
_KEYED = {"id": "UUID", "feed_id": "UUID", "guid": "VARCHAR", "url": "VARCHAR", "title": "VARCHAR"}
_TEXT = tuple(_GIVEN).index("text_hash")
KEYS = ("guid_key", "title_key", "link_key")  # columns of core.entries: see there
_PLACE = r"regexp_replace(lower(split_part(url, '?', 1)), '^https?://(www\.)*|(/amp|/)+$', '', 'g')"
_KEYS = ", ".join(
    f"(md5_number_lower(concat(feed_id, ' ', {what})) & 4294967295)::UINTEGER AS {key}"
    for key, what in zip(KEYS, ("guid", "lower(title)", _PLACE), strict=True)
)
_SAYS = """id, feed_id, guid, url, title, CASE WHEN summary = '' AND content = '' THEN '' ELSE md5(summary || chr(10) || content) END AS text_hash,
published_at, content_hash"""


def known_entries(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> dict[Id, tuple[KnownEntry, ...]]:
    """Return, by feed, the known entries that share id, guid, link, title or time with one of these of the same feed.

    Texts are compared where nothing else could tell: entries without guid and link, and polls in which most seems new. Of a guid,
    title, time or text the three newest bearers are given, which is enough to see that it has several; of an address without its
    query the newest twenty. Three columns of numbers made of guid, title and link lead there: no text of another entry is read, but those
    of a feed whose texts are compared.
    """
    by_feed: dict[Id, list[Entry]] = {}
    for entry in entries:
        by_feed.setdefault(entry.feed_id, []).append(entry)
    if not by_feed:
        return {}
    lying = rows_among(connection, "core.entries", [entry.id for of_feed in by_feed.values() for entry in of_feed])
    there = {row["id"]: row["content_hash"] for row in rows(connection, f"SELECT id, content_hash FROM {lying}")}
    new = [
        _given(entry, by_text=_needs_text(entry, of_feed, there))
        for of_feed in by_feed.values()
        for entry in of_feed
        if entry.id not in there
    ]
    found: dict[Id, dict[Id, KnownEntry]] = {
        feed: {entry.id: KnownEntry(entry.id, feed, "", "", "", "", None, there[entry.id]) for entry in of_feed if entry.id in there}
        for feed, of_feed in by_feed.items()
    }
    if new:
        stage_rows(connection, "given_entries", _GIVEN, new)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE given_keyed AS SELECT *, {_KEYS}, {_PLACE} AS place FROM given_entries")
        near = rows_found(connection, "core.entries", query("known_entries_near"))
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE near_entries AS SELECT id, feed_id, guid, url, title, published_at, first_seen_at, {_PLACE} AS place FROM {near}"
        )
        alike = rows(connection, query("known_entries"))
        if any(row[_TEXT] for row in new):
            alike += rows(connection, query("known_entries_by_text"))
        lying = rows_among(connection, "core.entries", [row["id"] for row in alike])
        for row in rows(connection, f"SELECT {_SAYS} FROM {lying} ORDER BY id"):
            found[row["feed_id"]][row["id"]] = KnownEntry(**row)
    return {feed: tuple(of_feed.values()) for feed, of_feed in found.items()}


def entry_keys(connection: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> dict[Id, tuple[int, int, int]]:
    """Return the numbers by which each entry is found: of its guid, title and link, in the order of KEYS. Equal ones may lie by chance."""
    if not stage_rows(connection, "given_keys", _KEYED, [(one.id, one.feed_id, one.guid, one.url, one.title) for one in entries]):
        return {}
    return {
        row["id"]: (row["guid_key"], row["title_key"], row["link_key"]) for row in rows(connection, f"SELECT id, {_KEYS} FROM given_keys")
    }


def record_moved(connection: duckdb.DuckDBPyConnection, moved: Iterable[Entry]) -> None:
    """Write down the guid and link under which known entries came back, so that the next move is recognised from there."""
    given = tuple(moved)
    if not given:
        return
    keys = entry_keys(connection, given)
    values = [(one.id, one.guid, one.url, *keys[one.id]) for one in given]
    update_rows(connection, "core.entries", ("id", "guid", "url", *KEYS), values)


def _needs_text(entry: Entry, of_feed: Sequence[Entry], there: Collection[Id]) -> bool:
    if not (entry.guid or entry.url):
        return True
    new_count = sum(one.id not in there for one in of_feed)
    return new_count >= max(STORM_MIN, STORM_SHARE * len(of_feed))


def _given(entry: Entry, *, by_text: bool) -> tuple[object, ...]:
    text = text_hash(entry) if by_text else ""
    return (entry.id, entry.feed_id, entry.guid, normalise(entry.url), entry.title, text, entry.published_at)
