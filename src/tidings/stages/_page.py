"""Read from a page what extraction does not give: its address, headings, authors, times, depth."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from tidings.text.markup import one_line, unescape
from tidings.text.urls import absolute, identity, is_home, parse, registrable_domain
from tidings.text.written_days import read_day

DEPTH_MAX = 200  # libxml2 stops near 256 and yields nothing, without an error
_HEAD_CHARS = 300_000
METAS_MAX = 500
HEADINGS_MAX = 12
SHOWN_MAX = 5
_DATE_CHARS_MAX = 100
_LINK = re.compile(r"<link\b[^<>]{0,2000}>", re.IGNORECASE)
_META = re.compile(r"<meta\b[^<>]{0,2000}>", re.IGNORECASE)
_TIME = re.compile(r"<time\b[^<>]{0,1000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_TITLE = re.compile(r"<title\b[^<>]{0,200}>([^<]{0,1000})", re.IGNORECASE)
BY = re.compile(
    r"^(?:(?:(?:this )?(?:post|article|story|words)? ?(?:was )?(?:written |posted )?)?by|von|par|por|di|door|yazan|автор|كتب|بقلم|作者)\b[:\s]*|^(?:记者|文)[:/／：]",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"(?:[|\u2022\u00b7]|\b(?:last )?(?:updated|published|reviewed|posted|modified)\b).*", re.IGNORECASE | re.DOTALL)
_NO_NAME = re.compile(
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|admin|administrator|author|editor|staff|guest|unknown|none|null)\.?",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:^|[\s_-])(?:author(?:[_-]?name)?|by-?line(?:[_-]?name)?|post-author|entry-author|vcard)(?:$|\s)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_NAME_CHARS_MAX, _NAME_WORDS_MAX = 50, 5
_AND = re.compile(r" and | & |;")
_META_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "dcterms.creator", "sailthru.author", "byl", "citation_author")
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_VIEW = re.compile(r"(?:page/)?\d{1,3}|amp|print|mobile|index\.\w{2,5}|live|all|full|single-?page", re.IGNORECASE)
LINES = ("br", "p", "div")
_HEADLINE = re.compile(r"<h1\b", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
DATED = re.compile(r"date|time|publish|posted|byline|meta\b", re.IGNORECASE)
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

    Believed only in the head, when all such links agree, on the same registrable domain, and not when it is a home page, a folder that
    the page lies in (seen: every page of a site naming its front page or section), or the same address without encryption.
    """
    head = page_html[:_HEAD_CHARS]
    body = _BODY.search(head)
    named = set()
    for match in islice(_LINK.finditer(head, 0, body.start() if body else len(head)), METAS_MAX):
        link = attributes(match[0])
        if "canonical" in link.get("rel", "").lower().split() and "hreflang" not in link:
            named.add(absolute(page_url, link.get("href", "")))
    if len({identity(url) for url in named}) != 1:
        return page_url
    url = min(named)
    here, there = parse(page_url), parse(url)
    if here is None or there is None or is_home(url) or registrable_domain(there.host) != registrable_domain(here.host):
        return page_url
    if identity(url) == identity(page_url):
        return page_url if (here.scheme, there.scheme) == ("https", "http") else url
    return page_url if _holds(there.path, here.path) else url


def _holds(folder: str, path: str) -> bool:
    """Tell whether a path is a folder of another: a section, unless what follows is only the number of a page or the name of a view."""
    start = folder.rstrip("/") + "/"
    rest = path[len(start) :].strip("/") if path.startswith(start) else ""
    return bool(rest) and not _VIEW.fullmatch(rest)


def metas(page_html: str) -> dict[str, list[str]]:
    """Return what the page's meta elements say, by name in lower case, in their order."""
    found: dict[str, list[str]] = {}
    for match in islice(_META.finditer(page_html, 0, _HEAD_CHARS), METAS_MAX):
        meta = attributes(match[0])
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content := meta.get("content", ""):
            found.setdefault(name.lower(), []).append(content)
    return found


def title(page_html: str) -> str:
    """Return the title of the document, in one line."""
    found = _TITLE.search(page_html, 0, _HEAD_CHARS)
    return one_line(unescape(found[1])) if found else ""


