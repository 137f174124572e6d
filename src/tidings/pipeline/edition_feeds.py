"""Write the feeds of editions that go out as files, beside the files."""

from pathlib import Path

from tidings.channels.file import edition_name
from tidings.config import Settings
from tidings.model import DeliveryState, Edition
from tidings.pipeline.deliver import DeliveryReport
from tidings.pipeline.site import shown_of
from tidings.pipeline.site_files import write_file
from tidings.render.edition_feeds import ENTRIES_MAX, edition_feed, to_atom, to_json_feed
from tidings.render.site import edition_path, is_name
from tidings.store.query import open_snapshot
from tidings.store.site import Shown, read_sent_files


def write_feeds_of(settings: Settings, report: DeliveryReport) -> int:
    """Write the feeds anew when this delivery wrote an edition as a file; return how many feeds changed. The snapshot must be current."""
    wrote = any(one.channel == "file" and one.state is DeliveryState.SENT and one.id in report.tried for one in report.deliveries)
    return write_edition_feeds(settings) if wrote else 0


def write_edition_feeds(settings: Settings) -> int:
    """Write `<recipient>.atom` and `<recipient>.json` beside the editions of every recipient of the channel `file`; return how many changed."""
    recipients = tuple(one.name for one in settings.recipients if one.channel == "file" and is_name(one.name))
    if not recipients:
        return 0
    shown = shown_of(settings)
    with open_snapshot(settings.data) as connection:
        archive = read_sent_files(connection, Shown(recipients, shown.topics, shown.time_zones, shown.time_zone), ENTRIES_MAX)
    folder, by_id = settings.data / "editions", {one.reported.development_id: one for one in archive.developments}
    changed = 0
    for name in recipients:
        editions = [one for one in archive.editions if one.recipient == name]
        base_url = settings.site.base_url
        feed = edition_feed(name, editions, by_id, archive.stories, lambda one: _link(one, folder, settings.site.base_url), base_url)
        changed += write_file(folder / f"{name}.atom", to_atom(feed).encode())
        changed += write_file(folder / f"{name}.json", to_json_feed(feed).encode())
    return changed


def _link(edition: Edition, folder: Path, base_url: str) -> str:
    """Return where an edition is read: on the site, or in the file beside the feed."""
    if base_url:
        return f"{base_url}/{edition_path(edition.id)}"
    name = f"{edition_name(edition)}.html"
    return name if (folder / name).exists() else ""
