"""Take feeds from an OPML list of another reader, and give ours away. The list is hostile: it is read in the jail."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from pathlib import Path

from tidings.config import Settings
from tidings.config.feed_tables import Bad, Judged, Wanted, allowed_places, jail_limits, judge_feeds
from tidings.jail import Jail, JailFailure
from tidings.model import Feed, Rejection, Stage
from tidings.text.opml import BYTES_MAX, Outline, OutlineList, read_opml, write_opml
from tidings.text.urls import parse, registrable_domain, without_secrets
from tidings.web.addresses import judge

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
_FEED_SCHEME = re.compile(r"\Afeed:(?://)?(?:(https?://)|(?<=//))", re.IGNORECASE)  # how older readers marked what is for them
_TITLE = "Feeds of Tidings"


@dataclass(frozen=True, slots=True)
class Imported:
    """Hold what an OPML file would add, and what it said besides."""

    judged: Judged
    list_count: int  # other lists that it points to; they are not followed
    cut: bool  # it ends too early


def read_list(path: Path, folder: Path, language: str, *, with_variables: bool = False) -> Imported | Rejection:
    """Read an OPML file and hold its feeds against feeds.toml in `folder`; nothing is written.

    `language` is given to feeds for which the list says none. An address with `${NAME}` is refused unless `with_variables`: it would
    send that variable of the environment to whoever wrote the list. Raises OSError when the file cannot be read.
    """
    with path.open("rb") as file:
        body = file.read(BYTES_MAX + 1)
    limits = jail_limits(folder)
    with Jail(cpu_s=limits.cpu_s, memory_mb=limits.memory_mb, wall_s=limits.wall_s, preload=("tidings.text.opml",)) as jail:
        found = jail.call(read_opml, body)
    if isinstance(found, JailFailure):
        return Rejection(Stage.PARSE, f"parser_{found.reason}", found.detail)
    return found if isinstance(found, Rejection) else judge_list(found, folder, language, with_variables=with_variables)


def judge_list(found: OutlineList, folder: Path, language: str, *, with_variables: bool = False) -> Imported:
    """Hold the feeds of a list against feeds.toml: new, there already, repeated, bad."""
    bad: list[Bad] = []
    wanted: list[Wanted] = []
    allowed = allowed_places(folder)
    for one in (_wanted(outline, language) for outline in found.outlines):
        why = _why_not(one.url, allowed, with_variables=with_variables)
        if why:
            bad.append(Bad(one.line, one.publisher, without_secrets(one.url), why))
        else:
            wanted.append(one)
    judged = judge_feeds(folder, wanted)
    every_bad = sorted((*bad, *judged.bad), key=lambda one: one.line)
    return Imported(replace(judged, bad=tuple(every_bad)), found.list_count, found.cut)


def _wanted(outline: Outline, language: str) -> Wanted:
    url = _FEED_SCHEME.sub(lambda found: found[1] or "https://", outline.url)
    parts = parse(url)
    said = _LANGUAGE.fullmatch(outline.language)
    publisher = outline.title or (registrable_domain(parts.host) if parts else "") or "unnamed"
    return Wanted(url, publisher, said[1].lower() if said else language, outline.line)


def _why_not(url: str, allowed: frozenset[str], *, with_variables: bool) -> str:
    if "${" in url:
        return (
            ""
            if with_variables
            else "it names a variable of the environment; take such addresses only from a list of your own (--with-variables)"
        )
    parts = parse(url)
    try:
        address = ip_address(parts.host) if parts else None
    except ValueError:
        return ""
    why = judge(str(address), parts.port, allowed) if parts and address else ""
    return f"not a public address ({why})" if why else ""


def export_list(settings: Settings) -> str:
    """Write the configured feeds as OPML 2.0, grouped by language. Addresses are written as configured, variables not filled in."""
    languages = sorted({feed.language for feed in settings.feeds})
    return write_opml(_TITLE, ((language, _outlines(settings.feeds, language)) for language in languages))


def _outlines(feeds: Iterable[Feed], language: str) -> Iterator[Outline]:
    return (Outline(feed.shown_url, feed.publisher, feed.language) for feed in feeds if feed.language == language)
