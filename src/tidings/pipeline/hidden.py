"""Keep the secrets of feed addresses out of everything that is kept: servers say them back, in links, titles, texts and errors.

What comes in holds `${NAME}` where a secret stood before it reaches the store, and so no view, digest, report or log can show it.
What goes out (a page whose link holds a secret) is filled in again, but only where the feed with that secret is asked itself: anybody
may write `${NAME}` into a link or a validator. Beyond the client nothing knows a secret but the feeds themselves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from tidings import ids
from tidings.model import Article, Entry, Feed, ParsedFeed, Rejection, Request, Response
from tidings.recording.secrets import CHARS_MIN, secrets_of
from tidings.text.urls import identity, parse

_WORD_CHARS_MIN = 12  # a shorter run of letters alone may be any word of any text
_WORD = re.compile(r"[^\W\d_]+")
_ESCAPED_MARK = re.compile(r"\$%7B([A-Z_][A-Z0-9_]*(?::[A-Za-z0-9]+)*[%&]?)%7D")  # as an address writes `${NAME}`


Send = Callable[[Iterable[Request], datetime], Iterator[Response]]


class Hidden:
    """Hide what the feeds' addresses keep secret. In texts only what cannot be a word of the language: those are quoted exactly."""

    def __init__(self, feeds: Iterable[Feed] = ()) -> None:
        feeds = [feed for feed in feeds if feed.shown_url != feed.url]
        known = secrets_of(feeds, CHARS_MIN)
        self._everywhere = known
        self._feeds: dict[str, list[Feed]] = {}  # by origin: who knows their secrets anyway
        for feed in feeds:
            self._feeds.setdefault(_origin_of(feed.url), []).append(feed)
        self._sure = known.without(_may_be_a_word)

    def in_text(self, text: str) -> str:
        """Return a text, or a link that readers follow, without secrets."""
        return self._sure.without_half(self._sure.hide(text))

    def _in_line(self, text: str) -> str:
        """Return a line of ours about a request without secrets."""
        return self._everywhere.without_half(self._everywhere.hide(text))

    def send_all(self, send: Send, requests: Sequence[Request], now: datetime) -> Iterator[Response]:
        """Send requests with their secrets filled in; yield the responses with theirs hidden, each under the address that was given."""
        given: dict[str, list[str]] = {}
        filled = [self._filled(request) for request in requests]
        for request, sent in zip(requests, filled, strict=True):
            given.setdefault(sent.url, []).append(request.url)
        for response in send(filled, now):
            yield self._response(response, given[response.url].pop(0))

    def _filled(self, request: Request) -> Request:
        if "$" not in request.url and not any("$" in value for _, value in request.headers):
            return request
        asked = self._feeds.get(_origin_of(request.url))
        if not asked:
            return request
        theirs = secrets_of(asked, CHARS_MIN)
        url = theirs.fill(_ESCAPED_MARK.sub(r"${\1}", request.url))
        return replace(request, url=url, headers=tuple((name, theirs.fill(value)) for name, value in request.headers))

    def _response(self, response: Response, url: str) -> Response:
        hide = self._in_line
        return replace(
            response,
            url=url,
            headers={name: hide(value) for name, value in response.headers.items()},
            detail=hide(response.detail),
            redirects=tuple((status, hide(target)) for status, target in response.redirects),
            encoded=b"",
        )

    def parsed(self, parsed: ParsedFeed | Rejection) -> ParsedFeed | Rejection:
        """Return what a feed said, without secrets."""
        if isinstance(parsed, Rejection):
            return self.rejection(parsed)
        return replace(parsed, title=self.in_text(parsed.title), entries=tuple(map(self._entry, parsed.entries)))

    def rejection(self, rejection: Rejection) -> Rejection:
        """Return a rejection, without secrets."""
        return replace(rejection, detail=self._in_line(rejection.detail))

    def _entry(self, entry: Entry) -> Entry:
        hide = self.in_text
        return replace(
            entry,
            guid=hide(entry.guid),
            url=hide(entry.url),
            title=hide(entry.title),
            summary=hide(entry.summary),
            content=hide(entry.content),
            authors=tuple(map(hide, entry.authors)),
        )

    def article(self, article: Article) -> Article:
        """Return an article without secrets; its ids follow from what is left."""
        hide = self.in_text
        url, text = hide(article.url), hide(article.text)
        if (url, text) != (article.url, article.text):
            article_id = ids.article_id(identity(url)) if url != article.url else article.id
            article = replace(article, id=article_id, version_id=ids.version_id(article_id, text), url=url, text=text)
        return replace(article, title=hide(article.title), origin=hide(article.origin), authors=tuple(map(hide, article.authors)))


def _origin_of(url: str) -> str:
    parts = parse(url)
    return parts.origin if parts else ""


def _may_be_a_word(value: str) -> bool:
    return len(value) < _WORD_CHARS_MIN and bool(_WORD.fullmatch(value))