def headings(tree: HtmlElement | None) -> list[str]:
    """List the first-rank headings that a page shows, in one line each; what was escaped twice is meant as what it stands for."""
    found = islice(tree.iter("h1"), HEADINGS_MAX) if tree is not None else ()
    return [text for one in found if (text := one_line(unescape(shown_text(one))))]


def shown_text(element: HtmlElement) -> str:
    """Return the text of an element, its lines apart from each other: no word runs into the next where one is broken."""
    if next(element.iterdescendants(*LINES), None) is None:
        return "".join(element.itertext())
    parts = []
    for event, one in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            parts += [" " if one.tag in LINES else "", one.text or ""]
        elif one is not element:
            parts += [" " if one.tag in LINES else "", one.tail or ""]
    return "".join(parts)


def authors(named: dict[str, list[str]]) -> list[str]:
    """List who is named as author in the meta elements; addresses of profiles are no names."""
    return [name for meta in _META_AUTHORS for one in named.get(meta, ()) for name in _AND.split(one) if "://" not in name]


def person(text: str) -> str:
    """Return a name without what stands before and behind it in a byline; empty where none is left."""
    name = BY.sub("", _BEHIND.sub("", one_line(text))).strip(" ,;:|-\u2013\u2022")
    return "" if "://" in name or name.startswith("@") or not any(map(str.isalpha, name)) or _NO_NAME.fullmatch(name) else name


def is_name(text: str) -> bool:
    """Tell whether a text is short enough to be a name."""
    return bool(text) and len(text) <= _NAME_CHARS_MAX and len(text.split()) <= _NAME_WORDS_MAX and not _DIGIT.search(text)


def bylines(tree: HtmlElement | None) -> list[str]:
    """List the names that the page marks as its author's: by rel, itemprop, or a class that says nothing else."""
    if tree is None:
        return []
    found = []
    for element in tree.iter("a", "span", "div", "p", "address", "cite", "strong", "h5", "h6", "li"):
        if element.get("rel") == "author" or "author" in (element.get("itemprop") or "") or _BYLINE.search(element.get("class") or ""):
            text = one_line(" ".join(islice(element.itertext(), 12)))
            name = person(text)
            if is_name(name):
                found.append(name)
        if len(found) >= SHOWN_MAX:
            break
    return found[:1]


def stated_times(page_html: str, named: dict[str, list[str]]) -> list[datetime]:
    """List the moments that a page's data names as its publication, beside what was read of its JSON-LD: broken JSON-LD, meta."""
    texts = [match[1] for match in islice(_JSON_DATE.finditer(page_html), 2)]
    texts += [text for name, contents in named.items() if name in _META_DATES for text in contents]
    return [when for when in map(read_day, texts) if when]


def marked_times(page_html: str) -> list[datetime]:
    """List the moment of the first <time> below the headline, unless it says of itself that it is that of an update."""
    headline = _HEADLINE.search(page_html)
    for start in (headline.start() if headline else 0, 0):
        for match in islice(_TIME.finditer(page_html, start), SHOWN_MAX):
            time = attributes(match[0])
            updated = _UPDATED.search(f"{time.get('class', '')} {time.get('itemprop', '')} {time.get('id', '')}")
            if not updated and (when := read_day(time.get("datetime", ""))):
                return [when]
    return []


def shown_times(tree: HtmlElement | None) -> list[datetime]:
    """List the days that a page shows as a date, in words of many languages."""
    return [when for text in _shown_dates(tree) if (when := read_day(text))]


def _shown_dates(tree: HtmlElement | None) -> Iterator[str]:
    """Give the short texts that a page marks as dates: by the element's name, class, id or itemprop."""
    if tree is None:
        return
    count = 0
    for element in tree.iter("time", "span", "div", "p", "li", "abbr", "h2"):
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"[:200]
        if element.tag != "time" and not DATED.search(names):
            continue
        text = one_line("".join(islice(element.itertext(), 20)))
        if 6 <= len(text) <= _DATE_CHARS_MAX:
            yield text
            count += 1
        if count >= SHOWN_MAX:
            return


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag, entities decoded, names in lower case; of several with one name the first."""
    pairs = ((found[1].lower(), found[2] or found[3] or found[4] or "") for found in _ATTRIBUTE.finditer(tag))
    return {name: unescape(value).strip() for name, value in reversed(list(pairs))}
