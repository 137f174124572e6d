"""Name the pages of the archive site: paths of our own, from ids and configured names only."""

import re
from collections.abc import Callable
from dataclasses import dataclass

FEEDS_FOLDER = "feeds"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")  # as the configuration has it
_SUFFIX = re.compile(r"(?:-\d{4}-\d{2}(?:-\d{1,4})?)?")
_OURS = re.compile(
    rf"(?:index|search)\.html|(?:editions/index|(?:editions|stories)/{_ID.pattern}|topics/{_NAME.pattern}{_SUFFIX.pattern})\.html"
    rf"|feeds/{_NAME.pattern}\.(?:atom|json)|assets/(?:site\.css|minisearch\.js|search\.js|search-index\.js|MiniSearch-LICENSE\.txt)"
)


@dataclass(frozen=True, slots=True)
class Page:
    """Hold one file of the site: its path, all that its text is made of, and how it is made."""

    path: str
    material: object  # plain frozen values: two pages of equal path and material have equal text
    write: Callable[[], str]


def edition_path(edition_id: str) -> str:
    """Return where an edition's page is, below the site's folder or `site.base_url`."""
    return f"editions/{_checked(_ID, edition_id)}.html"


def story_path(story_id: str) -> str:
    """Return where a story's page is."""
    return f"stories/{_checked(_ID, story_id)}.html"


def topic_path(name: str, suffix: str = "") -> str:
    """Return where a page of a topic's timeline is."""
    return f"topics/{_checked(_NAME, name)}{_checked(_SUFFIX, suffix)}.html"


def feed_path(recipient: str, ending: str) -> str:
    """Return where the feed of a recipient's editions is; `ending` is atom or json."""
    return f"{FEEDS_FOLDER}/{_checked(_NAME, recipient)}.{ending}"


def is_id(text: str) -> bool:
    """Tell whether a text is an id of ours, so that it may name a file."""
    return _ID.fullmatch(text) is not None


def is_name(text: str) -> bool:
    """Tell whether a text is such a name as topics and recipients have in the configuration."""
    return _NAME.fullmatch(text) is not None


def is_path_of_ours(path: str) -> bool:
    """Tell whether a path below the site's folder is one that the site may write or remove."""
    return _OURS.fullmatch(path) is not None


def _checked(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise ValueError("no name for a file of the site")
    return text
