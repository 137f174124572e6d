"""Tell whose site an address is on, among the configured feeds: one feed's words never stand for another's page. Pure.

A feed may link to any page, and an article is known by its address. Without this rule the words that a hostile or careless feed gives
beside a link to another publisher's page would be kept as that page's text where they are longer than it, or while it cannot be had:
made up under that publisher's address, and in the way of what it really says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tidings.model import Entry, Feed
from tidings.text.urls import host_of, registrable_domain

Sites = Mapping[str, frozenset[str]]  # registrable domain -> publishers that have a feed on it


def sites_of(feeds: Iterable[Feed]) -> Sites:
    """Return who publishes on which site, as far as the feeds tell."""
    found: dict[str, frozenset[str]] = {}
    for feed in feeds:
        if domain := _domain(feed.url):
            found[domain] = found.get(domain, frozenset()) | {feed.publisher}
    return found


def without_foreign_words(entry: Entry, publisher: str, sites: Sites, *addresses: str) -> Entry:
    """Return the entry without its own summary and content if one of its page's addresses is on the site of other publishers alone."""
    owners = [sites.get(_domain(address), frozenset()) for address in addresses]
    if all(not names or publisher in names for names in owners):
        return entry
    return replace(entry, summary="", content="")


def _domain(address: str) -> str:
    return registrable_domain(host_of(address))
