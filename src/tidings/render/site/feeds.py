"""Offer the editions on the site as feeds, one of each form for each recipient."""

from collections.abc import Iterator, Mapping
from functools import cache

from tidings.model import Edition, Id
from tidings.render.edition_feeds import ENTRIES_MAX, EditionFeed, edition_feed, to_atom, to_json_feed
from tidings.render.site import Page, edition_path, feed_path, is_id, is_name
from tidings.stages.archive import Archive, ArchivedDevelopment


def feeds(archive: Archive, base_url: str) -> Iterator[Page]:
    """Yield the feeds of everybody's latest editions."""
    by_id = {one.reported.development_id: one for one in archive.developments}
    for recipient in sorted({one.recipient for one in archive.editions}):
        latest = tuple(one for one in archive.editions if one.recipient == recipient and is_id(one.id))[:ENTRIES_MAX]
        if latest and is_name(recipient):
            yield from _pages(recipient, latest, archive, by_id, base_url)


def _pages(
    recipient: str, editions: tuple[Edition, ...], archive: Archive, by_id: Mapping[Id, ArchivedDevelopment], base_url: str
) -> Iterator[Page]:
    @cache
    def made() -> EditionFeed:
        return edition_feed(recipient, editions, by_id, archive.stories, lambda one: _link(one, base_url), base_url)

    paths = {ending: feed_path(recipient, ending) for ending in ("atom", "json")}
    own = {ending: f"{base_url}/{path}" if base_url else "" for ending, path in paths.items()}
    told = tuple(by_id.get(one.development_id) for edition in editions for story in edition.stories for one in story.developments)
    stories = tuple(archive.stories.get(story.story_id) for edition in editions for story in edition.stories)
    material = (recipient, editions, told, stories, base_url)  # both change after an edition: what is corrected, what a story rests on
    yield Page(paths["atom"], material, lambda: to_atom(made(), own["atom"]))
    yield Page(paths["json"], material, lambda: to_json_feed(made(), own["json"]))


def _link(edition: Edition, base_url: str) -> str:
    """Return where an edition is read: on the site, or seen from the folder of the feeds."""
    return f"{base_url or '..'}/{edition_path(edition.id)}"
