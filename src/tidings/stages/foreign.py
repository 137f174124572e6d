"""Tell whose site an address is on: one feed's words never stand for another's page, and a page is its publisher's. Pure.

A feed may link to any page, and an article is known by its address. Without these rules the words that a hostile or careless feed gives
beside a link to another publisher's page would be kept as that page's text where they are longer than it, or while it cannot be had:
made up under that publisher's address, and in the way of what it really says.

| the page is on | the feed's own words | the text of the page is by |
|---|---|---|
| the feed's own site: that of its address, of its publisher, or where its links lead | as with any page | the feed's publisher |
| the site of another publisher that is configured (feeds, publisher_family) | never stand in | that publisher |
| a site that nobody is configured for | stand in, as words of the feed's publisher, until the page gives any | the site's registrable domain |
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from tidings.model import Entry, Feed
from tidings.text.urls import host_of, registrable_domain

Sites = Mapping[str, frozenset[str]]  # registrable domain -> publishers that are configured for it


def sites_of(feeds: Iterable[Feed], families: Mapping[str, str]) -> Sites:
    """Return who publishes on which site, as far as the feeds tell, and the families (domain -> publisher) that they are of."""
    found: dict[str, set[str]] = {domain: {name} for domain, name in families.items()}
    for feed in feeds:
        if domain := _domain(feed.url):
            family = families.get(domain)
            for same in (domain, *(other for other, name in families.items() if name == family)):
                found.setdefault(same, set()).add(feed.publisher)
    return {domain: frozenset(names) for domain, names in found.items()}


def without_foreign_words(entry: Entry, publisher: str, sites: Sites, *addresses: str) -> Entry:
    """Return the entry without its own summary and content if one of its page's addresses is on the site of other publishers alone."""
    owners = [sites.get(_domain(address), frozenset()) for address in addresses]
    if all(not names or publisher in names for names in owners):
        return entry
    return replace(entry, summary="", content="")


def is_foreign(publisher: str, own: frozenset[str], sites: Sites, *addresses: str) -> bool:
    """Tell whether one of a page's addresses is not on the feed's own site; `own` are the registrable domains where its links lead."""
    return any(not _is_own(_domain(address), publisher, own, sites) for address in addresses)


def publisher_of(address: str, link: str, publisher: str, own: frozenset[str], sites: Sites) -> str:
    """Return whose the text of the page at an address is, to which the link of a publisher's feed led.

    A link to the feed's own site that leads on to a site of nobody's is taken for a detour of the publisher: feeds count their readers so.
    """
    domain = _domain(address)
    if _is_own(domain, publisher, own, sites):
        return publisher
    if names := sites.get(domain):
        return next(iter(names)) if len(names) == 1 else domain
    return domain if _domain(link) == domain or not _is_own(_domain(link), publisher, own, sites) else publisher


def _is_own(domain: str, publisher: str, own: frozenset[str], sites: Sites) -> bool:
    names = sites.get(domain, frozenset())
    return not domain or publisher in names or (not names and domain in own)


@lru_cache(maxsize=20_000)  # all feeds are asked for in each run, and twice
def _domain(address: str) -> str:
    return registrable_domain(host_of(address))
