"""Write the archive as a small static site, from the published snapshot: read-only, and no one waits for it."""

import hashlib
from functools import cache
from importlib.metadata import version as installed
from importlib.resources import files
from pathlib import Path

from tidings.config import Settings
from tidings.errors import TidingsError
from tidings.model import Id
from tidings.pipeline.site_files import SiteReport, is_current, write_pages
from tidings.pipeline.wait import hold_within
from tidings.render.site import edition_path
from tidings.store.query import open_snapshot
from tidings.store.site import Shown, read_archive, read_stamp

_MAKERS = (
    ("render",),
    ("text",),
    ("render", "site"),
    ("render", "site", "static"),
    ("render", "templates", "site"),
    ("stages",),
    ("store",),
    ("store", "sql"),
)
_MAKING = (
    "archive",
    "site",
    "words",
    "escape",
    "languages",
    "view",
    "edition_feeds",
    "fold",
    "reported",
)  # in the names of modules that make pages


def site_folder(settings: Settings) -> Path:
    """Return where the site is written unless a command says otherwise."""
    return (settings.folder.parent / settings.site.folder).absolute() if settings.site.folder else settings.data / "site"


def write_site(settings: Settings, into: Path | None = None) -> SiteReport:
    """Write what has changed since the last time; raises StoreError when nothing is published yet, UsageError for a folder not ours."""
    from tidings.render.site.feeds import feeds  # noqa: PLC0415 - as above
    from tidings.render.site.pages import Site  # noqa: PLC0415 - pygal takes a tenth of a second, which a run without a site need not wait
    from tidings.render.site.search import assets  # noqa: PLC0415 - as above

    folder = (into or site_folder(settings)).absolute()
    shown = shown_of(settings)
    with hold_within(settings.data, "site", settings.store.wait_s) as alone:
        if not alone:
            raise TidingsError("another process is writing the site")
        with open_snapshot(settings.data) as connection:
            made_of = f"{making()} {shown!r} {settings.site.base_url!r}"
            content = hashlib.blake2b(f"{made_of} {read_stamp(connection)}".encode(), digest_size=16).hexdigest()
            if is_current(folder, content):
                return SiteReport(folder)
            archive = read_archive(connection, shown)
        pages = (*Site(archive, settings.digest.time_zone).pages(), *feeds(archive, settings.site.base_url), *assets(archive))
        return write_pages(folder, pages, making(), content)


def write_linked_site(settings: Settings) -> tuple[SiteReport | None, str]:
    """Write the site where digests link to it, that is with `site.base_url`; return what went wrong, for a digest goes out all the same."""
    if not settings.site.base_url:
        return None, ""
    try:
        return write_site(settings), ""
    except (TidingsError, OSError) as error:
        return None, f"the site was not written: {error}"


def full_url(settings: Settings, recipient: str, edition_id: Id) -> str:
    """Return where all of an edition is shown once the site is written; empty when nobody is told where the site is, or it leaves this one out."""
    site = settings.site
    shown = bool(site.base_url) and (not site.recipients or recipient in site.recipients)
    return f"{site.base_url}/{edition_path(edition_id)}" if shown else ""


def shown_of(settings: Settings) -> Shown:
    """Return whose editions and which topics the site shows: everybody's, or those of the recipients it names."""
    named = settings.site.recipients
    wanted = {topic for one in settings.recipients if one.name in named for topic in one.topics}
    titles = {topic.name: topic.title for topic in settings.topics if not named or topic.name in wanted}
    zones = {one.name: one.time_zone for one in settings.recipients}
    return Shown(tuple(named), titles, zones, settings.digest.time_zone)


@cache
def making() -> str:
    """Name how pages are made: changes with the version and with every file that has a part in it."""
    digest = hashlib.blake2b(f"{installed('tidings')} {installed('pygal')}".encode(), digest_size=16)
    for folder in _MAKERS:
        for file in sorted(files("tidings").joinpath(*folder).iterdir(), key=lambda one: one.name):
            if file.is_file() and (folder[-1] in {"site", "static"} or any(word in file.name for word in _MAKING)):
                digest.update(file.read_bytes())
    return digest.hexdigest()
