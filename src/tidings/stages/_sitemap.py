"""Read news sitemaps: the addresses of the last two days with title, time and language, which some sites give instead of feeds.

A sitemap is a list of addresses (sitemaps.org); only with Google's news extension does it say what is new. An index of sitemaps
leads to others, which are not followed: the user configures the one that holds the news.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from tidings.model import Entry, Feed, Response
from tidings.stages._claimed import read_claimed
from tidings.stages._entries import first_plausible, make_entry, title_of, web_url
from tidings.stages._mended import with_existing
from tidings.text.decode import decode
from tidings.text.markup import plain

ROOTS = ("urlset", "sitemapindex")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^<>]{0,400}\?>")
_VALUES = ("loc", "lastmod", "name", "language", "publication_date", "title")


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a sitemap: `items` are its news, or of an index the sitemaps that it names."""

    items: list[Mapping[str, str]]
    address_count: int  # with those that are no news
    cut: bool


def read(response: Response, root: str) -> Document:
    """Read the news of a sitemap, or the children of an index. What is broken is read as far as it goes."""
    text = with_existing(_DECLARATION.sub("", decode(response.body, response.headers.get("content-type", ""))))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, recover=True, huge_tree=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    try:
        tree: Any = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        tree = None
    cut = f"</{root}" not in text[-400:].replace(" ", "") and not re.search(rf"</[\w.-]+:{root}\s*>\s*\Z", text[-400:])
    found = [_values(one) for one in tree if _name(one) in ("url", "sitemap")] if tree is not None else []
    if cut and found:
        found.pop()  # the last one is not whole
    return Document([one for one in found if root == "sitemapindex" or "title" in one], len(found), cut)


def entry_of(item: Mapping[str, str], response: Response, feed: Feed) -> Entry:
    """Make an entry of one address with its news."""
    claimed = (read_claimed(item.get(key, "")) for key in ("publication_date", "lastmod"))
    return make_entry(
        feed,
        guid="",
        url=web_url(item.get("loc", ""), response.final_url),
        title=title_of(item["title"], plain),
        summary="",
        content="",
        published_at=first_plausible(claimed, response.fetched_at),
        language=item.get("language", ""),
        authors=(),
    )


def _values(element: Any) -> dict[str, str]:
    """Return the texts inside `<url>`; title, name and language stand in elements of the extension."""
    return {_name(one): value for one in _inside(element) if _name(one) in _VALUES and (value := "".join(one.itertext()).strip())}


def _inside(element: Any) -> Iterator[Any]:
    """Yield the elements that say something of the address itself, not of its pictures or films."""
    for child in element:
        if _name(child) in ("loc", "lastmod"):
            yield child
        elif _name(child) == "news":
            yield from child.iter()


def _name(element: Any) -> str:
    """Return the name without its namespace, or without a prefix that nobody declared, on which `etree.QName` raises (found by fuzzing)."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""
