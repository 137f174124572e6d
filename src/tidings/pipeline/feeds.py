"""Check a feed: fetch it once, read it, and say for each entry what a run would make of it. Nothing is stored."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tidings import ids
from tidings.config import Settings
from tidings.config.across import same_url
from tidings.errors import UsageError
from tidings.jail import Jail, JailFailure
from tidings.model import Entry, Feed, Page, ParsedFeed, Rejection, Request, Response, Stage, Verdict
from tidings.pipeline.doctor.secrets import all_secrets
from tidings.pipeline.run import Guard, limits_of
from tidings.stages.extract import article_from_entry, extract_article
from tidings.stages.language import identify
from tidings.stages.match import Matcher, compile_topics, find_words, match_topics
from tidings.stages.parse import parse_feed
from tidings.store import answers
from tidings.store.query import is_published
from tidings.text.urls import HIDDEN, identity, without_secrets
from tidings.web.client import Client
from tidings.web.pins import pin_for_page

_PERMANENT = (301, 308)
_NOTHING_SEEN: Mapping[str, Any] = {"polled": False, "entries": {}, "articles": {}}


@dataclass(frozen=True, slots=True)
class Doors:
    """Hold the doors to the world that a question about a feed needs."""

    client: Client
    jail: Jail


@contextmanager
def open_doors(settings: Settings) -> Iterator[Doors]:
    """Open the guarded client and the jail, with the limits that a run has."""
    jail = settings.jail
    with (
        Client(limits_of(settings)) as client,
        Jail(cpu_s=jail.cpu_s, memory_mb=jail.memory_mb, wall_s=jail.wall_s, recycle_count=jail.recycle_count) as opened,
    ):
        yield Doors(client, opened)


def check_feed(settings: Settings, url: str, now: datetime, *, entry_count: int | None = 10, page_count: int = 3) -> dict[str, Any]:
    """Explain what the feed at an address gives, and what would become of its first entries (None: of all) and of their pages.

    Works for configured addresses and others. All strings in the answer are from outside, without secrets; escape them.
    """
    feed = configured_feed(settings, url)
    is_configured = feed is not None
    if feed is None and "${" in url:
        raise UsageError("no enabled feed of feeds.toml has this address with ${NAME} in it: only such a one is filled in")
    feed = feed or Feed(ids.feed_id(url), url, without_secrets(url), publisher="")
    with open_doors(settings) as doors:
        response = doors.client.send(Request(feed.url, "feed", tls_sha256=feed.tls_sha256), now)
        answer = {
            "address": feed.shown_url,
            "publisher": feed.publisher,
            "configured": is_configured,
            "held": _is_held(settings, feed),
            **describe(response),
        }
        parsed = read_feed(doors.jail, response, feed)
        if isinstance(parsed, Rejection):
            answer |= {
                "feed": None,
                "reason": parsed.reason,
                "detail": response.detail or parsed.detail,
                "html": parsed.reason == "not_a_feed" and is_html(response),
            }
            return _hide(answer, all_secrets(settings))
        answer |= {
            "feed": summary(parsed),
            "validators": _validators(doors.client, feed, response, now),
            "robots": _robots(doors.client, settings, feed, parsed.entries, now),
        }
        answer["entries"] = _judge(doors, settings, feed, parsed.entries[:entry_count], page_count, now)
    return _hide(answer, all_secrets(settings))


def configured_feed(settings: Settings, url: str) -> Feed | None:
    """Return the feed that is configured with this address, in whatever spelling, with its variables filled in or not."""
    wanted = same_url(url)
    return next((one for one in settings.feeds if wanted in (same_url(one.shown_url), same_url(one.url))), None)


def _is_held(settings: Settings, feed: Feed) -> bool:
    """Tell whether the last run held the feed back for being another than before."""
    return is_published(settings.data) and any(
        row["feed_id"] == feed.id and row["failure"] == "other_feed" for row in answers.feed_health(settings.data)
    )


def describe(response: Response) -> dict[str, Any]:
    """Return what came of a request, as plain values that may be shown."""
    permanent = ""
    for status, target in response.redirects:
        if status not in _PERMANENT:
            break
        permanent = target
    return {
        "status": response.status,
        "failure": response.failure,
        "detail": response.detail,
        "final_address": without_secrets(response.final_url),
        "moved_to": without_secrets(permanent),
        "redirects": [[status, without_secrets(target)] for status, target in response.redirects],
        "content_type": response.headers.get("content-type", ""),
        "bytes": len(response.body),
    }


def read_feed(jail: Guard, response: Response, feed: Feed) -> ParsedFeed | Rejection:
    """Read a feed in the jail, keeping the language that it declares itself; what gives none is a rejection."""
    if not response.ok:
        return Rejection(Stage.FETCH, response.failure or f"http_{response.status}")
    parsed = jail.call(parse_feed, response, replace(feed, language=""))
    return Rejection(Stage.PARSE, f"parser_{parsed.reason}", parsed.detail) if isinstance(parsed, JailFailure) else parsed


def is_html(response: Response) -> bool:
    """Tell whether an answer is a web page."""
    start = response.body[:500].lstrip().lower()
    return "html" in response.headers.get("content-type", "").lower() or start.startswith((b"<!doctype html", b"<html"))


def summary(parsed: ParsedFeed) -> dict[str, Any]:
    """Count what a feed gives."""
    entries = parsed.entries
    times = sorted(one.published_at for one in entries if one.published_at)
    languages = Counter(one.language for one in entries if one.language)
    return {
        "format": parsed.format,
        "title": parsed.title,
        "language": languages.most_common(1)[0][0] if languages else "",
        "entries": len(entries),
        "dropped": parsed.entries_dropped,
        "cut": parsed.cut,
        "oldest": times[0] if times else None,
        "newest": times[-1] if times else None,
        "with": {
            "link": sum(bool(one.url) for one in entries),
            "guid": sum(bool(one.guid) for one in entries),
            "date": len(times),
            "summary": sum(bool(one.summary) for one in entries),
            "content": sum(bool(one.content) for one in entries),
        },
    }


def _validators(client: Client, feed: Feed, response: Response, now: datetime) -> dict[str, Any]:
    """Ask once more with the validators that came: a feed that answers 304 costs next to nothing."""
    etag, modified = (response.headers.get(name, "")[:500] for name in ("etag", "last-modified"))
    headers = tuple((name, value) for name, value in (("if-none-match", etag), ("if-modified-since", modified)) if value)
    again = client.send(Request(feed.url, "feed", headers, tls_sha256=feed.tls_sha256), now) if headers else None
    return {"etag": etag, "last_modified": modified, "status": again.status if again else None, "failure": again.failure if again else ""}


def _robots(client: Client, settings: Settings, feed: Feed, entries: Iterable[Entry], now: datetime) -> dict[str, Any] | None:
    link = next((one.url for one in entries if one.url), "")
    if not link:
        return None
    obeyed = settings.network.robots
    pin = pin_for_page(link, feed.url, feed.tls_sha256)
    return {"address": without_secrets(link), "obeyed": obeyed, "allowed": client.allowed(link, now, pin) if obeyed else True}


def _judge(doors: Doors, settings: Settings, feed: Feed, entries: Sequence[Entry], page_count: int, now: datetime) -> list[dict[str, Any]]:
    """Say of each entry what a run would make of it; the pages of the first ones are read."""
    matcher = compile_topics(settings.topics)
    seen = _seen(settings, feed, entries)
    pages = _pages(doors, feed, entries[:page_count], now)
    met: set[str] = set()
    judged = []
    for position, entry in enumerate(entries):
        article = identity(entry.url)
        would, why = _would(entry, seen, met, now, timedelta(hours=settings.ingest.first_window_h))
        met.add(article)
        text = max(entry.content, entry.summary, key=len)
        judged.append(
            {
                "title": entry.title,
                "address": without_secrets(entry.url),
                "published_at": entry.published_at,
                "would": would,
                "why": why,
                "words": {
                    topic: {"found": list(hits.words()), "enough": hits.about(companion_near=False)}
                    for topic, hits in find_words(matcher, f"{entry.title}\n{text}").items()
                    if _is_watched(feed, topic)
                },
                "page": _read_page(doors.jail, feed, entry, pages.get(entry.url), matcher, now) if position < page_count else None,
            }
        )
    return judged


def _seen(settings: Settings, feed: Feed, entries: Sequence[Entry]) -> Mapping[str, Any]:
    articles = [ids.article_id(identity(one.url)) for one in entries if one.url]
    if not is_published(settings.data):  # before the first run
        return _NOTHING_SEEN
    return answers.seen_of(settings.data, feed.id, [one.id for one in entries], articles)


def _would(entry: Entry, seen: Mapping[str, Any], met: set[str], now: datetime, first_window: timedelta) -> tuple[str, str]:
    """Return what a run would do with an entry: nothing more, read it, or record it as known; and why."""
    before = seen["entries"].get(entry.id)
    if before:
        return "seen", f"{before['outcome']}: {before['reason']}" if before["reason"] not in (None, before["outcome"]) else before[
            "outcome"
        ]
    if entry.url:
        if identity(entry.url) in met:
            return "same_article", "an entry before it leads to the same page"
        article = seen["articles"].get(ids.article_id(identity(entry.url)))
        if article:
            return "same_article", f"read already, from {article['publisher']}"
    if entry.published_at and entry.published_at < now - first_window and not seen["polled"]:
        return "known", "older_than_first_window"
    return "read", "" if entry.url else "no_link"


def _pages(doors: Doors, feed: Feed, entries: Sequence[Entry], now: datetime) -> dict[str, Response]:
    requests = {
        one.url: Request(one.url, "page", tls_sha256=pin_for_page(one.url, feed.url, feed.tls_sha256)) for one in entries if one.url
    }
    return {response.url: response for response in doors.client.send_all(requests.values(), now)}


def _read_page(jail: Guard, feed: Feed, entry: Entry, response: Response | None, matcher: Matcher, now: datetime) -> dict[str, Any]:
    """Read the page behind an entry as a run would; without one the entry's own text counts."""
    if response is None:
        article = article_from_entry(entry, feed.publisher, now, Verdict.EMPTY, reason="no_link")
    else:
        got = jail.call(extract_article, Page(response, entry), feed.publisher, now)
        if isinstance(got, JailFailure):
            got = article_from_entry(entry, feed.publisher, now, Verdict.TIMEOUT, reason=f"parser_{got.reason}")
        article = got
    if isinstance(article, Rejection):
        return {"outcome": "deferred" if article.transient else "rejected", "reason": article.reason, "detail": article.detail}
    article = replace(article, language=identify(article.text, feed.language or entry.language))
    matched = match_topics(article, matcher)
    about = {"verdict": article.verdict.value, "characters": len(article.text), "language": article.language}
    if isinstance(matched, Rejection):
        return {"outcome": "off_topic", "reason": matched.reason, **about}
    statements = [one for one in matched.statements if _is_watched(feed, one.topic)]
    if not statements:
        return {"outcome": "off_topic", "reason": "not_this_feed's_topic", **about}
    topics = {name: list(words) for name, words in matched.words.items() if _is_watched(feed, name)}
    return {"outcome": "on_topic", "reason": "", **about, "topics": topics, "statement": statements[0].text}


def _is_watched(feed: Feed, topic: str) -> bool:
    return not feed.topics or topic in feed.topics


def _hide(answer: dict[str, Any], secrets: tuple[str, ...]) -> dict[str, Any]:
    """Replace secrets in all strings of a nested answer."""
    return {key: _hidden(value, secrets) for key, value in answer.items()}


def _hidden(value: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        for secret in secrets:
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, dict):
        return _hide(value, secrets)
    return [_hidden(each, secrets) for each in value] if isinstance(value, list) else value
