"""Ask trafilatura for the text of a page, and for what the page says of itself only as far as that is needed.

Of a dozen fields that its `extract_metadata` fills we read four, the author and the day of few pages, and the others took as long as
the text: the day a third of all on pages that say it themselves, the author a copy of the tree, tags, categories and licence as much as
parsing (measured on 300 pages). So its parts are called in the order of that function, one by one; a test holds the two together.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

import trafilatura
from htmldate import find_date
from lxml.html import HtmlElement
from trafilatura import metadata
from trafilatura.settings import Document, set_date_params

Said = TypeVar("Said")


def parsed(page_html: str) -> HtmlElement | None:
    """Return the tree that trafilatura makes of a page, without comments; None where it makes none."""
    try:
        return trafilatura.load_html(page_html)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a library's bug on odd input is "nothing found"
        return None


class Found:
    """Hold the text that trafilatura finds in a tree, and ask it for more; all is empty where it finds no text, or fails."""

    def __init__(self, tree: HtmlElement | None, url: str) -> None:
        """Find the text; the tree stays as it is."""
        self._tree = tree
        self._url = url
        found = _tried(lambda: trafilatura.bare_extraction(tree, url=url, fast=True, include_comments=False, deduplicate=False))
        self.text = _string(getattr(found, "text", "")) if tree is not None else ""
        self._is_found = tree is not None and found is not None

    @cached_property
    def site(self) -> str:
        """Return the name of the site: as stated, from the title, or its host."""
        return self._asked("sitename", self._site)

    @cached_property
    def title(self) -> str:
        """Return the title: as stated, or as it is shown."""
        return self._asked("title", lambda: self._stated.title or metadata.extract_title(self._tree))

    @cached_property
    def author(self) -> str:
        """Return the authors, parted by semicolons: as stated, or as they are shown."""
        return self._asked("author", lambda: self._stated.author or metadata.extract_author(self._tree))

    @cached_property
    def day(self) -> str:
        """Return the day of publication that looks most like it, as an ISO date."""
        return self._asked("date", lambda: find_date(self._tree, url=self._address, **set_date_params()))

    @cached_property
    def _stated(self) -> Any:
        """Return what metas and data state."""
        stated = metadata.examine_meta(self._tree)
        if stated.author and " " not in stated.author:
            stated.author = None
        return _tried(lambda: metadata.extract_meta_json(self._tree, stated)) or stated

    @cached_property
    def _address(self) -> Any:
        return self._stated.url or metadata.extract_url(self._tree, self._url)

    def _site(self) -> str:
        if name := self._stated.sitename or metadata.extract_sitename(self._tree):
            name = str(name).lstrip("@")
            return name.title() if name and "." not in name and not name[0].isupper() else name
        host = metadata.META_URL.match(self._address or "")
        return str(host[1]) if host else ""

    def _asked(self, name: str, ask: Callable[[], object]) -> str:
        """Return what is said, trimmed as the library does it; of a title as well that came as `true` out of JSON-LD nothing."""
        if not self._is_found:
            return ""
        said = Document()
        setattr(said, name, _tried(ask))
        said.clean_and_trim()
        return _string(getattr(said, name))


def _tried(ask: Callable[[], Said]) -> Said | None:
    try:
        return ask()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        return None


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
