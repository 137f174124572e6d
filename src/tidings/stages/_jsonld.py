"""Read what a page says of its article in JSON-LD (schema.org Article and its kinds), and nothing of anything else it names.

Bounded in scripts, characters, nodes and depth. Comments, related articles, lists of teasers, publishers and products in the same
data are never looked into. Broken JSON is mended where that is plain: HTML comments and CDATA around it, escaped quotation marks,
commas before a closing bracket, raw line ends.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tidings.text.markup import one_line, plain, to_text, unescape
from tidings.text.urls import identity
from tidings.text.written_days import read_day

SCRIPTS_MAX = 20
SCRIPT_CHARS_MAX = 1_000_000
NODES_MAX = 2_000
DEPTH_MAX = 8
UPDATES_MAX = 200
AUTHORS_MAX = 8
NAME_CHARS_MAX = 100
_SCRIPT = re.compile(r"<script\b([^<>]{0,500})>", re.IGNORECASE)
_END = re.compile(r"</script\b", re.IGNORECASE)
_AROUND = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/|;)\s*$")
_EXTRA_COMMA = re.compile(r",(?=\s*+[}\]])")
# schema.org/Article with all that is more special, and what publishers write in its place
_ARTICLE = re.compile(
    r"(?:https?://schema\.org/)?(?:\w{0,20}NewsArticle|Article|BlogPosting|LiveBlogPosting|Report|TechArticle|ScholarlyArticle|SatiricalArticle"
    r"|AdvertiserContentArticle|DiscussionForumPosting)"
)
_PAGE = re.compile(r"(?:https?://schema\.org/)?(?:Web|News|Item|About|Medical)?(?:Web)?Page")
_INTO = ("@graph", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class Stated:
    """Hold what the data says of the page's own article; empty where it says nothing."""

    headline: str = ""
    body: str = ""  # text, paragraphs separated by a blank line where they were marked
    authors: tuple[str, ...] = ()
    published: tuple[datetime, ...] = ()
    modified: datetime | None = None
    is_free: bool | None = None


def read_stated(page_html: str, page_url: str) -> Stated:
    """Return what the page's data says of the article at this address, or of its only, or else its first article."""
    articles: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    for node in _nodes(page_html):
        kinds = [one for one in _listed(node.get("@type")) if isinstance(one, str)]
        if any(_ARTICLE.fullmatch(one) for one in kinds):
            articles.append(node)
        elif any(_PAGE.fullmatch(one) for one in kinds):
            pages.append(node)
    own = next((one for one in articles if _is_at(one, page_url)), articles[0] if len(articles) == 1 else None)
    article = own or (articles[0] if articles else {})
    whole = [article, *(one for one in pages if len(pages) == 1 or _is_at(one, page_url))]
    free = [_free(one.get("isAccessibleForFree")) for one in whole]
    published = (when for one in whole if (when := read_day(_text(one.get("datePublished")))))
    return Stated(
        headline=one_line(unescape(_text(article.get("headline")) or _text(article.get("name")))),
        body=_body(own) if own else "",  # of several that are all elsewhere none may be this one
        authors=tuple(dict.fromkeys(_names(article.get("author"))))[:AUTHORS_MAX],
        published=tuple(published),
        modified=next((when for one in whole if (when := read_day(_text(one.get("dateModified"))))), None),
        is_free=False if False in free else True if True in free else None,
    )


def _nodes(page_html: str) -> Iterator[dict[str, Any]]:
    """Give the objects that describe the page or its article, those further out first."""
    waiting = [(one, 0) for one in _scripts(page_html)]
    for count, (node, depth) in enumerate(waiting):  # grows while it is read
        if count > NODES_MAX:
            return
        if isinstance(node, dict):
            yield node
            inner = [node[name] for name in _INTO if name in node]
        else:
            inner = node if isinstance(node, list) else []
        if depth < DEPTH_MAX:
            waiting += [(one, depth + 1) for one in inner[:NODES_MAX] if isinstance(one, dict | list)]


def _scripts(page_html: str) -> Iterator[Any]:
    for script in scripts(page_html):
        if (found := _loaded(script)) is not None:
            yield found


def scripts(page_html: str) -> Iterator[str]:
    """Give the page's data as it is written."""
    count = 0
    for match in _SCRIPT.finditer(page_html):
        if "ld+json" not in match[1].lower():
            continue
        count += 1
        end = _END.search(page_html, match.end(), match.end() + SCRIPT_CHARS_MAX)
        if count > SCRIPTS_MAX:
            return
        if end:
            yield page_html[match.end() : end.start()]


def _loaded(text: str) -> Any:
    text = _AROUND.sub("", _AROUND.sub("", text)).strip()
    for mend in (str, _without_extra_commas, unescape):
        try:
            return json.loads(mend(text), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _without_extra_commas(text: str) -> str:
    return _EXTRA_COMMA.sub("", text)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: Any) -> str:
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return value.strip() if isinstance(value, str) else ""


def _is_at(node: dict[str, Any], page_url: str) -> bool:
    """Tell whether an object says that it is the one at this address."""
    places = [node.get("url"), node.get("@id"), node.get("mainEntityOfPage")]
    written = [place.get("@id") or place.get("url") if isinstance(place, dict) else place for place in places]
    here = identity(page_url).partition("#")[0]
    return any(isinstance(one, str) and identity(one.partition("#")[0]) == here for one in written) if here else False


def _names(value: Any) -> Iterator[str]:
    for one in _listed(value)[: AUTHORS_MAX * 2]:
        name = one_line(unescape(_text(one.get("name")) if isinstance(one, dict) else one if isinstance(one, str) else ""))
        if 1 < len(name) <= NAME_CHARS_MAX and "://" not in name:
            yield name


def _free(value: Any) -> bool | None:
    said = str(value).strip().lower()
    return False if said in ("false", "no", "0") else True if said in ("true", "yes", "1") else None


def _body(article: dict[str, Any]) -> str:
    parts = [_plain_body(_text(article.get("articleBody")))]
    for update in _listed(article.get("liveBlogUpdate"))[:UPDATES_MAX]:
        if isinstance(update, dict):
            parts += [_plain_body(_text(update.get("headline"))), _plain_body(_text(update.get("articleBody")))]
    return "\n\n".join(one for one in parts if one)


def _plain_body(text: str) -> str:
    """Turn a body into text: it may hold markup, escaped markup, or lines."""
    text = text[:SCRIPT_CHARS_MAX]
    if "&lt;" in text:
        text = unescape(text)
    return to_text(text) if "</" in text or "<br" in text else plain(unescape(text))
