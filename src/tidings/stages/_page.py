"""Read from a page's HTML, without parsing it a second time, what extraction does not give: links, times, depth."""

import re
from datetime import datetime
from itertools import islice

from tidings.text import dates
from tidings.text.markup import unescape
from tidings.text.urls import absolute, is_home, parse, registrable_domain

DEPTH_MAX = 200  # libxml2 stops near 256 and yields nothing, without an error
_HEAD_CHARS = 300_000
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_META = re.compile(r"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
_TIME = re.compile(r"<time\b[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_JSON_DATE = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{8,40})\"")
# fmt: off
_META_DATES = frozenset((
    "article:published_time", "og:published_time", "og:article:published_time", "article:published", "article.published",
    "datepublished", "date", "pubdate", "publishdate", "publish-date", "publish_date", "publication_date", "parsely-pub-date",
    "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "cxenseparse:recs:publishtime",
))
# fmt: on
# elements that must be closed: the others (p, li, td ...) close themselves and would count as ever deeper
_CONTAINER = re.compile(
    r"<(/?)(?:div|span|section|article|main|aside|header|footer|nav|table|tbody|blockquote|ul|ol|dl|figure|form|fieldset|font|center|b|i|u|em|strong|a|small|big|sub|sup|details|q|code|pre|button|label|ins|del)\b",
    re.IGNORECASE,
)


def nesting_depth(page_html: str) -> int:
    """Count how deep elements that must be closed are nested at most; linear, without a parser."""
    depth = deepest = 0
    for match in _CONTAINER.finditer(page_html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def canonical_url(page_html: str, page_url: str) -> str:
    """Return what the page calls its own address, when that may be believed; else the page's address.

    Believed only on the same registrable domain, and not when it is a home page (seen: every page of a site
    naming the front page).
    """
    here = parse(page_url)
    for match in _LINK.finditer(page_html, 0, _HEAD_CHARS):
        link = attributes(match[0])
        if "canonical" not in link.get("rel", "").lower().split():
            continue
        url = absolute(page_url, link.get("href", ""))
        there = parse(url)
        if here and there and not is_home(url) and registrable_domain(there.host) == registrable_domain(here.host):
            return url
        break
    return page_url


def published_times(page_html: str) -> list[datetime]:
    """List the moments a page names as its publication, most trustworthy first: JSON-LD, meta, the first <time>."""
    texts = [match[1] for match in islice(_JSON_DATE.finditer(page_html), 2)]
    for match in _META.finditer(page_html, 0, _HEAD_CHARS):
        meta = attributes(match[0])
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if name.lower() in _META_DATES:
            texts.append(meta.get("content", ""))
    first_time = _TIME.search(page_html)
    if first_time:
        texts.append(attributes(first_time[0]).get("datetime", ""))
    return [when for when in map(dates.parse_date, texts) if when]


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, entities decoded, names in lower case; of several with one name the first."""
    pairs = ((found[1].lower(), found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(tag))
    return {name: unescape(value).strip() for name, value in reversed(list(pairs))}
